"""Semantic Scholar, bulk search: https://api.semanticscholar.org/api-docs/ (paper/search/bulk).

Title and abstract. `+` AND, `|` OR, `-` NOT, phrases in quotes, `*` at the end of a single word, `"a b"~N` near each
other in any order. Dates and types are parameters of the request, not of the query.
"""

from __future__ import annotations

from harvester.dialects.fanout import WriteOnly
from harvester.dialects.infix import InfixWriter
from harvester.dialects.write import Piece
from harvester.query import ANY, DateKind, DateLimit, Field, Near, Query, Term
from harvester.search import LossKind

_FIELDS = {"": frozenset({Field.TITLE, Field.ABSTRACT})}
_WILD = {ANY: "*"}


class _Writer(InfixWriter):
    name = "semanticscholar"
    label = "Semantic Scholar"
    tags = _FIELDS
    and_, or_ = " + ", " | "
    wild = _WILD
    shortest_stem = 1
    wild_in_phrase = False

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return text

    def joined(self, op: str, parts: list[Piece]) -> Piece:
        """NOT is a minus before what is taken away."""
        if op != "NOT":
            return super().joined(op, parts)
        return Piece(f"{self.inner(parts[0])} + -{self.inner(parts[1])}", "AND")

    def near(self, node: Near, parts: list[Piece]) -> Piece | None:
        """`"a b"~3` for two plain words."""
        terms = [operand for operand in node.operands if isinstance(operand, Term) and not operand.wildcards]
        single = all(len(term.words) == 1 for term in terms)
        if len(terms) != 2 or len(node.operands) != 2 or not single or terms[0].fields != terms[1].fields:
            return self.near_as_and(node, parts, "proximity is between two plain words")
        if node.ordered:
            self.lose(
                LossKind.WIDENED, f"within {node.distance} in order", "Semantic Scholar's proximity knows no order"
            )
        return Piece(f'"{terms[0].text} {terms[1].text}"~{node.distance}', "", terms[0].fields)

    def date(self, node: DateLimit) -> str | Query | None:
        since, until = self.days(node)
        if node.kind is not DateKind.PUBLISHED:
            return super().date(node)
        what = f"publicationDateOrYear={since or ''}:{until or ''}"
        self.lose(LossKind.DROPPED, what, "it is a parameter of the request, beside the query")
        return None


class SemanticScholar(WriteOnly):
    """Semantic Scholar's bulk search."""

    name = "semanticscholar"
    label = "Semantic Scholar"
    docs = "https://api.semanticscholar.org/api-docs/"
    writer = _Writer


DIALECT = SemanticScholar()
