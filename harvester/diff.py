"""What differs between two runs, and how one line's count or one record went over all of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harvester.errors import UsageError
from harvester.store import Store, runs
from harvester.store.changes import what_changed

if TYPE_CHECKING:
    from sqlite3 import Row

    from harvester.strategy import Strategy

# What a run's searches found, with what each record said then: the last page of the run that held it.
_FOUND = """
    select r.id, r.source, r.source_id, r.title, max(i.page_id), i.content_hash from searches s
    join pages p on p.search_id = s.id join items i on i.page_id = p.id join records r on r.id = i.record_id
    where s.run_id = ? and s.kind <> 'recheck' group by r.id
"""


def diff(store: Store, one: int, other: int) -> dict[str, Any]:
    """What `other` has that `one` has not, and the other way round: `strategy`, `sources`, `lines`, `records`.

    `records` holds `added`, `gone` (found by one run and not by the other) and `changed` (found by both, and saying
    something else). A source that is not complete in both runs is named under `incomparable`: what it lacks may be
    there. Raises UsageError for a run that does not exist.
    """
    first, second = _run(store, one), _run(store, other)
    before, after = _found(store, one), _found(store, other)
    states = {
        source: (_state(store, one, source), _state(store, other, source)) for source in _sources(store, one, other)
    }
    return {
        "runs": [one, other],
        "strategy": strategy_diff(store, first, second),
        "sources": [
            {
                "name": name,
                "reported": [_reported(store, one, name), _reported(store, other, name)],
                "states": list(both),
            }
            for name, both in states.items()
        ],
        "incomparable": [name for name, both in states.items() if both != (runs.COMPLETE, runs.COMPLETE)],
        "lines": _lines(store, one, other),
        "records": {
            "added": [_named(after[key]) for key in after if key not in before],
            "gone": [_named(before[key]) for key in before if key not in after],
            "changed": [
                {
                    **_named(after[key]),
                    "what": _changed(store, key, before[key]["content_hash"], after[key]["content_hash"]),
                }
                for key in after
                if key in before and before[key]["content_hash"] != after[key]["content_hash"]
            ],
        },
    }


def strategy_diff(store: Store, first: Row, second: Row) -> dict[str, Any]:
    """How the strategy of the second run differs from the first's: terms by block, limits, sources."""
    if not first["strategy_text"] or not second["strategy_text"]:
        return {"same": first["strategy_text"] == second["strategy_text"], "changes": []}
    from harvester import strategy as strategies

    read = [strategies.read(row["strategy_text"], row["strategy"], row["strategy_sha256"]) for row in (first, second)]
    changes = compare(*read)
    return {"same": first["terms_sha256"] == second["terms_sha256"], "changes": changes}


def compare(first: Strategy, second: Strategy) -> list[str]:
    """The differences between two strategies that decide what is found, in sentences."""
    said: list[str] = []
    terms = [{block.name: [term.text for term in block.terms] for block in each.blocks} for each in (first, second)]
    for block in dict.fromkeys([*terms[0], *terms[1]]):
        was, now = terms[0].get(block, []), terms[1].get(block, [])
        said += [f"{block}: added {text}" for text in now if text not in was]
        said += [f"{block}: removed {text}" for text in was if text not in now]
    for name, was_said, now_said in (
        ("limits", asdict(first.limits), asdict(second.limits)),
        ("update", asdict(first.update), asdict(second.update)),
    ):
        said += [
            f"{name}: {key} was {was_said[key]!r}, is {now_said[key]!r}"
            for key in was_said
            if was_said[key] != now_said[key]
        ]
    if first.expansions != second.expansions:
        said.append("the expansions of truncated words differ")
    if first.settings != second.settings:
        said.append("what is said of single sources differs")
    said += [f"sources: added {name}" for name in second.sources if name not in first.sources]
    said += [f"sources: removed {name}" for name in first.sources if name not in second.sources]
    return said


def line_history(store: Store, strategy: str = "") -> list[dict[str, Any]]:
    """Each line of each source over the runs: `{source, block, label, runs: [{run, since, until, hits, answered}]}`.

    `hits` is the server's own count (None where it was not asked), `answered` how many of the records found answer
    the line by their title, abstract and keywords (None for a line that is no term).
    """
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in store.rows(
        "select s.run_id, s.id as search_id, s.source, s.since, s.until, s.state, l.number, l.block, l.label, l.hits, "
        "(select count(*) from found_lines f where f.search_id = s.id and f.number = l.number) as answered "
        "from lines l join searches s on s.id = l.search_id join runs r on r.id = s.run_id "
        "where s.kind not in ('late', 'recheck') and s.state <> 'superseded' and (? = '' or r.strategy = ?) "
        "order by s.run_id, s.id, l.number",
        (strategy, strategy),
    ):
        key = (row["source"], row["block"], row["label"])
        line = found.setdefault(key, {"source": key[0], "block": key[1], "label": key[2], "runs": []})
        term = bool(row["block"]) and row["label"] != row["block"]
        line["runs"].append(
            {
                "run": row["run_id"],
                "since": row["since"],
                "until": row["until"],
                "state": row["state"],
                "hits": row["hits"],
                "answered": row["answered"] if term else None,
            }
        )
    return list(found.values())


def record_history(store: Store, key: str) -> list[dict[str, Any]]:
    """What happened to a record, in order: found by which run, changed in what, judged, decided, screened.

    `key` is its number in the store, a source's id of it, or a DOI or PMID. Several records may answer. Raises
    UsageError when none does.
    """
    rows = list(
        store.rows(
            "select id, source, source_id, title, first_run, data from records where cast(id as text) = :key or "
            "source_id = :key or id in (select record_id from identifiers where value = lower(:key)) order by id",
            {"key": key.strip()},
        )
    )
    if not rows:
        raise UsageError(
            f"no record answers to {key!r}", hint="Give its number here, its PMID, its DOI or a source's id."
        )
    return [{**_named(row), "events": _events(store, row)} for row in rows]


def _events(store: Store, row: Row) -> list[dict[str, Any]]:
    events = []
    for each in store.rows(
        "select distinct s.run_id, s.source, s.kind, r.started_at from found f join searches s on s.id = f.search_id "
        "join runs r on r.id = s.run_id where f.record_id = ? order by s.run_id",
        (row["id"],),
    ):
        what = "looked at again" if each["kind"] == runs.RECHECK else "found"
        events.append({"run": each["run_id"], "on": each["started_at"][:10], "what": f"{what} in {each['source']}"})
    texts = [
        (each["run_id"], each["data"])
        for each in store.rows(
            "select run_id, data from record_history where record_id = ? order by run_id", (row["id"],)
        )
    ]
    after = [*(data for _, data in texts), row["data"]]
    for (run_id, was), now in zip(texts, after[1:], strict=True):
        on = store.value("select substr(started_at, 1, 10) from runs where id = ?", (run_id,))
        events.append({"run": run_id, "on": on, "what": "; ".join(what_changed(json.loads(was), json.loads(now)))})
    for each in store.rows("select * from decisions where ? in (record_a, record_b) order by id", (row["id"],)):
        other = each["record_b"] if each["record_a"] == row["id"] else each["record_a"]
        undone = ", undone" if each["undone_at"] else ""
        events.append(
            {"run": None, "on": each["decided_at"][:10], "what": f"decided {each['verdict']} as record {other}{undone}"}
        )
    for each in store.rows("select * from screening_decisions where record_id = ? order by id", (row["id"],)):
        reason = f" ({each['reason']})" if each["reason"] else ""
        events.append(
            {"run": None, "on": each["decided_at"][:10], "what": f"{each['stage']}: {each['verdict']}{reason}"}
        )
    return sorted(events, key=lambda event: (event["on"] or "", event["run"] or 0))


def _run(store: Store, number: int) -> Row:
    row = runs.run_row(store, number)
    if row is None:
        raise UsageError(f"there is no run {number} in {store.path}", hint="`harvester history` lists the runs.")
    return row


def _found(store: Store, run_id: int) -> dict[int, Row]:
    return {row["id"]: row for row in store.rows(_FOUND, (run_id,))}


def _sources(store: Store, *numbers: int) -> list[str]:
    marks = ", ".join("?" * len(numbers))
    sql = (
        f"select source from searches where run_id in ({marks}) and kind <> 'recheck' group by source order by min(id)"  # noqa: S608
    )
    return [row[0] for row in store.rows(sql, numbers)]


def _search(store: Store, run_id: int, source: str) -> Row | None:
    return store.one(
        "select * from searches where run_id = ? and source = ? and kind not in ('late', 'recheck') "
        "and state <> 'superseded' order by id desc limit 1",
        (run_id, source),
    )


def _state(store: Store, run_id: int, source: str) -> str | None:
    row = _search(store, run_id, source)
    return None if row is None else row["state"]


def _reported(store: Store, run_id: int, source: str) -> int | None:
    row = _search(store, run_id, source)
    return None if row is None else row["reported"]


def _lines(store: Store, one: int, other: int) -> list[dict[str, Any]]:
    lines = []
    for line in line_history(store):
        by_run = {each["run"]: each for each in line["runs"]}
        was, now = by_run.get(one), by_run.get(other)
        if was is None and now is None:
            continue
        pair = {key: [each[key] if each else None for each in (was, now)] for key in ("hits", "answered")}
        lines.append({"source": line["source"], "block": line["block"], "label": line["label"], **pair})
    return lines


def _changed(store: Store, record_id: int, was: str, now: str) -> list[str]:
    texts = {
        row["content_hash"]: row["data"]
        for row in store.rows(
            "select content_hash, data from record_history where record_id = :id union all "
            "select content_hash, data from records where id = :id",
            {"id": record_id},
        )
    }
    if was not in texts or now not in texts:
        return ["something that is kept in the pages only"]
    return what_changed(json.loads(texts[was]), json.loads(texts[now]))


def _named(row: Row) -> dict[str, Any]:
    return {"record": row["id"], "source": row["source"], "source_id": row["source_id"], "title": row["title"]}
