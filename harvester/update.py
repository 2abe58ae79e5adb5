"""`update`: what is new since the last complete search, and `resume`: a run that was cut off, where it was cut off.

An update asks for what entered a database since the last closed window, less an overlap for what is indexed late,
and subtracts all that was ever found (Bramer and Bain 2017, https://doi.org/10.5195/jmla.2017.167). Publication
dates are no way to update: a record may enter years after them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from harvester.conduct import Find, RunReport, Say, conduct, find_source, quiet
from harvester.errors import UsageError
from harvester.run import (
    Planned,
    add_searches,
    chosen,
    finder,
    line_notes,
    matcher_of,
    new_run,
    plan_searches,
    terms_sha256,
    today_utc,
)
from harvester.store import Store, runs
from harvester.window import DateField, Window

if TYPE_CHECKING:
    from harvester.http import Http
    from harvester.search import Search
    from harvester.sources.base import Source
    from harvester.strategy import Strategy

BY_ID = 5000  # kept records asked for by id in one update: 80 KB of query, sent by POST
# Of one source: what screening included, then the latest of the rest, what it excluded last. Both by an index.
_INCLUDED = (
    "select r.source_id from work_records m cross join records r on r.id = m.record_id where r.source = ? "
    "and m.work_id in (select value from json_each(?)) order by r.id desc"
)
_KEPT = (
    "select r.source_id from records r left join work_records m on m.record_id = r.id where +r.source = ? "
    "and coalesce(m.work_id, 0) not in (select value from json_each(?)) "
    "and (coalesce(m.work_id, 0) in (select value from json_each(?))) = ? order by r.id desc limit ?"
)


@dataclass(frozen=True, slots=True)
class Since:
    """From which day a source is asked; None is the beginning of time, and `why` says why that is so.

    `undated`: the source knows no such days, so that its search says nothing of the days of the update.
    """

    source: str
    day: date | None
    why: str = ""
    undated: bool = False


def update(
    strategy: Strategy,
    store: Store,
    http: Http,
    *,
    full: bool = False,
    until: date | None = None,
    sources: Sequence[str] = (),
    progress: Say = quiet,
    today: date | None = None,
    find: Find | None = None,
) -> RunReport:
    """Search what entered since the last closed window of each source, less the strategy's overlap.

    `full` searches all days again and also says what has vanished. A source that was never searched whole, and
    every source when the strategy's terms or limits changed, is searched over all days, and the report says so.
    With `until` it is the update of that day: windows that were closed up to a later day do not count.
    Raises UsageError when nothing was ever searched whole, or only later days; else as `run`.
    """
    today = today or today_utc()
    find = find or finder(strategy)
    if until and until > today:
        raise UsageError(f"{until} is still to come", hint="Leave --until out to search until today.")
    names = chosen(strategy, sources)
    by = DateField(strategy.update.by)
    starts = [_start(store, strategy, name, by, full=full, until=until, find=find) for name in names]
    if not any(runs.covered(store, strategy.name, name, by) for name in names):
        raise UsageError(
            f"{strategy.name} has no complete search in {store.path} to go on from",
            hint=f"Search all of it first: harvester run {strategy.name}; or finish one: harvester resume",
        )
    last = until or today
    _not_back(starts, last, explicit=until is not None)
    planned: list[Planned] = []
    notes = [f"{start.source}: {start.why}" for start in starts if start.why]
    for start in starts:
        window = Window(by, start.day, last)
        (asked,) = plan_searches(
            strategy, [start.source], kind=runs.UPDATE, window=window, as_of=None, today=today, find=find
        )
        planned.append(asked)
        if start.day and by is not DateField.MODIFIED and DateField.MODIFIED in asked.source.info.windows:
            # What entered long before this window and was revised in it: kept records may say something else, others
            # may answer the strategy only now.
            revised = Window(DateField.MODIFIED, _revised_since(store, strategy, start), last)
            (late,) = plan_searches(
                strategy, [start.source], kind=runs.LATE, window=revised, as_of=None, today=today, find=find
            )
            if late.search is not None and late.search.window is not None:  # else the first search is whole
                planned += [late, *_by_id(store, late.source, late.search, notes)]
    notes += line_notes(strategy, planned)
    days = [start.day for start in starts if not start.undated]
    since = None if None in days or not days else min(day for day in days if day is not None)
    new = new_run(
        strategy,
        runs.UPDATE,
        Window(by, since, last),
        {"full": full, "until": until, "sources": list(sources), "notes": notes},
        None,
    )
    with store.transaction():
        run_id = runs.start_run(store, new)
        add_searches(store, run_id, planned)
    return conduct(
        store,
        run_id,
        http,
        last=last,
        matcher=matcher_of(strategy),
        progress=progress,
        find=find,
        lines=strategy.update.lines,
    )


def _revised_since(store: Store, strategy: Strategy, start: Since) -> date | None:
    """The first day of revision to look at: where an update failed to look, its days are looked at by the next."""
    looked = runs.looked_again(store, strategy.name, start.source, terms_sha256(strategy))
    if looked is None or start.day is None:
        return None
    return min(start.day, looked - timedelta(days=strategy.update.overlap_days))


def _by_id(store: Store, source: Source, search: Search, notes: list[str]) -> list[Planned]:
    """The search for kept records that were revised and answer the strategy no longer, where the source knows ids.

    It asks for at most `BY_ID` of them, or as many as the source takes: works that screening included first, then
    those it did not exclude, the latest before the older.
    """
    from harvester.screening import included, outcomes

    name = search.source
    first = included(store)
    out = {work for (work, _), outcome in outcomes(store).items() if outcome.verdict == "exclude"} - first
    inside, outside = json.dumps(sorted(first)), json.dumps(sorted(out))
    most = min(BY_ID, source.most_by_id)
    chosen = [row[0] for row in store.rows(_INCLUDED, (name, inside))]
    for excluded in (0, 1) if out else (0,):
        room = max(0, most - len(chosen))
        chosen += [row[0] for row in store.rows(_KEPT, (name, inside, outside, excluded, room))]
    chosen = chosen[:most]
    asked = source.revised(search, chosen)
    if asked is None:
        return []
    # More than were chosen? Counting all of them would cost what the store holds.
    some = "select count(*) from (select 1 from records where source = ? limit ?)"
    if store.value(some, (name, len(chosen) + 1)) > len(chosen):
        notes.append(
            f"{name}: {len(chosen):,} of its kept records are looked at again by their ids, included studies "
            "first; the others only where they still answer the strategy (`harvester update --full` looks at all)"
        )
    return [Planned(source, runs.RECHECK, asked)]


def _not_back(starts: Sequence[Since], last: date, *, explicit: bool) -> None:
    """Raises UsageError when a source's days begin after the update's last day: perhaps a clock went back."""
    ahead = [start for start in starts if start.day and start.day > last]
    if not ahead:
        return
    day = max(start.day for start in ahead if start.day)
    names = ", ".join(start.source for start in ahead)
    if explicit:
        raise UsageError(
            f"{last} lies before the days that an update can begin with ({names}: {day})",
            hint=f"Search as of that day instead: harvester run STRATEGY --as-of {last}",
        )
    raise UsageError(
        f"this machine's clock says {last}, and the days up to {day} and beyond are searched already ({names})",
        hint="Set the clock, then update again; nothing was asked.",
    )


def _start(
    store: Store,
    strategy: Strategy,
    name: str,
    by: DateField,
    *,
    full: bool,
    until: date | None,
    find: Find | None,
) -> Since:
    info = (find or find_source)(name).info
    if info.kind == "import":
        return Since(name, None, undated=True)
    if full:
        return Since(name, None)
    terms = terms_sha256(strategy)
    covered = runs.covered(store, strategy.name, name, by, terms=terms)
    if covered is None:
        return Since(name, None, "searched over all days, because no search of it is complete yet")
    if covered.terms_sha256 != terms:
        return Since(name, None, "searched over all days, because the strategy changed since its last complete search")
    if by not in info.windows:
        why = f"searched whole, because it cannot be searched by the day records were {by}"
        return Since(name, None, why, undated=True)
    if until:  # the update as of a day begins where it would have begun on that day
        covered = runs.covered(store, strategy.name, name, by, terms=terms, before=until) or covered
    window = Window(by, covered.until).with_overlap(strategy.update.overlap_days)
    return Since(name, window.since)


def resume(
    store: Store,
    http: Http,
    *,
    progress: Say = quiet,
    today: date | None = None,
    find: Find | None = None,
    accept_unread: bool = False,
) -> RunReport:
    """Take up the newest run where it was cut off; its searches as they were sent then.

    A search that was cut off or failed goes on at its cursor; one whose count and content did not agree is asked
    anew from its beginning, what it gave being kept. `accept_unread` lets searches close their windows though some
    items, kept raw and named in the report, could not be read. Raises UsageError when there is nothing to resume.
    """
    from harvester import strategy as strategies

    row = runs.unfinished_run(store)
    if row is None:
        raise UsageError(
            f"nothing to resume in {store.path}: no run of it is cut off",
            hint="`harvester history` lists the runs; `harvester update` finds what is new.",
        )
    run_id = row["id"]
    strategy = strategies.read(row["strategy_text"], row["strategy"], row["strategy_sha256"])
    find = find or finder(strategy)
    with store.transaction():
        store.execute("update runs set state = 'running', finished_at = null where id = ?", (run_id,))
    # The searches say what was found by the day they were planned; to claim a later one would skip days.
    planned_by = date.fromisoformat(row["as_of"] or row["started_at"][:10])
    return conduct(
        store,
        run_id,
        http,
        last=min(planned_by, today or today_utc()),
        matcher=matcher_of(strategy),
        progress=progress,
        find=find,
        accept_unread=accept_unread,
        lines=strategy.update.lines,
    )
