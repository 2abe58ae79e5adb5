"""What a run found, as the JSON of `run`, `update`, `resume` and `history` says it. Unknown is None, never zero."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from harvester.store import runs
from harvester.store.changes import changed, corrected, gone_from_sites, retracted, vanished
from harvester.store.database import Store
from harvester.store.drift import alarms
from harvester.store.read import count_records, count_works

NAMED = 50  # unread items and missing ids named in a summary; the counts beside them are whole


def report(store: Store, run_id: int) -> dict[str, Any]:
    """One run: `kind, since, until, sources, records, duplicates, works, new` and more.

    `records` are the distinct records found in this run over all sources, `works` the works that they belong to,
    `duplicates` the difference; `new` are works of this run none of whose records an earlier run had found.
    Updates add `changed`, `vanished`, `retracted`, `corrected`: lists of records.
    `alarms` are sentences on odd numbers. Raises ValueError when there is no such run.
    """
    row = runs.run_row(store, run_id)
    if row is None:
        raise ValueError(f"there is no run {run_id}")
    state = runs.state_of(store, row)
    searches = runs.current_searches(store, run_id)
    apart = (runs.LATE, runs.RECHECK)
    sources = [_source(store, run_id, search) for search in searches if search["kind"] not in apart]
    records = works = new = None
    if any(source["retrieved"] is not None for source in sources):
        records = count_records(store, run=run_id)
        if not _unjudged(store, run_id):
            works, new = count_works(store, run=run_id), count_works(store, run=run_id, only="new")
    said: dict[str, Any] = {
        "run": run_id,
        "kind": row["kind"],
        "strategy": row["strategy"],
        "state": state,
        "by": row["window_by"],
        "since": row["since"],
        "until": row["until"],
        "as_of": row["as_of"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "sources": sources,
        "records": records,
        "duplicates": None if records is None or works is None else records - works,
        "works": works,
        "new": new,
    }
    if state == runs.INTERRUPTED:
        for source in sources:
            source["state"] = state if source["state"] == runs.RUNNING else source["state"]
    options = json.loads(row["options"])
    if options.get("notes"):
        said["notes"] = options["notes"]
    if row["kind"] in (runs.RUN, runs.UPDATE):
        said["alarms"] = alarms(store, run_id)
    if row["kind"] == runs.UPDATE:
        said["changed"] = changed(store, run_id)
        said["vanished"] = vanished(store, run_id) if options.get("full") else gone_from_sites(store, run_id)
        said["retracted"] = retracted(store, run_id)
        said["corrected"] = corrected(store, run_id)
        for name, kind in (("late", runs.LATE), ("rechecked", runs.RECHECK)):
            found = [_source(store, run_id, search) for search in searches if search["kind"] == kind]
            if found:
                said[name] = found
    return said


def exit_code(store: Store, run_id: int) -> int:
    """0 when every search is complete, 4 when a source failed, 5 when one is incomplete; 4 before 5."""
    states = {search["state"] for search in runs.current_searches(store, run_id)}
    if runs.FAILED in states:
        return 4
    return 5 if states - {runs.COMPLETE, runs.NOT_SEARCHED} else 0


def _unjudged(store: Store, run_id: int) -> bool:
    return bool(
        store.value(
            "select exists (select 1 from searches s cross join found f on f.search_id = s.id "
            "left join work_records m on m.record_id = f.record_id where s.run_id = ? and m.record_id is null)",
            (run_id,),
        )
    )


def _source(store: Store, run_id: int, search: sqlite3.Row) -> dict[str, Any]:
    unread = runs.unread(store, search["id"])
    missing = runs.progress(store, search["id"]).missing if search["state"] != runs.COMPLETE else ()
    new = None
    if search["retrieved"] is not None:
        new = store.value(
            "select count(*) from found f join records r on r.id = f.record_id "
            "where f.search_id = ? and r.first_run in (select value from json_each(?))",
            (search["id"], json.dumps(runs.told_by(store, run_id))),
        )
    said = {
        "name": search["source"],
        "label": search["label"],
        "state": search["state"],
        "reported": search["reported"],
        "retrieved": search["retrieved"],
        "new": new,
        "quarantined": search["quarantined"],
        "query": search["text"],
        "dialect": search["dialect"],
        "window": {"by": search["window_by"], "since": search["since"], "until": search["until"]}
        if search["window_by"]
        else None,
        "as_of": search["as_of"],
        "translation": search["translation"],
        "warnings": json.loads(search["warnings"] or "[]"),
        "losses": json.loads(search["losses"]),
        "error": search["error"],
        "hint": search["hint"],
        "unread": [{"id": row["source_id"], "why": row["error"]} for row in unread[:NAMED]],
        "missing": {"count": len(missing), "ids": list(missing[:NAMED])},
    }
    counted = runs.lines_told(store, search["id"])
    if any(line["hits"] is not None or line["warnings"] for line in counted):
        said["lines"] = [
            {
                "number": line["number"],
                "block": line["block"],
                "label": line["label"],
                "hits": line["hits"],
                "warnings": json.loads(line["warnings"] or "[]"),
            }
            for line in counted
        ]
    if search["offered"] is not None:
        said["offered"] = search["offered"]
        seen = _seen(store, search["id"])
        if seen is not None:
            said["pages_seen"] = seen
    if search["kind"] == runs.RECHECK:
        del said["new"]
    return said


def _seen(store: Store, search_id: int) -> int | None:
    """How many pages and PDFs a crawl brought; None for what was no crawl: a crawl always asks for robots.txt."""
    found = store.one(
        "select total(kind = 'robots') as asked, total(kind = 'records') as pages from pages where search_id = ?",
        (search_id,),
    )
    return int(found["pages"]) if found is not None and found["asked"] else None
