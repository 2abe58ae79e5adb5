"""Works: the store's records judged by the deduplication, kept with the reasons, and all of it reversible.

A work's id is the smallest record id in it, so it depends on the records alone: the same records give the same
works, whatever was cut off, undone or run twice in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harvester.record import Record
from harvester.store import Store, decisions, each_record


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging came to. `conflicts` are numbers of decisions that contradict later ones and were not followed."""

    records: int
    works: int
    uncertain: int
    conflicts: tuple[int, ...] = ()

    @property
    def duplicates(self) -> int:
        """How many records are another record's duplicate."""
        return self.records - self.works


def judge(store: Store, run_id: int | None = None, *, anew: bool = False) -> Judged:
    """Bring works up to date with the records and the decisions by hand.

    Nothing is done when no record came or changed since, unless `anew`. `run_id` is the run that the evidence is
    put down to. Raises StoreError.
    """
    if not (anew or _stale(store)):
        return _standing(store)
    with store.transaction():
        return _judge(store, run_id)


def decide(store: Store, a: int, b: int, verdict: str, *, by: str) -> int:
    """Keep a decision by hand about two records and apply it; returns its number. Raises UsageError, StoreError."""
    with store.transaction():
        number = decisions.add(store, a, b, verdict, by)
        _judge(store, None)
    return number


def undo(store: Store, number: int) -> None:
    """Take a decision back: the works are as they would be without it. Raises UsageError, StoreError."""
    with store.transaction():
        decisions.undo(store, number)
        _judge(store, None)


def _stale(store: Store) -> bool:
    return bool(
        store.value(
            "select exists (select 1 from records r left join work_records m on m.record_id = r.id "
            "where m.content_hash is not r.content_hash)"
        )
    )


def _standing(store: Store) -> Judged:
    return Judged(
        store.value("select count(*) from records"),
        store.value("select count(*) from works"),
        len(decisions.uncertain(store)),
    )


def _judge(store: Store, run_id: int | None) -> Judged:
    from harvester.dedupe import Decision, dedupe, from_record

    by_hand = decisions.standing(store)
    found = dedupe(
        (from_record(record, record_id) for record_id, record in each_record(store)),
        decisions=[Decision(row["record_a"], row["record_b"], row["verdict"]) for row in by_hand],
    )
    _keep_works(store, [[int(key) for key in cluster] for cluster in found.clusters])
    _keep_evidence(
        store,
        run_id,
        [
            (
                min(int(each.a), int(each.b)),
                max(int(each.a), int(each.b)),
                str(each.verdict),
                each.score,
                json.dumps(list(each.reasons), ensure_ascii=False),
                each.relation,
                int(each.vetoed),
            )
            for each in found.evidence
        ],
    )
    broken = {(each.a, each.b, each.verdict) for each in found.conflicts}
    conflicts = tuple(row["id"] for row in by_hand if (row["record_a"], row["record_b"], row["verdict"]) in broken)
    return Judged(found.records, found.works, len(decisions.uncertain(store)), conflicts)


def _keep_works(store: Store, clusters: Sequence[Sequence[int]]) -> None:
    """Write what differs from what is kept. Foreign keys: works first, then their records, then what is left empty."""
    was = {row[0]: (row[1], row[2]) for row in store.rows("select record_id, work_id, content_hash from work_records")}
    now = {row[0]: (row[1], row[2]) for row in store.rows("select id, content_hash, first_run from records")}
    sizes: dict[int, int] = {}
    for work_id, _ in was.values():
        sizes[work_id] = sizes.get(work_id, 0) + 1
    new_works: list[tuple[int, int, str | None]] = []
    members: list[tuple[int, int, str]] = []
    for cluster in clusters:
        work_id = min(cluster)
        moved = [
            (record_id, work_id, now[record_id][0])
            for record_id in cluster
            if was.get(record_id) != (work_id, now[record_id][0])
        ]
        if not moved and sizes.get(work_id) == len(cluster):
            continue
        first_run = min(now[record_id][1] for record_id in cluster)
        new_works.append((work_id, first_run, _merged(store, cluster)))
        members += moved
    store.many(
        "insert into works (id, first_run, merged) values (?, ?, ?) "
        "on conflict (id) do update set first_run = excluded.first_run, merged = excluded.merged",
        new_works,
    )
    store.many(
        "insert into work_records (record_id, work_id, content_hash) values (?, ?, ?) on conflict (record_id) "
        "do update set work_id = excluded.work_id, content_hash = excluded.content_hash",
        members,
    )
    store.execute("delete from works where id not in (select work_id from work_records)")


def _merged(store: Store, cluster: Sequence[int]) -> str | None:
    """The best field of each record as JSON; None for a single record, which is its own best."""
    from harvester.dedupe import merge

    if len(cluster) == 1:
        return None
    return merge(list(_records_of(store, cluster))).to_json()


def _records_of(store: Store, ids: Sequence[int]) -> Iterator[Record]:
    for row in store.rows(
        "select data from records where id in (select value from json_each(?)) order by id", (json.dumps(ids),)
    ):
        yield Record.from_dict(json.loads(row["data"]))


def _keep_evidence(
    store: Store, run_id: int | None, rows: Sequence[tuple[int, int, str, float, str, str, int]]
) -> None:
    """Make the evidence these pairs and no others; a pair that is judged as before keeps its run."""
    wanted = {(row[0], row[1]) for row in rows}
    gone = [tuple(row) for row in store.rows("select record_a, record_b from evidence") if tuple(row) not in wanted]
    store.many("delete from evidence where record_a = ? and record_b = ?", gone)
    store.many(
        "insert into evidence (record_a, record_b, verdict, score, reasons, relation, vetoed, run_id) "
        "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (record_a, record_b) do update set verdict = excluded.verdict, "
        "score = excluded.score, reasons = excluded.reasons, relation = excluded.relation, vetoed = excluded.vetoed, "
        "run_id = excluded.run_id where verdict <> excluded.verdict or reasons <> excluded.reasons",
        [(*row, run_id) for row in rows],
    )
