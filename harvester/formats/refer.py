"""Refer and EndNote's tagged import form (.enw): `%T title`, one tag a line, a blank line between records.

Tags: https://en.wikipedia.org/wiki/Refer_(software) and EndNote's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats import build
from harvester.formats.base import Reading
from harvester.formats.ris_tags import PARTS
from harvester.kinds import kind_of
from harvester.record import Record

_LINE = re.compile(r"[\ufeff]?%(\S)(?:[ \t](.*))?\Z", re.DOTALL)
_HEAD = re.compile(r"\A[\ufeff\s]*%[0A-Z@](?:[ \t]|\n|\Z)")
TAGS = {
    "T": "title", "A": "authors", "E": "editors", "J": "journal", "I": "publisher", "C": "place", "V": "volume",
    "N": "issue", "P": "pages", "D": "year", "8": "date", "X": "abstract", "G": "language", "9": "types",
    "K": "keywords", "R": "doi", "@": "serial", "U": "url", "M": "id", "Q": "vernacular",
}  # fmt: skip


def sniff(head: str) -> bool:
    """Whether the text begins with a Refer tag."""
    return bool(_HEAD.match(head))


def count(reading: Reading) -> int:
    """How many records: in each group of lines between blank ones its %0 lines, or one where it begins with a tag.

    Where the file has types, a group without one counts only when it begins with a title.
    """
    types = untyped = titled = 0
    opening, inside = "", 0
    for line in _lines(reading):
        if not line.strip():
            types += inside
            if opening and not inside:
                untyped += 1
                titled += opening == "%T"
            opening, inside = "", 0
        else:
            opening = opening or line.lstrip("\ufeff")[:2]
            inside += line.lstrip("\ufeff").startswith("%0")
            if not opening.startswith("%"):
                opening = ""
    types += inside
    if opening and not inside:
        untyped += 1
        titled += opening == "%T"
    return types + titled if types else untyped


def _lines(reading: Reading) -> Iterator[str]:
    for block in reading.file.blocks():
        yield from block.removesuffix("\n").split("\n")


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    by_type = any(line.lstrip("\ufeff").startswith("%0") for line in _lines(reading))
    for start, fields in _entries(reading, by_type=by_type):
        parts = build.Parts(start, "article" if by_type else "other")
        for tag, value in fields:
            if tag == "0":
                parts.kind = kind_of(value) or "other"
                if parts.kind == "other":
                    parts.add("", value, "0")
            elif tag == "B":
                parts.add("book" if parts.kind in PARTS else "journal", value, tag)
            elif tag == "R" and "10." not in value:
                parts.add("", value, tag)
            elif tag == "K":
                for keyword in re.split(r"[;\n]", value):
                    parts.add("keywords", keyword, tag)
            else:
                parts.add(TAGS.get(tag, ""), value, tag)
        yield build.record(parts, reading, seen, kept="refer")


def _entries(reading: Reading, *, by_type: bool) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each record's line number and tags."""
    current: list[tuple[str, str]] = []
    start = 0
    blank = True
    for number, line in enumerate(_lines(reading), start=1):
        found = _LINE.match(line)
        if not line.strip():
            blank = True
            continue
        if found:
            if current and _begins(found[1], current, blank=blank, by_type=by_type):
                yield start, current
                current = []
            if not current:
                start = number
            current.append((found[1], (found[2] or "").strip()))
        elif current:
            tag, value = current[-1]
            current[-1] = (tag, f"{value}\n{line.strip()}" if value else line.strip())
        else:
            reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
        blank = False
    if current:
        yield start, current


def _begins(tag: str, current: list[tuple[str, str]], *, blank: bool, by_type: bool) -> bool:
    """Whether a tag line begins the next record: where the file has types, %0 or (behind a blank line) %T does."""
    if not by_type:
        return blank
    before = {one for one, _ in current}
    return ("0" in before and (tag == "0" or (tag == "T" and blank))) or (blank and tag in "0T" and "T" in before)
