"""The wider text loses nothing: whatever the strategy matches, it matches. Held by its own small reader of Lucene."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.dialects import get
from harvester.errors import UsageError
from harvester.match import Matcher
from harvester.query import Query
from harvester.record import Record, Section
from harvester.sources import superset

WORDS = [
    "link",
    "worker",
    "workers",
    "social",
    "referral",
    "chronic",
    "illness",
    "illnesses",
    "health",
    "coach",
    "mental",
]
TERMS = [
    '"link worker*"', '"social refer* link work*"', '"health coach"', "chronic", "ill*", '"chronic illness*"',
    '"mental health"', "social NEAR/3 coach", '"refer* worker"',
]  # fmt: skip


def says(text: str, words: list[str]) -> bool:
    """Whether a Lucene text of AND, OR, phrases and truncated words matches these words; its own reading."""
    tokens = re.findall(r'"[^"]*"|[()]|[^\s()]+', text)

    def either() -> bool:
        found = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            found = both() or found
        return found

    def both() -> bool:
        found = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            found = one() and found
        return found

    def one() -> bool:
        token = tokens.pop(0)
        if token == "(":
            inner = either()
            assert tokens.pop(0) == ")"
            return inner
        if token.startswith('"'):
            phrase = token.strip('"').split()
            return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))
        stem = token.rstrip("*")
        return any(word.startswith(stem) if token.endswith("*") else word == stem for word in words)

    whole = either()
    assert not tokens
    return whole


@given(
    blocks=st.lists(st.lists(st.sampled_from(TERMS), min_size=1, max_size=4), min_size=1, max_size=3),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=9),
    wild=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_the_wider_text_matches_whatever_the_strategy_matches(
    blocks: list[list[str]], words: list[str], *, wild: bool
) -> None:
    """For any strategy and any record: matched here means found there."""
    query = get("generic").read(" AND ".join(f"({' OR '.join(terms)})" for terms in blocks))
    record = Record("made-up", "1", " ".join(words), abstract=(Section("nothing"),))
    try:
        text = superset.lucene(query, wild=wild)
    except UsageError:
        return  # nothing can be asked: that is said, not passed over
    if Matcher(query).matches(record):
        assert says(text, words)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"link worker*" AND "mental health"', '("link" AND worker*) AND "mental health"'),
        ('"social refer* link work*"', '"social" AND refer* AND "link" AND work*'),
        ('("health coach" OR gloom) NOT children', '"health coach" OR "gloom"'),
        ('gloom AND 2017..2022[published]', '"gloom"'),
    ],
)  # fmt: skip
def test_the_wider_text_is_written_so(query: str, expected: str) -> None:
    """Phrases stay whole, a truncated word stands alone, NOT and dates take nothing away."""
    assert superset.lucene(superset_tree(query)) == expected


def superset_tree(text: str) -> Query:
    """The tree of a text in the strategy's language."""
    return get("generic").read(text)


def test_an_alternative_that_cannot_be_said_matches_everything() -> None:
    """Without wildcards a truncated word cannot be asked: its group is left out, never narrowed."""
    tree = superset_tree('(multimorbidit* OR "mental health") AND "health coach"')
    assert superset.lucene(tree, wild=False) == '"health coach"'


def test_nothing_left_is_refused() -> None:
    """A search of nothing but truncated words cannot be asked without wildcards, and that is an error."""
    with pytest.raises(UsageError, match="nothing of this search"):
        superset.lucene(superset_tree("multimorbidit*"), wild=False)
