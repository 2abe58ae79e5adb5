"""From a strategy to trees: its terms, its blocks, their AND, its limits; every node knows its place in the file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harvester.dialects import get
from harvester.dialects.base import Note, resolve
from harvester.errors import StrategyError
from harvester.query import (
    And,
    DateKind,
    DateLimit,
    Heading,
    Limit,
    LimitKind,
    Line,
    Not,
    Or,
    Query,
    Span,
    join,
    transform,
)
from harvester.strategy import Strategy, TermText, Years
from harvester.window import first_day, last_day

CHILDREN = ("infant", "child", "adolescent")
ADULTS = "adult"


@dataclass(frozen=True, slots=True)
class Numbered:
    """One line of the librarian's table: `kind` is term, block or all. `label` is what the strategy wrote."""

    number: int
    kind: str
    block: str
    label: str
    query: Query


@dataclass(frozen=True, slots=True)
class Composed:
    """A strategy as trees. `lines` are its terms, then its blocks, then all together, numbered from 1; `core` is the
    last of them. `notes` are what was doubtful in reading the terms."""

    lines: tuple[Numbered, ...]
    core: Query
    notes: tuple[Note, ...] = ()


def compose(strategy: Strategy) -> Composed:
    """The trees of `strategy`'s terms and blocks, without its limits. Raises StrategyError with the file's places."""
    if strategy.dialect != "generic":
        return _from_text(strategy)
    notes: list[Note] = []
    terms: list[tuple[str, str, Query]] = []
    blocks: list[tuple[str, str, Query]] = []
    for block in strategy.blocks:
        read = [_term(strategy, term, notes) for term in block.terms]
        terms.extend((block.name, term.text, query) for term, query in zip(block.terms, read, strict=True))
        blocks.append((block.name, block.title or block.name, join(Or, read)))
    core = join(And, [query for _, _, query in blocks])
    named = [("term", *line) for line in terms] + [("block", *line) for line in blocks]
    if len(blocks) > 1:
        named.append(("all", "", " AND ".join(name for name, _, _ in blocks), core))
    return Composed(tuple(Numbered(number, *line) for number, line in enumerate(named, 1)), core, tuple(notes))


def _term(strategy: Strategy, term: TermText, notes: list[Note]) -> Query:
    try:
        reading = get("generic").read_all(term.text)
    except StrategyError as error:
        line, column = term.place(_offset(term.text, error.line, error.column))
        raise strategy.error(error.bare_message, line, column, hint=error.hint) from None
    notes.extend(replace(note, span=_moved(note.span, term)) for note in reading.notes)
    return transform(reading.query, lambda node: replace(node, span=_moved(node.span, term)))


def _offset(text: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at + max(column - 1, 0)


def _moved(span: Span, term: TermText) -> Span:
    line, column = term.place(span.start)
    return Span(span.start, span.end, line, column)


def _from_text(strategy: Strategy) -> Composed:
    try:
        reading = get(strategy.dialect).read_all(strategy.raw)
        core = reading.query
        whole = [_line(reading.lines, place) for place in range(len(reading.lines))]
    except StrategyError as error:
        raise strategy.error(error.bare_message, error.line, error.column, hint=error.hint) from None
    lines = tuple(
        Numbered(number, "all" if number == len(whole) else "term", line.label, line.text.strip(), query)
        for number, (line, query) in enumerate(zip(reading.lines, whole, strict=True), 1)
    )
    return Composed(lines, core, reading.notes)


def _line(lines: tuple[Line, ...], place: int) -> Query:
    return resolve(lines[: place + 1])


@dataclass(frozen=True, slots=True)
class Restriction:
    """One limit of a strategy as a tree. `take_away` is set for what is removed by NOT."""

    label: str
    query: Query
    take_away: bool = False


def languages(strategy: Strategy) -> Restriction | None:
    """The strategy's languages."""
    found = strategy.limits.languages
    if not found:
        return None
    return Restriction(
        f"language: {', '.join(found)}", join(Or, [Limit(LimitKind.LANGUAGE, language) for language in found])
    )


def published(years: Years | None) -> Restriction | None:
    """Publication dates as whole days."""
    if years is None or not (years.since or years.until):
        return None
    since = first_day(years.since).isoformat() if years.since else ""
    until = last_day(years.until).isoformat() if years.until else ""
    label = f"published: {years.since or '...'} to {years.until or '...'}"
    return Restriction(label, DateLimit(DateKind.PUBLISHED, since, until))


def adults(strategy: Strategy) -> Restriction | None:
    """NOT (child headings NOT adult): records that are not indexed yet stay in."""
    if strategy.limits.age != "adults" or strategy.limits.age_by != "exclude-children":
        return None
    return Restriction(
        "age: adults", Not(Or(tuple(Heading(name) for name in CHILDREN)), Heading(ADULTS)), take_away=True
    )


def limited(core: Query, limits: list[Restriction]) -> Query:
    """`core` with its limits: those that are asked for by AND, then those that are taken away by NOT."""
    query = join(And, [core, *(limit.query for limit in limits if not limit.take_away)])
    for limit in limits:
        if limit.take_away:
            query = Not(query, limit.query)
    return query
