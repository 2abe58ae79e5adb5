"""Small readings that many sources need: names, dates, markup, identifiers. Pure functions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from harvester import identifiers
from harvester.record import Author, PartialDate, Section

UNTITLED = "[No title]"
# A tag as markup has it; `a <b and c> d` is none.
_TAG = re.compile(r"""</?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*/?>|<!--.*?-->""")
_BREAK = re.compile(
    r"</?(?:p|div|li|br|title|h\d|sec|list)\b[^<>]{0,200}>|</?jats:(?:p|title|sec|list)\b[^<>]{0,200}>", re.I
)
_TITLE = re.compile(r"<(?:jats:)?(?:title|h[1-6])\b[^<>]{0,200}>(.*?)</(?:jats:)?(?:title|h[1-6])>", re.I | re.S)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?\Z")


def text(value: Any) -> str:
    """A value as one line of text: None is "", a list gives its first value, a number its digits."""
    if isinstance(value, list | tuple):
        value = next((each for each in value if each not in (None, "")), "")
    if value is None or isinstance(value, dict | bool):
        return ""
    return " ".join(str(value).split())


def texts(value: Any) -> tuple[str, ...]:
    """A value as a tuple of texts, empty ones and repetitions left out."""
    if value is None:
        return ()
    found = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(each for each in map(text, found) if each))


def listed(value: Any, name: str) -> list[Any]:
    """`value`, which has to be a list. Raises TypeError, naming the field: a page of another shape is no empty page."""
    if not isinstance(value, list):
        raise TypeError(f"{name} is no list")
    return value


def plain(value: Any) -> str:
    """A text without markup and entities (some sources escape them twice), in one line."""
    found = text(value)
    if "<" not in found and "&" not in found:
        return found
    for _ in range(2):
        found = html.unescape(_TAG.sub("", _BREAK.sub(" ", found)))
    return " ".join(found.split())


def title(value: Any) -> str:
    """A title, never empty."""
    return plain(value) or UNTITLED


def sections(value: Any) -> tuple[Section, ...]:
    """An abstract as labelled parts where its markup has headings, else as one part; () where there is none."""
    found = text(value)
    if not found:
        return ()
    found = html.unescape(found) if "&lt;" in found else found
    places = list(_TITLE.finditer(found))
    if not places:
        whole = plain(found)
        return (Section(whole),) if whole else ()
    parts = []
    before = plain(found[: places[0].start()])
    if before:
        parts.append(Section(before))
    for place, following in zip(places, [*places[1:], None], strict=True):
        label = plain(place.group(1)).rstrip(":")
        body = plain(found[place.end() : following.start() if following else len(found)])
        if body:
            parts.append(Section(body, "" if label.lower() in ("abstract", "") else label))
    return tuple(parts)


def day(value: Any) -> PartialDate:
    """`2021`, `2021-04`, `2021-04-01` (or with a time) as a date; what is none of these is kept as its text."""
    found = text(value)
    if not found:
        return PartialDate()
    match = _ISO.match(found)
    if match is None:
        year = re.search(r"\b(1[5-9]\d\d|20\d\d)\b", found)
        return PartialDate(int(year.group()) if year else None, text=found)
    return parts(*match.groups())


def parts(year: Any, month: Any = None, day_: Any = None) -> PartialDate:
    """A date from its parts; a month or day out of range is left out with all that is finer."""
    if not re.fullmatch(r"\d{3,4}", str(year if year is not None else "")) or not int(year):
        return PartialDate()
    month = int(month) if re.fullmatch(r"\d{1,2}", str(month or "")) and 1 <= int(month) <= 12 else None
    fine = month is not None and re.fullmatch(r"\d{1,2}", str(day_ or "")) and 1 <= int(day_) <= 31
    return PartialDate(int(year), month, int(day_) if fine else None)


def author(name: Any, *, orcid: Any = "", affiliation: Any = "") -> Author:
    """An author from one printed name: `Family, Given`, or `Given Family` (the last word is the family name)."""
    printed = plain(name)
    where = plain(affiliation)
    number = orcid_of(orcid)
    if "," in printed:
        family, _, given = printed.partition(",")
        return Author(family.strip(), given.strip(), orcid=number, affiliation=where)
    given, _, family = printed.rpartition(" ")
    return Author(family, given, orcid=number, affiliation=where)


def person(family: Any, given: Any = "", **more: str) -> Author:
    """An author whose names are apart."""
    return Author(plain(family), plain(given), **more)


def orcid_of(value: Any) -> str:
    """A bare ORCID, or ""."""
    found = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", text(value))
    return found.group() if found else ""


def known(**values: Any) -> dict[str, tuple[str, ...]]:
    """Identifiers in the one form in which they are compared: doi, pmid, pmcid by rule, the others as they stand."""
    rules = {"doi": identifiers.doi, "pmid": identifiers.pmid, "pmcid": identifiers.pmcid}
    found: dict[str, tuple[str, ...]] = {}
    for scheme, value in values.items():
        rule = rules.get(scheme, str)
        kept = tuple(dict.fromkeys(each for each in map(rule, texts(value)) if each))
        if kept:
            found[scheme] = kept
    return found


def issns(values: Any) -> tuple[str, ...]:
    """ISSNs with a good check digit, in the usual form."""
    return tuple(dict.fromkeys(each for each in map(identifiers.issn, texts(values)) if each))


def span(first: Any, last: Any) -> str:
    """`45-57`, or the one that is there."""
    begin, end = text(first), text(last)
    return f"{begin}-{end}" if begin and end and end != begin else begin or end


def kept(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What a source says beside the fields, empty values left out."""
    return {name: value for name, value in pairs if value not in (None, "", [], {}, ())}


#: What sources call kinds of publication, and the genre that the record has. Anything else is "other".
GENRES = {
    "journal-article": "article", "article": "article", "review": "article", "letter": "article",
    "editorial": "article",
    "preprint": "article", "posted-content": "article", "research": "article", "publication": "article",
    "journal article": "article", "art": "article", "undefined": "other",
    "book": "book", "monograph": "book", "edited-book": "book", "reference-book": "book", "ouv": "book",
    "book-chapter": "chapter", "book chapter": "chapter", "book-section": "chapter", "reference-entry": "chapter",
    "couv": "chapter", "part of book or chapter of book": "chapter", "book-part": "chapter",
    "dissertation": "thesis", "thesis": "thesis", "doctoral thesis": "thesis", "master thesis": "thesis",
    "bachelor thesis": "thesis", "these": "thesis", "mem": "thesis",
    "report": "report", "report-component": "report", "technical report": "report", "working paper": "report",
    "proceedings-article": "conference", "conference": "conference", "conference paper": "conference",
    "conference object": "conference", "comm": "conference", "conferencepaper": "conference",
    "web": "web", "webpage": "web",
}  # fmt: skip


def genre(value: Any, default: str = "other") -> str:
    """The genre that a source's own word for a kind of publication means."""
    said = text(value)
    return GENRES.get(said.lower(), default) if said else default
