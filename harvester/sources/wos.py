"""Web of Science, over its two paid APIs: Expanded (whole records, XML) and Starter (no abstracts, JSON).

APIs: https://developer.clarivate.com/apis/wos and https://developer.clarivate.com/apis/wos-starter
Terms: https://clarivate.com/legal/terms-of-business/
Expanded: 100 records a listing, the first 100,000 of a search, 2 requests a second (contracts differ), so many records
a year. Starter: 50 a listing, no abstracts. A key in the header X-ApiKey. Without a key: export by hand and import.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from harvester.errors import Changed, Refused
from harvester.http import Answer, Http, TryAgain
from harvester.record import Author, Record
from harvester.search import Search
from harvester.sources import fields, xml
from harvester.sources.api import Api, Listing, Request, json_object, number, said
from harvester.sources.base import Credential, SourceInfo
from harvester.window import DateField

EXPANDED_KEY = "WOS_EXPANDED_API_KEY"
STARTER_KEY = "WOS_STARTER_API_KEY"
_TERMS = "https://clarivate.com/legal/terms-of-business/"
_REST = "{http://www.isinet.com/xrpc42}"


def _spans(search: Search, names: dict[DateField, str]) -> dict[str, str]:
    """The window as a parameter: two days joined by a plus; an open end is closed far out."""
    if search.window is None:
        return {}
    since = search.window.since.isoformat() if search.window.since else "1600-01-01"
    until = search.window.until.isoformat() if search.window.until else "2099-12-31"
    return {names[search.window.by]: f"{since}+{until}"}


class Expanded(Api):
    """Web of Science Expanded API."""

    info = SourceInfo(
        name="web-of-science-expanded",
        label="Web of Science (Expanded API)",
        kind="api",
        docs="https://developer.clarivate.com/apis/wos",
        terms=_TERMS,
        dialect="wos",
        windows=(DateField.ENTERED, DateField.PUBLISHED),
        per_second=2,
        per_second_with_key=2,
        reach=100_000,
        credentials=(Credential(EXPANDED_KEY, required=True, purpose="a paid contract with Clarivate"),),
        tried="recorded answers; not live",
        route="paid API",
    )
    batch = 100
    url = "https://wos-api.clarivate.com/api/wos"

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A user query; count 0 only counts."""
        key = self.key(http, EXPANDED_KEY, self.url)
        params = {
            "databaseId": "WOS",
            "usrQuery": search.text,
            "count": str(size),
            "firstRecord": at or "1",
            **_spans(search, {DateField.ENTERED: "loadTimeSpan", DateField.PUBLISHED: "publishTimeSpan"}),
        }
        headers = {"Accept": "application/xml"} | ({"X-ApiKey": key} if key else {})
        return Request(self.url, params, headers, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """A listing: XML whose records are XML again, in CDATA.

        An empty result also comes as HTTP 200 "JSON" with `<records>` bare inside, which no reader of JSON takes.
        """
        body = answer.body.strip()
        if body.startswith(b"{"):
            return _empty(answer, self.info.name)
        root = xml.of(answer)
        found = [each.text for each in root.iter(f"{_REST}val") if each.get("name") == "RecordsFound"]
        if not found:
            raise Changed("the answer has no RecordsFound", source=self.info.name, hint="Report it.")
        total = number(found[0], self.info.name)
        nodes = _records(root)
        asked = answer.request.rpartition("firstRecord=")[2].partition("&")[0]
        after = (int(asked) if asked.isdecimal() else 1) + len(nodes)
        more = nodes and after <= min(total, self.info.reach or total)
        return Listing(total, nodes, str(after) if more else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The records of a page."""
        return [] if body.lstrip().startswith(b"{") else _records(xml.parse(body))

    def identify(self, node: Any) -> str:
        """The UID: `WOS:000305547700005`."""
        return xml.words(node.find("UID"))

    def read(self, node: Any) -> Record:
        """One REC."""
        summary = node.find("static_data/summary")
        full = node.find("static_data/fullrecord_metadata")
        if summary is None or full is None:
            raise KeyError("summary")
        issue = summary.find("pub_info")
        page = issue.find("page")
        names = {each.get("type"): xml.words(each) for each in summary.findall("titles/title")}
        ids: dict[str, list[str]] = {}
        for each in node.findall("dynamic_data/cluster_related/identifiers/identifier"):
            ids.setdefault(each.get("type", ""), []).append(each.get("value", "").removeprefix("MEDLINE:"))
        types = fields.texts([xml.words(each) for each in summary.findall("doctypes/doctype")])
        kind = _kind(types, issue.get("pubtype", ""))
        plus = [xml.words(each) for each in node.findall("static_data/item/keywords_plus/keyword")]
        dates = node.find("dates")
        day = fields.day(issue.get("sortdate"))
        uid = xml.words(node.find("UID"))
        return Record(
            self.info.name,
            uid,
            names.get("item") or fields.UNTITLED,
            kind=kind,
            authors=tuple(_person(each) for each in summary.findall("names/name") if each.get("role") != "book_editor"),
            editors=tuple(_person(each) for each in summary.findall("names/name") if each.get("role") == "book_editor"),
            journal=names.get("source", "") if kind == "article" else "",
            journal_abbreviation=names.get("abbrev_iso", "") if kind == "article" else "",
            book_title=names.get("source", "") if kind != "article" else "",
            publisher=xml.words(summary.find("publishers/publisher/names/name/display_name")),
            place=xml.words(summary.find("publishers/publisher/address_spec/city")),
            volume=issue.get("vol", ""),
            issue=issue.get("issue", ""),
            pages=(xml.words(page).removeprefix("ARTN ") if page is not None else "")
            or (fields.span(page.get("begin"), page.get("end")) if page is not None else "")
            or next(iter(ids.get("art_no", [])), ""),
            published=type(day)(
                day.year, day.month if issue.get("pubmonth") else None, None, issue.get("coverdate", "")
            ),
            published_online=fields.day(issue.get("early_access_date")),
            entered=fields.day(None if dates is None else dates.get("date_loaded")),
            modified=fields.day(None if dates is None else dates.get("date_modified")),
            abstract=fields.sections(
                " ".join(xml.words(each) for each in full.findall("abstracts/abstract/abstract_text/p"))
            ),
            languages=fields.texts([xml.words(each) for each in full.findall("languages/language")]),
            publication_types=types,
            keywords=fields.texts([xml.words(each) for each in full.findall("keywords/keyword")]),
            identifiers=fields.known(
                doi=ids.get("doi") or ids.get("xref_doi"),
                pmid=ids.get("pmid") or ([uid[8:]] if uid.startswith("MEDLINE:") else []),
                isbn=ids.get("isbn"),
                wos=uid,
            ),
            issns=fields.issns([*ids.get("issn", []), *ids.get("eissn", [])]),
            url=f"https://www.webofscience.com/wos/woscc/full-record/{uid}",
            extra=fields.kept([("keywords_plus", fields.texts(plus))]),
        )


class Starter(Api):
    """Web of Science Starter API."""

    info = SourceInfo(
        name="web-of-science-starter",
        label="Web of Science (Starter API)",
        kind="api",
        docs="https://developer.clarivate.com/apis/wos-starter",
        terms=_TERMS,
        dialect="wos",
        windows=(DateField.PUBLISHED,),
        per_second=1,
        per_second_with_key=5,
        credentials=(Credential(STARTER_KEY, required=True, purpose="a free trial or an institution's plan"),),
        tried="answers in its shape, made by hand; not live",
        route="API with a key; no abstracts",
    )
    batch = 50
    url = "https://api.clarivate.com/apis/wos-starter/v1/documents"

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A page of documents."""
        key = self.key(http, STARTER_KEY, self.url)
        params = {
            "db": "WOS",
            "q": search.text,
            "limit": str(self._batch if size else 1),
            "page": at or "1",
            **_spans(search, {DateField.PUBLISHED: "publishTimeSpan"}),
        }
        return Request(self.url, params, {"X-ApiKey": key} if key else {}, secrets=(key,), keyed=bool(key))

    def listing(self, answer: Answer) -> Listing:
        """A page; the next one's number while there is one."""
        held = json_object(answer, self.info.name)
        if "error" in held:
            raise Refused(said(answer), source=self.info.name, hint="Check the query.")
        held = json_object(answer, self.info.name, "metadata", "hits")
        about, hits = held["metadata"], held["hits"] or []
        total = number(about.get("total"), self.info.name)
        page, limit = int(about.get("page") or 1), int(about.get("limit") or 1)
        return Listing(total, hits, str(page + 1) if hits and page * limit < total else "")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The documents of a page."""
        return fields.listed(json.loads(body)["hits"] or [], "hits")

    def identify(self, node: Any) -> str:
        """The UID."""
        return fields.text(node["uid"])

    def read(self, node: Any) -> Record:
        """One document."""
        source, ids = node.get("source") or {}, node.get("identifiers") or {}
        names = node.get("names") or {}
        types = fields.texts([*(node.get("sourceTypes") or ()), *(node.get("types") or ())])
        kind = _kind(types, "")
        where = fields.plain(source.get("sourceTitle"))
        uid = fields.text(node["uid"])
        return Record(
            self.info.name,
            uid,
            fields.title(node.get("title")),
            kind=kind,
            authors=tuple(fields.author(each.get("displayName")) for each in names.get("authors") or ()),
            editors=tuple(fields.author(each.get("displayName")) for each in names.get("bookEditors") or ()),
            journal=where if kind == "article" else "",
            book_title=where if kind != "article" else "",
            volume=fields.text(source.get("volume")),
            issue=fields.text(source.get("issue")),
            pages=fields.text((source.get("pages") or {}).get("range")) or fields.text(source.get("articleNumber")),
            published=_month(source),
            publication_types=types,
            keywords=fields.texts((node.get("keywords") or {}).get("authorKeywords")),
            identifiers=fields.known(doi=ids.get("doi"), pmid=ids.get("pmid"), isbn=ids.get("isbn"), wos=uid),
            issns=fields.issns([ids.get("issn"), ids.get("eissn")]),
            url=fields.text((node.get("links") or {}).get("record")),
        )


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def _month(source: dict[str, Any]) -> Any:
    """`publishMonth` is "JUL", "JUL 15", "MAR-APR" or absent."""
    printed = fields.text(source.get("publishMonth")).upper()
    month, day = printed[:3], printed[4:]
    whole = month in _MONTHS and (len(printed) == 3 or day.isdecimal())
    found = fields.parts(source.get("publishYear"), _MONTHS.index(month) + 1 if whole else None, day)
    return type(found)(found.year, found.month, found.day, f"{found.year} {printed}" if printed and found.year else "")


def _kind(types: Sequence[str], pubtype: str) -> str:
    """Web of Science's document types and kinds of publication as a genre."""
    said_ = {each.lower() for each in types}
    if "book chapter" in said_:
        return "chapter"
    if pubtype.lower().startswith("book") or said_ & {"book", "books"}:
        return "book"
    if pubtype.lower() == "conference" or ("proceedings paper" in said_ and "article" not in said_):
        return "conference"
    return "thesis" if "dissertation/thesis" in said_ else "article"


def _person(name: Any) -> Author:
    if name.get("role") in ("corp", "book_corp"):
        return Author(collective=xml.words(name.find("display_name")))
    family, given = xml.words(name.find("last_name")), xml.words(name.find("first_name"))
    if not family:
        return fields.author(xml.words(name.find("full_name")) or xml.words(name.find("display_name")))
    return Author(family, given, orcid=fields.orcid_of(name.get("orcid_id")))


def _records(root: Any) -> list[Any]:
    """The REC elements inside the Records value. Raises ValueError for records that are not well-formed."""
    for each in root.iter(f"{_REST}val"):
        if each.get("name") == "Records" and (each.text or "").strip():
            return list(xml.parse(each.text.encode()).findall("REC"))
    return []


def _empty(answer: Answer, source: str) -> Listing:
    """The "JSON" of an empty result. Raises TryAgain for anything else of the sort."""
    import re

    found = re.search(r'"RecordsFound"\s*:\s*(\d+)', answer.text)
    if found is None:
        raise TryAgain("JSON came where XML was due")
    if int(found.group(1)):
        raise Changed("JSON with records came where XML was asked for", source=source, hint="Report it.")
    return Listing(0, [])
