"""BibTeX and BibLaTeX. An entry that is broken is named and put aside; the next is read as if nothing had been.

Read by our own code: bibtexparser 2 drops what it cannot parse into a list that callers have to know of, and reads a
third as fast (docs/decisions/0061).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import IO

from harvester.formats import build, latex
from harvester.formats.base import Reading
from harvester.formats.ris_write import fold
from harvester.kinds import kind_of
from harvester.record import Author, Record

_ENTRY = re.compile(r"^[ \t\ufeff]*@[ \t]*([A-Za-z]+)[ \t]*([{(])", re.MULTILINE)
_CLOSED_THEN_ENTRY = re.compile(r"(?<=[})])[ \t]*@(?=[A-Za-z]+[ \t]*[{(])")
_NO_RECORD = frozenset({"comment", "string", "preamble"})
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w:.+/-]*)\s*=\s*", re.ASCII)
_WRITTEN = {
    "article": "article", "book": "book", "chapter": "incollection", "conference": "inproceedings",
    "thesis": "phdthesis", "report": "techreport", "web": "online", "other": "misc",
}  # fmt: skip
FIELDS = {
    "title": "title", "abstract": "abstract", "journal": "journal", "journaltitle": "journal",
    "shortjournal": "abbreviation", "booktitle": "book", "publisher": "publisher", "institution": "publisher",
    "school": "publisher", "address": "place", "location": "place", "volume": "volume", "number": "issue",
    "issue": "issue", "pages": "pages", "year": "year", "date": "date", "month": "date", "doi": "doi", "pmid": "pmid",
    "pmcid": "pmcid", "issn": "serial", "eissn": "serial", "isbn": "serial", "url": "url", "language": "language",
    "langid": "language", "unique-id": "id", "type": "types",
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905


def sniff(head: str) -> bool:
    """Whether an entry begins among the first lines, and nothing else does before it but comments."""
    found = _ENTRY.search(head[:20000])
    return bool(found) and not head.lstrip("\ufeff \n\t").startswith(("<", "{", "[", "TY "))


def count(reading: Reading) -> int:
    """How many entries begin at a line's beginning, or behind the end of another."""
    found = 0
    for block in reading.file.blocks():
        found += sum(match[1].lower() not in _NO_RECORD for match in _ENTRY.finditer(_apart(block)))
    return found


def _apart(text: str) -> str:
    """`}@article{` on two lines, as some exporters do not write it."""
    return _CLOSED_THEN_ENTRY.sub("@", text.replace("}@", "}\n@").replace(")@", ")\n@"))


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    macros: dict[str, str] = {}
    for start, kind, text in _entries(reading):
        if kind in ("comment", "preamble"):
            continue
        try:
            key, fields = _parse(text, macros, named=kind != "string")
        except ValueError as error:
            if kind == "string":
                reading.warn(start, f"a @string that cannot be read: {error}")
            else:
                reading.reject(start, f"the entry cannot be read: {error}", text)
            continue
        if kind == "string":
            macros.update((name.lower(), value) for name, value in fields)
            continue
        yield _record(start, kind, key, fields, reading=reading, seen=seen)


def _entries(reading: Reading) -> Iterator[tuple[int, str, str]]:
    """(line, kind, text) of each entry, the text from its opening brace to where the next entry begins."""
    rest = ""
    number = 1
    for block in reading.file.blocks():
        # Entries that stand behind one another are parted by a newline that the file does not have.
        added = block.count("}@") + block.count(")@")
        text = rest + _apart(block)
        starts = list(_ENTRY.finditer(text))
        for this, following in itertools.pairwise(starts):
            yield number + text.count("\n", 0, this.start()), this[1].lower(), text[this.end(1) : following.start()]
        keep = starts[-1].start() if starts else len(text)
        number += text.count("\n", 0, keep) - (added if starts else 0)
        rest = text[keep:]
    if found := _ENTRY.match(rest):
        yield number, found[1].lower(), rest[found.end(1) :]


def _parse(text: str, macros: dict[str, str], *, named: bool) -> tuple[str, list[tuple[str, str]]]:
    """The entry's key and its fields. Raises ValueError."""
    text = text.lstrip()
    close = {"{": "}", "(": ")"}[text[0]]
    place = 1
    key = ""
    if named:
        end = re.compile(r"[,}\n=]").search(text, place)
        if end is None:
            raise ValueError("it has no end")
        if end[0] == "=":
            raise ValueError("it has no key")
        key = text[place : end.start()].strip()
        place = end.start()
    fields: list[tuple[str, str]] = []
    while True:
        found = _FIELD.match(text, place)
        if found is None:
            rest = text[place:].lstrip(" \t\n,")
            if not rest.startswith(close):
                raise ValueError(f"it breaks off at {rest[:40]!r}" if rest else "its closing brace is missing")
            return key, fields
        value, place = _value(text, found.end(), macros)
        fields.append((found[1].lower(), value))


def _value(text: str, place: int, macros: dict[str, str]) -> tuple[str, int]:
    """A value, its parts joined by #, and where it ends. Raises ValueError."""
    pieces = []
    while True:
        opening = text[place : place + 1]
        if opening == "{":
            end = _closing(text, place)
            pieces.append(text[place + 1 : end])
            place = end + 1
        elif opening == '"':
            end = _quote(text, place)
            pieces.append(text[place + 1 : end])
            place = end + 1
        else:
            found = re.compile(r"[^\s,#}\"{)]+").match(text, place)
            if found is None:
                raise ValueError(f"a value is missing before {text[place : place + 20]!r}")
            word = found[0]
            pieces.append(macros.get(word.lower(), word))
            place = found.end()
        joined = re.compile(r"\s*#\s*").match(text, place)
        if joined is None:
            return "".join(pieces), place
        place = joined.end()


def _closing(text: str, place: int) -> int:
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, place):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return found.start()
    raise ValueError("a brace is not closed")


def _quote(text: str, place: int) -> int:
    depth = 0
    for found in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(text, place + 1):
        if found[0] == '"' and not depth:
            return found.start()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    raise ValueError("a quotation mark is not closed")


def _record(  # noqa: PLR0912 - one field after the other
    start: int, kind: str, key: str, fields: list[tuple[str, str]], *, reading: Reading, seen: set[str]
) -> Record:
    parts = build.Parts(start, kind_of(kind) or "other")
    people: dict[str, tuple[Author, ...]] = {}
    for name, raw in fields:
        value = " ".join(raw.split())
        if name in ("author", "editor"):
            people[name] = tuple(author for part in _people(value) if (author := _author(part)))
        elif name in ("keywords", "keyword", "author_keywords"):
            for keyword in re.split(r"[;,]\s*", latex.decode(value)):
                parts.add("keywords", keyword)
        elif name in ("issn", "eissn", "isbn"):
            for number in re.split(r"\s*[;,]\s*", value):
                parts.add("serial", number)
        elif name == "month":
            parts.add("date", _MONTHS[int(value) - 1] if value in map(str, range(1, 13)) else latex.decode(value))
        elif name in ("url", "doi"):
            parts.add(FIELDS[name], value.replace("\\_", "_").replace("\\%", "%").replace("\\&", "&"))
        elif name == "eprint" and any(n == "eprinttype" and v.lower() == "pubmed" for n, v in fields):
            parts.add("pmid", value)
        elif name == "fjournal":
            parts.values.setdefault("abbreviation", []).extend(parts.values.pop("journal", []))
            parts.add("journal", latex.decode(value))
        elif name == "series" and parts.kind == "conference":
            parts.add("journal", latex.decode(value))
        else:
            parts.add(FIELDS.get(name, ""), latex.decode(value), name)
    if kind_of(kind) in ("", "other") and kind != "misc":
        parts.add("", kind, "entry type")
    parts.add("", key, "key")
    made = build.record(parts, reading, seen, kept="bibtex")
    made.authors, made.editors = people.get("author", ()), people.get("editor", ())
    return made


def _people(value: str) -> list[str]:
    """Names between ` and `, outside braces."""
    names, depth, start = [], 0, 0
    for found in re.compile(r"[{}]|\s+and\s+", re.IGNORECASE).finditer(value):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif not depth:
            names.append(value[start : found.start()])
            start = found.end()
    return [*names, value[start:]]


def _author(text: str) -> Author | None:
    from harvester.formats import normal

    text = text.strip()
    if not text or text.lower() == "others":
        return None
    if text.startswith("{") and text.endswith("}") and _closing(text, 0) == len(text) - 1:
        return Author(collective=latex.decode(text))
    plain = latex.decode(text)
    pieces = [part.strip() for part in plain.split(",")]
    if len(pieces) == 3:  # von Last, Jr, First
        return Author(family=pieces[0], given=pieces[2], suffix=pieces[1])
    return normal.person(plain)


class Writer:
    """Writes records as BibTeX in UTF-8; keys are family name, year and the title's first word, made unique."""

    def __init__(self, out: IO[bytes], *, label: str = "") -> None:
        self._out = out
        self._label = label
        self._keys: set[str] = set()

    def add(self, record: Record) -> None:
        """Write one entry."""
        journal = record.journal
        fields = [
            ("author", " and ".join(map(_name, record.authors))),
            ("editor", " and ".join(map(_name, record.editors))),
            ("title", f"{{{latex.encode(fold(record.title))}}}"),
            ("journal" if record.kind != "conference" else "series", latex.encode(fold(journal))),
            ("shortjournal", latex.encode(fold(record.journal_abbreviation))),
            ("booktitle", latex.encode(fold(record.book_title))),
            ("year", f"{record.published.year:04d}" if record.published.year else ""),
            ("date", record.published.iso if record.published.month else ""),
            ("volume", latex.encode(fold(record.volume))),
            ("number", latex.encode(fold(record.issue))),
            ("pages", latex.encode(fold(record.pages)).replace("-", "--")),
            ("publisher", latex.encode(fold(record.publisher))),
            ("address", latex.encode(fold(record.place))),
            ("doi", fold(record.doi)),
            ("pmid", record.pmid),
            ("pmcid", ", ".join(record.identifiers.get("pmcid", ()))),
            ("issn", ", ".join(record.issns)),
            ("isbn", ", ".join(record.identifiers.get("isbn", ()))),
            ("url", fold(record.url).replace("{", "%7B").replace("}", "%7D")),
            ("language", ", ".join(record.languages)),
            (
                "keywords",
                "; ".join(latex.encode(fold(word)) for word in (*record.keywords, *filter(None, [self._label]))),
            ),
            ("abstract", latex.encode(fold(record.abstract_text))),
            ("type", latex.encode(fold("; ".join(record.publication_types)))),
            ("database", record.source),
            ("unique-id", latex.encode(fold(record.source_id))),
        ]
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
        entry = f"@{_WRITTEN.get(record.kind, 'misc')}{{{self._key(record)},\n{lines}}}\n\n"
        self._out.write(entry.encode("utf-8", "replace"))

    def _key(self, record: Record) -> str:
        first = record.authors[0] if record.authors else Author(collective="anon")
        words = [first.family or first.collective.split(" ")[0], str(record.published.year or "nd")]
        words.append(next((word for word in record.title.split() if len(word) > 3), "x"))
        plain = unicodedata.normalize("NFKD", "".join(words)).encode("ascii", "ignore").decode()
        key = wanted = re.sub(r"[^A-Za-z0-9]", "", plain)[:60].lower() or "x"
        number = 2
        while key in self._keys:
            key = f"{wanted}{number}"
            number += 1
        self._keys.add(key)
        return key

    def end(self) -> None:
        """Nothing closes a BibTeX file."""


writer = Writer


def _name(author: Author) -> str:
    if author.collective:
        return f"{{{latex.encode(fold(author.collective))}}}"
    given = author.given or author.initials
    parts = [author.family, author.suffix, given] if author.suffix else [author.family, given]
    return ", ".join(latex.encode(fold(part)) for part in parts if part)
