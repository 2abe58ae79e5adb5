"""Getting all records of one PubMed search, however many, with nothing left out in silence.

esearch lists the ids (an "ids" page) and keeps them on the history server; efetch gives them in batches ("records"
pages), and what came is compared with what was asked: ids that are missing are asked for by name, and those still
missing are named in the page's `detail`. Several requests are under way at once; pages come in order.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial

from harvester.errors import Incomplete, UsageError
from harvester.http import Answer
from harvester.search import Search
from harvester.sources.base import Page
from harvester.sources.pubmed_answers import Found, HistoryLostError, pmids
from harvester.sources.pubmed_crew import Crew
from harvester.sources.pubmed_eutils import REACH, Eutils
from harvester.sources.pubmed_slices import Slice, bounds, split, too_many

_log = logging.getLogger(__name__)

ASK_AGAIN = 3  # how often a listing that contradicts itself is asked for again
ROUNDS = 2  # how often all slices are gone through when their counts do not add up
_AHEAD = 3  # listings asked for before they are needed


@dataclass(slots=True)
class _State:
    """Where a harvest stands: what the cursor says. `done` counts the records of the slices that are through."""

    total: int | None = None
    done: int = 0
    todo: list[Slice] = field(default_factory=lambda: [Slice()])
    at: int = 0
    listing: str = ""
    round: int = 1
    rest: bool = False

    def leave(self, count: int) -> None:
        """The first slice is spoken for, with its `count` records: on to the next."""
        self.done += count
        del self.todo[0]
        self.at, self.listing = 0, ""

    def cursor(self, search: Search) -> str:
        """The state as a short text."""
        values = {
            "search": _digest([search.text]),
            "total": self.total,
            "done": self.done,
            "todo": [part.as_list() for part in self.todo],
            "at": self.at,
            "listing": self.listing,
            "round": self.round,
            "rest": self.rest,
        }
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str, search: Search) -> _State:
        """The state that `cursor` names; the beginning, when it is of another search."""
        if not cursor:
            return cls()
        try:
            held = json.loads(cursor)
            if held["search"] != _digest([search.text]):
                _log.warning("pubmed: the cursor is of another search; beginning anew")
                return cls()
            return cls(
                held["total"],
                held["done"],
                [Slice.from_list(part) for part in held["todo"]],
                held["at"],
                held["listing"],
                held["round"],
                held["rest"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"a cursor that cannot be read: {error}", hint="Run the search anew.") from error


class Harvest:
    """One harvest of one search. `batch` records a request, `workers` requests under way at once."""

    def __init__(self, search: Search, eutils: Eutils, *, batch: int, workers: int) -> None:
        if search.first_n is not None and too_many(search.first_n):
            raise UsageError(
                f"pubmed lists {REACH} records of a ranked search, not {search.first_n}", hint="Ask for fewer."
            )
        self._search = search
        self._eutils = eutils
        self._batch = batch
        self._limit = search.first_n or REACH
        self._ahead = workers + 1
        self._crew = Crew(workers)
        self._fetched: set[str] = set()
        self._by_id = threading.Event()
        self._prefetched: dict[Slice, Future[tuple[Found, Answer]]] = {}

    def pages(self, cursor: str = "") -> Iterator[Page]:
        """Every page from `cursor` on, in order. Raises as Http.ask, and Incomplete."""
        waiting: deque[Future[list[Page]]] = deque()
        try:
            for job in self._jobs(_State.read(cursor, self._search)):
                waiting.append(self._crew.submit(job))
                while waiting and (len(waiting) > self._ahead or waiting[0].done()):
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            self._crew.stop()

    def _jobs(self, state: _State) -> Iterator[Callable[[], list[Page]]]:
        """What is to be done, in order; each job gives its pages."""
        while state.todo:
            yield from self._slice_jobs(state)
            if not state.todo and state.done != state.total and self._search.first_n is None:
                self._reconcile(state)

    def _slice_jobs(self, state: _State) -> Iterator[Callable[[], list[Page]]]:
        """The jobs of the first slice of `state.todo`: its listing, then its records; or its listing and its pieces."""
        part = state.todo[0]
        found, answer = self._listing(part)
        if state.total is None:
            state.total = found.count
        if too_many(found.count) and self._search.first_n is None:
            state.todo[:1] = self._pieces(part, found)
            self._prefetch(state.todo)
            yield _given(self._ids_page(found, answer, part, state, ids=()))
            return
        self._prefetch(state.todo[1:])
        listing, size = _digest(found.ids), len(found.ids)
        if listing in self._fetched:
            state.at = size
        elif state.at and state.listing != listing:
            _log.info("pubmed: the list of %s has changed; fetching it from its beginning", part)
            state.at = 0
        state.listing = listing
        starts = range(state.at, size, self._batch)
        if not starts:
            state.leave(found.count)
        yield _given(self._ids_page(found, answer, part, state, ids=found.ids))
        stored = _Stored(part.text(self._search.text), found, self._eutils)
        for start in starts:
            before = state.cursor(self._search)
            state.at = min(start + self._batch, size)
            if state.at == size:
                state.leave(found.count)
            detail = {"slice": str(part), "from": start, "total": state.total}
            yield partial(self._records_pages, stored, start, before, state.cursor(self._search), detail)
        self._fetched.add(listing)

    def _pieces(self, part: Slice, found: Found) -> list[Slice]:
        whole = bounds(self._search) if part.kind == "whole" else part
        if part.kind != "rest":
            return split(whole, found.count, found.ids)
        raise Incomplete(
            f"pubmed lists at most {REACH} of {found.count} records that have no day of creation",
            hint="Narrow the search.",
        )

    def _listing(self, part: Slice) -> tuple[Found, Answer]:
        """The ids of a slice, as many as it counts. Raises Incomplete when PubMed keeps contradicting itself."""
        future = self._prefetched.pop(part, None)
        found, answer = (future or self._crew.submit(partial(self._search_slice, part))).result()
        for _ in range(ASK_AGAIN):
            due = min(found.count, self._limit)
            if len(found.ids) == due == len(set(found.ids)):
                return found, answer
            _log.info("pubmed: %s counts %d and lists %d; asking again", part, found.count, len(found.ids))
            found, answer = self._search_slice(part)
        raise Incomplete(
            f"pubmed counts {found.count} records ({part}) and lists {len(set(found.ids))} of {due}",
            hint="Try again later (`harvester resume`).",
        )

    def _prefetch(self, parts: list[Slice]) -> None:
        for part in parts[:_AHEAD]:
            if part not in self._prefetched:
                self._prefetched[part] = self._crew.submit(partial(self._search_slice, part))

    def _search_slice(self, part: Slice) -> tuple[Found, Answer]:
        sort = "" if self._search.first_n is None else "relevance"
        return self._eutils.search(part.text(self._search.text), limit=self._limit, sort=sort)

    def _reconcile(self, state: _State) -> None:
        """All slices are through and their counts do not add up to the whole's. Leaves in `state` what to do.

        The index may have moved: count again. Records without a day of creation would be in no slice: ask for
        those. Then go through the slices once more. Raises Incomplete when nothing helped.
        """
        state.total = self._eutils.search(self._search.text)[0].count
        if state.done == state.total:
            return
        _log.info("pubmed: the slices hold %d records and the whole %d", state.done, state.total)
        if state.done < state.total and not state.rest:
            state.rest = True
            state.todo = [replace(bounds(self._search), kind="rest")]
        elif state.round < ROUNDS:
            state.round += 1
            state.rest = False
            state.total = None
            state.done = 0
            state.todo = [Slice()]
        else:
            raise Incomplete(
                f"pubmed counts {state.total} records, and {state.done} in its slices",
                hint="Its index is changing just now: try again later (`harvester resume`).",
            )

    def _records_pages(
        self, stored: _Stored, start: int, before: str, after: str, detail: dict[str, object]
    ) -> list[Page]:
        """The records at places `start` to `start` + batch of a listing: one page, or more where some had to be
        asked for again. Only the last one's cursor leads on, so that a resumed run asks for all of them anew.
        """
        wanted = stored.found.ids[start : start + self._batch]
        answers: list[tuple[Answer, list[str]]] = []
        missing = list(wanted)
        answer = None if self._by_id.is_set() else stored.records(start, len(wanted))
        if answer is not None:
            came = set(pmids(answer.body))
            missing = [each for each in wanted if each not in came]
            if len(missing) < len(wanted):
                answers.append((answer, sorted(came.difference(wanted))))
            else:
                _log.info("pubmed: records %d to %d came as others; asking by number", start, start + len(wanted))
                self._by_id.set()
        for _ in range(2):
            if missing:
                answer = self._eutils.records(missing)
                came = set(pmids(answer.body))
                answers.append((answer, sorted(came.difference(wanted))))
                missing = [each for each in missing if each not in came]
        pages = []
        for number, (answer, unexpected) in enumerate(answers, start=1):
            last = number == len(answers)
            said: dict[str, object] = {**detail, "wanted": len(wanted)}
            if unexpected:
                said["unexpected"] = unexpected
            if last and missing:
                said["missing"] = missing
            pages.append(_page("records", answer, after if last else before, said))
        return pages

    def _ids_page(self, found: Found, answer: Answer, part: Slice, state: _State, *, ids: tuple[str, ...]) -> Page:
        detail = {
            "slice": str(part),
            "count": found.count,
            "total": state.total,
            "translation": found.translation,
            "warnings": list(found.warnings),
        }
        return _page("ids", answer, state.cursor(self._search), detail, ids)


class _Stored:
    """A result on the history server, which is searched for anew when the server has forgotten it."""

    def __init__(self, text: str, found: Found, eutils: Eutils) -> None:
        self.found = found
        self._text = text
        self._eutils = eutils
        self._place = (found.web_env, found.query_key)
        self._guard = threading.Lock()

    def records(self, start: int, size: int) -> Answer | None:
        """`size` records from place `start`, or None when they have to be asked for by number."""
        for _ in range(2):
            place = self._place
            if not all(place):
                return None
            try:
                return self._eutils.stored_records(*place, start, size)
            except HistoryLostError:
                self._renew(place)
        return None

    def _renew(self, lost: tuple[str, str]) -> None:
        with self._guard:
            if self._place != lost:
                return
            _log.info("pubmed: the stored result is gone; searching again")
            found, _ = self._eutils.search(self._text, limit=REACH)
            same = found.ids == self.found.ids
            self._place = (found.web_env, found.query_key) if same else ("", "")


def _page(kind: str, answer: Answer, cursor: str, detail: dict[str, object], ids: tuple[str, ...] = ()) -> Page:
    return Page(
        kind=kind,
        request=answer.request,
        status=answer.status,
        body=answer.body,
        fetched_at=answer.fetched_at,
        cursor=cursor,
        media_type=answer.media_type,
        expected=ids,
        detail=detail,
    )


def _given(page: Page) -> Callable[[], list[Page]]:
    return lambda: [page]


def _digest(values: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]
