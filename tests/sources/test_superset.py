"""The wider text loses nothing: whatever the strategy matches, it matches. Held by its own small reader of Lucene."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.dialects import get
from harvester.errors import UsageError
from harvester.match import Matcher
from harvester.query import Query
from harvester.record import Record, Section
from harvester.search import Search
from harvester.sources import superset
from harvester.window import DateField, Window

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


@pytest.mark.parametrize(
    ("text", "window", "expected"),
    [
        ("gloom", None, []),
        ("gloom AND 2017..2022[published]", None, [("published", "2017-01-01", "2022-12-31")]),
        (
            "gloom AND 2017..[published]",
            Window(DateField.ENTERED, date(2022, 8, 1), date(2023, 5, 31)),
            [("entered", "2022-08-01", "2023-05-31"), ("published", "2017-01-01", "None")],
        ),
        (
            "gloom AND 2022-08-01..2023-05-31[published]",
            Window(DateField.PUBLISHED, date(2022, 8, 1), date(2023, 5, 31)),
            [("published", "2022-08-01", "2023-05-31")],
        ),
        ("gloom OR 2017..2022[published]", None, []),
    ],
)
def test_days_that_hold_for_every_record_are_asked_for(
    text: str, window: Window | None, expected: list[tuple[str, str, str]]
) -> None:
    """The window, and publication dates that are joined to all of the search by AND; no others."""
    found = superset.windows(Search("made-up", "generic", text, text, window))
    assert [(str(each.by), str(each.since), str(each.until)) for each in found] == expected


def test_days_in_common() -> None:
    """Open ends are closed by the source's first day and by today; no day in common asks for one."""
    search = Search("made-up", "generic", "gloom AND 2017..2022[published]", "gloom")
    assert superset.days(search, date(2019, 6, 6), date(2026, 1, 1)) == (date(2019, 6, 6), date(2022, 12, 31))
    assert superset.days(search, date(2024, 1, 1), date(2026, 1, 1)) == (date(2024, 1, 1), date(2024, 1, 1))
