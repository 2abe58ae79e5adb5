"""The language of strategy files."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import leaves, nears, queries

from harvester.dialects import get
from harvester.errors import StrategyError
from harvester.query import ANY, TEXT_FIELDS, And, Field, Near, Not, Or, Query, Term, Wild, Word

GENERIC = get("generic")
DAY = date(2026, 11, 22)
ANYWHERE = [TEXT_FIELDS, frozenset({Field.TITLE}), frozenset({Field.ALL}), frozenset[Field]()]
WILDS = (ANY, Wild(1, 1), Wild(0, 1), Wild(0, 3))


def term(text: str) -> Term:
    """A phrase in title, abstract and keywords, stars as any characters."""
    return Term(tuple(Word(tuple(p if p != "*" else ANY for p in _split(w))) for w in text.split()), TEXT_FIELDS)


def _split(word: str) -> list[str]:
    return [part for part in word.replace("*", "\0*\0").split("\0") if part]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("social refer* link work*", term("social refer* link work*")),
        ('"social coach"', term("social coach")),
        ("“social coach”", term("social coach")),
        ("coach OR health carer", Or((term("coach"), term("health carer")))),
        ("mental health and wellbeing", term("mental health and wellbeing")),
        ("a OR b AND c NOT d", Or((term("a"), And((term("b"), Not(term("c"), term("d"))))))),
        ("(a OR b) c*", And((Or((term("a"), term("b"))), term("c*")))),
        ("link NEAR/3 worker", Near((term("link"), term("worker")), 3)),
        ("link NEXT/2 worker", Near((term("link"), term("worker")), 2, ordered=True)),
        ("coach*[title]", Term((Word(("coach", ANY)),), frozenset({Field.TITLE}))),
        ("(a OR b[title])[abstract]", Or((Term((Word(("a",)),), frozenset({Field.ABSTRACT})),
                                          Term((Word(("b",)),), frozenset({Field.TITLE}))))),
    ],
)  # fmt: skip
def test_reading(text: str, expected: Query) -> None:
    """Each text means the tree that a person would expect."""
    assert GENERIC.read(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("coach OR", 7, "nothing after"),
        ("OR coach", 1, "nothing before"),
        ("(coach", 1, "never closed"),
        ("coach)", 6, "closes nothing"),
        ('"coach', 1, "partner"),
        ("coach[titel]", 6, "no field"),
        ("()", 1, "nothing to search"),
        ('a OR ""', 6, "nothing between"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, column: int, said: str) -> None:
    """A mistake is a StrategyError at its column, with a hint."""
    with pytest.raises(StrategyError) as caught:
        GENERIC.read(text)
    assert (caught.value.line, caught.value.column) == (1, column)
    assert said in caught.value.bare_message
    assert caught.value.hint


@given(queries(leaves(ANYWHERE, WILDS), nears(ANYWHERE, WILDS, (True, False))))
def test_writing_then_reading_gives_the_same_tree(query: Query) -> None:
    """Nothing is lost or changed on the way through text."""
    made = GENERIC.write(query, on=DAY)
    assert made.losses == ()
    assert GENERIC.read(made.text) == query


@given(st.text(st.sampled_from('ab*?()[]"ANDORT/3 #.\n“:'), max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    """No text makes the reader fail in any other way than with a StrategyError that names a place."""
    refused = None
    try:
        GENERIC.read(text)
    except StrategyError as error:
        refused = error
    assert refused is None or (refused.line >= 1 and refused.hint)


def test_nesting_has_no_limit() -> None:
    """Five thousand parentheses are read and written like one."""
    text = "(" * 5000 + "a OR b" + ")" * 5000
    assert GENERIC.write(GENERIC.read(text), on=DAY).text == "a OR b"
