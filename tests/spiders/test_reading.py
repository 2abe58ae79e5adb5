"""Pages and PDFs of sites read. All are synthetic."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from little_pdf import pdf

from harvester.record import Author, PartialDate
from harvester.sources import site_html, site_pdf

URL = "https://example.org/resources/one"


def page(head: str = "", body: str = "<main><p>Text.</p></main>") -> bytes:
    """An HTML page."""
    start = f"<!DOCTYPE html><html lang='en-GB'><head><title>T | Site</title>{head}</head>"
    return f"{start}<body>{body}</body></html>".encode()


def linked(**data: object) -> str:
    """A block of JSON-LD."""
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_citation_tags() -> None:
    """The tags for Google Scholar make an article, with every author, number and date."""
    head = "".join(
        f'<meta name="{name}" content="{value}">'
        for name, value in (
            ("citation_title", "Link workers &amp; care"),
            ("citation_author", "van Dijk, Anna"),
            ("citation_author", "Ben Jones"),
            ("citation_journal_title", "J Care"),
            ("citation_publication_date", "2021/03/05"),
            ("citation_doi", "https://doi.org/10.1000/ABC"),
            ("citation_firstpage", "7"),
            ("citation_lastpage", "19"),
            ("citation_issn", "0028-0836"),
            ("citation_pdf_url", "/media/one.pdf"),
        )
    )
    found = site_html.read(page(head), URL)
    assert (found.title, found.kind, found.journal, found.pages) == ("Link workers & care", "article", "J Care", "7-19")
    assert found.authors == (Author("van Dijk", "Anna"), Author("Jones", "Ben"))
    assert found.published == PartialDate(2021, 3, 5)
    assert found.identifiers == {"doi": ("10.1000/abc",)}
    assert found.issns == ("0028-0836",)
    assert found.pdfs == ("https://example.org/media/one.pdf",)
    assert found.language == "en-GB"


def test_json_ld_in_a_graph() -> None:
    """A report inside @graph, with people and an organisation, beside objects that are no publication."""
    graph = [
        {"@type": "WebSite", "name": "Site"},
        {
            "@type": ["CreativeWork", "Report"],
            "headline": "What works",
            "author": [
                {"@type": "Person", "name": "Fiona van der Berg"},
                {"@type": "Organization", "name": "Age Care"},
            ],
            "datePublished": "2022-07-31T10:00:00+01:00",
            "description": "A summary.",
            "publisher": {"@type": "Organization", "name": "NASP"},
            "identifier": {"@type": "PropertyValue", "value": "doi:10.1000/xyz"},
        },
    ]
    found = site_html.read(page(linked(**{"@context": "https://schema.org", "@graph": graph})), URL)
    assert (found.title, found.kind, found.how, found.summary) == ("What works", "report", "json-ld", "A summary.")
    assert found.authors == (Author("van der Berg", "Fiona"), Author(collective="Age Care"))
    assert (found.published, found.publisher) == (PartialDate(2022, 7, 31), "NASP")
    assert found.identifiers == {"doi": ("10.1000/xyz",)}


def test_broken_json_ld_does_not_hide_the_page() -> None:
    """A block that is no JSON is passed over, and OpenGraph still speaks."""
    head = '<script type="application/ld+json">{"@type": "Report",}</script><meta property="og:type" content="article">'
    found = site_html.read(page(head + '<meta property="og:title" content="News">'), URL)
    assert (found.title, found.kind, found.how) == ("News", "web", "opengraph")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta property="og:type" content="website">', "<main><h1>Home</h1><p>" + "word " * 300 + "</p></main>"),
        (linked(**{"@type": "CollectionPage", "name": "News"}), "<main><h1>News</h1><ul><li><a href=a>" + "x " * 300),
        ("", "<main><h1>Short</h1><p>Hello.</p></main>"),
        ("", "<main><h1>List</h1>" + "<article><h2>One</h2><p>Two words</p></article>" * 3 + "</main>"),
    ],
    ids=["website", "collection", "short", "teasers"],
)
def test_pages_that_lead_to_others_are_no_documents(head: str, body: str) -> None:
    """Home pages, lists and stubs are kept as pages and are not records."""
    assert not site_html.read(page(head, body), URL).is_document


def test_a_page_without_metadata() -> None:
    """One <article> with the page's heading is a document; the byline and <time> say who and when."""
    body = (
        '<div class="cookie-banner">We like mental health cookies.</div><nav>social prescribing link worker</nav><main>'
        '<article><h1>Plain  page</h1><p class="byline">By Anna Smith, Ben Jones and Carla de Brito</p>'
        '<time datetime="2020-02-03">3 Feb</time><p>Body text.</p><script>x()</script></article></main>'
        "<footer>health coach</footer>"
    )
    found = site_html.read(page("", body), URL)
    assert (found.title, found.kind, found.published) == ("Plain page", "web", PartialDate(2020, 2, 3))
    assert [author.family for author in found.authors] == ["Smith", "Jones", "de Brito"]
    assert found.text == "Plain page\nBy Anna Smith, Ben Jones and Carla de Brito\n3 Feb\nBody text."


@pytest.mark.parametrize(
    ("body", "said", "title"),
    [
        ("Müller – über".encode(), "iso-8859-1", "Müller – über"),
        ("Müller – über".encode("cp1252"), "utf-8", "Müller – über"),
        ("Müller".encode("latin-1"), "iso-8859-1", "Müller"),
        ("Müller".encode("latin-1"), "no-such-encoding", "Müller"),
    ],
)
def test_a_wrong_encoding_is_seen_through(body: bytes, said: str, title: str) -> None:
    """UTF-8 is UTF-8 whatever the server says, and Windows-1252 is read where UTF-8 cannot be."""
    html = b'<meta property="og:type" content="article"><h1>' + body + b"</h1>"
    assert site_html.read(html, URL, said).title == title


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes make the reader of pages fall over."""
    try:
        found = site_html.read(body, URL)
    except ValueError:
        return
    assert isinstance(found.text, str)


def test_deep_nesting() -> None:
    """A page nested deeper than Python's stack is read."""
    found = site_html.read(page("", "<main>" + "<div>" * 5000 + "deep" + "</div>" * 5000 + "</main>"), URL)
    assert found.title == "T | Site"


def test_a_pdf() -> None:
    """Title, authors and date from the metadata; the text and a DOI from the first page."""
    found = site_pdf.read(
        pdf(
            ["Evidence review of link workers", "https://doi.org/10.1000/pdf.1"],
            Title="Evidence review",
            Author="Anna Smith, Ben Jones",
            CreationDate="D:20210402120000Z",
            Keywords="health; care",
        )
    )
    assert (found.title, found.doi, found.pages) == ("Evidence review", "10.1000/pdf.1", 1)
    assert found.authors == (Author("Smith", "Anna"), Author("Jones", "Ben"))
    assert found.published == PartialDate(2021, 4, 2)
    assert found.keywords == ("health", "care")
    assert found.text.startswith("Evidence review of link workers")


@pytest.mark.parametrize("title", ["", "Microsoft Word - final v3.docx", "untitled", "report_final.indd"])
def test_a_pdf_without_a_real_title_takes_its_first_line(title: str) -> None:
    """What a program writes for a title is none."""
    assert (
        site_pdf.read(pdf(["1", "How link workers help people"], Title=title)).title == "How link workers help people"
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (pdf(["secret"], password="x"), "encrypted"),
        (b"%PDF-1.4 and nothing else", "cannot be read"),
        (pdf(["cut"])[:200], "cannot be read"),
        (b"", "cannot be read"),
    ],
    ids=["encrypted", "empty", "cut", "nothing"],
)
def test_a_pdf_that_cannot_be_read_is_named(body: bytes, why: str) -> None:
    """Encrypted and broken PDFs are said to be so."""
    with pytest.raises(ValueError, match=why):
        site_pdf.read(body)


@pytest.mark.parametrize(
    ("lines", "made", "published", "date_by", "sure"),
    [
        (
            ["A report of things", "Published 12 March 2021"],
            "D:20210402120000Z",
            PartialDate(2021, 3, 12),
            "pdf-text",
            True,
        ),
        (
            ["A report of things", "Published March 2019"],
            "D:20230402120000Z",
            PartialDate(2023, 4, 2),
            "pdf-metadata",
            False,
        ),
        (["A report of things"], "D:20230402", PartialDate(2023, 4, 2), "pdf-metadata", False),
        (["A report of things", "May 2018"], "", PartialDate(2018, 5), "pdf-text", False),
    ],
    ids=["agree", "exported again", "metadata only", "text only"],
)
def test_a_pdfs_date_is_sure_only_where_file_and_first_page_agree(
    lines: list[str], made: str, published: PartialDate, date_by: str, sure: bool
) -> None:
    """A file's own date may be that of a later export, a date on a page may be of something else."""
    found = site_pdf.read(pdf(lines, **({"CreationDate": made} if made else {})))
    assert (found.published, found.date_by, found.date_sure) == (published, date_by, sure)


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        ("<article><h1>A</h1><time datetime='2020-02-03'>3 Feb</time>x</article>", True),
        (
            "<article><h1>A</h1><time datetime='2020-02-03'>3</time><time datetime='2024-01-01'>1</time>x</article>",
            False,
        ),
    ],
)
def test_one_of_several_times_is_not_sure(body: str, sure: bool) -> None:
    """The only <time> of a page is its date; the first of several is taken with a doubt."""
    found = site_html.read(page("", f"<main>{body}</main>"), URL)
    assert (found.published, found.date_by, found.date_sure) == (PartialDate(2020, 2, 3), "time", sure)
