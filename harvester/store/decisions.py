"""Duplicates decided by hand: kept for good, undone by a note beside them, never overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from harvester.errors import UsageError
from harvester.store.database import Store
from harvester.store.runs import now

VERDICTS = ("same", "different")
STRATEGY = "the strategy file"
"""Who decided what stands in [dedupe] of the strategy."""


def add(store: Store, a: int, b: int, verdict: str, by: str) -> int:
    """Keep a decision about two records; returns its number. Call inside a transaction.

    Raises UsageError for records that are not there, the same one twice, or another verdict than same or different.
    """
    if verdict not in VERDICTS:
        raise UsageError(f"{verdict!r} is no decision", hint="Say `same` or `different`.")
    if a == b:
        raise UsageError(f"record {a} is one record: there is nothing to decide", hint="Give two record numbers.")
    for record_id in (a, b):
        if store.value("select 1 from records where id = ?", (record_id,)) is None:
            raise UsageError(f"there is no record {record_id}", hint="`harvester duplicates` lists the numbers.")
    cursor = store.execute(
        "insert into decisions (record_a, record_b, verdict, decided_by, decided_at) values (?, ?, ?, ?, ?)",
        (min(a, b), max(a, b), verdict, by, now()),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def undo(store: Store, number: int) -> None:
    """Take a decision back; it stays in the table. Call inside a transaction. Raises UsageError without one."""
    row = store.one("select undone_at, decided_by from decisions where id = ?", (number,))
    if row is None or row["undone_at"]:
        raise UsageError(
            f"there is no decision {number} to undo", hint="`harvester duplicates` lists the decisions that stand."
        )
    if row["decided_by"] == STRATEGY:
        raise UsageError(
            f"decision {number} stands in the strategy file",
            hint="Take it out of [dedupe] there and run the search again, or decide otherwise with --decide.",
        )
    store.execute("update decisions set undone_at = ? where id = ?", (now(), number))


def standing(store: Store) -> list[sqlite3.Row]:
    """The decisions that have not been undone, oldest first."""
    return list(store.rows("select * from decisions where undone_at is null order by id"))


Named = tuple[str, str, str]
"""Two records by `source:source_id`, and the verdict."""


def by_strategy(store: Store, wanted: Iterable[Named]) -> tuple[list[tuple[int, int, str]], list[int], list[str]]:
    """What a strategy's decisions change: those to add, numbers of those to take back, and names that no record has.

    A pair that a person has decided since, or before, is left to that decision.
    """
    names = list(wanted)
    number_of = {name: _number(store, name) for pair in names for name in pair[:2]}
    standing_ = standing(store)
    by_hand = {(row["record_a"], row["record_b"]) for row in standing_ if row["decided_by"] != STRATEGY}
    ours = {
        (row["record_a"], row["record_b"], row["verdict"]): row["id"]
        for row in standing_
        if row["decided_by"] == STRATEGY
    }
    meant = set()
    for one, other, verdict in names:
        a, b = number_of[one], number_of[other]
        if a is not None and b is not None and a != b and (min(a, b), max(a, b)) not in by_hand:
            meant.add((min(a, b), max(a, b), verdict))
    unknown = sorted(name for name, number in number_of.items() if number is None)
    return sorted(meant - ours.keys()), sorted(ours[each] for each in ours.keys() - meant), unknown


def _number(store: Store, name: str) -> int | None:
    source, _, source_id = name.partition(":")
    found: int | None = store.value("select id from records where source = ? and source_id = ?", (source, source_id))
    return found


def follow_strategy(store: Store, wanted: Iterable[Named]) -> None:
    """Make the decisions that stand in the strategy file those that stand in the store. Call inside a transaction."""
    new, gone, _ = by_strategy(store, wanted)
    store.many("update decisions set undone_at = ? where id = ?", [(now(), number) for number in gone])
    for a, b, verdict in new:
        add(store, a, b, verdict, STRATEGY)


def uncertain(store: Store) -> list[dict[str, Any]]:
    """The pairs that a person should look at, the likeliest first: judged uncertain, undecided, not one work anyhow."""
    rows = store.rows(
        "select e.record_a, e.record_b, e.score, e.reasons, e.relation, "
        "a.title as title_a, a.source as source_a, a.source_id as source_id_a, a.year as year_a, "
        "a.journal as journal_a, b.title as title_b, b.source as source_b, b.source_id as source_id_b, "
        "b.year as year_b, b.journal as journal_b "
        "from evidence e join records a on a.id = e.record_a join records b on b.id = e.record_b "
        "join work_records m on m.record_id = e.record_a join work_records n on n.record_id = e.record_b "
        "where e.verdict = 'uncertain' and m.work_id <> n.work_id and not exists (select 1 from decisions d "
        "where d.record_a = e.record_a and d.record_b = e.record_b and d.undone_at is null) "
        "order by e.score desc, e.record_a, e.record_b"
    )
    return [dict(row) for row in rows]
