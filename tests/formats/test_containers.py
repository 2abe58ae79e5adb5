"""Journal, book and kind: what a work stands in, and what programs call what it is. All examples are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import formats
from harvester.kinds import kind_of
from harvester.record import Record

ENDINGS = {
    "ris": "ris", "nbib": "nbib", "endnote-xml": "xml", "jsonl": "jsonl", "csl-json": "json", "bibtex": "bib",
    "csv": "csv", "xlsx": "xlsx", "tsv": "tsv",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["article", "chapter", "conference", "book", "thesis", "report", "web", "other"])
@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize(
    ("journal", "book"), [("Journal of Links", ""), ("", "Annals of a meeting"), ("Journal of Links", "Annals of all")]
)
def test_no_format_loses_what_a_work_stands_in(tmp_path: Path, name: str, kind: str, journal: str, book: str) -> None:
    """Journal and book come back from every format as one or the other, whatever kind of work it is."""
    path = tmp_path / f"made.{ENDINGS[name]}"
    formats.write(path, [Record("file", "1", "A title", kind=kind, journal=journal, book_title=book)], name)
    (back,) = formats.read(path)
    found = (back.journal, back.book_title, str(back.extra))
    for text in filter(None, (journal, book)):
        assert any(text in each for each in found), (text, back)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Journal Article", "article"), ("journalArticle", "article"), ("article-journal", "article"),
        ("inproceedings", "conference"), ("Conference Paper", "conference"), ("conferencePaper", "conference"),
        ("Article; Proceedings Paper", "conference"), ("paper-conference", "conference"), ("Book, Section", "chapter"),
        ("bookSection", "chapter"), ("Book chapter", "chapter"), ("Dissertation/Thesis", "thesis"),
        ("phdthesis", "thesis"), ("blogPost", "web"), ("Web Page", "web"), ("techreport", "report"),
        ("misc", "other"), ("Randomized Controlled Trial", ""), ("", ""),
    ],
)  # fmt: skip
def test_names_of_kinds(name: str, kind: str) -> None:
    """Programs' names for kinds of work, in any case; a publication type is none."""
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("head", "value", "kind"),
    [
        ("ENTRYTYPE", "inproceedings", "conference"),
        ("Item Type", "conferencePaper", "conference"),
        ("Document Type", "Book chapter", "chapter"),
        ("kind", "thesis", "thesis"),
        ("Publication Type", "Randomized Controlled Trial", "article"),
        ("kind", "painting", "article"),
    ],
)
def test_a_tables_kind_is_read(tmp_path: Path, head: str, value: str, kind: str) -> None:
    """A table's type of work is known by the names of all programs; one that is not known is kept as it came."""
    path = tmp_path / "made.csv"
    path.write_text(f"Title,Year,{head}\nA title,2020,{value}\n", encoding="utf-8")
    (record,) = formats.read(path)
    assert record.kind == kind
    if value == "painting":
        assert "painting" in str(record.extra)
