"""Europe PMC, over its Articles RESTful API.

API: https://europepmc.org/RestfulWebService - terms: https://europepmc.org/Copyright
All of PubMed, PubMed Central, preprints (PPR), patents, theses, guidelines; every hit can be had (cursorMark); 1,000 a
listing. No published limit of requests; ten a second are asked for nowhere, so it is asked more slowly. Synonyms are
switched off: with them a search finds what the strategy does not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.record import Author, Heading, Record, Relation
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Api, Listing, Request, json_object, number
from harvester.sources.base import Credential, SourceInfo
from harvester.window import DateField

NAME = "europe-pmc"
URL = "https://www.ebi.ac.uk/europepmc/webservices/rest/searchPOST"

_ID = re.compile(r"[A-Z]{3}:[A-Za-z0-9]+\Z")
# Europe PMC's comment and correction kinds, and MEDLINE's names for the same.
_RELATIONS = {
    "Retraction in": "RetractionIn", "Retraction of": "RetractionOf", "Erratum in": "ErratumIn",
    "Erratum for": "ErratumFor", "Expression of concern in": "ExpressionOfConcernIn", "Comment in": "CommentIn",
    "Comment on": "CommentOn", "Update in": "UpdateIn", "Update of": "UpdateOf", "Preprint in": "UpdateOf",
    "Preprint of": "UpdateIn", "Republished in": "RepublishedIn", "Republished from": "RepublishedFrom",
}  # fmt: skip


class EuropePmc(Api):
    """Europe PMC."""

    info = SourceInfo(
        name=NAME,
        label="Europe PMC",
        kind="api",
        docs="https://europepmc.org/RestfulWebService",
        terms="https://europepmc.org/Copyright",
        dialect="europepmc",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=5,
        per_second_with_key=5,
        credentials=(Credential("NCBI_EMAIL", required=False, purpose="lets EMBL-EBI write to you"),),
        # It takes no wildcard inside a phrase, so it is asked for the words of one and the phrase is matched here.
        matched_here=True,
        route="open API; asked wider where a phrase is truncated, matched here",
    )
    batch = 1000
    most_by_id = 500  # some 15 KB of query

    def revised(self, search: Search, ids: Sequence[str]) -> Search | None:
        """These of its ids (`MED:41792208`) within the days of the window by UPDATE_DATE. Those that still answer come
        again, since what answers is matched here.
        """
        named = [each.split(":", 1) for each in ids if _ID.match(each)]
        if search.window is None or search.window.by is not DateField.MODIFIED or not named:
            return None
        since, until = search.window.since or "1800-01-01", search.window.until or "3000-12-31"
        whole = "(" + " OR ".join(f"(EXT_ID:{number} AND SRC:{source})" for source, number in named) + ")"
        return replace(search, text=f"{whole} AND UPDATE_DATE:[{since} TO {until}]", base=whole, lines=())

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """A POST, since a strategy is longer than many servers take in an address."""
        params = {
            "query": search.text,
            "resultType": "core" if size else "idlist",
            "format": "json",
            "synonym": "false",
            "cursorMark": at or "*",
            "pageSize": str(size or 1),
        }
        email = http.credential("NCBI_EMAIL", URL)
        if email:
            params["email"] = email
        return Request(URL, params, method="POST")

    def listing(self, answer: Answer) -> Listing:
        """The count, the results and the next cursorMark; an error comes as errCode with HTTP 200."""
        held = json_object(answer, NAME)
        if "errCode" in held or "errMsg" in held:
            raise Refused(str(held.get("errMsg") or held["errCode"]), source=NAME, hint="Check the query there.")
        held = json_object(answer, NAME, "hitCount", "resultList")
        asked = held.get("request") or {}
        after = str(held.get("nextCursorMark") or "")
        return Listing(
            number(held["hitCount"], NAME),
            _results(held),
            "" if after == asked.get("cursorMark") else after,
            translation=str(asked.get("queryString") or ""),
        )

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The results of a page."""
        return _results(json.loads(body))

    def identify(self, node: Any) -> str:
        """Source and id: `MED:41792208`; ids alone are not unique over Europe PMC's own sources."""
        return f"{node['source']}:{node['id']}"

    def read(self, node: Any) -> Record:
        """One result of resultType core."""
        journal = node.get("journalInfo") or {}
        about = journal.get("journal") or {}
        book = node.get("bookOrReportDetails") or {}
        types = fields.texts((node.get("pubTypeList") or {}).get("pubType"))
        links = [each.get("url") for each in (node.get("fullTextUrlList") or {}).get("fullTextUrl") or ()]
        return Record(
            NAME,
            self.identify(node),
            fields.title(node.get("title")),
            version=fields.text(node.get("versionNumber")),
            kind=_kind(node, types),
            authors=_authors(node),
            journal=fields.plain(about.get("title")),
            journal_abbreviation=fields.plain(about.get("medlineAbbreviation") or about.get("isoabbreviation")),
            book_title=fields.plain(book.get("comprisingTitle")),
            publisher=fields.plain(book.get("publisher")),
            volume=fields.text(journal.get("volume")),
            issue=fields.text(journal.get("issue")),
            pages=fields.text(node.get("pageInfo")),
            published=_published(journal, node),
            published_online=fields.day(node.get("electronicPublicationDate")),
            entered=fields.day(node.get("firstIndexDate")),
            modified=fields.day(node.get("dateOfRevision")),
            abstract=fields.sections(node.get("abstractText")),
            languages=fields.texts(node.get("language")),
            publication_types=types,
            keywords=fields.texts((node.get("keywordList") or {}).get("keyword")),
            headings=_headings(node),
            relations=_relations(node),
            identifiers=fields.known(
                pmid=node.get("pmid"), pmcid=node.get("pmcid"), doi=node.get("doi"), isbn=book.get("isbn13")
            ),
            issns=fields.issns([about.get("issn"), about.get("essn")]),
            url=f"https://europepmc.org/article/{node['source']}/{node['id']}",
            status=fields.text(node.get("publicationStatus")),
            extra=fields.kept(
                [
                    ("open_access", node.get("isOpenAccess")),
                    ("full_text", fields.texts(links)),
                    ("license", node.get("license")),
                ]
            ),
        )


def _results(held: dict[str, Any]) -> list[Any]:
    return fields.listed(held["resultList"]["result"], "resultList.result")


def _kind(node: dict[str, Any], types: tuple[str, ...]) -> str:
    lower = {each.lower() for each in types}
    if "book" in lower or node.get("source") == "NBK":
        return "book"
    if "thesis" in lower or node.get("source") == "ETH":
        return "thesis"
    if node.get("source") == "PAT":
        return "other"
    return "article"


def _authors(node: dict[str, Any]) -> tuple[Author, ...]:
    found = []
    for each in (node.get("authorList") or {}).get("author") or ():
        if each.get("collectiveName"):
            found.append(Author(collective=fields.plain(each["collectiveName"])))
            continue
        details = (each.get("authorAffiliationDetailsList") or {}).get("authorAffiliation") or ()
        where = "; ".join(fields.plain(one.get("affiliation")) for one in details if one.get("affiliation"))
        identifier = each.get("authorId") or {}
        found.append(
            Author(
                fields.plain(each.get("lastName")) or fields.plain(each.get("fullName")),
                fields.plain(each.get("firstName")),
                fields.plain(each.get("initials")),
                orcid=fields.orcid_of(identifier.get("value")),
                affiliation=where,
            )
        )
    return tuple(found)


def _published(journal: dict[str, Any], node: dict[str, Any]) -> Any:
    printed = fields.text(journal.get("dateOfPublication"))
    if journal.get("yearOfPublication"):
        day = fields.parts(journal["yearOfPublication"], journal.get("monthOfPublication"))
        return type(day)(day.year, day.month, day.day, printed)
    return fields.day(node.get("firstPublicationDate") or node.get("pubYear"))


def _headings(node: dict[str, Any]) -> tuple[Heading, ...]:
    found = []
    for each in (node.get("meshHeadingList") or {}).get("meshHeading") or ():
        quals = (each.get("meshQualifierList") or {}).get("meshQualifier") or ()
        major = each.get("majorTopic_YN") == "Y" or any(one.get("majorTopic_YN") == "Y" for one in quals)
        found.append(
            Heading(
                fields.plain(each["descriptorName"]),
                major=major,
                subheadings=fields.texts([one.get("qualifierName") for one in quals]),
            )
        )
    return tuple(found)


def _relations(node: dict[str, Any]) -> tuple[Relation, ...]:
    listed = (node.get("commentCorrectionList") or {}).get("commentCorrection") or ()
    found = []
    for each in listed:
        kind = fields.text(each.get("type"))
        pmid = fields.text(each.get("id")) if each.get("source") == "MED" else ""
        citation = fields.plain(each.get("reference") or each.get("note"))
        found.append(Relation(_RELATIONS.get(kind, kind), citation, pmid))
    return tuple(found)
