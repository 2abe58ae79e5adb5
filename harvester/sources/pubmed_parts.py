"""The parts that PubMed's articles and books have in common, each from its element.

Text keeps what inline markup (`<i>`, `<sub>`, MathML) holds; runs of line ends and blanks become one blank.
"""

from __future__ import annotations

import re
from typing import Any

from harvester import identifiers
from harvester.record import Author, PartialDate, Section
from harvester.sources.pubmed_dates import from_element

_BLANKS = re.compile(r"[ \t\r\n]+")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?\Z")
_SCHEMES = {"pubmed": "pmid", "pmc": "pmcid"}


def text(element: Any) -> str:
    """All the text in `element`, whatever markup it stands in."""
    found = "".join(element.itertext()) if len(element) else (element.text or "")
    if "\n" in found or "  " in found or "\t" in found:
        found = _BLANKS.sub(" ", found)
    return found.strip()


def author(element: Any) -> Author:
    """An Author or Investigator element. Nothing is made up: a person without a family name keeps what there is."""
    family = given = initials = suffix = collective = orcid = ""
    affiliations: list[str] = []
    for child in element:
        tag = child.tag
        if tag == "LastName":
            family = text(child)
        elif tag == "ForeName":
            given = text(child)
        elif tag == "Initials":
            initials = text(child)
        elif tag == "AffiliationInfo":
            affiliations.extend(text(part) for part in child if part.tag == "Affiliation")
        elif tag == "Identifier":
            if child.get("Source") == "ORCID":
                orcid = _orcid(text(child))
        elif tag == "Suffix":
            suffix = text(child)
        elif tag == "CollectiveName":
            collective = text(child)
    return Author(family, given, initials, suffix, collective, orcid, "; ".join(affiliations))


def _orcid(value: str) -> str:
    found = _ORCID.search(value)
    return "-".join(found.groups()).upper() if found else ""


def abstract(element: Any) -> tuple[tuple[Section, ...], str]:
    """The sections of an Abstract or OtherAbstract, and its copyright notice."""
    sections: list[Section] = []
    notice = ""
    for child in element:
        if child.tag == "AbstractText":
            label = child.get("Label") or ""
            words = text(child)
            if words or label:
                sections.append(Section(words, label))
        elif child.tag == "CopyrightInformation":
            notice = text(child)
    return tuple(sections), notice


def history(element: Any) -> dict[str, PartialDate]:
    """A History element: the day of each status ("entrez", "pubmed", "medline", "received"...), the first of each."""
    days: dict[str, PartialDate] = {}
    for child in element:
        status = child.get("PubStatus")
        if status and status not in days:
            days[status] = from_element(child)
    return days


def article_ids(element: Any, found: dict[str, list[str]]) -> None:
    """Adds an ArticleIdList's values to `found`, in the forms of harvester.identifiers; malformed ones as they are."""
    for child in element:
        kind = child.get("IdType") or "other"
        add_identifier(found, _SCHEMES.get(kind, kind), text(child))


def add_identifier(found: dict[str, list[str]], scheme: str, value: str) -> None:
    """Adds one identifier to `found` unless it is there. What is no DOI or PMCID is kept under `<scheme>-unread`."""
    if not value:
        return
    reader = _READERS.get(scheme)
    if reader is not None:
        normal = reader(value)
        if not normal:
            scheme += "-unread"
        value = normal or value
    known = found.setdefault(scheme, [])
    if value not in known:
        known.append(value)


_READERS = {"doi": identifiers.doi, "pmid": identifiers.pmid, "pmcid": identifiers.pmcid}
