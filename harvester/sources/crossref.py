"""Crossref, over its REST API.

API: https://www.crossref.org/documentation/retrieve-metadata/rest-api/ - terms: the metadata are facts, free to use
(https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-metadata-license-information/)
It knows no Boolean query: `query.bibliographic` is a ranked bag of words. So the narrowest block's terms are asked one
by one and the strategy is matched here. Public pool 5 requests a second, polite pool (an address given) 10.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from harvester.http import Answer, Http
from harvester.record import Author, PartialDate, Record, Relation
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import Credential, SourceInfo
from harvester.sources.ranked import Ranked
from harvester.window import DateField, Window

NAME = "crossref"
URL = "https://api.crossref.org/works"
EMAIL = "NCBI_EMAIL"
DEEPEST = 10_000  # offset + rows; beyond it only a cursor, which does not keep the ranking

_FILTERS = {
    DateField.PUBLISHED: ("from-pub-date", "until-pub-date"),
    DateField.ENTERED: ("from-created-date", "until-created-date"),
    DateField.MODIFIED: ("from-update-date", "until-update-date"),
}
# Crossref's update types (the notice's own words), as MEDLINE calls the tie on the notice and on the article.
_UPDATES = {
    "retraction": "Retraction", "withdrawal": "Retraction", "removal": "Retraction",
    "partial_retraction": "PartialRetraction", "correction": "Erratum", "corrigendum": "Erratum", "erratum": "Erratum",
    "expression_of_concern": "ExpressionOfConcern", "new_version": "Update", "new_edition": "Update",
    "addendum": "Update", "clarification": "Erratum",
}  # fmt: skip


class Crossref(Ranked):
    """Crossref."""

    info = SourceInfo(
        name=NAME,
        label="Crossref",
        kind="api",
        docs="https://www.crossref.org/documentation/retrieve-metadata/rest-api/",
        terms="https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-metadata-license-information/",
        dialect="crossref",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=5,
        per_second_with_key=10,
        reach=DEEPEST,
        credentials=(Credential(EMAIL, required=False, purpose="the polite pool: 10 requests a second instead of 5"),),
        first=1000,
        matched_here=True,
        route="open API; ranked, the best hits matched here",
    )
    batch = 100

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """One bag of words, `size` hits from the place `at` on; a line may carry its own filter."""
        text = search.text
        line = dict(parse_qsl(text)) if text.startswith("query.bibliographic=") else {"query.bibliographic": text}
        params = {"rows": str(size), "offset": at or "0"} | line
        limits = _filter(search.window)
        if limits and "filter" not in params:
            params["filter"] = limits
        email = http.credential(EMAIL, URL)
        if email:
            params["mailto"] = email
        return Request(URL, params, secrets=(email,), keyed=bool(email))

    def listing(self, answer: Answer) -> Listing:
        """A work-list. The end is where the hits or Crossref's depth end."""
        held = json_object(answer, NAME, "message")
        message = held["message"]
        total = number(message.get("total-results"), NAME)
        begin = int((message.get("query") or {}).get("start-index") or 0)
        items = message.get("items") or []
        after = begin + len(items)
        more = items and after < min(total, DEEPEST)
        return Listing(total, items, str(after) if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The works of a page."""
        found: list[Any] = json.loads(body)["message"]["items"]
        return found

    def identify(self, node: Any) -> str:
        """The DOI."""
        return fields.text(node["DOI"]).lower()

    def read(self, node: Any) -> Record:
        """One work."""
        return work(node, NAME)


def work(node: Mapping[str, Any], source: str) -> Record:
    """One work of Crossref's JSON. Raises KeyError for one without a DOI."""
    kind = fields.genre(node.get("type"), "other")
    container = fields.plain(node.get("container-title"))
    subtitle = fields.plain(node.get("subtitle"))
    name = fields.title(node.get("title"))
    if subtitle and subtitle.lower() not in name.lower():
        name = f"{name}: {subtitle}"
    relations = tuple(_relations(node))
    types = [fields.text(node.get("type")), fields.text(node.get("subtype"))]
    return Record(
        source,
        fields.text(node["DOI"]).lower(),
        name,
        kind=kind,
        vernacular_title=fields.plain(node.get("original-title")),
        authors=_people(node.get("author")),
        editors=_people(node.get("editor")),
        journal=container if kind in ("article", "other") else "",
        journal_abbreviation=fields.plain(node.get("short-container-title")) if kind == "article" else "",
        book_title=container if kind not in ("article", "other") else "",
        publisher=fields.plain(node.get("publisher")),
        place=fields.plain(node.get("publisher-location")),
        volume=fields.text(node.get("volume")),
        issue=fields.text(node.get("issue")),
        pages=fields.text(node.get("page")) or fields.text(node.get("article-number")),
        published=_date(node.get("published-print") or node.get("published") or node.get("issued")),
        published_online=_date(node.get("published-online") or node.get("posted")),
        entered=fields.day((node.get("created") or {}).get("date-time")),
        abstract=fields.sections(node.get("abstract")),
        languages=fields.texts(node.get("language")),
        publication_types=fields.texts(types),
        keywords=fields.texts(node.get("subject")),
        relations=relations,
        identifiers=fields.known(doi=node["DOI"], isbn=[fields.text(each).rpartition("/")[2] for each in _isbns(node)]),
        issns=fields.issns(node.get("ISSN")),
        url=fields.text(node.get("URL")),
        extra=fields.kept([("group", fields.plain(node.get("group-title")))]),
    )


def _filter(window: Window | None) -> str:
    if window is None:
        return ""
    names = _FILTERS[window.by]
    ends = zip(names, (window.since, window.until), strict=True)
    return ",".join(f"{name}:{day.isoformat()}" for name, day in ends if day)


def _isbns(node: Mapping[str, Any]) -> Sequence[Any]:
    found = node.get("ISBN")
    return found if isinstance(found, list) else []


def _people(listed: Any) -> tuple[Author, ...]:
    found = []
    for each in listed or ():
        where = "; ".join(fields.texts([one.get("name") for one in each.get("affiliation") or ()]))
        if each.get("family"):
            found.append(
                Author(
                    fields.plain(each["family"]),
                    fields.plain(each.get("given")),
                    suffix=fields.plain(each.get("suffix")),
                    orcid=fields.orcid_of(each.get("ORCID")),
                    affiliation=where,
                )
            )
        elif each.get("name") or each.get("given"):
            found.append(Author(collective=fields.plain(each.get("name") or each.get("given")), affiliation=where))
    return tuple(found)


def _date(said: Any) -> PartialDate:
    lists = (said or {}).get("date-parts") or [[]]
    return fields.parts(*(lists[0] or [None])[:3]) if lists[0] and lists[0][0] else PartialDate()


def _relations(node: Mapping[str, Any]) -> list[Relation]:
    """`update-to`: what this notice is about; `updated-by`: the notices about this work; preprint ties."""
    found = []
    for name, end in (("update-to", "Of"), ("updated-by", "In")):
        for each in node.get(name) or ():
            said = _UPDATES.get(fields.text(each.get("type")).lower(), fields.text(each.get("type")))
            kind = f"{said}{'For' if said == 'Erratum' and end == 'Of' else end}"
            found.append(Relation(kind, fields.plain(each.get("label")), doi=fields.text(each.get("DOI")).lower()))
    ties = node.get("relation") or {}
    for name, kind in (("is-preprint-of", "UpdateIn"), ("has-preprint", "UpdateOf"), ("is-comment-on", "CommentOn")):
        for each in ties.get(name) or ():
            if each.get("id-type") == "doi":
                found.append(Relation(kind, doi=fields.text(each.get("id")).lower()))
    return found
