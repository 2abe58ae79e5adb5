"""Workbooks as written: read back, harmless, every long text whole. Synthetic throughout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ris_strategies import ANY_TEXT

from harvester import formats
from harvester.errors import UsageError
from harvester.formats import xlsx_write
from harvester.record import Author, PartialDate, Record, Section


def sheet(path: Path) -> str:
    """The XML of the sheet."""
    with zipfile.ZipFile(path) as packed:
        return packed.read("xl/worksheets/sheet1.xml").decode()


def test_a_workbook_is_written_and_read_back(tmp_path: Path) -> None:
    """Title, names, year, kind and numbers come back; the year is a number, all else is text."""
    record = Record(
        "cinahl",
        "12",
        "Link workers & <others>",
        kind="report",
        authors=(Author("Ab", "C"), Author("De", "F")),
        published=PartialDate(2022, 7),
        abstract=(Section("Of them."),),
        identifiers={"doi": ("10.1000/x",)},
    )
    path = tmp_path / "a.xlsx"
    assert formats.write(path, [record], label="lw run 2") == 1
    (back,) = formats.read(path)
    assert (back.title, back.kind, back.source_id) == ("Link workers & <others>", "report", "12")
    assert back.authors == record.authors
    assert (back.published.iso, back.abstract_text, back.doi) == ("2022-07", "Of them.", "10.1000/x")
    assert back.extra["columns"] == {"source": "cinahl", "label": "lw run 2"}
    assert '<c r="F2"><v>2022</v></c>' in sheet(path)


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    """So that the manifest's hash says something."""
    for name in ("a.xlsx", "b.xlsx"):
        formats.write(tmp_path / name, [Record("file", "1", "A")])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_text(tmp_path: Path, text: str) -> None:
    """It is a string cell marked as typed behind an apostrophe, never a formula, and comes back as it was."""
    path = tmp_path / "a.xlsx"
    formats.write(path, [Record("file", "1", text)])
    assert "<f>" not in sheet(path)
    assert '<c r="D2" s="1" t="inlineStr">' in sheet(path)
    assert [one.title for one in formats.read(path)] == [text]


def test_a_text_that_no_cell_takes_goes_on_in_another_column(tmp_path: Path) -> None:
    """Seventy thousand characters are written in three pieces of which none is too long, and read as one."""
    long = "".join(f"{n:05d} " for n in range(12_000)).strip()
    path = tmp_path / "a.xlsx"
    formats.write(path, [Record("file", "1", "A", abstract=(Section(long),)), Record("file", "2", "B")])
    first, second = formats.read(path)
    assert first.abstract_text == long
    assert (second.title, second.abstract_text) == ("B", "")
    assert "abstract (2)" in sheet(path)
    assert max(len(cell) for cell in sheet(path).split("</t>")) < xlsx_write.MOST_IN_CELL + 100


def test_more_records_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off in silence: no file is written."""
    monkeypatch.setattr(xlsx_write, "MOST_ROWS", 1)
    with pytest.raises(UsageError, match="no more than 1 records"):
        formats.write(tmp_path / "a.xlsx", [Record("file", "1", "A"), Record("file", "2", "B")])
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=80, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=3))
def test_any_text_makes_a_readable_workbook(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Whatever a value holds, as many records come back as were written, their titles the same but for line ends."""
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    formats.write(path, [Record("file", str(n), f"x_x0041_{text}x") for n, text in enumerate(texts)])
    back = list(formats.read(path))
    assert [one.source_id for one in back] == [str(n) for n in range(len(texts))]
    assert all(one.title.startswith("x_x0041_") and one.title.endswith("x") for one in back)


@settings(max_examples=80, deadline=None)
@given(st.from_regex(r"\A'{0,2}[=+@a-]{1,3}\Z"))
def test_apostrophes_come_back(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    """What begins with apostrophes and a formula's sign survives a CSV and a workbook."""
    for name in ("a.csv", "a.xlsx"):
        path = tmp_path_factory.mktemp("tables") / name
        formats.write(path, [Record("file", "1", title)])
        assert [one.title for one in formats.read(path)] == [title]
