"""What would be sent: one strategy, one source, one window. Nothing here touches the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from harvester.dialects import get
from harvester.dialects.compose import Composed, Restriction, adults, compose, languages, limited, published
from harvester.errors import StrategyError
from harvester.query import DateKind, DateLimit, Or, Query, join
from harvester.search import Loss, LossKind, Search, SearchLine
from harvester.sources.base import SourceInfo
from harvester.strategy import Strategy, Years
from harvester.window import DateField, Window

_KIND = {
    DateField.PUBLISHED: DateKind.PUBLISHED,
    DateField.ENTERED: DateKind.ENTERED,
    DateField.MODIFIED: DateKind.MODIFIED,
}


def make(
    strategy: Strategy,
    info: SourceInfo,
    *,
    window: Window | None = None,
    kind: str = "run",
    on: date,
    as_of: date | None = None,
) -> Search:
    """The search of `info`'s source for `strategy`, written by the rules of the day `on` (see Strategy.rules_date).

    Publication dates: without a window `limits.published`; a window by publication date replaces it; a window by
    entry or modification, and any `kind="update"`, takes `update.published` (where the strategy has none,
    `limits.published` without its end: an end would shut out what is new). `as_of` keeps to what was entered by then.
    A window that the source cannot honour is left out, and said so: its answer is then whole, not short.
    Raises StrategyError.
    """
    settings = strategy.source(info.name)
    losses: list[Loss] = []
    window = _honoured(info, window, losses)
    dialect = settings.dialect or info.dialect
    if settings.query:
        return _verbatim(settings.query, info, dialect, losses, first=settings.first or info.first, window=window)
    composed = compose(strategy)
    local = info.kind == "site" or (info.matched_here and dialect == "generic")
    limits = [] if local else _limits(strategy, info, losses, window=window, kind=kind, as_of=as_of)
    years = published(_years(strategy, window, kind)) if local else None
    if local:
        limits = [years] if years else []  # a document tells when it was published; one that does not is kept
        if strategy.limits.languages or strategy.limits.age:
            why = f"what {info.label} gives is matched here by words and years; the rest is left to screening"
            losses.append(Loss(LossKind.WIDENED, "limits", why))
    match = strategy.match(info.name) if info.kind == "site" else ()
    if match and set(match) != {"title", "summary", "text"}:
        why = f"documents are matched on their {' and '.join(match)} only, as the strategy says"
        losses.append(Loss(LossKind.NARROWED, "title, summary and full text", why))
    if info.kind == "site" and settings.first:
        why = f"only the first {settings.first:,} documents are looked at, as the strategy says"
        losses.append(Loss(LossKind.NARROWED, "all documents", why))
    write = _Writing("generic" if info.kind == "site" else dialect, on, strategy.expansions)
    all_limits = limits if window is None else [*limits, _window(window, info)]
    whole = limited(composed.core, all_limits)
    text = write(whole, losses=True)
    return Search(
        source=info.name,
        dialect=write.dialect,
        text=text,
        base=text if window is None else write(limited(composed.core, limits)),
        window=window,
        lines=_lines(composed, all_limits, write, text),
        losses=tuple(dict.fromkeys([*write.losses, *losses])),
        first_n=settings.first or info.first,
    )


class _Writing:
    """Writes trees in one language and gathers what that lost."""

    def __init__(self, dialect: str, on: date, expansions: Mapping[str, tuple[str, ...]]) -> None:
        self.dialect = dialect
        self.on = on
        self.expansions = expansions
        self.losses: dict[Loss, None] = {}

    def __call__(self, query: Query, *, losses: bool = False) -> str:
        made = get(self.dialect).write(query, on=self.on, expansions=self.expansions)
        if losses:
            self.losses.update(dict.fromkeys(made.losses))
        return "\n".join(made.queries) or made.text


def _honoured(info: SourceInfo, window: Window | None, losses: list[Loss]) -> Window | None:
    if window is None or not (window.since or window.until):
        return None
    if window.by in info.windows:
        return window
    can = ", ".join(info.windows) or "no date at all"
    why = f"{info.label} can be searched by {can}; everything is asked for, and what was seen before is subtracted"
    losses.append(Loss(LossKind.WIDENED, str(window), why))
    return None


def _window(window: Window, info: SourceInfo) -> Restriction:
    since = window.since.isoformat() if window.since else ""
    until = window.until.isoformat() if window.until else ""
    kinds = (_KIND[window.by], *(info.also_revised if window.by is DateField.MODIFIED else ()))
    return Restriction(str(window), join(Or, [DateLimit(kind, since, until) for kind in kinds]))


def _limits(
    strategy: Strategy, info: SourceInfo, losses: list[Loss], *, window: Window | None, kind: str, as_of: date | None
) -> list[Restriction]:
    found = [
        languages(strategy),
        published(_years(strategy, window, kind)),
        _as_of(as_of, info, losses),
        adults(strategy),
    ]
    if strategy.limits.age:
        what = f"age: {strategy.limits.age}"
        if found[-1] is None:
            losses.append(Loss(LossKind.WIDENED, what, "left to the people who screen, as the strategy says"))
        else:
            why = "only what is indexed for children and not for adults is taken away; what is not indexed yet stays in"
            losses.append(Loss(LossKind.WIDENED, what, why))
    return [limit for limit in found if limit is not None]


def _years(strategy: Strategy, window: Window | None, kind: str) -> Years | None:
    if window is not None and window.by is DateField.PUBLISHED:
        return None
    first = strategy.limits.published
    if window is None and kind == "run":
        return first
    return strategy.update.published or (Years(first.since) if first else None)


def _as_of(as_of: date | None, info: SourceInfo, losses: list[Loss]) -> Restriction | None:
    if as_of is None:
        return None
    if DateField.ENTERED not in info.windows:
        why = f"{info.label} cannot say what it held on a day; what it holds today is asked for"
        losses.append(Loss(LossKind.WIDENED, f"as of {as_of}", why))
        return None
    return Restriction(f"as of {as_of}", DateLimit(DateKind.ENTERED, "", as_of.isoformat()))


def _lines(composed: Composed, limits: list[Restriction], write: _Writing, text: str) -> tuple[SearchLine, ...]:
    """The numbered table. A line that cannot be said alone has an empty text: it is not to be sent."""
    lines = [SearchLine(line.number, line.block, _alone(write, line.query), line.label) for line in composed.lines]
    for limit in limits:
        label = f"NOT {limit.label}" if limit.take_away else limit.label
        lines.append(SearchLine(len(lines) + 1, "", _alone(write, limit.query), label))
    if limits:
        lines.append(SearchLine(len(lines) + 1, "", text, "total"))
    return tuple(lines)


def _alone(write: _Writing, query: Query) -> str:
    try:
        return write(query)
    except StrategyError:
        return ""  # the loss that says why is among those of the whole text


def _verbatim(
    query: str, info: SourceInfo, dialect: str, losses: list[Loss], *, first: int | None, window: Window | None
) -> Search:
    losses.append(Loss(LossKind.DROPPED, "blocks and limits", f"the strategy gives {info.label} a text of its own"))
    if window is not None:
        losses.append(
            Loss(LossKind.WIDENED, str(window), "the strategy's own text for this source is sent as it stands")
        )
    line = SearchLine(1, "", query, "total")
    return Search(info.name, dialect, query, query, None, (line,), tuple(losses), first)
