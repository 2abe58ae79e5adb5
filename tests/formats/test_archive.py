"""Archives of reference files: read in place, bounded, every file in them named. Synthetic throughout."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from harvester import formats
from harvester.errors import FormatError
from harvester.formats import archive

ONE = "TY  - JOUR\nTI  - One\nAN  - 1\nER  - \n"
TWO = "@article{k, title={Two}}\n@article{l, title={Three}}\n"


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    """An archive with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def test_every_file_of_an_archive_is_read(tmp_path: Path) -> None:
    """Files of different formats and in folders: all their records, counted together; each file is said."""
    path = packed(
        tmp_path / "a.zip", {"x/one.ris": ONE, "two.bib": TWO, "__MACOSX/x/._one.ris": b"\0", "paper.pdf": b"%PDF-1.4"}
    )
    reading = formats.open_file(path)
    assert [record.title for record in reading] == ["One", "Two", "Three"]
    assert (reading.format, reading.stated, reading.parsed, reading.rejected) == ("zip", 3, 3, [])
    assert reading.warnings == [
        "x/one.ris: ris, 1 records",
        "two.bib: bibtex, 2 records",
        "paper.pdf: left out: not a reference file",
    ]


def test_a_file_that_cannot_be_read_is_named_and_the_others_offered(tmp_path: Path) -> None:
    """A text that is no reference file, and an empty one, make the archive incomplete; the rest is offered."""
    path = packed(tmp_path / "a.zip", {"notes.txt": "hello", "one.ris": ONE, "empty.ris": ""})
    with pytest.raises(FormatError, match=r"notes\.txt: is in no format that is known here.*; empty\.ris: is empty"):
        list(formats.read(path))
    reading = formats.open_file(path, keep_readable=True)
    assert [record.title for record in reading] == ["One"]
    assert [piece.where for piece in reading.rejected] == ["notes.txt", "empty.ris"]


def test_what_is_wrong_in_a_file_is_said_with_its_name_and_line(tmp_path: Path) -> None:
    """A broken entry in the second file is named with both."""
    path = packed(tmp_path / "a.zip", {"one.ris": ONE, "two.bib": "@article{k, title={Two}}\n@article{l, title={Thr\n"})
    with pytest.raises(FormatError, match=r"of which 2 could be read: two\.bib, line 2: "):
        list(formats.read(path))


def test_records_of_one_number_in_two_files_are_two_records(tmp_path: Path) -> None:
    """Which of them are the same is deduplication's work."""
    reading = formats.open_file(packed(tmp_path / "a.zip", {"a.ris": ONE, "b.ris": ONE.replace("One", "Other")}))
    assert [(record.source_id, record.title) for record in reading] == [("1", "One"), ("1#2", "Other")]


def test_names_lead_nowhere(tmp_path: Path) -> None:
    """A name that climbs out of its folder is only a name: it is read, and nothing is written anywhere."""
    inside = tmp_path / "deep" / "er"
    inside.mkdir(parents=True)
    path = packed(inside / "a.zip", {"../../evil.ris": ONE, "/etc/evil\n.ris": ONE.replace("- 1", "- 2")})
    reading = formats.open_file(path)
    assert len(list(reading)) == 2
    assert reading.warnings[1] == "/etc/evil?.ris: ris, 1 records"
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["a.zip"]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A file that unfolds a thousandfold is refused before it is read."""
    path = packed(tmp_path / "a.zip", {"a.ris": b"\n" * (archive.SMALL + 1)})
    with pytest.raises(FormatError, match=r"unfolds \d+ times \(a\.ris\); it was not read"):
        list(formats.read(path))


def test_too_many_files_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are on the number of files and on all their bytes together."""
    path = packed(tmp_path / "a.zip", {"a.ris": ONE, "b.ris": ONE})
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    with pytest.raises(FormatError, match="holds 2 files, more than 1"):
        list(formats.read(path))
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    monkeypatch.setattr(archive, "MOST_BYTES", 2 * len(ONE) - 1)
    with pytest.raises(FormatError, match="unpacks to more than"):
        list(formats.read(path))


def test_an_archive_in_an_archive_is_named(tmp_path: Path) -> None:
    """It is not unfolded."""
    inner = packed(tmp_path / "inner.zip", {"a.ris": ONE}).read_bytes()
    with pytest.raises(FormatError, match=r"inner\.zip: is an archive in an archive"):
        list(formats.read(packed(tmp_path / "a.zip", {"inner.zip": inner})))


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    """Cut short, or with a broken checksum: an error of ours, never fewer records in silence."""
    whole = packed(tmp_path / "a.zip", {"a.ris": ONE * 50}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    with pytest.raises(FormatError, match="is a broken archive"):
        list(formats.read(tmp_path / "cut.zip"))
    hurt = bytearray(whole)
    hurt[45] ^= 0xFF
    (tmp_path / "hurt.zip").write_bytes(hurt)
    with pytest.raises(FormatError, match=r"a\.ris: cannot be unpacked"):
        list(formats.read(tmp_path / "hurt.zip"))


def test_an_empty_archive_is_named(tmp_path: Path) -> None:
    """There is nothing in it to read, and that is no zero."""
    with pytest.raises(FormatError, match="is an archive without files"):
        list(formats.read(packed(tmp_path / "a.zip", {"folder/": ""})))


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    """It is a zip too, but no archive of files."""
    from test_mutations import workbook

    reading = formats.open_file(packed(tmp_path / "a.zip", {"book.xlsx": io.BytesIO(workbook()).getvalue()}))
    assert [record.title for record in reading] == ["One", "Two"]


def test_a_pdf_is_called_one(tmp_path: Path) -> None:
    """Whatever its name says, with what to do instead."""
    (tmp_path / "a.ris").write_bytes(b"%PDF-1.4\n%\xe2\xe3")
    with pytest.raises(FormatError, match="is a PDF, a picture or an old Office file") as raised:
        formats.open_file(tmp_path / "a.ris")
    assert raised.value.hint == "Export the references themselves, as RIS where there is a choice."
