"""The .nbib form: what exporters do, and what is written. Synthetic throughout."""

from __future__ import annotations

import copy
import io
from dataclasses import replace
from pathlib import Path

import pytest
from Bio import Medline
from hypothesis import given, settings
from hypothesis import strategies as st
from ris_strategies import RIS_RECORD

from harvester import formats
from harvester.errors import FormatError
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section

FULL = Record(
    source="pubmed",
    source_id="36072698",
    title="Link workers in primary care.",
    vernacular_title="Agents de liaison.",
    authors=(
        Author("van Dijk", "Anna B", "AB", "Jr", orcid="0000-0002-1825-0097", affiliation="Leeds; York"),
        Author(collective="The SPLW Group"),
        Author("Smith", "Jo", "J"),
    ),
    editors=(Author("Editor", "Ed"),),
    journal="Health & Social Care",
    journal_abbreviation="Health Soc Care",
    volume="12",
    issue="3",
    pages="1499-505",
    published=PartialDate(2022, 7, 31),
    published_online=PartialDate(2022, 6, 1),
    abstract=(Section("We asked."),),
    languages=("eng",),
    publication_types=("Journal Article", "Review"),
    keywords=("social prescribing",),
    headings=(Heading("Chronic Disease", major=True, subheadings=("therapy",)), Heading("Humans")),
    relations=(Relation("RetractionIn", "Lancet. 2023;1:2. PMID: 37000000", pmid="37000000"),),
    identifiers={"pmid": ("36072698",), "doi": ("10.1155/2023/7191247",), "pii": ("S1-2",), "pmcid": ("PMC9440807",)},
    issns=("0966-0410", "1365-2524"),
    status="MEDLINE",
)
WRITTEN = (
    "PMID- 36072698\nOWN - NLM\nSTAT- MEDLINE\nIS  - 0966-0410\nIS  - 1365-2524\nVI  - 12\nIP  - 3\nDP  - 2022 Jul 31\n"
    "TI  - Link workers in primary care.\nTT  - Agents de liaison.\nPG  - 1499-505\nLID - 10.1155/2023/7191247 [doi]\n"
    "AID - S1-2 [pii]\nAB  - We asked.\nFAU - van Dijk, Anna B, Jr\nAU  - van Dijk AB Jr\n"
    "AUID- ORCID: 0000-0002-1825-0097\nAD  - Leeds; York\nCN  - The SPLW Group\nFAU - Smith, Jo\nAU  - Smith J\n"
    "FED - Editor, Ed\nLA  - eng\nPT  - Journal Article\nPT  - Review\nDEP - 20220601\nTA  - Health Soc Care\n"
    "JT  - Health & Social Care\nMH  - *Chronic Disease/therapy\nMH  - Humans\n"
    "RIN - Lancet. 2023;1:2. PMID: 37000000\nPMC - PMC9440807\nOT  - social prescribing\n\n"
)


def read(tmp_path: Path, text: str) -> list[Record]:
    """The records of a file with this text; stated and parsed have agreed."""
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return list(formats.read(path))


def written(*records: Record, **options: object) -> str:
    """A .nbib with these records."""
    out = io.BytesIO()
    writer = formats.writer("nbib", out, **options)
    for record in records:
        writer.add(record)
    writer.end()
    return out.getvalue().decode()


def test_a_record_is_written_tag_by_tag_and_read_back_equal(tmp_path: Path) -> None:
    """Every byte of a full record; the reader gives the same record back, its authors in their order."""
    assert written(FULL) == WRITTEN
    assert read(tmp_path, WRITTEN) == [FULL]


def test_biopython_reads_what_is_written() -> None:
    """Bio.Medline finds the same title, names and numbers."""
    (found,) = Medline.parse(io.StringIO(written(FULL, label="lw run 2")))  # type: ignore[no-untyped-call]
    assert (found["PMID"], found["TI"], found["PG"]) == ("36072698", "Link workers in primary care.", "1499-505")
    assert found["FAU"] == ["van Dijk, Anna B, Jr", "Smith, Jo"]
    assert found["OT"] == ["social prescribing", "lw run 2"]


def test_a_record_of_another_database_keeps_its_source_and_number(tmp_path: Path) -> None:
    """OWN names the database, OID its number, with a PMID or without."""
    one = Record("cinahl", "123", "A")
    two = Record("embase", "L9", "B", identifiers={"pmid": ("7",)})
    assert read(tmp_path, written(one, two)) == [one, two]


@settings(max_examples=100, deadline=None)
@given(st.lists(RIS_RECORD, min_size=1, max_size=4, unique_by=lambda r: r.source_id))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    """All comes back but what docs/files.md names: the kind, tags of RIS, initials, how a date was printed."""

    def kept(record: Record) -> Record:
        authors = tuple(replace(each, initials="") for each in record.authors)
        published = PartialDate(record.published.year, record.published.month, record.published.day)
        return replace(record, kind="", authors=authors, published=published, extra={}, journal="", book_title="")

    path = tmp_path_factory.mktemp("nbib") / "records.nbib"
    expected = [kept(copy.deepcopy(record)) for record in records]
    for record in records:
        record.published = replace(record.published, text="")
    formats.write(path, records)
    assert [kept(record) for record in formats.read(path)] == expected


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_no_value_can_forge_a_record(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever a value holds, one record comes back."""
    path = tmp_path_factory.mktemp("nbib") / "records.nbib"
    nasty = f"{text}\n\nPMID- 9\u2028\r\nPMC - PMC1\x85{text}"
    formats.write(path, [Record("cinahl", "1", nasty, abstract=(Section(nasty),), keywords=(nasty,))])
    assert [record.source_id for record in formats.read(path)] == ["1"]


def test_repeated_tags_are_all_read(tmp_path: Path) -> None:
    """Two serial numbers, a number that is no DOI, an article number: none is lost."""
    (record,) = read(
        tmp_path,
        "PMID- 1\nOWN - NLM\nIS  - 1878-0849 (Electronic)\nIS  - 0028-0836 (Print)\nTI  - A\nLID - 347\n"
        "AID - S0140-1 [pii]\nAID - 10.1000/x [doi]\n",
    )
    assert record.issns == ("1878-0849", "0028-0836")
    assert record.identifiers == {"pmid": ("1",), "pii": ("S0140-1",), "doi": ("10.1000/x",)}
    assert record.pages == "347"


def test_pubmed_centrals_form(tmp_path: Path) -> None:
    """Records that begin with PMC, the PMID after it: each is one, and its PMCID is its own."""
    found = read(
        tmp_path, "\nPMC - PMC11\nPMID- 1\nTI  - A\nAB  - \n\nPMC - PMC12\nPMID- 2\nTI  - B\n\nPMC - PMC13\nTI  - C\n"
    )
    assert [(one.title, one.pmid, one.identifiers["pmcid"]) for one in found] == [
        ("A", "1", ("PMC11",)),
        ("B", "2", ("PMC12",)),
        ("C", "", ("PMC13",)),
    ]


def test_records_without_a_blank_line_between_them_are_two(tmp_path: Path) -> None:
    """A PMID begins a record wherever it stands; a blank line inside a record ends nothing."""
    found = read(tmp_path, "PMID- 1\nTI  - A\nPMID- 2\nTI  - B\n\nAB  - Of B.\n")
    assert [(one.source_id, one.title, one.abstract_text) for one in found] == [("1", "A", ""), ("2", "B", "Of B.")]


def test_what_stands_before_the_first_record_is_named(tmp_path: Path) -> None:
    """A tag without a record is rejected with its line."""
    with pytest.raises(FormatError, match="line 1: lies outside any record: 'TI  - Lost'"):
        read(tmp_path, "TI  - Lost\n\nPMID- 1\nTI  - A\n")


def test_an_affiliation_and_an_orcid_belong_to_the_author_before_them(tmp_path: Path) -> None:
    """As in PubMed's XML, several affiliations of one author are joined by semicolons."""
    (record,) = read(
        tmp_path,
        "PMID- 1\nTI  - A\nFAU - Ab, C\nAU  - Ab C\nAUID- ORCID: 0000-0002-1825-0097\nAD  - Leeds,\n      UK\n"
        "AD  - York\n"
        "FAU - De, F\nAU  - De F\nAD  - Hull\n",
    )
    assert record.authors == (
        Author("Ab", "C", "C", orcid="0000-0002-1825-0097", affiliation="Leeds, UK; York"),
        Author("De", "F", "F", affiliation="Hull"),
    )


def test_erics_serial_numbers(tmp_path: Path) -> None:
    """ERIC's tag is ISSN and its numbers say of what kind they are."""
    (record,) = read(tmp_path, "OWN - ERIC\nTI  - A\nISSN - EISSN-2375-5636\nISSN - ISSN-1042-1629\n")
    assert record.issns == ("2375-5636", "1042-1629")
    assert record.source == "eric"
