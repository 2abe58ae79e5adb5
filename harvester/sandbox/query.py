"""A PubMed query read into a tree, by the sandbox's own path: nothing here is shared with the program under test.

Rules (https://pubmed.ncbi.nlm.nih.gov/help/): operators are AND, OR, NOT in capitals, read from left to right without
precedence; two operands side by side are joined by AND; a tag belongs to the words or the quoted phrase before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        "(?P<quoted>[^"]*)"? |
        \[(?P<tag>[^\]]*)\]? |
        \#(?P<history>[0-9]{1,9})(?![^\s()\[\]"]) |
        (?P<colon>:) |
        (?P<word>[^\s()\[\]":]+(?::(?=[^\s()\[\]":])[^\s()\[\]":]+)?)
    )""",
    re.VERBOSE,
)
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase or a value in one field. `tag` is as written, "" for none."""

    text: str
    tag: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included, in the field of `tag`."""

    low: str
    high: str
    tag: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """`#2`: the result of an earlier search in the same WebEnv."""

    number: int


@dataclass(frozen=True, slots=True)
class Joined:
    """`left operator right`; `operator` is AND, OR or NOT."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Tagged:
    """A group in parentheses with a tag behind it, which PubMed does not take."""

    inner: Node
    tag: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty query or an operand that is missing."""


Node = Term | Range | Earlier | Joined | Tagged | Nothing


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse(text: str) -> Node:
    """Read a query. Never fails: what cannot be read is treated as PubMed treats it (unbalanced signs are forgiven)."""
    return _Parser(_tokens(text)).expression()


def _tokens(text: str) -> list[_Token]:
    text = text.replace("\u201c", '"').replace("\u201d", '"')
    tokens = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.end() == place:
            break
        kind = found.lastgroup or ""
        if kind:
            word = found.group(kind)
            tokens.append(_Token("operator" if kind == "word" and word in _OPERATORS else kind, word))
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1].text

    def expression(self, inside: bool = False) -> Node:
        node: Node = Nothing()
        operator = "AND"
        while self.at < len(self.tokens):
            kind = self.peek()
            if kind == "close":
                self.at += 1
                if inside:
                    return node
                continue
            if kind == "operator":
                operator = self.take()
                continue
            operand = self.operand()
            if isinstance(node, Nothing):
                # A leading NOT subtracts from nothing; a leading AND or OR is forgiven.
                node = Joined("NOT", node, operand) if operator == "NOT" else operand
            elif not isinstance(operand, Nothing):
                node = Joined(operator, node, operand)
            operator = "AND"
        return node

    def operand(self) -> Node:
        kind = self.peek()
        if kind == "open":
            self.at += 1
            inner = self.expression(inside=True)
            return Tagged(inner, self.take()) if self.peek() == "tag" else inner
        if kind == "history":
            return Earlier(int(self.take()))
        if kind in ("tag", "colon"):
            self.at += 1
            return Nothing()
        low, tag, quoted = self.value()
        if self.peek() == "colon" and self.peek(1) in ("quoted", "word"):
            self.at += 1
            high, other, _ = self.value()
            return Range(low, high, other or tag)
        if not quoted and ":" in low and tag:
            start, _, end = low.partition(":")
            return Range(start, end, tag)
        return Term(low, tag, quoted) if low else Nothing()

    def value(self) -> tuple[str, str, bool]:
        """A quoted phrase, or words in a row, and the tag behind."""
        quoted = self.peek() == "quoted"
        if quoted:
            text = self.take().strip()
        else:
            run = []
            while self.peek() == "word":
                run.append(self.take())
            text = " ".join(run)
        tag = self.take() if self.peek() == "tag" else ""
        return text, tag.strip(), quoted
