"""Deduplication: works lost, duplicates left, records a CPU second, peak memory, and how both grow.

Aims: no work lost, fewer left than bib-dedupe, at least 60 times its rate (start-up apart), a tenth of its memory;
growth from 1,000 to 1,000,000 records no steeper than n log n, a million in 10 minutes and 3 GB. Every run is a process
of its own; memory is what its whole tree of processes holds at its peak (shared pages counted once).

    python -m benchmarks dedupe               # harvester on the labelled sets (where they are), growth to 100,000
    python -m benchmarks.bench_dedupe --peers # the same sets with bib-dedupe too, in an environment of its own
    python -m benchmarks.bench_dedupe --million --sets stroke neuroimaging
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "dedup"
SETS = ("stroke", "haematology", "diabetes", "cytology_screening", "neuroimaging", "surface_microbiome", "digital_work")
BIB_DEDUPE = "bib-dedupe==0.11.0"

MEASURE = """
import collections, csv, gzip, json, resource, sys
def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
folder = sys.argv[1]
{setup}
began = cpu()
{work}
took = cpu() - began
held = next(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Pss:")) / 1024
truth = {{row["ID"]: row["cluster"] for row in csv.DictReader(open(folder + "/truth.csv"))}}
cluster_of = {{key: number for number, keys in enumerate(clusters) for key in keys}}
kept = collections.Counter()
seen = set()
for key in truth:
    number = cluster_of.get(key, key)
    if number not in seen:
        seen.add(number)
        kept[truth[key]] += 1
print(json.dumps({{"records": len(truth), "seconds": took, "held": held,
    "lost": len(set(truth.values()) - set(kept)), "left": sum(count - 1 for count in kept.values())}}))
"""
HARVESTER = (
    "from pathlib import Path\nfrom harvester.dedupe import dedupe\nfrom harvester.dedupe.files import rows",
    "clusters = dedupe(rows([Path(folder) / 'records.csv.gz']), profile='versions').clusters",
)
BIB = (
    "import pandas\nfrom bib_dedupe.bib_dedupe import prep, block, match, cluster",
    """table = pandas.read_csv(folder + '/records.csv.gz', dtype=str, keep_default_na=False)
table = table.drop(columns=['isbn', 'url', 'source'])
clusters = cluster(match(block(prep(table, cpu=2), cpu=2), cpu=2))""",
)


def run(command: list[str]) -> dict[str, float]:
    """The JSON that a Python command printed last, and the peak memory of its processes in MB."""
    peak = 0.0
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT)
        while process.poll() is None:
            peak = max(peak, sum(map(megabytes, tree(process.pid))))
            time.sleep(0.05)
        if process.returncode:
            raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        out.seek(0)
        found: dict[str, float] = json.loads(out.read().splitlines()[-1])
    return {**found, "peak_mb": max(peak, found.get("held", 0.0))}  # a run may end between two looks


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in tree(int(child)))]


def megabytes(pid: int) -> float:
    """The memory of a process, pages that it shares counted in part."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def peer(folder: Path) -> str:
    """The Python of an environment with bib-dedupe in it."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", BIB_DEDUPE], check=True)
    return python


def quickest(folder: Path, python: str, rounds: int) -> dict[str, dict[str, float]]:
    """Of each tool the figures of the round that took the least CPU time: what else the machine does only ever adds.

    A round is ours, the peer, ours: ours takes a thirtieth of the time, and would else see one moment of the machine.
    """
    ours, theirs = (MEASURE.format(setup=setup, work=work) for setup, work in (HARVESTER, BIB))
    found: dict[str, list[dict[str, float]]] = {"harvester": []}
    for _ in range(rounds):
        found["harvester"].append(run([sys.executable, "-c", ours, str(folder)]))
        if python:
            found.setdefault("bib-dedupe", []).append(run([python, "-c", theirs, str(folder)]))
            found["harvester"].append(run([sys.executable, "-c", ours, str(folder)]))
    return {tool: min(each, key=lambda figures: figures["seconds"]) for tool, each in found.items()}


def compare(sets: list[str], python: str, rounds: int) -> None:
    """Print the table of the labelled sets; with bib-dedupe where `python` has it."""
    print(f"{'set':20}{'tool':12}{'records':>8}{'lost':>6}{'left':>6}{'a CPU s':>9}{'MB':>7}{'rate':>8}{'memory':>8}")
    for name in sets:
        folder = DATA / name
        found = quickest(folder, python, rounds)
        ours = found["harvester"]
        theirs = found.get("bib-dedupe")
        for tool, figures in found.items():
            ratio = ""
            if theirs and tool == "harvester":
                times = theirs["seconds"] / ours["seconds"]
                ratio = f"{times:7.0f}x{ours['peak_mb'] / theirs['peak_mb']:8.3f}"
            print(
                f"{name:20}{tool:12}{figures['records']:8}{figures['lost']:6}{figures['left']:6}"
                f"{figures['records'] / figures['seconds']:9.0f}{figures['peak_mb']:7.0f}{ratio}",
                flush=True,
            )


def growth(counts: list[int]) -> None:
    """Print time and memory over the number of records, on the sandbox's records with their truth.

    "n log n" is the time beside what the first line's would grow to by n log n.
    """
    heads = ("records", "CPU s", "a CPU s", "n log n", "MB", "works", "found", "impure", "asked")
    print("\n" + "".join(f"{head:>9}" for head in heads))
    share = 0.0
    for count in counts:
        rounds = 3 if count <= 100_000 else 1
        command = [sys.executable, "-m", "benchmarks.growth_dedupe", str(count)]
        found = min((run(command) for _ in range(rounds)), key=lambda figures: figures["seconds"])
        cost = found["seconds"] / (count * math.log(count))
        share = share or cost
        print(
            f"{found['records']:9}{found['seconds']:9.2f}{found['records'] / found['seconds']:9.0f}{cost / share:9.2f}"
            f"{found['peak_mb']:9.0f}{found['works']:9}{found['found']:9}{found['impure']:9}{found['uncertain']:9}",
            flush=True,
        )


REAL = """
import csv, gzip, json, random, resource, sys
from harvester.dedupe import dedupe
csv.field_size_limit(1 << 27)
with gzip.open(sys.argv[1], "rt", newline="", encoding="utf-8") as text:
    rows = list(csv.DictReader(text))
random.Random(1).shuffle(rows)
del rows[int(sys.argv[2]):]
began = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
dedupe(rows, profile="versions")
print(json.dumps({"records": len(rows), "seconds": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - began}))
"""


def real_growth(counts: list[int]) -> None:
    """Print time over the number of real records: random parts of the largest labelled set."""
    file = DATA / "depression" / "records.csv.gz"
    if not file.is_file():
        return
    print(f"\nparts of depression\n{'records':>9}{'CPU s':>9}{'a CPU s':>9}{'n log n':>9}")
    share = 0.0
    for count in counts:
        command = [sys.executable, "-c", REAL, str(file), str(count)]
        found = min((run(command) for _ in range(3)), key=lambda figures: figures["seconds"])
        records, seconds = found["records"], found["seconds"]
        cost = seconds / (records * math.log(records))
        share = share or cost
        print(f"{records:9}{seconds:9.2f}{records / seconds:9.0f}{cost / share:9.2f}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="bib-dedupe too")
    parser.add_argument("--peer-python", default="", help="a Python that has bib-dedupe already")
    parser.add_argument("--million", action="store_true", help="growth to a million records (ten minutes)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each tool on each set; the quickest counts")
    parser.add_argument("--sets", nargs="*", default=None)
    chosen = parser.parse_args(arguments or [])
    known = [name for name in chosen.sets or SETS if (DATA / name).is_dir()]
    if not known:
        print("the labelled sets are not beside this checkout")
    with tempfile.TemporaryDirectory() as folder:
        python = chosen.peer_python or (peer(Path(folder) / "bib") if chosen.peers else "")
        compare(known, python, chosen.rounds)
    real_growth([1000, 10_000, 30_000, 79_880])
    growth([1000, 10_000, 100_000, *([1_000_000] if chosen.million else [])])


if __name__ == "__main__":
    main(sys.argv[1:])
