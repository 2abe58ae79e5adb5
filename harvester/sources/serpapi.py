"""Google Scholar through SerpApi, which is paid: the first hits of a query, their rank kept.

API: https://serpapi.com/google-scholar-api - terms: https://serpapi.com/legal
Google Scholar has no API and its robots.txt forbids scraping: this program never asks it. SerpApi gives 20 hits a
page; the count is Google's own "about". No truncation, no nesting, 256 characters. What comes is a title, a line of
authors, journal and year, and a snippet: an abstract it is not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harvester.errors import Refused
from harvester.formats.scholar_page import heading, summary
from harvester.http import Answer, Http
from harvester.record import Record, Section
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object
from harvester.sources.base import Credential, SourceInfo
from harvester.sources.ranked import Ranked

NAME = "google-scholar-serpapi"
URL = "https://serpapi.com/search.json"
KEY = "SERPAPI_API_KEY"
_NOTHING = "hasn't returned any results"


class SerpApi(Ranked):
    """Google Scholar through SerpApi."""

    info = SourceInfo(
        name=NAME,
        label="Google Scholar (SerpApi)",
        kind="api",
        docs="https://serpapi.com/google-scholar-api",
        terms="https://serpapi.com/legal",
        dialect="scholar",
        windows=(),
        per_second=1,
        per_second_with_key=1,
        reach=1000,
        credentials=(Credential(KEY, required=True, purpose="SerpApi is paid: https://serpapi.com/pricing"),),
        first=100,
        tried="answers in its shape, made by hand; not live",
        route="SerpApi, paid; the first hits, rank kept",
    )
    batch = 20

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The hits from the place `at` on. A text of several lines is several queries, whose hits are taken in turn."""
        key = self.key(http, KEY, URL)
        params = {"engine": "google_scholar", "q": search.text, "start": at or "0", "num": "20", "hl": "en"}
        if key:
            params["api_key"] = key
        return Request(URL, params, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """A page of hits; that there are none comes as an error with HTTP 200."""
        held = json_object(answer, NAME)
        error = fields.text(held.get("error"))
        if error and _NOTHING not in error:
            raise Refused(error, source=NAME, hint=f"Check {KEY} and the query.")
        about = held.get("search_information") or {}
        hits = held.get("organic_results") or []
        start = int((held.get("search_parameters") or {}).get("start") or 0)
        ranked = [{**hit, "rank": start + place} for place, hit in enumerate(hits, 1)]
        total = int(about.get("total_results") or 0)
        more = bool((held.get("serpapi_pagination") or {}).get("next")) and bool(hits)
        warnings: tuple[str, ...] = ()
        if "showing results for" in json.dumps(about).lower():
            warnings = ("Google Scholar searched for another spelling than the one given.",)
        return Listing(max(total, start + len(hits)), ranked, str(start + len(hits)) if more else "", warnings)

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The hits of a page with their rank."""
        held = json.loads(body)
        start = int((held.get("search_parameters") or {}).get("start") or 0)
        return [{**hit, "rank": start + place} for place, hit in enumerate(held.get("organic_results") or [], 1)]

    def identify(self, node: Any) -> str:
        """Scholar's own id of the hit."""
        return fields.text(node["result_id"])

    def read(self, node: Any) -> Record:
        """One hit."""
        about = node.get("publication_info") or {}
        authors, journal, year = summary(fields.plain(about.get("summary")))
        link = fields.text(node.get("link"))
        snippet = fields.plain(node.get("snippet"))
        name, kind = heading(fields.title(node.get("title")), fields.text(node.get("type")))
        return Record(
            NAME,
            fields.text(node["result_id"]),
            name or fields.UNTITLED,
            kind=kind,
            authors=authors,
            journal=journal,
            published=fields.parts(year),
            abstract=(Section(snippet, "SNIPPET"),) if snippet else (),
            identifiers=fields.known(doi=link if "10." in link else ""),
            url=link,
            extra=fields.kept(
                [
                    ("rank", node["rank"]),
                    ("resources", fields.texts([e.get("link") for e in node.get("resources") or ()])),
                ]
            ),
        )
