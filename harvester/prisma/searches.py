"""The searches of a review as a report has to tell them: what was sent, when, what it found, what it lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.errors import HarvesterError
from harvester.store import Store, runs
from harvester.strategy import Strategy
from harvester.strategy import read as read_strategy


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of a search. `hits` is the source's own count, None where it was not asked for it."""

    number: int
    block: str
    label: str
    text: str
    hits: int | None


@dataclass(frozen=True, slots=True)
class CrawlFacts:
    """What a crawl asked a site for and got: answers by kind, and what robots.txt answered (None: it did not)."""

    robots: int | None
    sitemaps: int
    feeds: int
    pages: int
    pdfs: int


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """One search of one source in one run. `kind` is run, update, import or snowball; `day` when it was sent.

    `is_late` marks an update's second search of a source: for what had entered before its window and was revised since.
    """

    id: int
    run: int
    kind: str
    source: str
    label: str
    dialect: str
    text: str
    day: str
    as_of: str
    window: str
    first_n: int | None
    state: str
    reported: int | None
    retrieved: int | None
    offered: int | None
    translation: str
    warnings: tuple[str, ...]
    losses: tuple[dict[str, str], ...]
    error: str
    lines: tuple[LineFacts, ...]
    is_late: bool = False
    crawl: CrawlFacts | None = None

    @property
    def is_site(self) -> bool:
        """Whether a web site was crawled, its documents read and matched here."""
        return self.crawl is not None

    @property
    def is_import(self) -> bool:
        """Whether files were taken in: then `text` names them, and what was searched by hand is not known."""
        return self.kind == "import"

    @property
    def was_searched(self) -> bool:
        """Whether the source was asked, or a file of it was taken in."""
        return self.state != "not-searched"


def searches(store: Store, run: int | None = None) -> list[SearchFacts]:
    """Every search up to `run` (default: all), those replaced by a later attempt left out, in the order they ran."""
    rows = store.rows(
        "select s.*, n.kind as run_kind, n.started_at as run_started, n.as_of as run_as_of from searches s "
        "join runs n on n.id = s.run_id where s.state <> 'superseded' and s.kind <> 'recheck' "
        "and (:run is null or s.run_id <= :run) order by s.id",
        {"run": run},
    )
    return [_facts(store, row) for row in rows]


def _facts(store: Store, row: Any) -> SearchFacts:
    lines = tuple(
        LineFacts(line["number"], line["block"], line["label"], line["text"], line["hits"])
        for line in store.rows("select * from lines where search_id = ? order by number", (row["id"],))
    )
    window = ""
    if row["window_by"] and (row["since"] or row["until"]):
        window = f"{row['window_by']} {row['since'] or '...'} to {row['until'] or '...'}"
    imported = row["run_kind"] == "import"  # its run is "as of" the day on which it was searched by hand
    as_of = row["run_as_of"] or row["as_of"] or ""
    return SearchFacts(
        id=row["id"],
        run=row["run_id"],
        kind=row["run_kind"],
        source=row["source"],
        label=f"{row['label']} (revised since)" if row["kind"] == runs.LATE else row["label"],
        dialect=row["dialect"],
        text=row["text"],
        day=(as_of if imported and as_of else row["started_at"] or row["run_started"])[:10],
        as_of="" if imported else as_of,
        window=window,
        first_n=row["first_n"],
        state=row["state"],
        reported=row["reported"],
        retrieved=row["retrieved"],
        offered=row["offered"],
        translation=row["translation"] or "",
        warnings=tuple(json.loads(row["warnings"] or "[]")),
        losses=tuple(json.loads(row["losses"] or "[]")),
        error=row["error"] or "",
        lines=lines,
        is_late=row["kind"] == runs.LATE,
        crawl=_crawl(store, row["id"]),
    )


def _crawl(store: Store, search_id: int) -> CrawlFacts | None:
    """What the kept pages tell of a crawl; None for a search that was none."""
    found = store.one(
        "select max(case when kind = 'robots' then status end) as robots, total(kind = 'robots') as asked, "
        "total(kind = 'sitemap') as sitemaps, total(kind = 'feed') as feeds, "
        "total(json_extract(detail, '$.kind') = 'html') as html, total(json_extract(detail, '$.kind') = 'pdf') as pdf "
        "from pages where search_id = ?",
        (search_id,),
    )
    if found is None or not found["asked"]:
        return None
    return CrawlFacts(found["robots"], *(int(found[name]) for name in ("sitemaps", "feeds", "html", "pdf")))


def strategy_of(store: Store, run: int | None = None) -> Strategy | None:
    """The strategy of `run`, or of the last run that had one, as it was then; None where it cannot be read today."""
    row = store.one(
        "select strategy, strategy_text, strategy_sha256 from runs where strategy_text <> '' "
        "and (:run is null or id <= :run) order by id desc limit 1",
        {"run": run},
    )
    if row is None:
        return None
    try:
        return read_strategy(row["strategy_text"], row["strategy"], row["strategy_sha256"])
    except HarvesterError:
        return None  # a text in a database's own language has no limits and no PRISMA-S part to tell


def labels(found: Iterable[SearchFacts]) -> dict[str, str]:
    """Sources and their names for people; a source's own name before the one it has where its citations were asked."""
    beside = {each.source: each.label for each in found if each.kind == "snowball" or each.is_late}
    return {**beside, **{each.source: each.label for each in found if each.kind != "snowball" and not each.is_late}}


def latest(found: Sequence[SearchFacts], source: str) -> SearchFacts:
    """The last search of a source that was sent, or the last one at all."""
    of = [each for each in found if each.source == source]
    return next((each for each in reversed(of) if each.was_searched), of[-1])
