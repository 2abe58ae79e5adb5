"""Sources that take a Boolean text in Lucene's manner and lack what a strategy needs (wildcards inside phrases...).

They are asked something wider (superset.lucene), whole, and the strategy is matched here on all that came: fetched and
matched are both reported. What each line would find there is not asked: it would be the wider text's number.
"""

from __future__ import annotations

from collections.abc import Iterator

from harvester.http import Http
from harvester.search import Search, SearchLine
from harvester.sources import superset
from harvester.sources.api import Api
from harvester.sources.base import Count


class Wide(Api):
    """A source that is asked a wider text. `wild`: it takes `word*`."""

    wild = True

    def asked(self, search: Search) -> str:
        """The text that is sent."""
        if search.dialect != "generic":
            return search.text
        return superset.lucene(superset.tree(search), wild=self.wild)

    def count(self, search: Search, http: Http) -> Count:
        """How many records the wider text finds; all of them are fetched and matched here."""
        counted = super().count(search, http)
        return Count(counted.hits, counted.translation or self.asked(search), counted.warnings)

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """None for every line (see above)."""
        for line in search.lines:
            yield line, None
