"""What an update costs: 200 new records into a store of 100,000 (aim: under 3 s), beside judging all of it.

python -m benchmarks.bench_dedupe_update [--records 100000] [--new 200]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harvester import works
from harvester.record import Author, PartialDate, Record, Section
from harvester.store import Store, open_store, runs
from harvester.store.records import RecordKeeper

CHANCE = random.Random(7)
WORDS = [
    "".join(CHANCE.choice("bcdfglmnprstvw") + CHANCE.choice("aeiou") for _ in range(CHANCE.randint(2, 5)))
    for _ in range(20000)
]


def some(number: int) -> str:
    """Invented words; Zipf's law: the rank of a word is log-uniform."""
    return " ".join(WORDS[int(len(WORDS) ** CHANCE.random()) - 1] for _ in range(number))


def library(count: int, source: str) -> Iterator[Record]:
    """Invented papers; one in fifty is called Editorial, one in five begins as others do."""
    for number in range(count):
        start = "Social prescribing link workers and " if CHANCE.random() < 0.2 else ""
        page = CHANCE.randint(1, 2000)
        yield Record(
            source,
            str(number),
            "Editorial" if CHANCE.random() < 0.02 else start + some(CHANCE.randint(7, 14)),
            authors=tuple(Author(CHANCE.choice(WORDS).title(), "A B") for _ in range(CHANCE.randint(1, 6))),
            journal=f"Journal of {WORDS[CHANCE.randrange(4000)]}",
            volume=str(CHANCE.randint(1, 120)),
            issue="1",
            pages=f"{page}-{page + 9}",
            published=PartialDate(CHANCE.randint(1990, 2024)),
            identifiers={"doi": (f"10.1000/{source}.{number}",)},
            abstract=(Section(some(120)),),
        )


def keep(store: Store, records: list[Record]) -> None:
    """Keep records in a run of their own."""
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("run", "made-up", "", "", "", {}, None))
        RecordKeeper(store, run_id).keep(records)


def main(arguments: list[str] | None = None) -> None:
    """Print wall-clock and CPU seconds, and what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=200)
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "review.db") as store:
        old = list(library(chosen.records, "alpha"))
        again = CHANCE.sample(old, chosen.new // 2)
        keep(store, old)
        del old
        new = [
            *(Record.from_dict({**each.to_dict(), "source": "beta", "title": each.title.upper()}) for each in again),
            *library(chosen.new - len(again), "beta-new"),
        ]
        print(f"{'':34}{'s':>8}{'CPU s':>8}{'records':>9}{'works':>9}{'uncertain':>10}")
        timed("judging all, and making the index", store)
        for batch in (new[: len(again)], new[len(again) :]):
            keep(store, batch)
        timed(f"{chosen.new} new records", store)
        timed("nothing new", store)
        began = time.process_time(), time.time()
        number = works.decide(store, 1, 2, "same", by="benchmark")
        works.undo(store, number)
        print(f"{'a decision by hand and its undoing':34}{time.time() - began[1]:8.2f}")
        print(
            f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, "
            f"index {store.value('select sum(length(row)) from dedupe_rows') / 1e6:.0f} MB of text"
        )


def timed(what: str, store: Store) -> None:
    """Judge, and say how long it took."""
    began = time.process_time(), time.time()
    found = works.judge(store)
    wall, cpu = time.time() - began[1], time.process_time() - began[0]
    print(f"{what:34}{wall:8.2f}{cpu:8.2f}{found.records:9}{found.works:9}{found.uncertain:10}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
