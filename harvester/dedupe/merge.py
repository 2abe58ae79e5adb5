"""Stage 5, merge: one record of several that describe one work, with the best field of each.

Merging loses nothing: the records stay as they are in the store, and identifiers, keywords, headings, publication
types and relations of all of them are in the merged one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record

T = TypeVar("T")

PREFER = ("pubmed", "europe-pmc", "crossref", "web-of-science", "openalex", "cochrane", "psycinfo", "cinahl")
"""Whose record is the base where the caller does not say: the better curated first."""


def merge(records: Sequence[Record], *, prefer: Sequence[str] = PREFER) -> Record:
    """The best of each field of `records`, which describe one work. The order of `records` does not matter.

    The base is the record of the most preferred source, the fullest of them; it gives `source` and `source_id` and
    every field that it has, except: the longest abstract, the longest author list, the most precise dates.
    Raises UsageError for no records.
    """
    if not records:
        raise UsageError("there is nothing to merge")
    rank = {source: place for place, source in enumerate(prefer)}
    ordered = sorted(
        records,
        key=lambda each: (rank.get(each.source, len(rank)), -_fullness(each), each.source, each.source_id),
    )
    base = ordered[0]
    if len(ordered) == 1:
        return base
    return replace(
        base,
        title=_first(ordered, lambda each: _readable(each.title)) or base.title,
        vernacular_title=_first(ordered, lambda each: each.vernacular_title),
        authors=max((each.authors for each in ordered), key=_author_detail),
        editors=max((each.editors for each in ordered), key=_author_detail),
        journal=_first(ordered, lambda each: each.journal),
        journal_abbreviation=_first(ordered, lambda each: each.journal_abbreviation),
        book_title=_first(ordered, lambda each: each.book_title),
        publisher=_first(ordered, lambda each: each.publisher),
        place=_first(ordered, lambda each: each.place),
        volume=_first(ordered, lambda each: each.volume),
        issue=_first(ordered, lambda each: each.issue),
        pages=_first(ordered, lambda each: each.pages if "-" in each.pages else "")
        or _first(ordered, lambda each: each.pages),
        published=_most_precise(each.published for each in ordered),
        published_online=_most_precise(each.published_online for each in ordered),
        entered=_most_precise(each.entered for each in ordered),
        modified=_most_precise(each.modified for each in ordered),
        abstract=max((each.abstract for each in ordered), key=lambda parts: sum(len(part.text) for part in parts)),
        languages=_union(each.languages for each in ordered),
        publication_types=_union(each.publication_types for each in ordered),
        keywords=_union(each.keywords for each in ordered),
        headings=max((each.headings for each in ordered), key=len),
        relations=_union(each.relations for each in ordered),
        identifiers=_identifiers(ordered),
        issns=_union(each.issns for each in ordered),
        url=_first(ordered, lambda each: each.url),
        status=base.status,
    )


def _fullness(record: Record) -> int:
    return sum(
        bool(part)
        for part in (
            record.abstract, record.authors, record.doi, record.pmid, record.pages, record.volume, record.issue,
            record.journal, record.published.year, record.keywords, record.headings,
        )
    )  # fmt: skip


def _readable(title: str) -> str:
    """The title unless it is all in capitals, cut short, or spoilt by a spreadsheet."""
    return "" if title.isupper() or title.endswith(("...", "…")) or title.startswith("#") else title


def _first(records: Iterable[Record], field: Callable[[Record], str]) -> str:
    return next((value for record in records if (value := field(record))), "")


def _author_detail(authors: tuple[Author, ...]) -> tuple[int, int]:
    return len(authors), sum(len(author.given) + bool(author.orcid) for author in authors)


def _most_precise(dates: Iterable[PartialDate]) -> PartialDate:
    return max(dates, key=lambda date: len(date.iso))


def _union(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))


def _identifiers(records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    schemes = dict.fromkeys(scheme for record in records for scheme in record.identifiers)
    return {scheme: _union(record.identifiers.get(scheme, ()) for record in records) for scheme in schemes}
