"""`run`: what every source will be asked, and the run's own row; conduct.py asks, keeps and closes windows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from harvester.conduct import Find, RunReport, Say, conduct, find_source, quiet, records_said
from harvester.errors import UsageError
from harvester.intake import Lines
from harvester.line_counts import too_many
from harvester.search import Search
from harvester.sources.base import Source
from harvester.store import Store, runs
from harvester.window import DateField, Window

if TYPE_CHECKING:
    from harvester.http import Http
    from harvester.strategy import Strategy


def today_utc() -> date:
    """The day by UTC, as the store writes days."""
    return datetime.now(UTC).date()


def run(
    strategy: Strategy,
    store: Store,
    http: Http,
    *,
    sources: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    by: DateField | None = None,
    as_of: date | None = None,
    progress: Say = quiet,
    today: date | None = None,
    find: Find | None = None,
) -> RunReport:
    """Search all that the strategy finds, or the days from `since` to `until` (both included) by one date field.

    `sources` narrows to some of the strategy's. `as_of` searches as of a past day: what entered later is not found.
    Without `by`, an explicit window is by the strategy's own update field (`entered` where it names none).
    Raises UsageError or StrategyError before anything is started, StoreError when the store fails. Sources that
    fail are in the report; its exit code is 4 or 5 then.
    """
    today = today or today_utc()
    find = find or finder(strategy)
    window = None
    if since or until:
        window = Window(by or DateField(strategy.update.by), since, until)
    elif by:
        raise UsageError("--by says which date --since and --until are about", hint="Add --since or --until.")
    if as_of and as_of > today:
        raise UsageError(f"{as_of} is still to come", hint="Leave --as-of out to search as of today.")
    planned = plan_searches(
        strategy, chosen(strategy, sources), kind=runs.RUN, window=window, as_of=as_of, today=today, find=find
    )
    options = {"sources": list(sources), "since": since, "until": until, "by": by, "as_of": as_of}
    notes = line_notes(strategy, planned)
    if notes:
        options["notes"] = notes
    new = new_run(strategy, runs.RUN, window or Window(DateField.ENTERED, None, as_of or today), options, as_of)
    with store.transaction():
        run_id = runs.start_run(store, new)
        add_searches(store, run_id, planned)
    return conduct(
        store,
        run_id,
        http,
        last=as_of or today,
        matcher=matcher_of(strategy),
        progress=progress,
        find=find,
        lines=strategy.update.lines,
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """One search that is about to be asked. `search` is None for a source that only takes imports."""

    source: Source
    kind: str
    search: Search | None


def chosen(strategy: Strategy, sources: Sequence[str]) -> tuple[str, ...]:
    """The sources to ask: those named, else the strategy's. Raises UsageError when there are none."""
    names = tuple(dict.fromkeys(sources)) or strategy.sources
    if not names:
        raise UsageError(
            f"{strategy.name} names no source", hint='Add `[sources] use = ["pubmed"]`, or give --source pubmed.'
        )
    return names


def plan_searches(
    strategy: Strategy,
    names: Iterable[str],
    *,
    kind: str,
    window: Window | None,
    as_of: date | None,
    today: date,
    find: Find | None = None,
) -> list[Planned]:
    """What every source will be sent. Raises before anything is sent.

    A source that cannot be searched by the window's dates is searched whole, and the search's losses say so.
    """
    from harvester import plan

    # The server that answers is today's, whatever past day is asked about: its rules apply, or the strategy's own.
    on = strategy.rules_date(None, today)
    planned = []
    for name in names:
        source = (find or find_source)(name)
        if source.info.kind == "import":
            planned.append(Planned(source, kind, None))
            continue
        search = plan.make(
            strategy, source.info, window=window, kind=kind if kind == runs.RUN else runs.UPDATE, on=on, as_of=as_of
        )
        planned.append(Planned(source, kind, search))
    return planned


def line_notes(strategy: Strategy, planned: Iterable[Planned]) -> list[str]:
    """What is to be said of lines that this run will not count."""
    if strategy.update.lines is not None:
        return []
    return too_many((each.source, each.search) for each in planned if each.kind in (runs.RUN, runs.UPDATE))


def finder(strategy: Strategy) -> Find:
    """What finds the connectors of a strategy: those of the sites that it describes itself, and all others."""
    from harvester import sources

    return lambda name: sources.get(name, strategy.sites)


def matcher_of(strategy: Strategy) -> Lines:
    """What tells which lines of the strategy a record answers."""
    from harvester.match import Matcher

    return Matcher(strategy)


def new_run(
    strategy: Strategy, kind: str, window: Window | None, options: dict[str, Any], as_of: date | None
) -> runs.NewRun:
    """The run's own row, before it starts."""
    return runs.NewRun(
        kind=kind,
        strategy=strategy.name,
        strategy_sha256=strategy.sha256,
        strategy_text=strategy.raw,
        terms_sha256=terms_sha256(strategy),
        options=options,
        window=window,
        as_of=as_of,
    )


def terms_sha256(strategy: Strategy) -> str:
    """A sha256 of what decides which records are found: terms, limits, expansions, per-source settings.

    Titles, comments and the layout of the file do not count.
    """
    said: dict[str, Any] = {
        "blocks": [[term.text for term in block.terms] for block in strategy.blocks],
        "limits": asdict(strategy.limits),
        "published": asdict(strategy.update.published) if strategy.update.published else None,
        "expansions": strategy.expansions,
        "settings": [[each.name, each.query, each.first, each.dialect] for each in strategy.settings],
    }
    if strategy.sites:
        said["sites"] = [{**asdict(site), "label": "", "line": 0, "column": 0} for site in strategy.sites]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def add_searches(store: Store, run_id: int, planned: Iterable[Planned]) -> None:
    """Keep the searches of a run that is about to start. Call inside a transaction."""
    for each in planned:
        info = each.source.info
        if each.search is not None:
            runs.add_search(store, run_id, each.search, kind=each.kind, label=info.label)
            continue
        nothing = Search(info.name, info.dialect, "", "")
        search_id = runs.add_search(store, run_id, nothing, kind=each.kind, label=info.label, state=runs.NOT_SEARCHED)
        before = _searched_by_hand(store, info.name)
        store.execute(
            "update searches set error = ?, hint = ? where id = ?",
            (
                f"{info.label} cannot be searched by a program{before}",
                f"Search it by hand (`harvester plan`), then `harvester import FILE --source {info.name}`.",
                search_id,
            ),
        )


def _searched_by_hand(store: Store, source: str) -> str:
    """When a source was last searched by hand and how much of it was imported; "" for never."""
    row = store.one(
        "select as_of, retrieved from searches where source = ? and kind = ? and state = 'complete' "
        "order by as_of desc, id desc limit 1",
        (source, runs.IMPORT),
    )
    if row is None:
        return "; never imported"
    return f"; imported last: {records_said(row['retrieved'])} of {row['as_of']}"
