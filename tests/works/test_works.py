"""Works: joined with reasons, undone without a trace, and the same whatever the order of things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record, Section
from harvester.store import Store, decisions, open_store, runs, works
from harvester.store.records import RecordKeeper
from harvester.works import decide, judge, undo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def paper(source: str, number: str, title: str, doi: str, **more: object) -> Record:
    """A synthetic paper."""
    return Record(
        source,
        number,
        title,
        authors=(Author("Made", "Up"),),
        journal="Journal of examples",
        volume="3",
        pages=f"{number}-9",
        published=PartialDate(2021),
        identifiers={"doi": (doi,)} if doi else {},
        **more,  # type: ignore[arg-type]
    )


LINK = "Link workers in general practice: a realist review"
COACH = "Health coaching for people with chronic illness in towns"


def keep(store: Store, *batch: Record, strategy: str = "") -> int:
    """Keep records in a run of their own; returns the run."""
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", strategy, "", {}, None))
        keeper = RecordKeeper(store, run_id)
        for record in batch:
            keeper.keep([record])
    return run_id


def members(store: Store) -> list[tuple[int, ...]]:
    """The record ids of each work."""
    return [tuple(member[0] for member in work.members) for work in works(store)]


def everything(store: Store) -> list[list[tuple[object, ...]]]:
    """All that judging writes."""
    asked = (
        "select id, first_run, merged from works order by id",
        "select record_id, work_id, content_hash from work_records order by record_id",
        "select record_a, record_b, verdict, score, reasons, relation, vetoed from evidence order by 1, 2",
    )
    return [[tuple(row) for row in store.rows(sql)] for sql in asked]


def test_duplicates_become_one_work_with_the_best_of_each(store: Store) -> None:
    """Two sources' records of one paper are one work, named after the first, with reasons; another stays apart."""
    run_id = keep(
        store,
        paper("alpha", "1", LINK, "10.1000/a"),
        paper("alpha", "2", COACH, "10.1000/b"),
        paper("beta", "1", LINK, "10.1000/a", abstract=(Section("What link workers do."),)),
    )
    judged = judge(store, run_id)
    assert (judged.records, judged.works, judged.duplicates) == (3, 2, 1)
    assert members(store) == [(1, 3), (2,)]
    first = next(works(store))
    assert first.merged.abstract_text == "What link workers do."
    evidence = store.one("select * from evidence where record_a = 1 and record_b = 3")
    assert evidence is not None
    assert (evidence["verdict"], evidence["run_id"]) == ("same", run_id)
    assert "same DOI" in json.loads(evidence["reasons"])


def test_judging_again_changes_nothing(store: Store) -> None:
    """With no new record nothing is written; judged anew, the same is found."""
    keep(store, paper("alpha", "1", LINK, "10.1000/a"), paper("beta", "1", LINK, "10.1000/a"))
    judge(store)
    before, writes = everything(store), store.connection.total_changes
    judge(store)
    assert store.connection.total_changes == writes
    judge(store, anew=True)
    assert everything(store) == before


def test_a_decision_stands_and_its_undoing_gives_back_the_start(store: Store) -> None:
    """`different` parts a work, survives a rerun, and undone leaves exactly what was there before; so does `same`."""
    keep(
        store,
        paper("alpha", "1", LINK, "10.1000/a"),
        paper("beta", "1", LINK, "10.1000/a"),
        paper("alpha", "2", COACH, "10.1000/b"),
    )
    judge(store)
    before = everything(store)
    part = decide(store, 2, 1, "different", by="a reviewer")
    assert members(store) == [(1,), (2,), (3,)]
    judge(store, anew=True)
    assert members(store) == [(1,), (2,), (3,)]
    join = decide(store, 1, 3, "same", by="a reviewer")
    assert members(store) == [(1, 3), (2,)]
    undo(store, join)
    undo(store, part)
    assert everything(store) == before
    assert decisions.standing(store) == []
    assert store.value("select count(*) from decisions") == 2


def test_a_changed_record_is_judged_again(store: Store) -> None:
    """A record that says something else leaves the work that it no longer fits."""
    keep(store, paper("alpha", "1", LINK, "10.1000/a"), paper("beta", "1", LINK, "10.1000/a"))
    judge(store)
    assert members(store) == [(1, 2)]
    keep(store, paper("beta", "1", COACH, "10.1000/b"))
    judge(store)
    assert members(store) == [(1,), (2,)]


def test_the_merged_record_follows_its_records(store: Store) -> None:
    """When a record of a work changes in place, the work's merged record says so, too."""
    keep(store, paper("alpha", "1", LINK, "10.1000/a"), paper("beta", "1", LINK, "10.1000/a"))
    judge(store)
    keep(store, paper("beta", "1", LINK, "10.1000/a", abstract=(Section("Now with an abstract."),)))
    judge(store)
    assert next(works(store)).merged.abstract_text == "Now with an abstract."


def test_what_cannot_be_decided(store: Store) -> None:
    """A missing record, one record twice, another verdict, or a decision that is not there are usage errors."""
    keep(store, paper("alpha", "1", LINK, "10.1000/a"), paper("alpha", "2", COACH, ""))
    for a, b, verdict in ((1, 9, "same"), (1, 1, "same"), (1, 2, "perhaps")):
        with pytest.raises(UsageError):
            decide(store, a, b, verdict, by="a reviewer")
    with pytest.raises(UsageError, match="no decision 4"):
        undo(store, 4)
    number = decide(store, 1, 2, "same", by="a reviewer")
    undo(store, number)
    with pytest.raises(UsageError):
        undo(store, number)


def test_an_uncertain_pair_is_listed_until_it_is_decided(store: Store) -> None:
    """A pair judged uncertain is in the list, with both ends; a decision takes it out."""
    keep(store, paper("alpha", "1", LINK, ""), paper("alpha", "2", COACH, ""))
    judge(store)
    store.execute("insert or replace into evidence values (1, 2, 'uncertain', 0.5, '[\"alike\"]', '', 0, null)")
    (pair,) = decisions.uncertain(store)
    assert (pair["record_a"], pair["record_b"], pair["title_a"]) == (1, 2, LINK)
    decide(store, 1, 2, "different", by="a reviewer")
    assert decisions.uncertain(store) == []


def test_the_strategy_says_what_is_one_work_and_whose_record_is_preferred(store: Store) -> None:
    """[dedupe] folds preprints and chooses the base of merged records; without it both are as before."""
    preprint = replace(
        paper("alpha", "1", LINK, "10.1101/2020.12.01.20241234"),
        journal="medRxiv",
        volume="",
        pages="",
        kind="preprint",
    )
    keep(store, preprint, paper("beta", "1", LINK, "10.1000/a"), paper("gamma", "1", LINK, "10.1000/a"))
    judge(store)
    assert members(store) == [(1,), (2, 3)]
    keep(store, strategy='[dedupe]\nfold = ["preprints"]\nprefer = ["gamma"]\n')
    judge(store)
    assert members(store) == [(1, 2, 3)]
    assert next(works(store)).merged.source == "gamma"
    keep(store, strategy='[dedupe]\nprefer = ["beta"]\n')
    judge(store)
    assert [work.merged.source for work in works(store)] == ["alpha", "beta"]
    keep(store, strategy="social prescrib*[tiab] AND")
    judge(store)
    assert members(store) == [(1,), (2, 3)]
