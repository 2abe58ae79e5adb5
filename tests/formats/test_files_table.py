"""The table of real exports in docs/files.md holds, where those exports are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import formats
from harvester.errors import FormatError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "files.md"


def told() -> list[list[str]]:
    """The rows of the table: file, format, stated, read, rejected, why."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition("<!-- files tried")
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")][
        1:
    ]


def test_the_table_names_more_than_a_hundred_files() -> None:
    """And in all but two of them every record that is stated was read, or the one that was not is named."""
    rows = told()
    assert len(rows) > 100
    short = [row[0] for row in rows if row[1] and row[2] != row[3]]
    assert short == ["exports/colrev/ebsco_bib.bib"]
    assert sum(not row[1] for row in rows) == 2


def test_the_table_is_true(shared_data: Path) -> None:
    """Each file is found to be what the table says, and gives as many records."""
    payloads = shared_data / "payloads"
    for name, form, stated, read, rejected, _ in told():
        path = payloads / name
        if not path.is_file():
            path = payloads / "pubmed" / name
        if not path.is_file():
            pytest.skip(f"{name} is not at hand")
        if not form:
            with pytest.raises(FormatError):
                formats.open_file(path)
            continue
        reading = formats.open_file(path, keep_readable=True)
        given = sum(1 for _ in reading)
        found = (reading.format, reading.stated, given, len(reading.rejected))
        assert found == (form, int(stated), int(read), int(rejected)), name
