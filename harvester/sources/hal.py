"""HAL, the French open archive, over its search API (Solr).

API: https://api.archives-ouvertes.fr/docs/search - terms: https://doc.hal.science/en/legal-aspects/
Every hit can be had (cursorMark); up to 10,000 a listing, 500 are asked for.
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
from harvester.sources.base import SourceInfo
from harvester.sources.superset import windows
from harvester.sources.wide import Wide
from harvester.window import DateField, Window

NAME = "hal"
URL = "https://api.archives-ouvertes.fr/search/"
FIELDS = (
    "halId_s,version_i,uri_s,title_s,subTitle_s,abstract_s,authFullName_s,docType_s,journalTitle_s,journalIssn_s,"
    "journalEissn_s,bookTitle_s,conferenceTitle_s,publisher_s,volume_s,issue_s,page_s,publicationDate_s,"
    "publicationDateY_i,producedDate_s,submittedDate_s,modifiedDate_s,language_s,keyword_s,doiId_s,pubmedId_s,isbn_s,"
    "fileMain_s"
)
_DATES = {
    DateField.ENTERED: "submittedDate_tdate",
    DateField.MODIFIED: "modifiedDate_tdate",
    DateField.PUBLISHED: "producedDate_tdate",
}


class Hal(Wide):
    """HAL."""

    info = SourceInfo(
        name=NAME,
        label="HAL",
        kind="api",
        docs="https://api.archives-ouvertes.fr/docs/search",
        terms="https://doc.hal.science/en/legal-aspects/",
        dialect="generic",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=1,
        per_second_with_key=1,
        matched_here=True,
        tried="recorded answers; not live",
        route="open API; asked wider, matched here",
    )
    batch = 500

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """By cursorMark, which asks for an order that ends in the unique docid."""
        params = {
            "q": self.asked(search),
            "wt": "json",
            "fl": FIELDS,
            "rows": str(size),
            "sort": "docid asc",
            "cursorMark": at or "*",
        }
        limits = [_days(window) for window in windows(search)]
        if limits:
            params["fq"] = " AND ".join(limits)
        return Request(URL, params, method="POST")

    def listing(self, answer: Answer) -> Listing:
        """A listing; the mark that stays the same is the end (an error comes with HTTP 200)."""
        held = json_object(answer, NAME)
        if "error" in held:
            told = held["error"]
            words = told.get("msg") if isinstance(told, dict) else told
            raise Refused(str(words), source=NAME, hint="Check the query.")
        found = json_object(answer, NAME, "response")["response"]
        docs = found.get("docs") or []
        more = docs and len(docs) < number(found.get("numFound"), NAME)
        return Listing(number(found.get("numFound"), NAME), docs, str(held.get("nextCursorMark") or "") if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The documents of a page."""
        return fields.listed(json.loads(body)["response"]["docs"], "docs")

    def identify(self, node: Any) -> str:
        """`hal-04637647`."""
        return fields.text(node["halId_s"])

    def read(self, node: Any) -> Record:
        """One document."""
        kind = fields.genre(node.get("docType_s"), "other")
        name = fields.title(node.get("title_s"))
        subtitle = fields.plain(node.get("subTitle_s"))
        return Record(
            NAME,
            fields.text(node["halId_s"]),
            f"{name}: {subtitle}" if subtitle else name,
            version=fields.text(node.get("version_i")),
            kind=kind,
            vernacular_title=fields.plain((node.get("title_s") or [""])[1:]),
            authors=tuple(fields.author(each) for each in node.get("authFullName_s") or ()),
            journal=fields.plain(node.get("journalTitle_s")),
            book_title=fields.plain(node.get("bookTitle_s") or node.get("conferenceTitle_s")),
            publisher=fields.plain(node.get("publisher_s")),
            volume=fields.text(node.get("volume_s")),
            issue=fields.text(node.get("issue_s")),
            pages=fields.text(node.get("page_s")),
            published=fields.day(
                node.get("producedDate_s") or node.get("publicationDate_s") or node.get("publicationDateY_i")
            ),
            entered=fields.day(node.get("submittedDate_s")),
            modified=fields.day(node.get("modifiedDate_s")),
            abstract=fields.sections(node.get("abstract_s")),
            languages=fields.texts(node.get("language_s")),
            publication_types=fields.texts(node.get("docType_s")),
            keywords=fields.texts(node.get("keyword_s")),
            identifiers=fields.known(
                doi=node.get("doiId_s"), pmid=node.get("pubmedId_s"), isbn=node.get("isbn_s"), hal=node["halId_s"]
            ),
            issns=fields.issns([node.get("journalIssn_s"), node.get("journalEissn_s")]),
            url=fields.text(node.get("uri_s")),
            extra=fields.kept([("full_text", fields.text(node.get("fileMain_s")))]),
        )


def _days(window: Window) -> str:
    since = f"{window.since.isoformat()}T00:00:00Z" if window.since else "*"
    until = f"{window.until.isoformat()}T23:59:59Z" if window.until else "*"
    return f"{_DATES[window.by]}:[{since} TO {until}]"
