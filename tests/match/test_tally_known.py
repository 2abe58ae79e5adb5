"""The line table over local records, and where known studies are lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.match import Matcher, Tally, read_known, verdict
from harvester.match.known import from_records
from harvester.record import Record, Section
from harvester.strategy import load, read

STRATEGY = (
    '[[block]]\nname = "WHO"\nterms = ["coach*", "link worker*"]\n[[block]]\nname = "WHAT"\nterms = ["illness"]\n'
)


def record(title: str, abstract: str = "") -> Record:
    """A record with a title."""
    return Record("x", title, title, abstract=(Section(abstract),) if abstract else ())


def test_hits_and_unique_hits_of_each_line() -> None:
    """Unique are the hits that no other term of the block finds."""
    tally = Tally(Matcher(read(STRATEGY)))
    answers = [tally.add(record(t)) for t in ("coach illness", "coaches and link workers", "link worker", "none")]
    assert answers == [True, False, False, False]
    assert (tally.records, tally.matched) == (4, 1)
    assert [(line.text, line.hits, line.unique) for line in tally.lines()] == [
        ("coach*", 2, 1),
        ("link worker*", 2, 1),
        ("illness", 1, 1),
        ("WHO", 3, None),
        ("WHAT", 1, None),
        ("WHO AND WHAT", 1, None),
    ]


def test_a_missed_study_names_the_block_that_lost_it() -> None:
    """Found, lost at one block, lost at both; without an abstract the verdict is not sure."""
    matcher = Matcher(read(STRATEGY))
    known = from_records([record("coach", "illness"), record("coach", "health"), record("nothing")])
    found, lost, both = (verdict(matcher, study) for study in known)
    assert (found.found, found.lost_at, found.lines) == (True, (), (1, 3, 4, 5, 6))
    assert (lost.found, lost.lost_at, lost.sure) == (False, ("line 5: WHAT",), True)
    assert (both.lost_at, both.sure) == (("line 4: WHO", "line 5: WHAT"), False)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("123\nPMID: 0456\n", ["123", "456"]),
        ("# a comment\n10.1000/ABC\n", ["10.1000/abc"]),
        ('{"studies": [{"title": "A", "doi": "10.1000/x"}, {"label": "B"}]}', ["10.1000/x", "B"]),
        ('[{"title": "A", "pmid": 7}]', ["7"]),
    ],
)
def test_lists_of_known_studies(text: str, ids: list[str]) -> None:
    """Numbers, DOIs and JSON are taken."""
    found = read_known(text)
    assert found is not None
    assert [study.id for study in found] == ids


def test_a_text_that_is_no_list_is_left_to_the_formats() -> None:
    """A reference file is not mistaken for a list."""
    assert read_known("TY  - JOUR\nTI  - 1\n") is None


def test_the_included_studies_are_read(shared_data: Path) -> None:
    """The reference review's 18 studies, 14 of them with titles."""
    found = read_known((shared_data / "included18.json").read_text(encoding="utf-8"))
    assert found is not None
    assert len(found) == 18
    assert sum(bool(study.record.title) for study in found) == 14


def test_match_and_recall_print_their_documents(tmp_path: Path) -> None:
    """The verbs give the keys that scripts rely on, and the table sums up."""
    from harvester import formats
    from harvester.cli.match import command as match
    from harvester.cli.recall import command as recall

    strategy = tmp_path / "s.toml"
    strategy.write_text(STRATEGY)
    records = tmp_path / "r.jsonl"
    formats.write(records, [record("coach", "illness"), record("coach", "health")], "jsonl")
    out = CliRunner().invoke(match, [str(strategy), str(records), "--json"], catch_exceptions=False)
    told = json.loads(out.stdout)
    assert (told["records"], told["matched"]) == (2, 1)
    assert told["lines"][0] == {"number": 1, "block": "WHO", "text": "coach*", "hits": 2, "unique": 2}
    out = CliRunner().invoke(recall, [str(strategy), str(records), "--json"], catch_exceptions=False)
    told = json.loads(out.stdout)
    assert (told["known"], len(told["found"]), len(told["missed"])) == (2, 1, 1)
    assert told["missed"][0]["lost_at"] == ["line 5: WHAT"]


def test_table_1_is_tallied_by_its_27_lines() -> None:
    """24 terms, two blocks, both."""
    assert len(Tally(Matcher(load("link-workers"))).lines()) == 27
