"""Slices of a large search are disjoint and together the whole."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search import Search
from harvester.sources.pubmed_slices import FIRST_DAY, LAST_DAY, LAST_PMID, Slice, bounds, split
from harvester.window import DateField, Window

DAYS = st.dates(FIRST_DAY, LAST_DAY)


def test_a_slice_in_pubmeds_language() -> None:
    """Parentheses keep the search together, days by creation, PMIDs as a range."""
    day = date(2020, 3, 1)
    assert Slice().text("a OR b") == "a OR b"
    assert Slice("part", day, day).text("a OR b") == '(a OR b) AND ("2020/03/01"[crdt] : "2020/03/01"[crdt])'
    assert Slice("part", day, day, 5, 9).text("a") == '(a) AND ("2020/03/01"[crdt] : "2020/03/01"[crdt]) AND (5:9[uid])'
    assert Slice("rest", day, day).text("a") == '(a) NOT ("2020/03/01"[crdt] : "2020/03/01"[crdt])'


def test_the_days_of_an_update_bound_its_slices() -> None:
    """A window by entry is where the records were created; other windows say nothing of that."""
    entered = Window(DateField.ENTERED, date(2022, 7, 1), None)
    published = Window(DateField.PUBLISHED, date(2022, 7, 1), None)
    assert bounds(Search("pubmed", "pubmed", "a", "a", window=entered)) == Slice("part", date(2022, 7, 1), LAST_DAY)
    assert bounds(Search("pubmed", "pubmed", "a", "a", window=published)) == Slice("part", FIRST_DAY, LAST_DAY)
    assert bounds(Search("pubmed", "pubmed", "a", "a")) == Slice("part", FIRST_DAY, LAST_DAY)


@given(DAYS, DAYS, st.integers(10_000, 40_000_000))
def test_slices_by_days_are_disjoint_and_whole(one: date, two: date, count: int) -> None:
    """Each piece begins the day after the one before it ends."""
    since, until = min(one, two), max(one, two)
    if since == until:
        until = since + timedelta(days=1) if since < LAST_DAY else since
        since = until - timedelta(days=1)
    pieces = split(Slice("part", since, until), count, [])
    assert len(pieces) >= 2
    assert pieces[0].since == since
    assert pieces[-1].until == until
    assert all(piece.since <= piece.until for piece in pieces)
    assert all(after.since - before.until == timedelta(days=1) for before, after in pairwise(pieces))


@given(st.lists(st.integers(1, 50_000_000), max_size=50), st.integers(1, 40_000_000), st.integers(1, 1_000_000))
def test_slices_by_numbers_are_disjoint_and_whole(ids: list[int], low: int, size: int) -> None:
    """Both halves are smaller than the whole, so that cutting ends."""
    day = date(2020, 3, 1)
    first, second = split(Slice("part", day, day, low, low + size), 20_000, [str(each) for each in ids])
    assert (first.low, second.high) == (low, low + size)
    assert first.high + 1 == second.low
    assert first.low <= first.high
    assert second.low <= second.high


def test_a_day_is_first_cut_over_all_numbers() -> None:
    """Before any range of PMIDs is set, both halves together take them all."""
    day = date(2020, 3, 1)
    first, second = split(Slice("part", day, day), 20_000, ["7", "8", "9"])
    assert (first.low, first.high, second.low, second.high) == (0, 8, 9, LAST_PMID)


def test_one_number_cannot_be_cut() -> None:
    """More than one record under one PMID would be nonsense, and is told."""
    with pytest.raises(ValueError, match="cannot be cut"):
        split(Slice("part", date(2020, 3, 1), date(2020, 3, 1), 5, 5), 20_000, ["5"])


@given(st.sampled_from(["whole", "part", "rest"]), DAYS, DAYS, st.integers(0, 9), st.integers(0, 9))
def test_a_slice_survives_a_cursor(kind: str, since: date, until: date, low: int, high: int) -> None:
    """What is written into a cursor is read back as it was."""
    part = Slice(kind, since, until, low, high)
    assert Slice.from_list(part.as_list()) == part


def test_a_slice_of_an_unknown_kind_is_an_error() -> None:
    """A cursor of another version is not guessed at."""
    with pytest.raises(ValueError, match="unknown slice"):
        Slice.from_list(["other", "2020-01-01", "2020-01-01", 0, 0])
