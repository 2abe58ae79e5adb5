"""What a row says, in the form in which it is compared. All examples are made up after the damage exporters do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe.genre import Genre, genre_of
from harvester.dedupe.prepare import (
    abstract_head,
    doi_list,
    is_foreign,
    journal_words,
    name_words,
    page_range,
    prepare,
    without_notes,
)
from harvester.dedupe.row import Row, from_mapping, from_record
from harvester.dedupe.text import plain, words
from harvester.record import Author, PartialDate, Record, Relation, Section


def _genre(title: str, row: Row, *, dois: tuple[str, ...]) -> int:
    return genre_of(title, words(title), row, dois=dois)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café-au-lait: naïve Müller", "cafe au lait naive muller"),
        ("TGF-&beta;1 and &lt;i&gt;H. pylori&lt;/i&gt;", "tgf beta1 and h pylori"),
        ("5-HT<inf>3</inf> and CO<sub>2</sub>", "5 ht3 and co2"),
        ("β-amyloid", "beta amyloid"),
        ("MÃ¼ller cells", "muller cells"),
        ("{T}he $\\alpha$ of things", "the alpha of things"),
        ("Straße, Łódź, Ångström", "strasse lodz angstrom"),
        (
            "TGF-ß1, 17ß-estradiol, ß-blockers and Aß42 in Preußen",
            "tgf beta1 17beta estradiol beta blockers and abeta42 in preussen",
        ),
        ("GROßE STRAßEN", "grosse strassen"),
        ("社会处方 研究", "社会处方 研究"),
        ("p < 0.05 and q > 3", "p 0 05 and q 3"),
    ],
)
def test_titles_are_folded(text: str, expected: str) -> None:
    """Accents, markup, entities, Greek, TeX and mojibake go; other scripts stay."""
    assert expected == " ".join(words(text))


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Words that were folded are folded already."""
    once = words(text)
    assert once == words(" ".join(once))


@given(st.text(max_size=200))
def test_plain_never_fails(text: str) -> None:
    """Any text at all can be folded."""
    assert isinstance(plain(text), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("671-90", ("671", "690")),
        ("1204--1210", ("1204", "1210")),
        ("pp. 12–15", ("12", "15")),
        ("p12-5", ("12", "15")),
        ("06-Oct", ("6", "10")),
        ("Oct-15", ("10", "15")),
        ("S12-S13", ("s12", "s13")),
        ("e1234", ("e1234", "")),
        ("A113", ("a113", "")),
        ("0012-0019", ("12", "19")),
        ("xiii-xv", ("xiii", "xv")),
        ("Article 45", ("45", "")),
        ("215 p", ("", "")),
        ("no pagination", ("", "")),
        ("t-8", ("", "")),
        ("", ("", "")),
    ],
)
def test_pages(text: str, expected: tuple[str, str]) -> None:
    """First and last page as printed, completed, and with a spreadsheet's damage undone."""
    assert expected == page_range(text)


@given(st.text(max_size=30))
def test_pages_never_fail(text: str) -> None:
    """Any text is a pair of pages or none; a last page never stands without a first."""
    start, end = page_range(text)
    assert start or not end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://doi.org/10.1000/AbC", ("10.1000/abc",)),
        ("10.1000/x [doi];S0140 [pii]", ("10.1000/x",)),
        ("10.1000/x and 10.1000/x", ("10.1000/x",)),
        ("10.1000/a;10.1000/b", ("10.1000/a", "10.1000/b")),
        ("10.1000/s0140%2810%2961151-8&issn=0140&atitle=x", ("10.1000/s0140(10)61151-8",)),
        ("10.1000/xhttp://proxy.example/?id=1", ("10.1000/x",)),
        ("10.1101/2020.05.12.20073577v2", ("10.1101/2020.05.12.20073577",)),
        ("10.1002/(ISSN)1744-4292", ()),
        ("10.1002/(SICI)1097-0258(19980815/30)17:15", ("10.1002/(sici)1097-0258(19980815/30)17:15",)),
        ("165/7/800 [pii]", ()),
    ],
)
def test_dois(text: str, expected: tuple[str, ...]) -> None:
    """The DOIs of a field, without what ran on after them, without those of whole journals."""
    assert expected == doi_list(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brummel, Nathan E. and Jackson, J. C.", ("brummel", "nathan", "jackson")),
        ("MinhasK.M.KhanS.A.O'DonnellC.P.", ("minhas", "khan", "donnell")),
        ("SMITH, J.A.; LEE, K", ("smith", "lee")),
        ("Li W. Xu H. et al", ("li", "xu")),
        ("Anonymous", ()),
        ("王伟; 李娜", ("王伟", "李娜")),
    ],
)
def test_names(text: str, expected: tuple[str, ...]) -> None:
    """The names of authors in any shape, without initials and without what is no name."""
    assert expected == name_words(text)


def test_a_journal_that_holds_everything_is_taken_apart() -> None:
    """Ovid's journal field with volume, issue and pages in it fills the fields that are empty."""
    row = prepare(Row("1", "T", journal="J Pharm.66 (1) ()(pp 122-132) 2014.Date of Publication: 2014"))
    assert (row.journal, row.volume, row.issue, row.start, row.end) == ("j pharm", "66", "1", "122", "132")


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        ("Clin neuro.9 Suppl 4 ()(pp 308-310) 1986.Date", ("clin neuro", "9", "", "308")),
        ("Front Pharm.6 (JAN) (no pagination) 2016", ("front pharm", "6", "", "")),
        ("Contract Pharma.(4) (no pagination) 2010", ("contract pharma", "", "4", "")),
        ("J Peptides.194-195 ()(pp 16-22) 2014.Date", ("j peptides", "194", "", "16")),
        ("29 ()(pp 222-226) 2015.Date of Publication", ("", "29", "", "222")),
    ],
)
def test_journals_that_hold_half_of_it(journal: str, expected: tuple[str, ...]) -> None:
    """The same where volume, issue or pages are missing."""
    row = prepare(Row("1", "T", journal=journal))
    assert expected == (row.journal, row.volume, row.issue, row.start)


def test_pages_that_are_the_year_are_none() -> None:
    """An export that put the year where the pages were, and the pages where the issue was, is put right."""
    row = prepare(Row("1", "T", year="2010", volume="602", issue="pp 267-282", pages="2010"))
    assert (row.start, row.end) == ("267", "282")
    assert [prepare(Row("1", "T", pages=pages)).start for pages in ("2010/04", "20100529/0604")] == ["", ""]


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("11 (6)", ("11", "6")),
        ("36 (SUPPL.2)", ("36", "2")),
        ("2)", ("", "2")),
        ("12", ("12", "")),
        ("(3)", ("3", "3")),
    ],
)
def test_an_issue_within_the_volume_is_found(volume: str, expected: tuple[str, str]) -> None:
    """Where no issue is given, what stands in brackets after the volume is it."""
    row = prepare(Row("1", "T", volume=volume))
    assert expected == (row.volume, row.issue)
    assert prepare(Row("1", "T", volume=volume, issue="9", pages="1-8")).issue == "9"


@pytest.mark.parametrize(
    ("volume", "issue", "pages", "expected"),
    [
        ("18 (8) (no pagination)", "1704", "", ("18", "8", "1704")),
        ("9 (no pagination)", "93", "", ("9", "", "93")),
        ("13 (1) (no pagination)", "1", "", ("13", "1", "")),
        ("18 (8)", "1704", "12-19", ("18", "1704", "12")),
        ("18", "1704", "", ("18", "1704", "")),
    ],
)
def test_an_articles_number_beside_a_volume_with_its_issue(
    volume: str, issue: str, pages: str, expected: tuple[str, str, str]
) -> None:
    """Embase by way of EndNote: the issue stands in the volume, and the article's number where the issue was."""
    row = prepare(Row("1", "T", volume=volume, issue=issue, pages=pages))
    assert expected == (row.volume, row.issue, row.start)


def test_an_article_number_in_place_of_the_issue_is_the_page() -> None:
    """An issue of five digits or with an e is the number of the article, where no pages are given."""
    row = prepare(Row("1", "T", volume="13 (2)", issue="e0191240"))
    assert (row.volume, row.issue, row.start) == ("13", "2", "e191240")
    assert prepare(Row("1", "T", issue="e0191240", pages="1-9")).issue == "191240"
    assert (prepare(Row("1", "T", issue="1001")).issue, prepare(Row("1", "T", issue="1001")).start) == ("1001", "")


def test_a_spreadsheets_error_is_no_title() -> None:
    """`#NAME?` says nothing, and nothing never equals nothing."""
    assert prepare(Row("1", "#NAME?")).compact == ""


def test_notes_behind_titles_go() -> None:
    """What databases write in brackets after a title is not the title."""
    assert without_notes("Human papillomavirus. [Review] [33 refs]") == "Human papillomavirus"
    assert without_notes("Human papillomavirus.[Erratum appears in J X. 2006 Jan]") == "Human papillomavirus"
    assert without_notes("[Therapy of head injuries]") == "[Therapy of head injuries]"
    assert without_notes("Memory and age.[Erratum appears in J X. 2013;27:3 Note: Small [added]]") == "Memory and age"
    assert without_notes("Robust outcomes [correction of outcoms]") == "Robust outcomes"
    assert without_notes("House dust 11 Medical and Health Sciences 1107 Immunology") == "House dust"
    assert (
        without_notes("House dust of 11 Social Sciences 2010 graduates")
        == "House dust of 11 Social Sciences 2010 graduates"
    )


def test_journals_lose_small_words_places_and_conferences() -> None:
    """What is left of a journal's name tells it apart."""
    assert journal_words("Health Technology Assessment (Winchester, England)") == "health technology assessment"
    assert journal_words("Diabetes. Conference: 75th Scientific Sessions") == "diabetes"
    assert journal_words("The Lancet") == "lancet"
    assert journal_words("JAMA : the journal of the American Medical Association") == "jama"
    assert journal_words("Journal of Psychology: General") == "journal psychology | general"
    assert journal_words("Brain research. Molecular brain research") == "brain research ~ molecular brain research"
    assert journal_words("Trials [electronic resource]") == "trials"
    assert journal_words("Annali dell'Istituto di Sanità") == "annali istituto sanita"
    assert journal_words("PROCEEDINGS OF THE UNITED STATES OF AMERICA") == "proceedings usa"
    assert journal_words("Ann. N.Y. Acad. Sci.") == "ann ny acad sci"
    assert journal_words("Structure (London, England : 1993)") == "structure"
    assert journal_words("Medicinal chemistry (Shariqah (United Arab Emirates))") == "medicinal chemistry"
    assert journal_words("Current HIV/AIDS reports") == "current hiv aids reports"
    assert journal_words("Canadian Journal of Public Health/Revue canadienne de sante publique") == (
        "canadian journal public health | revue canadienne sante publique"
    )


def test_abstracts_lose_their_first_label() -> None:
    """An abstract begins after its opening label, and one of a few words is none."""
    text = "Social prescribing connects people with support in their communities and with each other."
    plain_head = abstract_head(text)
    assert plain_head == abstract_head(f"BACKGROUND: {text}") == abstract_head(f"Objective - {text}")
    assert abstract_head("No abstract") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Platform economy and crowdworking as challenges for the German model", False),
        ("Plattformökonomie und Crowdworking als Herausforderungen für das deutsche Modell", True),
        ("Les effets de la prescription sociale dans les maladies chroniques", True),
        ("社会处方研究", True),
        ("In vivo imaging", False),
        ("", False),
    ],
)
def test_foreign_titles(text: str, *, expected: bool) -> None:
    """A title in another language is known by its function words or its letters."""
    assert expected is is_foreign(words(text))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Erratum: Link workers in practice", Genre.CORRECTION),
        ("Correction to: Link workers in practice", Genre.CORRECTION),
        ("Link workers in practice (vol 12, pg 34, 2020)", Genre.CORRECTION),
        ("Correction of hypoxia in infants", Genre.NONE),
        ("Retraction of the upper eyelid", Genre.NONE),
        ("Comment on 'Link workers in practice'", Genre.COMMENT),
        ("Link workers in practice - Reply", Genre.COMMENT),
        ("Response to treatment in multimorbidity", Genre.COMMENT),
        ("Replication of a survey of link workers", Genre.NONE),
        ("Link workers in practice: study protocol", Genre.PROTOCOL),
        ("<b>Correction: link workers in practice</b>", Genre.CORRECTION),
        ("Correction.", Genre.CORRECTION),
        ("Department of Error.", Genre.CORRECTION),
        ("Error in Figure 2 and Byline", Genre.CORRECTION),
        ("Errors in prescribing by link workers", Genre.NONE),
        ("Link workers in pract...", Genre.CUT),
        ("Corrigenda: link workers in practice", Genre.CORRECTION),
        ("Link workers in practice. Authors' reply", Genre.COMMENT),
        ("Authors&#39; response: link workers in practice", Genre.COMMENT),
        ("", Genre.NONE),
    ],
)
def test_genres_by_title(title: str, expected: int) -> None:
    """Titles declare corrections, comments and protocols."""
    assert expected == _genre(title, Row("1", title), dois=())


def test_genres_by_notes_doi_and_journal() -> None:
    """MEDLINE's own notes tell the notice from the paper; servers and meetings are known by name."""
    said = _genre("T", Row("1", notes="Published Erratum; ErratumFor"), dois=())
    assert said == Genre.CORRECTION | Genre.CORRECTION << Genre.SAID
    assert _genre("T", Row("1", notes="Journal Article; ErratumIn; CommentIn; UpdateIn"), dois=()) == Genre.NONE
    assert _genre("T", Row("1", notes="Letter; Comment"), dois=()) & Genre.ALL == Genre.COMMENT
    assert _genre("Reply to Lee", Row("1", notes="Letter; Comment"), dois=()) == Genre.COMMENT
    assert _genre("T", Row("1"), dois=("10.1101/2020.01.02.20001",)) == Genre.PREPRINT
    assert _genre("T", Row("1"), dois=("10.1101/gad.123456.108",)) == Genre.NONE
    assert _genre("T", Row("1", journal="medRxiv"), dois=()) == Genre.PREPRINT
    assert _genre("T", Row("1", journal="Diabetes. Conference: 75th Sessions"), dois=()) == Genre.CONFERENCE
    assert _genre("T", Row("1", journal="Proceedings of the National Academy of Sciences"), dois=()) == Genre.NONE


def test_rows_of_mappings_take_the_usual_names() -> None:
    """Columns are found by their usual names in any case, numbers of data frames among them."""
    row = from_mapping(
        {"Title": "T", "AUTHORS": ["A", "B"], "Year": 2020.0, "booktitle": "Proc", "journal": "", "Number": 3, "x": 1},
        "k",
    )
    assert Row("k", "T", authors="A; B", year="2020", journal="Proc", issue="3") == row
    assert from_mapping({"title": float("nan"), "year": None}, 1).title == ""


def test_rows_of_records() -> None:
    """A harvested record gives what it says of itself, its relations among it."""
    record = Record(
        source="pubmed",
        source_id="1",
        title="T",
        authors=(Author(family="Lee", given="Kim"), Author(collective="The Group")),
        journal="J",
        published=PartialDate(2020, 3),
        abstract=(Section("One.", "AIM"), Section("Two.")),
        identifiers={"doi": ("10.1/a", "10.1/b"), "pmid": ("1",)},
        publication_types=("Journal Article",),
        relations=(Relation("ErratumIn"),),
    )
    row = from_record(record, 7)
    assert row.key == 7
    assert (row.title, row.authors, row.year, row.journal) == ("T", "Lee, Kim; The Group", "2020", "J")
    assert (row.doi, row.pmid, row.abstract) == ("10.1/a 10.1/b", "1", "One. Two.")
    assert row.notes == "Journal Article; ErratumIn"
    assert from_record(record).key == "pubmed:1"
