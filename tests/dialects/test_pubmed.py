"""PubMed's language: reading what people type, writing by the rules of a day, and naming what is lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from trees import leaves, nears, queries

from harvester.dialects import get
from harvester.errors import StrategyError
from harvester.query import (
    ANY,
    TEXT_FIELDS,
    And,
    DateKind,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    LineRef,
    Near,
    Not,
    Or,
    Query,
    Term,
    Word,
)
from harvester.search import LossKind

PUBMED = get("pubmed")
GENERIC = get("generic")
NOW = date(2026, 11, 22)
BEFORE = date(2024, 6, 2)
TITLE = frozenset({Field.TITLE})
FIELDS = [TEXT_FIELDS, TITLE, frozenset({Field.ALL}), frozenset({Field.JOURNAL}), frozenset[Field]()]


def word(text: str, fields: frozenset[Field] = TEXT_FIELDS) -> Term:
    """One plain word."""
    return Term((Word((text,)),), fields)


def writes(text: str, on: date = NOW, **expansions: tuple[str, ...]) -> tuple[str, list[tuple[LossKind, str]]]:
    """A strategy file's term in PubMed's language, with the kinds of loss."""
    made = PUBMED.write(GENERIC.read(text), on=on, expansions={f"{stem}*": forms for stem, forms in expansions.items()})
    return made.text, [(loss.kind, loss.what) for loss in made.losses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a[ti] AND b[ti] OR c[ti]", Or((And((word("a", TITLE), word("b", TITLE))),
                                        word("c", TITLE)))),
        ("(asthma[tiab] OR copd[tiab]) english[la]", And((Or((word("asthma"), word("copd"))),
                                                         Limit(LimitKind.LANGUAGE, "english")))),
        ('asthma[tiab] AND ("last 5 years"[dp])', And((word("asthma"), DateLimit(DateKind.PUBLISHED, last="5 years")))),
        ("1996:1998[dp]", DateLimit(DateKind.PUBLISHED, "1996", "1998")),
        ('("2017/01/01"[Date - Publication] : "2022/12/31"[Date - Publication])',
         DateLimit(DateKind.PUBLISHED, "2017-01-01", "2022-12-31")),
        ('"2017/01/01" : "2022"[dp]', DateLimit(DateKind.PUBLISHED, "2017-01-01", "2022")),
        ("2022/08/01:2023/05/31[edat]", DateLimit(DateKind.ENTRY, "2022-08-01", "2023-05-31")),
        ('"hip pain"[Title:~4]', Near((word("hip", TITLE), word("pain", TITLE)), 4)),
        ("Crabs [mh]", Heading("Crabs")),
        ("crabs[MeSH Terms:noexp]", Heading("crabs", explode=False)),
        ('"Skin Diseases/drug therapy"[majr]', Heading("Skin Diseases", focus=True, subheadings=("drug therapy",))),
        ("covid-19[ti] vaccine[ti]", And((word("covid-19", TITLE),
                                         word("vaccine", TITLE)))),
        ("x[tiab] NOT (Animals[mh] not Humans[mh])",
         Not(word("x"), Not(Heading("Animals"), Heading("Humans")))),
        ("heart attack", Term((Word(("heart",)), Word(("attack",))), frozenset(), mapped=True)),
        ('"heart attack"', Term((Word(("heart",)), Word(("attack",))))),
        ("“heart attack”[tiab]", Term((Word(("heart",)), Word(("attack",))), TEXT_FIELDS)),
        ("nature[jour]", word("nature", frozenset({Field.JOURNAL}))),
        ("colo*r[tiab]", Term((Word(("colo", ANY, "r")),), TEXT_FIELDS)),
        ("smith j[1au]", Limit(LimitKind.OTHER, "pubmed:1au=smith j")),
    ],
)  # fmt: skip
def test_reading(text: str, expected: Query) -> None:
    """Each text is read as PubMed's help says PubMed reads it."""
    assert PUBMED.read(text) == expected


def test_a_reference_to_a_line_that_is_not_there_is_an_error() -> None:
    """`#1 AND cat` alone keeps its reference as a node, and cannot be resolved."""
    reading = PUBMED.read_all("#1 AND cat")
    assert reading.lines[0].query == And((LineRef("1"), Term((Word(("cat",)),), mapped=True)))
    with pytest.raises(StrategyError, match="no earlier line"):
        _ = reading.query


def test_numbered_lines_are_joined() -> None:
    """Lines that refer to each other become one tree, hit counts at their ends left out."""
    text = "#1 coach*[tiab] 1,234\n#2 carer[tiab] (17)\n#3 #1 OR #2 1,250"
    assert PUBMED.read(text) == Or((Term((Word(("coach", ANY)),), TEXT_FIELDS), word("carer")))


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a[tiab] OR b[tibla]", (1, 13), "no field"),
        ("(a[ti] OR b[ti])[tiab]", (1, 17), "behind a group"),
        ("(a[ti]\nOR (b[ti])", (1, 1), "never closed"),
        ('a[ti] OR "b[ti]', (1, 10), "partner"),
        ("a[ti] AND\nOR b[ti]", (2, 1), "nothing before"),
        ("soon[dp]", (1, 1), "not a date"),
        ('"x"[mh:~3]', (1, 1), "no proximity"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, place: tuple[int, int], said: str) -> None:
    """A mistake is a StrategyError at its line and column, with a hint."""
    with pytest.raises(StrategyError, match=said) as caught:
        PUBMED.read(text)
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.hint


def test_several_wildcards_in_a_phrase_are_written_since_june_2024() -> None:
    """From 2024-06-03 PubMed truncates any word of a phrase, and nothing is lost."""
    assert writes("social refer* link work*", date(2024, 6, 3)) == ('"social refer* link work*"[tiab]', [])


def test_before_june_2024_a_stem_inside_a_phrase_is_written_out() -> None:
    """The whole words of [expand] stand for it; the last word stays truncated; the loss is named."""
    text, losses = writes("social refer* link work*", BEFORE, refer=("referral", "referrals"))
    assert text == '"social referral link work*"[tiab] OR "social referrals link work*"[tiab]'
    assert losses == [(LossKind.NARROWED, "social refer* link work*")]


def test_before_june_2024_without_an_expansion_the_term_is_named_as_dropped() -> None:
    """A term that cannot be said is left out of its OR, never in silence."""
    text, losses = writes("social refer* link work* OR coach*", BEFORE)
    assert text == "coach*[tiab]"
    assert losses == [(LossKind.DROPPED, "social refer* link work*")]


def test_nothing_left_is_an_error_and_not_an_empty_search() -> None:
    """A search of which nothing can be said raises."""
    with pytest.raises(StrategyError, match="nothing of this search"):
        writes("social refer* link work*", BEFORE)


def test_a_side_of_an_and_that_cannot_be_said_is_not_left_out() -> None:
    """Leaving out one side of an AND would make another search of it: that raises too."""
    with pytest.raises(StrategyError, match="nothing of this search"):
        writes("coach* AND tb*")


@pytest.mark.parametrize("term", ["tb*", "il6*", "*health", '"in b*"'])
def test_a_short_stem_is_never_written_with_its_star(term: str) -> None:
    """PubMed drops the star of a stem under four characters in silence, so the term is named as dropped."""
    text, losses = writes(f"coach OR {term}")
    assert text == "coach[tiab]"
    assert [kind for kind, _ in losses] == [LossKind.DROPPED]


def test_a_short_stem_with_an_expansion_is_written_out() -> None:
    """Whole words given for a short stem are used, and the loss says so."""
    assert writes("tb*", tb=("tb", "tbs")) == ("tb[tiab] OR tbs[tiab]", [(LossKind.NARROWED, "tb*")])


def test_four_characters_are_counted_from_the_start_of_the_phrase() -> None:
    """`scratch cat*` is kept: its stem is longer than its last word."""
    assert writes("scratch cat*") == ('"scratch cat*"[tiab]', [])


def test_more_than_256_wildcards_are_refused() -> None:
    """PubMed fails on them in a way that looks like an outage, so the text is not made."""
    terms = [f"term{number:03}*" for number in range(257)]
    assert writes(" OR ".join(terms[:256]))[1] == []
    with pytest.raises(StrategyError, match="257 wildcards") as caught:
        writes(" OR ".join(terms))
    assert "whole words" in caught.value.hint


def test_a_single_character_wildcard_is_widened() -> None:
    """`?` becomes a star, and the loss says that more is found."""
    assert writes("behavio?r") == ("behavio*r[tiab]", [(LossKind.WIDENED, "behavio?r")])


def test_proximity_of_plain_words() -> None:
    """NEAR becomes PubMed's phrase with a distance; an OR on a side becomes one phrase for each pair."""
    assert writes("hip NEAR/4 pain") == ('"hip pain"[tiab:~4]', [])
    assert writes("(hip OR knee) NEAR/4 pain")[0] == '"hip pain"[tiab:~4] OR "knee pain"[tiab:~4]'


def test_proximity_that_pubmed_has_not_is_widened_to_and() -> None:
    """A truncated side without known whole words becomes AND; a set order becomes any order; both are named."""
    assert writes("social NEAR/4 work*") == (
        "social[tiab] AND work*[tiab]",
        [(LossKind.WIDENED, "(social | work*) within 4")],
    )
    text, losses = writes("hip NEXT/4 pain")
    assert (text, losses[0][0]) == ('"hip pain"[tiab:~4]', LossKind.WIDENED)


def test_words_that_are_operators_are_quoted() -> None:
    """A search for the word `or` does not become an operator."""
    assert writes('"or"') == ('"or"[tiab]', [])


def test_fields_that_pubmed_cannot_search_alone_are_widened() -> None:
    """PubMed has no field for the abstract alone: title/abstract is used and the loss says so."""
    text, losses = writes("coach[abstract]")
    assert (text, losses[0][0]) == ("coach[tiab]", LossKind.WIDENED)


def test_a_foreign_heading_becomes_free_text_and_a_named_loss() -> None:
    """A heading of another vocabulary is dropped by name, and its words searched instead, in natural order."""
    text, losses = writes('"Diabetes Mellitus, Type 2"[cinahl]')
    assert text == '"Type 2 Diabetes Mellitus"[tiab]'
    assert losses == [(LossKind.DROPPED, "heading Diabetes Mellitus, Type 2")]


def test_dates_are_written_with_open_ends_filled() -> None:
    """An open end is the year 1800 or 3000, as precise as the limit was otherwise."""
    made = PUBMED.write(And((word("x"), DateLimit(DateKind.PUBLISHED, "2017", ""))), on=NOW)
    assert made.text == 'x[tiab] AND ("2017"[dp] : "3000"[dp])'


@given(queries(leaves(FIELDS), nears([TEXT_FIELDS, TITLE], (), (False,))))
def test_writing_then_reading_gives_the_same_tree_where_nothing_is_lost(query: Query) -> None:
    """What is written without a loss is read back as it was."""
    made = PUBMED.write(query, on=NOW)
    if not made.losses:
        assert PUBMED.read(made.text) == query


def test_table_1_agrees_with_the_expected_text(shared_data: Path) -> None:
    """The two blocks of the reference review come out as the recorded expectation, character for character."""
    from harvester.dialects.compose import compose
    from harvester.strategy import load

    expected = json.loads((shared_data / "queries" / "table1_expected.json").read_text())["expected"]["pubmed"]
    made = PUBMED.write(compose(load("link-workers")).core, on=NOW)
    assert expected == made.text
    assert made.losses == ()


def test_real_strategies_are_read_written_and_read_again(shared_data: Path) -> None:
    """Published PubMed strategies survive the way through the tree without a loss."""
    rows = (shared_data / "queries" / "real_strategies.jsonl").read_text().splitlines()
    strategies = [row["strategy"] for row in map(json.loads, rows) if row["database"] == "pubmed"]
    assert len(strategies) == 10
    for text in strategies:
        query = PUBMED.read(text)
        made = PUBMED.write(query, on=NOW)
        assert made.losses == ()
        assert PUBMED.read(made.text) == query
