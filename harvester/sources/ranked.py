"""Sources that only rank: several bags of words are asked, their best hits taken in turn, the strategy matched here.

Such a search is never whole. It takes `first` distinct hits (the strategy may say another number), says so, and closes
no window. It cannot be gone on with where it was cut off: a ranking may have moved, so it is asked from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harvester.errors import Incomplete
from harvester.http import Http
from harvester.search import Search, SearchLine
from harvester.sources import superset
from harvester.sources.api import Api, digest
from harvester.sources.base import Count, Page


class Ranked(Api):
    """A source over HTTP that ranks bags of words. `listing` and the rest as in Api; the text asked is one bag."""

    estimates = True

    def bags(self, search: Search) -> tuple[str, ...]:
        """The bags of words that are asked for a search."""
        if search.dialect == "generic":
            return superset.phrases(superset.tree(search))
        return tuple(line.strip() for line in search.text.splitlines() if line.strip())

    def count(self, search: Search, http: Http) -> Count:
        """How many distinct hits are taken: at most, until they have come; then how many did come.

        Raises Refused, Unavailable or Changed.
        """
        bags = self.bags(search)
        wanted = self._wanted(search)
        came = self._came.get(digest(search))
        offered = 0
        if came is None:
            for bag in bags:
                offered += self.ask(replace(search, text=bag), http, "", 0)[1].total
                if offered >= wanted:
                    break
        hits = min(offered, wanted) if came is None else came
        how = " and matched here" if self.info.matched_here else ""
        several = f"{len(bags)} queries" if len(bags) > 1 else "the query"
        note = (
            f"{self.info.label} only ranks: the best {wanted:,} hits of {several} are taken{how}; what it ranks lower "
            "is not seen."
        )
        return Count(hits, " | ".join(bags), (note,))

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """None for every line: how many records a ranking knows says nothing about a line."""
        for line in search.lines:
            yield line, None

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """The listings of all bags in turn, best first. Raises Refused, Unavailable, Changed or Incomplete."""
        wanted = self._wanted(search)
        going = dict.fromkeys(self.bags(search), "")
        got: set[str] = set()
        while going and len(got) < wanted:
            for bag, at in list(going.items()):
                answer, listing = self.ask(replace(search, text=bag), http, at, min(self._batch, wanted))
                take = 0
                for take, node in enumerate(listing.items, 1):
                    got.add(self._known(node, bag, take))
                    if len(got) >= wanted:
                        break
                detail = {"query": bag, "total": listing.total}
                if take < len(listing.items):
                    detail["take"] = take
                yield self.page(answer, "", detail)
                if len(got) >= wanted:
                    break
                if listing.next and listing.items:
                    going[bag] = listing.next
                    continue
                if listing.next and not listing.items:
                    raise Incomplete(f"{self.info.label} stopped listing hits of {bag!r}", hint="Try again later.")
                del going[bag]
        self._came[digest(search)] = len(got)

    def _wanted(self, search: Search) -> int:
        return search.first_n or self.info.first or 1000

    def _known(self, node: object, bag: str, place: int) -> str:
        try:
            return self.identify(node) or f"{bag} {place}"
        except (KeyError, TypeError, IndexError, AttributeError):
            return f"{bag} {place}"
