"""Crossref: https://www.crossref.org/documentation/retrieve-metadata/rest-api/.

`query.bibliographic` ranks by a bag of words: no Boolean, no phrases, no truncation. Each term of the most telling
block is asked for by itself, and what comes has to be matched here.
"""

from __future__ import annotations

from harvester.dialects.base import Translation
from harvester.dialects.fanout import WriteOnly, blocks, whole_words
from harvester.dialects.infix import InfixWriter
from harvester.query import DateKind, DateLimit, Query, Term
from harvester.search import Loss, LossKind


class _Writer(InfixWriter):
    name = "crossref"
    label = "Crossref"

    def write(self, query: Query) -> Translation:
        """One search a term of the block whose terms are longest; dates as filters."""
        found = blocks(query, self)
        side = max(found.terms, key=lambda terms: min(len(term.text) for term in terms))
        for limit in found.limits:
            self.limit(limit)
        self.lose(
            LossKind.WIDENED,
            "the whole search",
            "Crossref ranks by a bag of words; each term is asked for alone, and what comes is to be matched here",
        )
        self.lose(LossKind.NARROWED, "the whole search", "what Crossref ranks below the depth that is read is not seen")
        filters = ",".join(text for text in map(self._date, found.dates) if text)
        tail = f"&filter={filters}" if filters else ""
        words = dict.fromkeys(text for term in side for text in self._words(term))
        queries = tuple(f"query.bibliographic={text}{tail}" for text in words)
        return Translation(self.name, "\n".join(queries), tuple(Loss(*loss) for loss in self.losses), queries)

    def _words(self, term: Term) -> list[str]:
        return [form.text for form in whole_words(self, term, plurals=False)]

    def _date(self, node: DateLimit) -> str:
        since, until = self.days(node)
        names = {DateKind.PUBLISHED: "pub-date", DateKind.ENTERED: "created-date", DateKind.MODIFIED: "update-date"}
        if node.kind not in names:
            self.lose(LossKind.DROPPED, f"{node.kind} date", "Crossref has no such date")
            return ""
        name = names[node.kind]
        return ",".join(([f"from-{name}:{since}"] if since else []) + ([f"until-{name}:{until}"] if until else []))


class Crossref(WriteOnly):
    """Crossref's bibliographic query."""

    name = "crossref"
    label = "Crossref"
    docs = "https://www.crossref.org/documentation/retrieve-metadata/rest-api/"
    writer = _Writer


DIALECT = Crossref()
