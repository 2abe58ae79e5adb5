"""RefWorks' tagged form: `RT Journal Article`, two letters, a blank, the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats import build
from harvester.formats.base import Reading
from harvester.formats.ris_tags import PARTS
from harvester.kinds import kind_of
from harvester.record import Record

_START = re.compile(r"\n[\ufeff]?RT [A-Z]")
_LINE = re.compile(r"[\ufeff]?([A-Z][A-Z0-9])(?: (.*))?\Z")
TAGS = {
    "A1": "authors", "T1": "title", "JF": "journal", "JO": "abbreviation", "YR": "year", "FD": "date", "VO": "volume",
    "IS": "issue", "SP": "start", "OP": "end", "K1": "keywords", "AB": "abstract", "PB": "publisher", "PP": "place",
    "SN": "serial", "LA": "language", "AN": "id", "DO": "doi", "UL": "url", "LK": "url", "OT": "vernacular",
}  # fmt: skip


def sniff(head: str) -> bool:
    """Whether an RT line stands among the first lines and two-letter tags follow."""
    found = _START.search("\n" + head[:8000])
    return bool(found) and bool(re.search(r"\n(?:A1|T1|SR) ", head))


def count(reading: Reading) -> int:
    """How many RT lines there are."""
    return sum(len(_START.findall("\n" + block)) for block in reading.file.blocks())


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    for start, fields in _entries(reading):
        parts = build.Parts(start)
        for tag, value in fields:
            if tag == "RT":
                parts.kind = kind_of(value) or "other"
                parts.add("", value if parts.kind == "other" else "", tag)
            elif tag == "T2":
                parts.add("book" if parts.kind in PARTS else "journal", value, tag)
            elif tag == "A2":
                parts.add("editors" if parts.kind in PARTS else "", value, tag)
            elif tag == "DO" and "10." not in value:
                parts.add("", value, tag)
            else:
                parts.add(TAGS.get(tag, ""), value, tag)
        yield build.record(parts, reading, seen, kept="refworks")


def _entries(reading: Reading) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each record's line and tags. What stands before the first RT is RefWorks' own legend."""
    current: list[tuple[str, str]] = []
    start = number = 0
    for block in reading.file.blocks():
        for line in block.removesuffix("\n").split("\n"):
            number += 1
            found = _LINE.match(line)
            if found and found[1] == "RT" and found[2]:
                if current:
                    yield start, current
                start, current = number, [("RT", found[2].strip())]
            elif not current or not line.strip():
                continue
            elif found:
                current.append((found[1], (found[2] or "").strip()))
            else:
                tag, value = current[-1]
                current[-1] = (tag, f"{value} {line.strip()}")
    if current:
        yield start, current
