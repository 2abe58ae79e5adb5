"""EBSCO Discovery Service, over its API: counts, and the first 250 records or so.

API: https://developer.ebsco.com/eds-api - terms: https://www.ebsco.com/terms-of-use
An institution's user, password and profile. The API refuses to go beyond about the 250th record (error 138), so it
says how many there are and gives the first ones; whole searches of CINAHL or PsycInfo have to be exported by hand.
Expanders and automatic correction are switched off: with them EDS finds what the strategy does not say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import PartialDate, Record
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Api, Listing, Request, json_object, number, said
from harvester.sources.base import Credential, SourceInfo
from harvester.window import DateField, Window

NAME = "ebsco-eds"
AUTH = "https://eds-api.ebscohost.com/authservice/rest/uidauth"
REST = "https://eds-api.ebscohost.com/edsapi/rest"
USER, PASSWORD, PROFILE = "EDS_USER", "EDS_PASSWORD", "EDS_PROFILE"
_EXPIRED = ("104", "107", "108", "109")  # authentication token missing or expired, session missing or expired
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


class Eds(Api):
    """EBSCO Discovery Service."""

    info = SourceInfo(
        name=NAME,
        label="EBSCO Discovery Service",
        kind="api",
        docs="https://developer.ebsco.com/eds-api",
        terms="https://www.ebsco.com/terms-of-use",
        dialect="ebsco",
        windows=(DateField.PUBLISHED,),
        per_second=2,
        per_second_with_key=2,
        reach=250,
        credentials=(
            Credential(USER, required=True, purpose="the institution's EDS API user"),
            Credential(PASSWORD, required=True, purpose="its password"),
            Credential(PROFILE, required=True, purpose="its profile, which says which databases are searched"),
        ),
        tried="recorded answers; not live",
        route="licensed API: counts, and the first 250 records",
    )
    batch = 50  # 250 is five whole pages

    def __init__(self, *, batch: int | None = None) -> None:
        super().__init__(batch=batch)
        self._tokens: dict[str, str] = {}
        self._hidden: tuple[str, ...] = ()  # whatever must never be shown

    def ask(self, search: Search, http: Http, at: str, size: int) -> tuple[Answer, Listing]:
        """One page, in a session that is opened when there is none or the old one has ended."""
        if not self._tokens:
            self._open(http)
        try:
            return super().ask(search, http, at, size)
        except _SessionLostError:
            self._open(http)
        try:
            return super().ask(search, http, at, size)
        except _SessionLostError as lost:
            raise Refused(str(lost), source=NAME, hint=f"Check {USER}, {PASSWORD} and {PROFILE}.") from None

    def _open(self, http: Http) -> None:
        user, password = self.key(http, USER, AUTH), self.key(http, PASSWORD, AUTH)
        profile = self.key(http, PROFILE, AUTH)
        body = json.dumps({"UserId": user, "Password": password, "InterfaceId": "harvester"})
        first = Request(AUTH, {}, _JSON, "POST", body, (user, password))
        token = self._token(http, first, "AuthToken")
        second = Request(
            f"{REST}/CreateSession",
            {"profile": profile, "guest": "n"},
            _JSON | {"x-authenticationToken": token},
            secrets=(user, password, token),
        )
        session = self._token(http, second, "SessionToken")
        self._hidden = (user, password, token, session)
        self._tokens = {"x-authenticationToken": token, "x-sessionToken": session}

    def _token(self, http: Http, asked: Request, name: str) -> str:
        found: list[str] = []

        def judge(answer: Answer) -> None:
            found[:] = [str(json_object(answer, NAME, name)[name])]

        try:
            self.fetch(http, asked, judge)
        except _SessionLostError as lost:
            raise Refused(str(lost), source=NAME, hint=f"Check {USER}, {PASSWORD} and {PROFILE}.") from None
        return found[0]

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A Boolean search without expanders."""
        limiters = [{"Id": "DT1", "Values": [_months(search.window)]}] if search.window else []
        body = {
            "SearchCriteria": {
                "Queries": [{"Term": search.text}],
                "SearchMode": "bool",
                "IncludeFacets": "n",
                "Limiters": limiters,
                "Expanders": [],
                "Sort": "date",
                "AutoSuggest": "n",
                "AutoCorrect": "n",
            },
            "RetrievalCriteria": {
                "View": "detailed" if size else "brief",
                "ResultsPerPage": self._batch if size else 1,
                "PageNumber": int(at or 1),
                "Highlight": "n",
            },
        }
        return Request(f"{REST}/Search", {}, _JSON | self._tokens, "POST", json.dumps(body), self._hidden)

    def listing(self, answer: Answer) -> Listing:
        """A page of records; a further one while the reach goes on."""
        held = json_object(answer, NAME, "SearchResult")
        result = held["SearchResult"]
        total = number((result.get("Statistics") or {}).get("TotalHits"), NAME)
        records = (result.get("Data") or {}).get("Records") or []
        asked = ((held.get("SearchRequest") or {}).get("RetrievalCriteria")) or {}
        page, size = int(asked.get("PageNumber") or 1), int(asked.get("ResultsPerPage") or self._batch)
        more = records and page * size < min(total, self.info.reach or total)
        return Listing(total, records, str(page + 1) if more else "")

    def refusal(self, answer: Answer, secrets: tuple[str, ...]) -> None:
        """Errors are numbered: 138 is the end of the reach, 104 to 109 a session that has ended."""
        words = said(answer, secrets)
        found = [code for code in (*_EXPIRED, "138") if f'"{code}"' in answer.text or f">{code}<" in answer.text]
        if found and found[0] in _EXPIRED:
            raise _SessionLostError(words)
        if found:
            raise Refused(words, source=NAME, hint="EDS gives about 250 records: export the search by hand.")
        super().refusal(answer, secrets)

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The records of a page."""
        return fields.listed((json.loads(body)["SearchResult"].get("Data") or {}).get("Records") or [], "Records")

    def identify(self, node: Any) -> str:
        """Database and accession number: `cat02060a:d.uga.4083378`."""
        return f"{node['Header']['DbId']}:{node['Header']['An']}"

    def read(self, node: Any) -> Record:
        """One record."""
        head = node["Header"]
        bib = ((node.get("RecordInfo") or {}).get("BibRecord")) or {}
        entity = bib.get("BibEntity") or {}
        ties = bib.get("BibRelationships") or {}
        part = next(iter([e.get("BibEntity") or {} for e in ties.get("IsPartOfRelationships") or ()]), {})
        shown = {each.get("Name"): fields.plain(each.get("Data")) for each in node.get("Items") or ()}
        people = [
            fields.text(((each.get("PersonEntity") or {}).get("Name") or {}).get("NameFull"))
            for each in ties.get("HasContributorRelationships") or ()
        ]
        ids: dict[str, list[str]] = {}
        for each in [*(entity.get("Identifiers") or ()), *(part.get("Identifiers") or ())]:
            ids.setdefault(str(each.get("Type", "")).lower().partition("-")[0], []).append(str(each.get("Value")))
        numbers = {each.get("Type"): fields.text(each.get("Value")) for each in part.get("Numbering") or ()}
        pages = ((entity.get("PhysicalDescription") or {}).get("Pagination")) or {}
        kind = fields.genre(str(head.get("PubType", "")).lower(), "article")
        kind = "book" if "book" in str(head.get("PubType", "")).lower() else kind
        container = fields.plain(next(iter([t.get("TitleFull") for t in part.get("Titles") or ()]), ""))
        main = [t.get("TitleFull") for t in entity.get("Titles") or () if t.get("Type", "main") == "main"]
        return Record(
            NAME,
            self.identify(node),
            fields.title(main or shown.get("Title")),
            kind=kind,
            authors=tuple(fields.author(each) for each in people if each),
            journal=container if kind == "article" else "",
            book_title=container if kind != "article" else "",
            publisher=shown.get("Publisher", ""),
            volume=numbers.get("volume", ""),
            issue=numbers.get("issue", ""),
            pages=fields.text(pages.get("StartPage")),
            published=_published([*(part.get("Dates") or ()), *(entity.get("Dates") or ())]),
            abstract=fields.sections(shown.get("Abstract")),
            languages=fields.texts([each.get("Text") for each in entity.get("Languages") or ()]),
            publication_types=fields.texts(head.get("PubType")),
            keywords=fields.texts([each.get("SubjectFull") for each in entity.get("Subjects") or ()]),
            identifiers=fields.known(doi=ids.get("doi"), isbn=ids.get("isbn"), accession=head.get("An")),
            issns=fields.issns(ids.get("issn")),
            url=fields.text(node.get("PLink")),
            extra=fields.kept([("database", fields.text(head.get("DbLabel")))]),
        )


class _SessionLostError(Exception):
    """The session has ended and has to be opened again."""


def _published(dates: Sequence[dict[str, Any]]) -> PartialDate:
    for each in dates:
        if each.get("Type", "published") == "published":
            month, day = each.get("M"), each.get("D")
            # EDS writes 01 for a day or month that it does not know.
            unknown = str(month) == "01" and str(day) == "01"
            found = fields.parts(each.get("Y"), None if unknown else month, None if str(day) == "01" else day)
            return PartialDate(found.year, found.month, found.day, fields.text(each.get("Text")))
    return PartialDate()


def _months(window: Window) -> str:
    """EDS takes whole months."""
    since = f"{window.since:%Y-%m}" if window.since else "1000-01"
    return f"{since}/{f'{window.until:%Y-%m}' if window.until else '2099-12'}"
