"""Saved result pages of Google Scholar: hits, marks, ranks. The pages made up here hold nothing real."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import formats
from harvester.errors import FormatError
from harvester.formats.scholar_page import heading, summary
from harvester.importing import take_in
from harvester.store import open_store

PAGE = """<!doctype html><html><head><title>Google Scholar</title></head><body>
<div id="gs_ab_md"><div class="gs_ab_mdw">{says}</div></div>
{hits}</body></html>"""
HIT = """<div class="gs_r gs_or gs_scl" data-cid="made{n}" data-rp="{n}"><div class="gs_ri">
<h3 class="gs_rt">{title}</h3>
<div class="gs_a">A Muster, B Beispiel\u2026\xa0- Journal of Invented \u2026, 2021 - example.org</div>
<div class="gs_rs">None of it is <b>real</b> \u2026</div></div></div>"""


def page(folder: Path, *titles: str, says: str = "About 3 results (<b>0.05</b> sec)") -> Path:
    """A saved page with these titles (as HTML)."""
    file = folder / "scholar.html"
    hits = "\n".join(HIT.format(n=place, title=title) for place, title in enumerate(titles))
    file.write_text(PAGE.format(says=says, hits=hits), encoding="utf-8")
    return file


def test_hits_are_read_in_their_order(tmp_path: Path) -> None:
    """Title without its marks, authors, journal, year, snippet, link, rank."""
    file = page(
        tmp_path,
        '<a href="https://example.org/10.5555/made.1">Invented link workers</a>',
        '<span>[BOOK]</span><span>[B]</span> <a href="https://example.org/2">Made-up <b>navigators</b></a>',
        "<span>[CITATION]</span> Only cited",
    )
    found = list(formats.read(file))
    assert [(record.title, record.kind, record.extra["rank"]) for record in found] == [
        ("Invented link workers", "article", 1),
        ("Made-up navigators", "book", 2),
        ("Only cited", "article", 3),
    ]
    first = found[0]
    assert [(author.family, author.initials) for author in first.authors] == [("Muster", "A"), ("Beispiel", "B")]
    assert (first.journal, first.published.year, first.doi) == ("Journal of Invented", 2021, "10.5555/made.1")
    assert [(part.label, part.text) for part in first.abstract] == [("SNIPPET", "None of it is real \u2026")]
    assert found[2].url == ""


def test_a_later_page_goes_on_counting(tmp_path: Path) -> None:
    """Page 3 begins at rank 21."""
    file = page(tmp_path, "One", "Two", says="Page 3 of about 57 results")
    assert [record.extra["rank"] for record in formats.read(file)] == [21, 22]


def test_a_page_without_hits_is_no_empty_list(tmp_path: Path) -> None:
    """A robot check is an error; only Scholar's own word makes a page empty."""
    with pytest.raises(FormatError, match="without a result"):
        list(formats.read(page(tmp_path)))
    file = page(tmp_path, says="Your search - x - did not match any articles")
    assert list(formats.read(file)) == []


def test_a_page_is_taken_in_as_a_search(tmp_path: Path) -> None:
    """`import --source google-scholar` keeps the hits, counted."""
    file = page(tmp_path, "One", "Two")
    with open_store(tmp_path / "a.db") as store:
        done = take_in(store, [file], "google-scholar")
    assert [(one.format, one.stated, one.parsed, one.new) for one in done.files] == [("scholar-page", 2, 2, 2)]


def test_a_real_page_is_read_whole(shared_data: Path) -> None:
    """A recorded page: ten hits, ranks 1 to 10, compared by hand."""
    found = list(formats.read(shared_data / "payloads" / "google_scholar" / "fastpaper_scholar_search.html"))
    assert [record.extra["rank"] for record in found] == list(range(1, 11))
    assert found[0].title == "A review on the attention mechanism of deep learning"
    assert [author.name for author in found[0].authors] == ["Niu, Z", "Zhong, G", "Yu, H"]
    assert (found[0].journal, found[0].published.year) == ("Neurocomputing", 2021)
    assert found[7].title == "Attention mechanisms and their applications to complex systems"
    assert found[7].url == "https://www.mdpi.com/1099-4300/23/3/283"


@pytest.mark.parametrize(
    ("line", "authors", "journal", "year"),
    [
        ("D Soydaner - Neural Computing, 2022 - Springer", 1, "Neural Computing", "2022"),
        ("X Zhu, D Cheng\u2026 - Proceedings of the \u2026, 2019 - x.com", 2, "Proceedings of the", "2019"),
        ("Nobody - example.org", 1, "", ""),
        ("", 0, "", ""),
    ],
)  # fmt: skip
def test_the_line_under_a_hit(line: str, authors: int, journal: str, year: str) -> None:
    """Authors, journal and year of the line, as far as it says them."""
    people, where, when = summary(line)
    assert (len(people), where, when) == (authors, journal, year)


def test_marks_are_taken_off() -> None:
    """`[PDF][PDF]` is no part of a title; brackets inside one stay."""
    assert heading("[PDF][PDF] Made up [sic]") == ("Made up [sic]", "article")
