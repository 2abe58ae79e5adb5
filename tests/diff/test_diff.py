"""`diff` and `history`: what differs between two runs, by record and line, and how one record or line went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import HTTP, TEXT, TODAY, Doc, Fake, finder, strategy

from harvester import works
from harvester.diff import compare, diff, line_history, record_history
from harvester.errors import UsageError
from harvester.run import run
from harvester.store import Store, open_store
from harvester.update import update

LATER = date(2023, 5, 31)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with two whole runs: `b` has gone, `n` came, `c` has another title."""
    source = Fake([Doc("a"), Doc("b"), Doc("c")])
    with open_store(tmp_path / "review.db") as opened:
        run(strategy(), opened, HTTP, today=TODAY, find=finder(source))
        source.docs[1:] = [Doc("c", title="A corrected title"), Doc("n", date(2023, 1, 1))]
        update(strategy(), opened, HTTP, full=True, today=LATER, find=finder(source))
        yield opened


def test_records(store: Store) -> None:
    """Added, gone and changed records are told apart, and what changed is said."""
    found = diff(store, 1, 2)["records"]
    assert [each["source_id"] for each in found["added"]] == ["n"]
    assert [each["source_id"] for each in found["gone"]] == ["b"]
    assert [(each["source_id"], each["what"]) for each in found["changed"]] == [("c", ["title"])]


def test_backwards_is_the_opposite(store: Store) -> None:
    """What one way is added is gone the other way."""
    found = diff(store, 2, 1)["records"]
    assert [each["source_id"] for each in found["added"]] == ["b"]
    assert [each["source_id"] for each in found["gone"]] == ["n"]


def test_a_run_and_itself(store: Store) -> None:
    """A run does not differ from itself."""
    found = diff(store, 2, 2)
    assert found["records"] == {"added": [], "gone": [], "changed": []}
    assert found["strategy"] == {"same": True, "changes": []}


def test_lines(store: Store) -> None:
    """Each line has both counts: of the records found, how many answer it."""
    lines = {line["label"]: line["answered"] for line in diff(store, 1, 2)["lines"] if line["answered"][0] is not None}
    assert lines["link worker*"] == [3, 2]
    assert lines["chronic illness*"] == [3, 3]
    history = {line["label"]: [each["answered"] for each in line["runs"]] for line in line_history(store)}
    assert history["link worker*"] == [3, 2]


def test_a_source_that_failed_is_named(store: Store) -> None:
    """Where a source is not complete in both runs, what is lacking is no news, and the source is named."""
    source = Fake([Doc("a")], down=True)
    run(strategy(), store, HTTP, today=LATER, find=finder(source))
    assert diff(store, 2, 3)["incomparable"] == ["alpha"]
    assert diff(store, 1, 2)["incomparable"] == []


def test_a_run_that_is_not_there(store: Store) -> None:
    """An unknown run and an unknown record are usage errors."""
    with pytest.raises(UsageError, match="no run 9"):
        diff(store, 1, 9)
    with pytest.raises(UsageError, match="no record"):
        record_history(store, "nobody")


def test_strategies(store: Store) -> None:
    """Terms added and removed, limits and sources are said in words."""
    other = TEXT.replace('"health coach"', '"social broker*"').replace(
        "[update]", '[limits]\nlanguage = "english"\n[update]'
    )
    said = compare(strategy(), strategy("alpha", "beta", text=other))
    assert said[:2] == ["A: added social broker*", "A: removed health coach"]
    assert any(each.startswith("limits: languages was ()") for each in said)
    assert said[-1] == "sources: added beta"
    run(strategy(text=other), store, HTTP, today=LATER, find=finder(Fake([Doc("a")])))
    assert diff(store, 2, 3)["strategy"]["same"] is False
    assert "A: added social broker*" in diff(store, 2, 3)["strategy"]["changes"]


def test_one_record(store: Store) -> None:
    """A record's story: found, changed in what, decided about; by its number, its source's id or its DOI."""
    works.decide(store, 1, 3, "different", by="me")
    (said,) = record_history(store, "c")
    whats = [event["what"] for event in said["events"]]
    assert whats.count("found in alpha") == 2
    assert "title" in whats
    assert "decided different as record 1" in whats
    assert record_history(store, "10.1000/C")[0]["record"] == said["record"] == 3
    assert record_history(store, "3") == [said]
