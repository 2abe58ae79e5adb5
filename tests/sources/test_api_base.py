"""What all API sources inherit: paging to the end, ranked hits, and never short in silence. Answers are made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harvester.errors import Incomplete, UsageError
from harvester.http import Answer, Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources.api import Api, Listing, Request
from harvester.sources.base import SourceInfo
from harvester.sources.ranked import Ranked

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
HTTP: Http = None  # type: ignore[assignment]  # nothing is asked
INFO = SourceInfo(
    name="made-up", label="Made Up", kind="api", docs="", terms="", dialect="crossref", windows=(),
    per_second=1, per_second_with_key=1,
)  # fmt: skip


class _Canned:
    """Listings by query and place: `shelf[query]` holds the ids; `lie` adds to the count, `loop` leads back."""

    shelf: dict[str, list[str]]
    lie = 0
    loop = False
    asked: list[tuple[str, str, int]]

    def ask(self, search: Search, http: Http, at: str, size: int) -> tuple[Answer, Listing]:
        """A page of the shelf."""
        self.asked.append((search.text, at, size))
        ids = self.shelf[search.text]
        start = int(at or 0)
        part = ids[start : start + size]
        after = start + len(part)
        following = "" if after >= len(ids) else str(after)
        if self.loop and part:
            following = "0"
        body = json.dumps([{"id": each} for each in part]).encode()
        answer = Answer(200, body, "application/json", "https://x", f"GET {search.text} {at}", WHEN)
        return answer, Listing(len(ids) + self.lie, [{"id": each} for each in part], following)

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """Never sent."""
        raise AssertionError("nothing is sent")

    def listing(self, answer: Answer) -> Listing:
        """Never read."""
        raise AssertionError("nothing is read")

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The items of a page."""
        found: list[Any] = json.loads(body)
        return found

    def identify(self, node: Any) -> str:
        """The id."""
        return str(node["id"])

    def read(self, node: Any) -> Record:
        """A record of the id."""
        return Record("made-up", node["id"], f"Title {node['id']}")


class Whole(_Canned, Api):
    """A made-up API."""

    info = INFO
    batch = 2

    def __init__(self, *ids: str, **settings: Any) -> None:
        super().__init__()
        self.shelf, self.asked = {"q": list(ids)}, []
        for name, value in settings.items():
            setattr(self, name, value)


class Best(_Canned, Ranked):
    """A made-up service that ranks."""

    info = replace(INFO, first=5, matched_here=True)
    batch = 2

    def __init__(self, **shelf: list[str]) -> None:
        super().__init__()
        self.shelf, self.asked = shelf, []


def search(text: str = "q", first: int | None = None) -> Search:
    """A search of a text."""
    return Search("made-up", "crossref", text, text, first_n=first)


def ids(source: Api, asked: Search, cursor: str = "") -> list[str]:
    """The ids of all items."""
    return [item.source_id for page in source.pages(asked, HTTP, cursor) for item in source.items(page)]


def test_all_pages_come() -> None:
    """Every listing until the source says that there is no further one."""
    assert ids(Whole("a", "b", "c", "d", "e"), search()) == ["a", "b", "c", "d", "e"]


def test_the_first_so_many_and_no_more() -> None:
    """A strategy's `first` ends the paging, and cuts a page that holds more."""
    source = Whole("a", "b", "c", "d", "e")
    assert ids(source, search(first=3)) == ["a", "b", "c"]
    assert [size for _, _, size in source.asked] == [2, 1]


def test_a_listing_that_ends_early_is_incomplete() -> None:
    """Seven are counted and five listed: what came is given first, then it is said."""
    source = Whole("a", "b", "c", "d", "e", lie=2)
    came: list[str] = []
    items = (item.source_id for page in source.pages(search(), HTTP) for item in source.items(page))
    with pytest.raises(Incomplete, match="counts 7 records and lists 5"):
        came.extend(items)
    assert came == ["a", "b", "c", "d", "e"]


def test_a_cursor_that_leads_back_ends_with_a_complaint() -> None:
    """Paging in a circle stops, and is no success."""
    with pytest.raises(Incomplete):
        ids(Whole("a", "b", "c", "d", "e", loop=True), search())


def test_an_estimate_gives_way_to_what_came() -> None:
    """Where the count is an estimate, the number that came is the count afterwards."""
    source = Whole("a", "b", "c", lie=4, estimates=True)
    assert source.count(search(), HTTP).hits == 7
    assert ids(source, search()) == ["a", "b", "c"]
    assert source.count(search(), HTTP).hits == 3


def test_the_reach_is_named() -> None:
    """Beyond its reach a source says how many it keeps to itself."""
    source = Whole("a", "b", "c", "d", "e", info=replace(INFO, reach=4))
    with pytest.raises(Incomplete, match="gives at most 4 of its 5 records") as caught:
        ids(source, search())
    assert "--by published" in caught.value.hint


def test_a_cursor_of_another_search_begins_anew() -> None:
    """A cursor is only good for the search it came from; a broken one is refused."""
    source = Whole("a", "b", "c")
    pages = list(source.pages(search(first=3), HTTP))
    assert ids(source, search(), pages[0].cursor) == ["a", "b", "c"]
    with pytest.raises(UsageError, match="cursor"):
        ids(source, search(), "nonsense")


def test_the_end_is_remembered() -> None:
    """After the last page's cursor nothing is asked again."""
    source = Whole("a", "b", "c")
    last = list(source.pages(search(), HTTP))[-1].cursor
    source.asked.clear()
    assert ids(source, search(), last) == []
    assert source.asked == []


def test_ranked_queries_are_asked_in_turn() -> None:
    """The best hits of each query first; a record that two queries give counts once; the fifth distinct one ends it."""
    source = Best(x=["a", "b", "c", "d"], y=["b", "e", "f", "g"])
    assert ids(source, search("x\ny")) == ["a", "b", "b", "e", "c", "d"]
    assert [(text, at) for text, at, _ in source.asked] == [("x", ""), ("y", ""), ("x", "2")]


def test_a_ranked_page_is_cut_at_the_last_hit_wanted() -> None:
    """With `first` 3 the page that brings the third distinct hit is cut behind it."""
    assert ids(Best(x=["a", "b"], y=["b", "e", "f"]), search("x\ny", first=3)) == ["a", "b", "b", "e"]


def test_a_ranking_counts_what_is_taken() -> None:
    """At most `first` before, the distinct hits that came afterwards."""
    source = Best(x=["a", "b"], y=["b", "c"])
    assert source.count(search("x\ny"), HTTP).hits == 4
    ids(source, search("x\ny"))
    counted = source.count(search("x\ny"), HTTP)
    assert counted.hits == 3
    assert "only ranks" in counted.warnings[0]
    assert Best(x=list("abcdefgh")).count(search("x"), HTTP).hits == 5
