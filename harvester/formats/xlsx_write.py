"""A workbook of one sheet (.xlsx). Every value is text that no spreadsheet runs; the year alone is a number.

Texts that begin like a formula are stored as strings and marked `quotePrefix`, as Excel marks what was typed behind an
apostrophe (ECMA-376 part 1, 18.8.45): they stay text also when the cell is edited. Limits:
https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from harvester.errors import UsageError
from harvester.formats import table
from harvester.formats.ris_write import fold
from harvester.record import Record

MOST_ROWS = 1_048_575  # below the header
MOST_IN_CELL = 32_767  # UTF-16 units
_NOT_XML = re.compile("[\ufffe\uffff]")
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KINDS}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KINDS}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="records" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


class Writer:
    """Writes records as a workbook. Rows wait in a temporary file, since the columns are known only at the end.

    What does not fit into a cell goes on in a column of its own, `author (2)`; the reader puts it together again.
    """

    def __init__(self, out: IO[bytes], *, label: str = "") -> None:
        self._out = out
        self._label = label
        self._columns = [*table.WRITTEN, "label"] if label else list(table.WRITTEN)
        self._year = self._columns.index("year")
        self._rows: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._count = 0

    def add(self, record: Record) -> None:
        """Write one row. Raises UsageError for more rows than a sheet has."""
        self._count += 1
        if self._count > MOST_ROWS:
            raise UsageError(f"a sheet holds no more than {MOST_ROWS:,} records", hint="Write CSV, or several files.")
        cells = dict(enumerate(table.cells(record)))
        if self._label:
            cells[len(cells)] = self._label
        row = {}
        for column, text in cells.items():
            first, *others = _pieces(fold(text))
            row[column] = first
            for number, piece in enumerate(others, start=2):
                row[self._column(f"{self._columns[column]} ({number})")] = piece
        self._rows.write(self._row(self._count + 1, row).encode())

    def _column(self, name: str) -> int:
        if name not in self._columns:
            self._columns.append(name)
        return self._columns.index(name)

    def _row(self, number: int, cells: dict[int, str]) -> str:
        made = "".join(
            _cell(f"{_letters(column)}{number}", text, number=column == self._year and text.isdigit())
            for column, text in sorted(cells.items())
            if text
        )
        return f'<row r="{number}">{made}</row>\n'

    def end(self) -> None:
        """Put the workbook together. The same records give the same bytes."""
        with self._rows, zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in _PARTS.items():
                packed.writestr(_entry(name), _HEAD + content)
            with packed.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
                head = self._row(1, dict(enumerate(self._columns)))
                sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{head}'.encode())
                self._rows.seek(0)
                shutil.copyfileobj(self._rows, sheet)
                sheet.write(b"</sheetData></worksheet>")


writer = Writer


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # dated 1980, so that nothing but the content decides the bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _pieces(text: str) -> list[str]:
    """The text in pieces that a cell takes; one, mostly."""
    if len(text) <= MOST_IN_CELL // 2 or (len(text) <= MOST_IN_CELL and max(text) <= "\uffff"):
        return [text]
    size = MOST_IN_CELL if max(text) <= "\uffff" else MOST_IN_CELL // 2
    return [text[at : at + size] for at in range(0, len(text), size)]


def _cell(place: str, text: str, *, number: bool) -> str:
    if number:
        return f'<c r="{place}"><v>{text}</v></c>'
    style = ' s="1"' if text.startswith(table.FORMULA) else ""
    plain = escape(_LIKE_ESCAPE.sub("_x005F_", _NOT_XML.sub("\ufffd", text)))
    return f'<c r={quoteattr(place)}{style} t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'


def _letters(column: int) -> str:
    """2 as `C`."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
