"""What a review's strategy says of duplicates: pairs, ignored fields, how sure joining has to be; and decisions by hand
over reruns and upgrades. All is made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.dedupe import incremental
from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record
from harvester.store import Store, decisions, open_store, runs, works
from harvester.store.records import RecordKeeper
from harvester.works import decide, judge, undo

STRATEGY = '[[block]]\nname = "A"\nterms = ["coach*"]\n[dedupe]\n'
LINK = "Link workers in general practice: a realist review of what they do"
COACH = "Health coaching for people with chronic illness in towns"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def paper(source: str, number: str, title: str, **more: object) -> Record:
    """A synthetic paper."""
    said: dict[str, object] = {
        "authors": (Author("Made", "Up"),), "journal": "Journal of examples", "volume": "3", "pages": "1-9",
        "published": PartialDate(2021), "identifiers": {"doi": ("10.1000/a",)},
    }  # fmt: skip
    return Record(source, number, title, **{**said, **more})  # type: ignore[arg-type]


def keep(store: Store, *batch: Record, rules: str = "") -> int:
    """Keep records in a run of a strategy with these rules."""
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", STRATEGY + rules, "", {}, None))
        keeper = RecordKeeper(store, run_id)
        for record in batch:
            keeper.keep([record])
    return run_id


def members(store: Store) -> list[tuple[int, ...]]:
    """The record ids of each work."""
    return [tuple(member[0] for member in work.members) for work in works(store)]


def test_pairs_of_the_strategy_are_decisions(store: Store) -> None:
    """Pairs named there are joined or kept apart, and stand as decisions that say who made them."""
    rules = 'same = [["alpha:1", "beta:2"]]\ndifferent = [["alpha:1", "beta:1"]]\n'
    keep(
        store,
        paper("alpha", "1", LINK),
        paper("beta", "1", LINK),
        paper("beta", "2", COACH, identifiers={}),
        rules=rules,
    )
    judged = judge(store)
    assert members(store) == [(1, 3), (2,)]
    assert [(row["record_a"], row["record_b"], row["decided_by"]) for row in decisions.standing(store)] == [
        (1, 2, decisions.STRATEGY),
        (1, 3, decisions.STRATEGY),
    ]
    assert (judged.uncertain, judged.unknown) == (0, ())


def test_a_pair_taken_out_of_the_strategy_is_as_before(store: Store) -> None:
    """Without the rule the next judging gives the works that there would be without it, and the decision is undone."""
    keep(store, paper("alpha", "1", LINK), paper("beta", "1", LINK), rules='different = [["alpha:1", "beta:1"]]\n')
    judge(store)
    assert members(store) == [(1,), (2,)]
    keep(store)
    judge(store)
    assert members(store) == [(1, 2)]
    assert decisions.standing(store) == []


def test_a_record_that_comes_later(store: Store) -> None:
    """A pair whose second record is not there yet is named, and takes hold when the record has come."""
    rules = 'different = [["alpha:1", "beta:1"]]\n'
    keep(store, paper("alpha", "1", LINK), rules=rules)
    assert judge(store).unknown == ("beta:1",)
    keep(store, paper("gamma", "1", LINK), rules=rules)
    judge(store)
    assert members(store) == [(1, 2)]
    keep(store, paper("beta", "1", LINK), rules=rules)
    assert judge(store).unknown == ()
    apart = members(store)
    assert sorted(map(len, apart)) == [1, 2]
    assert all(not {1, 3} <= set(group) for group in apart)
    judge(store, anew=True)
    assert members(store) == apart


def test_a_person_stands_above_the_strategy(store: Store) -> None:
    """A decision by hand about a pair replaces the strategy's, which can only be taken back in the strategy."""
    keep(store, paper("alpha", "1", LINK), paper("beta", "1", LINK), rules='different = [["alpha:1", "beta:1"]]\n')
    judge(store)
    (row,) = decisions.standing(store)
    with pytest.raises(UsageError, match="strategy file"):
        undo(store, row["id"])
    decide(store, 1, 2, "same", by="a reviewer")
    judge(store, anew=True)
    assert members(store) == [(1, 2)]
    assert [row["decided_by"] for row in decisions.standing(store)] == ["a reviewer"]


def test_ignored_fields(store: Store) -> None:
    """A field that one source spoils is not compared when the strategy says so, nor later in an update."""
    one = paper("alpha", "1", LINK, identifiers={}, pages="1-9", issue="1")
    spoilt = paper("beta", "1", LINK, identifiers={}, pages="77-84", issue="8")
    keep(store, one, spoilt)
    judge(store)
    assert members(store) == [(1,), (2,)]
    rules = 'ignore = ["pages", "issue"]\n'
    keep(store, paper("gamma", "1", LINK, identifiers={}, pages="501-9", issue="7"), rules=rules)
    judge(store)
    assert members(store) == [(1, 2, 3)]


def test_a_review_may_ask_for_more(store: Store) -> None:
    """With joined_from a pair that is less sure is put to a person, who is told why."""
    rules = "joined_from = 1.0\n"
    keep(store, paper("alpha", "1", LINK), paper("beta", "1", LINK, volume=""))
    judge(store)
    assert members(store) == [(1, 2)]
    keep(store, rules=rules)
    assert judge(store).uncertain == 1
    assert members(store) == [(1,), (2,)]
    (pair,) = decisions.uncertain(store)
    assert "less than the 1 that this review asks for" in pair["reasons"]
    keep(store, paper("gamma", "1", COACH, identifiers={}), rules=rules)
    judge(store)
    assert members(store) == [(1,), (2,), (3,)]


def test_decisions_survive_reruns_and_upgrades(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions by hand hold when more records come, when all is judged anew, and when the program's rules change."""
    keep(store, paper("alpha", "1", LINK), paper("beta", "1", LINK), paper("gamma", "1", COACH, identifiers={}))
    judge(store)
    decide(store, 1, 2, "different", by="a reviewer")
    decide(store, 1, 3, "same", by="a reviewer")
    expected = [(1, 3), (2,)]
    assert members(store) == expected
    keep(store, paper("delta", "1", "Something else that nobody had found before", identifiers={}))
    judge(store)
    assert members(store) == [*expected, (4,)]
    judge(store, anew=True)
    assert members(store) == [*expected, (4,)]
    monkeypatch.setattr(incremental, "rules", lambda: "the rules of another version")
    judge(store)
    assert store.value("select rules from dedupe_state").startswith("the rules of another version")
    assert members(store) == [*expected, (4,)]
    said = [(row["record_a"], row["record_b"], row["verdict"]) for row in decisions.standing(store)]
    assert said == [(1, 2, "different"), (1, 3, "same")]
    undo(store, 1)
    undo(store, 2)
    assert members(store) == [(1, 2), (3,), (4,)]
