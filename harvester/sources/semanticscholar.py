"""Semantic Scholar, over the bulk search of its Academic Graph API.

API: https://api.semanticscholar.org/api-docs/ - terms: https://www.semanticscholar.org/product/api/license
Boolean (+ | - "" *), in title and abstract, 1,000 papers a listing, a token leads on; no abstract where the publisher
forbids it. One request a second with a key; without one all users share a pool that is often exhausted. Its total is
an estimate.
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
from harvester.sources.api import Api, Listing, Request, json_object, number
from harvester.sources.base import Credential, SourceInfo
from harvester.window import DateField

NAME = "semantic-scholar"
URL = "https://api.semanticscholar.org/graph/v1/paper/search/bulk"
KEY = "SEMANTIC_SCHOLAR_API_KEY"
FIELDS = (
    "paperId,externalIds,url,title,abstract,venue,publicationVenue,year,publicationDate,publicationTypes,journal,"
    "authors,fieldsOfStudy,openAccessPdf"
)


class SemanticScholar(Api):
    """Semantic Scholar."""

    info = SourceInfo(
        name=NAME,
        label="Semantic Scholar",
        kind="api",
        docs="https://api.semanticscholar.org/api-docs/",
        terms="https://www.semanticscholar.org/product/api/license",
        dialect="semanticscholar",
        windows=(DateField.PUBLISHED,),
        per_second=0.3,
        per_second_with_key=1,
        credentials=(Credential(KEY, required=False, purpose="one request a second of your own"),),
        tried="recorded answers; not live",
        route="open API; a key in practice",
    )
    batch = 1000
    estimates = True

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The bulk search; it always gives up to 1,000 papers."""
        key = http.credential(KEY, URL)
        params = {"query": search.text, "fields": FIELDS if size else "paperId"}
        dates = _dates(search)
        if dates:
            params["publicationDateOrYear"] = dates
        if at:
            params["token"] = at
        headers = {"x-api-key": key} if key else {}
        return Request(URL, params, headers, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """A listing; `token` is absent or null at the end, `data` when there is nothing."""
        held = json_object(answer, NAME)
        if "error" in held or ("message" in held and "total" not in held):
            raise Refused(str(held.get("error") or held["message"]), source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "total")
        return Listing(number(held["total"], NAME), held.get("data") or [], str(held.get("token") or ""))

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The papers of a page."""
        return fields.listed(json.loads(body).get("data") or [], "data")

    def identify(self, node: Any) -> str:
        """The paperId."""
        return fields.text(node["paperId"])

    def read(self, node: Any) -> Record:
        """One paper."""
        return paper(node, NAME)


def paper(node: Any, source: str) -> Record:
    """One paper of Semantic Scholar's JSON. Raises KeyError for one without a paperId."""
    ids = node.get("externalIds") or {}
    journal = node.get("journal") or {}
    venue = node.get("publicationVenue") or {}
    types = fields.texts(node.get("publicationTypes"))
    kind = "article"
    if "Book" in types:
        kind = "book"
    elif "BookSection" in types:
        kind = "chapter"
    elif "Conference" in types:
        kind = "conference"
    where = fields.plain(journal.get("name")) or fields.plain(venue.get("name")) or fields.plain(node.get("venue"))
    return Record(
        source,
        fields.text(node["paperId"]),
        fields.title(node.get("title")),
        kind=kind,
        authors=tuple(fields.author(each.get("name")) for each in node.get("authors") or () if each.get("name")),
        journal=where if kind == "article" else "",
        book_title=where if kind != "article" else "",
        volume=fields.text(journal.get("volume")),
        pages=fields.text(journal.get("pages")),
        published=fields.day(node.get("publicationDate") or node.get("year")),
        abstract=fields.sections(node.get("abstract")),
        publication_types=types,
        keywords=fields.texts(node.get("fieldsOfStudy")),
        identifiers=fields.known(
            doi=ids.get("DOI"),
            pmid=ids.get("PubMed"),
            pmcid=ids.get("PubMedCentral"),
            arxiv=ids.get("ArXiv"),
            s2=node["paperId"],
        ),
        issns=fields.issns(venue.get("issn")),
        url=fields.text(node.get("url")),
        extra=fields.kept([("open_access", fields.text((node.get("openAccessPdf") or {}).get("url")))]),
    )


def _dates(search: Search) -> str:
    """The days asked for: the window's, or those that the dialect names as a parameter beside the query."""
    window = search.window
    if window is not None:
        return f"{window.since or ''}:{window.until or ''}"
    named = [loss.what for loss in search.losses if loss.what.startswith("publicationDateOrYear=")]
    return named[-1].partition("=")[2] if named else ""
