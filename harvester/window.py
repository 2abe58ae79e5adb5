"""Dates as reviews use them: days, months and years as given, and windows between two days, both included."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from harvester.errors import UsageError

_PARTIAL = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?\Z")


class DateField(StrEnum):
    """Which date of a record a window is about."""

    PUBLISHED = "published"
    ENTERED = "entered"
    MODIFIED = "modified"


def first_day(text: str) -> date:
    """The first day that `text` (YYYY, YYYY-MM or YYYY-MM-DD) covers. Raises UsageError."""
    year, month, day = _parts(text)
    return _date(text, year, 1 if month is None else month, 1 if day is None else day)


def last_day(text: str) -> date:
    """The last day that `text` (YYYY, YYYY-MM or YYYY-MM-DD) covers. Raises UsageError."""
    year, month, day = _parts(text)
    month = 12 if month is None else month
    if day is None:
        if not 1 <= month <= 12:
            raise _wrong(text)
        day = calendar.monthrange(year, month)[1]
    return _date(text, year, month, day)


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = _PARTIAL.match(text.strip())
    if found is None:
        raise _wrong(text)
    year, month, day = found.groups()
    return int(year), int(month) if month else None, int(day) if day else None


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _wrong(text) from None


def _wrong(text: str) -> UsageError:
    return UsageError(f"{text!r} is not a date", hint="Write a day, a month or a year: 2022-08-01, 2022-08 or 2022.")


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `since` to `until`, both included, of one date field. None is an open end."""

    by: DateField
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise UsageError(
                f"the window from {self.since} to {self.until} ends before it begins",
                hint="Swap --since and --until.",
            )

    def with_overlap(self, days: int) -> Window:
        """The same window begun `days` days earlier, for records that a source indexes late."""
        since = self.since - timedelta(days=days) if self.since else None
        return Window(self.by, since, self.until)

    def __str__(self) -> str:
        if not (self.since or self.until):
            return "all dates"
        return f"{self.by} {self.since or '...'} to {self.until or '...'}"
