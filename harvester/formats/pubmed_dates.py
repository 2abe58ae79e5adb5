"""PubMed's dates, as precisely as they were printed and no more.

The shapes are those of NLM's description of PubDate and MedlineDate:
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html
"""

from __future__ import annotations

import re
from functools import lru_cache
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
_DAYS = {text: f"{number:02d}" for number in range(1, 32) for text in (str(number), f"{number:02d}")}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_WORD = re.compile(r"[A-Za-z]+")
# As they are printed; `month` takes the rest.
_PRINTED = {
    text: number
    for number in range(1, 13)
    for text in (str(number), f"{number:02d}", "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * number - 3 : 3 * number])
}


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
    year_text = month_text = day_text = season = ""
    for child in element:
        tag = child.tag
        if tag == "Year":
            year_text = (child.text or "").strip()
        elif tag == "Month":
            month_text = (child.text or "").strip()
        elif tag == "Day":
            day_text = (child.text or "").strip()
            break  # hours and minutes may follow
        elif tag == "Season":
            season = (child.text or "").strip()
        elif tag == "MedlineDate":
            return medline((child.text or "").strip())
    return _made(year_text, month_text, day_text, season)


@lru_cache(maxsize=1 << 14)
def _made(year_text: str, month_text: str, day_text: str, season: str) -> PartialDate:
    """The date of these texts. The same days come again and again, so each is worked out once."""
    if not (year_text.isdecimal() and len(year_text) == 4):
        text = " ".join(part for part in (year_text, season, month_text, day_text) if part)
        return medline(text) if text else NOTHING
    year = int(year_text)
    month_number = _PRINTED.get(month_text) or (month(month_text) if month_text else None)
    day = int(day_text) if month_number and day_text.isdecimal() and 1 <= int(day_text) <= 31 else None
    if day and not season:
        return PartialDate(year, month_number, day)
    said_all = (not month_text or month_number) and (not day_text or day) and not season
    text = "" if said_all else " ".join(part for part in (year_text, season, month_text, day_text) if part)
    return PartialDate(year, month_number, day, text)


def day(element: Any) -> str:
    """The date in an element as ISO text, as precisely as it is known, or as it was printed."""
    year = month_text = day_text = ""
    for child in element:
        tag = child.tag
        if tag == "Year":
            year = child.text
        elif tag == "Month":
            month_text = child.text
        elif tag == "Day":
            day_text = child.text
            break
    iso = iso_day(year or "", month_text or "", day_text or "")
    if iso:
        return iso
    found = from_element(element)
    return found.iso or found.text


@lru_cache(maxsize=1 << 14)
def iso_day(year: str, month_text: str, day_text: str) -> str:
    """Year, month ("3", "03", "Mar") and day as ISO text, or "" when they are not a day."""
    number = _PRINTED.get(month_text)
    if number and day_text in _DAYS and len(year) == 4 and year.isdecimal():
        return f"{year}-{_DAYS[str(number)]}-{_DAYS[day_text]}"
    return ""


def known_day(year: str, month_text: str, day_text: str) -> PartialDate:
    """A day of which all three parts are known."""
    return _made(year, month_text, day_text, "")


def medline(text: str) -> PartialDate:
    """A MedlineDate ("1998 Dec-1999 Jan", "2019 Nov-Dec", "2000 Nov 15-30"): the first year, the month if only one."""
    years = _YEAR.findall(text)
    if not years:
        return PartialDate(text=text)
    months = {number for word in _WORD.findall(text) if (number := _MONTHS.get(word.lower()))}
    only = next(iter(months)) if len(months) == 1 and len(set(years)) == 1 else None
    return PartialDate(int(years[0]), only, None, text)
