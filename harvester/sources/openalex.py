"""OpenAlex, over its works endpoint.

API: https://developers.openalex.org/ - terms: https://openalex.org/terms (data CC0)
A key is required since 2026-02-13; a free one has a daily allowance. 100 works a listing, cursors without an end.
Abstracts come as an index of words to places. Filters by the day of entry or change need a paid plan, so an update
asks for everything and subtracts what was seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Author, Record, Section
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Api, Listing, Request, json_object, number, said
from harvester.sources.base import Credential, SourceInfo
from harvester.window import DateField

NAME = "openalex"
URL = "https://api.openalex.org/works"
KEY = "OPENALEX_API_KEY"
_PREFIX = "https://openalex.org/"
LONGEST = 4096  # of the whole address


class OpenAlex(Api):
    """OpenAlex."""

    info = SourceInfo(
        name=NAME,
        label="OpenAlex",
        kind="api",
        docs="https://developers.openalex.org/",
        terms="https://openalex.org/terms",
        dialect="openalex",
        windows=(DateField.PUBLISHED,),
        per_second=5,
        per_second_with_key=10,
        credentials=(Credential(KEY, required=True, purpose="OpenAlex answers nobody without one (free)"),),
        route="open API with a free key",
    )
    batch = 100

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A GET; the text is a filter, or `filter=...` with further parameters."""
        key = self.key(http, KEY, URL)
        params = _params(search.text) | {"per_page": str(size or 1), "cursor": at or "*"}
        if sum(len(name) + len(value) for name, value in params.items()) > LONGEST:
            raise Refused(
                f"the query has more than the {LONGEST} characters that OpenAlex takes",
                source=NAME,
                hint="Split the strategy's longest block for this source.",
            )
        if key:
            params["api_key"] = key
        return Request(URL, params, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """The count, the works and the next cursor (null at the end)."""
        held = json_object(answer, NAME)
        if "error" in held:
            raise Refused(f"{held['error']}: {held.get('message', '')}", source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "meta", "results")
        meta = held["meta"]
        return Listing(number(meta.get("count"), NAME), held["results"], str(meta.get("next_cursor") or ""))

    def refusal(self, answer: Answer, secrets: tuple[str, ...]) -> None:
        """403 is also the answer to a wildcard where none may stand; a spent allowance is 429 or a sentence."""
        words = said(answer, secrets)
        if "allowance" in words.lower() or "budget" in words.lower() or "credits" in words.lower():
            raise Refused(words, source=NAME, hint="The day's free allowance is spent: try again tomorrow.")
        super().refusal(answer, secrets)

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The works of a page."""
        return fields.listed(json.loads(body)["results"], "results")

    def identify(self, node: Any) -> str:
        """`W3146366485`."""
        return fields.text(node["id"]).removeprefix(_PREFIX)

    def read(self, node: Any) -> Record:
        """One work."""
        place = node.get("primary_location") or {}
        source = place.get("source") or {}
        biblio = node.get("biblio") or {}
        ids = node.get("ids") or {}
        kind = fields.genre(node.get("type"), "other")
        container = fields.plain(source.get("display_name") or place.get("raw_source_name"))
        types = [fields.text(node.get("type"))]
        if node.get("is_retracted"):
            types.append("Retracted Publication")
        return Record(
            NAME,
            self.identify(node),
            fields.title(node.get("title") or node.get("display_name")),
            kind=kind,
            authors=_authors(node),
            journal=container if kind not in ("chapter", "book") else "",
            book_title=container if kind == "chapter" else "",
            publisher=fields.plain(source.get("host_organization_name")),
            volume=fields.text(biblio.get("volume")),
            issue=fields.text(biblio.get("issue")),
            pages=fields.span(biblio.get("first_page"), biblio.get("last_page")),
            published=fields.day(node.get("publication_date") or node.get("publication_year")),
            entered=fields.day(node.get("created_date")),
            # updated_date moves whenever someone cites the work, and so do the counts: kept, they would make every
            # work look changed.
            abstract=abstract(node.get("abstract_inverted_index")),
            languages=fields.texts(node.get("language")),
            publication_types=fields.texts(types),
            keywords=fields.texts([each.get("display_name") for each in node.get("keywords") or ()]),
            identifiers=fields.known(
                doi=node.get("doi"),
                pmid=fields.text(ids.get("pmid")).rpartition("/")[2],
                pmcid=fields.text(ids.get("pmcid")).rpartition("/")[2],
                openalex=self.identify(node),
            ),
            issns=fields.issns([source.get("issn_l"), *(source.get("issn") or ())]),
            url=fields.text(place.get("landing_page_url")) or fields.text(node["id"]),
            extra=fields.kept(
                [
                    ("open_access", (node.get("open_access") or {}).get("oa_url")),
                    ("is_retracted", node.get("is_retracted") or None),
                ]
            ),
        )


def _params(text: str) -> dict[str, str]:
    """The parameters that a text in OpenAlex's language means: `filter=A,B&search=C`, or a filter alone."""
    if text.startswith(("filter=", "search=")):
        if "&" not in text:
            name, _, value = text.partition("=")
            return {name: value}
        return dict(parse_qsl(text.replace("+", "%2B"), keep_blank_values=True))
    return {"filter": text}


def _authors(node: dict[str, Any]) -> tuple[Author, ...]:
    found = []
    for each in node.get("authorships") or ():
        who = each.get("author") or {}
        printed = each.get("raw_author_name") or who.get("display_name")
        if printed:
            where = "; ".join(fields.texts(each.get("raw_affiliation_strings")))
            found.append(fields.author(printed, orcid=who.get("orcid"), affiliation=where))
    return tuple(found)


def abstract(index: Any) -> tuple[Section, ...]:
    """An inverted index (word to places) as text. Places that nobody names are left out."""
    if not isinstance(index, dict):
        return ()
    words = sorted((place, word) for word, places in index.items() for place in places)
    return fields.sections(" ".join(word for _, word in words))
