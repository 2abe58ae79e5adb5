"""Intake: what one stream or several bring, in order, with what ended them; a page is kept whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import HTTP, TODAY, Doc, Fake, finder, strategy

from harvester.errors import StoreError, Unavailable
from harvester.intake import Heard, Intake, Job, interleave, listen
from harvester.run import run
from harvester.search import Search
from harvester.sources.base import Count, Page
from harvester.store import Store, open_store, pages, runs


def numbers(last: int, error: Exception | None = None) -> Iterator[Heard]:
    """Counts from 1, then an end or an error."""
    for number in range(1, last + 1):
        yield Count(number)
    if error:
        raise error


@pytest.mark.parametrize("lengths", [(3,), (3, 0, 5), (40, 40)])
def test_nothing_is_left_out_and_each_stream_keeps_its_order(lengths: tuple[int, ...]) -> None:
    """Every stream's items come in their order, and its end comes once, last."""
    came: dict[int, list[int | None]] = {place: [] for place in range(len(lengths))}
    for place, heard, error in interleave([numbers(length) for length in lengths]):
        assert error is None
        came[place].append(heard.hits if isinstance(heard, Count) else None)
    assert came == {place: [*range(1, length + 1), None] for place, length in enumerate(lengths)}


@pytest.mark.parametrize("beside", [0, 1])
def test_an_error_comes_after_what_came_before_it(beside: int) -> None:
    """A stream's error is handed on in its place, and the others go on."""
    gone = Unavailable("gone")
    streams = [numbers(2, gone), *(numbers(4) for _ in range(beside))]
    told = [
        (heard.hits if isinstance(heard, Count) else error) for place, heard, error in interleave(streams) if place == 0
    ]
    assert told == [1, 2, gone]


def test_leaving_early_stops_the_threads() -> None:
    """When the reader stops, for example on Ctrl-C, no thread goes on asking."""
    closed = threading.Event()

    def endless() -> Iterator[Heard]:
        try:
            while True:
                yield Count(1)
        finally:
            closed.set()

    stream = interleave([endless(), numbers(1)])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert closed.wait(5)


def test_a_page_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """When keeping the lines fails, the page, its records and the cursor are not there either."""

    class Broken:
        def lines(self, record: object) -> tuple[int, ...]:
            raise sqlite3.OperationalError("made up")

        def matches(self, record: object) -> bool:
            return True

    with open_store(tmp_path / "review.db") as store:
        job = started(store, Fake([Doc("1"), Doc("2")]))
        intake = Intake(store, 1, Broken())
        stream = listen(job, HTTP, frozenset())
        next(stream)  # the count
        intake.take(job, next(stream))  # type: ignore[arg-type]  # the ids
        with pytest.raises(sqlite3.OperationalError):
            intake.take(job, next(stream))  # type: ignore[arg-type]
        assert store.value("select count(*) from records") == 0
        assert store.value("select count(*) from pages") == 1
        assert store.value("select cursor from searches") == "0"
        assert intake.tally.new == 0


def started(store: Store, source: Fake) -> Job:
    """A run of one search that has begun."""
    search = Search(source.name, "pubmed", "text", "text")
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", "", "", {}, None))
        search_id = runs.add_search(store, run_id, search, kind="run", label="Alpha")
    return Job(source, search, search_id, "run")


def test_an_answer_is_kept_once_and_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """The same body in two pages is one payload; damage to it is found when it is read."""
    with open_store(tmp_path / "review.db") as store:
        job = started(store, Fake([]))
        page = Page("records", "r", 200, b"<xml>" * 999, datetime(2022, 7, 31, tzinfo=UTC), "1")
        with store.transaction():
            for _ in range(2):
                pages.add_page(store, job.search_id, pages.pack(page))
        assert store.value("select count(*) from pages") == 2
        row = store.one("select sha256, size, length(body) as packed from payloads")
        assert row is not None
        assert row["size"] == 4995
        assert row["packed"] < 100
        assert pages.body(store, row["sha256"]) == b"<xml>" * 999
        store.execute("update payloads set size = 5")
        with pytest.raises(StoreError, match="damaged"):
            pages.body(store, row["sha256"])


def test_records_know_their_page(tmp_path: Path) -> None:
    """Every record found points at the first page that gave it, and that page holds it."""
    with open_store(tmp_path / "review.db") as store:
        source = Fake([Doc(str(number)) for number in range(5)])
        run(strategy(), store, HTTP, today=TODAY, find=finder(source))
        for row in store.rows(
            "select r.source_id, p.sha256 from found f join records r on r.id = f.record_id "
            "join pages p on p.id = f.page_id"
        ):
            assert f'"id": "{row["source_id"]}"'.encode() in pages.body(store, row["sha256"])
