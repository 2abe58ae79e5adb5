"""Values under the program's own names made into a Record: what the smaller formats share."""

from __future__ import annotations

from collections.abc import Iterable

from harvester import identifiers
from harvester.formats import normal
from harvester.formats.base import NO_TITLE, Reading
from harvester.formats.ris_record import content_id
from harvester.record import Author, PartialDate, Record, Section

# What `Parts.add` takes; anything else is kept under its own name.
MEANINGS = frozenset(
    {
        "title", "vernacular", "authors", "groups", "editors", "journal", "abbreviation", "book", "publisher", "place",
        "volume", "issue", "pages", "start", "end", "year", "date", "abstract", "language", "types", "keywords", "doi",
        "pmid", "pmcid", "serial", "url", "id", "online",
    }
)  # fmt: skip


class Parts:
    """One record's values, several under a name, and under `other` what no field takes."""

    __slots__ = ("kind", "line", "other", "values")

    def __init__(self, line: int = 0, kind: str = "article") -> None:
        self.line = line
        self.kind = kind
        self.values: dict[str, list[str]] = {}
        self.other: dict[str, list[str]] = {}

    def add(self, meaning: str, value: str, name: str = "") -> None:
        """Put a value under its meaning, or where that is none under the `name` it came with."""
        value = value.strip()
        if value:
            there = self.values if meaning in MEANINGS else self.other
            there.setdefault(meaning if there is self.values else name or meaning, []).append(value)

    def first(self, meaning: str) -> str:
        """The first value under a name, or ""; further ones are kept under `other`."""
        found = self.values.get(meaning)
        if not found:
            return ""
        for more in found[1:]:
            if more != found[0]:
                self.other.setdefault(meaning, []).append(more)
        return found[0]

    def all(self, meaning: str) -> list[str]:
        """Every value under a name."""
        return self.values.get(meaning, [])


def record(parts: Parts, reading: Reading, seen: set[str], *, kept: str, source: str = "") -> Record:
    """The record; what no field takes is in `extra[kept]`. `seen` makes ids unique within the file."""
    if not parts.values and not parts.other:
        reading.warn(parts.line, "the record holds nothing")
    title = parts.first("title")
    if not title:
        reading.warn(parts.line, "the record has no title")
    found, issns = _identifiers(parts)
    pages = parts.first("pages") or normal.join_pages(parts.first("start"), parts.first("end"))
    abstract = parts.first("abstract")
    made = Record(
        source=reading.source or source or "file",
        source_id=parts.first("id"),
        title=title or NO_TITLE,
        kind=parts.kind,
        vernacular_title=parts.first("vernacular"),
        authors=(*map(normal.name, parts.all("authors")), *(Author(collective=v) for v in parts.all("groups"))),
        editors=tuple(map(normal.name, parts.all("editors"))),
        journal=parts.first("journal"),
        journal_abbreviation=parts.first("abbreviation"),
        book_title=parts.first("book"),
        publisher=parts.first("publisher"),
        place=parts.first("place"),
        volume=parts.first("volume"),
        issue=parts.first("issue"),
        pages=pages.replace("--", "-").replace("–", "-"),
        published=_published(parts),
        published_online=normal.date(parts.first("online")),
        abstract=(Section(abstract),) if abstract else (),
        languages=tuple(dict.fromkeys(parts.all("language"))),
        publication_types=tuple(dict.fromkeys(parts.all("types"))),
        keywords=tuple(dict.fromkeys(parts.all("keywords"))),
        identifiers=found,
        issns=issns,
        url=parts.first("url"),
    )
    if parts.other:
        made.extra[kept] = parts.other
    wanted = made.source_id = made.source_id or content_id(made)
    number = 2
    while made.source_id in seen:
        made.source_id = f"{wanted}#{number}"
        number += 1
    if made.source_id != wanted:
        reading.warn(parts.line, f"the id {wanted!r} comes a second time")
    seen.add(made.source_id)
    return made


def _identifiers(parts: Parts) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for scheme, make in (("doi", identifiers.doi), ("pmid", identifiers.pmid), ("pmcid", identifiers.pmcid)):
        values = []
        for value in parts.all(scheme):
            if bare := make(value):
                values.append(bare)
            else:
                parts.other.setdefault(scheme, []).append(value)
        if values:
            found[scheme] = tuple(dict.fromkeys(values))
    if "doi" not in found:
        for value in parts.all("url"):
            if "doi.org/" in value and (bare := identifiers.doi(value)):
                found["doi"] = (bare,)
    issns: list[str] = []
    books: list[str] = []
    for value in parts.all("serial"):
        serial, book, rest = normal.serials(value)
        issns += serial
        books += book
        if rest:
            parts.other.setdefault("serial", []).append(value)
    if books:
        found["isbn"] = tuple(dict.fromkeys(books))
    return found, tuple(dict.fromkeys(issns))


def _published(parts: Parts) -> PartialDate:
    """The year, and the month and day where the date agrees with it or says no year of its own."""
    year, date = parts.first("year"), parts.first("date")
    said = normal.date(year) if year else PartialDate()
    if not date:
        return said
    whole = normal.date(date)
    if whole.year is None and said.year is not None:
        whole = normal.date(f"{said.year} {date.title()}")
        if whole.text or whole.year is None:
            return PartialDate(said.year, said.month, said.day, date)
    return whole if said.year in (None, whole.year) else said


def split(values: Iterable[str], marks: str = ";") -> list[str]:
    """Values that stand behind one another in one: `a; b; c`."""
    found = []
    for value in values:
        pieces = [value]
        for mark in marks:
            pieces = [part for piece in pieces for part in piece.split(mark)]
        found += [part.strip() for part in pieces if part.strip()]
    return found
