"""RIS as exporters write it. All files here are synthetic, in the shapes that the named exporters are known for."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import formats
from harvester.errors import FormatError, UsageError
from harvester.formats import Reading
from harvester.record import Author, PartialDate, Record


def opened(tmp_path: Path, content: str | bytes, *, keep_readable: bool = False) -> Reading:
    """A file with this content, opened."""
    path = tmp_path / "export.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return formats.open_file(path, keep_readable=keep_readable)


def read(tmp_path: Path, content: str | bytes) -> list[Record]:
    """The records of a file with this content; stated and parsed have agreed."""
    return list(opened(tmp_path, content))


COCHRANE = """Record #1 of 2
Provider: John Wiley & Sons, Ltd.
Content: text/plain; charset="UTF-8"

TY  -  JOUR
AN  -  CN-00000001
AU  -  Bywater, T
TI  -  One
C3  -  PUBMED 21314913,EMBASE 5
ER  -

Record #2 of 2
Provider: John Wiley & Sons, Ltd.

TY  -  JOUR
AN  -  CN-00000002
TI  -  Two
ER  -
"""


def test_cochrane_preambles_and_two_blanks(tmp_path: Path) -> None:
    """Cochrane's preambles are no records, its second blank is no part of the value, its PMID is found in C3."""
    one, two = read(tmp_path, COCHRANE)
    assert (one.title, one.source_id, one.pmid, one.authors) == ("One", "CN-00000001", "21314913", (
        Author(family="Bywater", given="T"),
    ))  # fmt: skip
    assert two.title == "Two"


def test_an_announced_record_that_does_not_come_is_named(tmp_path: Path) -> None:
    """A preamble without its record is a FormatError that names the line, exit code 7; the readable one can be kept."""
    cut = COCHRANE[: COCHRANE.index("TY  -  JOUR\nAN  -  CN-00000002")]
    with pytest.raises(FormatError, match="line 12: announces a record that does not come") as caught:
        read(tmp_path, cut)
    assert caught.value.exit_code == 7
    reading = opened(tmp_path, cut, keep_readable=True)
    assert [record.title for record in reading] == ["One"]
    assert [piece.line for piece in reading.rejected] == [12]


def test_a_missing_er_swallows_nothing(tmp_path: Path) -> None:
    """Without its ER a record ends where the next begins, and that is said."""
    reading = opened(tmp_path, "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \n")
    assert [record.title for record in reading] == ["One", "Two"]
    assert (reading.stated, reading.parsed) == (2, 2)
    assert reading.warnings == ["line 1: the record has no ER; it ends where the next begins, in line 3"]


def test_a_missing_ty_loses_nothing(tmp_path: Path) -> None:
    """Tagged lines that no TY opens are a record of their own."""
    reading = opened(
        tmp_path, "TY  - JOUR\nTI  - One\nER  - \n\nTI  - Two\nPY  - 2020\nER  - \nTY  - BOOK\nTI  - C\nER  -"
    )
    assert [(record.title, record.kind) for record in reading] == [("One", "article"), ("Two", "other"), ("C", "book")]


def test_a_cut_file_is_said_to_be_cut(tmp_path: Path) -> None:
    """A last record without ER is kept, with a warning."""
    reading = opened(tmp_path, "TY  - JOUR\nTI  - One\nER  - \n\nTY  - JOUR\nTI  - Tw")
    assert [record.title for record in reading] == ["One", "Tw"]
    assert reading.warnings == ["line 5: the last record has no ER: the file may have been cut short"]


@pytest.mark.parametrize(
    "content",
    [
        "TY  - JOUR\rTI  - One\rAU  - Ab, C\rER  - \rTY  - JOUR\rTI  - Two\rER  - \r",
        "TY - JOUR\nTI - One\nAU - Ab, C\nER - \nTY - JOUR\nTI - Two\nER -\n",
        "\ufeffTY  - JOUR\r\nTI  - One\r\nAU  - Ab, C\r\nER  -\r\n\r\nTY  - JOUR\r\nTI  - Two\r\nER  -",
        "1.\n  TY  - JOUR\n  TI  - One\n  AU  - Ab, C\n  ER  - \n2. \nTY  - JOUR\nTI  - Two\nER  - ,\n",
        "\n\n<1. >\nTY  - JOUR\nTI  - One\nAU  - Ab, C\nER  - kmpt\nTY  - JOUR\nTI  - Two\nER  - \n",
    ],
    ids=["CR only", "one blank", "BOM", "indented and counted", "rubbish after ER"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_shapes_of_the_same_two_records(tmp_path: Path, content: str, encoding: str) -> None:
    """Line ends, blanks, counters and byte order marks make no difference."""
    assert [(r.title, r.authors) for r in read(tmp_path, content.encode(encoding))] == [
        ("One", (Author(family="Ab", given="C"),)),
        ("Two", ()),
    ]


@pytest.mark.parametrize(
    ("encoded", "note"),
    [
        ("Müller – é".encode("cp1252"), "not UTF-8 (3 bytes); read as Windows-1252"),
        ("Müller – é".encode(), ""),
        ("Müller – é ".encode() + "é".encode("cp1252"), "1 bytes are not UTF-8 and were read as Windows-1252"),
    ],
)
def test_eight_bit_files_are_told(tmp_path: Path, encoded: bytes, note: str) -> None:
    """A file that is not UTF-8 is read in the likeliest set, and that is said."""
    reading = opened(tmp_path, b"TY  - JOUR\nTI  - " + encoded + b"\nER  - \n")
    (record,) = reading
    assert record.title.startswith("Müller – é")
    assert reading.warnings == ([note] if note else [])


def test_mac_roman(tmp_path: Path) -> None:
    """A file of bare returns with eight-bit letters is a Mac's."""
    (record,) = read(tmp_path, "TY  - JOUR\rTI  - Müller\rER  - \r".encode("mac_roman"))
    assert record.title == "Müller"


def test_wrapped_lines_and_keywords_without_tags(tmp_path: Path) -> None:
    """A line without a tag goes on with the value before it, or is another keyword."""
    (record,) = read(tmp_path, "TY  - JOUR\nTI  - Blood-brain barrier\nbreach\nKW  - one\ntwo\n\nthree\nER  - \n")
    assert record.title == "Blood-brain barrier breach"
    assert record.keywords == ("one", "two", "three")


def test_the_first_ab_wins_and_the_copyright_notice_is_kept(tmp_path: Path) -> None:
    """EBSCO's second AB is a notice; its DOI hides in L3."""
    (record,) = read(
        tmp_path,
        "TY  - JOUR\nT1  - One\nAB  - We asked.\nAB  - Copyright of X.\nL3  - 10.1371/Journal.Pone.1\nDP  - EBSCOhost\n"
        "DB  - ccm\nN1  - Accession Number: 1\nER  - \n",
    )
    assert record.abstract_text == "We asked."
    assert record.doi == "10.1371/journal.pone.1"
    assert record.source == "cinahl"
    assert record.extra == {
        "ris": {"AB": ["Copyright of X."], "DB": ["ccm"], "N1": ["Accession Number: 1"]}
    }  # DP is CINAHL's own and is written again from its name


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("PY  - 2012///", PartialDate(2012)),
        ("PY  - 2012\nDA  - 2012/07/31/", PartialDate(2012, 7, 31)),
        ("Y1  - 2013\nPY  - 2013/04/18\nPY  - 2013/02/15/received", PartialDate(2013, 4, 18)),
        ("PY  - 2011\nDA  - Jun", PartialDate(2011, 6)),
        ("PY  - 2001/00/00/", PartialDate(2001)),
        ("PY  - 99", PartialDate(text="99")),
        ("DA  - 2024-02-01", PartialDate(2024, 2, 1)),
        ("Y1  - 2015/october", PartialDate(2015, text="2015/october")),
        ("PY  - 2020\nDA  - 2019/12/30/", PartialDate(2020)),
    ],
)
def test_dates(tmp_path: Path, tags: str, expected: PartialDate) -> None:
    """The most precise date of the stated year is the date of publication."""
    (record,) = read(tmp_path, f"TY  - JOUR\nTI  - One\n{tags}\nER  - \n")
    assert record.published == expected


@pytest.mark.parametrize(
    ("tags", "doi"),
    [
        ("DO  - https://dx.doi.org/10.1186/s11689-021-09396-9", "10.1186/s11689-021-09396-9"),
        ("DO  - doi:10.1201/b19107-2", "10.1201/b19107-2"),
        ("M3  - doi:10.1011/hea0004444", "10.1011/hea0004444"),
        ("UR  - http://dx.doi.org/10.1023/A:1017379030770", "10.1023/a:1017379030770"),
        ("N1  - doi: 10.1016/j.neuron.2016.10.006", "10.1016/j.neuron.2016.10.006"),
        ("UR  - https://example.org/10.1000/not-a-doi", ""),
    ],
)
def test_where_dois_hide(tmp_path: Path, tags: str, doi: str) -> None:
    """A DOI is found in DO, M3, UR and N1, and comes out bare."""
    (record,) = read(tmp_path, f"TY  - JOUR\nTI  - One\n{tags}\nER  - \n")
    assert record.doi == doi


@pytest.mark.parametrize(
    ("tags", "pmid"),
    [
        ("DB  - PubMed\nAN  - 26957754", "26957754"),
        ("DP  - NLM\nAN  - 21553931", "21553931"),
        ("DB  - Embase\nC5  - 38773066", "38773066"),
        ("DB  - Scopus\nC2  - 38580657", "38580657"),
        ("PMID  - 33355555", "33355555"),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/123456/", "123456"),
        ("DB  - ERIC\nAN  - 176404503", ""),
        ("AN  - 2214991469; 51887", ""),
    ],
)
def test_where_pmids_hide(tmp_path: Path, tags: str, pmid: str) -> None:
    """A PMID is found where each database puts it, and another database's number is never taken for one."""
    (record,) = read(tmp_path, f"TY  - JOUR\nTI  - One\n{tags}\nER  - \n")
    assert record.pmid == pmid


def test_serial_and_book_numbers(tmp_path: Path) -> None:
    """ISSN and ISBN are told apart, also two in one tag; what is neither is kept."""
    (record,) = read(
        tmp_path,
        "TY  - JOUR\nTI  - One\nSN  - 1476-4687(Electronic),0028-0836(Print)\n"
        "SN  - 978-0-306-40615-7\nSN  - 1234-5678\nER  - \n",
    )
    assert record.issns == ("1476-4687", "0028-0836")
    assert record.identifiers["isbn"] == ("9780306406157",)
    assert record.extra["ris"]["SN"] == ["1234-5678"]


def test_a_tag_after_er_belongs_to_the_record_before(tmp_path: Path) -> None:
    """Ovid writes NL after ER; it is neither lost nor a record."""
    (record,) = read(
        tmp_path, "1.\nTY  - JOUR\nTI  - One\nER  - \nNL  - Clin Psychol\n\nLink to the Ovid Full Text: x\n"
    )
    assert record.extra == {"ris": {"NL": ["Clin Psychol"]}}


def test_unknown_tags_are_written_out_again(tmp_path: Path) -> None:
    """What the reader does not know comes out of the writer as it was."""
    (record,) = read(tmp_path, "TY  - JOUR\nTI  - One\nJP  - CRISPR\nJP  - Two\nU1  - 7\nER  - \n")
    formats.write(tmp_path / "out.ris", [record])
    text = (tmp_path / "out.ris").read_text(encoding="utf-8")
    assert "JP  - CRISPR\nJP  - Two\nU1  - 7\n" in text


def test_an_id_that_comes_twice_makes_two_records(tmp_path: Path) -> None:
    """Two records with one accession number are both kept, under ids that differ."""
    first, second = read(tmp_path, "TY  - JOUR\nAN  - X1\nTI  - One\nER  - \nTY  - JOUR\nAN  - X1\nTI  - Two\nER  - \n")
    assert (first.source_id, second.source_id) == ("X1", "X1#2")


def test_ids_are_the_same_in_every_reading(tmp_path: Path) -> None:
    """A record without a number gets an id from what it says, not from where it stands."""
    a = "TY  - JOUR\nTI  - One\nAU  - Ab, C\nER  - \n"
    b = "TY  - JOUR\nTI  - Two\nER  - \n"
    assert [r.source_id for r in read(tmp_path, a + b)] == [r.source_id for r in read(tmp_path, b + a)][::-1]


def test_a_gzipped_file(tmp_path: Path) -> None:
    """A packed file is read as if it were not."""
    import gzip

    assert [r.title for r in read(tmp_path, gzip.compress(b"TY  - JOUR\nTI  - One\nER  - \n"))] == ["One"]


def test_a_broken_gzip_is_a_format_error(tmp_path: Path) -> None:
    """A packed file that is cut short is named, not half read."""
    import gzip

    packed = gzip.compress(b"TY  - JOUR\nTI  - One\nER  - \n" * 50)
    with pytest.raises(FormatError, match="cannot be unpacked"):
        read(tmp_path, packed[:-9])


@pytest.mark.parametrize("content", ["", " \n\n", "\ufeff"])
def test_an_empty_file_is_no_export(tmp_path: Path, content: str) -> None:
    """An empty file is an error, never zero records."""
    with pytest.raises(FormatError, match="is empty"):
        opened(tmp_path, content)


def test_an_unknown_format_shows_how_it_begins(tmp_path: Path) -> None:
    """A file in no known format is named with its first words."""
    with pytest.raises(FormatError, match="begins 'Dear Sir'"):
        opened(tmp_path, "Dear Sir\nno references here")


def test_a_missing_file_is_a_format_error(tmp_path: Path) -> None:
    """A file that is not there is said so."""
    with pytest.raises(FormatError, match="No such file"):
        formats.open_file(tmp_path / "none.ris")


def test_a_format_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """The writer names the formats it knows."""
    with pytest.raises(UsageError, match="'wos' cannot be written"):
        formats.write(tmp_path / "a.ciw", [], "wos")


def test_a_failing_write_leaves_the_old_file(tmp_path: Path) -> None:
    """A file is replaced whole or not at all, and nothing is left beside it."""
    path = tmp_path / "a.ris"
    path.write_text("old")

    def records():  # type: ignore[no-untyped-def]
        yield Record("file", "1", "A")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        formats.write(path, records())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_every_shared_ris_file_is_read_whole(shared_data: Path) -> None:
    """Real exports of all vendors: what was counted was read, with nothing rejected."""
    files = sorted((shared_data / "payloads").glob("exports/*/*.ris")) + sorted(
        (shared_data / "payloads").glob("ris_edge/*/*.ris")
    )
    counted = {}
    for path in files:
        if path.name == "example_wos.ris":
            continue
        reading = formats.open_file(path)
        counted[path.name] = (len(list(reading)), reading.stated)
    assert len(counted) >= 60
    assert all(parsed == stated for parsed, stated in counted.values())
    assert sum(parsed for parsed, _ in counted.values()) == 404
