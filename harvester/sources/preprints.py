"""medRxiv and bioRxiv, over the API of Cold Spring Harbor (now openRxiv): everything posted between two days.

API: https://api.medrxiv.org/ - terms: https://www.medrxiv.org/about/FAQ (each preprint has a licence of its own)
There is no search: all preprints of the days are fetched and the strategy is matched here. Each version is a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from harvester.errors import Refused, UsageError
from harvester.http import Answer, Http
from harvester.record import Record, Relation
from harvester.search import Search, SearchLine
from harvester.sources import fields, superset
from harvester.sources.api import Api, Listing, Request, json_object, number
from harvester.sources.base import Count, SourceInfo
from harvester.window import DateField

# name -> (label, where its API lies, its first day)
SERVERS = {
    "medrxiv": ("medRxiv", "https://api.medrxiv.org/details/medrxiv", date(2019, 6, 6)),
    "biorxiv": ("bioRxiv", "https://api.biorxiv.org/details/biorxiv", date(2013, 11, 7)),
}


class Preprints(Api):
    """One preprint server: "medrxiv" or "biorxiv"."""

    batch = 100

    def __init__(self, name: str = "medrxiv", *, batch: int | None = None) -> None:
        super().__init__(batch=batch)
        if name not in SERVERS:
            raise UsageError(f"there is no preprint server {name!r}", hint=f"Known: {', '.join(SERVERS)}.")
        self._label, self._url, self._first = SERVERS[name]
        self.info = SourceInfo(
            name=name,
            label=self._label,
            kind="api",
            docs=f"https://api.{name}.org/",
            terms=f"https://www.{name}.org/about/FAQ",
            dialect="generic",
            windows=(DateField.ENTERED, DateField.PUBLISHED),
            per_second=1,
            per_second_with_key=1,
            matched_here=True,
            tried="recorded answers; not live",
            route="open API without a search: all of the days' preprints, matched here",
        )

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The versions posted in the window's days, from place `at` on; the server decides how many a page has."""
        since, until = superset.days(search, self._first, datetime.now(UTC).date())
        return Request(f"{self._url}/{since}/{until}/{at or 0}/json")

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """None for every line: the server knows days, no words."""
        for line in search.lines:
            yield line, None

    def listing(self, answer: Answer) -> Listing:
        """A page. That nothing was posted is said in words."""
        name = self.info.name
        held = json_object(answer, name, "messages", "collection")
        message = (held["messages"] or [{}])[0]
        status = fields.text(message.get("status")).lower()
        if status.startswith("no posts found"):
            return Listing(0, [])
        if status != "ok":
            raise Refused(status or "an answer without a status", source=name, hint="Check the days asked for.")
        total, items = number(message.get("total"), name), held["collection"]
        after = int(message.get("cursor") or 0) + len(items)
        return Listing(total, items, str(after) if items and after < total else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The versions of a page."""
        return fields.listed(json.loads(body)["collection"], "collection")

    def identify(self, node: Any) -> str:
        """DOI and version: `10.1101/2023.10.21.23297352v3`."""
        return f"{fields.text(node['doi']).lower()}v{fields.text(node.get('version')) or 1}"

    def read(self, node: Any) -> Record:
        """One version."""
        published = fields.text(node.get("published"))
        number_ = fields.text(node["doi"]).lower()
        return Record(
            self.info.name,
            self.identify(node),
            fields.title(node.get("title")),
            version=fields.text(node.get("version")),
            authors=tuple(fields.author(each) for each in fields.text(node.get("authors")).split(";") if each.strip()),
            journal=self._label,
            publisher="openRxiv",
            published=fields.day(node.get("date")),
            entered=fields.day(node.get("date")),
            abstract=fields.sections(node.get("abstract")),
            languages=("eng",),
            publication_types=("Preprint",),
            keywords=fields.texts(node.get("category")),
            relations=(Relation("UpdateIn", doi=published.lower()),) if published not in ("", "NA") else (),
            identifiers=fields.known(doi=number_),
            url=f"https://doi.org/{number_}",
        )
