"""Running the rules over a strategy or over one query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from harvester.dialects import get
from harvester.dialects.base import Note, NothingLeft, Reading
from harvester.dialects.compose import Composed, adults, compose, languages, limited, published
from harvester.errors import StrategyError
from harvester.lint.rules import RULES
from harvester.lint.terms import term_notes
from harvester.query import (
    DateKind,
    DateLimit,
    Field,
    Heading,
    LineRef,
    Not,
    Or,
    Query,
    Span,
    Term,
    children,
    walk,
)
from harvester.search import LossKind
from harvester.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Message:
    """One finding. `line` and `column` count from 1 (0: no one place). `dialect` is "" where it concerns all."""

    code: str
    severity: str
    message: str
    line: int
    column: int
    dialect: str = ""
    suggestion: str = ""


def check(strategy: Strategy, dialects: Iterable[str], on: date | None = None) -> list[Message]:
    """Everything found in `strategy`, for the databases whose languages are `dialects`, by the rules of the day `on`
    (default: the strategy's own date, else today).

    A strategy that cannot be read at all raises StrategyError.
    """
    on = strategy.rules_date(on, datetime.now(UTC).date())
    composed = compose(strategy)
    source = strategy.dialect if strategy.dialect != "generic" else ""
    found = [_message(note, source) for note in composed.notes]
    found += [_message(note, source) for note in term_notes(composed)]
    found += [_message(note, source) for note in _tree_notes(composed.core)]
    if source:
        found += [_message(note, source) for note in _line_notes(get(source).read_all(strategy.raw))]
    found += _file(strategy, composed)
    for name in dialects:
        found += _written(strategy, composed, name, on)
    return sorted(dict.fromkeys(found), key=lambda message: (message.line, message.column, message.code))


def check_query(text: str, dialect: str, on: date | None = None) -> list[Message]:
    """Everything found in one query text of a database's own language. Raises StrategyError when it cannot be read."""
    on = on or datetime.now(UTC).date()
    reading = get(dialect).read_all(text)
    notes = [*reading.notes, *_line_notes(reading), *_tree_notes(reading.query)]
    found = [_message(note, dialect) for note in notes]
    found += _losses(get(dialect).write, reading.query, dialect, on, {})
    found += _size(reading.query, dialect)
    return sorted(dict.fromkeys(found), key=lambda message: (message.line, message.column, message.code))


def _message(note: Note, dialect: str) -> Message:
    return Message(note.code, note.severity, note.message, note.span.line, note.span.column, dialect, note.suggestion)


def _tree_notes(query: Query) -> Iterator[Note]:
    dropped = {id(below) for node in walk(query) if isinstance(node, Not) for below in walk(node.drop)}
    for node in walk(query):
        if isinstance(node, DateLimit) and node.kind is DateKind.ENTRY:
            yield _note(
                "entry-date",
                "edat is set back to the publication date when a record enters over a year late: it is missed",
                node.span,
                "Use the creation date, [crdt].",
            )
        if id(node) in dropped or isinstance(node, Or):
            continue
        for child in children(node) if not isinstance(node, Not) else (node.keep,):
            if isinstance(child, Heading) and child.name.lower() in ("adult", "adults", "humans", "aged"):
                yield _note(
                    "indexed-only-limit",
                    f"{child.name} as a heading drops every record that is not indexed yet, the newest ones",
                    child.span,
                    "Take away the opposite instead: NOT (child headings NOT adult[mh]).",
                )


def _line_notes(reading: Reading) -> Iterator[Note]:
    """Lines that nothing uses, and lines named twice in one combination."""
    used: Counter[str] = Counter()
    for line in reading.lines:
        for node in walk(line.query):
            below = [child.label for child in children(node) if isinstance(child, LineRef)]
            for label in sorted({label for label in below if below.count(label) > 1}):
                yield _note(
                    "repeated-line", f"line {label} stands twice in this combination", node.span, "Name it once."
                )
            if isinstance(node, LineRef):
                used[node.label] += 1
    for line in reading.lines[:-1]:
        if line.label and not used[line.label]:
            yield _note("unused-line", f"no line uses line {line.label}", line.span, "Use it, or remove it.")


def _note(code: str, message: str, span: Span, suggestion: str = "") -> Note:
    return Note(code, message, span, RULES[code].severity, suggestion)


def _file(strategy: Strategy, composed: Composed) -> Iterator[Message]:
    if strategy.update.by == "published":
        yield Message(
            "update-by-publication",
            "warning",
            "an update by publication date misses what enters a database late",
            0,
            0,
            "",
            'Write by = "entered" under [update].',
        )
    if strategy.limits.languages:
        said = ", ".join(strategy.limits.languages)
        text = f"only {said} is searched; studies in other languages, some with English abstracts, are left out"
        yield Message("language-limit", "info", text, 0, 0, "", "Leave the language to screening where you can.")
    stems = {
        str(word).casefold()
        for line in composed.lines
        if line.kind == "term"
        for node in walk(line.query)
        for word in getattr(node, "words", ())
    }
    for stem in strategy.expansions:
        if stem not in stems:
            yield Message("unused-expansion", "info", f"no term holds {stem}", 0, 0, "", "Remove it from [expand].")


def _written(strategy: Strategy, composed: Composed, dialect: str, on: date) -> list[Message]:
    """What each term loses in one database's language, at the term's own place; then what the whole loses."""
    write = get(dialect).write
    found: list[Message] = []
    for line in composed.lines:
        if line.kind == "term":
            found += _losses(write, line.query, dialect, on, strategy.expansions)
    seen = {message.message for message in found}
    limits = [languages(strategy), published(strategy.limits.published), adults(strategy)]
    whole = limited(composed.core, [limit for limit in limits if limit])
    found += [
        message
        for message in _losses(write, whole, dialect, on, strategy.expansions, placed=False)
        if message.message not in seen
    ]
    return found + list(_size(whole, dialect))


#: Operators in one Web of Science search that asks All Fields: https://webofscience.help.clarivate.com, Search Rules.
_WOS_OPERATORS = 49


def _size(query: Query, dialect: str) -> Iterator[Message]:
    """What a database refuses for its size."""
    if dialect != "wos" or not any(isinstance(node, Term) and Field.ALL in node.fields for node in walk(query)):
        return
    operators = sum(max(len(children(node)) - 1, 0) for node in walk(query))
    if operators > _WOS_OPERATORS:
        said = f"{operators} operators; Web of Science takes {_WOS_OPERATORS} where All Fields are searched"
        hint = "Search title, abstract and keywords (TS=) instead."
        yield Message("too-many-operators", RULES["too-many-operators"].severity, said, 0, 0, dialect, hint)


_CODES = {
    LossKind.DROPPED: "loss-dropped",
    LossKind.NARROWED: "loss-narrowed",
    LossKind.WIDENED: "loss-widened",
}


def _losses(  # type: ignore[no-untyped-def]
    write, query: Query, dialect: str, on: date, expansions: dict[str, tuple[str, ...]], *, placed: bool = True
) -> list[Message]:
    span = query.span if placed else Span()
    try:
        losses = write(query, on=on, expansions=expansions).losses
    except NothingLeft as error:
        if not placed:
            return [Message("cannot-be-written", "error", error.bare_message, 0, 0, dialect, error.hint)]
        losses = error.losses
    except StrategyError as error:
        place = (error.line or span.line, error.column or span.column)
        return [Message("cannot-be-written", "error", error.bare_message, *place, dialect, error.hint)]
    return [
        Message(
            _CODES[loss.kind],
            RULES[_CODES[loss.kind]].severity,
            f"{loss.what}: {loss.why}",
            span.line,
            span.column,
            dialect,
        )
        for loss in losses
    ]
