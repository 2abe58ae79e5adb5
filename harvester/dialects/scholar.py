"""Google Scholar: https://scholar.google.com/intl/en/scholar/help.html.

At most 256 characters, no truncation, no nesting; OR binds tighter than the AND that is between words; 1,000 results
shown. A strategy becomes several short searches whose results together are looked through. It is never asked by this
program.
"""

from __future__ import annotations

from harvester.dialects.base import Translation
from harvester.dialects.fanout import WriteOnly, blocks, packed, whole_words
from harvester.dialects.infix import InfixWriter
from harvester.query import DateLimit, Query, Term
from harvester.search import Loss, LossKind

LONGEST = 256


class _Writer(InfixWriter):
    name = "scholar"
    label = "Google Scholar"

    def write(self, query: Query) -> Translation:
        """Every pair of groups of phrases that fits into 256 characters."""
        found = blocks(query, self)
        for limit in found.limits:
            self._lost(limit)
        for day in found.dates:
            self._lost(day)
        self.lose(LossKind.WIDENED, "fields", "Google Scholar also searches full texts")
        sides = [list(dict.fromkeys(text for term in terms for text in self._texts(term))) for terms in found.terms]
        queries = packed(sides, lambda groups: " ".join(" OR ".join(group) for group in groups), LONGEST)
        if len(queries) > 1:
            why = (
                f"Google Scholar takes {LONGEST} characters: {len(queries)} searches, each of which shows 1,000 at most"
            )
            self.lose(LossKind.NARROWED, "the whole search", why)
        return Translation(
            self.name,
            "\n".join(queries),
            tuple(Loss(*loss) for loss in self.losses),
            tuple(queries) if len(queries) > 1 else (),
        )

    def _lost(self, limit: Query) -> None:
        what = "dates" if isinstance(limit, DateLimit) else getattr(limit, "value", "a limit")
        self.lose(LossKind.DROPPED, what, "Google Scholar takes it in its side bar, not in the query")

    def _texts(self, term: Term) -> list[str]:
        return [f'"{form.text}"' for form in whole_words(self, term, plurals=True)]


class Scholar(WriteOnly):
    """Google Scholar's search box."""

    name = "scholar"
    label = "Google Scholar"
    docs = "https://scholar.google.com/intl/en/scholar/help.html"
    writer = _Writer


DIALECT = Scholar()
