"""PubMed's own tagged form (.nbib, MEDLINE), cut into records, counted and read by our own code.

Bio.Medline joins the values of a tag that is repeated (IS, LID), forgets whose affiliation AD is, and takes two records
without a blank line between them for one (docs/decisions/0063).
Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester import identifiers
from harvester.formats import normal
from harvester.formats.base import NO_TITLE, Reading
from harvester.formats.nbib_write import RELATIONS, writer
from harvester.formats.ris_record import content_id
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section

__all__ = ["count", "records", "sniff", "writer"]

Fields = list[tuple[str, str]]

# A record begins with its PMID; ERIC's with OWN, PubMed Central's with PMC and the PMID after it.
_START = re.compile(r"^[\ufeff]?(?:PMID|OWN |PMC )- ", re.MULTILINE)
_SIGN = re.compile(r"^[\ufeff]?(?:PMID- |OWN - |PMC - PMC\d)", re.MULTILINE)
_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
# Read into fields; every other tag is kept in extra["nbib"].
_TAKEN = frozenset({
    "PMID", "OWN", "STAT", "TI", "BTI", "TT", "AU", "FAU", "CN", "ED", "FED", "JT", "TA", "VI", "IP", "PG", "DP",
    "DEP", "AB", "LA", "PT", "OT", "MH", "LID", "AID", "DOI", "IS", "ISSN", "ISBN", "PB", "PL", "PMC", "AD", "AUID",
    "OID", *RELATIONS,
})  # fmt: skip
# Who owns records in PubMed; another owner is the database that the record came from.
_OF_PUBMED = frozenset({"", "nlm", "nasa", "pip", "kie", "hsr", "hmd", "notnlm", "pubmed"})
_PMIDS = re.compile(r"PMID:? (\d+)")
_DOIS = re.compile(r"doi:? (10\.\S+)")
_SCHEMED = re.compile(r"(.*\S)\s*\[([a-z][a-z0-9_-]*)\]\Z", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?\Z")
_LOCATOR = re.compile(r"[A-Za-z]{0,4}\d[\w.-]*\Z")


def sniff(head: str) -> bool:
    """Whether the text has a line that begins a MEDLINE record among its first lines."""
    return bool(_SIGN.search(head[:4000]))


def count(reading: Reading) -> int:
    """How many records begin: PMID lines, and paragraphs that begin with OWN or PMC and have no PMID."""
    found = 0
    blank, waiting = True, False
    for line in _lines(reading):
        if not line or line.isspace():
            blank = True
            continue
        if line.startswith("PMID- "):
            found += 2 if waiting and blank else 1
            waiting = False
        elif blank and _START.match(line):
            found += waiting
            waiting = True
        blank = False
    return found + waiting


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    for start, told in _entries(reading):
        record = _record(told, reading)
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


def _lines(reading: Reading) -> Iterator[str]:
    first = True
    for block in reading.file.blocks():
        for line in block.removesuffix("\n").split("\n"):
            yield line.lstrip("\ufeff") if first else line
            first = False


def _entries(reading: Reading) -> Iterator[tuple[int, Fields]]:
    """Each record's line number and its tags with their values.

    A blank line ends a record only where the next line begins one; a PMID begins one wherever it stands, but for the
    first line after PMC or OWN.
    """
    start, told = 0, list[tuple[str, str]]()
    blank, numbered = True, False
    for number, line in enumerate(_lines(reading), start=1):
        if not line or line.isspace():
            blank = True
            continue
        is_pmid = line.startswith("PMID- ")
        if (blank and _START.match(line)) or (is_pmid and (numbered or not told)):
            if told:
                yield start, told
            start, told, numbered = number, [], False
        elif not told:
            reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
            blank = False
            continue
        blank = False
        numbered = numbered or is_pmid
        if found := _LINE.match(line):
            told.append((found[1], found[2].strip()))
        else:
            # Wrapped, with its six blanks or without them, as some mail programs and editors do.
            tag, value = told[-1]
            told[-1] = (tag, f"{value} {line.strip()}".strip())
    if told:
        yield start, told


class _Tags:
    """The values of a record by tag."""

    def __init__(self, told: Fields) -> None:
        self.values: dict[str, list[str]] = {}
        for tag, value in told:
            if value:
                self.values.setdefault(tag, []).append(value)

    def all(self, *names: str) -> list[str]:
        """Every value of the tags."""
        return [value for name in names for value in self.values.get(name, ())]

    def text(self, name: str) -> str:
        """The first value of a tag, ""; further ones are kept."""
        found = self.values.get(name)
        return found[0] if found else ""


def _record(told: Fields, reading: Reading) -> Record:
    tags = _Tags(told)
    kept = {name: values for name, values in tags.values.items() if name not in _TAKEN}
    for name in ("TI", "BTI", "TT", "JT", "TA", "VI", "IP", "PG", "DP", "DEP", "AB", "PB", "PL", "STAT"):
        if more := tags.values.get(name, [])[1:]:
            kept[name] = more
    found, pages = _identifiers(tags, kept)
    pmid = found.get("pmid", ("",))[0]
    own = tags.text("OWN")
    whose = "" if own.lower() in _OF_PUBMED else own.lower()
    if own and own != "NLM" and not whose:
        kept["OWN"] = [own]
    issns, books, rest = _serials(tags.all("IS", "ISSN"))
    if rest:
        kept["IS"] = rest
    books += [value for part in tags.all("ISBN") if (value := normal.isbn(part.split(" ")[0]))]
    if books:
        found["isbn"] = tuple(dict.fromkeys(books))
    title = tags.text("TI")
    authors, loose = _authors(told)
    for name, values in loose.items():
        kept[name] = values
    record = Record(
        source=reading.source or whose or ("pubmed" if pmid else "file"),
        source_id=tags.text("OID") or pmid,
        title=title or tags.text("BTI") or NO_TITLE,
        kind=("chapter" if title else "book") if "BTI" in tags.values else "article",
        vernacular_title=tags.text("TT"),
        authors=authors,
        editors=tuple(normal.name(value) for value in tags.all("FED") or tags.all("ED")),
        journal=tags.text("JT"),
        journal_abbreviation=tags.text("TA"),
        book_title=tags.text("BTI") if title else "",
        publisher=tags.text("PB"),
        place=tags.text("PL"),
        volume=tags.text("VI"),
        issue=tags.text("IP"),
        pages=tags.text("PG") or pages,
        published=_date(tags.text("DP")),
        published_online=normal.date(tags.text("DEP")),
        abstract=(Section(tags.text("AB")),) if "AB" in tags.values else (),
        languages=tuple(tags.all("LA")),
        publication_types=tuple(tags.all("PT")),
        keywords=tuple(tags.all("OT")),
        headings=tuple(map(_heading, tags.all("MH"))),
        relations=tuple(_relation(kind, value) for name, kind in RELATIONS.items() for value in tags.all(name)),
        identifiers=found,
        issns=issns,
        status=tags.text("STAT"),
        url=next((value for value in tags.all("LID") if value.startswith("http")), ""),
    )
    if kept:
        record.extra["nbib"] = kept
    record.source_id = record.source_id or tags.text("AN") or content_id(record)
    return record


def _identifiers(tags: _Tags, kept: dict[str, list[str]]) -> tuple[dict[str, tuple[str, ...]], str]:
    """The identifiers, and an article number where LID says one without saying what it is."""
    found: dict[str, list[str]] = {}

    def add(scheme: str, value: str) -> None:
        there = found.setdefault(scheme, [])
        if value not in there:
            there.append(value)

    if pmid := identifiers.pmid(tags.text("PMID")):
        add("pmid", pmid)
    pages = ""
    for name in ("LID", "AID", "DOI"):
        for value in tags.all(name):
            schemed = _SCHEMED.match(value)
            if name == "DOI" or (schemed and schemed[2].lower() == "doi"):
                if doi := identifiers.doi(value):
                    add("doi", doi)
                    continue
            elif schemed:
                add(schemed[2].lower(), schemed[1])
                continue
            elif name == "LID" and not pages and _LOCATOR.match(value):
                pages = value
                continue
            if not value.startswith("http"):
                kept.setdefault(name, []).append(value)
    for value in tags.all("PMC"):
        if pmc := identifiers.pmcid(value):
            add("pmcid", pmc)
    return {scheme: tuple(values) for scheme, values in found.items()}, pages


def _serials(values: list[str]) -> tuple[tuple[str, ...], list[str], list[str]]:
    """The ISSNs in `1878-0849 (Electronic)` and ERIC's `EISSN-23755636`, the ISBNs among them, and what is neither."""
    issns: list[str] = []
    books: list[str] = []
    rest = []
    for value in values:
        serial, book, odd = normal.serials(re.sub(r"\b[EP]?ISS?N-", "", value))
        issns += serial
        books += book
        if odd:
            rest.append(value)
    return tuple(dict.fromkeys(issns)), books, rest


def _authors(told: Fields) -> tuple[tuple[Author, ...], dict[str, list[str]]]:
    """The authors in the order of the file, groups among them; and the AD and AUID that stand before any author.

    FAU and AU go in step, AU alone where a record has no full names; AD and AUID belong to the author before them.
    """
    full = any(tag == "FAU" for tag, _ in told)
    people: list[dict[str, str]] = []
    loose: dict[str, list[str]] = {}
    for tag, value in told:
        if not value:
            continue
        if tag == "CN":
            people.append({"group": value})
        elif tag == ("FAU" if full else "AU"):
            people.append({"name": value})
        elif tag == "AU" and people and "name" in people[-1] and "short" not in people[-1]:
            people[-1]["short"] = value
        elif tag == "AU":
            loose.setdefault(tag, []).append(value)
        elif tag == "AD" and people:
            before = people[-1].get("place", "")
            people[-1]["place"] = f"{before}; {value}" if before else value
        elif tag == "AUID" and people and "orcid" not in people[-1] and (number := _ORCID.search(value)):
            people[-1]["orcid"] = "-".join(number.groups()).upper()
        elif tag in ("AD", "AUID"):
            loose.setdefault(tag, []).append(value)
    return tuple(map(_author, people)), loose


def _author(said: dict[str, str]) -> Author:
    place, orcid = said.get("place", ""), said.get("orcid", "")
    if "group" in said:
        return Author(collective=said["group"], orcid=orcid, affiliation=place)
    person = normal.name(said["name"])
    initials = person.initials
    if person.given and " " in said.get("short", ""):
        last = [word for word in said["short"].split(" ") if word.isupper() or "-" in word][-1:]
        initials = last[0] if last and last[0].isupper() else ""
    return Author(person.family, person.given, initials, person.suffix, person.collective, orcid, place)


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
