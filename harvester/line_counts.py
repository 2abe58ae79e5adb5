"""The servers' own counts of a search's single lines, kept with each run: a term that a server has ceased to find takes
records away in silence, and only such counts tell which one it was.

Asked after the searches are complete, so that they hold up nothing and can spoil nothing: a line that could not be
counted has no number, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import TYPE_CHECKING

from harvester.errors import SourceError, Unavailable
from harvester.search import Search, SearchLine
from harvester.sources.base import Count, Source
from harvester.store import Store, runs

if TYPE_CHECKING:
    from harvester.http import Http

MOST = 100  # requests; 34 s at 3 a second. A strategy with more lines says `lines = true` when it wants them


@dataclass(frozen=True, slots=True)
class Told:
    """What a source said of one line: its count, or why there is none."""

    number: int
    count: Count | None
    why: str = ""


def countable(source: Source, search: Search | None) -> tuple[SearchLine, ...]:
    """The terms and blocks of a search that the source counts at the cost of one request each."""
    if search is None or not source.counts_lines or search.first_n is not None:
        return ()
    return tuple(line for line in search.lines if line.text and line.block)


def too_many(asked: Iterable[tuple[Source, Search | None]]) -> list[str]:
    """What is to be said of searches whose lines are too many to count unasked."""
    return [
        f"{source.info.name}: its {len(lines)} lines are not counted one by one; `lines = true` under [update] has "
        "that done in every run, `harvester count` does it now"
        for source, search in asked
        if len(lines := countable(source, search)) > MOST
    ]


def count_lines(store: Store, http: Http, asked: Sequence[tuple[Source, Row]], *, wanted: bool | None) -> None:
    """Count the lines that have no number yet, of these complete searches, each source in a thread of its own.

    `wanted`: True counts them all, None only up to `MOST` of a search, False none.
    """
    todo: list[tuple[int, Source, Search, tuple[SearchLine, ...]]] = []
    for source, row in asked if wanted is not False else ():
        search = runs.load_search(store, row)
        lines = countable(source, search)
        if wanted is None and len(lines) > MOST:
            continue
        without = runs.lines_without_count(store, row["id"])
        lines = tuple(line for line in lines if line.number in without)
        if lines:
            todo.append((row["id"], source, search, lines))
    if not todo:
        return

    def ask(job: tuple[int, Source, Search, tuple[SearchLine, ...]]) -> list[Told]:
        _, source, search, lines = job
        return list(told(source, search, lines, http))

    with ThreadPoolExecutor(len(todo), thread_name_prefix="lines") as threads:
        for (search_id, *_), answers in zip(todo, threads.map(ask, todo), strict=True):
            with store.transaction():
                for each in answers:
                    if each.count is None:
                        runs.line_not_counted(store, search_id, each.number, each.why)
                    else:
                        said = each.count
                        runs.line_counted(
                            store,
                            search_id,
                            each.number,
                            said.hits,
                            translation=said.translation,
                            warnings=said.warnings,
                        )


def told(source: Source, search: Search, lines: tuple[SearchLine, ...], http: Http) -> Iterator[Told]:
    """Each line with its count, or with why it has none. A source that cannot be reached is asked no further line."""
    while lines:
        done = 0
        try:
            for line, count in source.count_lines(replace(search, lines=lines), http):
                yield Told(line.number, count, "" if count else "it cannot be sent alone")
                done += 1
        except SourceError as error:
            reach = len(lines) if isinstance(error, Unavailable) else done + 1
            for line in lines[done:reach]:
                yield Told(line.number, None, str(error))
            done = reach
        lines = lines[done:]
