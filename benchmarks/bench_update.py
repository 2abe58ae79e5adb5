"""An update that brings 50 new records, against stores of different sizes: its requests and its time.

    python -m benchmarks update                     # 1,000 and 20,000 records
    python -m benchmarks.bench_update --dense 1000 20000
    python -m benchmarks.bench_update 1000 500000

The source is made up and lives in this process, so that what is timed is the program: planning, keeping, judging
duplicates, telling. `as lived` adds the time that PubMed's rate limit gives each request (0.37 s without a
key). Words, names and journals are drawn as a literature has them, a few often and most seldom (Zipf): 4,608 words,
27,648 family names, 702 initials, 2,304 journals. `--dense` draws all of them evenly from 192 words and one initial:
thousands of 500,000 records then share each author, far more than real ones do, and more pairs have to be looked at.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from string import ascii_uppercase
from typing import cast

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
MANY = [word + tail for word in WORDS for tail in ("", *TAILS[:11], *(f"o{tail}" for tail in TAILS))]
NAMES = [word + "-" * (number % 2) + other for number, word in enumerate(WORDS) for other in WORDS[:144]]
ASCII = ("", *ascii_uppercase)
JOURNALS = [f"{one} {other}" for one in WORDS for other in WORDS[:12]]


class Drawn:
    """Words drawn evenly, or each in inverse proportion to its rank (Zipf)."""

    def __init__(self, words: Sequence[str], *, evenly: bool) -> None:
        self.words = words
        weights = (1.0 if evenly else 1 / (rank + 20) for rank in range(len(words)))
        self.weights = list(accumulate(weights))

    def __call__(self, chance: random.Random, number: int = 1) -> list[str]:
        """So many of them."""
        return chance.choices(self.words, cum_weights=self.weights, k=number)


@dataclass
class Made(Source):
    """`size` records that entered before the first search, `NEW` after it. Counts what it is asked."""

    counts_lines = True  # as PubMed does: each term and block is a request of every update

    size: int
    dense: bool = False
    asked: int = 0
    info: SourceInfo = field(
        default_factory=lambda: SourceInfo(
            "made-up", "Made-up", "api", "", "", "pubmed", (DateField.ENTERED, DateField.MODIFIED), 1000.0, 1000.0
        )
    )

    def __post_init__(self) -> None:
        self.words = Drawn(WORDS if self.dense else MANY, evenly=self.dense)
        self.names = Drawn(WORDS if self.dense else NAMES, evenly=self.dense)
        self.journals = Drawn(WORDS if self.dense else JOURNALS, evenly=self.dense)
        self.initials = ["A"] if self.dense else [one + other for one in ascii_uppercase for other in ASCII]

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
        title = " ".join(self.words(chance, 9)).capitalize()
        return Record(
            "made-up",
            item.source_id,
            f"{title}: link workers",
            authors=tuple(
                Author(family=name.capitalize(), initials=chance.choice(self.initials))
                for name in self.names(chance, 3)
            ),
            journal=f"Journal of {self.journals(chance)[0]}",
            volume=str(chance.randrange(1, 60)),
            pages=f"{chance.randrange(1, 900)}",
            published=PartialDate(chance.randrange(1990, 2023)),
            abstract=(Section("Chronic illness. " + " ".join(self.words(chance, 150))),),
            identifiers={"pmid": (item.source_id,)},
        )

    def revised(self, search: Search, ids: Sequence[str]) -> Search:
        """Asked by id, as PubMed is."""
        return replace(search, text="ids " + " ".join(ids))


def searched(path: Path, size: int, *, dense: bool) -> float:
    """The first search of a new store; its seconds."""
    source, http = Made(size, dense), cast("Http", None)  # the source asks nobody
    started = time.perf_counter()
    with open_store(path) as store:
        run(strategies.read(TEXT, "bench", "0" * 64), store, http, today=FIRST, find=lambda _: source)
    os.sync()  # what the first run left to be written is not the update's
    return time.perf_counter() - started


def updated(path: Path, size: int, *, dense: bool) -> dict[str, float]:
    """The update: its seconds, CPU seconds, requests, new works, and the peak memory of this process in MB."""
    source, http = Made(size, dense), cast("Http", None)
    strategy = strategies.read(TEXT, "bench", "0" * 64)
    began, cpu = time.perf_counter(), time.process_time()
    with open_store(path) as store:
        report = update(strategy, store, http, today=LATER, find=lambda _: source)
        text(gather(store, report.said))
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "asked": source.asked,
        "new": report.said["new"],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure(size: int, *, dense: bool = False) -> tuple[float, dict[str, float]]:
    """Seconds of the first search; the figures of the update, in a process of its own as a schedule starts it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        first = searched(path, size, dense=dense)
        command = [sys.executable, "-m", "benchmarks.bench_update", "--of", str(path), str(size)]
        if dense:
            command.append("--dense")
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[1])
        return first, json.loads(done.stdout)


def main(sizes: Sequence[int] = (1000, 20_000), *, dense: bool = False) -> None:
    """Print one line a size, and the ratios to the first."""
    print(f"An update with {NEW} new records, {(LATER - FIRST).days} days after the first search")
    print("  records  first run s   CPU s  wall s  requests  as lived s  ratio  peak MB")
    base = 0.0
    for size in sizes:
        first, found = measure(size, dense=dense)
        lived = found["seconds"] + found["asked"] * A_REQUEST
        base = base or lived
        print(
            f"{size:>9,} {first:>12.1f} {found['cpu']:>7.2f} {found['seconds']:>7.2f} {found['asked']:>9} "
            f"{lived:>11.2f} {lived / base:>6.2f} {found['peak']:>8.0f}   ({found['new']} new works)",
            flush=True,
        )


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--dense"]
    if words[:1] == ["--of"]:
        print(json.dumps(updated(Path(words[1]), int(words[2]), dense="--dense" in sys.argv)))
    else:
        main([int(each) for each in words] or (1000, 20_000), dense="--dense" in sys.argv)
