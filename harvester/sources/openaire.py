"""OpenAIRE Graph, over its API: publications of repositories, journals and funders.

API: https://graph.openaire.eu/docs/apis/graph-api/ - terms: https://graph.openaire.eu/docs/apis/terms (CC BY)
AND, OR, NOT and phrases, no wildcard that is documented. 100 products a listing, cursors. Without a token 60 requests
an hour, with one 7,200.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Author, Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import Credential, SourceInfo
from harvester.sources.superset import windows
from harvester.sources.wide import Wide
from harvester.window import DateField

NAME = "openaire"
URL = "https://api.openaire.eu/graph/v2/researchProducts"
TOKEN = "OPENAIRE_API_KEY"  # noqa: S105 - the variable's name


class OpenAire(Wide):
    """OpenAIRE."""

    info = SourceInfo(
        name=NAME,
        label="OpenAIRE Graph",
        kind="api",
        docs="https://graph.openaire.eu/docs/apis/graph-api/",
        terms="https://graph.openaire.eu/docs/apis/terms",
        dialect="generic",
        windows=(DateField.PUBLISHED,),
        per_second=60 / 3600,
        per_second_with_key=2,
        credentials=(Credential(TOKEN, required=False, purpose="an access token: 7,200 requests an hour, not 60"),),
        matched_here=True,
        tried="recorded answers; not live",
        route="open API; asked wider, matched here",
    )
    batch = 100
    wild = False

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """Publications, by cursor."""
        token = http.credential(TOKEN, URL)
        params = {
            "search": self.asked(search),
            "type": "publication",
            "pageSize": str(size or 1),
            "cursor": at or "*",
        }
        for window in windows(search):
            if window.since:
                params["fromPublicationDate"] = window.since.isoformat()
            if window.until:
                params["toPublicationDate"] = window.until.isoformat()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Request(URL, params, headers, secrets=(token,), keyed=bool(token))

    def listing(self, answer: Answer) -> Listing:
        """A listing; the one without results is the end."""
        held = json_object(answer, NAME)
        if "header" not in held and ("message" in held or "error" in held):
            raise Refused(str(held.get("message") or held["error"]), source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "header", "results")
        head, items = held["header"], held["results"] or []
        total = number(head.get("numFound"), NAME)
        more = items and len(items) < total
        return Listing(total, items, str(head.get("nextCursor") or "") if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The products of a page."""
        return fields.listed(json.loads(body)["results"] or [], "results")

    def identify(self, node: Any) -> str:
        """OpenAIRE's id."""
        return fields.text(node["id"])

    def read(self, node: Any) -> Record:
        """One product."""
        container = node.get("container") or {}
        instances = node.get("instances") or []
        pids: dict[str, list[str]] = {}
        for each in [*(node.get("pids") or ()), *(one for i in instances for one in i.get("pids") or ())]:
            pids.setdefault(fields.text(each.get("scheme")).lower(), []).append(fields.text(each.get("value")))
        types = fields.texts([each.get("type") for each in instances])
        kind = next((found for each in types if (found := fields.genre(each)) != "other"), "other")
        name = fields.title(node.get("mainTitle"))
        subtitle = fields.plain(node.get("subTitle"))
        addresses = fields.texts([one for each in instances for one in each.get("urls") or ()])
        return Record(
            NAME,
            fields.text(node["id"]),
            f"{name}: {subtitle}" if subtitle else name,
            kind=kind,
            authors=tuple(_author(each) for each in node.get("authors") or () if each.get("fullName")),
            journal=fields.plain(container.get("name")) if kind in ("article", "other") else "",
            book_title=fields.plain(container.get("name")) if kind not in ("article", "other") else "",
            publisher=fields.plain(node.get("publisher")),
            volume=fields.text(container.get("vol")),
            issue=fields.text(container.get("iss")),
            pages=fields.span(container.get("sp"), container.get("ep")),
            published=fields.day(node.get("publicationDate")),
            abstract=fields.sections(_longest(node.get("descriptions"))),
            languages=tuple(each for each in fields.texts((node.get("language") or {}).get("code")) if each != "und"),
            publication_types=types,
            keywords=fields.texts([(each.get("subject") or {}).get("value") for each in node.get("subjects") or ()]),
            identifiers=fields.known(
                doi=pids.get("doi"),
                pmid=pids.get("pmid"),
                pmcid=pids.get("pmc"),
                handle=pids.get("handle"),
                arxiv=pids.get("arxiv"),
            ),
            issns=fields.issns([container.get(each) for each in ("issnPrinted", "issnOnline", "issnLinking")]),
            url=html.unescape(addresses[0]) if addresses else "",
        )


def _author(each: dict[str, Any]) -> Author:
    pid = ((each.get("pid") or {}).get("id") or {}).get("value")
    if each.get("surname") and "," not in each["fullName"]:  # the name apart is sometimes in another case
        return Author(fields.plain(each["surname"]), fields.plain(each.get("name")), orcid=fields.orcid_of(pid))
    return fields.author(each["fullName"], orcid=pid)


def _longest(values: Any) -> str:
    """Several repositories give several abstracts of one work: the longest says most."""
    return max(fields.texts(values), key=len, default="")
