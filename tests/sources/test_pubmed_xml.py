"""PubMed's XML: nothing is lost, nothing is cut, and what is broken comes as an error with its number."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from fake_pubmed import article, article_set
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import FormatError
from harvester.formats import pubmed_dates
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section
from harvester.sources import pubmed_xml

FULL = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
    <PMID Version="2">90000001</PMID>
    <DateCompleted><Year>2022</Year><Month>05</Month><Day>04</Day></DateCompleted>
    <DateRevised><Year>2023</Year><Month>01</Month><Day>09</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Electronic">2049-3630</ISSN>
        <JournalIssue CitedMedium="Internet">
          <Volume>12</Volume><Issue>3 Suppl 1</Issue>
          <PubDate><Year>2022</Year><Month>Mar</Month></PubDate>
        </JournalIssue>
        <Title>Journal of Invented Studies</Title><ISOAbbreviation>J Invent Stud</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Link workers &amp; CO<sub>2</sub>: an <i>in vivo</i>
        study of <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi></mml:math>.</ArticleTitle>
      <Pagination><StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="Y">10.9999/Invented.1</ELocationID>
      <ELocationID EIdType="doi" ValidYN="N">10.9999/wrong</ELocationID>
      <ELocationID EIdType="pii" ValidYN="Y">S0000-1</ELocationID>
      <Abstract>
        <AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Why <b>we</b> did it.</AbstractText>
        <AbstractText Label="RESULTS" NlmCategory="RESULTS">What came of it (p &lt; 0.05).</AbstractText>
        <CopyrightInformation>© 2022 Nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="Y"><LastName>Ångström</LastName><ForeName>Anna B</ForeName><Initials>AB</Initials>
          <Suffix>Jr</Suffix>
          <Identifier Source="ORCID">https://orcid.org/0000-0002-1825-0097</Identifier>
          <AffiliationInfo><Affiliation>University of A.</Affiliation></AffiliationInfo>
          <AffiliationInfo><Affiliation>Hospital of B.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="Y"><CollectiveName>The <i>Invented</i> Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language><Language>fre</Language>
      <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
        <AccessionNumberList><AccessionNumber>NCT00000000</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
      <GrantList><Grant><GrantID>G1</GrantID><Agency>NIHR</Agency><Country>United Kingdom</Country></Grant></GrantList>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
      <VernacularTitle>Les agents de liaison.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2021</Year><Month>12</Month><Day>31</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><Country>England</Country><MedlineTA>J Invent Stud</MedlineTA><NlmUniqueID>1</NlmUniqueID>
      <ISSNLinking>2049-3630</ISSNLinking></MedlineJournalInfo>
    <ChemicalList><Chemical><RegistryNumber>0</RegistryNumber>
      <NameOfSubstance UI="D1">Water</NameOfSubstance></Chemical>
    </ChemicalList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="RetractionIn">
        <RefSource>J Invent Stud. 2023;1:1. doi: 10.9999/retracted.2.</RefSource>
        <PMID Version="1">90000002</PMID></CommentsCorrections>
      <CommentsCorrections RefType="UpdateOf"><RefSource>medRxiv. 2021</RefSource></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D001" MajorTopicYN="N">Social Support</DescriptorName>
        <QualifierName UI="Q1" MajorTopicYN="Y">methods</QualifierName>
        <QualifierName UI="Q2" MajorTopicYN="N">trends</QualifierName>
      </MeshHeading>
      <MeshHeading><DescriptorName UI="D002" MajorTopicYN="N">Adult</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">social <i>prescribing</i></Keyword></KeywordList>
    <KeywordList Owner="KIE"><Keyword MajorTopicYN="N">ethics</Keyword></KeywordList>
    <CoiStatement>None.</CoiStatement>
    <InvestigatorList>
      <Investigator ValidYN="Y"><LastName>Smith</LastName><ForeName>Jo</ForeName></Investigator></InvestigatorList>
    <OtherAbstract Type="Publisher" Language="fre"><AbstractText>Pourquoi.</AbstractText></OtherAbstract>
  </MedlineCitation>
  <PubmedData>
    <History>
      <PubMedPubDate PubStatus="received"><Year>2021</Year><Month>6</Month><Day>1</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="entrez"><Year>2022</Year><Month>1</Month><Day>2</Day><Hour>9</Hour></PubMedPubDate>
    </History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">90000001</ArticleId><ArticleId IdType="pmc">PMC7777777</ArticleId>
      <ArticleId IdType="doi">10.9999/invented.1</ArticleId>
      <ArticleId IdType="doi">not a doi</ArticleId></ArticleIdList>
    <ReferenceList><Reference><Citation>Cited.</Citation><ArticleIdList><ArticleId IdType="pubmed">555</ArticleId>
      <ArticleId IdType="doi">10.1/cited</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>"""

BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">90000003</PMID>
  <ArticleIdList><ArticleId IdType="bookaccession">NBK0</ArticleId>
    <ArticleId IdType="doi">10.9999/book</ArticleId></ArticleIdList>
  <Book><Publisher><PublisherName>Invented Press</PublisherName>
      <PublisherLocation>London (UK)</PublisherLocation></Publisher>
    <BookTitle book="x">The Book of <i>Links</i></BookTitle><PubDate><Year>2019</Year><Season>Spring</Season></PubDate>
    <AuthorList Type="editors"><Author><LastName>Editor</LastName><ForeName>Ed</ForeName></Author></AuthorList>
    <AuthorList Type="authors"><Author><LastName>Writer</LastName></Author></AuthorList>
    <Isbn>978-0-00-000000-2</Isbn><Edition>2nd</Edition></Book>
  {title}<Language>eng</Language>
  <AuthorList Type="authors"><Author><LastName>Chapter</LastName></Author></AuthorList>
  <PublicationType UI="D1">Review</PublicationType>
  <Abstract><AbstractText>All about it.</AbstractText></Abstract></BookDocument>
  <PubmedBookData><History>
      <PubMedPubDate PubStatus="pubmed"><Year>2019</Year><Month>5</Month><Day>6</Day></PubMedPubDate></History>
    <PublicationStatus>ppublish</PublicationStatus></PubmedBookData></PubmedBookArticle>"""


def only(text: str) -> Record:
    """The one record in an article set."""
    (record,) = pubmed_xml.read(io.BytesIO(article_set(text).encode()))
    return record


def test_an_article_with_everything() -> None:
    """Each element has its place, inline markup its text, and cited references no part in the identifiers."""
    assert only(FULL) == Record(
        source="pubmed",
        source_id="90000001",
        version="2",
        title="Link workers & CO2: an in vivo study of x.",
        vernacular_title="Les agents de liaison.",
        authors=(
            Author("Ångström", "Anna B", "AB", "Jr", "", "0000-0002-1825-0097", "University of A.; Hospital of B."),
            Author(collective="The Invented Group"),
        ),
        journal="Journal of Invented Studies",
        journal_abbreviation="J Invent Stud",
        volume="12",
        issue="3 Suppl 1",
        pages="11-9",
        published=PartialDate(2022, 3),
        published_online=PartialDate(2021, 12, 31),
        entered=PartialDate(2022, 1, 2),
        modified=PartialDate(2023, 1, 9),
        abstract=(Section("Why we did it.", "BACKGROUND"), Section("What came of it (p < 0.05).", "RESULTS")),
        languages=("eng", "fre"),
        publication_types=("Journal Article",),
        keywords=("social prescribing", "ethics"),
        headings=(Heading("Social Support", "D001", True, ("methods", "trends")), Heading("Adult", "D002")),
        relations=(
            Relation(
                "RetractionIn", "J Invent Stud. 2023;1:1. doi: 10.9999/retracted.2.", "90000002", "10.9999/retracted.2"
            ),
            Relation("UpdateOf", "medRxiv. 2021"),
        ),
        identifiers={
            "doi": ("10.9999/invented.1",),
            "pii": ("S0000-1",),
            "pmid": ("90000001",),
            "pmcid": ("PMC7777777",),
            "doi-unread": ("not a doi",),
        },
        issns=("2049-3630",),
        url="https://pubmed.ncbi.nlm.nih.gov/90000001/",
        status="MEDLINE",
        extra={
            "indexing_method": "Automated",
            "date_completed": "2022-05-04",
            "pub_model": "Print-Electronic",
            "copyright": "© 2022 Nobody.",
            "authors_complete": False,
            "data_banks": ["ClinicalTrials.gov/NCT00000000"],
            "grants": [{"id": "G1", "agency": "NIHR", "country": "United Kingdom"}],
            "country": "England",
            "medline_ta": "J Invent Stud",
            "nlm_id": "1",
            "chemicals": ["Water"],
            "conflicts_of_interest": ["None."],
            "investigators": [{"name": "Smith, Jo"}],
            "other_abstracts": [
                {"type": "Publisher", "language": "fre", "sections": [{"label": "", "text": "Pourquoi."}]}
            ],
            "history": {"received": "2021-06-01", "entrez": "2022-01-02"},
            "publication_status": "ppublish",
        },
    )


def test_a_record_goes_through_json_and_back() -> None:
    """What the store keeps is what was read."""
    import json

    record = only(FULL)
    assert Record.from_dict(json.loads(json.dumps(record.to_dict()))) == record


def test_a_book_and_a_chapter() -> None:
    """A book has its own title; a chapter has a title and the book's beside it."""
    book = only(BOOK.format(title=""))
    assert (book.kind, book.title, book.book_title) == ("book", "The Book of Links", "The Book of Links")
    assert (book.publisher, book.place) == ("Invented Press", "London (UK)")
    assert book.published == PartialDate(2019, None, None, "2019 Spring")
    assert book.editors == (Author("Editor", "Ed"),)
    assert book.authors == (Author("Chapter"),)
    assert book.identifiers["isbn"] == ("9780000000002",)
    assert book.doi == "10.9999/book"
    assert book.pmid == "90000003"
    assert book.abstract_text == "All about it."
    assert book.entered == PartialDate(2019, 5, 6)
    chapter = only(BOOK.format(title='<ArticleTitle book="x">One Link</ArticleTitle>'))
    assert (chapter.kind, chapter.title, chapter.book_title) == ("chapter", "One Link", "The Book of Links")
    assert chapter.extra["book_authors"] == ["Writer"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<ArticleTitle/>", "[No title]"),
        ("<ArticleTitle></ArticleTitle><VernacularTitle>Ohne Titel.</VernacularTitle>", "Ohne Titel."),
        ("<ArticleTitle>[Not available].</ArticleTitle>", "[Not available]."),
        ("<ArticleTitle><i>All markup</i></ArticleTitle>", "All markup"),
        ("<ArticleTitle>a<!-- not b -->c</ArticleTitle>", "ac"),
    ],
)
def test_titles_of_all_kinds(title: str, expected: str) -> None:
    """A record always has a title, or says that there is none."""
    assert only(article(1).replace("<ArticleTitle>An invented study.</ArticleTitle>", title)).title == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Year>2022</Year>", PartialDate(2022)),
        ("<Year>2022</Year><Month>03</Month><Day>31</Day>", PartialDate(2022, 3, 31)),
        ("<Year>2022</Year><Month>March</Month>", PartialDate(2022, 3)),
        ("<Year>2022</Year><Season>Winter</Season>", PartialDate(2022, None, None, "2022 Winter")),
        ("<Year>2022</Year><Month>Foo</Month>", PartialDate(2022, None, None, "2022 Foo")),
        ("<Year>2022</Year><Month>2</Month><Day>45</Day>", PartialDate(2022, 2, None, "2022 2 45")),
        ("<MedlineDate>2019 Nov-Dec</MedlineDate>", PartialDate(2019, None, None, "2019 Nov-Dec")),
        ("<MedlineDate>2000 Nov 15-30</MedlineDate>", PartialDate(2000, 11, None, "2000 Nov 15-30")),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", PartialDate(1998, None, None, "1998 Dec-1999 Jan")),
        ("<MedlineDate>Spring</MedlineDate>", PartialDate(None, None, None, "Spring")),
        ("<Year>next</Year>", PartialDate(None, None, None, "next")),
        ("", PartialDate()),
    ],
)
def test_dates_are_as_precise_as_they_were_printed(text: str, expected: PartialDate) -> None:
    """A missing month stays missing; what is no date is kept as text."""
    from lxml import etree

    assert pubmed_dates.from_element(etree.fromstring(f"<PubDate>{text}</PubDate>")) == expected


@given(st.text(max_size=60))
def test_no_text_is_too_odd_for_a_date(text: str) -> None:
    """Whatever is printed, it is kept."""
    assert pubmed_dates.medline(text).text == text


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
    )
)
def test_a_title_comes_back_whole(title: str) -> None:
    """No character of a title is lost; blanks are put in order."""
    import re
    from xml.sax.saxutils import escape

    expected = re.sub(r"  +", " ", title).strip() or "[No title]"
    assert only(article(1, escape(title))).title == expected


BROKEN = "<PubmedArticle><MedlineCitation><PMID Version='1'>77</PMID><oops></MedlineCitation></PubmedArticle>"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([article(1), BROKEN, article(2)], [("1", ""), ("77", "not well-formed"), ("2", "")]),
        (["<PubmedArticle></PubmedArticle>", article(2)], [("", "no PMID"), ("2", "")]),
        ([article(1), article(9)[:60], article(2)], [("1", ""), ("", "another one begins"), ("2", "")]),
        ([article(1), "<PubmedArticel>x</PubmedArticel>", article(2)], [("1", ""), ("", "unknown content"), ("2", "")]),
        ([article(1), "stray text"], [("1", ""), ("", "unknown content")]),
        ([article(1), "<DeleteCitation><PMID Version='1'>3</PMID></DeleteCitation>"], [("1", "")]),
        (["<!-- <b> -->", article(1), "<?pi x?>"], [("1", "")]),
        ([article(1, "&undefined;")], [("1", "not well-formed")]),
    ],
)
def test_what_is_broken_is_reported_and_spoils_nothing_else(pieces: list[str], expected: list[tuple[str, str]]) -> None:
    """Each article stands for itself: a bad one has its number and its error, the others are read."""
    found = list(pubmed_xml.items(article_set(*pieces).encode()))
    assert [item.source_id for item in found] == [pmid for pmid, _ in expected]
    for item, (_, error) in zip(found, expected, strict=True):
        assert error in item.error
        assert bool(item.error) == bool(error)
    assert [item.position for item in found] == list(range(len(found)))


def test_a_file_cut_short_says_so() -> None:
    """Cut inside an article or between two, the loss is told after all that came whole."""
    whole = article_set(article(1), article(2)).encode()
    inside = list(pubmed_xml.items(whole[:-60]))
    assert [(item.source_id, bool(item.error)) for item in inside] == [("1", False), ("2", True)]
    between = list(pubmed_xml.items(whole[: whole.rindex(b"</PubmedArticleSet>")]))
    assert [bool(item.error) for item in between] == [False, False, True]
    assert "cut short after 2" in between[-1].error
    with pytest.raises(FormatError, match="article 2"):
        list(pubmed_xml.read(io.BytesIO(whole[:-60])))


@given(st.integers(0, 2000), st.integers(1, 700))
def test_no_cut_anywhere_goes_unnoticed(cut: int, block: int) -> None:
    """A file cut at any byte, read in blocks of any size, gives its whole articles and an error for the rest."""
    whole = article_set(article(1), article(2), article(3)).encode()
    cut = min(cut, len(whole) - 1)

    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(block)

    complete = whole[:cut].count(b"</PubmedArticle>")
    try:
        found = list(pubmed_xml.items(Slow(whole[:cut])))
    except FormatError:
        assert complete == 0
        return
    assert [item.source_id for item in found if not item.error] == ["1", "2", "3"][:complete]
    assert any(item.error for item in found)


@given(st.integers(1, 700))
def test_blocks_of_any_size_give_the_same(block: int) -> None:
    """A tag cut in two by the end of a block is still found."""
    whole = article_set(article(1), BROKEN, article(2), BOOK.format(title="")).encode()

    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(block)

    assert [item.source_id for item in pubmed_xml.items(Slow(whole))] == ["1", "77", "2", "90000003"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"<html><body>no</body></html>",
        b"<eSearchResult><Count>0</Count></eSearchResult>",
        b"PMID- 1\nTI  - x\n",
        b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]><PubmedArticleSet></PubmedArticleSet>',
        b"<?xml version='1.0' encoding='no-such'?><PubmedArticleSet/>",
        b"<?xml version='1.0' encoding='utf-16'?><PubmedArticleSet/>",
    ],
)
def test_what_is_not_pubmed_xml_is_refused(body: bytes) -> None:
    """A file of another kind is never read as no records; an entity is never declared."""
    with pytest.raises(FormatError):
        list(pubmed_xml.read(io.BytesIO(body)))


def test_no_entity_reaches_a_file(tmp_path: Path) -> None:
    """Entities are neither read from a file nor expanded."""
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    bad = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + article(1, "&x;")
    found = list(pubmed_xml.items(article_set(article(5), bad).encode()))
    assert found[0].source_id == "5"
    assert all(item.error for item in found[1:])
    assert "SECRET" not in repr(found)


def test_an_empty_set_holds_nothing() -> None:
    """No records is an answer when the frame is whole."""
    assert list(pubmed_xml.items(article_set().encode())) == []
    assert list(pubmed_xml.items(b"<PubmedArticleSet/>")) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_a_declared_encoding_is_obeyed(encoding: str) -> None:
    """Old exports that are not UTF-8 keep their letters."""
    declared = encoding.removesuffix("-sig")
    text = article_set(article(1, "Ångström")).replace('version="1.0"', f'version="1.0" encoding="{declared}"')
    (record,) = pubmed_xml.read(io.BytesIO(text.encode(encoding)))
    assert record.title == "Ångström"


def test_two_versions_of_a_record_are_two() -> None:
    """PMID alone is not unique in a file."""
    both = pubmed_xml.read(io.BytesIO(article_set(article(1), article(1).replace('"1">1<', '"2">1<')).encode()))
    assert [(record.source_id, record.version) for record in both] == [("1", "1"), ("1", "2")]


def test_an_item_that_is_broken_is_no_record() -> None:
    """`record` refuses what `items` could not cut out."""
    (item,) = pubmed_xml.items(article_set(BROKEN).encode())
    with pytest.raises(ValueError, match="not well-formed"):
        pubmed_xml.record(item)


def test_every_recorded_file_is_read_whole_or_refused(shared_data: Path) -> None:
    """Over all recordings of other clients: as many items as articles, no crash, no silent loss."""
    folder = shared_data / "payloads/pubmed"
    seen = 0
    for path in sorted(folder.rglob("*.xml")):
        body = path.read_bytes()
        articles = body.count(b"<PubmedArticle>") + body.count(b"<PubmedBookArticle>")
        try:
            found = list(pubmed_xml.items(body))
        except FormatError:
            assert articles == 0, path.name
            continue
        assert len(found) == articles, path.name
        for item in found:
            if not item.error:
                assert pubmed_xml.record(item).source_id == item.source_id
                seen += 1
    if not seen:
        pytest.skip("the recordings are not there")
    assert seen == 38


@pytest.mark.slow
def test_no_record_of_the_real_file_is_lost(shared_data: Path) -> None:
    """20,788 records, 20,783 numbers, in flat memory."""
    path = shared_data / "pubmed/pubmed21n1298.xml.gz"
    if not path.is_file():
        pytest.skip("the real file is not there")
    with gzip.open(path, "rb") as file:
        numbers = [record.source_id for record in pubmed_xml.read(file)]  # type: ignore[arg-type]
    assert len(numbers) == 20_788
    assert len(set(numbers)) == 20_783
