"""What goes out of the store: records and works, one after another, never all in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harvester.record import Record
from harvester.store.database import Store
from harvester.work import Work

# Works of a run none of whose records an earlier run of the same review had found. A run that was killed and never
# resumed has told nobody of what it found, so that it does not count. An import has no strategy: it is of all reviews.
NEW_WORKS = """
    select distinct m.work_id from searches s cross join found f on f.search_id = s.id
    cross join work_records m on m.record_id = f.record_id
    where s.run_id = :run and s.kind <> 'recheck' and not exists (
        select 1 from work_records o join found g on g.record_id = o.record_id
        join searches t on t.id = g.search_id join runs r on r.id = t.run_id
        where o.work_id = m.work_id and r.id < :run and r.finished_at is not null
        and ('' in (r.strategy, (select strategy from runs where id = :run))
            or r.strategy = (select strategy from runs where id = :run)))
"""
RUN_WORKS = """
    select distinct m.work_id from searches s cross join found f on f.search_id = s.id
    cross join work_records m on m.record_id = f.record_id where s.run_id = :run and s.kind <> 'recheck'
"""


def each_record(store: Store, *, run: int | None = None) -> Iterator[tuple[int, Record]]:
    """(record id, record) of every record kept, or of those that `run` found; in the order of their ids."""
    sql = "select id, data from records"
    if run is not None:
        sql += (
            " where id in (select f.record_id from found f join searches s on s.id = f.search_id"
            " where s.run_id = :run and s.kind <> 'recheck')"
        )
    for row in store.rows(sql + " order by id", {} if run is None else {"run": run}):
        yield row["id"], Record.from_dict(json.loads(row["data"]))


def record(store: Store, record_id: int) -> Record | None:
    """One record, or None."""
    data = store.value("select data from records where id = ?", (record_id,))
    return None if data is None else Record.from_dict(json.loads(data))


def last_run(store: Store, *kinds: str) -> int | None:
    """The number of the newest run, or of the newest of these kinds."""
    marks = ", ".join("?" * len(kinds))
    where = f"where kind in ({marks})" if kinds else ""
    found: int | None = store.value(f"select max(id) from runs {where}", kinds)  # noqa: S608 - only marks go in
    return found


def works(store: Store, *, run: int | None = None, only: str = "all") -> Iterator[Work]:
    """Works in the order of their ids: all of them, or with `run` those whose records that run found.

    `only` is "all" or "new"; "new" needs `run` and gives the works that no earlier run had found. Works that were
    included by screening are the screening room's matter.
    """
    if only not in ("all", "new") or (only == "new" and run is None):
        raise ValueError(f"works cannot be had by only={only!r} with run={run!r}")
    where = ""
    if run is not None:
        where = f"where w.id in ({NEW_WORKS if only == 'new' else RUN_WORKS})"
    sql = f"""
        select w.id, w.merged, r.id as record_id, r.source, r.source_id,
            case when w.merged is null then r.data end as data
        from works w join work_records m on m.work_id = w.id join records r on r.id = m.record_id
        {where} order by w.id, r.id
    """  # noqa: S608 - built from our own constants
    work_id: int | None = None
    merged = ""
    members: list[tuple[int, str, str]] = []
    for row in store.rows(sql, {} if run is None else {"run": run}):
        if row["id"] != work_id:
            if work_id is not None:
                yield _work(work_id, merged, members)
            work_id, merged, members = row["id"], row["merged"] or row["data"], []
        members.append((row["record_id"], row["source"], row["source_id"]))
    if work_id is not None:
        yield _work(work_id, merged, members)


def count_works(store: Store, *, run: int, only: str = "all") -> int:
    """How many works `works` would give for this run."""
    inner = NEW_WORKS if only == "new" else RUN_WORKS
    return int(store.value(f"select count(*) from ({inner})", {"run": run}))  # noqa: S608 - our own constants


def count_records(store: Store, *, run: int) -> int:
    """How many distinct records a run found, over all its sources."""
    return int(
        store.value(
            "select count(distinct f.record_id) from searches s cross join found f on f.search_id = s.id "
            "where s.run_id = ? and s.kind <> 'recheck'",
            (run,),
        )
    )


def _work(work_id: int, merged: str, members: list[tuple[int, str, str]]) -> Work:
    return Work(work_id, Record.from_dict(json.loads(merged)), tuple(members))
