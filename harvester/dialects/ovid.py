"""Ovid (MEDLINE, Embase, PsycInfo): https://ospguides.ovid.com/OSPguides/medline.htm and Ovid's search syntax help.

Unquoted words are a phrase. adjN: at most N-1 words between, any order. `*` `$` any characters, `*n` `$n` at most n,
`#` exactly one, `?` none or one. Fields stand behind a term or a group: `.ti,ab,kf.`; headings end with a slash:
`exp Leg Ulcer/su`. Lines are numbered; `or/1-5`, `limit 5 to yr="2017-2022"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from harvester.dialects.base import Dialect, Reading, Rules, Translation
from harvester.dialects.ovid_read import OvidReader
from harvester.dialects.ovid_write import OvidWriter
from harvester.query import Query


class Ovid(Dialect):
    """Ovid's language."""

    name = "ovid"
    label = "Ovid"
    docs = "https://ospguides.ovid.com/OSPguides/medline.htm"

    def read_all(self, text: str) -> Reading:
        """Read a query or a line set, numbered or one line after another. Raises StrategyError."""
        return OvidReader(text).read()

    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """The query for Ovid; dates become a second line, `limit 1 to ...`."""
        return OvidWriter(Rules(on, expansions or {})).write(query)


DIALECT = Ovid()
