"""An update that brings 50 new records, against stores of different sizes: its requests and its time.

    python -m benchmarks update                     # 1,000 and 20,000 records
    python -m benchmarks.bench_update 1000 500000

The source is made up and lives in this process, so that what is timed is the program: planning, keeping, judging
duplicates, telling. `as lived` adds the time that PubMed's rate limit gives each request (0.37 s without a
key). Titles and authors are drawn from a few hundred words, so that more records share a key than real ones do.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from harvester import strategy as strategies
from harvester.http import Http
from harvester.notify import gather, text
from harvester.record import Author, PartialDate, Record, Section
from harvester.run import run
from harvester.search import Search
from harvester.sources.base import Count, Page, RawItem, Source, SourceInfo
from harvester.store import open_store
from harvester.update import update
from harvester.window import DateField

NEW = 50
A_REQUEST = 0.37  # seconds
FIRST, LATER = date(2022, 7, 31), date(2023, 5, 31)
TEXT = """
[review]
name = "bench"
title = "A made-up review"
[[block]]
name = "A"
title = "Workers"
terms = ["link worker*"]
[[block]]
name = "B"
title = "Conditions"
terms = ["chronic illness*"]
[sources]
use = ["made-up"]
"""
HEADS = (
    "bal",
    "cor",
    "den",
    "fir",
    "gol",
    "har",
    "kin",
    "lam",
    "mer",
    "nor",
    "pas",
    "quil",
    "ros",
    "sil",
    "tor",
    "wil",
)
TAILS = ("ada", "ber", "con", "dal", "eri", "fos", "gam", "hil", "ism", "jor", "kel", "lum")
WORDS = [head + tail for head in HEADS for tail in TAILS]


@dataclass
class Made(Source):
    """`size` records that entered before the first search, `NEW` after it. Counts what it is asked."""

    size: int
    asked: int = 0
    info: SourceInfo = field(
        default_factory=lambda: SourceInfo(
            "made-up", "Made-up", "api", "", "", "pubmed", (DateField.ENTERED, DateField.MODIFIED), 1000.0, 1000.0
        )
    )

    def _ids(self, search: Search) -> Sequence[int]:
        if search.text.startswith("ids"):
            return ()
        window = search.window
        if window is not None and window.since:
            return range(self.size, self.size + NEW)
        return range(self.size)

    def count(self, search: Search, http: Http) -> Count:
        """The number of records."""
        self.asked += 1
        return Count(len(self._ids(search)))

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """500 a page."""
        ids = self._ids(search)
        for at in range(0, len(ids), 500):
            self.asked += 1
            body = json.dumps(list(ids[at : at + 500])).encode()
            yield Page("records", f"page {at}", 200, body, datetime(2022, 7, 31, tzinfo=UTC), str(at + 500))

    def items(self, page: Page) -> Iterator[RawItem]:
        """One item a number."""
        for position, number in enumerate(json.loads(page.body)):
            yield RawItem(str(number), position, number)

    def record(self, item: RawItem) -> Record:
        """A record made from its number; every twentieth repeats the one before under another number."""
        number = item.node - 1 if item.node % 20 == 19 else item.node
        chance = random.Random(number)
        title = " ".join(chance.choices(WORDS, k=9)).capitalize()
        return Record(
            "made-up",
            item.source_id,
            f"{title}: link workers",
            authors=tuple(Author(family=chance.choice(WORDS).capitalize(), initials="A") for _ in range(3)),
            journal=f"Journal of {chance.choice(WORDS)}",
            volume=str(chance.randrange(1, 60)),
            pages=f"{chance.randrange(1, 900)}",
            published=PartialDate(chance.randrange(1990, 2023)),
            abstract=(Section("Chronic illness. " + " ".join(chance.choices(WORDS, k=150))),),
            identifiers={"pmid": (item.source_id,)},
        )

    def revised(self, search: Search, ids: Sequence[str]) -> Search:
        """Asked by id, as PubMed is."""
        return replace(search, text="ids " + " ".join(ids))


def measure(size: int) -> tuple[float, float, int, int, float]:
    """Seconds of the first run, seconds and requests of the update, its new works, and the store's megabytes."""
    source = Made(size)
    strategy = strategies.read(TEXT, "bench", "0" * 64)
    http: Http = None  # type: ignore[assignment]  # the source asks nobody
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        started = time.perf_counter()
        with open_store(path) as store:
            run(strategy, store, http, today=FIRST, find=lambda _: source)
        first = time.perf_counter() - started
        source.asked = 0
        cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        with open_store(path) as store:
            report = update(strategy, store, http, today=LATER, find=lambda _: source)
            text(gather(store, report.said))
        seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu
        return first, seconds, source.asked, report.said["new"], path.stat().st_size / 1e6


def main(sizes: Sequence[int] = (1000, 20_000)) -> None:
    """Print one line a size, and the ratio to the first."""
    print(f"An update with {NEW} new records, {(LATER - FIRST).days} days after the first search")
    print(
        f"{'records':>9} {'first run s':>12} {'CPU s':>7} {'ratio':>6} {'requests':>9} {'as lived s':>11} {'ratio':>6}"
    )
    base = lived_base = 0.0
    for size in sizes:
        first, seconds, asked, new, _ = measure(size)
        lived = seconds + asked * A_REQUEST
        base, lived_base = base or seconds, lived_base or lived
        ratios = f"{seconds / base:.2f}", f"{lived / lived_base:.2f}"
        print(
            f"{size:>9,} {first:>12.1f} {seconds:>7.2f} {ratios[0]:>6} {asked:>9} {lived:>11.2f} {ratios[1]:>6}"
            f"   ({new} new works)",
            flush=True,
        )


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or (1000, 20_000))
