"""Ovid's tagged export, of all its databases: `<12. >`, then `VN  - Ovid Technologies` and two letters a value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats import build, ovid
from harvester.formats.base import Reading
from harvester.formats.ris_tags import SOURCES
from harvester.record import Record

_START = re.compile(r"\n[ \t\ufeff]*VN {1,2}- ?Ovid")
_COUNTER = re.compile(r"\s*<\s*\d+\s*\.?\s*>\s*\Z")
_LINE = re.compile(r"[ \t\ufeff]*([A-Z][A-Z0-9]{1,4}) {1,2}- ?(.*)\Z")
_KINDS = {
    "book": "book", "authored book": "book", "edited book": "book", "book chapter": "chapter", "chapter": "chapter",
    "dissertation": "thesis", "dissertation abstract": "thesis", "journal article": "article",
    "technical report": "report", "conference paper": "conference", "patent": "other",
}  # fmt: skip
TAGS = {
    "TI": "title", "TT": "vernacular", "JN": "journal", "JT": "journal", "JA": "abbreviation", "TA": "abbreviation",
    "BT": "book", "VO": "volume", "VI": "volume", "IP": "issue", "PG": "pages", "PB": "publisher", "PL": "place",
    "CY": "place", "YR": "year", "DP": "date", "IS": "serial", "IB": "serial", "IT": "serial", "LG": "language",
    "AB": "abstract", "AN": "id", "DI": "doi", "DO": "doi", "PM": "pmid", "PT": "types", "DT": "types",
}  # fmt: skip
_WORDS = frozenset({"KW", "MH", "DE", "ID", "SH"})


def sniff(head: str) -> bool:
    """Whether a record of Ovid's begins among the first lines."""
    return bool(_START.search("\n" + head[:5000]))


def count(reading: Reading) -> int:
    """How many VN lines there are."""
    return sum(len(_START.findall("\n" + block)) for block in reading.file.blocks())


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    for start, fields in _entries(reading):
        yield _record(start, fields, reading, seen)


def _entries(reading: Reading) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    current: list[tuple[str, str]] = []
    start = number = 0
    for block in reading.file.blocks():
        for line in block.removesuffix("\n").split("\n"):
            number += 1
            found = _LINE.match(line)
            if not line.strip() or _COUNTER.match(line):
                continue
            if found and found[1] == "VN":
                if current:
                    yield start, current
                start, current = number, [("VN", found[2].strip())]
            elif found and current:
                current.append((found[1], found[2].strip()))
            elif current:
                tag, value = current[-1]
                current[-1] = (tag, f"{value} {line.strip()}".strip())
            else:
                reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
    if current:
        yield start, current


def _record(  # noqa: PLR0912 - one tag after the other
    start: int, fields: list[tuple[str, str]], reading: Reading, seen: set[str]
) -> Record:
    parts = build.Parts(start)
    full = any(tag in ("FA", "FAU") for tag, _ in fields)
    database = ""
    zoological = ("DB", "Zoological Record") in fields
    for tag, value in fields:
        if tag in ("PT", "DT") and value.lower() in _KINDS:
            parts.kind = _KINDS[value.lower()]
    for tag, value in fields:
        if tag == "DB":
            database = value
            parts.add("", value, tag)
        elif tag in ("FA", "FAU") or (tag == "AU" and not full):
            for name in re.sub(r"\[[^\]]*\]", "", value).split(";"):
                parts.add("authors", ovid.bare_name(name), tag)
        elif tag in ("ED", "FED"):
            for name in value.split(";"):
                parts.add("editors", ovid.bare_name(name), tag)
        elif tag in _WORDS:
            for word in re.split(r";\s*|\s+,\s+", value):
                parts.add("keywords", word.lstrip("*").rstrip("."), tag)
        elif tag in ("DI", "DO") and "10." not in value:
            parts.add("", value, tag)
        elif tag == "UI":
            parts.add("pmid" if value.isdigit() else "id", value, tag)
        elif tag == "PU":
            publisher, _, place = value.partition(";")
            parts.add("publisher", publisher)
            parts.add("place", place)
        elif tag == "PB" and zoological:
            publisher, _, place = value.rpartition(", ")
            parts.add("publisher", publisher or place)
            parts.add("place", place if publisher else "")
        elif tag == "BT" and zoological:
            parts.add("", value, tag)
            ovid.take_book(parts, value, next((said for name, said in fields if name == "PB"), ""))
        elif tag == "TI":
            parts.add("title", re.sub(r"[.\s]*\[(?:Article|Report|Miscellaneous|References)\][.\s]*\Z", "", value))
        elif tag != "VN":
            parts.add(TAGS.get(tag, ""), value, tag)
    for tag, value in fields:
        if tag == "SO":
            parts.add("", value, tag)
            ovid.take_source(parts, value)
    return build.record(parts, reading, seen, kept="ovid", source=_source(database))


def _source(database: str) -> str:
    name = re.sub(r"\s*<.*>|\s*\(.*\)", "", database).strip().lower()
    return SOURCES.get(name, "")
