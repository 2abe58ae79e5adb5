"""What deduplication is given: one light row a record, whatever it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


# The names other programs give to these columns, in lower case. The first that is filled is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "primary_title", "article title", "ti"),
    "authors": ("author", "authors", "first_authors", "author names", "au"),
    "year": ("year", "publication year", "publication_year", "py", "date"),
    "journal": ("journal", "journal_name", "secondary_title", "source title", "container-title", "booktitle"),
    "volume": ("volume", "vl"),
    "issue": ("number", "issue"),
    "pages": ("pages", "page", "start_page"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmed_id", "pubmed id"),
    "abstract": ("abstract", "notes_abstract", "ab"),
    "isbn": ("isbn", "issn"),
    "url": ("url", "urls", "link"),
    "source": ("source", "database", "search_source"),
    "kind": ("entrytype", "type", "kind", "type_of_reference"),
    "notes": ("publication_type", "document type"),
    "language": ("language",),
    "other_title": ("original_title", "translated_title"),
}


def from_mapping(data: Mapping[str, object], key: Key) -> Row:
    """A row from a mapping whose names are those of COLUMNS in any case; unknown names are passed over."""
    lower = {str(name).strip().lower(): value for name, value in data.items()}
    row = Row(key)
    for name, columns in COLUMNS.items():
        for column in columns:
            text = _text(lower.get(column))
            if text:
                setattr(row, name, text)
                break
    return row


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
