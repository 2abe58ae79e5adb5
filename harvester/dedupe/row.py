"""What deduplication is given: one light row a record, whatever it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from harvester.columns import MEANINGS, plain_name

if TYPE_CHECKING:
    from harvester.record import Record

Key = int | str


@dataclass(slots=True)
class Row:
    """One record as far as deduplication reads it. `key` names it in the result and must be distinct.

    All is text as the source gave it, and may be missing. `authors` is one string: names joined by `and`, `;`,
    or by nothing at all. `notes` holds what tells corrections, comments and abstracts apart from papers: publication
    types and the kinds of the relations that the record itself declares ("ErratumFor").
    """

    key: Key
    title: str = ""
    authors: str = ""
    year: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    abstract: str = ""
    isbn: str = ""
    url: str = ""
    source: str = ""
    kind: str = ""
    notes: str = ""
    language: str = ""
    other_title: str = ""


# What a field of a row is read from, by the meanings of harvester.columns: the first that is filled.
_FROM: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "authors": ("authors",),
    "year": ("year", "date"),
    "journal": ("journal", "book"),
    "volume": ("volume",),
    "issue": ("issue",),
    "pages": ("pages", "start", "article number"),
    "doi": ("doi",),
    "pmid": ("pmid",),
    "abstract": ("abstract",),
    "isbn": ("isbn", "issn"),
    "url": ("url",),
    "source": ("source",),
    "kind": ("kind", "types"),
    "notes": ("types",),
    "language": ("language",),
    "other_title": ("other title",),
}
_ORDER = {name: number for number, name in enumerate(MEANINGS)}


class Columns(NamedTuple):
    """Where a table's fields are: for each field of a row the places of the columns that may hold it, of which the
    first filled one counts; and the places of first and last pages, where they stand in columns of their own."""

    fields: dict[str, tuple[int, ...]]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@lru_cache(maxsize=256)
def columns_of(names: tuple[str, ...]) -> Columns:
    """The columns of a table by their names, in any case and with any marks; unknown names are passed over."""
    plain = [plain_name(name) for name in names]
    by_meaning: dict[str, list[int]] = {}
    for place in sorted(range(len(plain)), key=lambda place: _ORDER.get(plain[place], 0)):
        if plain[place] in MEANINGS:
            by_meaning.setdefault(MEANINGS[plain[place]], []).append(place)
    found = {
        field: tuple(place for meaning in meanings for place in by_meaning.get(meaning, ()))
        for field, meanings in _FROM.items()
    }
    starts = () if "pages" in by_meaning else tuple(by_meaning.get("start", ()))
    return Columns(
        {field: places for field, places in found.items() if places}, starts, tuple(by_meaning.get("end", ()))
    )


def from_mapping(data: Mapping[str, object], key: Key) -> Row:
    """A row from a mapping with the names of harvester.columns in any case; unknown names are passed over."""
    columns = columns_of(tuple(map(str, data)))
    values = list(data.values())
    row = Row(key)
    for name, places in columns.fields.items():
        text = next(filter(None, (_text(values[place]) for place in places)), "")
        if text:
            setattr(row, name, text)
    if columns.starts and columns.ends:
        row.pages = with_end(row.pages, *(_text(values[places[0]]) for places in columns[1:]))
    return row


def with_end(pages: str, start: str, end: str) -> str:
    """The pages of a row whose first and last page are given apart."""
    return f"{start}-{end}" if start and end and pages == start != end else pages


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - the "not a number" of data frames is unlike itself
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping):
        return " ".join(_text(part) for part in value.values())
    if isinstance(value, Iterable):
        return "; ".join(_text(part) for part in value)
    return str(value)


def from_record(record: Record, key: Key | None = None) -> Row:
    """A row from a harvested record. `key` is the store's id; without one it is `source:source_id`."""
    identifiers = record.identifiers
    return Row(
        key=f"{record.source}:{record.source_id}" if key is None else key,
        title=record.title,
        authors="; ".join(author.name for author in record.authors),
        year=str(record.published.year or record.published_online.year or ""),
        journal=record.journal or record.journal_abbreviation or record.book_title,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        doi=" ".join(identifiers.get("doi", ())),
        pmid=record.pmid,
        abstract=" ".join(part.text for part in record.abstract),
        isbn=" ".join((*identifiers.get("isbn", ()), *record.issns)),
        url=record.url,
        source=record.source,
        kind=record.kind,
        notes="; ".join((*record.publication_types, *(relation.kind for relation in record.relations))),
        language="; ".join(record.languages),
        other_title=record.vernacular_title,
    )
