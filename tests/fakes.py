"""Made-up sources that can fail in every way, and a small strategy for them. All of it is synthetic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from harvester.errors import Unavailable
from harvester.http import Http
from harvester.record import PartialDate, Record, Relation, Section
from harvester.search import Search
from harvester.sources.base import Count, Page, RawItem, Source, SourceInfo
from harvester.strategy import Strategy, read
from harvester.window import DateField

HTTP: Http = None  # type: ignore[assignment]  # a made-up source asks nobody
TODAY = date(2022, 7, 31)
TEXT = """
[review]
name = "made-up"
title = "A made-up review"

[[block]]
name = "A"
title = "Workers"
terms = ["link worker*", "health coach"]

[[block]]
name = "B"
title = "Conditions"
terms = ["chronic illness*", "mental health"]

[update]
by = "entered"
overlap_days = 30

[sources]
use = ["alpha"]
"""


def strategy(*sources: str, text: str = TEXT) -> Strategy:
    """The small strategy, for these sources."""
    listed = ", ".join(f'"{name}"' for name in sources or ("alpha",))
    return read(text.replace('use = ["alpha"]', f"use = [{listed}]"), "made-up.toml", "0" * 64)


@dataclass
class Doc:
    """One made-up record: its id, the day it entered, what it says, the day it was last revised."""

    id: str
    entered: date = date(2020, 1, 1)
    title: str = ""
    notice: str = ""
    broken: bool = False
    revised: date | None = None
    version: str = ""

    def raw(self) -> dict[str, Any]:
        """What the source's page holds."""
        return {
            "id": self.id,
            "title": self.title or f"Link workers and mental health in place {self.id}, a study of its own kind",
            "notice": self.notice,
            "broken": self.broken,
            "version": self.version,
        }


@dataclass
class Fake(Source):
    """A source over `docs`. `pages` holds `batch` a page; `plan` names what goes wrong, by page number from 1.

    A fault is an exception to raise before that page. `hits` overrides its count, `as_of` is its index day.
    """

    docs: list[Doc]
    name: str = "alpha"
    batch: int = 2
    faults: dict[int, Exception] = field(default_factory=dict)
    hits: int | None = None
    as_of: date | None = None
    skip: set[str] = field(default_factory=set)
    listing: bool = True
    kind: str = "api"
    windows: tuple[DateField, ...] = (DateField.ENTERED, DateField.PUBLISHED)
    asked: list[Search] = field(default_factory=list)
    told: int = 0
    sent: int = 0
    down: bool = False
    abstracts: bool = True

    def __post_init__(self) -> None:
        self.info = SourceInfo(
            name=self.name,
            label=self.name.title(),
            kind=self.kind,
            docs="",
            terms="",
            dialect="pubmed",
            windows=self.windows,
            per_second=3,
            per_second_with_key=10,
        )

    def _found(self, search: Search) -> list[Doc]:
        window, last = search.window, self.as_of or date.max
        docs = [doc for doc in self.docs if doc.entered <= last]
        if window is None:
            return docs
        if window.by is DateField.MODIFIED:
            return [doc for doc in docs if doc.revised and (window.since or date.min) <= doc.revised]
        return [doc for doc in docs if (window.since or date.min) <= doc.entered <= (window.until or date.max)]

    def count(self, search: Search, http: Http) -> Count:
        """How many of the documents the search finds."""
        self.asked.append(search)
        if self.down:
            raise Unavailable("could not be reached", source=self.name, hint="Try again later.")
        hits = len(self._found(search)) if self.hits is None else self.hits
        return Count(hits, translation="as sent", warnings=("a phrase was dropped",), as_of=self.as_of)

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """The ids, then the documents, `batch` a page."""
        docs = self._found(search)
        now = datetime(2022, 7, 31, tzinfo=UTC)
        if self.listing and not cursor:
            yield Page("ids", "list", 200, b"ids", now, "0", expected=tuple(dict.fromkeys(d.id for d in docs)))
        begin = int(cursor or 0)
        for at in range(begin, len(docs), self.batch):
            number = at // self.batch + 1
            if number in self.faults:
                raise self.faults[number]
            part = [doc.raw() for doc in docs[at : at + self.batch] if doc.id not in self.skip]
            self.sent += 1
            yield Page("records", f"page {number}", 200, json.dumps(part).encode(), now, str(at + self.batch))

    def items(self, page: Page) -> Iterator[RawItem]:
        """The documents of a page."""
        for position, raw in enumerate(json.loads(page.body)):
            yield RawItem(raw["id"], position, raw, "cut short" if raw["broken"] else "")

    def record(self, item: RawItem) -> Record:
        """One document read."""
        self.told += 1
        raw = item.node
        return Record(
            self.name,
            raw["id"],
            raw["title"],
            version=raw["version"],
            abstract=(Section("About chronic illness and health coach schemes."),) if self.abstracts else (),
            published=PartialDate(2020, 5),
            identifiers={"doi": (f"10.1000/{raw['id']}",)},
            relations=(Relation(raw["notice"], pmid="99"),) if raw["notice"] else (),
        )


def finder(*sources: Fake) -> Any:
    """What finds these sources by name."""
    by_name = {source.name: source for source in sources}
    return by_name.__getitem__
