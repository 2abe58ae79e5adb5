"""Records with little in them: when a person is asked although nothing contradicts. All examples are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harvester.dedupe.compare import Evidence, Verdict, judge
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import Row

PAPER = Row(
    "a",
    "Early bonds of children in gardens: an integrative model of growth",
    authors="Novak, Jana and Maas, Lena and Fedor, Petr",
    year="2013",
    journal="Letters of Garden Science",
    abstract="The article introduces an integrative model of growth in gardens that is based on latest findings.",
)
ABSTRACT = "Aim of the talk was to tell those who came about the plans for a garden of a very different kind, in time."


def judged(one: Row, other: Row) -> Evidence:
    """The judgement, which must not depend on the order."""
    found = judge(prepare(one), prepare(other))
    assert judge(prepare(other), prepare(one)).verdict is found.verdict
    return found


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({}, {"journal": "Activities of Rest"}, "the journals differ, and nothing else says where they stand"),
        (
            {"volume": "421", "issue": "2"},
            {"volume": "425", "issue": "1"},
            "volume and issue differ, and nothing else says where they stand",
        ),
        (
            {"journal": "", "pages": "450-455"},
            {"journal": "Activities of Rest", "pages": "S71"},
            "they stand on different pages, and nothing says of which journal",
        ),
        (
            {"journal": ""},
            {"journal": "", "year": "2014"},
            "the years differ, and nothing else says where they stand",
        ),
        (
            {
                "title": "Gardens of ill health: a model of childrens growth that integrates",
                "volume": "5",
                "issue": "1",
            },
            {"title": "Gardens of all health: a model of children's growth that integrates", "abstract": ABSTRACT},
            "",
        ),
        (
            {"title": "Gateways to garden trials", "volume": "25", "issue": "5"},
            {"title": "Gateways to garden trials: March 2013", "volume": "25", "issue": "2"},
            "another issue, and a title that says more",
        ),
        (
            {"pages": "120-124"},
            {"pages": "179-183", "volume": "3"},
            "they stand on different pages, and one has no volume",
        ),
        (
            {"journal": "Letters of Garden Science. Conference: 22nd Congress", "abstract": ""},
            {"journal": "Letters of Garden Science", "year": "2014"},
            "the years differ, and nothing else says where they stand",
        ),
        (
            {"doi": "10.1000/a", "volume": "28"},
            {"doi": "10.1000/a", "volume": "138", "abstract": ABSTRACT},
            "one number, but another volume and another text",
        ),
        (
            {"doi": "10.1000/a", "pages": "41-48"},
            {"doi": "10.1000/a", "pages": "366", "abstract": ABSTRACT, "journal": "Journal of Rest"},
            "one number, but other pages and another text",
        ),
        (
            {"volume": "27", "issue": "4", "pages": "301-312"},
            {"volume": "27", "issue": "4", "pages": "313-314", "authors": "Okafor, Ada and Lind, Eva"},
            "the authors differ",
        ),
        (
            {"volume": "27", "issue": "4", "pages": "301-312"},
            {"title": "Children who grow in gardens, and their first bonds: results of a model that integrates"},
            "",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_person_is_asked(one: dict[str, str], other: dict[str, str], why: str) -> None:
    """Where records that agree in title and authors stand in two places, or do not say where, a person is asked."""
    found = judged(replace(PAPER, **one), replace(PAPER, **{**one, "key": "b", **other}))
    assert found.verdict is not Verdict.SAME
    if why:
        assert (found.verdict, found.score, found.reasons[-1]) == (Verdict.UNCERTAIN, 0.45, why)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"volume": "25"}, {"volume": "25", "journal": "Activities of Rest"}),
        ({"pages": "120-124"}, {"pages": "120-4"}),
        ({"pages": "120-124", "volume": "3"}, {"journal": "Lett Gard Sci"}),
        ({"pages": "120-124", "volume": "3"}, {"pages": "E1", "volume": ""}),
        ({"doi": "10.1000/a", "volume": "28"}, {"doi": "10.1000/a", "volume": "138"}),
        ({"volume": "36", "issue": "Suppl. 2"}, {"volume": "2)", "issue": ""}),
    ],
)
def test_what_nobody_is_asked(one: dict[str, str], other: dict[str, str]) -> None:
    """Where something says that they stand in one place, and nothing that they do not, they are the same."""
    found = judged(replace(PAPER, **one), replace(PAPER, **{**one, "key": "b", **other}))
    assert found.verdict is Verdict.SAME, found.reasons


@pytest.mark.parametrize(
    ("title", "other", "same"),
    [
        (
            "gardens, orchards and the children who grow up in them: a study of twelve coun",
            "counties in the north",
            True,
        ),
        ("gardens, orchards and the children who grow up in them: a study of twelve counties part i", "i", False),
        ("gardens, orchards and the children who grow up in them: a study of twelve counties 1", "0", False),
        ("gardens, orchards and the children who grow up in them: a study of twelve counties v", "iii", False),
        ("gardens, orchards and the children who grow up in them: a study of the counties w", "ith parks", True),
        ("gardens, orchards and the children who grow up in them: a study of twelve coun", "counties. Part 2", False),
    ],
)
def test_a_title_that_ends_within_a_word(title: str, other: str, *, same: bool) -> None:
    """A long title that an export cut within a word is the whole one's beginning; a part or a number is none."""
    whole = title.removesuffix("coun") + other
    found = judged(
        replace(PAPER, title=title, volume="3", abstract=""),
        replace(PAPER, title=whole, key="b", volume="3", abstract=""),
    )
    assert (found.verdict is Verdict.SAME) is same, found.reasons


def test_one_number_over_one_text_outweighs_half_a_title() -> None:
    """Of one DOI in one volume, with the same text, one source has the title without "a pilot study"."""
    one = replace(PAPER, doi="10.1000/a", volume="8")
    half = replace(one, key="b", title=f"{PAPER.title}: a pilot study")
    assert judged(one, half).verdict is Verdict.SAME
    assert judged(one, replace(half, doi="")).verdict is Verdict.DIFFERENT
    assert judged(one, replace(half, abstract=ABSTRACT)).verdict is Verdict.DIFFERENT
    assert judged(replace(one, pages="1-8"), replace(half, pages="90-99")).verdict is Verdict.DIFFERENT


def test_the_same_text_on_one_first_page_is_one_record() -> None:
    """One source calls it a protocol, the other not; they have one text and begin on one page: it is the same."""
    one = replace(PAPER, volume="14", pages="29")
    named = replace(one, key="b", title=f"{PAPER.title}: study protocol")
    assert judged(one, named).verdict is Verdict.SAME
    assert judged(one, replace(named, abstract="")).relation == "protocol"


def test_an_articles_number_for_the_issue_says_nothing() -> None:
    """One source writes the article's number for the issue, the other has it as the page: issues do not differ."""
    one = replace(PAPER, abstract="", volume="11", issue="791")
    assert judged(one, replace(one, key="b", volume="11 (3) (no pagination)")).verdict is Verdict.SAME
    assert judged(one, replace(one, key="b", issue="3")).verdict is Verdict.DIFFERENT
