"""PROSPERO: https://www.crd.york.ac.uk/prospero/ (help of its search page). Searched by hand; there is no API.

Words, phrases in quotes, AND, OR, NOT and parentheses, in all fields of the register. Truncation inside quotes is
not documented: the words of such a phrase are joined by AND.
"""

from __future__ import annotations

from harvester.dialects.fanout import WriteOnly
from harvester.dialects.infix import InfixWriter
from harvester.dialects.write import Piece
from harvester.query import ANY, Field

_FIELDS = {"": frozenset({Field.ALL})}
_WILD = {ANY: "*"}


class PlainWriter(InfixWriter):
    """A search box that takes words, phrases and operators, and no fields."""

    tags = _FIELDS
    wild = _WILD
    shortest_stem = 1
    wild_in_phrase = False
    near_sign = ""

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        """All fields: nothing to write."""
        return text

    def loose(self, piece: Piece) -> bool:
        """Nothing is written around an operator, so it needs its parentheses."""
        return bool(piece.op)


class _Writer(PlainWriter):
    name = "prospero"
    label = "PROSPERO"


class Prospero(WriteOnly):
    """PROSPERO's search box."""

    name = "prospero"
    label = "PROSPERO"
    docs = "https://www.crd.york.ac.uk/prospero/"
    writer = _Writer


DIALECT = Prospero()
