"""CORE, the aggregator of open repositories, over its API v3.

API: https://api.core.ac.uk/docs/v3 - terms: https://core.ac.uk/terms
A key is needed in practice (free for research); with one, ten requests a minute. The address ends in a slash (without
it: 301). 100 works a listing, a scroll id leads on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import Credential, SourceInfo
from harvester.sources.superset import windows
from harvester.sources.wide import Wide
from harvester.window import DateField, Window

NAME = "core"
URL = "https://api.core.ac.uk/v3/search/works/"
KEY = "CORE_API_KEY"


class Core(Wide):
    """CORE."""

    info = SourceInfo(
        name=NAME,
        label="CORE",
        kind="api",
        docs="https://api.core.ac.uk/docs/v3",
        terms="https://core.ac.uk/terms",
        dialect="generic",
        windows=(DateField.PUBLISHED,),
        per_second=0.1,
        per_second_with_key=0.16,
        credentials=(Credential(KEY, required=True, purpose="CORE answers next to nobody without one (free)"),),
        matched_here=True,
        tried="recorded answers; not live",
        route="open API with a free key; asked wider, matched here",
    )
    batch = 100

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A scrolled search."""
        key = self.key(http, KEY, URL)
        params = {
            "q": f"({self.asked(search)}){''.join(map(_years, windows(search)))}",
            "limit": str(size or 1),
            "scroll": "true",
        }
        if at:
            params["scrollId"] = at
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return Request(URL, params, headers, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """A listing; the one without results is the end."""
        held = json_object(answer, NAME)
        if "totalHits" not in held and "message" in held:
            raise Refused(str(held["message"]), source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "totalHits", "results")
        total, items = number(held["totalHits"], NAME), held["results"]
        more = items and len(items) < total
        return Listing(total, items, str(held.get("scrollId") or "") if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The works of a page."""
        return fields.listed(json.loads(body)["results"], "results")

    def identify(self, node: Any) -> str:
        """CORE's number."""
        return fields.text(node["id"])

    def read(self, node: Any) -> Record:
        """One work."""
        journals = node.get("journals") or []
        kind = fields.genre(node.get("documentType"), "other")
        language = node.get("language") or {}
        return Record(
            NAME,
            fields.text(node["id"]),
            fields.title(node.get("title")),
            kind=kind,
            authors=tuple(fields.author(each.get("name")) for each in node.get("authors") or () if each.get("name")),
            journal=fields.plain(journals[0].get("title")) if journals else "",
            publisher=fields.plain(node.get("publisher")).strip("'"),
            published=fields.day(node.get("publishedDate") or node.get("yearPublished")),
            entered=fields.day(node.get("createdDate")),
            modified=fields.day(node.get("updatedDate")),
            abstract=fields.sections(node.get("abstract")),
            languages=fields.texts(language.get("code")),
            publication_types=fields.texts(node.get("documentType")),
            identifiers=fields.known(
                doi=node.get("doi"),
                pmid=node.get("pubmedId"),
                arxiv=node.get("arxivId"),
                oai=node.get("oaiIds"),
            ),
            issns=fields.issns([one for each in journals for one in each.get("identifiers") or ()]),
            url=fields.text(node.get("downloadUrl")) or f"https://core.ac.uk/works/{node['id']}",
        )


def _years(window: Window) -> str:
    """CORE takes years only: the window is widened to whole years."""
    since = f" AND yearPublished>={window.since.year}" if window.since else ""
    return since + (f" AND yearPublished<={window.until.year}" if window.until else "")
