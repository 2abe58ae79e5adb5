"""The engine spark finds what the embedded one finds. Skipped where PySpark (the extra `spark`) or Java is missing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from harvester.dedupe import dedupe
from harvester.dedupe.row import from_mapping

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
if not shutil.which("java"):
    pytest.skip("Java is not installed", allow_module_level=True)

TITLES = ("Link workers in general practice: a realist review", "Link workers in general practice. Part 2", "Editorial")


def library() -> list[dict[str, str]]:
    """Made-up records: copies, duplicates, contradictions, chains, and a block too large to compare whole."""
    told = [
        {"ID": f"e{number:03}", "title": "Editorial", "author": f"Name{number % 9}, A.", "year": "2020",
         "journal": "Journal of examples", "volume": str(number // 3), "pages": f"{number % 40}-{number % 40 + 1}"}
        for number in range(90)
    ]  # fmt: skip
    for number in range(12):
        told.append(
            {"ID": f"t{number:03}", "title": TITLES[number % 2], "author": "Made, Up and Other, One", "year": "2021",
             "journal": "Journal of examples", "volume": "3", "pages": ("1-9", "", "12-19")[number % 3],
             "doi": ("10.1000/a", "", "10.1000/b", "")[number % 4]}
        )  # fmt: skip
    return told


def test_both_engines_find_the_same(tmp_path: Path) -> None:
    """Clusters, evidence and counts are those of the embedded engine."""
    from harvester.dedupe import spark

    records = library()
    path = tmp_path / "records.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ["ID", "title", "author", "year", "journal", "volume", "pages", "doi"])
        writer.writeheader()
        writer.writerows(records)
    session = spark.session("1")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    found = spark.dedupe_frame(spark.read(session, [path]))
    expected = dedupe([from_mapping(record, record["ID"]) for record in records])
    clusters: dict[str, list[str]] = {}
    for key, name in spark.each_cluster(found):
        clusters.setdefault(name, []).append(key)
    assert sorted(sorted(keys) for keys in clusters.values()) == expected.clusters
    assert sorted(map(repr, spark.each_pair(found))) == sorted(map(repr, expected.evidence))
    assert spark.counts(found)["uncertain"] == len(expected.uncertain)
    session.stop()
