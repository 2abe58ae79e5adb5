"""ClinicalTrials.gov, over its API v2: registered studies, most of them unpublished.

API: https://clinicaltrials.gov/data-api/api - terms: https://clinicaltrials.gov/about-site/terms-conditions
Every study can be had (pageToken), 1,000 a listing. Days: first posted (entered), last update posted (modified).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.http import Answer, Http
from harvester.record import Author, Record, Section
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Api, Listing, Request, json_object, number
from harvester.sources.base import Page, SourceInfo
from harvester.window import DateField

NAME = "clinicaltrials"
URL = "https://clinicaltrials.gov/api/v2/studies"


class ClinicalTrials(Api):
    """ClinicalTrials.gov."""

    info = SourceInfo(
        name=NAME,
        label="ClinicalTrials.gov",
        kind="api",
        docs="https://clinicaltrials.gov/data-api/api",
        terms="https://clinicaltrials.gov/about-site/terms-conditions",
        dialect="clinicaltrials",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=0.8,
        per_second_with_key=0.8,
        tried="answers in its shape, made by hand; not live",
        route="open API",
    )
    batch = 1000
    counts_lines = True

    def __init__(self, *, batch: int | None = None) -> None:
        super().__init__(batch=batch)
        self._total = 0

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """`query.term` takes the whole Essie expression."""
        params = {"query.term": search.text, "format": "json", "pageSize": str(size or 1), "countTotal": "true"}
        if at:
            params["pageToken"] = at
        return Request(URL, params)

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every listing. Only the first says the total, so a search that is gone on with counts first."""
        if cursor:
            self.count(search, http)
        yield from super().pages(search, http, cursor)

    def listing(self, answer: Answer) -> Listing:
        """A listing; `totalCount` may stand on the first only."""
        held = json_object(answer, NAME, "studies")
        if "totalCount" in held:
            self._total = number(held["totalCount"], NAME)
        return Listing(self._total, held["studies"], str(held.get("nextPageToken") or ""))

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The studies of a page."""
        return fields.listed(json.loads(body)["studies"], "studies")

    def identify(self, node: Any) -> str:
        """`NCT01234567`."""
        return fields.text(node["protocolSection"]["identificationModule"]["nctId"])

    def read(self, node: Any) -> Record:
        """One study."""
        said = node["protocolSection"]
        names = said["identificationModule"]
        status = said.get("statusModule") or {}
        words = said.get("descriptionModule") or {}
        conditions = said.get("conditionsModule") or {}
        arms = said.get("armsInterventionsModule") or {}
        sponsor = ((said.get("sponsorCollaboratorsModule") or {}).get("leadSponsor") or {}).get("name")
        parts = [("", words.get("briefSummary")), ("DETAILED DESCRIPTION", words.get("detailedDescription"))]
        number_ = fields.text(names["nctId"])
        official, brief = fields.plain(names.get("officialTitle")), fields.plain(names.get("briefTitle"))
        others = [each.get("id") for each in names.get("secondaryIdInfos") or ()]
        return Record(
            NAME,
            number_,
            official or brief or fields.UNTITLED,
            kind="other",
            vernacular_title=brief if official and brief != official else "",
            authors=tuple(_people(said, fields.plain(sponsor))),
            publisher="ClinicalTrials.gov",
            published=_day(status, "studyFirstPostDateStruct"),
            entered=_day(status, "studyFirstPostDateStruct"),
            modified=_day(status, "lastUpdatePostDateStruct"),
            abstract=tuple(Section(fields.plain(text), label) for label, text in parts if text),
            languages=("eng",),
            publication_types=fields.texts(["Trial registration", (said.get("designModule") or {}).get("studyType")]),
            keywords=fields.texts(
                [
                    *(conditions.get("conditions") or ()),
                    *(conditions.get("keywords") or ()),
                    *(each.get("name") for each in arms.get("interventions") or ()),
                ]
            ),
            identifiers=fields.known(nct=number_, registry=others),
            url=f"https://clinicaltrials.gov/study/{number_}",
            status=fields.text(status.get("overallStatus")),
            extra=fields.kept(
                [
                    ("start", fields.text((status.get("startDateStruct") or {}).get("date"))),
                    ("completion", fields.text((status.get("completionDateStruct") or {}).get("date"))),
                    ("has_results", node.get("hasResults") or None),
                ]
            ),
        )


def _day(status: dict[str, Any], name: str) -> Any:
    return fields.day((status.get(name) or {}).get("date"))


def _people(said: dict[str, Any], sponsor: str) -> Iterator[Author]:
    officials = (said.get("contactsLocationsModule") or {}).get("overallOfficials") or ()
    for each in officials:
        name = fields.plain(each.get("name")).partition(",")[0]  # "Jane Doe, PhD"
        if name:
            yield fields.author(name, affiliation=each.get("affiliation"))
    if sponsor:
        yield Author(collective=sponsor)
