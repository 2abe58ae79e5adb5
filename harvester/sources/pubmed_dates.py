"""PubMed's dates, as precisely as they were printed and no more.

The shapes are those of NLM's description of PubDate and MedlineDate:
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html
"""

from __future__ import annotations

import re
from typing import Any

from harvester.record import PartialDate

NOTHING = PartialDate()

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "september", "sept"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_WORD = re.compile(r"[A-Za-z]+")
_PIECES = {"Year": 0, "Month": 1, "Day": 2, "Season": 3, "MedlineDate": 4, "Hour": 5, "Minute": 6, "Second": 7}


def month(text: str) -> int | None:
    """`text` ("Mar", "March", "03") as a month from 1 to 12, or None."""
    if text.isdecimal():
        number = int(text)
        return number if 1 <= number <= 12 else None
    return _MONTHS.get(text.lower())


def from_element(element: Any) -> PartialDate:
    """The date in an element of Year, Month, Day, Season or MedlineDate.

    What is not a date ("Winter", "2019 Nov-Dec") stays in `text`; a day that is out of range is left out there.
    """
    pieces = ["", "", "", "", "", "", "", ""]
    for child in element:
        place = _PIECES.get(child.tag)
        if place is not None:
            pieces[place] = (child.text or "").strip()
    year_text, month_text, day_text, season, printed = pieces[:5]
    if printed:
        return medline(printed)
    if not (year_text.isdecimal() and len(year_text) == 4):
        text = " ".join(part for part in (year_text, season, month_text, day_text) if part)
        return medline(text) if text else NOTHING
    year = int(year_text)
    month_number = month(month_text) if month_text else None
    day = int(day_text) if month_number and day_text.isdecimal() and 1 <= int(day_text) <= 31 else None
    said_all = (not month_text or month_number) and (not day_text or day) and not season
    text = "" if said_all else " ".join(part for part in (year_text, season, month_text, day_text) if part)
    return PartialDate(year, month_number, day, text)


def medline(text: str) -> PartialDate:
    """A MedlineDate ("1998 Dec-1999 Jan", "2019 Nov-Dec", "2000 Nov 15-30"): the first year, the month if only one."""
    years = _YEAR.findall(text)
    if not years:
        return PartialDate(text=text)
    months = {number for word in _WORD.findall(text) if (number := _MONTHS.get(word.lower()))}
    only = next(iter(months)) if len(months) == 1 and len(set(years)) == 1 else None
    return PartialDate(int(years[0]), only, None, text)
