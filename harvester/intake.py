"""From answers to kept records: read a page, keep it with its records and the search's cursor, all or nothing.

Reading (`listen`) touches no store and may run in any thread; keeping (`Intake`) happens in the one that writes.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from harvester import __version__
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Count, Page, Source
from harvester.store import Store, pages, runs
from harvester.store.pages import ItemRow, PackedAnswer
from harvester.store.records import RecordKeeper, Tally

if TYPE_CHECKING:
    from harvester.http import Http

# Found by another search for this strategy: of this run, or of an earlier one that ended, so that it has been told of.
_FOUND_BEFORE = (
    "select exists (select 1 from records r join found f on f.record_id = r.id join searches s on s.id = f.search_id "
    "join runs a on a.id = s.run_id join runs b on b.id = ?3 where r.source = ?1 and r.source_id = ?2 "
    "and s.kind <> 'recheck' and a.strategy = b.strategy "
    "and (a.id = b.id and s.kind <> 'late' or a.id < b.id and a.finished_at is not null))"
)
AHEAD = 2  # answers that a source may be ahead of what is kept


class Lines(Protocol):
    """What tells which lines of the strategy a record answers: harvester.match.Matcher."""

    def lines(self, record: Record) -> tuple[int, ...]:
        """The numbers of the lines that `record` answers."""

    def matches(self, record: Record) -> bool:
        """Whether the whole strategy matches `record`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One search that is to be run or gone on with. `cursor` is where it stands, "" at its beginning."""

    source: Source
    search: Search
    search_id: int
    kind: str
    cursor: str = ""
    counted: bool = False

    @property
    def is_site(self) -> bool:
        """Whether the source only hands over documents, so that the strategy has to be matched here."""
        return self.source.info.kind == "site" or self.source.info.matched_here


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a page: the record read from it, or why it could not be read."""

    position: int
    source_id: str
    record: Record | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A page ready to be kept. `items` is None when the same bytes are known: the store says what they hold."""

    packed: PackedAnswer
    items: list[Item] | None


# Generators: what a source said, one after another.
Heard = Count | Answered


def listen(job: Job, http: Http, known: Set[str]) -> Iterator[Heard]:
    """Ask a source: its count first, then every page from the job's cursor on, read.

    `known` are the sha256 of answers that need not be read again. Raises what the source raises.
    """
    if not job.counted:
        yield job.source.count(job.search, http)
    for page in job.source.pages(job.search, http, job.cursor):
        packed = pages.pack(page, known)
        yield Answered(packed, None if packed.sha256 in known else read(job.source, page))


def read(source: Source, page: Page) -> list[Item]:
    """The records of a page. What cannot be read is an Item with `error`: it stays in the page, raw."""
    if page.kind != "records":
        return []
    found = []
    for raw in source.items(page):
        record, error = None, raw.error
        if not error:
            try:
                record = source.record(raw)
            except ValueError as wrong:
                error = str(wrong) or type(wrong).__name__
        source_id = record.source_id if record is not None else raw.source_id
        found.append(Item(raw.position, source_id, record, error))
    return found


@dataclass(slots=True)
class Intake:
    """Keeps what the searches of one run bring. `matcher` None leaves the lines out (no strategy was given)."""

    store: Store
    run_id: int
    matcher: Lines | None
    tally: Tally = field(default_factory=Tally)
    _of_sites: dict[int, Lines] = field(default_factory=dict)

    def known_answers(self, source: str) -> frozenset[str]:
        """The sha256 of the answers of this source that this version of the program has read before."""
        return frozenset(
            row[0]
            for row in self.store.rows(
                "select distinct p.sha256 from pages p join searches s on s.id = p.search_id "
                "join runs r on r.id = s.run_id where s.source = ? and p.kind = 'records' and r.program_version = ?",
                (source, __version__),
            )
        )

    def take(self, job: Job, answered: Answered) -> int:
        """Keep one page, its items, its records and the cursor in one transaction; returns how many records it had."""
        items = answered.items
        known = None
        if items is None:
            known = pages.known_items(self.store, job.search.source, answered.packed.sha256, __version__)
            if known is None:
                items = read(job.source, _page_of(answered.packed))
        with self.store.transaction():
            keeper = RecordKeeper(self.store, self.run_id)
            page_id = pages.add_page(self.store, job.search_id, answered.packed)
            if known is not None:
                rows = known
                keeper.tally.same += len(rows)
                lines = self._lines_again(job, rows)
            else:
                rows, lines = self._keep(job, keeper, items or [])
            pages.add_items(self.store, job.search_id, page_id, rows)
            pages.add_lines(self.store, job.search_id, lines)
        self.tally.add(keeper.tally)
        return sum(row.record_id is not None for row in rows)

    def retell(self, job: Job) -> int:
        """Read again, from the kept pages, what could not be read before; returns how many became records."""
        told = 0
        by_page: dict[int, set[int]] = {}
        for row in runs.unread(self.store, job.search_id):
            by_page.setdefault(row["page_id"], set()).add(row["position"])
        for page_id, positions in by_page.items():
            page = kept_page(self.store, page_id)
            items = [item for item in read(job.source, page) if item.position in positions and item.record]
            if not items:
                continue
            with self.store.transaction():
                keeper = RecordKeeper(self.store, self.run_id)
                rows, lines = self._keep(job, keeper, items)
                self.store.many(
                    "delete from items where page_id = ? and position = ?",
                    [(page_id, item.position) for item in items],
                )
                pages.add_items(self.store, job.search_id, page_id, rows)
                pages.add_lines(self.store, job.search_id, lines)
            self.tally.add(keeper.tally)
            told += len(items)
        return told

    def _keep(self, job: Job, keeper: RecordKeeper, items: list[Item]) -> tuple[list[ItemRow], list[tuple[int, int]]]:
        wanted = [item for item in items if item.record is not None and self._wanted(job, item.record)]
        records = [item.record for item in wanted if item.record is not None]
        kept = iter(keeper.keep(records))
        if job.kind == runs.LATE:  # what was found before is not found by this search, but may say something new
            known = {id(record) for record in records}
            keeper.keep([item.record for item in items if item.record is not None and id(item.record) not in known])
        chosen = {id(item) for item in wanted}
        rows, lines = [], []
        for item in items:
            if id(item) not in chosen or item.record is None:
                rows.append(ItemRow(item.position, item.source_id, None, None, item.error or None))
                continue
            record_id, digest = next(kept)
            rows.append(ItemRow(item.position, item.source_id, record_id, digest))
            if self.matcher is not None:
                lines += [(record_id, number) for number in self.matcher.lines(job.source.in_full(item.record))]
        return rows, lines

    def _wanted(self, job: Job, record: Record) -> bool:
        """Whether the record is what the search is for. A recheck looks only at what is kept, a late search finds only
        what no search had found before it.
        """
        if job.kind == runs.RECHECK:
            return self._kept(record)
        if job.kind == runs.LATE and self.store.value(_FOUND_BEFORE, (record.source, record.source_id, self.run_id)):
            return False
        if not job.is_site or self.matcher is None or record.extra.get("read_in_part"):
            return True  # a document of which only a part was read may match in the rest: people decide
        return self._matcher_of(job).matches(job.source.in_full(record))

    def _kept(self, record: Record) -> bool:
        sql = "select 1 from records where source = ? and source_id = ?"
        return bool(self.store.value(sql, (record.source, record.source_id)))

    def _matcher_of(self, job: Job) -> Lines:
        """What a document has to answer: the search's own text, with its years, where that can be read here; else the
        strategy."""
        assert self.matcher is not None
        if job.search.dialect != "generic" or not job.search.text:
            return self.matcher
        found = self._of_sites.get(job.search_id)
        if found is None:
            from harvester.dialects import get
            from harvester.match import Matcher

            found = self._of_sites[job.search_id] = Matcher(get(job.search.dialect).read(job.search.text))
        return found

    def _lines_again(self, job: Job, rows: list[ItemRow]) -> list[tuple[int, int]]:
        """The lines of records that are known: matched anew, since the strategy may be another one."""
        if self.matcher is None:
            return []
        lines = []
        ids = json.dumps([row.record_id for row in rows])
        for found in self.store.rows(
            "select id, data from records where id in (select value from json_each(?))", (ids,)
        ):
            record = Record.from_dict(json.loads(found["data"]))
            lines += [(found["id"], number) for number in self.matcher.lines(job.source.in_full(record))]
        return lines


def kept_page(store: Store, page_id: int) -> Page:
    """A page as it came, from the store. Raises StoreError when it is missing or damaged."""
    row = store.one("select * from pages where id = ?", (page_id,))
    if row is None:
        raise ValueError(f"there is no page {page_id}")
    return Page(
        kind=row["kind"],
        request=row["request"],
        status=row["status"],
        body=pages.body(store, row["sha256"]),
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        cursor=row["cursor"],
        media_type=row["media_type"],
        detail=json.loads(row["detail"]),
    )


def _page_of(packed: PackedAnswer) -> Page:
    answer = packed.answer
    return Page(
        answer.kind,
        answer.request,
        answer.status,
        answer.body,
        answer.fetched_at,
        answer.cursor,
        answer.media_type,
        answer.expected,
        answer.detail,
    )


def interleave(streams: Sequence[Iterator[Heard]]) -> Iterator[tuple[int, Heard | None, Exception | None]]:
    """What several streams bring, as it comes: (place, what, None), then (place, None, None or why it ended).

    One stream runs in this thread; several run in one each, at most `AHEAD` answers ahead. Only Exception is
    handed on: Ctrl-C ends all of it.
    """
    if len(streams) == 1:
        stream = streams[0]
        try:
            while True:
                try:
                    heard = next(stream, None)
                except Exception as error:  # noqa: BLE001 - handed on, not swallowed
                    yield 0, None, error
                    return
                yield 0, heard, None
                if heard is None:
                    return
        finally:
            _close(stream)
        return
    yield from _threaded(streams)


def _threaded(streams: Sequence[Iterator[Heard]]) -> Iterator[tuple[int, Heard | None, Exception | None]]:
    shelf: queue.Queue[tuple[int, Heard | None, Exception | None]] = queue.Queue(maxsize=AHEAD * max(1, len(streams)))
    stop = threading.Event()

    def put(what: tuple[int, Heard | None, Exception | None]) -> bool:
        while not stop.is_set():
            try:
                shelf.put(what, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work(place: int, stream: Iterator[Heard]) -> None:
        end: Exception | None = None
        try:
            for heard in stream:
                if not put((place, heard, None)):
                    return
        except Exception as error:  # noqa: BLE001 - handed on, not swallowed
            end = error
        finally:
            _close(stream)
        put((place, None, end))

    # Daemons: a source that hangs in a time-out must not hold up Ctrl-C.
    threads = [
        threading.Thread(target=work, args=(place, stream), daemon=True, name=f"source-{place}")
        for place, stream in enumerate(streams)
    ]
    for thread in threads:
        thread.start()
    open_streams = len(streams)
    try:
        while open_streams:
            place, heard, error = shelf.get()
            if heard is None:
                open_streams -= 1
            yield place, heard, error
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=2)


def _close(stream: Iterator[Heard]) -> None:
    close = getattr(stream, "close", None)
    if close is not None:
        close()
