"""SQLite FTS5: https://www.sqlite.org/fts5.html#full_text_query_syntax.

A star inside quotes is lost in silence; outside, it makes a prefix of the token before it, and works on any token of
a `+` phrase. NOT is binary; nesting fails near 100 levels; NEAR takes no groups. For a table whose columns are named
as the fields are.
"""

from __future__ import annotations

import re

from harvester.dialects.fanout import WriteOnly
from harvester.dialects.infix import InfixWriter
from harvester.dialects.write import Piece
from harvester.query import ANY, TEXT_FIELDS, Field, Near, Query, Term, Word
from harvester.search import LossKind

_FIELDS = {
    "": frozenset({Field.ALL}),
    "{title abstract keywords}": TEXT_FIELDS,
    "{title abstract}": frozenset({Field.TITLE, Field.ABSTRACT}),
    "title": frozenset({Field.TITLE}),
    "abstract": frozenset({Field.ABSTRACT}),
    "keywords": frozenset({Field.KEYWORD}),
}
_WILD = {ANY: "*"}


class _Writer(InfixWriter):
    name = "fts5"
    label = "SQLite FTS5"
    tags = _FIELDS
    factor = "all"
    wild = _WILD
    shortest_stem = 1

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        """Columns before the text; all columns, and title, abstract and keywords, need none."""
        if tags in (("",), ("{title abstract keywords}",)):
            return text
        return " OR ".join(f"{tag} : {f'({text})' if op else text}" for tag in tags)

    def loose(self, piece: Piece) -> bool:
        """A text for all columns keeps its operator bare."""
        return bool(piece.op) and (super().loose(piece) or self.cover(piece.fields or frozenset())[0][:1] in ("", "{"))

    def term(self, term: Term) -> Query | str | None:
        """Each word in quotes, a star behind for a prefix, `+` between."""
        term = self.known_wildcards(term)
        inside = [n for n, word in enumerate(term.words) if not word.literal and not _prefix(word)]
        if inside:
            if self.forms(term, inside) is not None:
                return self.expanded(term, inside, "FTS5 truncates only the end of a word")
            if all(isinstance(term.words[n].parts[0], str) for n in inside):
                self.lose(LossKind.WIDENED, term.text, "FTS5 truncates only the end of a word; cut there")
                term = Term(
                    tuple(Word((word.parts[0], ANY)) if n in inside else word for n, word in enumerate(term.words)),
                    term.fields,
                )
            else:
                return self.expanded(term, inside, "FTS5 truncates only the end of a word")
        return " + ".join(text for word in term.words for text in _tokens(word))

    def near(self, node: Near, parts: list[Piece]) -> Piece | None:
        """`NEAR(a b, 3)` for two phrases: it knows no order."""
        sides = [self.term(operand) for operand in node.operands if isinstance(operand, Term)]
        fields = {operand.fields for operand in node.operands if isinstance(operand, Term)}
        texts = [side for side in sides if isinstance(side, str)]
        if len(texts) != 2 or len(node.operands) != 2 or len(fields) != 1:
            return self.near_as_and(node, parts, "NEAR is between two phrases")
        if node.ordered:
            self.lose(LossKind.WIDENED, f"within {node.distance} in order", "FTS5's NEAR knows no order")
        return Piece(f"NEAR({' '.join(texts)}, {node.distance})", "", next(iter(fields)))


def _prefix(word: Word) -> bool:
    return len(word.parts) == 2 and isinstance(word.parts[0], str) and word.parts[1] == ANY


def _tokens(word: Word) -> list[str]:
    """A word parted as the tokenizer parts it; the last part carries the star."""
    text = word.parts[0]
    assert isinstance(text, str)
    found = [f'"{part}"' for part in re.findall(r"\w+", text)] or ['""']
    found = [part.lower() for part in found]
    return [*found[:-1], found[-1] + (" *" if _prefix(word) else "")]


class Fts5(WriteOnly):
    """SQLite's full-text search."""

    name = "fts5"
    label = "SQLite FTS5"
    docs = "https://www.sqlite.org/fts5.html"
    writer = _Writer


DIALECT = Fts5()
