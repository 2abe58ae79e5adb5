"""RIS as written: read back equal by our reader and by rispy. All records here are synthetic."""

from __future__ import annotations

import copy
import io
from pathlib import Path

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from ris_strategies import ANY_TEXT, RIS_RECORD

from harvester import formats
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section

FULL = Record(
    source="pubmed",
    source_id="36072698",
    title="Link workers in\nprimary care",
    authors=(Author(family="van Dijk", given="Anna B", suffix="Jr"), Author(collective="The SPLW Group")),
    journal="Health & Social Care",
    journal_abbreviation="Health Soc Care",
    volume="12",
    issue="3",
    pages="77-84",
    published=PartialDate(2022, 7, 31),
    abstract=(Section("We asked.", "BACKGROUND"), Section("ER  - \r\nTY  - JOUR", "RESULTS")),
    languages=("eng",),
    publication_types=("Journal Article", "Review"),
    keywords=("social prescribing",),
    headings=(Heading("Chronic Disease", subheadings=("therapy",)),),
    relations=(Relation("RetractionIn", "Lancet. 2023", pmid="37000000"),),
    identifiers={"pmid": ("36072698",), "doi": ("10.1155/2023/7191247",), "pmcid": ("PMC9440807",)},
    issns=("0966-0410",),
    url="https://example.org/1",
)
WRITTEN = (
    "TY  - JOUR\r\n"
    "TI  - Link workers in primary care\r\n"
    "AU  - van Dijk, Anna B, Jr\r\n"
    "AU  - The SPLW Group\r\n"
    "PY  - 2022\r\n"
    "DA  - 2022/07/31/\r\n"
    "T2  - Health & Social Care\r\n"
    "J2  - Health Soc Care\r\n"
    "VL  - 12\r\n"
    "IS  - 3\r\n"
    "SP  - 77\r\n"
    "EP  - 84\r\n"
    "SN  - 0966-0410\r\n"
    "DO  - 10.1155/2023/7191247\r\n"
    "AN  - 36072698\r\n"
    "C2  - PMC9440807\r\n"
    "UR  - https://example.org/1\r\n"
    "AB  - BACKGROUND: We asked. RESULTS: ER  - TY  - JOUR\r\n"
    "KW  - social prescribing\r\n"
    "KW  - Chronic Disease/therapy\r\n"
    "KW  - link-workers run 2\r\n"
    "LA  - eng\r\n"
    "M3  - Journal Article\r\n"
    "M3  - Review\r\n"
    "DB  - PubMed\r\n"
    "DP  - NCBI\r\n"
    "LB  - link-workers run 2\r\n"
    "N1  - Retraction in: Lancet. 2023; PMID 37000000\r\n"
    "ER  - \r\n"
)


def written(records: list[Record], **options: object) -> bytes:
    """The bytes of a RIS file with these records."""
    out = io.BytesIO()
    writer = formats.writer("ris", out, **options)
    for record in records:
        writer.add(record)
    writer.end()
    return out.getvalue()


def test_a_record_is_written_tag_by_tag() -> None:
    """Every byte of a full record: CRLF, no byte order mark, TY first, ER last, line ends folded, label kept."""
    assert written([FULL], label="link-workers run 2") == WRITTEN.encode()


def test_a_blank_line_stands_between_records() -> None:
    """Two records have one blank line between them and none after the last."""
    two = written([Record("file", "1", "A"), Record("file", "2", "B")])
    assert two == b"TY  - JOUR\r\nTI  - A\r\nAN  - 1\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - B\r\nAN  - 2\r\nER  - \r\n"


def test_a_group_gets_endnotes_comma_only_when_asked() -> None:
    """EndNote takes a name with a trailing comma for a group; the plain file has none."""
    record = Record("file", "1", "A", authors=(Author(collective="World Health Organization"),))
    assert b"AU  - World Health Organization\r\n" in written([record])
    assert b"AU  - World Health Organization,\r\n" in written([record], collective_comma=True)


def test_the_ids_of_all_members_travel_with_a_work(tmp_path: Path) -> None:
    """A work made of two records names both in C8, and the reader gives them back."""
    record = Record("pubmed", "9", "A", identifiers={"pmid": ("9",)})
    record.extra["members"] = ["pubmed:9", "nasp:https://example.org/a;b"]
    path = tmp_path / "a.ris"
    formats.write(path, [record])
    assert b"C8  - pubmed:9; nasp:https://example.org/a;b\r\n" in path.read_bytes()
    assert list(formats.read(path)) == [record]


@settings(max_examples=150, deadline=None)
@given(st.lists(RIS_RECORD, max_size=4, unique_by=lambda r: r.source_id))
def test_what_is_written_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    """Records that RIS can hold come back equal in every field."""
    path = tmp_path_factory.mktemp("ris") / "records.ris"
    expected = copy.deepcopy(records)
    formats.write(path, records)
    if records:
        assert list(formats.read(path)) == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), min_size=1, max_size=5))
def test_no_value_can_forge_a_record(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[str, str, str]]
) -> None:
    """Whatever the values hold, both readers find as many records as were written."""
    path = tmp_path_factory.mktemp("ris") / "records.ris"
    nasty = "x\r\nER  - \r\n\r\nTY  - JOUR\u2028TI  - forged\x85ER  - \n"
    records = [
        Record("file", str(n), title + nasty, authors=(Author(collective=author + nasty),), abstract=(Section(text),))
        for n, (title, author, text) in enumerate(values)
    ]
    formats.write(path, records)
    assert [record.source_id for record in formats.read(path)] == [str(n) for n in range(len(values))]
    assert len(rispy.loads(path.read_text(encoding="utf-8"))) == len(values)


@settings(max_examples=100, deadline=None)
@given(st.lists(RIS_RECORD, min_size=1, max_size=4))
def test_rispy_reads_the_same(records: list[Record]) -> None:
    """rispy finds the same titles, authors, keywords, DOIs and numbers."""
    found = rispy.loads(written(records).decode())
    assert [entry["title"] for entry in found] == [record.title for record in records]
    assert [entry.get("authors", []) for entry in found] == [[a.name for a in record.authors] for record in records]
    assert [entry.get("keywords", []) for entry in found] == [list(record.keywords) for record in records]
    assert [entry.get("doi", "") for entry in found] == [record.doi for record in records]
    assert [entry["accession_number"] for entry in found] == [record.pmid for record in records]
    assert [entry.get("notes_abstract", entry["abstract"]) for entry in found] == [r.abstract_text for r in records]


@pytest.mark.parametrize(
    ("pages", "start", "end"),
    [
        ("1499-505", "1499", "1505"),
        ("77-84", "77", "84"),
        ("123-9", "123", "129"),
        ("S12-5", "S12", "S15"),
        ("S12-S15", "S12", "S15"),
        ("e101-3", "e101", "e103"),
        ("115-20.e1", "115", "120.e1"),
        ("2020-12", "2020", "12"),
        ("12-2020", "12", "2020"),
        ("iv-x", "iv", "x"),
        ("e12345", "e12345", ""),
        ("e0123456", "e0123456", ""),
        ("1-4, 9", "1-4, 9", ""),
        ("1499-505; discussion 506", "1499-505; discussion 506", ""),
    ],
)
def test_abbreviated_pages_are_written_in_full(pages: str, start: str, end: str) -> None:
    """EP is the whole last page where MEDLINE leaves out what it shares with the first; e-locators stay as they are."""
    lines = written([Record("file", "1", "A", pages=pages)]).decode().split("\r\n")
    assert f"SP  - {start}" in lines
    assert [line for line in lines if line.startswith("EP")] == ([f"EP  - {end}"] if end else [])
