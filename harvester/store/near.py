"""The index of deduplication: which records share a key, what is kept of each, and the works and evidence about them.

Knows numbers and text only; what they mean is the deduplication's matter (harvester.dedupe.incremental.Index).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from harvester.store.database import Store

Pair = tuple[int, int]


class Near:
    """The index of a store. Writing needs a transaction. `make` builds what a record is given back as."""

    def __init__(self, store: Store, make: Callable[[int, int | None, str], Any]) -> None:
        self._store = store
        self._make = make

    def state(self) -> tuple[str, set[int]]:
        """What the index holds for: the hash of the rules, and the decisions by hand that the works follow."""
        row = self._store.one("select rules, decisions from dedupe_state")
        return ("", set()) if row is None else (row["rules"], set(json.loads(row["decisions"])))

    def stamp(self, rules: str, decisions: Iterable[int]) -> None:
        """Say what the index holds for."""
        self._store.execute(
            "insert or replace into dedupe_state (id, rules, decisions) values (1, ?, ?)",
            (rules, json.dumps(sorted(decisions))),
        )

    def clear(self) -> None:
        """Forget all of it."""
        for table in ("dedupe_keys", "dedupe_rows", "dedupe_state"):
            self._store.execute(f"delete from {table}")  # noqa: S608 - our own table names

    def kept(self, ids: Iterable[int]) -> dict[int, Any]:
        """What is kept of these records; none that is not there."""
        return {
            row[0]: self._make(row[1], row[2], row[3])
            for row in self._among(
                "select record_id, content, original, row from dedupe_rows where record_id in {}", ids
            )
        }

    def copies_of(self, contents: Iterable[int]) -> list[Pair]:
        """(content, record) of every record that says one of these."""
        return self._among("select content, record_id from dedupe_rows where content in {}", contents)

    def copies_from(self, originals: Iterable[int]) -> list[Pair]:
        """(record, original) of every record that is kept as a copy of one of these."""
        return self._among("select record_id, original from dedupe_rows where original in {}", originals)

    def block(self, key: int) -> list[int]:
        """The records that have a key, in order."""
        return [
            row[0] for row in self._store.rows("select record_id from dedupe_keys where key = ? order by 1", (key,))
        ]

    def drop(self, ids: Iterable[int], keys: Iterable[Pair]) -> None:
        """Forget records, and (key, record)s."""
        self._store.many("delete from dedupe_rows where record_id = ?", ((number,) for number in ids))
        self._store.many("delete from dedupe_keys where key = ? and record_id = ?", keys)

    def put(self, rows: Iterable[tuple[int, Any]], keys: Iterable[Pair]) -> None:
        """Keep records that are not there, each with its (content, original, text), and (key, record)s."""
        self._store.many(
            "insert into dedupe_rows (record_id, content, original, row) values (?, ?, ?, ?)",
            ((number, *kept) for number, kept in rows),
        )
        self._store.many("insert into dedupe_keys (key, record_id) values (?, ?)", keys)

    def evidence(self, ids: Iterable[int]) -> list[Any]:
        """The evidence about any of these records: two records, verdict, score, reasons, relation, vetoed."""
        wanted = list(ids)
        columns = "record_a, record_b, verdict, score, reasons, relation, vetoed"
        return [
            *self._among(f"select {columns} from evidence where record_a in {{}}", wanted),  # noqa: S608
            *self._among(
                f"select {columns} from evidence where record_b in {{0}} and record_a not in {{0}}",  # noqa: S608
                wanted,
            ),
        ]

    def in_works_of(self, ids: Iterable[int]) -> list[int]:
        """All records of the works that these records are in now."""
        found = self._among(
            "select record_id from work_records where work_id in "
            "(select work_id from work_records where record_id in {})",
            ids,
        )
        return [row[0] for row in found]

    def _among(self, sql: str, numbers: Iterable[int]) -> list[Any]:
        """The rows of a query about these numbers, given as JSON: no limit on how many."""
        wanted = json.dumps(list(numbers))
        return [
            tuple(row)
            for row in self._store.rows(sql.format("(select value from json_each(:wanted))"), {"wanted": wanted})
        ]
