"""Values as exporters write them, in the one form the program keeps: dates, pages, ISSN and ISBN, names."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester import identifiers
from harvester.formats.ris_tags import PARTS
from harvester.record import Author, PartialDate, Record

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
    for name in (names,)
}
_SLASHED = re.compile(r"(\d{4})?\s*/\s*(\d{1,2})?\s*(?:/\s*(\d{1,2})?\s*(?:/(.*))?)?\Z", re.DOTALL)
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:T[\d:.]+Z?)?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_YEAR_MONTH = re.compile(r"(\d{4})[\s,.-]+([A-Za-z]{3})[a-z]*\.?(?:\s+(\d{1,2}))?\Z")
_MONTH_YEAR = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3})[a-z]*\.?(?:\s+(\d{1,2}))?,?\s+(\d{4})\Z")
_ANY_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_LONG_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _made(year: str | int | None, month: str | int | None, day: str | int | None, text: str, whole: str) -> PartialDate:
    y, m, d = int(year or 0), int(month or 0), int(day or 0)
    if not 1 <= y <= 9999:
        return PartialDate(text=text or whole) if (text or whole).strip("/ ") else PartialDate()
    if not 1 <= m <= 12:
        return PartialDate(y, text=text or (whole if m else ""))
    if not 1 <= d <= _LONG_DAYS[m]:
        return PartialDate(y, m, text=text or (whole if d else ""))
    return PartialDate(y, m, d, text)


@lru_cache(maxsize=4096)
def date(value: str) -> PartialDate:  # noqa: PLR0911 - one form after the other
    """`2012/7/31/Summer`, `2012-07-31`, `20120731`, `2012 Jul 31`, `31 July 2012`, `2012`: as precisely as it is said.

    What is not understood stays in `text`; an impossible month or day (`2001/00/00`) is no month or day.
    """
    value = value.strip()
    if len(value) == 4 and value.isdigit() and value.isascii():
        return PartialDate(int(value)) if value != "0000" else PartialDate()
    if "/" in value and (found := _SLASHED.match(value)):
        year, month, day, text = found.groups()
        return _made(year, month, day, (text or "").strip(), value)
    if (found := _ISO.match(value)) or (found := _COMPACT.match(value)):
        return _made(found[1], found[2], found[3], "", value)
    if (found := _YEAR_MONTH.match(value)) and found[2].lower() in _MONTHS:
        return _made(found[1], _MONTHS[found[2].lower()], found[3], "", value)
    if (found := _MONTH_YEAR.match(value)) and found[2].lower() in _MONTHS:
        return _made(found[4], _MONTHS[found[2].lower()], found[1] or found[3], "", value)
    if found := _ANY_YEAR.search(value):
        return PartialDate(int(found[1]), text=value)
    return PartialDate(text=value) if value else PartialDate()


def slashed(value: PartialDate) -> str:
    """The RIS form `YYYY/MM/DD/other`; "" when there is nothing to say."""
    if not (value.year or value.text):
        return ""
    year = f"{value.year:04d}" if value.year else ""
    month = f"{value.month:02d}" if value.month else ""
    day = f"{value.day:02d}" if value.month and value.day else ""
    return f"{year}/{month}/{day}/{value.text}"


_RANGE = re.compile(r"([^\s,;–-]+)\s*[-–]\s*([^\s,;–-]+)\Z")


def join_pages(start: str, end: str) -> str:
    """`77` and `84` as `77-84`; a start that is a range already keeps it."""
    if not end or end == start or (_RANGE.match(start) and start.endswith(end)):
        return start
    if _RANGE.match(start):
        return start
    return f"{start}-{end}" if start else end


def split_pages(pages: str) -> tuple[str, str]:
    """`77-84` as `77` and `84`, `1499-505` as `1499` and `1505`; anything that is not one plain range is all start."""
    found = _RANGE.match(pages) if "-" in pages or "–" in pages else None
    return (found[1], _whole_end(found[1], found[2])) if found and found[1] != found[2] else (pages, "")


_FIRST_PAGE = re.compile(r"([A-Za-z]*)(\d+)\Z")
_LAST_PAGE = re.compile(r"(\d+)(\.e\d+)?\Z")


def _whole_end(start: str, end: str) -> str:
    """The last page in full where MEDLINE leaves out what it shares with the first: `1499-505`, `S12-5`, `115-20.e1`.

    Only when the result comes after the first page; all else stays as it is.
    https://www.nlm.nih.gov/bsd/mms/medlineelements.html#pg
    """
    first, last = _FIRST_PAGE.match(start), _LAST_PAGE.match(end)
    if not first or not last or len(last[1]) > len(first[2]):
        return end
    digits = first[2][: len(first[2]) - len(last[1])] + last[1]
    return f"{first[1]}{digits}{last[2] or ''}" if int(digits) > int(first[2]) else end


_ISBN_DIGITS = re.compile(r"[\d][\d -]{8,16}[\dXx]")
_ISSN_PART = re.compile(r"(?<![\dXx-])\d{4}-?\d{3}[\dXx](?![\dXx-])")


def isbn(text: str) -> str:
    """`text` as a bare ISBN of 10 or 13 characters, or "" when it is none (check digit included)."""
    bare = text.replace("-", "").replace(" ", "").upper()
    if len(bare) == 13 and bare.isdigit() and bare[:3] in ("978", "979"):
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(bare))
        return bare if total % 10 == 0 else ""
    if len(bare) == 10 and bare[:9].isdigit() and (bare[9].isdigit() or bare[9] == "X"):
        total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(bare))
        return bare if total % 11 == 0 else ""
    return ""


@lru_cache(maxsize=4096)
def serials(text: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The ISSNs and the ISBNs in `1999-7779(Electronic),0028-0836 (Print)`, `03064530 (ISSN)` or `978-...`.

    The last value tells whether there are digits in it that belong to neither.
    """
    if not text:
        return (), (), False
    if one := identifiers.issn(text):
        return (one,), (), False
    numbers = _ISBN_DIGITS.findall(text)
    books = tuple(value for part in numbers if (value := isbn(part)))
    if books:
        return (), books, len(books) < len(numbers)
    numbers = _ISSN_PART.findall(text)
    found = tuple(value for part in numbers if (value := identifiers.issn(part)))
    return found, (), not found or len(found) < len(numbers)


_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|V|2nd|3rd|4th)\.?\Z", re.IGNORECASE)
_ALONE = frozenset({"Jr", "Jr.", "Sr", "Sr.", "jr", "jr.", "sr", "sr.", "JR", "SR"})  # a suffix without a given name
_BODIES = {"UK", "US", "USA", "EU", "UN", "NHS", "WHO", "NICE", "UAE"}  # "Age UK" is not a person called U. K. Age
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,4}\Z")


@lru_cache(maxsize=8192)  # in one search's records the same people come again and again
def name(text: str) -> Author:  # noqa: PLR0911 - one form after the other
    """One name of an author. `Family, Given[, Suffix]`, `Family AB`, or as printed where it cannot be told.

    A name without a comma whose last word is not initials is kept whole, as a collective: to guess which word is
    the family name would change what the file says. A trailing comma (EndNote) marks a collective.
    """
    if "," in text:
        family, _, rest = text.partition(",")
        family, rest = family.strip(), rest.strip()
        if family and rest and "," not in rest and rest not in _ALONE:
            return Author(family, rest)
        if not rest:
            return Author(collective=family) if " " in family else Author(family=family)
        if not family:
            return Author(collective=rest)
        if rest in _ALONE:
            return _person(family, "", rest)
        given, comma, suffix = rest.rpartition(",")
        if comma and _SUFFIX.match(suffix.strip()):
            return _person(family, given.strip(), suffix.strip())
        first, comma, given = rest.partition(",")
        if comma and _SUFFIX.match(first.strip()):
            return _person(family, given.strip(), first.strip())
        return _person(family, rest)
    text = text.strip()
    words = text.split()
    if len(words) < 2:
        return Author(family=text)
    last = words[-1]
    if len(last) <= 4 and last.isupper() and _INITIALS.match(last) and not words[0].isupper() and last not in _BODIES:
        cut = len(words) - 1
        while cut > 1 and len(words[cut - 1]) == 1 and words[cut - 1].isupper():
            cut -= 1
        return Author(family=" ".join(words[:cut]), initials=" ".join(words[cut:]))
    return Author(collective=text)


def _person(family: str, given: str, suffix: str = "") -> Author:
    return Author(family=family, given=given, suffix=suffix)


_PARTICLES = frozenset(
    "af al av bin da das de del della den der des di do dos du el ibn la le st ten ter van vom von y zu zum zur".split()  # noqa: SIM905
)
_GROUP = re.compile(
    r"\b(?:academy|agency|alliance|association|authority|board|centre|center|charity|collaborat\w+|college|commission|"
    r"committee|consortium|council|department|foundation|group|health|hospital|initiative|institut\w+|limited|ltd|"
    r"ministry|network|nhs|office|organi[sz]ation|partnership|programme|project|research|school|service\w*|society|team|"
    r"trust|unit|university|working)\b",
    re.IGNORECASE,
)


def person(text: str) -> Author:
    """A name in a place where people's names stand in the order of speech: `Anna van Dijk`, and also `Dijk, Anna van`.

    The family name is the last word and the particles before it. A name that holds the word of a group
    ("Network", "NHS") is one.
    """
    found = name(text)
    words = found.collective.split()
    if len(words) < 2 or _GROUP.search(text) or len(words) > 6:
        return found
    suffix = words.pop() if words[-1].rstrip(".").lower() in ("jr", "sr") and len(words) > 2 else ""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].lower() in _PARTICLES:
        cut -= 1
    return Author(family=" ".join(words[cut:]), given=" ".join(words[:cut]), suffix=suffix)


def containers(record: Record) -> tuple[str, str]:
    """What a work stands in, and what it names besides: of a part, or without a journal, the book comes first."""
    if record.kind in PARTS or not record.journal:
        return record.book_title, record.journal
    return record.journal, record.book_title
