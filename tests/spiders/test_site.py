"""A site as a source: counted, kept, read, matched; on a small synthetic site and on the sandbox's."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from little_pdf import pdf
from little_site import LittleSite, article, html, plain

from harvester.config import Config
from harvester.crawl import Limits
from harvester.errors import Changed, Incomplete, Unavailable
from harvester.http import Http
from harvester.record import PartialDate, Record
from harvester.search import Search
from harvester.sources.base import Page
from harvester.sources.site import Site

NAME = "social-prescribing-network"
HOME = "https://www.socialprescribingnetwork.com/"
AT = f"/sites/{NAME}/"
SEARCH = Search(NAME, "generic", "link workers", "link workers")
QUICK = Limits(pages=100, seconds=60, timeout=5)


def harvest(source: Site, http: Http) -> tuple[int, list[Page], dict[str, Record], list[str]]:
    """The count, the pages, the records by id, the warnings."""
    count = source.count(SEARCH, http)
    pages = list(source.pages(SEARCH, http))
    records = {item.source_id: source.record(item) for page in pages for item in source.items(page)}
    return count.hits, pages, records, list(count.warnings)


def test_documents_are_counted_and_kept_with_the_pages_around_them() -> None:
    """Two documents, a home page, robots and a PDF that is one document's full text: the count is two, all is kept."""
    full = html(
        "<main><h1>With full text</h1></main>",
        f'<meta name="citation_title" content="With full text"><meta name="citation_pdf_url" content="{AT}full.pdf">',
    )
    pages: dict = {  # type: ignore[type-arg]
        AT: html('<a href="one">1</a><a href="two">2</a><a href="copy">3</a>'),
        f"{AT}one": article("One", text="About link workers."),
        f"{AT}copy": article("One", text="About link workers."),
        f"{AT}two": (full[0], full[1], full[2].replace(b"</body>", b'<a href="full.pdf">PDF</a></body>')),
        f"{AT}full.pdf": (200, {"Content-Type": "application/pdf"}, pdf(["The full text of it all"])),
    }
    with LittleSite(pages) as site, Http(Config(), sandbox=site.address) as http:
        hits, kept, records, warnings = harvest(Site(NAME, QUICK), http)
    assert hits == 2
    assert sorted(records) == [f"{HOME}one", f"{HOME}two"]
    assert sorted(page.kind for page in kept) == ["records"] * 5 + ["robots"]
    assert warnings == []
    assert records[f"{HOME}one"].title == "One"
    assert records[f"{HOME}one"].url == f"{HOME}one"


def test_ids_do_not_depend_on_where_the_sandbox_listens() -> None:
    """The same document has the same id on another port, with a canonical address or without."""
    found = []
    for _ in range(2):
        with LittleSite({AT: html('<a href="one?utm_source=x">1</a>')}) as site:
            head = f'<link rel="canonical" href="{site.root}one"><meta property="og:type" content="article">'
            site.pages[f"{AT}one"] = html("<h1>One</h1>", head)
            with Http(Config(), sandbox=site.address) as http:
                found.append(harvest(Site(NAME, QUICK), http)[2])
    assert [list(records) for records in found] == [[f"{HOME}one"], [f"{HOME}one"]]
    assert [record.content_hash() for record in found[0].values()] == [r.content_hash() for r in found[1].values()]


def test_a_page_that_fails_leaves_the_search_incomplete() -> None:
    """What came is given, then Incomplete names the address."""
    pages: dict = {  # type: ignore[type-arg]
        AT: html('<a href="one">1</a><a href="two">2</a>'),
        f"{AT}one": article("One"),
        f"{AT}two": plain("", status=403),
    }
    with LittleSite(pages) as site, Http(Config(), sandbox=site.address) as http:
        source = Site(NAME, QUICK)
        assert source.count(SEARCH, http).hits == 1
        given: list[Page] = []
        with pytest.raises(Incomplete, match=f"1 address of .* could not be had .HTTP 403.: {HOME}two"):
            given.extend(source.pages(SEARCH, http))
        given = list(itertools.islice(source.pages(SEARCH, http), 3))
        assert [page.detail["url"] for page in given if page.kind == "records"] == [HOME, f"{HOME}one"]


def test_a_site_whose_pages_are_no_documents_any_more_has_changed() -> None:
    """Pages that came and none of which can be read as a document are never zero documents."""
    with (
        LittleSite({AT: html("<div id=app></div>")}) as site,
        Http(Config(), sandbox=site.address) as http,
        pytest.raises(Changed, match="1 page came and could not be read as a document"),
    ):
        Site(NAME, QUICK).count(SEARCH, http)


def test_a_site_that_answers_nothing_but_errors_is_unavailable() -> None:
    """A start page that fails is an error, never zero documents."""
    with (
        LittleSite({AT: plain("", status=403)}) as site,
        Http(Config(), sandbox=site.address) as http,
        pytest.raises(Unavailable, match="not one page of the site could be had: HTTP 403"),
    ):
        Site(NAME, QUICK).count(SEARCH, http)


def test_a_broken_pdf_is_an_item_that_cannot_be_read() -> None:
    """A PDF that cannot be read stays a document: it is counted, kept raw and named."""
    pages: dict = {  # type: ignore[type-arg]
        AT: html('<a href="bad.pdf">1</a>'),
        f"{AT}bad.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 broken"),
    }
    with LittleSite(pages) as site, Http(Config(), sandbox=site.address) as http:
        source = Site(NAME, QUICK)
        assert source.count(SEARCH, http).hits == 1
        (item,) = [item for page in source.pages(SEARCH, http) for item in source.items(page)]
        with pytest.raises(ValueError, match="the PDF cannot be read"):
            source.record(item)


def test_the_full_text_is_matched_and_the_summary_is_kept() -> None:
    """`in_full` adds the page's text to what is matched; the record's own abstract stays the summary."""
    record = Record(NAME, "x", "T", extra={"text": "the whole text"})
    assert Site(NAME).in_full(record).abstract_text == "the whole text"
    assert record.abstract_text == ""


def test_a_date_that_is_not_sure_drops_no_document() -> None:
    """Held against years, a document with a doubtful date is one without a date; what is kept says the date."""
    made = Record(NAME, "x", "T", published=PartialDate(2023), extra={"text": "t", "date_sure": False})
    assert Site(NAME).in_full(made).published == PartialDate()
    assert made.published == PartialDate(2023)
    sure = Record(NAME, "x", "T", published=PartialDate(2023), extra={"text": "t", "date_by": "citation"})
    assert Site(NAME).in_full(sure).published == PartialDate(2023)


@pytest.mark.parametrize("day", [date(2022, 7, 31), date(2023, 5, 31)])
def test_the_sandboxs_site_is_found_whole(day: date) -> None:
    """Every document of the truth file is found once, with its title, date and DOI, and the same ones match Table 1."""
    from harvester.match import Matcher
    from harvester.sandbox import Sandbox
    from harvester.strategy import load

    with Sandbox(records=2000, as_of=day) as box, Http(Config(), sandbox=box.address) as http:
        source = Site(NAME)
        hits, pages, records, _ = harvest(source, http)
        truth = {HOME + document["path"]: document for document in box.truth()["sites"][NAME]}
        asked = [one["path"] for one in box.requests]
    assert hits == len(truth)
    assert len([item for page in pages for item in source.items(page)]) == len(truth)
    assert records.keys() == truth.keys()
    for url, document in truth.items():
        record = records[url]
        assert (record.title, record.published.iso) == (document["title"], document["published"])
        if document["metadata"] in ("citation", "jsonld"):
            assert record.doi == document["doi"].lower()
    matcher = Matcher(load("link-workers"))
    matched = {url for url, record in records.items() if matcher.matches(source.in_full(record))}
    assert matched == {url for url, document in truth.items() if document["matches"]}
    assert not any("/members/" in path or "/drafts/" in path for path in asked)
