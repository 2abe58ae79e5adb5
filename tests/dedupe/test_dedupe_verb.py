"""The verb `dedupe`: what is folded, what goes together with what, and the audit table of a store."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from harvester import works
from harvester.cli import cli
from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record
from harvester.store import open_store, runs
from harvester.store.records import RecordKeeper

TITLE = "Link workers in general practice: a realist review of what they do for people"


def csv_file(path: Path) -> Path:
    """A paper and its preprint, both made up."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("ID", "title", "author", "year", "journal", "volume", "pages", "doi"))
        writer.writerow(("p", TITLE, "Made, Up and Other, One", "2021", "BMJ Open", "3", "1-9", "10.1136/bmjopen.1"))
        writer.writerow(("q", TITLE, "Made, Up and Other, One", "2021", "medRxiv", "", "", "10.1101/2020.12.01.2012"))
    return path


def dedupe(*arguments: object) -> tuple[int, str]:
    """Exit code and standard output."""
    try:
        found = CliRunner().invoke(cli, ["dedupe", *map(str, arguments)], catch_exceptions=False)
    except UsageError as error:
        return error.exit_code, ""
    return found.exit_code, found.stdout


def test_preprints_are_folded_when_asked(tmp_path: Path) -> None:
    """A preprint and its paper are two works, and one with --fold preprints; another name is a usage error."""
    path = csv_file(tmp_path / "two.csv")
    assert json.loads(dedupe(path, "--json")[1])["works"] == 2
    assert json.loads(dedupe(path, "--json", "--fold", "preprints")[1])["works"] == 1
    assert json.loads(dedupe(path, "--json", "--fold", "updates")[1])["works"] == 2
    assert dedupe(path, "--fold", "papers")[0] == 2


def test_what_does_not_go_together(tmp_path: Path) -> None:
    """--again is about the store, a store is judged as its strategy says, and Spark takes files: all usage errors."""
    path = csv_file(tmp_path / "two.csv")
    db = tmp_path / "review.db"
    with open_store(db):
        pass
    assert dedupe(path, "--again")[0] == 2
    assert dedupe("--db", db, "--fold", "preprints")[0] == 2
    assert dedupe("--db", db, "--engine", "spark")[0] == 2
    assert dedupe("--db", db, "--again")[0] == 0


def test_the_audit_table_has_the_decisions_by_hand(tmp_path: Path) -> None:
    """A decided pair is told once, as it was decided, with who and when."""
    db, out = tmp_path / "review.db", tmp_path / "pairs.csv"
    with open_store(db) as store:
        with store.transaction():
            run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", "", "", {}, None))
            for source in ("alpha", "beta"):
                record = Record(source, "1", TITLE, authors=(Author("Made", "Up"),), published=PartialDate(2021))
                RecordKeeper(store, run_id).keep([record])
        works.decide(store, 1, 2, "different", by="a reviewer")
    assert dedupe("--db", db, "--pairs", out)[0] == 0
    with out.open(newline="", encoding="utf-8") as text:
        (row,) = csv.DictReader(text)
    assert (row["a"], row["b"], row["verdict"]) == ("1", "2", "different")
    assert row["reasons"].startswith("decided by hand by a reviewer on ")
