"""Ovid's labelled citation form (.txt): `<12>`, a label at the line's beginning, its value below, indented.

Labels as Ovid's databases print them; they differ from one database to the next, so what is not known is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats import build
from harvester.formats.base import Reading
from harvester.record import Record

_START = re.compile(r"\n[\ufeff]?<\s*\d+\s*\.?\s*>[ \t]*(?=\n|\Z)")
_NUMBER = re.compile(r"[\ufeff]?<\s*\d+\s*\.?\s*>\s*\Z")
_LABEL = re.compile(r"[A-Z][A-Za-z0-9 /()&'-]{1,60}\s*\Z")
LABELS = {
    "title": "title", "original title": "vernacular", "abstract": "abstract", "language": "language",
    "publication type": "types", "document type": "types", "issn": "serial", "issn print": "serial",
    "issn electronic": "serial", "isbn": "serial", "digital object identifier": "doi", "doi": "doi",
    "doi number": "doi",
    "accession number": "id", "unique identifier": "id", "year of publication": "year", "publication year": "year",
    "date of publication": "date", "publisher": "publisher", "country of publication": "place", "volume": "volume",
    "issue": "issue", "pages": "pages", "journal title": "journal", "journal": "journal", "link": "url", "url": "url",
}  # fmt: skip
_PEOPLE = frozenset({"author", "authors", "author(s)", "authors full name", "authors full-name"})
_WORDS = frozenset(
    {"author keywords", "keywords", "key concepts", "index terms", "subject headings", "mesh subject headings"}
)
# `J Care. 28(2):103-106, April 2015.`; `Very Long Title. Vol 28(2) April 2015, 103-106.`;
# `Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.`; `J of Studies 12, Winter 2007: 7-14.`
_SOURCE = re.compile(
    r"(?P<journal>.+?)(?:[.,]\s+(?:Vol\.?\s*)?|\s+)(?P<volume>\d[\dA-Z]*)(?:\((?P<issue>[^)]+)\))?"
    r"(?:[:.]\s*(?P<pages>[A-Za-z]?\d[\w-]*)(?:,?\s*(?P<when>.*?))?"
    r"|,?\s+(?P<when2>[A-Za-z]*\.?\s*(?:\d{1,2},\s*)?\d{4})(?:[,:]\s*(?:pp\.\s*)?(?P<pages2>[A-Za-z]?\d[\w-]*))?)[.\s]*\Z"
)
# Journals@Ovid: `American Journal Of Industrial Medicine June 2015;58(6):688-696`
_DATED_SOURCE = re.compile(
    r"(?P<journal>.+?)\s+(?P<when>(?:[A-Z][a-z]+(?:[/-][A-Z][a-z]+)?\s+)?(?:\d{1,2},\s+)?\d{4});"
    r"(?P<volume>[\dA-Z]+)(?:\((?P<issue>[^)]+)\))?:(?P<pages>[\w-]+)"
)
_TYPED = re.compile(r"(.+?)\.?\[([A-Z][A-Za-z ]+)\]\Z")  # `Listening.[Review]`
# `Neenan, Michael [Ed]; Palmer, Stephen [Ed]. (2012). Coaching in practice. (pp. 11-31). xvii, 254 pp. New York: X`
_BOOK = re.compile(
    r"(?P<editors>[^(]*?)\((?P<year>\d{4})\)\.\s*(?P<title>.+?)(?:\.?\s*\(pp\. (?P<pages>[\d-]+)\)|\.(?=\s|\Z)|\Z)"
)
# BIOSIS: `Kamp, Roza Maria [Editor, Reprint Author], Calvete, Juan J. [Editor]. Methods in analysis.:371-397, 2004.`
_EDITED = re.compile(r"(?P<editors>(?:[^\[\]]+\[Ed(?:itor)?s?\b[^\]]*\])+)[,;]?\s*\.\s*(?P<rest>.+)", re.DOTALL)
_COLON_PAGES = re.compile(r"(?P<title>.+?)\.?:(?P<pages>\d[\w-]*)(?:,\s*(?P<year>\d{4}))?\.?(?=\s|\Z)")
_EDITOR = re.compile(r"\s*[,;]?\s*([^\[\]]+?)\s*\[Ed")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CHAPTER_PAGES = re.compile(r"Chapter pagination: (\d[\w-]*)")
_BOOK_DATE = re.compile(r"\.\s+(?:\[undated\]|(\d{4}))\b")


def sniff(head: str) -> bool:
    """Whether the text begins with a counter in angle brackets and labels follow."""
    lines = [line for line in head.split("\n") if line.strip()][:3]
    return len(lines) > 1 and bool(_NUMBER.match(lines[0])) and bool(_LABEL.match(lines[1]))


def count(reading: Reading) -> int:
    """How many counters there are."""
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
            if _NUMBER.match(line):
                if current is not None:
                    yield start, current
                start, current = number, []
            elif not line.strip():
                continue
            elif current is None:
                reading.reject(number, f"lies outside any record: {line.strip()[:60]!r}", line)
            elif not line[0].isspace() and _LABEL.match(line):
                current.append((line.strip(), []))
            elif current:
                current[-1][1].append(line.strip())
            else:
                reading.reject(number, f"stands before any label: {line.strip()[:60]!r}", line)
    if current is not None:
        yield start, current


def _record(start: int, fields: list[tuple[str, list[str]]], reading: Reading, seen: set[str]) -> Record:
    parts = build.Parts(start)
    labels = {label.lower(): " ".join(lines) for label, lines in fields}
    kind = labels.get("publication type", "").lower()
    parts.kind = "chapter" if "chapter title" in labels else "book" if "book" in kind else "article"
    parts.kind = "conference" if "conference" in kind else parts.kind
    for label, lines in fields:
        name, value = label.lower(), " ".join(lines)
        if name in _PEOPLE:
            for person in re.split(r";\s+|\s{2,}|\.\s{2,}", value):
                editor = person.endswith("[Ed]")
                parts.add("editors" if editor else "authors", bare_name(person), label)
        elif name in _WORDS:
            for word in re.split(r";\s+", value):
                parts.add("keywords", word.rstrip("."))
        elif name == "source":
            parts.add("", value, label)
            take_source(parts, value)
        elif name == "chapter title":
            parts.values["title"] = [value]
        elif name == "title" and "chapter title" in labels:
            parts.add("book", value)
        elif name == "title" and (typed := _TYPED.match(value)):
            parts.add("title", typed[1])
            parts.add("types", typed[2])
        else:
            parts.add(LABELS.get(name, ""), value.rstrip(". ") if name == "language" else value, label)
    return build.record(parts, reading, seen, kept="ovid")


_MARKS = re.compile(r"(?:\s+(?:\d+|[*+#,]|\([^)]*\)))+\Z|\s*\[[^\]]*\]?\s*\Z")
_DEGREES = re.compile(r"(?:[,;]?\s+(?:MDs?|Ph\.?D\.?|RN|FAAN|M\.?D\.?|[BM]Sc|[BM]A|MPH|MBA?))+\Z")


def bare_name(text: str) -> str:
    """A name without its footnote marks, its role in brackets and its degrees."""
    return _DEGREES.sub("", _MARKS.sub("", text.strip()).rstrip(". ")).strip(" ,")


def take_source(parts: build.Parts, value: str) -> None:
    """What Ovid's one line of source says: journal, volume, issue, pages, date; where nothing said it before."""
    value = value.strip()
    if (edited := _EDITED.match(value)) and (found := _COLON_PAGES.match(edited["rest"])):
        _take_book(parts, found, edited["editors"])
    elif found := _DATED_SOURCE.match(value):
        for meaning in ("journal", "volume", "issue", "pages"):
            if meaning not in parts.values:
                parts.add(meaning, found[meaning] or "")
        if "date" not in parts.values:
            parts.add("date", found["when"])
    elif found := _SOURCE.match(value):
        for meaning, said in (
            ("book" if parts.kind == "conference" else "journal", found["journal"]),
            ("volume", found["volume"]),
            ("issue", found["issue"]),
            ("pages", found["pages"] or found["pages2"]),
            ("date", found["when"] or found["when2"]),
        ):
            if meaning not in parts.values:
                parts.add(meaning, said or "")
    elif found := _BOOK.match(value):
        _take_book(parts, found, found["editors"])
    elif "." in value and "journal" not in parts.values:
        parts.add("journal", value.partition(".")[0])


def _take_book(parts: build.Parts, found: re.Match[str], editors: str) -> None:
    _add_editors(parts, editors)
    parts.add("book" if "title" in parts.values else "title", found["title"])
    for meaning in ("pages", "year"):
        if meaning not in parts.values:
            parts.add(meaning, found[meaning] or "")


def _add_editors(parts: build.Parts, text: str) -> None:
    """The people before `[Ed]`, where no tag names the editors."""
    if "editors" not in parts.values:
        for name in _EDITOR.findall(_BRACKETS.sub(lambda role: "[Ed" if role[0].startswith("[Ed") else "", text)):
            parts.add("editors", name)


def take_book(parts: build.Parts, value: str, publisher: str) -> None:
    """Zoological Record's line of a book: editors, title, publisher and place (as in PB), year, the chapter's pages."""
    edited = _EDITED.match(value)
    rest = value
    if edited:
        _add_editors(parts, edited["editors"])
        rest = edited["rest"]
    where = rest.find(publisher) if publisher else -1
    dated = _BOOK_DATE.search(rest, max(where, 0))
    title = rest[:where] if where > 0 else rest[: dated.start()] if dated else rest
    parts.add("book", title.strip().rstrip("."))
    if dated and dated[1] and "year" not in parts.values:
        parts.add("year", dated[1])
    if "pages" not in parts.values and (pages := _CHAPTER_PAGES.search(rest)):
        parts.add("pages", pages[1])
