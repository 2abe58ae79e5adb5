"""RIS read, reconciled and normalised beside rispy, which only reads; and written beside rispy's writer.

100,000 synthetic records, CPU seconds, each step in its own process so that its memory is its own. rispy is a
development dependency of the project, so both run in one environment.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECORDS = 100_000
ROUNDS = 3


def make(path: Path, records: int) -> None:
    """A file in the shape of a database's export: 25 tags a record."""
    chance = random.Random(8)
    words = [f"word{number}" for number in range(400)]

    def text(count: int) -> str:
        return " ".join(chance.choices(words, k=count)).capitalize()

    with path.open("w", encoding="utf-8", newline="\r\n") as out:
        for number in range(records):
            authors = "".join(f"AU  - {text(1)}, {chance.choice('ABCDEF')}.\n" for _ in range(chance.randint(1, 9)))
            keywords = "".join(f"KW  - {text(2)}\n" for _ in range(chance.randint(0, 8)))
            start = chance.randint(1, 900)
            out.write(
                f"TY  - JOUR\nTI  - {text(14)}\n{authors}PY  - {chance.randint(1990, 2023)}\nDA  - 2020/03/04/\n"
                f"T2  - Journal of {text(3)}\nJ2  - J {text(2)}\nVL  - {number % 90}\nIS  - {number % 12}\n"
                f"SP  - {start}\nEP  - {start + 9}\nSN  - 0028-0836\nDO  - 10.1000/synthetic.{number}\nAN  - {number}\n"
                f"UR  - https://example.org/{number}\nAB  - {text(200)}.\n{keywords}LA  - eng\nDB  - Embase\nER  - \n\n"
            )


def read_ours(path: Path) -> int:
    """Count, read, normalise, reconcile."""
    from harvester import formats

    return sum(1 for _ in formats.read(path))


def read_rispy(path: Path) -> int:
    """Read."""
    import rispy

    with path.open(encoding="utf-8") as stream:
        return len(rispy.load(stream))


def write_ours(path: Path) -> int:
    """Write what was read; reading is not timed."""
    from harvester import formats

    records = list(formats.read(path))
    began = time.process_time()
    formats.write(path.with_suffix(".ours"), records, "ris")
    return -int((time.process_time() - began) * 1e6)


def write_rispy(path: Path) -> int:
    """Write what was read; reading is not timed."""
    import rispy

    with path.open(encoding="utf-8") as stream:
        records = rispy.load(stream)
    began = time.process_time()
    with path.with_suffix(".rispy").open("w", encoding="utf-8") as out:
        rispy.dump(records, out)
    return -int((time.process_time() - began) * 1e6)


STEPS = {step.__name__: step for step in (read_ours, read_rispy, write_ours, write_rispy)}


def step(name: str, path: Path) -> dict[str, float]:
    """CPU seconds and megabytes of one step in a process of its own."""
    out = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_ris", name, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(out.stdout)
    return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.ris"
        make(path, RECORDS)
        print(f"{RECORDS:,} records, {path.stat().st_size / 1e6:.0f} MB; best of {ROUNDS}")
        best: dict[str, dict[str, float]] = {}
        for _ in range(ROUNDS):
            for name in STEPS:
                found = step(name, path)
                if name not in best or found["seconds"] < best[name]["seconds"]:
                    best[name] = found
        print(f"{'step':12} {'CPU s':>7} {'records/s':>10} {'MB':>6}")
        for name, found in best.items():
            print(f"{name:12} {found['seconds']:7.2f} {RECORDS / found['seconds']:10,.0f} {found['megabytes']:6.0f}")
        reading = best["read_rispy"]["seconds"] / best["read_ours"]["seconds"]
        writing = best["write_rispy"]["seconds"] / best["write_ours"]["seconds"]
        print(
            f"reading: {reading:.2f} of rispy's speed (aim 0.8); writing: {writing:.2f} of rispy's speed (aim above 1)"
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        began = time.process_time()
        result = STEPS[sys.argv[1]](Path(sys.argv[2]))
        seconds = -result / 1e6 if result < 0 else time.process_time() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "megabytes": memory}))
    else:
        main()
