"""The language: read, check and write for every database, in CPU seconds; local evaluation, records a second.

Aims: 5,000 terms through all of it in under 2 s; time grows with the number of terms, not its square; Table 1's 27
lines at 20,000 records a second. With --peers, CoLRev's search-query beside it, in an environment of its own (its
reader and linter for PubMed, its writer for Web of Science).

    python -m benchmarks.bench_language
    python -m benchmarks.bench_language --peers
    python -m benchmarks.bench_language --records 1000000
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

SIZES = (100, 1_000, 5_000, 20_000)
PEER = "search-query==0.15.0"
DAY = date(2026, 11, 22)

PEER_RUN = """
import sys, time
from search_query.parser import parse
text = open(sys.argv[1]).read()
began = time.process_time()
query = parse(text, platform="pubmed")
read = time.process_time() - began
began = time.process_time()
query.translate("wos").to_string()
print(read, time.process_time() - began)
"""


def query_text(terms: int) -> str:
    """Two blocks of phrases, seeded."""
    chance = random.Random(2)
    words = [f"term{number}" for number in range(400)]
    phrases = [" ".join(chance.choices(words, k=chance.randint(1, 3))) + f"x{number}" for number in range(terms)]
    half = terms // 2
    return " AND ".join(
        "(" + " OR ".join(f'"{phrase}"[tiab]' for phrase in part) + ")" for part in (phrases[:half], phrases[half:])
    )


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def ours(text: str) -> tuple[float, float, float, float]:
    """Read, check, write for all, write for Web of Science."""
    from harvester.dialects import get, names
    from harvester.errors import StrategyError
    from harvester.lint import check_query

    tree = get("pubmed").read(text)

    def everywhere() -> None:
        for name in names():
            with contextlib.suppress(StrategyError):  # Google Scholar refuses what would be thousands of searches
                get(name).write(tree, on=DAY)

    return (
        cpu(lambda: get("pubmed").read(text)),
        cpu(lambda: check_query(text, "pubmed", DAY)),
        cpu(everywhere),
        cpu(lambda: get("wos").write(tree, on=DAY)),
    )


def matching(records: int = 20_000) -> float:
    """Records a CPU second over Table 1's lines, on made-up text of an abstract's length."""
    from harvester.match import Matcher
    from harvester.record import Record, Section
    from harvester.strategy import load

    chance = random.Random(1)
    common = [f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}{number}" for number in range(3_000)]
    rare = ["social", "link", "worker", "community", "health", "mental", "chronic", "illness", "coach", "term"]
    made = []
    for number in range(records):
        words = [chance.choice(rare) if chance.random() < 0.02 else chance.choice(common) for _ in range(230)]
        made.append(Record("x", str(number), " ".join(words[:12]), abstract=(Section(" ".join(words[12:])),)))
    matcher = Matcher(load("link-workers"))
    return records / cpu(lambda: [matcher.lines(record) for record in made])


def counting(records: int) -> dict[str, float]:
    """Table 1's 27 lines over an index of `records` made-up records of 60 words, one in ten of which holds one of its
    phrases whole: seconds to build, to count for the first time, again from the index, and again as it keeps them."""
    from harvester.match import Index
    from harvester.record import Record, Section
    from harvester.strategy import load

    strategy = load("link-workers")
    phrases = [term.text.replace("*", "s") for block in strategy.blocks for term in block.terms]
    rare = sorted({word for phrase in phrases for word in phrase.split()})

    def made() -> Iterator[Record]:
        chance = random.Random(1)
        common = [f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}{number}" for number in range(20_000)]
        weights = list(itertools.accumulate(1 / (place + 3) for place in range(len(common))))
        for number in range(records):
            words = chance.choices(common, cum_weights=weights, k=60)
            if chance.random() < 0.1:
                words[20:20] = [chance.choice(phrases), "and", chance.choice(phrases)]
            words[chance.randrange(60)] = chance.choice(rare)
            yield Record("x", str(number), " ".join(words[:12]), abstract=(Section(" ".join(words[12:])),))

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with Index(made(), Path(folder) / "index") as index:
            told = {"build_s": time.perf_counter() - began}
            for name, forget in (("first_s", False), ("warm_s", True), ("kept_s", False)):
                if forget:
                    index.forget()
                began = time.perf_counter()
                lines = index.count_lines(strategy)
                told[name] = time.perf_counter() - began
            told["hits"] = lines[-1].hits
            told["of_terms"] = sum(line.hits for line in lines if line.kind == "term")
            told["mb"] = (Path(folder) / "index").stat().st_size / 1e6
    return told


def peer(text: str, python: Path) -> tuple[float, float] | None:
    """The peer's CPU seconds to read (it lints as it reads) and to write for Web of Science; None when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "query.txt"
        file.write_text(text)
        try:
            done = subprocess.run(
                [str(python), "-c", PEER_RUN, str(file)], capture_output=True, text=True, check=True, timeout=600
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"  the peer failed: {str(error)[:120]}")
            return None
    read, write = done.stdout.split()[-2:]
    return float(read), float(write)


def main(argv: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peers", action="store_true", help="beside search-query, installed into a temporary environment"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--records", type=int, default=100_000, help="in the index (aim: a million in under 1 s)")
    options = parser.parse_args([] if argv is None else argv)
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        if options.peers:
            venv.create(folder, with_pip=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", PEER], check=True)
        print(f"{'terms':>7} {'read':>8} {'check':>8} {'write 17':>9} {'all, us/term':>13}", end="")
        print(f" {'peer read':>10} {'peer wos':>9} {'ratio':>7}" if options.peers else "")
        for size in options.sizes:
            text = query_text(size)
            read, checked, write, wos = ours(text)
            total = read + checked + write
            print(f"{size:7,} {read:8.3f} {checked:8.3f} {write:9.3f} {total / size * 1e6:13.1f}", end="", flush=True)
            other = peer(text, python) if options.peers and size <= 2_000 else None
            print(f" {other[0]:10.2f} {other[1]:9.2f} {sum(other) / (checked + wos):7.1f}" if other else "")
    print(f"matching: {matching():,.0f} records a CPU second over Table 1's 27 lines")
    told = counting(options.records)
    print(f"an index of {options.records:,}: " + ", ".join(f"{name} {value:,.3f}" for name, value in told.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
