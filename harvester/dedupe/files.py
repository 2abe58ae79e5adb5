"""Files in, files out: rows of any reference file, clusters and pairs as CSV, the works as any format.

CSV is read here and not by harvester.formats: deduplication needs a dozen columns as they stand, at full speed, and
must keep the IDs of the file. All else is read by harvester.formats.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from pathlib import Path
from typing import IO, NamedTuple, cast

from harvester.dedupe.compare import Evidence
from harvester.dedupe.row import Columns, Key, Row, columns_of, from_record, with_end
from harvester.errors import FormatError, UsageError
from harvester.record import Record

_LARGEST_FIELD = 1 << 27


def rows(paths: Sequence[Path]) -> Iterator[Row]:
    """The rows of files, in order. Keys: the column `ID` of a CSV, else the number of the record in its file, from 1;
    with several files the file's name stands before. Raises FormatError, UsageError."""
    names = [path.name for path in paths]
    for path in paths:
        prefix = f"{path.name if names.count(path.name) == 1 else path}:" if len(paths) > 1 else ""
        for row in _csv_rows(path) if _is_table(path) else _record_rows(path):
            if prefix:
                row.key = f"{prefix}{row.key}"
            yield row


def _is_table(path: Path) -> bool:
    if not path.is_file():
        raise UsageError(f"{path} is not a file", hint="Name a reference file: .csv, .ris, .nbib, .xml ...")
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    if suffixes and suffixes[-1] in (".csv", ".tsv", ".tab"):
        try:
            with _open(path) as start:
                return start.read(2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        except (EOFError, gzip.BadGzipFile) as error:
            raise FormatError(f"cannot be unpacked: {error}", file=str(path), hint="Export it again.") from error
    from harvester import formats

    return formats.sniff(path) in ("csv", "tsv")


def _is_table_below(path: Path) -> bool:
    """Whether a table begins further down: some exports begin with the search."""
    from harvester.formats import table, text

    return table.sniff(text.TextFile(path).head()) != ""


def _record_rows(path: Path) -> Iterator[Row]:
    from harvester import formats

    for number, record in enumerate(formats.read(path), 1):
        yield from_record(record, str(number))


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(_LARGEST_FIELD)
    with _open(path) as binary, io.TextIOWrapper(binary, "utf-8-sig", errors=_WINDOWS, newline="\n") as text:
        lines = _lines(text)
        head = next(lines, "")
        if not head.strip():
            raise FormatError("is empty", file=str(path), hint="Export it again, with a first line of column names.")
        delimiter = max(",;\t", key=head.count)
        names = tuple(name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter)))
        reader = csv.reader(lines, delimiter=delimiter)
        columns = columns_of(names)
        if "title" not in columns.fields:
            if _is_table_below(path):
                yield from _record_rows(path)
                return
            raise FormatError(
                "has no column of titles", file=str(path), line=1, hint=f"Its columns: {', '.join(names)[:200]}."
            )
        id_place = names.index("id") if "id" in names else None
        yield from _table_rows(reader, columns, id_place, path, len(names))


def _open(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")


def _lines(text: Iterable[str]) -> Iterator[str]:
    """Lines that end in `\\n`, those of old Macs among them: looking for one mark is twice as fast as for three."""
    for line in text:
        if "\r" in line and line.index("\r") < len(line) - 2:
            yield from io.StringIO(line, newline="")
        else:
            yield line


def _table_rows(
    reader: Iterable[list[str]], columns: Columns, id_place: int | None, path: Path, width: int
) -> Iterator[Row]:
    # A field without a column reads the empty cell that every line gets at its end.
    first = itemgetter(*(columns.fields.get(field.name, (width,))[0] for field in fields(Row)[1:]))
    others = [(field, places[1:]) for field, places in columns.fields.items() if len(places) > 1]
    apart = (columns.starts[0], columns.ends[0]) if columns.starts and columns.ends else None
    number = 0
    try:
        for cells in reader:
            if not any(cells):
                continue
            number += 1
            cells.extend([""] * (width + 1 - len(cells)))
            cells[width] = ""
            key = cells[id_place].strip() if id_place is not None else str(number)
            if not key:
                raise FormatError(f"record {number} has no ID", file=str(path), hint="Fill the column ID, or drop it.")
            row = Row(key, *first(cells))
            for field, places in others:
                if not getattr(row, field):
                    setattr(row, field, next((cells[place] for place in places if cells[place]), ""))
            if apart:
                row.pages = with_end(row.pages, cells[apart[0]], cells[apart[1]])
            yield row
    except (csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise FormatError(
            f"cannot be read after record {number}: {error}", file=str(path), hint="Export it again."
        ) from error


def _windows_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8, read as Windows-1252: what old exporters write."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


_WINDOWS = "harvester-windows-1252"
codecs.register_error(_WINDOWS, _windows_bytes)


def write_clusters(path: Path, clusters: Iterable[Sequence[Key]]) -> None:
    """`ID,cluster`: every record once, clusters numbered from 1."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("ID", "cluster"))
        for number, keys in enumerate(clusters, 1):
            writer.writerows((key, number) for key in keys)


def write_clusters_of(path: Path, named: Iterable[tuple[Key, Key]]) -> None:
    """`ID,cluster` from records with the name of their cluster: a cluster is named by its first record."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("ID", "cluster"))
        writer.writerows(named)


class Cited(NamedTuple):
    """A record as an audit table names it."""

    source: str
    citation: str


class Audited(NamedTuple):
    """A line of the audit table: what was judged of two records, whether they are one work in the end, and who said so.

    `joined` is "yes", "no", or "folded": shown with the other one, and a work of its own. `by` and `at` are the program
    and the day of the run, or the person and the day of the decision with that number.
    """

    evidence: Evidence
    joined: str
    one: Cited
    other: Cited
    by: str = ""
    at: str = ""
    decision: int | None = None


AUDIT = (
    "a", "b", "verdict", "score", "relation", "reasons", "joined", "decided_by", "decided_on", "decision",
    "source_a", "citation_a", "source_b", "citation_b",
)  # fmt: skip
"""The columns of the audit table; docs/dedupe.md says what each holds."""


def write_pairs(path: Path, lines: Iterable[Audited]) -> None:
    """The audit table: which two, what was judged, how sure, why in words, by whom, and what the two records are."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(AUDIT)
        writer.writerows(_cells(each) for each in lines)


def _cells(line: Audited) -> tuple[object, ...]:
    from harvester.formats.table import guarded

    each, one, other = line.evidence, line.one, line.other
    words = [guarded(text) for text in ("; ".join(each.reasons), line.by, *one, *other)]
    judged = (each.a, each.b, str(each.verdict), f"{each.score:.4f}", each.relation, words[0], line.joined)
    return (*judged, words[1], line.at, line.decision, *words[2:])


def cite(row: Row) -> Cited:
    """A row as a reader recognises it: authors, title, journal, year, place, numbers, as far as it has them."""
    authors = " ".join(row.authors.split())
    authors = authors if len(authors) <= _AUTHORS else f"{authors[:_AUTHORS].rsplit(' ', 1)[0]} ..."
    place = f"{row.volume}{f'({row.issue})' if row.issue else ''}{f':{row.pages}' if row.pages else ''}"
    journal = " ".join(part for part in (row.journal, row.year) if part)
    published = ";".join(part for part in (journal, place) if part)
    numbers = [f"doi:{row.doi.split()[0]}"] if row.doi.strip() else []
    numbers += [f"PMID {row.pmid}"] if row.pmid else []
    parts = (authors, " ".join(row.title.split()), published, *numbers)
    return Cited(row.source, ". ".join(part.strip().rstrip(".") for part in parts if part.strip()))


_AUTHORS = 80
"""Letters of the authors in a citation; what is cut is shown by "..."."""


def cited(paths: Sequence[Path], keys: Container[Key]) -> dict[Key, Cited]:
    """The records with these keys, from the files read a second time: the first time only what is compared is held."""
    return {row.key: cite(row) for row in rows(paths) if row.key in keys}


def unique(
    paths: Sequence[Path],
    clusters: Iterable[Sequence[Key]],
    order: Sequence[Key],
    leave_out: Container[Key] = frozenset(),
    notes: Mapping[Key, Sequence[str]] | None = None,
) -> Iterator[Record]:
    """One merged record a cluster, in order of the first record of each. `order` is the keys as `rows` gave them;
    records in `leave_out` are in no cluster, since they are shown with another one: `notes` says so, by the first key
    of that one's cluster.

    Reads the files a second time, so that deduplication itself need not hold whole records. Raises FormatError when
    they do not give the same records again.
    """
    from harvester import formats
    from harvester.dedupe.merge import merge

    cluster_of: dict[Key, int] = {}
    noted: dict[int, list[str]] = {}
    for number, keys in enumerate(clusters):
        cluster_of.update(dict.fromkeys(keys, number))
        if notes and keys[0] in notes:
            noted[number] = list(notes[keys[0]])
    members: dict[int, list[Record]] = {}
    records = (record for path in paths for record in formats.read(path))
    try:
        for key, record in zip(order, records, strict=True):
            if key not in leave_out:
                members.setdefault(cluster_of[key], []).append(record)
    except ValueError as error:
        raise FormatError(
            "the files gave other records when read again",
            hint="Are they being written to? Convert them to RIS first with `harvester convert`.",
        ) from error
    return (_noted(merge(group), noted.get(number)) for number, group in members.items())


def _noted(record: Record, notes: list[str] | None) -> Record:
    if notes:
        record.extra = {**record.extra, "related": notes}
    return record
