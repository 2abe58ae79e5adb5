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
