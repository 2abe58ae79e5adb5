"""GOV.UK: what departments and bodies of the British government publish, Public Health England among them.

API: https://docs.publishing.service.gov.uk/repos/search-api/using-the-search-api.html
Terms: https://www.gov.uk/help/reuse-govuk-content (Open Government Licence v3.0)
The search ranks words and has no Boolean logic, so several bags of words are asked, their best hits taken in turn, and
the strategy is matched here: on title and description, which is all that an answer holds. Up to 1,500 hits an answer.
No limit of requests is published; it is asked once a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Author, PartialDate, Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Listing, Request, json_object, number
from harvester.sources.base import SourceInfo
from harvester.sources.ranked import Ranked
from harvester.window import DateField

NAME = "gov-uk"
HOME = "https://www.gov.uk"
URL = f"{HOME}/api/search.json"
_FIELDS = ("title", "description", "link", "public_timestamp", "organisations", "content_store_document_type", "format")
# What is a publication by its own kind; everything else is a page of the web.
_REPORTS = frozenset(
    "guidance detailed_guide research independent_report corporate_report policy_paper impact_assessment "  # noqa: SIM905
    "statistics official_statistics national_statistics research_for_development_output".split()
)


class GovUk(Ranked):
    """GOV.UK's search."""

    info = SourceInfo(
        name=NAME,
        label="GOV.UK",
        kind="api",
        docs="https://docs.publishing.service.gov.uk/repos/search-api/using-the-search-api.html",
        terms="https://www.gov.uk/help/reuse-govuk-content",
        dialect="generic",
        windows=(DateField.MODIFIED,),
        per_second=1,
        per_second_with_key=1,
        first=1000,
        matched_here=True,
        tried="recorded answers and the sandbox; not live",
        route="open API that ranks; the best hits, matched here on title and description",
    )
    batch = 500

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The hits from the place `at` on; parameters that the API does not know are refused there."""
        params = {"q": search.text, "start": at or "0", "count": str(size), "fields": ",".join(_FIELDS)}
        window = search.window
        if window and window.by is DateField.MODIFIED and (window.since or window.until):
            ends = (("from", window.since), ("to", window.until))
            params["filter_public_timestamp"] = ",".join(f"{name}:{day.isoformat()}" for name, day in ends if day)
        return Request(URL, params)

    def listing(self, answer: Answer) -> Listing:
        """A page of hits. What the API does not take comes as HTTP 422 with an error."""
        held = json_object(answer, NAME)
        if "error" in held:
            raise Refused(str(held["error"]), source=NAME, hint="Check the query.")
        held = json_object(answer, NAME, "results", "total", "start")
        total, start = number(held["total"], NAME), number(held["start"], NAME)
        after = start + len(held["results"])
        return Listing(total, held["results"], str(after) if held["results"] and after < total else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The hits of a page."""
        return fields.listed(json.loads(body)["results"], "results")

    def identify(self, node: Any) -> str:
        """The page's path: `/government/publications/...`."""
        return fields.text(node["link"])

    def read(self, node: Any) -> Record:
        """One hit."""
        link = fields.text(node["link"])
        kind = fields.text(node.get("content_store_document_type") or node.get("format"))
        bodies = fields.texts([_title(each) for each in node.get("organisations") or ()])
        day = fields.day(fields.text(node.get("public_timestamp"))[:10])
        record = Record(
            NAME,
            link,
            fields.title(node.get("title")),
            kind="report" if kind in _REPORTS else "web",
            authors=tuple(Author(collective=name) for name in bodies),
            publisher="; ".join(bodies) or "GOV.UK",
            published=day,
            modified=day,
            abstract=fields.sections(node.get("description")),
            publication_types=fields.texts([kind.replace("_", " ")] if kind else []),
            url=link if "://" in link else f"{HOME}{link}",
        )
        if day.year:
            # It moves with every larger revision, so it is no sure day of first publication.
            record.extra |= {"date_by": "public_timestamp", "date_sure": False}
        return record

    def in_full(self, record: Record) -> Record:
        """The record as it is matched: without its date, which is that of a revision and must drop no page."""
        return replace(record, published=PartialDate())


def _title(organisation: Any) -> str:
    """An organisation comes as an object, or as its short name alone."""
    return fields.text(organisation.get("title") if isinstance(organisation, dict) else organisation)
