"""Excel workbooks (.xlsx): the first sheet, read as a table. A zip of XML; read within bounds, nothing run.

ECMA-376 part 1, 18.3 (sheets) and 18.4 (shared strings).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from harvester.errors import FormatError
from harvester.formats.base import Reading
from harvester.formats.text import BROKEN_PACKING, TextFile
from harvester.formats.xlsx_write import writer
from harvester.record import Record

__all__ = ["count", "is_workbook", "records", "sniff", "writer"]

MOST_BYTES = 1 << 30  # of one part, unpacked
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(file: TextFile) -> bool:
    """Whether the file is a zip that holds a workbook."""
    if not file.begins().startswith(b"PK\x03\x04"):
        return False
    try:
        with file.seekable() as stream, zipfile.ZipFile(stream) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except BROKEN_PACKING:
        return False


def sniff(_head: str) -> bool:
    """No text is a workbook; `is_workbook` is asked before."""
    return False


def count(reading: Reading) -> int:
    """How many rows with something in them stand below the header."""
    from harvester.formats import table

    filled = 0
    header = False
    for _, row in _rows(reading):
        filled += header
        header = header or table.is_header(row)
    return filled


def records(reading: Reading) -> Iterator[Record]:
    """One record a row of the first sheet."""
    from harvester.formats import table

    reading.file.encoding = reading.file.encoding or "xlsx"
    yield from table.from_rows(_rows(reading), reading, guarded=False)


def _rows(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    from lxml import etree

    try:
        with reading.file.seekable() as whole, zipfile.ZipFile(whole) as packed:
            strings = list(_strings(packed))
            with _part(packed, _first_sheet(packed)) as stream:
                for _, row in etree.iterparse(
                    stream, events=("end",), tag=f"{_SPACE}row", resolve_entities=False, load_dtd=False, no_network=True
                ):
                    cells = _cells(row, strings)
                    if any(cell.strip() for cell in cells):
                        yield int(row.get("r") or 0), cells
                    row.clear()
                    while row.getprevious() is not None:
                        del row.getparent()[0]
    except (*BROKEN_PACKING, etree.XMLSyntaxError) as error:
        raise FormatError(
            f"is a broken workbook: {error}",
            file=reading.file.label,
            hint="Open it and save it again, or save it as CSV.",
        ) from error


def _part(packed: zipfile.ZipFile, name: str) -> IO[bytes]:
    if packed.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(f"{name} unpacks to more than {MOST_BYTES >> 30} GB")
    return packed.open(name)


def _first_sheet(packed: zipfile.ZipFile) -> str:
    """The part that holds the first sheet, by the workbook's own list."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    with _part(packed, "xl/workbook.xml") as stream:
        sheet = etree.parse(stream, parser).find(f".//{_SPACE}sheet")
    if sheet is None:
        raise ValueError("it has no sheet")
    with _part(packed, "xl/_rels/workbook.xml.rels") as stream:
        for relation in etree.parse(stream, parser).getroot():
            if relation.get("Id") == sheet.get(_RELATION):
                target = relation.get("Target", "")
                return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise ValueError("its first sheet is missing")


def _strings(packed: zipfile.ZipFile) -> Iterator[str]:
    from lxml import etree

    if "xl/sharedStrings.xml" not in packed.namelist():
        return
    with _part(packed, "xl/sharedStrings.xml") as stream:
        for _, item in etree.iterparse(
            stream, events=("end",), tag=f"{_SPACE}si", resolve_entities=False, load_dtd=False, no_network=True
        ):
            yield _text(item)
            item.clear()


def _text(item: Any) -> str:
    """The text of a string, its phonetic reading left out."""
    pieces = [t.text or "" for t in item.iter(f"{_SPACE}t") if t.getparent().tag != f"{_SPACE}rPh"]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(pieces))


def _cells(row: Any, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind(f"{_SPACE}c"):
        column = _column(cell.get("r") or "") if cell.get("r") else len(cells)
        cells.extend([""] * (column - len(cells)))
        value = cell.find(f"{_SPACE}v")
        kind = cell.get("t")
        if kind == "s" and value is not None:
            cells.append(strings[int(value.text or 0)])
        elif kind == "inlineStr":
            cells.append(_text(cell))
        else:
            text = value.text or "" if value is not None else ""
            cells.append(text.removesuffix(".0") if kind in (None, "n") else text)
    return cells


def _column(place: str) -> int:
    """`C7` as 2. Raises ValueError for a column beyond what a sheet can have."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16384:
        raise ValueError(f"{place!r} is no cell")
    return number - 1
