"""RIS as EndNote, Zotero and the screening tools take it: UTF-8 without a byte order mark, CRLF, one author a line.

No wrapping and no counters. A line end inside a value becomes a space, so no value can look like a tag line.
What RIS has no tag for is listed in docs/files.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from harvester.formats import normal
from harvester.formats.ris_tags import DATABASES, KINDS, PARTS, SOURCES, TYPES
from harvester.record import Author, Record, Relation

# All that any reader may take for the end of a line, and control characters that no reader wants.
_BREAKS = re.compile(r"\s*[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufeff]+\s*")
_CONTROLS = bytes((*range(32), 127))
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"[A-Z][A-Z0-9]\Z")
_TYPE = re.compile(r"[A-Z]{2,8}\Z")


class Writer:
    """Writes records as RIS. `label` goes to LB and, since Zotero drops LB, to KW.

    `collective_comma` ends the name of a group with a comma, without which EndNote takes it for a person.
    """

    def __init__(self, out: IO[bytes], *, label: str = "", collective_comma: bool = False) -> None:
        self._out = out
        self._label = label
        self._comma = collective_comma
        self._between = b""

    def add(self, record: Record) -> None:
        """Write one record, a blank line before it if it is not the first."""
        lines = _lines(record, self._label, comma=self._comma)
        self._out.write(self._between + "\r\n".join(lines).encode("utf-8") + b"\r\nER  - \r\n")
        self._between = b"\r\n"

    def end(self) -> None:
        """Nothing closes a RIS file."""


writer = Writer


def fold(value: str) -> str:
    """`value` in one line, without what cannot be written as UTF-8."""
    if not value.isprintable():
        value = _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", value))
    return value.strip()


def tagged(record: Record, label: str = "", *, collective_comma: bool = False) -> Iterator[tuple[str, str]]:
    """The record's (tag, value) pairs in the order of the file, TY first, without ER; no value is empty."""
    for line in _lines(record, label, comma=collective_comma):
        yield line[:2], line[6:]


def _lines(record: Record, label: str, *, comma: bool) -> list[str]:
    """The record's lines. Most hold nothing that would have to be folded, which is asked once for all of them."""
    lines = _told(record, label, comma=comma)
    text = "".join(lines)
    if (len(text.encode().translate(None, _CONTROLS)) == len(text)) if text.isascii() else text.isprintable():
        return lines if min(map(len, lines)) > 6 else [line for line in lines if len(line) > 6]
    folded = [line[:6] + fold(line[6:]) for line in lines]
    return [line for line in folded if len(line) > 6]


def _told(  # noqa: PLR0912, PLR0915 - a list of tags, in order
    record: Record, label: str, *, comma: bool
) -> list[str]:
    kept: dict[str, list[str]] = record.extra.get("ris", {})
    lines = [f"TY  - {_type(record, kept)}"]
    say = lines.append

    def tell(tag: str, value: str) -> None:
        if value:
            say(f"{tag}  - {value.strip()}")

    tell("TI", record.title)
    tell("TT", record.vernacular_title)
    lines += [f"AU  - {_name(author, comma=comma).strip()}" for author in record.authors]
    lines += [f"ED  - {_name(editor, comma=comma).strip()}" for editor in record.editors]
    date = record.published
    if date.year:
        say(f"PY  - {date.year:04d}")
    if date.month or date.text:
        tell("DA", normal.slashed(date))
    if record.kind in PARTS:
        tell("T2", record.book_title)
        tell("JF", record.journal)
    else:
        tell("T2", record.journal)
        tell("BT", record.book_title)
    tell("J2", record.journal_abbreviation)
    tell("VL", record.volume)
    tell("IS", record.issue)
    if record.pages:
        start, end = normal.split_pages(record.pages)
        tell("SP", start)
        tell("EP", end)
    for value in (*record.issns, *record.identifiers.get("isbn", ())):
        tell("SN", value)
    for value in record.identifiers.get("doi", ()):
        tell("DO", value)
    for tag, value in _numbers(record, kept):
        tell(tag, value)
    tell("UR", record.url)
    tell("AB", record.abstract_text)
    lines += [f"KW  - {value.strip()}" for value in record.keywords]
    for heading in record.headings:
        tell("KW", "/".join((heading.name, *heading.subheadings)))
    tell("KW", label)
    for value in record.languages:
        tell("LA", value)
    tell("PB", record.publisher)
    tell("CY", record.place)
    for value in record.publication_types:
        tell("M3", value)
    database, platform = DATABASES.get(record.source, (record.source if record.source != "file" else "", ""))
    if "DB" not in kept:
        tell("DB", database)
    if "DP" not in kept:
        tell("DP", platform)
    tell("LB", label)
    for relation in record.relations:
        tell("N1", _relation(relation))
    for said in record.extra.get("related", ()):
        tell("N1", f"Related work, {said}")
    for tag, values in kept.items():
        if tag == "TY":
            continue
        for value in values:
            if _TAG.match(tag) and tag != "ER":
                tell(tag, str(value))
            else:
                tell("N1", f"{tag}: {value}")
    return lines


def _type(record: Record, kept: dict[str, list[str]]) -> str:
    for stated in kept.get("TY", ()):
        if _TYPE.match(stated) and KINDS.get(stated, "other") == record.kind:
            return stated
    return TYPES.get(record.kind, "GEN")


def _name(author: Author, *, comma: bool) -> str:
    if author.collective and comma and not author.collective.endswith(","):
        return author.collective + ","
    return author.name


def _numbers(record: Record, kept: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """AN (the PMID, else the source's own id), C2 (the PMCID, as EndNote has it), C8 (who gave it), U5 (the rest)."""
    members = record.extra.get("members") or []
    accession = record.pmid or ("" if record.source_id.startswith("sha:") else record.source_id)
    yield "AN", accession
    for value in record.identifiers.get("pmcid", ()):
        yield "C2", value
    said = kept.get("DB") or [DATABASES.get(record.source, ("",))[0]]
    known = next((SOURCES[name.lower()] for name in said if name.lower() in SOURCES), "file") == record.source
    if members:
        yield "C8", "; ".join(members)
    elif not (known and accession == record.source_id) and not record.source_id.startswith("sha:"):
        yield "C8", f"{record.source}:{record.source_id}"
    for scheme, values in record.identifiers.items():
        skip = 1 if scheme == "pmid" and record.source == "pubmed" and accession == record.source_id else 0
        for value in values[skip:]:
            if scheme not in ("doi", "isbn", "pmcid"):
                yield "U5", f"{scheme}:{value}"


def _relation(relation: Relation) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", relation.kind).capitalize()
    numbers = [f"PMID {relation.pmid}"] if relation.pmid else []
    numbers += [f"doi {relation.doi}"] if relation.doi else []
    said = "; ".join(part for part in (relation.citation, *numbers) if part)
    return f"{words}: {said}" if said else words
