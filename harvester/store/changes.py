"""What became of kept records in a run: changed (and in what), retracted, vanished."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from harvester.store import runs
from harvester.store.database import Store

RETRACTING = ("RetractionIn", "ExpressionOfConcernIn", "PartialRetractionIn")
CORRECTING = ("ErratumIn", "CorrectedandRepublishedIn", "RetractedandRepublishedIn")
RETRACTED_TYPE = "retracted publication"
# What a change in these fields is called; the source's own clockwork (modified, status) is none by itself.
_WORDS = {
    "title": "title",
    "vernacular_title": "title",
    "authors": "authors",
    "editors": "authors",
    "journal": "journal",
    "volume": "place in the journal",
    "issue": "place in the journal",
    "pages": "place in the journal",
    "published": "publication date",
    "languages": "language",
    "publication_types": "publication type",
    "keywords": "keywords",
    "identifiers": "identifiers",
    "kind": "kind",
}


def changed(store: Store, run_id: int) -> list[dict[str, Any]]:
    """The records kept before this run that say something else since, with `what` changed, in words."""
    found: dict[int, dict[str, Any]] = {}
    told, first = _told(store, run_id)
    rows = store.rows(
        "select r.id, r.source, r.source_id, r.title, r.data, h.data as was, m.work_id from records r "
        "indexed by records_changed_run "
        "cross join record_history h on h.record_id = r.id left join work_records m on m.record_id = r.id "
        "where h.run_id in (select value from json_each(?)) and +r.first_run < ? "
        "and r.changed_run in (select value from json_each(?)) order by r.id, h.run_id",
        (told, first, told),
    )
    for row in rows:
        said = found.setdefault(row["id"], {**named(row), "what": []})
        # Of several texts that one run replaced, each says a step of the way.
        steps = what_changed(json.loads(row["was"]), json.loads(row["data"]))
        said["what"] += [word for word in steps if word not in said["what"]]
    return list(found.values())


def what_changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The differences between two texts of a record, in words; never empty for two that differ."""
    if was == now:
        return []
    words: list[str] = []
    for name, arrived in (("abstract", "abstract"), ("headings", "subject headings")):
        before, after = was.get(name), now.get(name)
        if before != after:
            words.append(f"{arrived} {'arrived' if not before else 'withdrawn' if not after else 'revised'}")
    if was.get("version", "") != now.get("version", ""):
        words.append(f"version {now.get('version') or 'without a number'}")
    if _printed(was) != _printed(now) and now.get("published_online"):
        words.append("e-pub became print")
    gained = sorted(_kinds(now) - _kinds(was))
    words += [f"gained {kind}" for kind in gained]
    if not gained and was.get("relations") != now.get("relations"):
        words.append("links to other articles")
    for name, word in _WORDS.items():
        if was.get(name) != now.get(name) and word not in words:
            words.append(word)
    return words or ["the source's own notes"]


def _printed(said: Mapping[str, Any]) -> bool:
    return bool(said.get("volume") or said.get("issue") or said.get("pages"))


def _kinds(said: Mapping[str, Any]) -> set[str]:
    return {str(tie.get("kind")) for tie in said.get("relations", ())}


def retracted(store: Store, run_id: int) -> list[dict[str, Any]]:
    """The records kept before this run that have been retracted, or doubted by their journal, since."""
    return _gained(store, run_id, notices)


def corrected(store: Store, run_id: int) -> list[dict[str, Any]]:
    """The records kept before this run that an erratum or a republication has corrected since."""
    return _gained(store, run_id, lambda data: {kind for kind in _kinds(json.loads(data)) if kind in CORRECTING})


def _gained(store: Store, run_id: int, of: Any) -> list[dict[str, Any]]:
    found = []
    told, first = _told(store, run_id)
    rows = store.rows(
        "select r.id, r.source, r.source_id, r.title, r.data, m.work_id from records r "
        "indexed by records_changed_run left join work_records m on m.record_id = r.id "
        "where r.changed_run in (select value from json_each(?)) and +r.first_run < ? "
        "order by r.id",
        (told, first),
    )
    for row in rows:
        was = store.rows(
            "select data from record_history where record_id = ? and run_id in (select value from json_each(?))",
            (row["id"], told),
        )
        # Of several texts that one run replaced, what all of them said is what was known before it.
        before = [of(each["data"]) for each in was]
        known = before[0].intersection(*before[1:]) if before else set()
        gained = of(row["data"]) - known
        if gained:
            found.append({**named(row), "why": sorted(gained)})
    return found


def _told(store: Store, run_id: int) -> tuple[str, int]:
    """The runs whose news this one tells, as JSON, and the first of them: what was kept before it was known."""
    told = runs.told_by(store, run_id)
    return json.dumps(told), told[0]


def vanished(store: Store, run_id: int) -> list[dict[str, Any]]:
    """The records that complete searches of this strategy once found and the complete ones of this run no longer do.

    Only sources whose search of all days is complete in this run are asked; a failed search makes nothing vanish.
    What an earlier full update has missed already is not told again.
    """
    rows = store.rows(
        "select distinct r.id, r.source, r.source_id, r.title, m.work_id from found f "
        "join searches s on s.id = f.search_id join runs b on b.id = s.run_id "
        "join runs a on a.id = :run and b.strategy = a.strategy and b.id < a.id "
        "join searches t on t.run_id = a.id and t.source = s.source and t.state = 'complete' and t.since is null "
        "and t.kind <> 'recheck' and coalesce(t.window_by, 'entered') = 'entered' "
        "join records r on r.id = f.record_id left join work_records m on m.record_id = r.id "
        "where s.state = 'complete' and s.kind <> 'recheck' and s.id >= coalesce((select max(p.id) from searches p "
        "join runs q on q.id = p.run_id where q.strategy = a.strategy and q.id < a.id and p.source = t.source "
        "and json_extract(q.options, '$.full') and p.state = 'complete' and p.kind <> 'recheck'), 0) "
        "and not exists (select 1 from found g where g.search_id = t.id and g.record_id = f.record_id) order by r.id",
        {"run": run_id},
    )
    return [named(row) for row in rows]


def gone_from_sites(store: Store, run_id: int) -> list[dict[str, Any]]:
    """The documents that the last complete crawl of a site found and the complete one of this run no longer does.

    A site is searched whole by every update, so that this needs no full one. Only crawls by the same terms are held
    against each other.
    """
    rows = store.rows(
        "select distinct r.id, r.source, r.source_id, r.title, m.work_id from searches t "
        "join runs a on a.id = t.run_id "
        "cross join searches s on s.id = (select max(p.id) from searches p join runs q on q.id = p.run_id "
        "where q.strategy = a.strategy and q.terms_sha256 = a.terms_sha256 and q.id < a.id and p.source = t.source "
        "and p.dialect = t.dialect and p.state = 'complete' and p.since is null and p.kind in ('run', 'update')) "
        "cross join found f on f.search_id = s.id cross join records r on r.id = f.record_id "
        "left join work_records m on m.record_id = r.id "
        "where t.run_id = :run and t.state = 'complete' and t.dialect = 'generic' and t.since is null "
        "and t.kind in ('run', 'update') "
        "and not exists (select 1 from found g where g.search_id = t.id and g.record_id = f.record_id) order by r.id",
        {"run": run_id},
    )
    return [named(row) for row in rows]


def named(row: sqlite3.Row) -> dict[str, Any]:
    """A record as lists of records name it."""
    return {
        "record": row["id"],
        "source": row["source"],
        "source_id": row["source_id"],
        "work": row["work_id"],
        "title": row["title"],
    }


def notices(data: str) -> set[str]:
    """What a record's text says of its retraction, or of its journal's doubts."""
    said = json.loads(data)
    found = {kind for kind in _kinds(said) if kind in RETRACTING}
    return found | {kind for kind in said.get("publication_types", ()) if kind.lower() == RETRACTED_TYPE}
