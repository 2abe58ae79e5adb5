"""Damaged files: seeded mutations of synthetic ones. No crash, no hang, no record lost in silence."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from test_other_formats import BIB, NBIB, OVID, REFER, WOS

from harvester import formats
from harvester.errors import HarvesterError
from harvester.record import Record

RIS = "".join(
    f"TY  - JOUR\r\nTI  - Title {n}\r\nAU  - Ab, C\r\nAB  - Words é of {n}.\r\nAN  - {n}\r\nER  - \r\n\r\n"
    for n in range(8)
)
CSV = "title,author,year\n" + "".join(f'"Title, {n}","A, B",20{n:02d}\n' for n in range(8))
XML = "<xml><records>" + "<record><titles><title>T</title></titles></record>" * 5 + "</records></xml>"
JSON = '[{"title": "One", "type": "book"}, {"title": "Two"}]'
TEXTS = [RIS, CSV, XML, JSON, BIB, NBIB, OVID, REFER, WOS]


def damaged(text: str, chance: random.Random) -> bytes:
    """One mutation of a file."""
    body = bytearray(text.encode(chance.choice(["utf-8", "utf-8", "utf-16", "cp1252"]), "replace"))
    kind = chance.randrange(6)
    if kind == 0:
        return bytes(body[: chance.randrange(len(body))])
    if kind == 1:
        for _ in range(chance.randint(1, 30)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        return bytes(body)
    lines = bytes(body).split(b"\n")
    if kind == 2:
        chance.shuffle(lines)
    elif kind == 3:
        for _ in range(chance.randint(1, 6)):
            lines.pop(chance.randrange(len(lines)))
            lines = lines or [b""]
    elif kind == 4:
        lines.insert(chance.randrange(len(lines)), chance.choice(TEXTS).encode())
    else:
        return bytes(body).replace(b"\n", chance.choice([b"\r", b"\n\n", b"\x85", b" "]))
    return b"\n".join(lines)


def attempt(path: Path) -> tuple[list[Record], HarvesterError | None]:
    """The records that came, and the error that ended it."""
    records: list[Record] = []
    try:
        records.extend(formats.read(path))
    except HarvesterError as error:
        return records, error
    return records, None


@pytest.mark.parametrize("text", TEXTS, ids=["ris", "csv", "xml", "json", "bib", "nbib", "ovid", "refer", "wos"])
def test_damaged_files_are_read_or_named(tmp_path: Path, text: str) -> None:
    """Sixty damaged copies of each: records, or an error of ours that says something."""
    chance = random.Random(text)
    path = tmp_path / "file"
    for _ in range(60):
        path.write_bytes(damaged(text, chance))
        records, wrong = attempt(path)
        assert all(record.title and record.source_id for record in records)
        assert wrong is None or (wrong.hint and str(path) in str(wrong))


def workbook() -> bytes:
    """A small workbook: a line above the header, a header, two rows."""
    out = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = [["search"], ["Title", "Year"], ["One", "2020"], ["Two", "2021"]]
    cells = ""
    for number, row in enumerate(rows, start=1):
        inner = [f'<c r="{"AB"[k]}{number}" t="inlineStr"><is><t>{v}</t></is></c>' for k, v in enumerate(row)]
        cells += f'<row r="{number}">{"".join(inner)}</row>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return out.getvalue()


def test_a_workbook_is_read(tmp_path: Path) -> None:
    """The first sheet's rows below the header are records."""
    path = tmp_path / "a.txt"
    path.write_bytes(workbook())
    assert [(one.title, one.published.year) for one in formats.read(path)] == [("One", 2020), ("Two", 2021)]


@pytest.mark.parametrize("body", [workbook(), gzip.compress(RIS.encode())], ids=["xlsx", "gzip"])
def test_damaged_packed_files_are_read_or_named(tmp_path: Path, body: bytes) -> None:
    """Two hundred damaged copies: records, or an error of ours."""
    chance = random.Random(5)
    path = tmp_path / "file"
    for _ in range(200):
        hurt = bytearray(body)
        for _ in range(chance.randint(1, 5)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        path.write_bytes(hurt[: chance.choice([len(hurt), chance.randrange(len(hurt))])])
        _, wrong = attempt(path)
        assert wrong is None or wrong.hint


def test_a_record_of_ris_is_never_lost_in_silence(tmp_path: Path) -> None:
    """With any one line taken away, every other title is still found, or an error or a warning says what is odd."""
    lines = RIS.split("\r\n")
    whole = [f"Title {n}" for n in range(8)]
    for place in range(len(lines) - 1):
        path = tmp_path / "file.ris"
        path.write_text("\r\n".join(lines[:place] + lines[place + 1 :]), encoding="utf-8", newline="")
        reading = formats.open_file(path, keep_readable=True)
        titles = [record.title for record in reading]
        missing = set(whole) - set(titles)
        assert not missing or reading.warnings or reading.rejected
        assert len(titles) == 8
