"""PubMed's tagged form (.nbib) as EndNote, Zotero and PubMed's own readers take it: one value a line, not wrapped.

What it has no place for is listed in docs/files.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from harvester.formats.ris_write import fold
from harvester.record import Author, Heading, PartialDate, Record, Relation

RELATIONS = {
    "CON": "CommentOn",
    "CIN": "CommentIn",
    "EIN": "ErratumIn",
    "EFR": "ErratumFor",
    "CRI": "CorrectedandRepublishedIn",
    "CRF": "CorrectedandRepublishedFrom",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPI": "RepublishedIn",
    "RPF": "RepublishedFrom",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
}
_TAGS = {kind: tag for tag, kind in RELATIONS.items()}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Identifiers with a tag of their own; the others are AID, with their scheme in brackets.
_OWN_TAG = frozenset({"pmid", "pmcid", "isbn"})


class Writer:
    """Writes records as .nbib, a blank line between them. `label` becomes a keyword (OT)."""

    def __init__(self, out: IO[bytes], *, label: str = "") -> None:
        self._out = out
        self._label = label

    def add(self, record: Record) -> None:
        """Write one record."""
        lines = [
            f"{tag:4}- {said}\n" for tag, value in _pairs(record, self._label) if value and (said := fold(str(value)))
        ]
        self._out.write("".join((*lines, "\n")).encode("utf-8"))

    def end(self) -> None:
        """Nothing closes the file."""


writer = Writer


def _pairs(record: Record, label: str) -> Iterator[tuple[str, str]]:  # noqa: PLR0912 - a list of tags, in order
    kept: dict[str, list[str]] = record.extra.get("nbib", {})
    pmid = record.pmid
    yield "PMID", pmid
    own = "NLM" if record.source == "pubmed" else record.source
    if "OWN" not in kept:
        yield "OWN", own
    # Without a PMID a record begins with its owner, and has an id of its own.
    if record.source_id != pmid and not record.source_id.startswith("sha:"):
        yield "OID", record.source_id
    yield "STAT", record.status
    for value in record.issns:
        yield "IS", value
    for value in record.identifiers.get("isbn", ()):
        yield "ISBN", value
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", _printed(record.published)
    yield "TI" if record.kind != "book" else "BTI", record.title
    yield "BTI" if record.kind != "book" else "CTI", record.book_title
    yield "TT", record.vernacular_title
    yield "PG", record.pages
    for scheme, values in record.identifiers.items():
        if scheme not in _OWN_TAG:
            for place, value in enumerate(values):
                yield "LID" if scheme == "doi" and not place else "AID", f"{value} [{scheme}]"
    yield "LID", record.url
    yield "AB", record.abstract_text
    for author in record.authors:
        yield from _author(author)
    for editor in record.editors:
        yield "FED", editor.name
    for value in record.languages:
        yield "LA", value
    for value in record.publication_types:
        yield "PT", value
    if record.published_online.day:
        yield "DEP", record.published_online.iso.replace("-", "")
    yield "PL", record.place
    yield "PB", record.publisher
    yield "TA", record.journal_abbreviation
    yield "JT", record.journal
    for heading in record.headings:
        yield "MH", _heading(heading)
    for relation in record.relations:
        yield _TAGS.get(relation.kind, "GN"), _relation(relation)
    for value in record.identifiers.get("pmcid", ()):
        yield "PMC", value
    for value in record.keywords:
        yield "OT", value
    yield "OT", label
    for tag, others in kept.items():
        for value in others:
            yield tag, value


def _printed(date: PartialDate) -> str:
    """`2019 Nov-Dec`, `2020 Feb 3`."""
    if date.text:
        return date.text
    month = _MONTHS[date.month - 1] if date.month else ""
    return " ".join(part for part in (str(date.year or ""), month, str(date.day or "")) if part)


def _author(author: Author) -> Iterator[tuple[str, str]]:
    if author.collective:
        yield "CN", author.collective
    else:
        yield "FAU", author.name
        initials = author.initials or "".join(word[0] for word in author.given.replace("-", " ").split()).upper()
        yield "AU", " ".join(part for part in (author.family, initials, author.suffix) if part)
    yield "AUID", f"ORCID: {author.orcid}" if author.orcid else ""
    yield "AD", author.affiliation


def _heading(heading: Heading) -> str:
    star = "*" if heading.major else ""
    return "/".join((star + heading.name, *heading.subheadings))


def _relation(relation: Relation) -> str:
    said = relation.citation or relation.kind
    if relation.doi and relation.doi not in said.lower():
        said += f" doi: {relation.doi}"
    if relation.pmid and f"PMID: {relation.pmid}" not in said:
        said += f" PMID: {relation.pmid}"
    return said if relation.kind in _TAGS else f"{relation.kind}: {said}"
