"""Dates as PubMed queries write them: 2017, 2017/01, 2017/01/31, and "last 5 years"."""

from __future__ import annotations

import calendar
import re
from datetime import date

_DATE = re.compile(r"([0-9]{4})(?:/([0-9]{1,2})(?:/([0-9]{1,2}))?)?\Z")
_LAST = re.compile(r"last ([0-9]{1,9}) (day|week|month|year)s?\Z")


def span(text: str) -> tuple[int, int] | None:
    """The first and last ordinal of a day, month or year; None for what is not a date."""
    found = _DATE.match(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            ordinal = date(year, month, day).toordinal()
            return ordinal, ordinal
        if month:
            end = calendar.monthrange(year, month)[1]
            return date(year, month, 1).toordinal(), date(year, month, end).toordinal()
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    except ValueError:
        return None


def relative(text: str, clock: int) -> tuple[int, int] | None:
    """`last 5 years` before the day `clock`, as ordinals; None for anything else."""
    found = _LAST.match(" ".join(text.casefold().split()))
    if found is None:
        return None
    count, unit = min(int(found.group(1)), 100_000), found.group(2)
    today = date.fromordinal(clock)
    if unit in ("day", "week"):
        return max(1, clock - count * (7 if unit == "week" else 1)), clock
    months = max(12, today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1))
    year, month = divmod(months, 12)
    day = min(today.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day).toordinal(), clock


def written(ordinal: int) -> str:
    """An ordinal as 2017/01/31."""
    return f"{date.fromordinal(ordinal):%Y/%m/%d}"
