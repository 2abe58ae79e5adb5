"""Encodings, and text that was decoded wrongly. Synthetic throughout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester import formats
from harvester.cli import convert

RIS = "TY  - JOUR\nTI  - Café “links”\nAU  - Müller, Åsa\nAB  - It’s naïve.\nKW  - santé\nAN  - 1\nER  - \n"


def wrong(text: str) -> str:
    """The text as it looks after its UTF-8 was read as Windows-1252."""
    return text.replace("”", "").encode("utf-8").decode("cp1252")


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (RIS.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + RIS.encode(), "utf-8-sig"),
        (RIS.encode("utf-16"), "utf-16"),
        (RIS.encode("utf-16-le"), "utf-16-le"),
        (RIS.encode("utf-16-be"), "utf-16-be"),
        (RIS.encode("cp1252"), "cp1252"),
        (RIS.replace("\n", "\r").encode("mac_roman"), "mac_roman"),
        (RIS.replace("\n", "\r").encode(), "utf-8"),
        (RIS.replace("\n", "\r\n").encode(), "utf-8"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "macroman", "cr", "crlf"],
)
def test_every_encoding_gives_the_same_record(tmp_path: Path, body: bytes, encoding: str) -> None:
    """Whatever the bytes and line ends, the title, the author and the abstract are the same."""
    path = tmp_path / "a.ris"
    path.write_bytes(body)
    reading = formats.open_file(path)
    (record,) = reading
    assert record.title == "Café “links”"
    assert record.authors[0].name == "Müller, Åsa"
    assert record.abstract_text == "It’s naïve."
    assert reading.file.encoding == encoding


def test_wrongly_decoded_text_is_reported_and_left_alone(tmp_path: Path) -> None:
    """Without being asked, the text stays as it came, and it is said how many places look wrong."""
    path = tmp_path / "a.ris"
    path.write_text(wrong(RIS), encoding="utf-8")
    reading = formats.open_file(path)
    (record,) = reading
    assert record.title == "CafÃ© â€œlinks"
    assert reading.warnings == ["7 places look decoded wrongly ('Ã©'): --mend puts such text right"]


def test_wrongly_decoded_text_is_mended_on_request(tmp_path: Path) -> None:
    """`convert --mend` puts title, names, abstract and keywords right and says in how many records."""
    path = tmp_path / "a.ris"
    path.write_text(wrong(RIS), encoding="utf-8")
    out = CliRunner().invoke(convert.command, [str(path), str(tmp_path / "b.jsonl"), "--mend", "--json"])
    said = json.loads(out.stdout)["files"][0]
    assert said["warnings"][-1] == "text that was decoded wrongly was put right in 1 records"
    (record,) = formats.read(tmp_path / "b.jsonl")
    assert record.title == "Café “links"
    assert record.authors[0].name == "Müller, Åsa"
    assert record.abstract_text == "It’s naïve."
    assert record.keywords == ("santé",)


def test_mending_leaves_right_text_alone(tmp_path: Path) -> None:
    """Text that is right, in capitals too, is neither reported nor changed."""
    path = tmp_path / "a.ris"
    path.write_text(RIS.replace("Café", "SÃO PAULO, Ângela, Âme: «à»"), encoding="utf-8")
    (plain,) = formats.read(path)
    reading = formats.open_file(path, mend=True)
    (mended,) = reading
    assert mended == plain
    assert reading.warnings == ["text that was decoded wrongly was put right in 0 records"]
