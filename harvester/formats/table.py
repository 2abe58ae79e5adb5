"""CSV and tab-separated tables, with the column names that databases and screening tools use.

A cell that a spreadsheet would run as a formula gets an apostrophe before it on the way out
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from harvester import identifiers
from harvester.columns import MEANINGS, plain_name
from harvester.errors import FormatError
from harvester.formats import normal
from harvester.formats.base import NO_TITLE, Reading
from harvester.formats.ris_record import content_id
from harvester.formats.ris_write import fold
from harvester.kinds import kind_of
from harvester.record import Record, Section

WRITTEN = (
    "ID", "source", "kind", "title", "author", "year", "date", "journal", "booktitle", "volume", "number", "pages",
    "abstract", "doi", "pmid", "pmcid", "isbn", "issn", "url", "language", "keywords", "publisher", "place", "type",
    "members", "related",
)  # fmt: skip
_FURTHER = re.compile(r"(.+) \(\d+\)\Z")
_BETWEEN_NAMES = re.compile(r"\s*;\s*|\s+and\s+|\s*\|\s*")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DATED_PAGES = re.compile(
    r"(?:\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2})\Z",
    re.IGNORECASE,
)
MOST_BEFORE = 25  # rows that may stand above the header: some exports begin with the search
_LARGEST_CELL = 1 << 24


def sniff(head: str) -> str:
    """`csv` or `tsv` when one of the first rows names a title and something else, "" otherwise."""
    lines = head.lstrip("\ufeff\n").split("\n")[:MOST_BEFORE]
    for name, delimiter in (("tsv", "\t"), ("csv", ","), ("csv", ";")):
        try:
            if any(is_header(row) for row in csv.reader(lines, delimiter=delimiter)):
                return name
        except csv.Error:
            continue
    return ""


def is_header(row: list[str]) -> bool:
    """Whether a row names a title and another column that is known."""
    meanings = [MEANINGS.get(plain_name(cell), "") for cell in row]
    return "title" in meanings and sum(map(bool, meanings)) > 1 and len(row) > 1


def _delimiter(reading: Reading) -> str:
    """What stands between the cells of the header."""
    lines = reading.file.head(65536).lstrip("\ufeff\n").split("\n")[:MOST_BEFORE]
    for delimiter in ("\t", ",", ";"):
        if any(is_header(row) for row in csv.reader(lines, delimiter=delimiter)):
            return delimiter
    raise FormatError(
        "has no row that names a column `title`", file=reading.file.label, line=1, hint="Name the columns."
    )


def _rows(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it ends in."""
    csv.field_size_limit(_LARGEST_CELL)
    delimiter = _delimiter(reading)
    with reading.file.text() as whole:
        reader = csv.reader(whole, delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row
        except csv.Error as error:
            raise FormatError(
                f"is not a table: {error}", file=reading.file.label, line=reader.line_num, hint="Save it again."
            ) from error


def count(reading: Reading) -> int:
    """How many rows the table has below its header: line ends outside quotes, counted without the csv module."""
    rows = 0
    quoted = False
    holds = False
    for block in reading.file.blocks():
        for place, piece in enumerate(block.split('"')):
            if place:
                quoted = not quoted
                holds = holds or not piece.startswith((",", ";", "\t", "\n")) or quoted
            if quoted:
                holds = holds or bool(piece.strip())
                continue
            *ended, last = piece.split("\n")
            for line in ended:
                rows += holds or bool(line.strip(" ,;\t\ufeff"))
                holds = False
            holds = holds or bool(last.strip(" ,;\t\ufeff"))
    above = next((place for place, (_, row) in enumerate(_rows(reading)) if is_header(row)), 0)
    return max(0, rows + holds - 1 - above)


def records(reading: Reading) -> Iterator[Record]:
    """One record a row; columns that no field takes are kept in `extra["columns"]`."""
    yield from from_rows(_rows(reading), reading)


def from_rows(rows: Iterator[tuple[int, list[str]]], reading: Reading, *, guarded: bool = True) -> Iterator[Record]:
    """The records of a table's rows (line, cells): what stands above the header is passed over, and said.

    `guarded`: an apostrophe before what looks like a formula was put there by the writer.
    """
    header: list[str] = []
    above = []
    for line, row in rows:
        if is_header(row):
            header = row
            break
        above.append((line, " ".join(cell.strip() for cell in row if cell.strip())))
    if above:
        reading.warn(above[0][0], f"{len(above)} rows stand above the header and were left out: {above[0][1][:60]!r}")
    names = [cell.strip().lstrip("\ufeff") for cell in header]
    meanings = [MEANINGS.get(plain_name(name), "") for name in names]
    shown = ", ".join(f"{name} = {meaning}" for name, meaning in zip(names, meanings, strict=True) if meaning)
    reading.warn(0, f"columns read as: {shown}")
    seen: set[str] = set()
    for line, row in rows:
        extra = [cell for cell in row[len(names) :] if cell.strip()]
        if extra:
            reading.reject(line, f"has {len(row)} cells where the header has {len(names)}", str(row))
            continue
        values: dict[str, str] = {}
        other: dict[str, str] = {}
        for name, meaning, cell in zip(names, meanings, row, strict=False):
            text = cell.strip()
            if not text:
                continue
            if guarded:
                text = _unguarded(text)
            if meaning and meaning not in values:
                values[meaning] = text
            elif (more := _FURTHER.match(name)) and (first := MEANINGS.get(plain_name(more[1]), "")) in values:
                values[first] += text  # our own workbooks: what did not fit into one cell
            else:
                other[name] = text
        record = _record(values, other, reading)
        _look_at(record, line, reading)
        number, wanted = 2, record.source_id
        while record.source_id in seen:
            record.source_id = f"{wanted}#{number}"
            number += 1
        seen.add(record.source_id)
        yield record


def _look_at(record: Record, line: int, reading: Reading) -> None:
    """Say what a spreadsheet has done to a row."""
    if record.title == NO_TITLE:
        reading.warn(line, "the row has no title")
    elif record.title in ("#NAME?", "#VALUE!", "#REF!"):
        reading.warn(line, f"the title is {record.title}: a spreadsheet took it for a formula")
    if _DATED_PAGES.match(record.pages):
        reading.warn(line, f"the pages are {record.pages!r}: a spreadsheet took them for a date")


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def _names(text: str) -> list[str]:
    parts = [part for part in _BETWEEN_NAMES.split(text) if part]
    if len(parts) > 1 or text.count(",") < 2:
        return parts
    # `Smith J, Jones AB, Brown C`: commas stand between people where every part ends in initials.
    people = [part.strip() for part in text.split(",")]
    if all(re.search(r"\s[A-Z]{1,3}\.?$", part) for part in people if part):
        return [part for part in people if part]
    return parts


def _record(values: dict[str, str], other: dict[str, str], reading: Reading) -> Record:
    found: dict[str, tuple[str, ...]] = {
        scheme: (value,)
        for scheme, make in (
            ("doi", identifiers.doi),
            ("pmid", identifiers.pmid),
            ("pmcid", identifiers.pmcid),
            ("isbn", normal.isbn),
        )
        if (value := make(values.get(scheme, "")))
    }
    for scheme in ("doi", "pmid", "pmcid", "isbn"):
        if scheme in values and scheme not in found:
            other[scheme] = values[scheme]
    serials, _, rest = normal.serials(values.get("issn", ""))
    if rest:
        other["issn"] = values["issn"]
    published = normal.date(values.get("date", "") or values.get("year", ""))
    if "year" in values and published.year is None:
        published = normal.date(values["year"])
    pages = values.get("pages") or normal.join_pages(values.get("start", ""), values.get("end", ""))
    if number := values.get("article number", ""):
        if pages:
            other["article number"] = number
        pages = pages or number
    kind = kind_of(values.get("kind", "") or values.get("types", "")) or "article"
    if "kind" in values and not kind_of(values["kind"]):
        other["kind"] = values["kind"]
    record = Record(
        source=reading.source or "file",
        source_id=values.get("id", ""),
        title=values.get("title") or NO_TITLE,
        kind=kind,
        authors=tuple(normal.name(name) for name in _names(values.get("authors", ""))),
        vernacular_title=values.get("other title", ""),
        journal=values.get("journal", ""),
        book_title=values.get("book", ""),
        publisher=values.get("publisher", ""),
        place=values.get("place", ""),
        volume=values.get("volume", ""),
        issue=values.get("issue", ""),
        pages=pages,
        published=published,
        abstract=(Section(values["abstract"]),) if "abstract" in values else (),
        languages=(values["language"],) if "language" in values else (),
        publication_types=(values["types"],) if "types" in values else (),
        keywords=tuple(part.strip() for part in re.split(r"[;|]", values.get("keywords", "")) if part.strip()),
        identifiers=found,
        issns=tuple(serials),
        url=values.get("url", ""),
    )
    if "source" in values:
        other["source"] = values["source"]
    if other:
        record.extra["columns"] = other
    record.source_id = record.source_id or content_id(record)
    return record


class Writer:
    """Writes records as a table, with a byte order mark, without which Excel takes it for Windows-1252."""

    def __init__(self, out: IO[bytes], *, label: str = "", delimiter: str = ",") -> None:
        self._out = out
        self._label = label
        self._text = io.StringIO(newline="")
        self._table = csv.writer(self._text, delimiter=delimiter)
        out.write(codecs.BOM_UTF8)
        self._row([*WRITTEN, "label"] if label else list(WRITTEN))

    def _row(self, cells: list[str]) -> None:
        self._table.writerow(cells)
        self._out.write(self._text.getvalue().encode("utf-8", "replace"))
        self._text.seek(0)
        self._text.truncate()

    def add(self, record: Record) -> None:
        """Write one row."""
        row = [guarded(cell) for cell in cells(record)]
        self._row([*row, self._label] if self._label else row)

    def end(self) -> None:
        """Nothing closes a table."""


writer = Writer


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    text = fold(text)
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def cells(record: Record) -> tuple[str, ...]:
    """A record's values, one a column of WRITTEN."""
    many = record.identifiers
    return (
        record.source_id,
        record.source,
        record.kind,
        record.title,
        "; ".join(author.name for author in record.authors),
        str(record.published.year or ""),
        record.published.iso,
        record.journal,
        record.book_title,
        record.volume,
        record.issue,
        record.pages,
        record.abstract_text,
        record.doi,
        record.pmid,
        "; ".join(many.get("pmcid", ())),
        "; ".join(many.get("isbn", ())),
        "; ".join(record.issns),
        record.url,
        "; ".join(record.languages),
        "; ".join(record.keywords),
        record.publisher,
        record.place,
        "; ".join(record.publication_types),
        "; ".join(record.extra.get("members", ())),
        "; ".join(record.extra.get("related", ())),
    )
