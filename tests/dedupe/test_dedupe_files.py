"""Files in, files out, and the verb. All files are made up."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from harvester.cli import invoke
from harvester.dedupe.files import rows
from harvester.dedupe.row import from_mapping
from harvester.errors import FormatError, UsageError

TABLE = """ID,Title,Author,Year,Journal,Volume,Pages,DOI
r1,"Link workers and long-term conditions, a survey",Smith J,2020,BMJ Open,10,1-9,10.1136/x.1
r2,LINK WORKERS AND LONG-TERM CONDITIONS A SURVEY,"Smith, Jane",2020,BMJ Open,10,1-9,
r3,Something else about gardens and allotments in Leeds,Lee K,2019,Health Place,3,20-29,
"""
RIS = """TY  - JOUR
TI  - Link workers and long-term conditions, a survey
AU  - Smith, Jane
PY  - 2020
JO  - BMJ Open
VL  - 10
SP  - 1
EP  - 9
ER  - \n
"""


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file with `text` in it."""
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_by_their_names(tmp_path: Path) -> None:
    """A table is read by the names of its columns, in any case; IDs stay."""
    found = list(rows([written(tmp_path / "a.csv", TABLE)]))
    assert [row.key for row in found] == ["r1", "r2", "r3"]
    assert (found[0].title, found[0].pages) == ("Link workers and long-term conditions, a survey", "1-9")
    assert found[1].authors == "Smith, Jane"


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("a.csv", "title;year\nMüller;2020\n", "utf-8-sig"),
        ("a.tsv", "title\tyear\nMüller\t2020\n", "utf-8"),
        ("a.csv", "title,year\r\nMüller,2020\r\n\r\n", "cp1252"),
    ],
)
def test_tables_of_any_kind(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    """Semicolons, tabs, byte order marks, Windows letters and blank lines are taken; rows are numbered without IDs."""
    found = list(rows([written(tmp_path / name, text, encoding)]))
    assert [(row.key, row.title, row.year) for row in found] == [("1", "Müller", "2020")]


@pytest.mark.parametrize(
    "head",
    [
        "Key,Item Type,Publication Year,Author,Title,Publication Title,DOI,Pages,Volume,Abstract Note,ISSN",
        "Covidence #,Study,Published Year,Authors,Title,Journal,DOI,Pages,Volume,Abstract,Notes",
        "Publication ID,Type,PubYear,Authors,Title,Source title,DOI,Pagination,Volume,Abstract,ISSN",
        "EID,Type,Year,Authors,Title,Source title,DOI,Page start,Page end,Volume,Abstract,ISSN",
        "UT,Type,PY,Author Full Names,Article Title,Source Title,DOI,Start Page,End Page,Volume,Abstract,SN",
        "ID,Type,Publication Year,Author/s,Title,Source Title,DOI,Start Page,End Page,Volume,Abstract,ISSNs",
    ],
    ids=["Zotero", "Covidence", "Dimensions", "Scopus", "Web of Science", "Lens"],
)
def test_columns_as_programs_name_them(tmp_path: Path, head: str) -> None:
    """Year, authors, journal, pages and all else are found in tables of other programs, and in a mapping of these."""
    pages = '"1","9"' if "End Page" in head or "Page end" in head else '"1-9"'
    line = f'"X1","","2020","Smith, Jane","Link workers, a survey","BMJ","10.1000/a",{pages},"7","They link.",""'
    [row] = rows([written(tmp_path / "a.csv", f"{head}\n{line}\n")])
    assert (row.year, row.authors, row.journal, row.doi) == ("2020", "Smith, Jane", "BMJ", "10.1000/a")
    assert (row.title, row.pages, row.volume, row.abstract) == ("Link workers, a survey", "1-9", "7", "They link.")
    cells = next(csv.reader([line]))
    assert from_mapping(dict(zip(head.split(","), cells, strict=True)), row.key) == row


def test_an_article_number_stands_for_pages_that_are_missing(tmp_path: Path) -> None:
    """Where a table has first and last pages and article numbers, the number counts only without pages."""
    text = "Title,Art. No.,Page start,Page end\nA,e7,1,9\nB,e8,,\nC,,4,\nD,,5,5\n"
    assert [row.pages for row in rows([written(tmp_path / "a.csv", text)])] == ["1-9", "e8", "4", "5"]


def test_tables_with_lines_above_their_header_and_of_two_bytes_a_letter(tmp_path: Path) -> None:
    """What a database writes above the header is passed over, and Excel's Unicode text is read."""
    text = "Search: link workers\nID,Title,Year\n1,Müller on links,2020\n"
    for name, encoding, told in (("a.csv", "utf-8", text), ("b.tsv", "utf-16", text[21:].replace(",", "\t"))):
        [row] = rows([written(tmp_path / name, told, encoding)])
        assert (row.title, row.year) == ("Müller on links", "2020")


def test_packed_tables(tmp_path: Path) -> None:
    """A packed table is read as it is; a broken one says so."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    assert len(list(rows([path]))) == 3
    path.write_bytes(b"not packed")
    with pytest.raises(FormatError, match="cannot be unpacked"):
        list(rows([path]))
    path.write_bytes(gzip.compress(TABLE.encode() * 500)[:-20])
    with pytest.raises(FormatError, match="cannot be read after record"):
        list(rows([path]))


def test_several_files_name_themselves(tmp_path: Path) -> None:
    """With several files each key says which file it is from; other formats are numbered."""
    one, two = written(tmp_path / "a.csv", TABLE), written(tmp_path / "b.ris", RIS)
    assert [row.key for row in rows([one, two])] == ["a.csv:r1", "a.csv:r2", "a.csv:r3", "b.ris:1"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No file, an empty file, no titles and a blank ID each get their own words."""
    with pytest.raises(UsageError, match="not a file"):
        list(rows([tmp_path / "none.csv"]))
    with pytest.raises(FormatError, match="empty"):
        list(rows([written(tmp_path / "e.csv", "")]))
    with pytest.raises(FormatError, match="no column of titles"):
        list(rows([written(tmp_path / "t.csv", "ID,year\n1,2020\n")]))
    with pytest.raises(FormatError, match="has no ID"):
        list(rows([written(tmp_path / "i.csv", "ID,title\n,T\n")]))


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`dedupe FILE` counts, and writes clusters by the file's IDs, pairs with their reasons, and unique records."""
    table = written(tmp_path / "a.csv", TABLE)
    clusters, pairs, unique = tmp_path / "c.csv", tmp_path / "p.csv", tmp_path / "u.ris"
    arguments = ["dedupe", str(table), "--clusters", str(clusters), "--pairs", str(pairs), "-o", str(unique), "--json"]
    assert invoke(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in ("records", "works", "duplicates", "uncertain")} == {
        "records": 3, "works": 2, "duplicates": 1, "uncertain": 0,
    }  # fmt: skip
    assert found["seconds"] >= 0
    with clusters.open(newline="") as file:
        assert list(csv.reader(file)) == [["ID", "cluster"], ["r1", "1"], ["r2", "1"], ["r3", "2"]]
    with pairs.open(newline="") as file:
        (pair,) = csv.DictReader(file)
    assert (pair["a"], pair["b"], pair["verdict"]) == ("r1", "r2", "same")
    assert "titles equal" in pair["reasons"]
    assert unique.read_text().count("TY  - ") == 2
    assert "10.1136/x.1" in unique.read_text()


def test_the_verb_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--json` one line says it all; what went wrong exits with its code."""
    table = written(tmp_path / "a.csv", TABLE)
    assert invoke(["dedupe", str(table), "--profile", "versions"]) == 0
    assert capsys.readouterr().out.startswith("3 records, 2 works, 1 duplicate, 0 uncertain pairs")
    assert invoke(["dedupe", str(tmp_path / "none.csv")]) == 2
    assert invoke(["dedupe", str(written(tmp_path / "t.csv", "ID,year\n1,2020\n"))]) == 7
