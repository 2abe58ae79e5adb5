"""Keeping records: new, changed, the same, older; nothing is lost and nothing is written twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.record import Author, Heading, PartialDate, Record, Relation, Section
from harvester.store import Store, open_store, runs
from harvester.store.check import problems
from harvester.store.records import RecordKeeper

NEW_RUN = runs.NewRun("run", "made-up", "", "", "", {}, None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def keep(store: Store, *records: Record) -> tuple[RecordKeeper, list[int]]:
    """Keep records in a run of their own."""
    with store.transaction():
        keeper = RecordKeeper(store, runs.start_run(store, NEW_RUN))
        ids = [kept.record_id for kept in keeper.keep(records)]
    return keeper, ids


def test_every_field_has_its_place(store: Store) -> None:
    """A record's fields stand in the columns and side tables, and the whole of it in `data`."""
    record = Record(
        "pubmed",
        "7",
        "On link workers",
        version="1",
        authors=(Author("Ab", "Cd"), Author(collective="A Group")),
        journal="J",
        published=PartialDate(2021, 3),
        abstract=(Section("Why.", "AIM"), Section("What.")),
        languages=("eng", "cym"),
        publication_types=("Review",),
        keywords=("social prescribing",),
        headings=(Heading("Chronic Disease", major=True, subheadings=("therapy",)),),
        relations=(Relation("ErratumIn", "J. 2021", pmid="9"),),
        identifiers={"doi": ("10.1/x",), "pmid": ("7",)},
    )
    _, (record_id,) = keep(store, record)
    row = store.one("select * from records where id = ?", (record_id,))
    assert row is not None
    assert (row["title"], row["year"], row["published"], row["language"]) == (
        "On link workers",
        2021,
        "2021-03",
        "eng; cym",
    )
    assert row["abstract"] == "AIM: Why.\nWhat."
    assert Record.from_dict(json.loads(row["data"])) == record
    assert row["content_hash"] == hashlib.sha256(row["data"].encode()).hexdigest() == record.content_hash()
    assert [tuple(each) for each in store.rows("select scheme, value from identifiers order by 1")] == [
        ("doi", "10.1/x"),
        ("pmid", "7"),
    ]
    assert [each[0] for each in store.rows("select name from authors order by position")] == ["Ab, Cd", "A Group"]
    assert [tuple(each) for each in store.rows("select kind, term from subjects order by position")] == [
        ("major", "Chronic Disease/therapy"),
        ("keyword", "social prescribing"),
        ("type", "Review"),
        ("language", "eng"),
        ("language", "cym"),
    ]
    assert [tuple(each) for each in store.rows("select kind, pmid, citation from relations")] == [
        ("ErratumIn", "9", "J. 2021")
    ]


def test_the_same_again_writes_nothing(store: Store) -> None:
    """A record that says what it said before is left untouched, its run included."""
    keep(store, Record("s", "1", "One"))
    before = store.connection.total_changes
    keeper, ids = keep(store, Record("s", "1", "One"))
    assert store.connection.total_changes - before == 1  # the run's own row
    assert (keeper.tally.same, keeper.tally.new, keeper.tally.changed) == (1, 0, 0)
    assert ids == [1]
    assert store.value("select changed_run from records") == 1


def test_a_change_keeps_what_was_said_before(store: Store) -> None:
    """A changed record replaces the old, whose text goes to the history; its side tables follow."""
    keep(store, Record("s", "1", "One", authors=(Author("A"), Author("B")), keywords=("old",)))
    keeper, _ = keep(store, Record("s", "1", "One, corrected", authors=(Author("C"),)))
    assert keeper.tally.changed == 1
    row = store.one("select title, first_run, changed_run from records")
    assert row is not None
    assert tuple(row) == ("One, corrected", 1, 2)
    assert [each[0] for each in store.rows("select name from authors")] == ["C"]
    assert store.value("select count(*) from subjects") == 0
    old = store.one("select record_id, run_id, data from record_history")
    assert old is not None
    assert (old["record_id"], old["run_id"], json.loads(old["data"])["title"]) == (1, 2, "One")


def test_an_older_version_never_wins(store: Store) -> None:
    """Version 1 that comes after version 2 goes to the history, whether in the same batch or in a later one."""
    two, one = Record("s", "1", "Second", version="2"), Record("s", "1", "First", version="1")
    keeper, ids = keep(store, two, one)
    assert ids == [1, 1]
    assert keeper.tally.older == 1
    keep(store, one)
    assert store.value("select title from records") == "Second"
    assert {json.loads(row[0])["title"] for row in store.rows("select data from record_history")} == {"First"}


def test_a_newer_version_wins_in_one_batch(store: Store) -> None:
    """Of two versions in one batch the newer is kept and the older is in the history."""
    keep(store, Record("s", "1", "First", version="1", keywords=("a",)), Record("s", "1", "Second", version="2"))
    assert store.value("select title from records") == "Second"
    assert store.value("select count(*) from subjects") == 0
    assert [json.loads(row[0])["title"] for row in store.rows("select data from record_history")] == ["First"]


def test_three_changes_in_one_batch(store: Store) -> None:
    """A known record that changes twice in one batch ends as the last, with both others in the history."""
    keep(store, Record("s", "1", "A", keywords=("a",)))
    keep(store, Record("s", "1", "B", keywords=("b",)), Record("s", "1", "C", keywords=("c",)))
    assert store.value("select title from records") == "C"
    assert [row[0] for row in store.rows("select term from subjects")] == ["c"]
    assert {json.loads(row[0])["title"] for row in store.rows("select data from record_history")} == {"A", "B"}


def test_half_a_surrogate_pair_is_kept_readable(store: Store) -> None:
    """Text that UTF-8 cannot say is kept with U+FFFD in its place, and the record is not lost."""
    keep(store, Record("s", "1", "A \ud83d title"))
    assert "A " in store.value("select title from records")
    assert store.value("select title from records").endswith(" title")
    assert list(problems(store)) != []  # nothing else found the record: no search
    assert not [each for each in problems(store) if each.kind == "hash"]


def test_a_batch_is_of_one_source(store: Store) -> None:
    """Records of two sources in one batch are a bug in the caller."""
    with pytest.raises(ValueError, match="one source"), store.transaction():
        RecordKeeper(store, runs.start_run(store, NEW_RUN)).keep([Record("a", "1", "x"), Record("b", "1", "y")])


said = st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2", "3"]), st.text(max_size=5))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(said, min_size=1, max_size=6), min_size=1, max_size=5))
def test_whatever_comes_the_store_agrees_with_a_simple_model(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, str, str]]]
) -> None:
    """Batches of records in any order leave what keeping them one by one in a dictionary leaves."""
    model: dict[str, tuple[str, str]] = {}
    seen: set[tuple[str, str, str]] = set()
    with open_store(tmp_path_factory.mktemp("m") / "review.db") as store:
        for batch in batches:
            keep(store, *(Record("s", i, "t" + text, version=version, keywords=(text,)) for i, version, text in batch))
            for i, version, text in batch:
                seen.add((i, version, text))
                before = model.get(i)
                if before is None or not (version and before[0] and int(version) < int(before[0])):
                    model[i] = (version, text)
        kept = {row[0]: (row[1], row[2][1:]) for row in store.rows("select source_id, version, title from records")}
        assert kept == model
        words = {
            row[0]: row[1]
            for row in store.rows("select r.source_id, s.term from records r join subjects s on s.record_id = r.id")
        }
        assert words == {i: text for i, (_, text) in model.items()}
        texts = [
            json.loads(row[0]) for row in store.rows("select data from records union select data from record_history")
        ]
        said_ones = {(each["source_id"], each.get("version", ""), each["title"][1:]) for each in texts}
        assert said_ones == seen
