"""New records are judged against the index; what comes of it is what judging all gives. All records are made up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import works
from harvester.dedupe import block, compare, incremental, own
from harvester.record import Author, PartialDate, Record, Section
from harvester.store import Store, decisions, open_store, runs
from harvester.store.records import RecordKeeper

TITLES = (
    "Link workers in general practice: a realist review",
    "Link workers in general practice: a realist review of what they do. Part 1",
    "Link workers in general practice: a realist review of what they do. Part 2",
    "LINK WORKERS IN GENERAL PRACTICE - A REALIST REVIEW",
    "Link workers in general practise: a realist review",
    "Health coaching for people with chronic illness in towns",
    "Editorial",
)
told = st.builds(
    lambda title, author, year, volume, page, doi, abstract: (title, author, year, volume, page, doi, abstract),
    st.sampled_from(TITLES),
    st.sampled_from(("Made", "Other", "")),
    st.sampled_from((2020, 2021)),
    st.sampled_from(("", "3", "4")),
    st.sampled_from(("", "1-9", "1", "12-19")),
    st.sampled_from(("", "", "10.1000/a", "10.1000/b", "10.2000/c")),
    st.booleans(),
)
source_ids = st.tuples(st.sampled_from(("alpha", "beta")), st.integers(1, 9).map(str))
updates = st.lists(st.tuples(source_ids, told), min_size=1, max_size=8)
deciding = st.tuples(st.integers(1, 8), st.integers(1, 8), st.sampled_from(("same", "different")))
steps = st.lists(st.one_of(updates, updates, deciding, st.integers(1, 3)), min_size=1, max_size=7)


def record(key: tuple[str, str], said: tuple[Any, ...]) -> Record:
    """A record of a paper, said by a source."""
    title, author, year, volume, pages, doi, abstract = said
    return Record(
        *key,
        title,
        authors=(Author(author, "Up"),) if author else (),
        journal="Journal of examples",
        volume=volume,
        pages=pages,
        published=PartialDate(year),
        identifiers={"doi": (doi,)} if doi else {},
        abstract=(Section("What link workers do for people who live with long-term conditions, told once more."),)
        if abstract
        else (),
    )


def keep(store: Store, batch: list[Record]) -> None:
    """Keep records in a run of their own."""
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", "", "", {}, None))
        keeper = RecordKeeper(store, run_id)
        for each in batch:
            keeper.keep([each])


def everything(store: Store) -> list[list[tuple[object, ...]]]:
    """All that judging writes, its index too; but for the run in which a pair was first judged so."""
    asked = (
        "select id, first_run, merged from works order by id",
        "select record_id, work_id, content_hash from work_records order by record_id",
        "select record_a, record_b, verdict, score, reasons, relation, vetoed from evidence order by 1, 2",
        "select * from dedupe_rows order by 1",
        "select * from dedupe_keys order by 1, 2",
        "select rules, decisions from dedupe_state",
    )
    return [[tuple(row) for row in store.rows(sql)] for sql in asked]


def take(store: Store, step: Any) -> None:
    """An update (a list), a decision (three), or the undoing of one (its number)."""
    if isinstance(step, list):
        keep(store, [record(*each) for each in step])
        works.judge(store)
    elif isinstance(step, tuple):
        a, b, verdict = step
        known = store.value("select count(*) from records where id in (?, ?)", (a, b))
        if known == 2:
            works.decide(store, a, b, verdict, by="a reviewer")
    elif step in [row["id"] for row in decisions.standing(store)]:
        works.undo(store, step)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are too large from five records on, so that few records show what many would."""
    for module in (block, incremental):
        monkeypatch.setattr(module, "LIMIT", 4)
    monkeypatch.setattr(block, "PART_LIMIT", 3)
    monkeypatch.setattr(block, "NEIGHBOURS", 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_updates_come_to_what_judging_everything_comes_to(small_blocks: None, taken: list[Any]) -> None:
    """After any updates, changes, decisions and undoings, works, evidence and index are those of judging all anew."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "review.db") as store:
        works.judge(store)
        for step in taken:
            take(store, step)
        before = everything(store)
        works.judge(store, anew=True)
        assert everything(store) == before


@settings(max_examples=25, deadline=None)
@given(updates, st.data())
def test_how_records_are_split_makes_no_difference(batch: list[Any], data: st.DataObject) -> None:
    """The same records in one update or in several give the same works and evidence."""
    unique = list({key: (key, said) for key, said in batch}.values())
    cut = data.draw(st.integers(0, len(unique)))
    found = []
    for parts in ([unique], [unique[:cut], unique[cut:]], [[each] for each in unique]):
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "review.db") as store:
            for part in parts:
                take(store, part)
            found.append([rows for place, rows in enumerate(everything(store)) if place in (1, 2)])
    assert found[0] == found[1] == found[2]


def test_an_update_compares_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that are kept are not compared with one another again when a new one comes."""
    compared: list[tuple[object, object]] = []
    judge: Callable[..., Any] = compare.judge

    def watched(a: Any, b: Any, **more: Any) -> Any:
        compared.append((a.key, b.key))
        return judge(a, b, **more)

    with open_store(tmp_path / "review.db") as store:
        said = (TITLES[0], "Made", 2020, "3", "1-9", "10.1000/a", True)
        keep(store, [record(("alpha", str(number)), (*said[:4], str(number), *said[5:])) for number in range(1, 9)])
        works.judge(store)
        monkeypatch.setattr(own, "judge", watched)
        keep(store, [record(("beta", "1"), (TITLES[5], "Other", 2021, "9", "77-84", "10.2000/c", False))])
        works.judge(store)
        assert compared == []
        keep(store, [record(("beta", "2"), said)])
        works.judge(store)
    assert compared
    assert all(10 in pair for pair in compared)


def test_a_chain_that_a_contradiction_broke_is_joined_anew(tmp_path: Path) -> None:
    """A likely pair kept apart by a contradiction is one work again when what contradicted says otherwise."""
    plain = (TITLES[0], "Made", 2020, "3", "1-9", "10.1000/a", True)
    elsewhere = (TITLES[0], "Made", 2020, "", "", "", True)
    other = (TITLES[0], "Made", 2020, "3", "1-9", "10.1000/a", True)
    with open_store(tmp_path / "review.db") as store:
        for key, said in (
            (("alpha", "1"), plain),
            (("alpha", "2"), (TITLES[0], "Made", 2021, "4", "12-19", "10.1000/b", True)),
            (("beta", "1"), elsewhere),
        ):
            keep(store, [record(key, said)])
            works.judge(store)
        assert store.value("select count(*) from works") == 2
        keep(store, [record(("alpha", "2"), other)])
        works.judge(store)
        assert store.value("select count(*) from works") == 1
