"""What is read of pages that say little of themselves: hard pages, microdata, languages. All are synthetic."""

from __future__ import annotations

import pytest
from hard_pages import PAGES, Hard
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from test_reading import page

from harvester.record import Author, PartialDate, Record
from harvester.sources import site_html
from harvester.sources.site_language import Language, language
from harvester.sources.site_microdata import microdata
from harvester.sources.site_text import main_text, own_text

URL = "https://example.org/resources/one"
# Nothing on these pages says where the text begins: what stands before it is read as part of it.
STANDS_IN_THE_TEXT = {"a table as its layout", "a short notice"}
FRENCH = (
    "Les travailleurs sociaux accompagnent les personnes atteintes de maladies chroniques vers des associations "
    "locales, et celles qui ont été suivies pendant une année disent se sentir moins seules."
)


def text_of(body: str) -> str:
    """The text of a page as of a document."""
    tree = html.document_fromstring(body)
    return own_text(tree, main_text(tree))


@pytest.mark.parametrize("hard", PAGES, ids=lambda hard: hard.name)
def test_the_text_is_found_and_what_stands_around_is_not(hard: Hard) -> None:
    """Every sentence of the page's own is in its text; banners, menus and lists of other pages are not."""
    text = " ".join(text_of(hard.html).split())
    assert [sentence for sentence in hard.own if sentence not in text] == []
    if hard.name not in STANDS_IN_THE_TEXT:
        assert [sentence for sentence in hard.around if sentence in text] == []


@pytest.mark.parametrize("hard", PAGES, ids=lambda hard: hard.name)
def test_a_date_that_no_tag_says_is_never_sure(hard: Hard) -> None:
    """A day written on the page is found and marked as doubtful; years of running text are nobody's date."""
    found = site_html.read(hard.html.encode(), URL)
    assert (found.published.iso, found.date_sure) == (hard.published, False)
    assert found.date_by == ("htmldate" if hard.published else "")


def test_what_trafilatura_misses_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extractor gives less than a quarter of the words, the whole page is its text."""
    import trafilatura

    monkeypatch.setattr(trafilatura, "extract", lambda *_args, **_more: "Two words")
    body = "<div><p>" + "All of these words are the page's own. " * 10 + "</p></div>"
    assert text_of(page("", body).decode()).startswith("All of these words")


def test_microdata() -> None:
    """A report marked up in the page itself, with a person and an organisation, as JSON-LD would say it."""
    body = (
        '<div itemscope itemtype="https://schema.org/Report"><h1 itemprop="name headline">What works</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Anna Smith</b>'
        "</span>"
        '<span itemprop="author" itemscope itemtype="https://schema.org/Organization">'
        '<meta itemprop="name" content="Age Care"></span>'
        '<time itemprop="datePublished" datetime="2021-05-04">May</time>'
        '<p itemprop="description">A  summary.</p><meta itemprop="inLanguage" content="cy"></div>'
    )
    found = site_html.read(page("", body), URL)
    assert (found.title, found.kind, found.how, found.summary) == ("What works", "report", "microdata", "A summary.")
    assert found.authors == (Author("Smith", "Anna"), Author(collective="Age Care"))
    assert (found.published, found.date_by, found.date_sure) == (PartialDate(2021, 5, 4), "microdata", True)
    assert (found.language, found.language_by) == ("cy", "microdata")


def test_json_ld_stands_above_microdata_and_both_above_opengraph() -> None:
    """Of several that speak, the one further up in the order of trust is believed."""
    body = '<div itemscope itemtype="http://schema.org/Article"><h1 itemprop="headline">Microdata</h1></div>'
    opengraph = '<meta property="og:type" content="article"><meta property="og:title" content="OpenGraph">'
    json_ld = '<script type="application/ld+json">{"@type": "Report", "headline": "JSON-LD"}</script>'
    assert site_html.read(page(opengraph + json_ld, body), URL).title == "JSON-LD"
    assert site_html.read(page(opengraph, body), URL).title == "Microdata"
    assert site_html.read(page(opengraph, ""), URL).title == "OpenGraph"


@given(
    st.recursive(
        st.sampled_from(["a", "<b itemprop=name>x</b>"]),
        lambda inner: st.lists(inner, max_size=3).map(
            lambda parts: f"<div itemprop=p itemscope itemtype='https://schema.org/Thing'>{''.join(parts)}</div>"
        ),
        max_leaves=8,
    )
)
def test_any_nesting_of_items_is_read(inner: str) -> None:
    """Items in items, however deep, are read to an end and begin with the outermost."""
    tree = html.document_fromstring(f"<div itemscope itemtype='https://schema.org/Report'>{inner}</div>")
    assert [item["@type"] for item in microdata(tree)] == [["Report"]]


@pytest.mark.parametrize(
    ("said", "by", "text", "found"),
    [
        ("en-GB", "html", FRENCH, Language("en-GB", "html")),
        ("English", "dublin-core", "", Language("english", "dublin-core")),
        ("", "", "Too few words", None),
        ("???", "html", "Too few words", None),
    ],
)
def test_a_language_that_is_said_is_believed(said: str, by: str, text: str, found: Language | None) -> None:
    """What a page says stands, with where it says so; a few words tell nothing."""
    assert language(said, by, text) == found


def test_a_language_that_is_not_said_is_guessed_with_how_sure_that_is() -> None:
    """The words of a French text are French, almost surely; figures are no language that anybody could be sure of."""
    found = language("", "", FRENCH)
    assert found is not None
    assert (found.tag, found.by) == ("fr", "text")
    assert 0.9 < (found.sure or 0) <= 1
    poor = language("", "", "1 2 3 4 5 6 7 8 9 10 " * 3)
    assert poor is not None
    assert (poor.sure or 0) < 0.9


def test_a_poor_guess_is_kept_beside_the_record() -> None:
    """A language that is not sure is not said to be the record's; it stands in `extra` with its probability."""
    from harvester.sources.site import _in_language

    sure, poor = Record("nasp", "a", "T"), Record("nasp", "b", "T")
    _in_language(sure, "", "", FRENCH)
    _in_language(poor, "", "", "1 2 3 4 5 6 7 8 9 10 " * 3)
    assert sure.languages == ("fr",)
    assert sure.extra["language_by"] == "text"
    assert poor.languages == ()
    assert set(poor.extra) == {"language_by", "language_sure", "language_guess"}
