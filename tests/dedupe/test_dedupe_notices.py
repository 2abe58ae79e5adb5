"""A notice or a reply is not the paper that it is about, whatever pages it is cited by. The records are made up."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.dedupe import dedupe

TITLE = "Experiences of link workers who support adults living with chronic pain: a qualitative study"
PAPER: dict[str, Any] = {
    "ID": "1",
    "title": TITLE,
    "author": "Smith, A. and Jones, B.",
    "year": "2020",
    "journal": "Journal of Integrated Care",
    "volume": "10",
    "number": "2",
    "pages": "100-112",
}


@pytest.mark.parametrize(
    "title",
    [
        f"Correction to: {TITLE}",
        f"Erratum: {TITLE}",
        f'Corrigendum to "{TITLE}"',
        f"{TITLE} [Erratum]",
        f"Retraction notice to: {TITLE}",
        f"Reply to: {TITLE}",
        f"Comment on: {TITLE}",
        f"{TITLE}: a reply",
    ],
)
def test_a_notice_stays_apart_from_its_paper(title: str) -> None:
    """A correction, retraction notice, comment or reply with its paper's own pages is another record's work."""
    assert dedupe([PAPER, {**PAPER, "ID": "2", "title": title}]).clusters == [["1"], ["2"]]


def test_a_marked_title_under_one_doi_is_one_paper() -> None:
    """A title to which one source added a note of its erratum is the same paper where the DOI is the same."""
    one = {**PAPER, "doi": "10.1000/jic.1"}
    assert dedupe([one, {**one, "ID": "2", "title": f"{TITLE} [Erratum]"}]).clusters == [["1", "2"]]


def test_a_retracted_paper_is_still_itself() -> None:
    """The word RETRACTED before a title, as publishers put it there, makes no other work of it."""
    assert dedupe([PAPER, {**PAPER, "ID": "2", "title": f"RETRACTED: {TITLE}"}]).clusters == [["1", "2"]]


COMMENT: dict[str, Any] = {**PAPER, "publication_type": "Letter; Comment; CommentOn", "pages": "113-114"}


def test_a_comment_that_only_one_source_calls_so_is_one_record() -> None:
    """MEDLINE types a letter as a comment; the same letter from a source without types joins it on its pages."""
    silent = {**COMMENT, "ID": "2", "publication_type": ""}
    assert dedupe([COMMENT, silent]).clusters == [["1", "2"]]


def test_a_comment_without_a_page_is_asked_about() -> None:
    """Where the source without types gives no page either, it may be the paper of that title: a person is asked."""
    silent = {**COMMENT, "ID": "2", "publication_type": "", "pages": "", "volume": "", "number": ""}
    found = dedupe([COMMENT, silent])
    assert found.clusters == [["1"], ["2"]]
    assert found.uncertain[0].reasons[-1] == "one source calls it a notice or a reply, the other does not say"


def test_a_comment_stands_apart_from_the_paper_on_other_pages() -> None:
    """The same title on other pages is the paper that the comment is about, whatever its source says of types."""
    found = dedupe([PAPER, {**COMMENT, "ID": "2"}])
    assert found.clusters == [["1"], ["2"]]
    assert found.evidence[0].relation == "comment"


@pytest.mark.parametrize("changes", [{"pages": "732"}, {"doi": "10.1000/jic.9"}])
def test_two_corrections_of_one_paper_stay_apart(changes: dict[str, str]) -> None:
    """A paper may be corrected twice under one title: another page, or another DOI, is another notice."""
    one = {**PAPER, "title": f"Correction: {TITLE}", "pages": "730", "doi": "10.1000/jic.8"}
    two = {**one, "ID": "2", "author": "Other, C.", **changes}
    assert dedupe([one, two]).clusters == [["1"], ["2"]]


def test_notices_without_authors_on_one_page_are_asked_about() -> None:
    """Several errata stand on one page under one heading: nothing tells whether two records are one of them."""
    one = {**PAPER, "title": "Department of Error", "author": "", "pages": "2150"}
    found = dedupe([one, {**one, "ID": "2"}])
    assert found.clusters == [["1"], ["2"]]
    assert found.uncertain[0].reasons[-1] == "a paper may have several notices, and a page, too"


def test_two_letters_under_one_title_by_other_authors_stay_apart() -> None:
    """Two letters about one paper, printed on one page under one heading, are two where their DOIs are."""
    one = {**PAPER, "pages": "486", "doi": "10.5694/mja2.1"}
    two = {**one, "ID": "2", "author": "Woo, H. and Murphy, D.", "doi": "10.5694/mja2.2"}
    assert dedupe([one, two]).clusters == [["1"], ["2"]]
    unnumbered = dedupe([{**one, "doi": ""}, {**two, "doi": ""}])
    assert unnumbered.clusters == [["1"], ["2"]]
    assert unnumbered.uncertain[0].reasons[-1] == "the authors differ"


def test_two_pages_of_one_issue_are_asked_about() -> None:
    """The same title by the same author on two pages of one issue may be two awards, or a cover and its paper."""
    one = {**PAPER, "pages": "483"}
    found = dedupe([one, {**one, "ID": "2", "pages": "484"}])
    assert found.clusters == [["1"], ["2"]]
    assert found.uncertain[0].reasons[-1] == "they stand on different pages"


def test_a_title_that_breaks_off_is_the_same_as_far_as_it_goes() -> None:
    """Search engines cut long titles: equal up to there, with authors, year and journal, they are one work."""
    cut = {**PAPER, "ID": "2", "title": f"{TITLE[:80]}\u2026", "author": "A Smith, B Jones", "volume": "", "number": "",
           "pages": ""}  # fmt: skip
    assert dedupe([PAPER, cut]).clusters == [["1", "2"]]


def test_a_title_may_break_off_before_what_makes_it_another() -> None:
    """Where the rest of the longer title says part 2, the one that is cut off may be part 1: a person is asked."""
    cut = {**PAPER, "ID": "2", "title": f"{TITLE[:80]}...", "volume": "", "number": "", "pages": ""}
    found = dedupe([{**PAPER, "title": f"{TITLE}, part 2"}, cut])
    assert found.clusters == [["1"], ["2"]]
    assert len(found.uncertain) == 1


def test_a_year_in_the_place_of_the_volume_says_nothing() -> None:
    """An exporter that writes the year for the volume does not put the paper into another volume."""
    assert dedupe([PAPER, {**PAPER, "ID": "2", "volume": "2020", "number": "May", "pages": ""}]).clusters == [
        ["1", "2"]
    ]
