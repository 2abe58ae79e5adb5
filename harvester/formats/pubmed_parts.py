"""The parts that PubMed's articles and books have in common, each from its element.

Text keeps what inline markup (`<i>`, `<sub>`, MathML) holds; runs of line ends and blanks become one blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from harvester import identifiers
from harvester.formats.pubmed_dates import NOTHING, day, from_element
from harvester.record import Author, PartialDate, Section

_BLANKS = re.compile(r"[ \t\r\n]+")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?\Z")
_SCHEMES = {"pubmed": "pmid", "pmc": "pmcid"}


def text(element: Any) -> str:
    """All the text in `element`, whatever markup it stands in."""
    found: str = element.text
    if len(element):
        found = "".join(element.itertext())
    elif not found:
        return ""
    if "\n" in found or "  " in found or "\t" in found:
        found = _BLANKS.sub(" ", found)
    return found.strip()


def author(element: Any) -> Author:
    """An Author or Investigator element. Nothing is made up: a person without a family name keeps what there is."""
    return authors((element,))[0]


def authors(elements: Iterable[Any]) -> tuple[Author, ...]:
    """The Author or Investigator elements in a list, in order. One loop without calls: people are most of a record."""
    found = []
    for element in elements:
        family = given = initials = suffix = collective = orcid = affiliation = ""
        for child in element:
            tag = child.tag
            if tag == "AffiliationInfo":
                for part in child:
                    if part.tag == "Affiliation":
                        affiliation = f"{affiliation}; {text(part)}" if affiliation else text(part)
            elif tag == "LastName":
                family = text(child) if len(child) else (child.text or "").strip()
            elif tag == "ForeName":
                given = text(child) if len(child) else (child.text or "").strip()
            elif tag == "Initials":
                initials = text(child) if len(child) else (child.text or "").strip()
            elif tag == "Identifier":
                if child.get("Source") == "ORCID":
                    orcid = _orcid(text(child))
            elif tag == "Suffix":
                suffix = text(child)
            elif tag == "CollectiveName":
                collective = text(child)
        found.append(Author(family, given, initials, suffix, collective, orcid, affiliation))
    return tuple(found)


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


def history(element: Any) -> tuple[dict[str, str], PartialDate]:
    """A History element: the day of each status ("pubmed", "medline", "received"...), the first of each; and the day
    of "entrez" (EDAT) or else of "pubmed", as a date.
    """
    days: dict[str, str] = {}
    first = None
    for child in element:
        status = child.get("PubStatus")
        if status and status not in days:
            days[status] = day(child)
            if status == "entrez" or (first is None and status == "pubmed"):
                first = child
    return days, NOTHING if first is None else from_element(first)


def article_ids(element: Any, found: dict[str, list[str]]) -> None:
    """Adds an ArticleIdList's values to `found`, in the forms of harvester.identifiers; malformed ones as they are."""
    for child in element:
        add_article_id(found, child.get("IdType") or "other", text(child))


def add_article_id(found: dict[str, list[str]], kind: str, value: str) -> None:
    """Adds an ArticleId by its IdType ("pubmed", "pmc", "doi"...) to `found`."""
    add_identifier(found, _SCHEMES.get(kind, kind), value)


def add_identifier(found: dict[str, list[str]], scheme: str, value: str) -> None:
    """Adds one identifier to `found` unless it is there. What is no DOI or PMCID is kept under `<scheme>-unread`."""
    known = found.get(scheme, ())
    if not value or value in known or value.lower() in known:
        return
    reader = _READERS.get(scheme)
    if reader is not None:
        normal = reader(value)
        if not normal:
            scheme += "-unread"
        value = normal or value
    held = found.setdefault(scheme, [])
    if value not in held:
        held.append(value)


_READERS = {"doi": identifiers.doi, "pmid": identifiers.pmid, "pmcid": identifiers.pmcid}
