"""DOAJ, the Directory of Open Access Journals: its articles, over its search API.

API: https://doaj.org/api/docs - terms: https://doaj.org/terms/ (metadata CC0)
Elasticsearch query strings in the address; 100 articles a page; only the first 1,000 of a search can be had
(DISCOVERY_MAX_RECORDS_SIZE in DOAJ's own settings). Two requests a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import SourceInfo
from harvester.sources.superset import windows
from harvester.sources.wide import Wide
from harvester.window import DateField, Window

NAME = "doaj"
URL = "https://doaj.org/api/search/articles/"


class Doaj(Wide):
    """DOAJ."""

    info = SourceInfo(
        name=NAME,
        label="DOAJ",
        kind="api",
        docs="https://doaj.org/api/docs",
        terms="https://doaj.org/terms/",
        dialect="generic",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=2,
        per_second_with_key=2,
        reach=1000,
        matched_here=True,
        tried="recorded answers; not live",
        route="open API; asked wider, matched here",
    )
    batch = 100

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The query stands in the path."""
        limits = "".join(map(_days, windows(search)))
        text = f"({self.asked(search)}){limits}"
        return Request(URL + quote(text, safe=""), {"page": at or "1", "pageSize": str(self._batch if size else 1)})

    def listing(self, answer: Answer) -> Listing:
        """A page; the next one's number while there is one."""
        held = json_object(answer, NAME)
        if "error" in held:
            raise Refused(str(held["error"]), source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "total", "results")
        total, size, page = number(held["total"], NAME), int(held.get("pageSize") or 1), int(held.get("page") or 1)
        more = page * size < min(total, self.info.reach or total)
        return Listing(total, held["results"], str(page + 1) if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The articles of a page."""
        return fields.listed(json.loads(body)["results"], "results")

    def identify(self, node: Any) -> str:
        """DOAJ's own id."""
        return fields.text(node["id"])

    def read(self, node: Any) -> Record:
        """One article."""
        said = node["bibjson"]
        journal = said.get("journal") or {}
        ids = {each.get("type"): each.get("id") for each in said.get("identifier") or ()}
        links = [each.get("url") for each in said.get("link") or () if each.get("url")]
        return Record(
            NAME,
            fields.text(node["id"]),
            fields.title(said.get("title")),
            authors=tuple(
                fields.author(each.get("name"), orcid=each.get("orcid_id"), affiliation=each.get("affiliation"))
                for each in said.get("author") or ()
                if each.get("name")
            ),
            journal=fields.plain(journal.get("title")),
            publisher=fields.plain(journal.get("publisher")),
            volume=fields.text(journal.get("volume")),
            issue=fields.text(journal.get("number")),
            pages=fields.span(said.get("start_page"), said.get("end_page")),
            published=fields.parts(said.get("year"), said.get("month")),
            entered=fields.day(node.get("created_date")),
            modified=fields.day(node.get("last_updated")),
            abstract=fields.sections(said.get("abstract")),
            # The journal's languages, not the article's: not taken for the article's where there are several.
            languages=_languages(journal),
            keywords=fields.texts(said.get("keywords")),
            identifiers=fields.known(doi=ids.get("doi")),
            issns=fields.issns([ids.get("pissn"), ids.get("eissn"), *(journal.get("issns") or ())]),
            url=fields.text(links) or f"https://doaj.org/article/{node['id']}",
        )


def _languages(journal: dict[str, Any]) -> tuple[str, ...]:
    found = fields.texts(journal.get("language"))
    return tuple(each.lower() for each in found) if len(found) == 1 else ()


def _days(window: Window) -> str:
    since = window.since.isoformat() if window.since else "*"
    until = window.until.isoformat() if window.until else "*"
    if window.by is DateField.PUBLISHED:
        return f" AND bibjson.year:[{since[:4]} TO {until[:4]}]"
    name = "created_date" if window.by is DateField.ENTERED else "last_updated"
    return f" AND {name}:[{since} TO {until}]"
