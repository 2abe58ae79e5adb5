"""Runs, their searches and the windows that these close.

A run is one call of run, update or import; a search is one source asked in it. A window is closed per (strategy,
source), and only by a search whose count equals what is in the store.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from harvester import __version__
from harvester.search import Loss, LossKind, Search, SearchLine
from harvester.store.database import Store
from harvester.window import DateField, Window

RUN, UPDATE, LATE, RECHECK, IMPORT = "run", "update", "late", "recheck", "import"
PENDING, RUNNING, COMPLETE, INCOMPLETE, FAILED = "pending", "running", "complete", "incomplete", "failed"
SUPERSEDED, NOT_SEARCHED = "superseded", "not-searched"
INTERRUPTED = "interrupted"  # of a run that is said to be running: never stored, since who is killed writes nothing


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run is, before it starts. `terms_sha256` is of what decides which records are found."""

    kind: str
    strategy: str
    strategy_sha256: str
    strategy_text: str
    terms_sha256: str
    options: Mapping[str, Any]
    window: Window | None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands. `reported` is None until the source has said how many it finds.

    `distinct` records came and are kept, `quarantined` items came and could not be read, `unmatched` documents of a
    site are not what the strategy asks for, `missing` ids were listed and have not come.
    """

    reported: int | None
    distinct: int
    quarantined: int
    unmatched: int
    missing: tuple[str, ...]


def now() -> str:
    """The time as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def start_run(store: Store, new: NewRun) -> int:
    """Keep a new run; returns its id."""
    by, since, until = _window(new.window)
    cursor = store.execute(
        "insert into runs (kind, strategy, strategy_sha256, strategy_text, terms_sha256, options, window_by, since, "
        "until, as_of, state, program_version, started_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?)",
        (
            new.kind,
            new.strategy,
            new.strategy_sha256,
            new.strategy_text,
            new.terms_sha256,
            json.dumps(dict(new.options), ensure_ascii=False, sort_keys=True, default=str),
            by,
            since,
            until,
            new.as_of.isoformat() if new.as_of else None,
            __version__,
            now(),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_search(
    store: Store, run_id: int, search: Search, *, kind: str, label: str, attempt: int = 1, state: str = PENDING
) -> int:
    """Keep a search that is about to be sent, its lines and what its translation lost; returns its id."""
    by, since, until = _window(search.window)
    losses = [{"kind": str(loss.kind), "what": loss.what, "why": loss.why} for loss in search.losses]
    cursor = store.execute(
        "insert into searches (run_id, source, attempt, kind, label, dialect, text, base, window_by, since, until, "
        "first_n, losses, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            search.source,
            attempt,
            kind,
            label,
            search.dialect,
            search.text,
            search.base,
            by,
            since,
            until,
            search.first_n,
            json.dumps(losses, ensure_ascii=False),
            state,
        ),
    )
    search_id = cursor.lastrowid
    assert search_id is not None
    store.many(
        "insert into lines (search_id, number, block, label, text) values (?, ?, ?, ?, ?)",
        [(search_id, line.number, line.block, line.label, line.text) for line in search.lines],
    )
    return search_id


def load_search(store: Store, row: sqlite3.Row) -> Search:
    """The search as it was sent, from its row."""
    lines = tuple(
        SearchLine(line["number"], line["block"], line["text"], line["label"])
        for line in store.rows("select * from lines where search_id = ? order by number", (row["id"],))
    )
    losses = tuple(Loss(LossKind(each["kind"]), each["what"], each["why"]) for each in json.loads(row["losses"]))
    window = None
    if row["window_by"]:
        window = Window(DateField(row["window_by"]), _date(row["since"]), _date(row["until"]))
    return Search(row["source"], row["dialect"], row["text"], row["base"], window, lines, losses, row["first_n"])


def begin_search(store: Store, search_id: int) -> None:
    """Mark a search as running; what it failed of before is forgotten, where it stands is not."""
    store.execute(
        "update searches set state = 'running', error = null, hint = null, finished_at = null, "
        "started_at = coalesce(started_at, ?) where id = ?",
        (now(), search_id),
    )


def counted(
    store: Store,
    search_id: int,
    hits: int,
    *,
    translation: str,
    warnings: Sequence[str],
    as_of: date | None,
) -> None:
    """Keep the source's own count of a search and how it understood it."""
    store.execute(
        "update searches set reported = ?, translation = ?, warnings = ?, as_of = ? where id = ?",
        (
            hits,
            translation,
            json.dumps(list(warnings), ensure_ascii=False),
            as_of.isoformat() if as_of else None,
            search_id,
        ),
    )


def ends_before(store: Store, search_id: int) -> bool:
    """Whether a search asks for days of entry that the source's index, as it says itself, has not reached."""
    return bool(
        store.value(
            "select as_of < since from searches where id = ? and window_by = 'entered' and kind in ('run', 'update')",
            (search_id,),
        )
    )


def lines_without_count(store: Store, search_id: int) -> set[int]:
    """The numbers of a search's lines whose hits are not known."""
    return {row[0] for row in store.rows("select number from lines where search_id = ? and hits is null", (search_id,))}


def lines_told(store: Store, search_id: int) -> list[sqlite3.Row]:
    """The lines of a search in order, with the source's own counts as far as they are known."""
    return list(store.rows("select * from lines where search_id = ? order by number", (search_id,)))


def line_counted(
    store: Store, search_id: int, number: int, hits: int, *, translation: str, warnings: Sequence[str]
) -> None:
    """Keep the source's own count of one line of a search."""
    store.execute(
        "update lines set hits = ?, translation = ?, warnings = ? where search_id = ? and number = ?",
        (hits, translation, json.dumps(list(warnings), ensure_ascii=False), search_id, number),
    )


def line_not_counted(store: Store, search_id: int, number: int, why: str) -> None:
    """Keep why a line has no count. Its hits stay unknown."""
    store.execute(
        "update lines set warnings = ? where search_id = ? and number = ?",
        (json.dumps([f"not counted: {why}"], ensure_ascii=False), search_id, number),
    )


def end_search(store: Store, search_id: int, state: str, *, error: str = "", hint: str = "") -> None:
    """Mark a search as complete, incomplete or failed, with what came and what went wrong."""
    stands = progress(store, search_id)
    asked = store.value("select count(*) from pages where search_id = ?", (search_id,)) > 0
    known = asked or state == COMPLETE  # nothing asked and failed: not a zero, but unknown
    store.execute(
        "update searches set state = ?, error = ?, hint = ?, retrieved = ?, quarantined = ?, finished_at = ? "
        "where id = ?",
        (
            state,
            error or None,
            hint or None,
            stands.distinct if known else None,
            stands.quarantined if known else None,
            now(),
            search_id,
        ),
    )


def progress(store: Store, search_id: int) -> Progress:
    """Where a search stands, from what is in the store."""
    reported = store.value("select reported from searches where id = ?", (search_id,))
    distinct = store.value("select count(*) from found where search_id = ?", (search_id,))
    quarantined = len(unread(store, search_id))
    missing = tuple(
        row[0]
        for row in store.rows(
            "select source_id from expected where search_id = :search except "
            "select r.source_id from found f join records r on r.id = f.record_id where f.search_id = :search "
            "except select i.source_id from items i join pages p on p.id = i.page_id "
            "where p.search_id = :search order by 1",
            {"search": search_id},
        )
    )
    unmatched = store.value(
        "select count(distinct i.source_id) from items i join pages p on p.id = i.page_id "
        "where p.search_id = ? and i.record_id is null and i.error is null",
        (search_id,),
    )
    return Progress(reported, distinct, quarantined, unmatched, missing)


def unread(store: Store, search_id: int) -> list[sqlite3.Row]:
    """The items of a search that could not be read and that no later page gave whole: page, position, id, error."""
    return list(
        store.rows(
            "select i.page_id, i.position, i.source_id, i.error from items i join pages p on p.id = i.page_id "
            "where p.search_id = :search and i.error is not null and not exists (select 1 from found f "
            "join records r on r.id = f.record_id where f.search_id = :search and r.source_id = i.source_id "
            "and i.source_id <> '') group by p.sha256, i.position order by i.page_id, i.position",
            {"search": search_id},
        )
    )


def current_searches(store: Store, run_id: int) -> list[sqlite3.Row]:
    """The searches of a run, those that a later attempt replaced left out, in the order they were planned."""
    return list(store.rows("select * from searches where run_id = ? and state <> 'superseded' order by id", (run_id,)))


def end_run(store: Store, run_id: int) -> str:
    """Mark a run as its searches are: failed before incomplete before complete. Returns the state."""
    states = {row["state"] for row in current_searches(store, run_id)}
    if FAILED in states:
        state = FAILED
    elif states - {COMPLETE, NOT_SEARCHED}:
        state = INCOMPLETE
    else:
        state = COMPLETE
    store.execute("update runs set state = ?, finished_at = ? where id = ?", (state, now(), run_id))
    # A run speaks of no day that a source's index had not reached.
    store.execute(
        "update runs set until = min(until, (select min(as_of) from searches where run_id = :run "
        "and as_of is not null)) where id = :run and window_by <> 'published' and exists (select 1 from searches "
        "where run_id = :run and as_of is not null and as_of >= coalesce(runs.since, ''))",
        {"run": run_id},
    )
    return state


def told_by(store: Store, run_id: int) -> list[int]:
    """The runs whose news is this run's to tell: itself, and those right before it that were killed and never ended."""
    return [
        row[0]
        for row in store.rows(
            "select id from runs where id = :run or (id < :run and finished_at is null and id > coalesce("
            "(select max(id) from runs where id < :run and finished_at is not null), 0)) order by id",
            {"run": run_id},
        )
    ]


def state_of(store: Store, run: sqlite3.Row) -> str:
    """A run's state; `interrupted` for one that says it is running and that nobody works at: killed, or the power went.

    A newer run, or a lock that nobody holds, gives it away: there is one writer.
    """
    if run["state"] != RUNNING:
        return str(run["state"])
    newer = store.value("select exists (select 1 from runs where id > ?)", (run["id"],))
    return INTERRUPTED if newer or not store.in_use else RUNNING


def run_row(store: Store, run_id: int) -> sqlite3.Row | None:
    """One run, or None."""
    return store.one("select * from runs where id = ?", (run_id,))


def unfinished_run(store: Store) -> sqlite3.Row | None:
    """The newest run, when it is not complete: what `resume` takes up."""
    row = store.one("select * from runs where kind in ('run', 'update') order by id desc limit 1")
    return row if row is not None and row["state"] != COMPLETE else None


def close_window(store: Store, search_id: int, window: Window) -> None:
    """Close a window by a complete search. `window.until` must be known."""
    if window.until is None:
        raise ValueError("a window without an end cannot be closed")
    store.execute(
        "insert into windows (strategy, source, window_by, since, until, search_id, terms_sha256, closed_at) "
        "select r.strategy, s.source, ?, ?, ?, s.id, r.terms_sha256, ? "
        "from searches s join runs r on r.id = s.run_id where s.id = ?",
        (
            str(window.by),
            window.since.isoformat() if window.since else None,
            window.until.isoformat(),
            now(),
            search_id,
        ),
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """How far a source has been searched whole, from the beginning of time, and by which terms."""

    until: date
    terms_sha256: str


def covered(
    store: Store,
    strategy: str,
    source: str,
    by: DateField = DateField.ENTERED,
    *,
    terms: str = "",
    before: date | None = None,
) -> Covered | None:
    """The last day up to which all days of entry are searched without a gap; None where no window starts it.

    Windows by entry date, or by `by`, that touch or overlap are one. Where none begins at the beginning of time, the
    earliest one counts as if it did. Only windows of the same terms are put together: of `terms` where
    there are any, else of the newest window's. With `before`, only windows that end before that day.
    """
    rows = list(
        store.rows(
            "select since, until, terms_sha256 from windows where strategy = ? and source = ? "
            "and window_by in ('entered', ?) and until < ? order by id",
            (strategy, source, str(by), before.isoformat() if before else "9999-99"),
        )
    )
    if not rows:
        return None
    if all(row["terms_sha256"] != terms for row in rows):
        terms = rows[-1]["terms_sha256"]
    spans = sorted(
        (
            (_date(row["since"]) or date.min, date.fromisoformat(row["until"]))
            for row in rows
            if row["terms_sha256"] == terms
        ),
    )
    until = spans[0][1]
    for since, end in spans[1:]:
        if since <= until + timedelta(days=1):
            until = max(until, end)
    return Covered(until, terms)


def looked_again(store: Store, strategy: str, source: str, terms: str) -> date | None:
    """The last day up to which what a source revised has been looked at: by a complete search of all days, or by an
    update whose late search and recheck were both complete. None where there is neither.
    """
    found = store.value(
        "select max(coalesce(s.until, r.until, substr(s.started_at, 1, 10))) from searches s "
        "join runs r on r.id = s.run_id where r.strategy = ? and r.terms_sha256 = ? and s.source = ? "
        "and s.state = 'complete' and s.first_n is null and ("
        "(s.kind in ('run', 'update') and s.since is null and coalesce(s.window_by, 'entered') <> 'published') "
        "or (s.kind = 'late' and not exists (select 1 from searches c where c.run_id = r.id and c.source = s.source "
        "and c.kind = 'recheck' and c.state not in ('complete', 'superseded'))))",
        (strategy, terms, source),
    )
    return _date(found)


def _window(window: Window | None) -> tuple[str | None, str | None, str | None]:
    if window is None:
        return None, None, None
    said = asdict(window)
    return str(window.by), said["since"] and said["since"].isoformat(), said["until"] and said["until"].isoformat()


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
