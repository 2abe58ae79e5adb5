"""Cutting a search that finds more than PubMed lists (9,999) into slices that do not overlap.

By the day a record was created, since every record has one (`crdt`); a single day that is still too large, by ranges
of PMIDs. Where the cuts fall is guessed from how PubMed has grown; a slice that is still too large is cut again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from harvester.search import Search
from harvester.sources.pubmed_eutils import REACH
from harvester.window import DateField

FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(3000, 12, 31)
LAST_PMID = 999_999_999
# A slice is aimed at this many, so that a guess that is off by a third still fits.
AIM = 7000
# Records created by the end of a year, in millions, roughly: only to guess where to cut.
_GROWTH = tuple(
    zip(
        (1800, 1965, 1980, 1990, 2000, 2005, 2010, 2015, 2020, 2022, 2024, 2026, 2028, 3000),
        (0.0, 0.5, 4.7, 8.0, 12.0, 15.7, 20.3, 25.5, 31.9, 35.0, 38.0, 41.5, 45.5, 46.0),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a search: records created from `since` to `until`, with PMIDs from `low` to `high` where those are set.

    `kind` is "whole" for the search itself, "part" for a slice, "rest" for what lies outside `since` to `until`.
    """

    kind: str = "whole"
    since: date = FIRST_DAY
    until: date = LAST_DAY
    low: int = 0
    high: int = 0

    def text(self, whole: str) -> str:
        """`whole` limited to this slice, in PubMed's language."""
        if self.kind == "whole":
            return whole
        days = f'("{_day(self.since)}"[crdt] : "{_day(self.until)}"[crdt])'
        if self.kind == "rest":
            return f"({whole}) NOT {days}"
        numbers = f" AND ({self.low}:{self.high}[uid])" if self.high else ""
        return f"({whole}) AND {days}{numbers}"

    def __str__(self) -> str:
        if self.kind == "whole":
            return "all"
        days = f"created {self.since} to {self.until}"
        if self.kind == "rest":
            return f"not {days}"
        return f"{days}, PMID {self.low} to {self.high}" if self.high else days

    def as_list(self) -> list[object]:
        """The slice as JSON values, for a cursor."""
        return [self.kind, self.since.isoformat(), self.until.isoformat(), self.low, self.high]

    @classmethod
    def from_list(cls, values: Sequence[object]) -> Slice:
        """The inverse of `as_list`. Raises ValueError or TypeError."""
        kind, since, until, low, high = values
        if kind not in ("whole", "part", "rest"):
            raise ValueError(f"unknown slice {kind!r}")
        return cls(
            str(kind), date.fromisoformat(str(since)), date.fromisoformat(str(until)), int(str(low)), int(str(high))
        )


def bounds(search: Search) -> Slice:
    """The days in which the records of `search` can have been created: its window, where that is by entry."""
    window = search.window
    if window is None or window.by is not DateField.ENTERED:
        return Slice("part")
    return Slice("part", window.since or FIRST_DAY, window.until or LAST_DAY)


def split(part: Slice, count: int, ids: Sequence[str]) -> list[Slice]:
    """`part`, which finds `count` records of which `ids` are some, as slices that together are the same.

    Raises ValueError when it cannot be cut further.
    """
    if part.since < part.until:
        return [Slice("part", *days) for days in _by_days(part, count)]
    low, high = (part.low, part.high) if part.high else (0, LAST_PMID)
    inside = sorted({int(each) for each in ids if each.isdecimal() and low <= int(each) < high})
    cut = inside[len(inside) // 2] if inside else (low + high) // 2
    if low >= high or not low <= cut < high:
        raise ValueError("a slice of one PMID cannot be cut")
    return [Slice("part", part.since, part.until, low, cut), Slice("part", part.since, part.until, cut + 1, high)]


def _by_days(part: Slice, count: int) -> list[tuple[date, date]]:
    days = (part.until - part.since).days + 1
    pieces = min(days, max(2, -(-count // AIM)))
    first, last = _weight(part.since), _weight(part.until + timedelta(days=1) if part.until < LAST_DAY else part.until)
    cuts: list[date] = []
    for number in range(1, pieces):
        cut = _unweight(first + (last - first) * number / pieces)
        floor = (cuts[-1] if cuts else part.since) + timedelta(days=1)
        cuts.append(min(max(cut, floor), part.until - timedelta(days=pieces - 1 - number)))
    starts = [part.since, *cuts]
    ends = [cut - timedelta(days=1) for cut in cuts] + [part.until]
    return list(zip(starts, ends, strict=True))


def _weight(day: date) -> float:
    moment = day.year + (day.timetuple().tm_yday - 1) / 366 - 1
    for (year, before), (until, after) in pairwise(_GROWTH):
        if moment <= until:
            return before + (after - before) * max(0.0, moment - year) / (until - year)
    return _GROWTH[-1][1]


def _unweight(weight: float) -> date:
    place = min(max(1, bisect_left([each for _, each in _GROWTH], weight)), len(_GROWTH) - 1)
    (year, before), (until, after) = _GROWTH[place - 1], _GROWTH[place]
    moment = year + (until - year) * (weight - before) / (after - before) + 1
    return date(int(moment), 1, 1) + timedelta(days=int((moment - int(moment)) * 365))


def _day(day: date) -> str:
    return f"{day.year:04d}/{day.month:02d}/{day.day:02d}"


def too_many(count: int) -> bool:
    """Whether PubMed would not list so many."""
    return count > REACH
