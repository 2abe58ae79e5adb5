"""What every query language is: a reader, a writer, and what a translation loses.

Facts about a database are data in its own file (fields, wildcards, operators); the walk over the tree is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from harvester.errors import StrategyError
from harvester.query import And, Line, LineRef, Not, Or, Query, Span, children, rebuild, walk
from harvester.search import Loss


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides how a query is written: the day whose rules apply, and whole words for truncated ones."""

    on: date
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translation:
    """A query in one language. `queries` holds the parts where a database needs several searches (else empty)."""

    dialect: str
    text: str
    losses: tuple[Loss, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader saw that is allowed but doubtful, or that the database would not do as written."""

    code: str
    message: str
    span: Span
    severity: str = "warning"
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read: its lines (one, without a label, where the text is no line set) and what was doubtful."""

    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()

    @property
    def query(self) -> Query:
        """The last line with every line reference replaced by the line it means. Raises StrategyError."""
        return resolve(self.lines)


class NothingLeft(StrategyError):
    """Nothing of a query can be said in a language. `losses` says why."""

    def __init__(self, label: str, losses: tuple[Loss, ...]) -> None:
        said = "; ".join(f"{loss.what} ({loss.why})" for loss in losses)
        super().__init__(
            f"nothing of this search can be said in {label}: {said}",
            hint="Another wording may say it, or whole words for its truncated ones under [expand].",
        )
        self.losses = losses


class Dialect(ABC):
    """One query language. `name` is the word for the command line, `label` for people."""

    name: str
    label: str
    #: where the facts come from
    docs: str = ""

    @abstractmethod
    def read_all(self, text: str) -> Reading:
        """Read a query or a numbered line set. Raises StrategyError with line and column in `text`."""

    @abstractmethod
    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """The query in this language by the rules of the day `on`. Raises StrategyError when nothing of it, or
        nothing of a part that has to be there, can be said."""

    def read(self, text: str) -> Query:
        """Read a query or a line set (its last line, references resolved). Raises StrategyError."""
        return self.read_all(text).query


_MOST_NODES = 2_000_000


def resolve(lines: tuple[Line, ...]) -> Query:
    """The last of `lines`, with references replaced. Raises StrategyError for one that leads nowhere or forward."""
    known: dict[str, Query] = {}
    sizes: dict[str, int] = {}
    last: Query | None = None
    for line in lines:
        size = sum(sizes.get(node.label.lower(), 1) if isinstance(node, LineRef) else 1 for node in walk(line.query))
        if size > _MOST_NODES:
            raise StrategyError(
                f"line {line.label} would have {size:,} parts once its references are replaced",
                line=line.span.line,
                column=line.span.column,
                hint="Refer to fewer lines; the same line need not be named twice.",
            )
        last = _replace(line.query, known, line.label)
        sizes[line.label.lower()] = size
        if line.label:
            known[line.label.lower()] = last
    if last is None:
        raise StrategyError("there is nothing to search for here", hint="Write at least one term.")
    return last


def _replace(query: Query, known: Mapping[str, Query], label: str) -> Query:
    if not any(isinstance(node, LineRef) for node in walk(query)):
        return query
    done: list[Query] = []
    stack: list[tuple[Query, bool]] = [(query, False)]
    while stack:
        node, ready = stack.pop()
        if isinstance(node, LineRef):
            found = known.get(node.label.lower())
            if found is None:
                where = "itself" if node.label.lower() == label.lower() else "no earlier line"
                raise StrategyError(
                    f"line {label or 1} refers to {node.label}, which is {where}",
                    line=node.span.line,
                    column=node.span.column,
                    hint="Refer to lines above this one.",
                )
            done.append(found)
        elif ready:
            count = len(children(node))
            below = done[len(done) - count :]
            del done[len(done) - count :]
            done.append(rebuild(node, below))
        elif children(node):
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children(node)))
        else:
            done.append(node)
    return done[0]


def unread(text: str, at: int, message: str, hint: str) -> StrategyError:
    """A StrategyError at character `at` of a query text."""
    span = span_at(text, at, at)
    return StrategyError(message, line=span.line, column=span.column, hint=hint)


def span_at(text: str, start: int, end: int) -> Span:
    """The span of `text[start:end]`."""
    line = text.count("\n", 0, start) + 1
    return Span(start, end, line, start - (text.rfind("\n", 0, start) + 1) + 1)


__all__ = [
    "And",
    "Dialect",
    "Not",
    "Note",
    "NothingLeft",
    "Or",
    "Reading",
    "Rules",
    "Translation",
    "resolve",
    "span_at",
    "unread",
]
