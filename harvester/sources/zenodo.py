"""Zenodo, over its records API.

API: https://developers.zenodo.org/ - terms: https://about.zenodo.org/terms/
Elasticsearch query strings; 25 records a page without a token; only the first 10,000 of a search can be had.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harvester.http import Answer, Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import SourceInfo
from harvester.sources.superset import windows
from harvester.sources.wide import Wide
from harvester.window import DateField, Window

NAME = "zenodo"
URL = "https://zenodo.org/api/records"
_DATES = {DateField.ENTERED: "created", DateField.MODIFIED: "updated", DateField.PUBLISHED: "publication_date"}


class Zenodo(Wide):
    """Zenodo."""

    info = SourceInfo(
        name=NAME,
        label="Zenodo",
        kind="api",
        docs="https://developers.zenodo.org/",
        terms="https://about.zenodo.org/terms/",
        dialect="generic",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=0.5,
        per_second_with_key=0.5,
        reach=10_000,
        matched_here=True,
        tried="recorded answers; not live",
        route="open API; asked wider, matched here",
    )
    batch = 25

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """Publications, oldest first so that a page does not move while it is turned."""
        limits = "".join(map(_days, windows(search)))
        text = f"({self.asked(search)}) AND resource_type.type:publication{limits}"
        params = {"q": text, "page": at or "1", "size": str(self._batch if size else 1), "sort": "oldest"}
        return Request(URL, params)

    def listing(self, answer: Answer) -> Listing:
        """A page; `links.next` while there is one, and its number."""
        held = json_object(answer, NAME, "hits")
        hits = held["hits"]
        after = (held.get("links") or {}).get("next") or ""
        page = after.rpartition("page=")[2].partition("&")[0] if "page=" in after else ""
        return Listing(number(hits.get("total"), NAME), hits.get("hits") or [], page)

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The records of a page."""
        return fields.listed(json.loads(body)["hits"]["hits"], "hits")

    def identify(self, node: Any) -> str:
        """The record's number (a version of its own)."""
        return fields.text(node["id"])

    def read(self, node: Any) -> Record:
        """One record."""
        said = node["metadata"]
        journal = said.get("journal") or {}
        kind_of = said.get("resource_type") or {}
        kind = fields.genre(kind_of.get("subtype"), "other")
        return Record(
            NAME,
            fields.text(node["id"]),
            fields.title(said.get("title") or node.get("title")),
            version=fields.text(said.get("version")),
            kind=kind,
            authors=tuple(
                fields.author(each.get("name"), orcid=each.get("orcid"), affiliation=each.get("affiliation"))
                for each in said.get("creators") or ()
                if each.get("name")
            ),
            journal=fields.plain(journal.get("title")),
            publisher="Zenodo",
            volume=fields.text(journal.get("volume")),
            issue=fields.text(journal.get("issue")),
            pages=fields.text(journal.get("pages")),
            published=fields.day(said.get("publication_date")),
            entered=fields.day(node.get("created")),
            modified=fields.day(node.get("modified") or node.get("updated")),
            abstract=fields.sections(said.get("description")),
            languages=fields.texts(said.get("language")),
            publication_types=fields.texts([kind_of.get("title")]),
            keywords=fields.texts(said.get("keywords")),
            identifiers=fields.known(doi=node.get("doi") or said.get("doi")),
            issns=fields.issns(journal.get("issn")),
            url=fields.text((node.get("links") or {}).get("self_html")) or f"https://zenodo.org/records/{node['id']}",
            extra=fields.kept([("concept_doi", node.get("conceptdoi"))]),
        )


def _days(window: Window) -> str:
    since = window.since.isoformat() if window.since else "*"
    until = window.until.isoformat() if window.until else "*"
    return f" AND {_DATES[window.by]}:[{since} TO {until}]"
