"""Web of Science's tagged form (.ciw, .txt): two letters, a blank, the value; lines that go on begin with three blanks.

Tags: https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats import build
from harvester.formats.base import Reading
from harvester.record import Record

_START = re.compile(r"\n[\ufeff]?PT(?: |\n)")
_HEAD = re.compile(r"\A[\ufeff\s]*(?:FN (?:Clarivate|Thomson|ISI|Web of)|VR 1\.0\s|PT [A-Z]\s)", re.IGNORECASE)
_LINE = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?\Z")
_KINDS = {"j": "article", "b": "book", "s": "chapter", "p": "other", "c": "conference", "journal": "article"}
TAGS = {
    "TI": "title", "AU": "authors", "CA": "groups", "BE": "editors", "SO": "journal", "JI": "abbreviation",
    "PU": "publisher", "PI": "place", "VL": "volume", "IS": "issue", "BP": "start", "BR": "start", "EP": "end",
    "AR": "pages", "PS": "pages", "PY": "year", "PD": "date", "EA": "online", "AB": "abstract", "LA": "language",
    "DT": "types", "DE": "keywords", "ID": "keywords", "DI": "doi", "D2": "doi", "PM": "pmid", "SN": "serial",
    "EI": "serial", "BN": "serial", "UT": "id",
}  # fmt: skip
_A_LINE_EACH = frozenset({"AU", "AF", "CR", "CA", "BE"})


def sniff(head: str) -> bool:
    """Whether the text begins as Web of Science's exports do."""
    return bool(_HEAD.match(head)) and bool(_START.search("\n" + head))


def count(reading: Reading) -> int:
    """How many PT lines there are."""
    return sum(len(_START.findall("\n" + block)) for block in reading.file.blocks())


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    for start, fields in _entries(reading):
        yield _record(start, fields, reading, seen)


def _entries(reading: Reading) -> Iterator[tuple[int, list[tuple[str, list[str]]]]]:
    current: list[tuple[str, list[str]]] | None = None
    start = number = 0
    for block in reading.file.blocks():
        for line in block.removesuffix("\n").split("\n"):
            number += 1
            found = _LINE.match(line.lstrip("\ufeff"))
            tag = found[1] if found else ""
            if tag == "PT":
                if current is not None:
                    reading.warn(start, f"the record has no ER; it ends where the next begins, in line {number}")
                    yield start, current
                start, current = number, [("PT", [(found[2] if found else "") or ""])]
            elif tag == "ER":
                if current is not None:
                    yield start, current
                current = None
            elif tag in ("FN", "VR", "EF") and current is None:
                continue
            elif line.strip() and current is None:
                reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
            elif current is not None and tag and not line.startswith("   "):
                current.append((tag, [(found[2] if found else "") or ""]))
            elif current is not None and line.strip():
                current[-1][1].append(line.strip())
    if current is not None:
        reading.warn(start, "the last record has no ER: the file may have been cut short")
        yield start, current


def _record(  # noqa: PLR0912 - one tag after the other
    start: int, fields: list[tuple[str, list[str]]], reading: Reading, seen: set[str]
) -> Record:
    parts = build.Parts(start)
    full_names = [value for tag, lines in fields if tag == "AF" for value in lines]
    for tag, lines in fields:
        if tag == "PT":
            parts.kind = _KINDS.get(lines[0].strip().lower(), "other")
            parts.add("", lines[0] if lines[0].strip() not in ("J", "B", "S", "P", "C") else "", "PT")
        elif tag == "AF":
            continue
        elif tag == "AU" and full_names:
            for value in lines:
                parts.add("", value, "AU")
        elif tag in ("AU", "BE", "CA"):
            for value in build.split(lines):
                parts.add(TAGS[tag], value, tag)
        elif tag in ("DE", "ID"):
            for value in build.split([" ".join(lines)]):
                parts.add("keywords", value, tag)
        elif tag in _A_LINE_EACH:
            for value in lines:
                parts.add(TAGS.get(tag, ""), value, tag)
        elif tag == "DT":
            for value in build.split([" ".join(lines)]):
                parts.add("types" if value != "-" else "", value, tag)
        else:
            parts.add(TAGS.get(tag, ""), " ".join(line.strip() for line in lines), tag)
    for value in full_names:
        parts.add("authors", value, "AF")
    if parts.kind in ("book", "chapter") and "SE" in parts.other and parts.kind == "chapter":
        parts.add("book", " ".join(parts.values.pop("journal", [])))
    made = build.record(parts, reading, seen, kept="wos", source="web-of-science")
    made.source_id = made.source_id.removeprefix("WOS:") if made.source_id.startswith("WOS:WOS:") else made.source_id
    return made
