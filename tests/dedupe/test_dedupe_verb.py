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
    assert dedupe(path, "--engine", "spark", "--fold", "protocols")[0] == 2
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
    assert (row["a"], row["b"], row["verdict"], row["joined"]) == ("1", "2", "different", "no")
    assert row["reasons"].startswith("decided by hand; the program said ")
    assert (row["decided_by"], row["decision"], len(row["decided_on"])) == ("a reviewer", "1", 10)
    assert (row["source_a"], row["citation_a"]) == ("alpha", f"Made, Up. {TITLE}. 2021")
    assert row["source_b"] == "beta"


def test_the_audit_table_of_files(tmp_path: Path) -> None:
    """Each line says what the two records are and who judged; what looks like a formula is guarded."""
    path = csv_file(tmp_path / "two.csv")
    with path.open("a", newline="", encoding="utf-8") as out:
        title = f"=HYPERLINK(1) {TITLE}"
        for key, volume in (("x", "3"), ("-y", "3")):
            csv.writer(out).writerow((key, title, "", "2021", "BMJ Open", volume, "11-19", "10.1136/bmjopen.9"))
    pairs = tmp_path / "pairs.csv"
    assert dedupe(path, "--pairs", pairs)[0] == 0
    with pairs.open(newline="", encoding="utf-8") as text:
        rows = {(row["a"], row["b"]): row for row in csv.DictReader(text)}
    preprint, same = rows["p", "q"], rows["-y", "x"]
    assert (preprint["verdict"], preprint["relation"], preprint["joined"]) == ("different", "preprint", "no")
    assert preprint["citation_a"] == f"Made, Up and Other, One. {TITLE}. BMJ Open 2021;3:1-9. doi:10.1136/bmjopen.1"
    assert preprint["decided_by"].startswith("harvester ")
    assert (same["verdict"], same["joined"]) == ("same", "yes")
    assert same["citation_a"].startswith("'=HYPERLINK(1) ")


def test_companions_are_kept_together(tmp_path: Path) -> None:
    """--fold protocols puts a protocol into its paper's cluster, names it in the merged record, and merges nothing."""
    path, clusters, unique = tmp_path / "two.csv", tmp_path / "clusters.csv", tmp_path / "unique.ris"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("ID", "title", "author", "year", "journal", "volume", "pages", "doi"))
        writer.writerow(("p", TITLE, "Made, Up and Other, One", "2021", "BMJ Open", "3", "1-9", "10.1136/bmjopen.1"))
        writer.writerow(("q", f"{TITLE}: protocol", "Made, Up and Other, One", "2019", "BMJ Open", "1", "3-5", ""))
    told = json.loads(dedupe(path, "--fold", "protocols", "--clusters", clusters, "-o", unique, "--json")[1])
    assert (told["records"], told["works"], told["duplicates"], told["folded"]) == (2, 2, 0, 1)
    assert clusters.read_text(encoding="utf-8").split() == ["ID,cluster", "p,1", "q,1"]
    text = unique.read_text(encoding="utf-8")
    assert text.count("TY  - ") == 1
    assert f"N1  - Related work, protocol (folded into this one): Made, Up and Other, One. {TITLE}: protocol. " in text
    apart = json.loads(dedupe(path, "--fold", "corrections", "--json")[1])
    assert (apart["works"], apart["folded"]) == (2, 0)


def test_a_decision_that_later_ones_contradict_is_named(tmp_path: Path) -> None:
    """`duplicates` says which decision is not followed, and who made each."""
    db = tmp_path / "review.db"
    with open_store(db) as store:
        with store.transaction():
            run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", "", "", {}, None))
            for source in ("alpha", "beta"):
                RecordKeeper(store, run_id).keep([Record(source, "1", TITLE, published=PartialDate(2021))])
        works.decide(store, 1, 2, "different", by="one reviewer")
        works.decide(store, 1, 2, "same", by="another")
    said = CliRunner().invoke(cli, ["--db", str(db), "duplicates"], catch_exceptions=False).stdout.splitlines()
    assert said[0].startswith("decision 1: 1 2 different (by one reviewer, ")
    assert said[0].endswith("); not followed, since later ones contradict it")
    assert said[1].startswith("decision 2: 1 2 same (by another, ")
    assert said[1].endswith(")")
    assert said[2] == "0 uncertain pairs, 2 decisions by hand."
