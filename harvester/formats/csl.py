"""JSON lists of references: CSL-JSON (Zotero, citeproc) both ways, Publish or Perish's export to read.

https://docs.citationstyles.org/en/stable/specification.html (appendix IV: variables)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from harvester.errors import FormatError
from harvester.formats import build, normal
from harvester.formats.base import Reading
from harvester.formats.ris_tags import PARTS
from harvester.kinds import kind_of
from harvester.record import Author, Record

MOST_CHARACTERS = 1 << 29
_WRITTEN = {
    "article": "article-journal", "book": "book", "chapter": "chapter", "conference": "paper-conference",
    "report": "report", "thesis": "thesis", "web": "webpage", "other": "document",
}  # fmt: skip
FIELDS = {
    "title": "title", "abstract": "abstract", "publisher": "publisher", "publisher-place": "place",
    "volume": "volume", "issue": "issue", "page": "pages", "DOI": "doi", "PMID": "pmid", "PMCID": "pmcid",
    "ISSN": "serial", "ISBN": "serial", "URL": "url", "language": "language", "id": "id", "genre": "types",
    "container-title-short": "abbreviation", "journalAbbreviation": "abbreviation", "original-title": "vernacular",
    # Publish or Perish
    "uid": "id", "article_url": "url", "year": "year", "doi": "doi", "startpage": "start", "endpage": "end",
    "issn": "serial",
}  # fmt: skip


def sniff(head: str) -> bool:
    """Whether the text is a JSON list (or an object with `items`) whose first object has a title."""
    start = head.lstrip("\ufeff \n\t\r")
    return start.startswith(("[", '{"items"')) and bool(re.search(r'"title"\s*:', head))


def count(reading: Reading) -> int:
    """How many objects stand in the list: braces that open at its level, counted outside of strings."""
    depth = found = 0
    level = None
    in_string = escaped = False
    for block in reading.file.blocks():
        for piece in re.compile(r'\\.|["{}\[\]]', re.DOTALL).findall(block):
            if piece == '"':
                in_string = not in_string
            elif in_string or escaped or piece[0] == "\\":
                continue
            elif piece in "[{":
                if piece == "[" and level is None:
                    level = depth + 1
                elif piece == "{" and depth == level:
                    found += 1
                depth += 1
            else:
                depth -= 1
                if level is not None and depth < level:
                    return found
    return found


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    with reading.file.text() as stream:
        text = stream.read(MOST_CHARACTERS)
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise FormatError(
            f"is broken JSON: {error}", file=reading.file.label, line=line, hint="Export it again."
        ) from error
    listed = data.get("items", []) if isinstance(data, dict) else data
    seen: set[str] = set()
    for place, value in enumerate(listed, start=1):
        if not isinstance(value, dict):
            reading.reject(0, f"entry {place} is no object", str(value))
            continue
        yield _record(value, place, reading, seen)


def _record(value: dict[str, Any], place: int, reading: Reading, seen: set[str]) -> Record:
    poh = "article_url" in value or str(value.get("uid", "")).startswith("GS:")
    parts = build.Parts(0, "article" if poh else kind_of(str(value.get("type", ""))) or "other")
    if parts.kind == "other" and value.get("type"):
        parts.add("", str(value["type"]), "type")
    container = "book" if parts.kind in PARTS else "journal"
    people: dict[str, tuple[Author, ...]] = {}
    for name, content in value.items():
        if name == "type" or (poh and content == 0):
            continue
        if name in ("author", "editor", "authors"):
            people["editor" if name == "editor" else "author"] = tuple(_people(content))
        elif name == "issued":
            parts.add("date", _date(content))
        elif name in ("container-title", "source") and (name != "source" or poh):
            parts.add(container, str(content))
        elif name == "collection-title" and container == "book":
            parts.add("journal", str(content))
        elif name in ("keyword", "keywords") and isinstance(content, str):
            for keyword in re.split(r"[;,]\s*", content):
                parts.add("keywords", keyword)
        elif isinstance(content, str | int | float):
            meaning = FIELDS.get(name, "")
            pieces = re.split(r"[;,]\s*|\s+", str(content)) if meaning == "serial" else [str(content)]
            for piece in pieces:
                parts.add(meaning, piece, name)
        else:
            parts.add("", json.dumps(content, ensure_ascii=False), name)
    made = build.record(parts, reading, seen, kept="json", source="google-scholar" if poh else "")
    made.authors, made.editors = people.get("author", ()), people.get("editor", ())
    return made


def _people(content: Any) -> Iterator[Author]:
    for person in content if isinstance(content, list) else [content]:
        if isinstance(person, dict):
            if person.get("literal"):
                yield Author(collective=str(person["literal"]))
                continue
            particle = str(person.get("non-dropping-particle") or person.get("dropping-particle") or "")
            family = f"{particle} {person.get('family', '')}".strip()
            if family or person.get("given"):
                yield Author(family, str(person.get("given") or ""), suffix=str(person.get("suffix") or ""))
        elif isinstance(person, str) and person.strip() and not person.startswith("..."):
            yield normal.person(person)


def _date(content: Any) -> str:
    if isinstance(content, dict):
        parts = content.get("date-parts") or [[]]
        if parts and isinstance(parts[0], list) and parts[0]:
            return "/".join(str(part) for part in parts[0] if part is not None)
        return str(content.get("raw") or content.get("literal") or "")
    return str(content or "")


class Writer:
    """Writes records as CSL-JSON. `label` goes to `note`."""

    def __init__(self, out: IO[bytes], *, label: str = "") -> None:
        self._out = out
        self._label = label
        self._between = b"[\n"

    def add(self, record: Record) -> None:
        """Write one item."""
        when = [part for part in (record.published.year, record.published.month, record.published.day) if part]
        container, besides = normal.containers(record)
        item = {
            "id": f"{record.source}:{record.source_id}",
            "type": _WRITTEN.get(record.kind, "document"),
            "title": record.title,
            "author": [_person(author) for author in record.authors],
            "editor": [_person(author) for author in record.editors],
            "container-title": container,
            "collection-title": besides,
            "container-title-short": record.journal_abbreviation,
            "issued": {"date-parts": [when]} if when else None,
            "volume": record.volume,
            "issue": record.issue,
            "page": record.pages,
            "publisher": record.publisher,
            "publisher-place": record.place,
            "abstract": record.abstract_text,
            "language": ", ".join(record.languages),
            "keyword": "; ".join(record.keywords),
            "DOI": record.doi,
            "PMID": record.pmid,
            "PMCID": "; ".join(record.identifiers.get("pmcid", ())),
            "ISSN": "; ".join(record.issns),
            "ISBN": "; ".join(record.identifiers.get("isbn", ())),
            "URL": record.url,
            "source": record.source,
            "note": self._label,
        }
        text = json.dumps({name: value for name, value in item.items() if value}, ensure_ascii=False)
        self._out.write(self._between + text.encode("utf-8", "replace"))
        self._between = b",\n"

    def end(self) -> None:
        """Close the list."""
        self._out.write(b"[]\n" if self._between == b"[\n" else b"\n]\n")


writer = Writer


def _person(author: Author) -> dict[str, str]:
    if author.collective:
        return {"literal": author.collective}
    person = {"family": author.family, "given": author.given or author.initials, "suffix": author.suffix}
    return {name: value for name, value in person.items() if value}
