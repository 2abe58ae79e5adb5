"""Screening decisions: read from every tool, matched to works, kept, conflicting, counted. Files are synthetic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from small_review import paper, small_review

from harvester.cli import cli
from harvester.cli import screen as verb
from harvester.errors import FormatError, StoreError, UsageError
from harvester.export import export
from harvester.screening import FULL_TEXT, TITLE_ABSTRACT, agreement, included, kappa, outcomes, take
from harvester.screening.find import alike_titles
from harvester.screening.keep import VERDICTS
from harvester.screening.read import TOOLS, read_decisions
from harvester.screening.words import LABELS, verdict_of
from harvester.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small review."""
    with small_review(tmp_path / "review.db") as opened:
        yield opened


def write(tmp_path: Path, name: str, text: str) -> Path:
    """A file of decisions."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def verdicts(store: Store, stage: str = TITLE_ABSTRACT) -> dict[int, tuple[str, str]]:
    """(verdict, reason) by work."""
    return {work: (each.verdict, each.reason) for (work, at), each in outcomes(store).items() if at == stage}


TITLES = {number: paper(number).title for number in range(1, 11)}


def rayyan(number: int, notes: str) -> str:
    """One row of Rayyan's table."""
    quoted = notes.replace('"', '""')
    return (
        f'rayyan-{number},"{TITLES[number]}","Family{number}, Given{number}",Journal {number},2020,{number},"{quoted}"'
    )


RAYYAN = "\n".join(
    (
        "key,title,authors,journal,year,volume,notes",
        rayyan(1, 'RAYYAN-INCLUSION: {"Ana"=>"Included", "Ben"=>"Included"} | RAYYAN-LABELS: x'),
        rayyan(
            2,
            'RAYYAN-INCLUSION: {"Ana"=>"Excluded", "Ben"=>"Included"} | RAYYAN-EXCLUSION-REASONS: wrong population,'
            'foreign language | USER-NOTES: {"Ana"=>["see} there"]}',
        ),
        rayyan(3, 'RAYYAN-INCLUSION: {"Ana"=>"Maybe"}'),
        rayyan(4, ""),
    )
)


def test_rayyan_holds_every_reviewers_vote(store: Store, tmp_path: Path) -> None:
    """Every name's vote is kept, reasons belong to those who excluded, a record without votes is undecided."""
    taken = take(store, write(tmp_path, "rayyan.csv", RAYYAN))
    assert (taken.tool, taken.records, taken.decided, taken.undecided, taken.works) == ("rayyan", 4, 3, 1, 3)
    assert taken.verdicts == {"include": 3, "exclude": 1, "maybe": 1}
    assert taken.reasons == {"wrong population; foreign language": 1}
    found = outcomes(store)
    assert found[1, TITLE_ABSTRACT].verdict == "include"
    assert found[1, TITLE_ABSTRACT].votes == (("Ana", "include"), ("Ben", "include"))
    assert found[2, TITLE_ABSTRACT].verdict == "conflict"
    assert [each.work for each in taken.conflicts] == [2]
    assert found[3, TITLE_ABSTRACT].verdict == "maybe"
    assert (4, TITLE_ABSTRACT) not in found


def test_asreview_tables_and_ris(store: Store, tmp_path: Path) -> None:
    """Labels 1 and 0 decide, unseen records do not; in RIS the notes say it."""
    table = (
        f'title,doi,asreview_label\n"{TITLES[1]}",10.1000/1,1\n"{TITLES[4]}",10.1000/4,0\n"{TITLES[5]}",10.1000/5,\n'
    )
    taken = take(store, write(tmp_path, "asreview.csv", table))
    assert (taken.tool, taken.decided, taken.undecided) == ("asreview", 2, 1)
    assert verdicts(store) == {1: ("include", ""), 4: ("exclude", "")}
    ris = f"TY  - JOUR\nTI  - {TITLES[6]}\nDO  - 10.1000/6\nN1  - ASReview_irrelevant\nER  - \n"
    ris += f"TY  - JOUR\nTI  - {TITLES[7]}\nDO  - 10.1000/7\nN1  - ASReview_not_seen\nER  - \n"
    taken = take(store, write(tmp_path, "asreview.ris", ris))
    assert (taken.tool, taken.decided, taken.undecided) == ("asreview", 1, 1)
    assert verdicts(store)[6] == ("exclude", "")


def test_covidence_says_one_status_a_file(store: Store, tmp_path: Path) -> None:
    """Excluded reports carry their reason in the notes; an included file has to be named as such."""
    head = "Title,Authors,Abstract,Published Year,DOI,Covidence #,Study,Notes,Tags\n"
    out = f'"{TITLES[1]}",A,,2016,10.1000/1,#11,A 2016,"Exclusion reason: Wrong setting; seen by Ana",\n'
    taken = take(store, write(tmp_path, "excluded.csv", head + out), stage=FULL_TEXT)
    assert taken.tool == "covidence"
    assert verdicts(store, FULL_TEXT) == {1: ("exclude", "Wrong setting")}
    kept = write(tmp_path, "included.csv", head + f'"{TITLES[2]}",A,,2017,10.1000/2,#12,A 2017,,\n')
    with pytest.raises(UsageError, match="does not say what was decided") as caught:
        take(store, kept)
    assert "--decision include" in caught.value.hint
    take(store, kept, stage=FULL_TEXT, decision="include")
    assert included(store) == {2}


def test_eppi_codes_decide_by_their_names(store: Store, tmp_path: Path) -> None:
    """Codes that begin with INCLUDE or EXCLUDE decide, several exclusions are one with all reasons, others nothing."""
    codes = [
        {"AttributeId": 1, "AttributeName": "INCLUDE on title & abstract"},
        {"AttributeId": 2, "AttributeName": "EXCLUDE on population", "Attributes": {"AttributesList": [
            {"AttributeId": 3, "AttributeName": "Exclude: not a study"}]}},
        {"AttributeId": 4, "AttributeName": "Country: Wales"},
    ]  # fmt: skip
    references = [
        {"ItemId": 1, "Title": TITLES[1], "DOI": "10.1000/1", "Year": "2016", "Codes": [{"AttributeId": 1}]},
        {"ItemId": 2, "Title": TITLES[2], "DOI": "", "Year": "2017", "Authors": "Family2, Given2;",
         "ParentTitle": "Journal 2", "Codes": [{"AttributeId": 2}, {"AttributeId": 3}]},
        {"ItemId": 3, "Title": TITLES[3], "DOI": "10.1000/3", "Codes": [{"AttributeId": 4}]},
    ]  # fmt: skip
    report = {"CodeSets": [{"Attributes": {"AttributesList": codes}}], "References": references}
    taken = take(store, write(tmp_path, "eppi.json", json.dumps(report)))
    assert (taken.tool, taken.decided, taken.undecided) == ("eppi", 2, 1)
    assert verdicts(store) == {1: ("include", ""), 2: ("exclude", "population; not a study")}


def test_zotero_tags_decide(store: Store, tmp_path: Path) -> None:
    """Tags say include, exclude with a reason, or nothing about the decision."""
    rows = f'"{TITLES[1]}",10.1000/1,include; to read\n"{TITLES[2]}",10.1000/2,exclude: wrong design\n'
    rows += f'"{TITLES[3]}",10.1000/3,Wales\n'
    taken = take(store, write(tmp_path, "zotero.csv", "Title,DOI,Manual Tags\n" + rows))
    assert (taken.decided, taken.undecided) == (2, 1)
    assert verdicts(store) == {1: ("include", ""), 2: ("exclude", "wrong design")}


def test_endnote_groups_are_one_file_each(store: Store, tmp_path: Path) -> None:
    """An export of this program comes back as one group: every record finds its work by its own number."""
    export(store, tmp_path / "all.ris")
    taken = take(store, tmp_path / "all.ris", tool="endnote", decision="exclude", reason="Not about adults")
    assert (taken.records, taken.decided, taken.works, taken.unmatched) == (15, 15, 15, ())
    assert set(verdicts(store).values()) == {("exclude", "Not about adults")}
    by = {row[0] for row in store.rows("select distinct matched_by from screening_decisions")}
    assert by == {"id"}


def test_what_screening_kept_is_exported(store: Store, tmp_path: Path) -> None:
    """`export --only included` writes the works that stand included, and no other; a conflict is not among them."""
    text = "doi,decision,reviewer\n10.1000/1,include,Ana\n10.1000/2,exclude,Ana\n10.1000/4,include,Ana\n"
    take(store, write(tmp_path, "a.csv", text + "10.1000/5,include,Ana\n10.1000/5,exclude,Ben\n"))
    done = export(store, tmp_path / "in.ris", only="included")
    assert done.records == 2
    written = (tmp_path / "in.ris").read_text(encoding="utf-8")
    assert [TITLES[number] in written for number in (1, 2, 4, 5)] == [True, False, True, False]
    assert export(store, tmp_path / "one.ris", only="included", run=1).records == 2


def test_a_table_of_numbers_alone_is_enough(store: Store, tmp_path: Path) -> None:
    """DOI or PMID, a decision, a reason and a reviewer make a decision; an unknown number is named."""
    text = "pmid,decision,reason,reviewer\n1,Included,,Ana\n2,exclude,Wrong age,Ana\n2,exclude,Wrong age,Ben\n"
    text += "999,include,,\n"
    taken = take(store, write(tmp_path, "mine.csv", text))
    assert verdicts(store) == {1: ("include", ""), 2: ("exclude", "Wrong age")}
    (missed,) = taken.unmatched
    assert (missed.position, missed.pmid, missed.verdict, missed.why) == (
        4,
        "999",
        "include",
        "no work has its numbers",
    )
    assert [tuple(row) for row in store.rows("select position, pmid from screening_unmatched")] == [(4, "999")]


@pytest.mark.parametrize("name", ["my verdict", "My Verdict"])
def test_a_column_can_be_named(store: Store, tmp_path: Path, name: str) -> None:
    """`column` says where the decision stands, in any case."""
    take(store, write(tmp_path, "mine.csv", "doi,My verdict\n10.1000/1,yes\n"), column=name)
    assert verdicts(store) == {1: ("include", "")}


@pytest.mark.parametrize(
    ("text", "options", "error", "said"),
    [
        ("doi,decision\n10.1000/1,perhaps not\n", {}, FormatError, "'perhaps not' in column 'decision' is no decision"),
        ("doi,decision\n10.1000/1,\n", {}, UsageError, "does not say what was decided about any of its 1 records"),
        ("doi,decision\n10.1000/1,yes,,extra\n", {}, FormatError, "has 4 cells where the header has 2"),
        ("doi,decision\n", {}, FormatError, "holds no record"),
        ("doi,decision\n10.1000/1,yes\n", {"column": "verdict"}, UsageError, "has no column 'verdict'"),
        ("doi,decision\n10.1000/1,yes\n", {"stage": "late"}, UsageError, "no stage of screening"),
        ("doi,decision\n10.1000/1,yes\n", {"tool": "excel"}, UsageError, "no tool is known by the name"),
        ("doi,decision\n10.1000/1,yes\n", {"decision": "perhaps"}, UsageError, "is no decision"),
        ("doi,decision\n10.1000/1,yes\n", {"reason": "x"}, UsageError, "--reason goes with --decision"),
        ('{"References": [{"Codes": 4}]}', {}, FormatError, "is no report of EPPI-Reviewer"),
    ],
)
def test_what_is_not_known_is_refused(
    store: Store, tmp_path: Path, text: str, options: dict[str, str], error: type[Exception], said: str
) -> None:
    """A decision in unknown words or a file that says nothing is refused whole, and nothing of it is kept."""
    with pytest.raises(error, match=said):
        take(store, write(tmp_path, "mine.csv", text), **options)  # type: ignore[arg-type]
    assert store.value("select count(*) from screening_files") == 0


def test_an_empty_store_takes_no_decisions(tmp_path: Path) -> None:
    """Decisions are about works: without any there is nothing to decide."""
    with open_store(tmp_path / "empty.db") as store, pytest.raises(StoreError, match="holds no works"):
        take(store, write(tmp_path, "mine.csv", "doi,decision\n10.1000/1,yes\n"))


def test_the_deduplicator_finds_what_has_no_number(store: Store, tmp_path: Path) -> None:
    """A record without numbers is matched when it is surely the same; one that is like none is named."""
    rows = f'"{TITLES[4].upper()}.","Family4, Given4",2019,Journal 4,4,4-12,include\n'
    rows += '"Something quite different about gardens and weather","Else, Some",2011,Other,1,1,include\n'
    taken = take(store, write(tmp_path, "mine.csv", "title,authors,year,journal,volume,pages,decision\n" + rows))
    assert verdicts(store) == {4: ("include", "")}
    assert store.value("select matched_by from screening_decisions") == "duplicate"
    (missed,) = taken.unmatched
    assert (missed.position, missed.why) == (2, "no work is like it")


def test_a_number_with_another_title_is_no_match(store: Store, tmp_path: Path) -> None:
    """A DOI that belongs to another title is named with it, never followed."""
    text = 'title,doi,decision\n"Bees, honey and the price of wax in markets",10.1000/1,include\n'
    (missed,) = take(store, write(tmp_path, "mine.csv", text)).unmatched
    assert missed.why == f"its doi is that of {TITLES[1]!r}"
    assert verdicts(store) == {}


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    """What stands is not kept twice; a change of mind is kept beside what was said before, and stands."""
    path = write(tmp_path, "mine.csv", "doi,decision,reviewer\n10.1000/1,include,Ana\n")
    assert take(store, path).kept == 1
    again = take(store, path)
    assert (again.kept, again.unchanged) == (0, 1)
    take(store, write(tmp_path, "mine.csv", "doi,decision,reviewer\n10.1000/1,exclude,Ana\n"))
    assert verdicts(store) == {1: ("exclude", "")}
    assert store.value("select count(*) from screening_decisions") == 2


def test_one_record_decided_in_two_ways_is_named(store: Store, tmp_path: Path) -> None:
    """A file that decides one work in two ways for one reviewer says so, and the later one stands."""
    taken = take(store, write(tmp_path, "mine.csv", "doi,decision\n10.1000/1,include\n10.1000/1,exclude\n"))
    assert taken.twice == (1,)
    assert verdicts(store)[1][0] == "exclude"


def test_consensus_settles_a_conflict(store: Store, tmp_path: Path) -> None:
    """Reviewers who differ are a conflict, at any stage, until the reviewer `consensus` has decided."""
    take(store, write(tmp_path, "a.csv", "doi,decision\n10.1000/1,include\n"), reviewer="Ana", stage=FULL_TEXT)
    taken = take(store, write(tmp_path, "b.csv", "doi,decision\n10.1000/1,exclude\n"), reviewer="Ben", stage=FULL_TEXT)
    assert [each.votes for each in taken.conflicts] == [(("Ana", "include"), ("Ben", "exclude"))]
    assert included(store) == set()
    take(store, write(tmp_path, "c.csv", "doi,decision\n10.1000/1,include\n"), reviewer="consensus", stage=FULL_TEXT)
    assert included(store) == {1}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], None),
        ([("y", "y")] * 5, None),
        ([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15, 0.4),
        ([("y", "y"), ("n", "n")], 1.0),
        ([("y", "n"), ("n", "y")], -1.0),
    ],
)
def test_kappa(pairs: list[tuple[str, str]], expected: float | None) -> None:
    """Cohen's kappa of worked examples (the third is the textbook's 50 grant proposals)."""
    assert kappa(pairs) == (None if expected is None else pytest.approx(expected))


def test_agreement_is_over_what_both_decided() -> None:
    """Only what both decided counts; the unnamed and consensus are no reviewers."""
    votes = [{"Ana": "i", "Ben": "i"}, {"Ana": "e", "Ben": "i", "": "i"}, {"Ana": "e", "consensus": "e"}]
    (only,) = agreement(votes)
    assert (only.a, only.b, only.both, only.alike, only.share) == ("Ana", "Ben", 2, 1, 0.5)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Link workers: a review", "LINK WORKERS - A REVIEW.", True),
        ("Link workers", "Link workers in general practice: what do they do?", True),
        ("Étude des agents de liaison", "Etude des agents de liaison", True),
        ("Bees and honey in spring", "Link workers in general practice", False),
        ("", "anything", True),
    ],
)
def test_titles_alike(a: str, b: str, expected: bool) -> None:
    """Half of the shorter title's words have to be in the other; accents, case and marks do not count."""
    assert alike_titles(a, b) is expected


@given(st.text(max_size=20))
def test_words_are_known_or_not(text: str) -> None:
    """A decision's word gives a verdict, undecided, or None; case and spaces never matter."""
    verdict = verdict_of(text)
    assert verdict in (None, "", *VERDICTS)
    assert verdict_of(f"  {text.upper()} ".lower()) == verdict_of(text.upper().lower())


def test_the_verbs_choices_are_the_programs() -> None:
    """Tools and verdicts that --help names are those that the program knows."""
    assert verb.TOOLS == TOOLS
    assert verb.VERDICTS == VERDICTS
    assert set(LABELS.values()) == set(VERDICTS)


def test_the_verb_says_what_it_took(tmp_path: Path) -> None:
    """`screen --json` holds decided and unmatched; the text names what is unmatched, conflicting or twice."""
    small_review(tmp_path / "review.db").close()
    path = write(tmp_path, "mine.csv", "doi,decision,reason\n10.1000/1,include,\n10.9/none,exclude,Wrong age\n")
    db = str(tmp_path / "review.db")
    shown = CliRunner().invoke(cli, ["screen", str(path), "--db", db, "--by", "Ana"])
    assert "2 of 2 records decided, 1 works found for them; 1 decisions are new" in shown.stdout
    assert "unmatched: 10.9/none" in shown.stderr or "unmatched: record 2" in shown.stderr
    said = json.loads(CliRunner().invoke(cli, ["screen", str(path), "--db", db, "--by", "Ben", "--json"]).stdout)
    assert said["decided"] == 2
    assert [each["why"] for each in said["unmatched"]] == ["no work has its numbers"]


def test_rayyans_braces_inside_notes_do_not_end_the_votes(tmp_path: Path) -> None:
    """A brace in a name or a note neither hides nor makes a vote."""
    notes = 'RAYYAN-INCLUSION: {""A } b""=>""Excluded""} | RAYYAN-LABELS: {x}'
    read = read_decisions(write(tmp_path, "r.csv", f'title,year,notes\n"T",2020,"{notes}"\n'))
    assert [(vote.reviewer, vote.verdict) for vote in read.entries[0].votes] == [("A } b", "exclude")]
