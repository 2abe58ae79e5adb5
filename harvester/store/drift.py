"""Odd drops and jumps between the searches of one source, with the likely cause: a term that a server has ceased to
find takes records away in silence, and only the numbers tell.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from datetime import date

from harvester.store.database import Store

DROP, JUMP = 0.05, 0.5  # of a search of all days, against the last one
LEAST = 10  # records; below that, numbers are left to chance
SIGMAS = 4.0  # of a Poisson number: one false alarm in some ten thousand updates
LINE_LEAST = 5
_BACK = 5  # searches looked through for a line's last count: one may have failed
_SHORT = 150  # characters of a translation


def alarms(store: Store, run_id: int) -> list[str]:
    """What is odd about the complete searches of a run beside those before it, in sentences."""
    found: list[str] = []
    for search in store.rows(
        "select s.*, r.strategy, r.terms_sha256, r.as_of as asked_for from searches s join runs r on r.id = s.run_id "
        "where s.run_id = ? and s.state = 'complete' and s.kind in ('run', 'update') and r.strategy <> '' "
        "order by s.id",
        (run_id,),
    ):
        before = _before(store, search)
        if not before:
            continue
        if search["as_of"] and before[0]["as_of"] and search["as_of"] < before[0]["as_of"]:
            then = f"in run {before[0]['run_id']} said {before[0]['as_of']}"
            found.append(
                f"{search['label']} says that its index ends on {search['as_of']}, and {then}: "
                "its clock went back, or had been ahead"
            )
        new = [each for each in json.loads(search["warnings"] or "[]") if each not in _warned(before[0])]
        found += [f"{search['label']} warns of what it did not warn of before: {each}" for each in new]
        cause = " (see its new warnings)" if new else ""
        found += _servers_lines(store, search, before)
        if search["since"] is None:
            found += [each + cause for each in _whole(store, search, before)]
        else:
            found += [each + cause for each in _windowed(search, before)]
    return found


def _before(store: Store, search: sqlite3.Row) -> list[sqlite3.Row]:
    """The complete searches before it of the same source by the same terms, the newest first."""
    return list(
        store.rows(
            "select s.*, r.as_of as asked_for from searches s join runs r on r.id = s.run_id where s.run_id < ? "
            "and s.source = ? and s.state = 'complete' and s.kind in ('run', 'update') and r.strategy = ? "
            "and r.terms_sha256 = ? order by s.id desc",
            (search["run_id"], search["source"], search["strategy"], search["terms_sha256"]),
        )
    )


def _warned(search: sqlite3.Row) -> list[str]:
    found: list[str] = json.loads(search["warnings"] or "[]")
    return found


def _whole(store: Store, search: sqlite3.Row, before: list[sqlite3.Row]) -> Iterator[str]:
    last = next((each for each in before if each["since"] is None and each["kind"] == search["kind"]), None)
    if last is None or (search["asked_for"] or "9") < (last["asked_for"] or "9"):
        return
    was, now = last["reported"], search["reported"]
    if was - now >= LEAST and now < was * (1 - DROP):
        yield f"{search['label']} finds {now:,} records where it found {was:,} in run {last['run_id']}"
    elif now - was >= LEAST and now > was * (1 + JUMP):
        yield f"{search['label']} finds {now:,} records, many more than the {was:,} of run {last['run_id']}"
    counts = _by_line(store, search["id"])
    labels = {row["number"]: row["label"] for row in _lines(store, search["id"])}
    for number, hits in _by_line(store, last["id"]).items():
        if hits >= LINE_LEAST and number not in counts:
            yield (
                f"{search['label']}: line {number} ({labels.get(number, '?')}) answers none of the records found, "
                f"where it answered {hits:,} in run {last['run_id']}"
            )


def _servers_lines(store: Store, search: sqlite3.Row, before: list[sqlite3.Row]) -> Iterator[str]:
    """The server's own count of each line, over all days, against the last count of the same text.

    Only a count that falls by a twentieth, or grows by half, is odd: databases grow, and mend themselves a little.
    """
    if (search["asked_for"] or "9") < (before[0]["asked_for"] or "9"):
        return
    earlier: dict[str, sqlite3.Row] = {}
    for one in reversed(before[:_BACK]):
        earlier |= {line["text"]: line for line in _counted(store, one["id"])}
    for line in _counted(store, search["id"]):
        was = earlier.get(line["text"])
        if was is None or not line["block"]:
            continue
        fell = was["hits"] - line["hits"] >= LINE_LEAST and line["hits"] < was["hits"] * (1 - DROP)
        grew = line["hits"] - was["hits"] >= LEAST and line["hits"] > was["hits"] * (1 + JUMP)
        if fell or grew:
            run, hits = was["run_id"], was["hits"]
            than = f" where run {run} found {hits:,}" if fell else f", many more than the {hits:,} of run {run}"
            yield (
                f"{search['label']}: line {line['number']} ({line['label']}) finds {line['hits']:,} records"
                f"{than}{_cause(line, was)}"
            )


def _cause(line: sqlite3.Row, was: sqlite3.Row) -> str:
    """What the server says of a line that it did not say before; else that it now reads it as something else."""
    told = [each for each in _warned(line) if each not in _warned(was)]
    if told:
        return f": {' '.join(told)}"
    if line["translation"] != was["translation"] and line["translation"] and was["translation"]:
        return f": the server reads it as {_short(line['translation'])} now, where it read {_short(was['translation'])}"
    return "; the server gives no reason"


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}..."


def _counted(store: Store, search_id: int) -> list[sqlite3.Row]:
    return list(
        store.rows(
            "select l.*, s.run_id from lines l join searches s on s.id = l.search_id "
            "where l.search_id = ? and l.hits is not null order by l.number",
            (search_id,),
        )
    )


def _lines(store: Store, search_id: int) -> Iterator[sqlite3.Row]:
    return store.rows("select number, label from lines where search_id = ?", (search_id,))


def _by_line(store: Store, search_id: int) -> dict[int, int]:
    rows = store.rows("select number, count(*) from found_lines where search_id = ? group by number", (search_id,))
    return {row[0]: row[1] for row in rows}


def _windowed(search: sqlite3.Row, before: list[sqlite3.Row]) -> Iterator[str]:
    """An update against the pace of the updates before it."""
    alike = [each for each in before if each["since"] and each["window_by"] == search["window_by"]]
    days = sum(map(_days, alike))
    if not days:
        return
    expected = sum(each["reported"] for each in alike) / days * _days(search)
    now = search["reported"]
    far = abs(now - expected) > SIGMAS * math.sqrt(expected)
    if expected >= LEAST and far and (now < expected / 2 or now > expected * 2):
        yield (
            f"{search['label']} finds {now:,} records in {_days(search)} days, where about {expected:,.0f} were to be "
            "expected from the updates before"
        )


def _days(search: sqlite3.Row) -> int:
    if not (search["since"] and search["until"]):
        return 0
    return (date.fromisoformat(search["until"]) - date.fromisoformat(search["since"])).days + 1
