"""PubMed: https://pubmed.ncbi.nlm.nih.gov/help/ (fields, phrases, proximity, dates) and, for wildcards,
https://www.nlm.nih.gov/pubs/techbull/mj24/mj24_pubmed_wildcard.html.

Operators go left to right, with no precedence. A phrase is a phrase only when quoted (and then only when PubMed's
phrase index has it: the server's warnings say so). Wildcards anywhere in a word, and several in a phrase, since
2024-06-03.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from harvester.dialects.base import Dialect, Reading, Rules, Translation
from harvester.dialects.pubmed_read import read_all
from harvester.dialects.pubmed_write import PubMedWriter
from harvester.query import Query


class PubMed(Dialect):
    """PubMed's own language."""

    name = "pubmed"
    label = "PubMed"
    docs = "https://pubmed.ncbi.nlm.nih.gov/help/"

    def read_all(self, text: str) -> Reading:
        """Read a query, or lines that refer to each other by `#1`. Raises StrategyError."""
        return read_all(text)

    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """The query for PubMed. Raises StrategyError (more than 256 wildcards, or nothing left)."""
        return PubMedWriter(Rules(on, expansions or {})).write(query)


DIALECT = PubMed()
