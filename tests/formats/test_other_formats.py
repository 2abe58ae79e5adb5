"""The smaller formats: what they read, what they write back equal, what they reject. All files are synthetic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ris_strategies import PLAIN, RIS_RECORD

from harvester import formats
from harvester.errors import FormatError
from harvester.formats import latex
from harvester.record import Author, Heading, PartialDate, Record


def read(tmp_path: Path, text: str, *, keep_readable: bool = False) -> tuple[str, list[Record], formats.Reading]:
    """The format found, the records, the reading."""
    path = tmp_path / "file.txt"
    path.write_text(text, encoding="utf-8")
    reading = formats.open_file(path, keep_readable=keep_readable)
    return reading.format, list(reading), reading


NBIB = """
PMID- 30922926
OWN - NLM
STAT- MEDLINE
TI  - Time lapse: a glimpse into
      prehistoric genomics.
FAU - van der Berg, Anna B
AU  - van der Berg AB
CN  - The SPLW Group
IS  - 1878-0849 (Electronic)
DP  - 2019 Nov-Dec
JT  - European journal of medical genetics
TA  - Eur J Med Genet
PG  - 103-7
LID - 10.1016/j.ejmg.2019.03.004 [doi]
LID - S1769-7212(18)30803-2 [pii]
MH  - *Genomics/history
MH  - Humans
OT  - dinosaur
PT  - Journal Article
RIN - Lancet. 2020;1:2. PMID: 31000000
PMC - PMC123456

PMID- 2
OWN - NLM
TI  - Second.
"""


def test_nbib(tmp_path: Path) -> None:
    """MEDLINE tags become fields: wrapped titles, full names with initials, MeSH with its stars, notices."""
    form, (first, second), _ = read(tmp_path, NBIB)
    assert form == "nbib"
    assert first.title == "Time lapse: a glimpse into prehistoric genomics."
    assert first.authors == (
        Author(family="van der Berg", given="Anna B", initials="AB"),
        Author(collective="The SPLW Group"),
    )
    assert first.identifiers == {
        "pmid": ("30922926",),
        "doi": ("10.1016/j.ejmg.2019.03.004",),
        "pii": ("S1769-7212(18)30803-2",),
        "pmcid": ("PMC123456",),
    }
    assert first.published == PartialDate(2019, 11, text="2019 Nov-Dec")
    assert first.headings == (Heading("Genomics", major=True, subheadings=("history",)), Heading("Humans"))
    assert [(one.kind, one.pmid) for one in first.relations] == [("RetractionIn", "31000000")]
    assert (first.source, first.source_id, second.source_id) == ("pubmed", "30922926", "2")


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Smith, J
   Jones, AB
AF Smith, Jane
   Jones, Adam B.
TI Link workers in primary
   care
SO HEALTH & SOCIAL CARE
DE social prescribing; link workers
CR A, 1990, B
   C, 1991, D
SN 0028-0836
EI 1476-4687
PD JUN 8
PY 2004
VL 43
BP 7
EP 17
DI 10.1021/bi0497291
UT WOS:000221807500020
PM 15170339
ER

PT B
TI A book
ER

EF
"""


def test_web_of_science(tmp_path: Path) -> None:
    """Full names before short ones, wrapped titles, both serial numbers, the day from PD and the year from PY."""
    form, (first, second), _ = read(tmp_path, WOS)
    assert form == "wos"
    assert (first.title, first.source, first.source_id) == (
        "Link workers in primary care",
        "web-of-science",
        "WOS:000221807500020",
    )
    assert first.authors == (Author("Smith", "Jane"), Author("Jones", "Adam B."))
    assert first.published == PartialDate(2004, 6, 8)
    assert first.identifiers == {"doi": ("10.1021/bi0497291",), "pmid": ("15170339",)}
    assert first.issns == ("0028-0836", "1476-4687")
    assert first.keywords == ("social prescribing", "link workers")
    assert first.extra["wos"] == {"AU": ["Smith, J", "Jones, AB"], "CR": ["A, 1990, B", "C, 1991, D"]}
    assert (first.pages, second.kind) == ("7-17", "book")


REFER = """%0 Journal Article
%A Guo, Wenbo
%T One
%J MISQ
%D 2021
%8 September 1, 2021
%K trust
governance
%@ 0028-0836
%X First line.
Second line.

%T Two
%0 Book
%I Publisher

%T Without a type
%B Somewhere
"""


def test_refer(tmp_path: Path) -> None:
    """Types before or behind the title, keywords a line each, and a record that has no type."""
    form, (one, two, three), reading = read(tmp_path, REFER)
    assert form == "refer"
    assert (reading.stated, reading.parsed) == (3, 3)
    assert (one.keywords, one.abstract_text, one.issns) == (
        ("trust", "governance"),
        "First line.\nSecond line.",
        ("0028-0836",),
    )
    assert one.published == PartialDate(2021, 9, 1)
    assert (two.kind, two.publisher, three.title, three.journal) == ("book", "Publisher", "Without a type", "Somewhere")


OVID = """<1>
Accession Number
  00042637.
Author
  Holstiege, Jakob 1;  Mathes, Tim 2
Title
  Support systems.[Review]
Source
  Nursing Science Quarterly.   28(2):103-106, April 2015.
DOI Number
  10.1136/amiajnl-2014-002886
<2>
Title
  Two
"""


def test_ovid(tmp_path: Path) -> None:
    """Ovid's labels, names without their footnote marks, and the source taken apart."""
    form, (one, two), _ = read(tmp_path, OVID)
    assert form == "ovid"
    assert one.authors == (Author("Holstiege", "Jakob"), Author("Mathes", "Tim"))
    assert (one.title, one.publication_types, one.journal, one.volume, one.issue, one.pages) == (
        "Support systems",
        ("Review",),
        "Nursing Science Quarterly",
        "28",
        "2",
        "103-106",
    )
    assert one.published == PartialDate(2015, 4)
    assert two.title == "Two"


OVID_TAGGED = """<7. >
 VN  - Ovid Technologies
 DB  - PsycINFO
 AN  - 2015-33942-012.
 TI  - A comparison of reassurance. [References].
 YR  - 2015
 LG  - English
 AU  - Kobori, Osamu [Reprint Author]
 AU  - Sawamiya, Yoko MD 1
 SO  - Behavioural and Cognitive Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.
 PU  - Cambridge University Press; United Kingdom
 DO  - http://dx.doi.org/10.1017/S1352465814000277
 PM  - 24892981
 MH  - *Major Depression

<8. >
VN - Ovid Technologies
TI - Second
SO - Journal of Political Studies 12, Winter 2007: 7-14.
"""


def test_ovid_tagged(tmp_path: Path) -> None:
    """What all databases of Ovid export alike: the source's one line gives journal, volume, issue and pages."""
    form, (one, two), _ = read(tmp_path, OVID_TAGGED)
    assert form == "ovid-tagged"
    assert (one.title, one.source, one.journal, one.volume, one.issue, one.pages) == (
        "A comparison of reassurance",
        "psycinfo",
        "Behavioural and Cognitive Psychotherapy",
        "43",
        "5",
        "623-634",
    )
    assert one.authors == (Author("Kobori", "Osamu"), Author("Sawamiya", "Yoko"))
    assert one.identifiers == {"doi": ("10.1017/s1352465814000277",), "pmid": ("24892981",)}
    assert (one.publisher, one.place, one.keywords) == (
        "Cambridge University Press",
        "United Kingdom",
        ("Major Depression",),
    )
    assert (two.journal, two.volume, two.pages, two.published.year) == (
        "Journal of Political Studies",
        "12",
        "7-14",
        2007,
    )


def test_refworks(tmp_path: Path) -> None:
    """RefWorks' tags behind its legend."""
    text = "Refworks Export Tagged Format\n\nTag legend\nA1=Primary Authors\n\nRT Book, Section\nA1 Stansfeld,Stephen\n"
    text += "T1 Depression\nT2 A book\nYR 2002\nFD Feb\nSP 101\nOP 123\nK1 Etiology\nK1 Risk\n\nRT Journal\nT1 Two\n"
    form, (one, two), _ = read(tmp_path, text)
    assert form == "refworks"
    assert (one.kind, one.title, one.book_title, one.pages, one.keywords) == (
        "chapter",
        "Depression",
        "A book",
        "101-123",
        ("Etiology", "Risk"),
    )
    assert one.published == PartialDate(2002, 2)
    assert (one.authors, two.title) == ((Author("Stansfeld", "Stephen"),), "Two")


BIB = r"""% a comment
@string{jcare = "Journal of Care"}
@article{key1,
  author = {M{\"u}ller, Jos{\'e} and {World Health Organization} and Ludwig van Beethoven and others},
  title = "The {DNA} of \emph{care} \& more",
  journal = jcare # { Today},
  year = 2020, month = mar,
  pages = {1--9},
  doi = {10.1007/999-9\_3},
}@book{key2, title = {Second}}
"""


def test_bibtex(tmp_path: Path) -> None:
    """Macros, joined strings, accents, groups in braces, entries that stand behind one another."""
    form, (one, two), _ = read(tmp_path, BIB)
    assert form == "bibtex"
    assert one.authors == (
        Author("Müller", "José"),
        Author(collective="World Health Organization"),
        Author("van Beethoven", "Ludwig"),
    )
    assert (one.title, one.journal, one.pages) == ("The DNA of care & more", "Journal of Care Today", "1-9")
    assert one.published == PartialDate(2020, 3)
    assert one.doi == "10.1007/999-9_3"
    assert (two.title, two.kind) == ("Second", "book")


def test_a_broken_bibtex_entry_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    """A brace that is not closed costs one entry, not the rest of the file."""
    text = "@article{a,\n title = {Open,\n}\n\n@article{b,\n title = {Good}\n}\n"
    with pytest.raises(FormatError, match="line 1: the entry cannot be read: its closing brace is missing"):
        read(tmp_path, text)
    _, records, reading = read(tmp_path, text, keep_readable=True)
    assert [record.title for record in records] == ["Good"]
    assert (reading.stated, reading.parsed, len(reading.rejected)) == (2, 1, 1)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Co")), max_size=40))
def test_latex_there_and_back(text: str) -> None:
    """Any text, escaped and read again, is the same."""
    assert latex.decode(latex.encode(text)) == text


def test_publish_or_perish(tmp_path: Path) -> None:
    """Google Scholar's records by way of Publish or Perish; its zeros are no numbers."""
    text = json.dumps(
        [
            {"uid": "GS:1", "title": "One", "source": "MISQ", "year": 2021, "volume": 0, "authors": ["W Guo"]},
            {"uid": "GS:2", "title": "A {brace} and [bracket]", "article_url": "https://doi.org/10.1000/x"},
        ]
    )
    form, (one, two), reading = read(tmp_path, text)
    assert form == "csl-json"
    assert (one.source, one.source_id, one.journal, one.volume) == ("google-scholar", "GS:1", "MISQ", "")
    assert one.published == PartialDate(2021)
    assert one.authors == (Author("Guo", "W"),)
    assert (two.doi, reading.stated) == ("10.1000/x", 2)


@pytest.mark.parametrize(
    "text",
    [
        "<xml><records><record><titles><title>One</title></titles></record><record><titles>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><records><record><titles><title>&a;</title></titles>',
    ],
    ids=["cut", "entity"],
)
def test_broken_xml_is_a_format_error(tmp_path: Path, text: str) -> None:
    """XML that breaks off is named with its line; an entity is never followed."""
    with pytest.raises(FormatError):
        read(tmp_path, text)
    _, records, reading = read(tmp_path, text, keep_readable=True)
    assert not any("root:" in record.title for record in records)
    assert reading.rejected


KEPT = ("title", "kind", "journal", "volume", "issue", "pages", "published", "abstract_text", "keywords", "issns",
        "publisher", "place", "doi")  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    records=st.lists(RIS_RECORD, min_size=1, max_size=3), form=st.sampled_from(["endnote-xml", "bibtex", "csl-json"])
)
def test_what_other_formats_write_they_read(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record], form: str
) -> None:
    """The fields that these formats hold come back equal, names too."""
    for record in records:
        record.published = PartialDate(record.published.year, record.published.month, record.published.day)
        record.keywords = tuple(dict.fromkeys(k for k in record.keywords if not set(k) & set(";,:")))
        record.pages = "77-84"
        record.journal = record.journal or "J"
    path = tmp_path_factory.mktemp("out") / "file"
    formats.write(path, records, form)
    back = list(formats.read(path))
    assert formats.sniff(path) == form
    for ours, theirs in zip(records, back, strict=True):
        assert {name: getattr(theirs, name) for name in KEPT} == {name: getattr(ours, name) for name in KEPT}
        assert [author.name for author in theirs.authors] == [author.name for author in ours.authors]


@settings(max_examples=60, deadline=None)
@given(title=PLAIN, formula=st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\tx", "plain"]))
def test_tables_are_harmless_and_come_back(tmp_path_factory: pytest.TempPathFactory, title: str, formula: str) -> None:
    """No cell begins as a formula, and what was written is read back."""
    record = Record(
        "file", "7", f"{formula} {title}".strip(), authors=(Author("Ab", "C"), Author(collective="A Group"))
    )
    path = tmp_path_factory.mktemp("out") / "a.csv"
    formats.write(path, [record])
    import csv

    with path.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    (back,) = formats.read(path)
    assert (back.title, back.authors) == (record.title, record.authors)


def test_a_table_that_has_more_cells_than_its_header_is_named(tmp_path: Path) -> None:
    """A row that does not fit is rejected, with its line."""
    with pytest.raises(FormatError, match="line 3: has 4 cells where the header has 3"):
        read(tmp_path, "title,author,year\nOne,A,2020\nTwo,B,2021,extra\n")


def test_json_lines_lose_nothing(tmp_path: Path) -> None:
    """Every field of a record survives JSON Lines."""
    record = Record(
        "pubmed", "1", "T", headings=(Heading("H", "D1", major=True),), extra={"x": [1]}, status="MEDLINE", version="2"
    )
    formats.write(tmp_path / "a.jsonl", [record])
    assert list(formats.read(tmp_path / "a.jsonl")) == [record]


@pytest.mark.parametrize("line", ['{"source": "a"}', "[1]", "nonsense", '{"source": "a", "source_id": 1}'])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    """A broken line of JSON Lines is rejected with its number; the others are read."""
    good = '{"source": "a", "source_id": "1", "title": "T"}'
    with pytest.raises(FormatError, match="line 2: not a record"):
        read(tmp_path, f"{good}\n{line}\n{good}\n")


OVID_BOOKS = """<1. >
VN  - Ovid Technologies
DB  - BIOSIS Previews
AU  - Writer, Ann [Author]
TI  - A chapter
SO  - Kamp, Roza M. [Editor, Reprint Author], Calvete, Juan J. [Editor]. Methods in analysis.:371-397, 2004.
Series Information: Principles.
PT  - Book Chapter

<2. >
VN  - Ovid Technologies
DB  - PsycINFO
TI  - Another chapter
SO  - Neenan, Michael [Ed]; Palmer, Stephen [Ed]. (2012). Coaching in practice: The evidence. (pp. 11-31). xvii, 254 pp.
PU  - Routledge; US
DT  - Chapter

<3. >
VN  - Ovid Technologies
DB  - Zoological Record
TI  - A third
PB  - Some Press, Novosibirsk
BT  - Guliaev, V.D. [Ed.]. Research in Siberia. Vol. one. Some Press, Novosibirsk. 2002: 1-234.
      Chapter pagination: 214-218.
PT  - Book chapter
"""


def test_ovids_books(tmp_path: Path) -> None:
    """Editors, the book's title, pages, publisher and place, from three ways in which Ovid's databases print them."""
    form, found, _ = read(tmp_path, OVID_BOOKS)
    assert form == "ovid-tagged"
    assert [(one.title, one.book_title, one.pages, one.published.year) for one in found] == [
        ("A chapter", "Methods in analysis", "371-397", 2004),
        ("Another chapter", "Coaching in practice: The evidence", "11-31", 2012),
        ("A third", "Research in Siberia. Vol. one", "214-218", 2002),
    ]
    assert [[person.name for person in one.editors] for one in found] == [
        ["Kamp, Roza M.", "Calvete, Juan J."],
        ["Neenan, Michael", "Palmer, Stephen"],
        ["Guliaev, V.D."],
    ]
    assert [(one.publisher, one.place) for one in found] == [
        ("", ""),
        ("Routledge", "US"),
        ("Some Press", "Novosibirsk"),
    ]


def test_second_titles_and_numbers_of_articles_are_kept(tmp_path: Path) -> None:
    """A translated or original title is the other title; an article's number is its page, or is kept beside it."""
    table = tmp_path / "a.csv"
    table.write_text(
        "Title,Original Title,Art. No.,Pages\nA study,Eine Studie,e7,1-9\nB study,,e8,\n", encoding="utf-8"
    )
    one, other = formats.read(table)
    assert (one.vernacular_title, one.pages, one.extra) == ("Eine Studie", "1-9", {"columns": {"article number": "e7"}})
    assert (other.vernacular_title, other.pages, other.extra) == ("", "e8", {})
