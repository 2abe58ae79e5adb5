"""Social Care Online (SCIE), which is closed and can no longer be searched.

The text documents what a search there was: words, phrases in quotes, AND, OR, NOT and parentheses.
"""

from __future__ import annotations

from harvester.dialects.base import Translation
from harvester.dialects.fanout import WriteOnly
from harvester.dialects.prospero import PlainWriter
from harvester.query import Query
from harvester.search import LossKind


class _Writer(PlainWriter):
    name = "scie"
    label = "Social Care Online"

    def write(self, query: Query) -> Translation:
        """The text, with the word that it cannot be run any more."""
        self.lose(
            LossKind.DROPPED, "the whole search", "Social Care Online is closed; import what was exported from it"
        )
        return super().write(query)


class SocialCareOnline(WriteOnly):
    """Social Care Online's search box, as it was."""

    name = "scie"
    label = "Social Care Online"
    docs = "https://www.scie.org.uk/"
    writer = _Writer


DIALECT = SocialCareOnline()
