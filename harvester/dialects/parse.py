"""From tokens to a tree: parentheses, operators by precedence, fields before and after. No recursion, any depth.

A dialect's lexer makes the tokens. Parentheses that the author wrote are kept as nodes of their own, so that writing
and reading again gives the same tree; operators of one kind in a row become one node.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harvester.dialects.base import Note
from harvester.errors import StrategyError
from harvester.query import And, Near, Not, Or, Query, Span

Apply = Callable[[Query], Query]


class Places:
    """Lines and columns of offsets of one text, found by bisection."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def span(self, start: int, end: int) -> Span:
        """The span of text[start:end]."""
        line = bisect_right(self._starts, start)
        return Span(start, end, line, start - self._starts[line - 1] + 1)

    def error(self, at: int, message: str, hint: str) -> StrategyError:
        """A StrategyError at one character."""
        span = self.span(at, at)
        return StrategyError(message, line=span.line, column=span.column, hint=hint)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: "(" and ")"; "node" with a node; "op" with `op` (AND, OR, NOT, NEAR); "before" and "after" with `apply`,
    which change the operand that follows or precedes."""

    kind: str
    start: int
    end: int
    node: Query | None = None
    op: str = ""
    distance: int = 0
    ordered: bool = False
    apply: Apply | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """`levels` are the operators from the tightest to the loosest; those in one level go left to right.

    `implicit` is the operator between two operands with nothing between them ("" where that is an error).
    """

    levels: tuple[frozenset[str], ...]
    implicit: str = "AND"


LEFT_TO_RIGHT = Grammar((frozenset({"NEAR"}), frozenset({"AND", "OR", "NOT"})))
USUAL = Grammar((frozenset({"NEAR"}), frozenset({"NOT"}), frozenset({"AND"}), frozenset({"OR"})))


@dataclass(slots=True)
class _Frame:
    """What stands between two parentheses: operands and operators in turn."""

    start: int
    items: list[Query | Token] = field(default_factory=list)
    before: list[Token] = field(default_factory=list)

    def wants_operand(self) -> bool:
        return not self.items or isinstance(self.items[-1], Token)


def parse(places: Places, tokens: list[Token], grammar: Grammar) -> tuple[Query, list[Note]]:
    """The tree of `tokens`. Raises StrategyError with the place of whatever does not fit."""
    notes: list[Note] = []
    frames = [_Frame(0)]
    for token in tokens:
        frame = frames[-1]
        if token.kind == "(":
            _implicit(places, frame, token, grammar, notes)
            frames.append(_Frame(token.start))
        elif token.kind == ")":
            if len(frames) == 1:
                raise places.error(token.start, "this parenthesis closes nothing", "Remove it, or add the opening one.")
            node = _reduce(places, frames.pop(), token.end, grammar, notes)
            _push(frames[-1], node)
        elif token.kind == "node":
            assert token.node is not None
            _implicit(places, frame, token, grammar, notes)
            _push(frame, token.node)
        elif token.kind == "before":
            _implicit(places, frame, token, grammar, notes)
            frame.before.append(token)
        elif token.kind == "after":
            if frame.wants_operand() or token.apply is None:
                raise places.error(token.start, "this stands behind nothing", "Write the term before its field.")
            last = frame.items[-1]
            assert not isinstance(last, Token)
            frame.items[-1] = token.apply(last)
        else:
            _operator(places, frame, token)
    if len(frames) > 1:
        raise places.error(
            frames[-1].start, "this parenthesis is never closed", "Add the closing one where its group ends."
        )
    return _reduce(places, frames[0], len(places.text), grammar, notes), notes


def _push(frame: _Frame, node: Query) -> None:
    while frame.before:
        token = frame.before.pop()
        if token.apply is not None:
            node = token.apply(node)
    frame.items.append(node)


def _implicit(places: Places, frame: _Frame, token: Token, grammar: Grammar, notes: list[Note]) -> None:
    if frame.before or frame.wants_operand():
        return
    if not grammar.implicit:
        raise places.error(
            token.start, "two search terms stand side by side with no operator", "Write AND, OR or NOT between them."
        )
    frame.items.append(Token("op", token.start, token.start, op=grammar.implicit))


def _operator(places: Places, frame: _Frame, token: Token) -> None:
    if frame.before:
        raise places.error(frame.before[-1].start, "this field has no term", "Write the term after its field.")
    if frame.wants_operand():
        last = frame.items[-1] if frame.items else None
        if token.op == "NOT" and isinstance(last, Token) and last.op == "AND" and last.end > last.start:
            frame.items[-1] = replace(token, start=last.start)  # AND NOT
            return
        raise places.error(
            token.start, f"{token.op} has nothing before it", "Remove the operator, or add the missing term."
        )
    frame.items.append(token)


def _reduce(places: Places, frame: _Frame, end: int, grammar: Grammar, notes: list[Note]) -> Query:
    if frame.before:
        raise places.error(frame.before[-1].start, "this field has no term", "Write the term after its field.")
    items = frame.items
    if not items:
        raise places.error(
            frame.start, "there is nothing to search for here", "Write a term, or remove the parentheses."
        )
    last = items[-1]
    if isinstance(last, Token):
        raise places.error(
            last.start, f"{last.op} has nothing after it", "Remove the operator, or add the missing term."
        )
    logical = {item.op for item in items if isinstance(item, Token) and item.op != "NEAR"}
    if len(logical) > 1 and not (logical == {"AND", "NOT"} and _not_last(items)):
        notes.append(
            Note(
                "mixed-operators",
                f"{' and '.join(sorted(logical))} stand side by side without parentheses; databases differ on that",
                places.span(frame.start, end),
                suggestion="Put parentheses around what belongs together.",
            )
        )
    for level in grammar.levels:
        items = _level(places, items, level)
    node = items[0]
    assert not isinstance(node, Token)
    return node


def _not_last(items: list[Query | Token]) -> bool:
    """True for `a AND b NOT c NOT d`: every database reads that alike."""
    ops = [item.op for item in items if isinstance(item, Token) and item.op != "NEAR"]
    return "AND" not in ops[ops.index("NOT") :]


def _level(places: Places, items: list[Query | Token], level: frozenset[str]) -> list[Query | Token]:
    """Combine the operators of one level, left to right. A run of one operator becomes one node."""
    out: list[Query | Token] = []
    run: list[Query] = []
    run_op: Token | None = None

    def close() -> None:
        nonlocal run, run_op
        if run_op is not None:
            out.append(_combine(places, run_op, run))
        elif run:
            out.extend(run)
        run, run_op = [], None

    for item in items:
        if not isinstance(item, Token):
            run.append(item)
        elif item.op not in level:
            close()
            out.append(item)
        else:
            if run_op is not None and (run_op.op != item.op or item.op in ("NOT", "NEAR")):
                run = [_combine(places, run_op, run)]
            run_op = item
    close()
    return out


def _combine(places: Places, token: Token, parts: list[Query]) -> Query:
    start = min(part.span.start for part in parts)
    span = places.span(start, max(part.span.end for part in parts))
    if token.op == "AND":
        return And(tuple(parts), span)
    if token.op == "OR":
        return Or(tuple(parts), span)
    if token.op == "NEAR":
        return Near(tuple(parts), token.distance, token.ordered, span)
    return Not(parts[0], parts[1], span)
