"""PubMed's own tagged form (.nbib, MEDLINE), read by Bio.Medline one record at a time.

Bio.Medline splits lines; this module stands round it: it cuts the file into records itself, counts them before, and
keeps what the tags say beyond the fields. Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harvester import identifiers
from harvester.formats import normal
from harvester.formats.base import NO_TITLE, Reading
from harvester.formats.ris_record import content_id
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section

_START = re.compile(r"^[\ufeff]?(?:PMID|OWN )- ", re.MULTILINE)
_LINE = re.compile(r"(?:[A-Z][A-Z0-9]{1,3} {0,2}- | {6}\S)")
_RELATIONS = {
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
# Read into fields; every other tag is kept in extra["nbib"].
_TAKEN = {
    "PMID", "OWN", "STAT", "TI", "BTI", "TT", "AU", "FAU", "CN", "ED", "FED", "JT", "TA", "VI", "IP", "PG", "DP",
    "DEP", "AB", "LA", "PT", "OT", "MH", "LID", "AID", "DOI", "IS", "ISBN", "PB", "PL", "PMC",
    *_RELATIONS,
}  # fmt: skip
_PMIDS = re.compile(r"PMID: (\d+)")
_DOIS = re.compile(r"doi: (10\.\S+)")


def sniff(head: str) -> bool:
    """Whether the text has a line that begins a MEDLINE record among its first lines."""
    return bool(_START.search(head[:4000]))


def count(reading: Reading) -> int:
    """How many records begin: PMID lines after a blank line or at the top (ERIC has OWN instead)."""
    found = 0
    last = ""
    blank = True
    for block in reading.file.blocks():
        for line in block.split("\n") if not block.endswith("\n") else block[:-1].split("\n"):
            if not line.strip():
                blank = True
                continue
            if blank and _START.match(line):
                found += 1
            blank = False
            last = line
    return found if last else 0


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    from Bio import Medline

    seen: set[str] = set()
    for start, lines in _entries(reading):
        try:
            parsed = next(iter(Medline.parse(lines)))  # type: ignore[no-untyped-call]
        except (StopIteration, ValueError, KeyError, IndexError) as error:
            reading.reject(start, f"cannot be read: {error or type(error).__name__}", "\n".join(lines))
            continue
        record = _record(dict(parsed), reading)
        if record.title == NO_TITLE:
            reading.warn(start, "the record has no title")
        number = 2
        wanted = record.source_id
        while record.source_id in seen:
            record.source_id = f"{wanted}#{number}"
            number += 1
        if record.source_id != wanted:
            reading.warn(start, f"the id {wanted!r} comes a second time")
        seen.add(record.source_id)
        yield record


def _entries(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Each record's line number and lines. A blank line ends a record only where the next line begins one."""
    start, lines = 0, list[str]()
    number = 0
    blank = True
    for block in reading.file.blocks():
        for line in block.split("\n") if not block.endswith("\n") else block[:-1].split("\n"):
            number += 1
            if not line.strip():
                blank = True
                continue
            if number == 1:
                line = line.lstrip("\ufeff")  # noqa: PLW2901
            if blank and _START.match(line):
                if lines:
                    yield start, lines
                start, lines = number, []
            elif not lines:
                reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
                blank = False
                continue
            blank = False
            if _LINE.match(line):
                lines.append(line)
            else:
                # Wrapped without its six blanks: what some mail programs and editors do.
                lines.append(f"      {line.strip()}")
    if lines:
        yield start, lines


def _issn(value: str) -> str:
    """`1878-0849 (Electronic)`, and ERIC's `EISSN-23755636`."""
    return identifiers.issn(re.sub(r"\A[EP]?ISSN-", "", value).split(" ")[0])


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _record(tags: dict[str, Any], reading: Reading) -> Record:
    def text(name: str) -> str:
        return " ".join(_listed(tags.get(name))).strip()

    def many(name: str) -> list[str]:
        return _listed(tags.get(name))

    found: dict[str, tuple[str, ...]] = {}
    pmid = identifiers.pmid(text("PMID"))
    if pmid:
        found["pmid"] = (pmid,)
    dois = dict.fromkeys(
        identifiers.doi(value) for name in ("LID", "AID", "DOI") for value in many(name) if "doi" in value.lower()
    )
    if any(dois):
        found["doi"] = tuple(value for value in dois if value)
    if pmc := identifiers.pmcid(text("PMC")):
        found["pmcid"] = (pmc,)
    books = [value for part in many("ISBN") if (value := normal.isbn(part.split(" ")[0]))]
    if books:
        found["isbn"] = tuple(dict.fromkeys(books))
    kind = "article"
    if "BTI" in tags:
        kind = "chapter" if "TI" in tags else "book"
    record = Record(
        source=reading.source or ("pubmed" if pmid else text("OWN").lower() or "file"),
        source_id=pmid,
        title=text("TI") or text("BTI") or NO_TITLE,
        kind=kind,
        vernacular_title=text("TT"),
        authors=_authors(tags),
        editors=tuple(normal.name(value) for value in many("FED") or many("ED")),
        journal=text("JT"),
        journal_abbreviation=text("TA"),
        book_title=text("BTI") if "TI" in tags else "",
        publisher=text("PB"),
        place=text("PL"),
        volume=text("VI"),
        issue=text("IP"),
        pages=text("PG"),
        published=_date(text("DP")),
        published_online=normal.date(text("DEP")),
        abstract=(Section(text("AB")),) if text("AB") else (),
        languages=tuple(many("LA")),
        publication_types=tuple(many("PT")),
        keywords=tuple(many("OT")),
        headings=tuple(_heading(value) for value in many("MH")),
        relations=tuple(_relation(kind, value) for name, kind in _RELATIONS.items() for value in many(name)),
        identifiers=found,
        issns=tuple(dict.fromkeys(v for part in many("IS") if (v := _issn(part)))),
        status=text("STAT"),
        url=next((value for value in many("LID") if value.startswith("http")), ""),
    )
    kept = {name: value for name, value in tags.items() if name not in _TAKEN}
    if kept:
        record.extra["nbib"] = kept
    if not record.source_id:
        own = text("OID") or text("AN")
        record.source_id = own or content_id(record)
    return record


def _authors(tags: dict[str, Any]) -> tuple[Author, ...]:
    """FAU and AU go in step; AU alone where a record has no full names."""
    short = _listed(tags.get("AU"))
    people = []
    for place, full in enumerate(_listed(tags.get("FAU")) or short):
        person = normal.name(full)
        if place < len(short) and person.given and " " in short[place]:
            initials = short[place].rpartition(" ")[2]
            person = Author(person.family, person.given, initials if initials.isupper() else "", person.suffix)
        people.append(person)
    return (*people, *(Author(collective=value) for value in _listed(tags.get("CN"))))


def _date(value: str) -> PartialDate:
    """DP: `2020 Feb`, `2019 Nov-Dec`, `2019 Winter`."""
    said = normal.date(value)
    if said.year and said.month is None and said.text:
        again = normal.date(re.sub(r"^(\d{4} [A-Za-z]{3}).*", r"\1", value))
        return PartialDate(again.year, again.month, None, value) if again.month else said
    return said


def _heading(value: str) -> Heading:
    """`*Name/sub/*sub`: the star marks the focus of the record."""
    name, *parts = value.split("/")
    return Heading(
        name=name.lstrip("*"),
        major="*" in (name[:1], *(part[:1] for part in parts)),
        subheadings=tuple(part.lstrip("*") for part in parts),
    )


def _relation(kind: str, value: str) -> Relation:
    pmid, doi = _PMIDS.search(value), _DOIS.search(value)
    return Relation(kind=kind, citation=value, pmid=pmid[1] if pmid else "", doi=identifiers.doi(doi[1]) if doi else "")
