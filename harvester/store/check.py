"""Is a store sound? What is kept must hash to what was written down, add up, and belong somewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from harvester.errors import StoreError
from harvester.store import pages
from harvester.store.database import Store
from harvester.store.migrations import migrations

# What must belong somewhere: how it is said, and the query that finds what does not.
_BELONGS: dict[str, str] = {
    "payload {0} belongs to no page": "select sha256 from payloads where sha256 not in (select sha256 from pages)",
    "record {0} was found by no search": "select id from records where id not in (select record_id from found)",
    "work {0} has no records": "select id from works where id not in (select work_id from work_records)",
    "work {0} is not named after its first record": (
        "select work_id from work_records group by work_id having min(record_id) <> work_id"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a store. `kind`: file, schema, hash, count, orphan."""

    kind: str
    what: str


def problems(store: Store) -> Iterator[Problem]:
    """Everything that is wrong, as it is found. Reads the whole store once, never all of it in memory."""
    yield from _file(store)
    yield from _schema(store)
    yield from _hashes(store)
    yield from _counts(store)
    yield from _orphans(store)


def _file(store: Store) -> Iterator[Problem]:
    for row in store.rows("pragma integrity_check"):
        if row[0] != "ok":
            yield Problem("file", f"SQLite's own check says: {row[0]}")
    for row in store.rows("pragma foreign_key_check"):
        yield Problem("orphan", f"row {row[1]} of table {row[0]} points at a row of {row[2]} that is not there")


def _schema(store: Store) -> Iterator[Problem]:
    ours = {number: hashlib.sha256(sql.encode()).hexdigest() for number, _, sql in migrations()}
    for row in store.rows("select number, name, sha256 from migrations order by number"):
        if ours.get(row["number"]) != row["sha256"]:
            yield Problem("schema", f"{row['name']} was applied in another form than this program's")


def _hashes(store: Store) -> Iterator[Problem]:
    for row in store.rows("select sha256 from payloads"):
        try:
            pages.body(store, row["sha256"])
        except StoreError as error:
            yield Problem("hash", error.message)
    for row in store.rows("select id, source, source_id, content_hash, data from records"):
        if hashlib.sha256(row["data"].encode()).hexdigest() != row["content_hash"]:
            yield Problem("hash", f"record {row['id']} ({row['source']} {row['source_id']}) is not what was kept")
    for row in store.rows("select record_id, run_id, content_hash, data from record_history"):
        if hashlib.sha256(row["data"].encode()).hexdigest() != row["content_hash"]:
            yield Problem("hash", f"an older form of record {row['record_id']} is not what was kept")


def _counts(store: Store) -> Iterator[Problem]:
    for row in store.rows(
        "select s.id, s.run_id, s.source, s.state, s.reported, s.retrieved, s.quarantined, s.first_n, "
        "(select count(*) from found f where f.search_id = s.id) as kept from searches s "
        "where s.state in ('complete', 'incomplete')"
    ):
        where = f"run {row['run_id']}, {row['source']}"
        if row["retrieved"] is not None and row["retrieved"] != row["kept"]:
            yield Problem("count", f"{where}: {row['retrieved']} kept by its own account, {row['kept']} there")
        whole = row["state"] == "complete" and row["first_n"] is None
        if whole and row["reported"] != row["kept"] + (row["quarantined"] or 0):
            yield Problem("count", f"{where} is complete, but {row['reported']} were counted and {row['kept']} kept")
    for row in store.rows(
        "select w.id, w.source, s.state from windows w join searches s on s.id = w.search_id "
        "where s.state <> 'complete'"
    ):
        yield Problem("count", f"window {row['id']} of {row['source']} was closed by a search that is {row['state']}")


def _orphans(store: Store) -> Iterator[Problem]:
    for said, sql in _BELONGS.items():
        for row in store.rows(sql):
            yield Problem("orphan", said.format(row[0]))
    if store.value("select exists (select 1 from works)"):
        for row in store.rows(
            "select r.id from records r join runs b on b.id = r.changed_run where b.state = 'complete' "
            "and r.id not in (select record_id from work_records)"
        ):
            yield Problem("orphan", f"record {row[0]} belongs to no work")
