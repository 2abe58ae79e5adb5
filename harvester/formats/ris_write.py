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
        lines = [f"{tag}  - {value}" for tag, value in tagged(record, self._label, collective_comma=self._comma)]
        lines.append("ER  - \r\n")
        self._out.write(self._between + "\r\n".join(lines).encode("utf-8"))
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
    kept: dict[str, list[str]] = record.extra.get("ris", {})
    for tag, value in _pairs(record, kept, label, collective_comma=collective_comma):
        if value and (value := fold(value)):
            yield tag, value


def _pairs(  # noqa: PLR0912 - a list of tags, in order
    record: Record, kept: dict[str, list[str]], label: str, *, collective_comma: bool
) -> Iterator[tuple[str, str]]:
    yield "TY", _type(record, kept)
    yield "TI", record.title
    yield "TT", record.vernacular_title
    for author in record.authors:
        yield "AU", _name(author, comma=collective_comma)
    for editor in record.editors:
        yield "ED", _name(editor, comma=collective_comma)
    date = record.published
    if date.year:
        yield "PY", f"{date.year:04d}"
    if date.month or date.text:
        yield "DA", normal.slashed(date)
    yield "T2", record.book_title if record.kind in PARTS else record.journal
    if record.kind in PARTS:
        yield "JF", record.journal
    else:
        yield "BT", record.book_title
    yield "J2", record.journal_abbreviation
    yield "VL", record.volume
    yield "IS", record.issue
    start, end = normal.split_pages(record.pages)
    yield "SP", start
    yield "EP", end
    for value in (*record.issns, *record.identifiers.get("isbn", ())):
        yield "SN", value
    for value in record.identifiers.get("doi", ()):
        yield "DO", value
    yield from _numbers(record, kept)
    yield "UR", record.url
    yield "AB", record.abstract_text
    for value in record.keywords:
        yield "KW", value
    for heading in record.headings:
        yield "KW", "/".join((heading.name, *heading.subheadings))
    if label:
        yield "KW", label
    for value in record.languages:
        yield "LA", value
    yield "PB", record.publisher
    yield "CY", record.place
    for value in record.publication_types:
        yield "M3", value
    database, platform = DATABASES.get(record.source, (record.source if record.source != "file" else "", ""))
    if "DB" not in kept:
        yield "DB", database
    if "DP" not in kept:
        yield "DP", platform
    yield "LB", label
    for relation in record.relations:
        yield "N1", _relation(relation)
    for tag, values in kept.items():
        if tag == "TY":
            continue
        for value in values:
            if _TAG.match(tag) and tag != "ER":
                yield tag, str(value)
            else:
                yield "N1", f"{tag}: {value}"


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
