"""Deduplication on Apache Spark in local mode: how time and shuffled bytes grow with the records.

In an environment with the extra `spark` and Java 17 (`make test-spark` makes one). The records are those of
growth_dedupe; figures come from Spark's own event log. Clusters are held against the embedded engine's.

    .venv-spark/bin/python -m benchmarks.bench_spark 1000 10000 100000
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GENERATE = """
import sys
import pyarrow, pyarrow.parquet
from benchmarks.growth_dedupe import library
def columns(row):
    return dict(ID=row.key, title=row.title, author=row.authors, year=row.year, journal=row.journal, volume=row.volume,
                number=row.issue, pages=row.pages, doi=row.doi, abstract=row.abstract, pmid=row.pmid,
                publication_type=row.notes)
made = list(map(columns, library(int(sys.argv[1]))))
pyarrow.parquet.write_table(pyarrow.Table.from_pylist(made), sys.argv[2], row_group_size=10_000)
"""


def measure(count: int, folder: Path) -> dict[str, float]:
    """Seconds by the clock and of tasks, bytes shuffled a record, and whether the clusters are the embedded ones."""
    source, clusters, log = folder / f"{count}.parquet", folder / f"{count}.csv", folder / f"log{count}"
    log.mkdir()
    subprocess.run([sys.executable, "-c", GENERATE, str(count), str(source)], check=True)
    conf = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.dir={log.as_uri()}"
    submit = f"{conf} --conf spark.eventLog.compress=false --driver-memory 4g pyspark-shell"
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "harvester", "dedupe", "--engine", "spark", str(source), "--clusters", str(clusters)],
        env={**os.environ, "PYSPARK_SUBMIT_ARGS": submit},
        check=True,
        capture_output=True,
    )
    took = time.perf_counter() - began
    return {"seconds": took, **_logged(log, count), "equal": _equal(source, clusters)}


def _logged(log: Path, count: int) -> dict[str, float]:
    shuffled = run = jobs = 0
    for path in log.glob("*/events*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            jobs += event["Event"] == "SparkListenerJobStart"
            metrics = event.get("Task Metrics") if event["Event"] == "SparkListenerTaskEnd" else None
            if metrics:
                shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                run += metrics["Executor Run Time"]
    return {"tasks": run / 1000, "bytes": shuffled / count, "jobs": jobs}


def _equal(source: Path, clusters: Path) -> bool:
    import pyarrow.parquet

    from harvester.dedupe import dedupe

    found: dict[str, list[str]] = {}
    with clusters.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            found.setdefault(row["cluster"], []).append(row["ID"])
    return sorted(map(sorted, found.values())) == dedupe(pyarrow.parquet.read_table(source)).clusters


def main(counts: list[int]) -> None:
    """Print a line a size."""
    print(f"{'records':>10}{'seconds':>9}{'of tasks':>10}{'jobs':>6}{'shuffled a record':>19}  clusters as embedded")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(count, Path(folder))
        print(
            f"{count:10,}{found['seconds']:9.0f}{found['tasks']:10.0f}{found['jobs']:6.0f}"
            f"{found['bytes']:17,.0f} B  {'yes' if found['equal'] else 'NO'}",
            flush=True,
        )


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [1_000, 10_000, 100_000])
