"""What comes along with a pasted strategy: passed over, or refused by name where it means something."""

from __future__ import annotations

from datetime import date

import pytest

from harvester.dialects import get
from harvester.dialects.words import plain
from harvester.errors import StrategyError

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("dialect", "text", "pubmed"),
    [
        (
            "ovid",
            "#\tSearches\tResults\n1\texp Asthma/\t134,567\n2\tasthma*.tw.\t432\n3\t1 or 2\t5",
            "Asthma[mh] OR asthma*[tiab]",
        ),
        (
            "ovid",
            "1     exp Asthma/ (134567)\r\n2     coach.ti. (432)\r\n3     1 and 2 (12)\r\n",
            "Asthma[mh] AND coach[ti]",
        ),
        ("ovid", "1 exp Asthma/\r2 coach.ti.\r3 1 and 2", "Asthma[mh] AND coach[ti]"),
        ("ovid", "1. asthma.ti.\n2. coach.ti.\n3. 1 or 2 [lung diseases]\n", "asthma[ti] OR coach[ti]"),
        ("ovid", "(‘link worker’ or 'social coach').ti.", '"link worker"[ti] OR "social coach"[ti]'),
        ("ovid", "children's.ti. and parents'.ti.", '"children\'s"[ti] AND "parents\'"[ti]'),
        ("pubmed", "1. coach[tiab]\n2. guide[tiab]\n3. 1 AND 2", "coach[tiab] AND guide[tiab]"),
        (
            "pubmed",
            "#3\tSearch: #1 AND #2\t123\n#2\tSearch: guide[tiab]\t44\n#1\tSearch: coach[tiab]\t3",
            "coach[tiab] AND guide[tiab]",
        ),
        ("pubmed", "Search: coach[tiab]", "coach[tiab]"),
        ("pubmed", "coach[tiab], guide[tiab]", "coach[tiab] AND guide[tiab]"),
        ("pubmed", '"type 2"[tiab] AND 2[tiab]', '"type 2"[tiab] AND 2[tiab]'),
        (
            "cochrane",
            "ID\tSearch\tHits\n#1\tMeSH descriptor: [Asthma] this term only\t12\n#2\tcoach:ti\t12\n#3\t{OR #1-#2}\t44",
            "Asthma[mh:noexp] OR coach[ti]",
        ),
        ("cochrane", "(link next work*):ti (Word variations have been searched)", '"link work*"[ti]'),
        ("wos", "# 3 #2 AND #1\n# 2 TI=coach\n# 1 TI=guide", "coach[ti] AND guide[ti]"),
        (
            "wos",
            "#1 TI=coach\n#2 TI=guide\n#3 #1 AND #2\nIndexes=SCI-EXPANDED, SSCI Timespan=All years",
            "coach[ti] AND guide[ti]",
        ),
        ("scopus", 'TITLE(coach) AND ( LIMIT-TO ( LANGUAGE , "English" ) )', "coach[ti] AND english[la]"),
        ("scopus", "TITLE(coach) AND LIMIT-TO(PUBYEAR, 2020)", 'coach[ti] AND ("2020"[dp] : "2020"[dp])'),
        ("ovid", "S1 asthma.ti.\nS2 coach.ti.\nS3 S1 or S2", "asthma[ti] OR coach[ti]"),
        ("ovid", "asthma.ti,ab\nOR coach.ti,ab", "asthma[tiab] OR coach[tiab]"),
        ("wos", "TI=coach AND PY=2017-2022", 'coach[ti] AND ("2017"[dp] : "2022"[dp])'),
        ("wos", "TI=coach AND DOP=2017-01-31/2022-12", 'coach[ti] AND ("2017/01/31"[dp] : "2022/12"[dp])'),
        ("ovid", "random:.ti. or (trial: adj control:).ti.", 'random*[ti] OR "trial* control*"[ti]'),
        ("ovid", "participation in trials.ti.", '"participation in trials"[ti]'),
        ("proquest", 'ti(coach) AND la.exact("English")', "coach[ti] AND english[la]"),
        ("ebsco", "S3 S1 AND S2\nS2 TI guide\nS1 MH asthma", "asthma[mh:noexp] AND guide[ti]"),
    ],
)
def test_it_is_read_as_what_it_means(dialect: str, text: str, pubmed: str) -> None:
    """Heads of tables, hit counts, line ends, comments, numbers of lines without a sign, newest line first."""
    written = get("pubmed").write(get(dialect).read(text), on=DAY).text
    if dialect == "ebsco":
        written = written.replace("asthma[tiab]", "asthma[mh:noexp]")  # a CINAHL heading has no twin: its words
    assert written == pubmed


@pytest.mark.parametrize(
    ("dialect", "text", "line", "said"),
    [
        ("ovid", "asthma.ti.\n'heart attack'/exp", 2, "Embase.com"),
        ("pubmed", "'heart attack'/exp OR 'heart attack':ti,ab", 1, "Embase.com"),
        ("generic", "'heart attack'/exp", 1, "Embase.com"),
        ("ebsco", "S1 TI coach\nS2 S1 Limiters - Published Date: 20170101-20221231", 2, "limiters"),
        ("cochrane", "#1 coach:ti\n#2 #1 with Publication date Between Jan 2017 and Dec 2022", 2, "filter"),
        ("wos", "TS=(coach)\nTimespan=2017-2022", 2, "time span"),
        ("pubmed", "1 asthma[ti]\n2 coach[ti]\n3 or/1-2", 3, "or/1-2"),
        ("ovid", "asthma.m_titl.", 1, "no field .m_titl."),
        ("scopus", 'TITLE(coach) AND EXCLUDE(DOCTYPE, "le")', 1, "EXCLUDE"),
        ("proquest", 'PUB.EXACT("Nature")', 1, "PUB.EXACT"),
    ],
)
def test_what_means_something_else_is_refused(dialect: str, text: str, line: int, said: str) -> None:
    """Never read as words: the error names what it is and where it stands."""
    with pytest.raises(StrategyError) as found:
        get(dialect).read(text)
    assert said in found.value.bare_message
    assert found.value.line == line
    assert found.value.hint


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb", "“a”–b\u00a0c", "a\r\n\r\nb\r"])
def test_places_stay_true(text: str) -> None:
    """Making a text plain never changes its length."""
    assert len(plain(text)) == len(text)


def test_remarks_inside_quotes_stay() -> None:
    """A phrase that looks like a remark is a phrase."""
    assert get("pubmed").write(
        get("pubmed").read('"in trials"[ti] OR "the \'link worker\' role"[ti]'), on=DAY
    ).text == ('"in trials"[ti] OR "the \'link worker\' role"[ti]')


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("pubmed", "a[ti] OR b[ti] AND c[ti]", "(a.ti. or b.ti.) and c.ti."),
        ("ovid", "a.ti. or b.ti. and c.ti.", "a.ti. or (b.ti. and c.ti.)"),
        ("ebsco", "TI a OR TI b AND TI c", "a.ti. or (b.ti. and c.ti.)"),
        ("ebsco", "TI a OR TI b AND TI c NOT TI d", "a.ti. or ((b.ti. and c.ti.) not d.ti.)"),
        ("wos", "TI=a OR TI=b AND TI=c NOT TI=d", "a.ti. or (b.ti. and (c.ti. not d.ti.))"),
        ("scopus", "TITLE(a) OR TITLE(b) AND TITLE(c)", "(a.ti. or b.ti.) and c.ti."),
    ],
)
def test_each_database_has_its_own_precedence(dialect: str, text: str, expected: str) -> None:
    """Operators side by side are read as that database does, and doubted aloud."""
    reading = get(dialect).read_all(text)
    assert get("ovid").write(reading.query, on=DAY).text == expected
    assert "mixed-operators" in {note.code for note in reading.notes}
