"""Two rows side by side: titles, journals, fields, contradictions, and the judgement. All examples are made up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe.compare import Evidence, Verdict, judge, told
from harvester.dedupe.contradict import contradiction, stand_apart
from harvester.dedupe.fields import match_titles, outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.glance import may_be_told
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import Row
from harvester.dedupe.text import words
from harvester.dedupe.titles import Title, compare_titles, opposites, same_word
from harvester.dedupe.weights import SHIFT, SLOPE

VERSIONS = frozenset({"preprint", "update"})
PAPER = Row(
    "a",
    "The role of link workers in supporting adults with long-term conditions",
    authors="Smith, Jane and Jones, Kim and Okafor, Ada",
    year="2021",
    journal="Health and Social Care in the Community",
    volume="29",
    issue="4",
    pages="1001-1012",
    doi="10.1111/hsc.13201",
    abstract="Link workers connect people with long-term conditions to support in the community. This study asks how.",
)


def titles(a: str, b: str) -> tuple[Title, str]:
    """Level and contradiction of two titles."""
    one, other = words(a), words(b)
    found = compare_titles(" ".join(one), " ".join(other), "".join(one), "".join(other))
    return found.level, found.contradiction


def verdict(a: Row, b: Row, fold: frozenset[str] = frozenset()) -> Evidence:
    """The judgement on two rows."""
    return judge(prepare(a), prepare(b), fold=fold)


def other(**changes: str) -> Row:
    """PAPER as another source has it, with changes."""
    return replace(PAPER, key="b", **changes)


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("Health care for all", "Healthcare for all", Title.EQUAL),
        ("Anxiety as a cause of depression in nurses", "Depression as a cause of anxiety in nurses", Title.PART),
        ("Randomised trial of oestrogen therapy", "Randomized trial of estrogen therapy", Title.SPELLING),
        ("Imaging with [11C]raclopride in people", "Imaging with C-11 raclopride in people", Title.SPELLING),
        ("Link workers in practice. [Japanese]", "Link workers in practice", Title.SPELLING),
        ("Link workers in primary care: a realist review", "Link workers in primary care", Title.PART),
        ("Dogs and the health of people who walk daily", "Cats and the health of people who walk daily", Title.CLOSE),
        ("Link workers in primary care", "Surgical repair of hernia", Title.DIFFERENT),
        ("", "Link workers", Title.MISSING),
        ("", "", Title.MISSING),
    ],
)  # fmt: skip
def test_title_levels(a: str, b: str, level: Title) -> None:
    """Titles are equal, spelt otherwise, one a part of the other, close, different or missing."""
    assert level == titles(a, b)[0]
    assert level == titles(b, a)[0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Link workers in practice. Part I", "Link workers in practice. Part II"),
        ("Link workers in practice 1", "Link workers in practice 2"),
        ("Toxicity of the drug in vivo", "Toxicity of the drug in vitro"),
        ("Delta-8 tetrahydrocannabinol in use", "Delta-9 tetrahydrocannabinol in use"),
        ("Depression in adults with asthma", "Depression in children with asthma"),
        ("Effects on hypertension in old age", "Effects on hypotension in old age"),
        ("Invasive ventilation at home", "Noninvasive ventilation at home"),
        ("Treatment of hepatitis B in care", "Treatment of hepatitis C in care"),
        ("Link workers for health", "Link workers for health: study protocol"),
    ],
)
def test_titles_that_contradict(a: str, b: str) -> None:
    """Parts, numbers, opposites and words of another publication tell titles apart for certain."""
    assert titles(a, b)[1]
    assert titles(b, a)[1]


@given(st.text(max_size=60), st.text(max_size=60))
def test_titles_compare_alike_from_both_sides(a: str, b: str) -> None:
    """Which title comes first makes no difference to the level."""
    assert titles(a, b)[0] == titles(b, a)[0]


def test_words_and_opposites() -> None:
    """A misspelling is the same word; an opposite or another number never is."""
    assert same_word("tumour", "tumor")
    assert same_word("ventiiatory", "ventilatory")
    assert not same_word("2019", "2020")
    assert not same_word("ethanamine", "methanamine")
    assert same_word("oestrogen", "estrogen")
    assert not same_word("vivo", "vitro")
    assert opposites("hyperglycemia", "hypoglycemia")
    assert not opposites("hypertension", "hypothesis")


SOME = st.sampled_from
ROWS = st.builds(
    Row,
    key=st.just("a"),
    title=SOME(
        (
            "Link workers in practice: a review",
            "Link workers in practise. A review",
            "Review of the link workers in practice",
            "Link workers in practice. Part 2",
            "Sleep and memory",
            "",
        )
    ),
    other_title=SOME(("", "Sleep and memory")),
    abstract=SOME(("", PAPER.abstract, PAPER.abstract.replace("people", "persons"), "Nothing of it. " * 9)),
    authors=SOME(("", "Smith, J.; Lee, K.", "Woo, H.")),
    year=SOME(("", "2019", "2020", "2021")),
    journal=SOME(("", "Lancet", "BMJ")),
    volume=SOME(("", "7", "8", "2020")),
    issue=SOME(("", "1", "Suppl 1")),
    pages=SOME(("", "1-9", "5-7", "100-9", "e12", "12", "S12")),
    doi=SOME(("", "10.1000/a", "10.1000/b", "10.1136/c")),
    pmid=SOME(("", "30000001", "30000002")),
    notes=SOME(("", "Letter; Comment", "Published Erratum")),
)


@given(ROWS, ROWS, st.sampled_from((frozenset[str](), VERSIONS)))
def test_the_quick_look_says_nothing_else(one: Row, other: Row, fold: frozenset[str]) -> None:
    """Rows that stand apart at a quick look are different at a close one, too, with a contradiction."""
    a, b = prepare(one), replace(prepare(other), key="b")
    if not (a.genre | b.genre) & Genre.ALL and stand_apart(a, b):
        assert contradiction(a, b, outcomes(a, b, match_titles(a, b)), fold) is not None


@given(ROWS, ROWS, st.sampled_from((frozenset[str](), VERSIONS)))
def test_a_glance_drops_nothing_that_would_be_told(one: Row, other: Row, fold: frozenset[str]) -> None:
    """Of rows that are not judged after a glance nothing would have been told."""
    a, b = prepare(one), replace(prepare(other), key="b")
    if not may_be_told(a, b):
        assert not told(judge(a, b, fold=fold))


def test_a_glance_saves_most_looks_at_other_papers() -> None:
    """Another paper of another year's volume, or with other numbers and pages in another journal, is not judged."""
    title = "The role of link workers in supporting adults with heart failure"
    one = prepare(PAPER)
    assert not may_be_told(one, prepare(other(title=title, year="2019", volume="27", pages="88-97", doi="")))
    assert not may_be_told(
        one, prepare(other(title=title, journal="BMJ", volume="12", issue="1", pages="88-97", doi="10.1136/bmj.x1"))
    )
    assert may_be_told(one, prepare(other(title=title, doi="")))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"doi": "", "abstract": ""},
        {"title": "THE ROLE OF LINK WORKERS IN SUPPORTING ADULTS WITH LONG TERM CONDITIONS", "doi": ""},
        {"authors": "SmithJ.JonesK.OkaforA.", "pages": "1001-12"},
        {"journal": "Health Soc Care Community", "doi": "https://doi.org/10.1111/HSC.13201"},
        {"year": "2020", "pages": "", "volume": "", "issue": ""},
        {"title": "", "pages": "1001-1012"},
        {"authors": "", "journal": "", "volume": "", "issue": "", "pages": "", "doi": "", "abstract": ""},
        {"doi": "", "title": "Role of link workers in supporting adults with long-term conditions"},
    ],
    ids=lambda changes: ",".join(changes) or "equal",
)
def test_the_same_work(changes: dict[str, str]) -> None:
    """A record of the same paper is the same, whatever an exporter did to it or left out."""
    found = verdict(PAPER, other(**changes))
    assert found.verdict is Verdict.SAME, found.reasons


@pytest.mark.parametrize(
    ("changes", "relation"),
    [
        ({"title": f"Erratum: {PAPER.title}", "pages": "1400", "doi": "10.1111/hsc.13999"}, "correction"),
        ({"title": f"{PAPER.title} - Reply", "pages": "1013", "doi": ""}, "comment"),
        ({"title": f"{PAPER.title}: study protocol", "pages": "1-9", "volume": "27", "doi": ""}, "protocol"),
        ({"journal": "medRxiv", "doi": "10.1101/2020.12.01.20241234", "pages": "", "volume": ""}, "preprint"),
        ({"journal": "Health. Conference: 3rd World Congress", "pages": "S12", "volume": "3", "doi": ""},
         "conference abstract"),
        ({"title": f"{PAPER.title}. Part 2", "doi": "10.1111/hsc.13202", "pages": "1013-1020"}, ""),
        ({"doi": "10.1111/hsc.99999", "pages": "20-29", "volume": "30"}, ""),
        ({"title": "Cats and dogs in the history of veterinary surgery", "doi": "", "abstract": ""}, ""),
        ({"journal": "BMJ Open", "volume": "11", "pages": "e0455", "doi": "10.1136/bmjopen-2020-1"}, ""),
    ],
)  # fmt: skip
def test_contradictions(changes: dict[str, str], relation: str) -> None:
    """Corrections, replies, protocols, preprints, meeting abstracts, parts and reprints are other works."""
    found = verdict(PAPER, other(**changes))
    assert (Verdict.DIFFERENT, relation, True) == (found.verdict, found.relation, found.vetoed), found.reasons


def test_a_label_alone_parts_nothing_and_numbers_of_their_own_do() -> None:
    """The same pages, one source calling them a correction, are one record; with a PMID of its own they are not."""
    labelled = other(notes="Published Erratum", doi="")
    assert verdict(PAPER, labelled).verdict is Verdict.SAME
    numbered = replace(labelled, pmid="2", title=f"Correction: {PAPER.title}")
    assert verdict(replace(PAPER, pmid="1"), numbered).relation == "correction"


def test_relations_are_told_of_like_titles_only() -> None:
    """A meeting abstract about something else is no relation of a paper."""
    found = verdict(PAPER, other(title="Gardens and allotments in the health of older people", kind="conference",
                                 journal="Congress of Gardeners", pages="S1001", doi=""))  # fmt: skip
    assert (found.verdict, found.relation) == (Verdict.DIFFERENT, "")


def test_versions_fold_preprints_and_nothing_else() -> None:
    """The profile `versions` joins a preprint with its paper, and still no erratum."""
    preprint = other(journal="medRxiv", doi="10.1101/2020.12.01.20241234", pages="", volume="", issue="", year="2020")
    assert verdict(PAPER, preprint, VERSIONS).verdict is Verdict.SAME
    erratum = other(title=f"Erratum: {PAPER.title}", pages="1400", doi="10.1111/hsc.13999")
    assert verdict(PAPER, erratum, VERSIONS).verdict is Verdict.DIFFERENT


def test_a_cochrane_update_is_another_version() -> None:
    """Two issues of one Cochrane review are related, and one work only where updates are folded."""
    review = Row(
        "a",
        "Exercise for people with chronic fatigue of long duration",
        authors="Larun L; Brurberg K",
        year="2017",
        journal="Cochrane Database of Systematic Reviews",
        doi="10.1002/14651858.CD003200.pub7",
    )
    update = replace(review, key="b", year="2019", doi="10.1002/14651858.CD003200.pub8")
    assert (verdict(review, update).verdict, verdict(review, update).relation) == (Verdict.DIFFERENT, "update")
    assert verdict(review, update, VERSIONS).verdict is Verdict.SAME


def test_editorials_need_their_place() -> None:
    """A title that every issue has is no evidence: another issue has another editorial."""
    first = Row(
        "a", "Editorial", authors="Zwass, V", year="2006", journal="J Inf Syst", volume="22", issue="2", pages="5-6"
    )
    assert verdict(first, replace(first, key="b", issue="4", year="2007")).verdict is not Verdict.SAME
    assert verdict(first, replace(first, key="b")).verdict is Verdict.SAME
    bare = Row("a", "Editorial", year="2006")
    assert verdict(bare, replace(bare, key="b")).verdict is not Verdict.SAME


def test_two_abstracts_on_one_page_are_two() -> None:
    """The same page of a supplement and one DOI do not join titles that differ."""
    one = Row("a", "Sleep in nurses of a night ward", authors="Lee K", year="2010", journal="J Sleep", volume="19",
              pages="S12", doi="10.1000/supp")  # fmt: skip
    two = replace(one, key="b", title="Diet of shift workers in heavy industry", authors="Park S")
    assert verdict(one, two).verdict is not Verdict.SAME


def test_a_title_in_another_language_does_not_contradict() -> None:
    """The same authors on the same pages of the same issue are one work, though its title is translated."""
    german = replace(
        PAPER,
        key="b",
        title="Die Rolle der Lotsen in der Versorgung von Menschen mit chronischen Erkrankungen",
        doi="",
        abstract="",
    )
    assert verdict(PAPER, german).verdict is Verdict.SAME


def test_reasons_are_in_words() -> None:
    """The evidence names what agreed and what did not, with the values."""
    found = verdict(PAPER, other(pages="1001-12", year="2020", abstract=""))
    assert found.reasons == (
        "titles equal",
        "same DOI",
        "authors agree",
        "year differs (2021 / 2020)",
        "same journal",
        "volume 29",
        "issue 4",
        "pages 1001-1012 = 1001-1012",
    )
    assert 0.99 < found.score <= 1.0


field = st.sampled_from(
    ["", "12", "13", "S12", "2019", "2020", "Link work", "10.1/a", "10.1/b", "Erratum: Link work in towns"]
)
rows = st.builds(
    Row, key=st.just("k"), title=field, authors=field, year=field, journal=field, volume=field, issue=field,
    pages=field, doi=field, abstract=field,
)  # fmt: skip


@given(rows, rows)
def test_judging_is_alike_from_both_sides(a: Row, b: Row) -> None:
    """Which record comes first makes no difference to verdict, score and relation."""
    there, back = verdict(a, b), verdict(b, a)
    assert (there.verdict, there.relation, there.vetoed) == (back.verdict, back.relation, back.vetoed)
    assert there.score == pytest.approx(back.score)
    assert 0.0 <= there.score <= 1.0


def test_titles_translated_twice_on_the_same_pages() -> None:
    """Titles with other words are one work where authors, range of pages and text agree; without the text, a person
    is asked."""
    title = "Experiences of link workers helping grown-ups who live with long-lasting illness"
    assert verdict(PAPER, other(title=title, doi="")).verdict is not Verdict.DIFFERENT
    near = "The part of link workers supporting adults with lasting conditions"
    assert verdict(PAPER, other(title=near, doi="")).verdict is Verdict.SAME
    asked = verdict(PAPER, other(title=near, doi="", abstract=""))
    assert (asked.verdict, asked.score) == (
        Verdict.UNCERTAIN,
        0.45,
    )  # likely, and doubted


def test_what_a_sum_of_weights_is_worth() -> None:
    """A sum of weights at which pairs are joined stays 0.9; less is told as less likely than its plain log odds."""
    assert 1 / (1 + math.exp(-(SLOPE * math.log(9) + SHIFT))) == pytest.approx(0.9, abs=1e-3)
    assert 1 / (1 + math.exp(-(SLOPE * 0.0 + SHIFT))) == pytest.approx(0.271, abs=1e-3)


def test_ahead_of_print() -> None:
    """A year apart and one without a place: the same. Two places a year apart: never."""
    assert (
        verdict(PAPER, other(year="2020", volume="", issue="", pages="", doi="", abstract="")).verdict is Verdict.SAME
    )
    elsewhere = other(year="2022", volume="30", pages="20-31", doi="", abstract="")
    assert verdict(PAPER, elsewhere).verdict is Verdict.DIFFERENT


def test_a_short_title_in_one_issue() -> None:
    """A short title by the same author in the same issue of a year is one work; in another issue it is not."""
    column = Row("a", "Modelling care", "LoweD.B.", "2010", "Contract Care", issue="4")
    assert verdict(column, replace(column, key="b")).verdict is Verdict.SAME
    assert verdict(column, replace(column, key="b", issue="5")).verdict is not Verdict.SAME
