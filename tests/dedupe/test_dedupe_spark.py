"""The engine spark finds what the embedded one finds. `make test-spark` runs these in an environment of their own; they
are skipped where PySpark (the extra `spark`) or Java is missing."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from every_veto import library

from harvester.dedupe import Result, dedupe, relations_of
from harvester.dedupe.row import from_mapping
from harvester.errors import UsageError

pytest.importorskip("pyspark", reason="the extra `spark` is not installed: make test-spark")
if not shutil.which("java"):
    pytest.skip("Java is not installed", allow_module_level=True)

SHARED = ("stroke", "haematology", "diabetes", "cytology_screening")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Spark on two cores of this machine."""
    from harvester.dedupe import spark

    started = spark.session("2")
    yield started
    started.stop()


def clusters_of(found: Any) -> list[list[str]]:
    """What Spark found, as the embedded engine says it."""
    from harvester.dedupe import spark

    clusters: dict[str, list[str]] = {}
    for key, name in spark.each_cluster(found):
        clusters.setdefault(name, []).append(key)
    assert all(name == min(keys) for name, keys in clusters.items())
    return sorted(sorted(keys) for keys in clusters.values())


def assert_equal(found: Any, expected: Result) -> None:
    """Clusters, counts, and every pair with its score and its reasons."""
    from harvester.dedupe import spark

    assert clusters_of(found) == expected.clusters
    assert sorted(map(repr, spark.each_pair(found))) == sorted(map(repr, expected.evidence))
    assert spark.counts(found) == {
        "records": expected.records,
        "works": expected.works,
        "duplicates": expected.duplicates,
        "uncertain": len(expected.uncertain),
    }


def embedded(records: list[dict[str, str]], **options: Any) -> Result:
    """What the embedded engine finds."""
    return dedupe([from_mapping(record, record["ID"]) for record in records], **options)


def as_csv(path: Path, records: list[dict[str, str]]) -> Path:
    """The records as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return path


def as_parquet(path: Path, records: list[dict[str, Any]]) -> Path:
    """The records as a Parquet file of several row groups."""
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), path, row_group_size=50)
    return path


@pytest.mark.parametrize("write", [as_csv, as_parquet])
def test_both_engines_find_the_same(session: Any, tmp_path: Path, write: Any) -> None:
    """Clusters, evidence and counts are those of the embedded engine, of CSV and Parquet, with every veto."""
    from harvester.dedupe import spark

    path = write(tmp_path / f"records.{write.__name__[3:]}", library())
    assert_equal(spark.dedupe_frame(spark.read(session, [path])), embedded(library()))


def test_folded(session: Any, tmp_path: Path) -> None:
    """What is folded is folded in both."""
    from harvester.dedupe import spark

    fold = relations_of("versions")
    found = spark.dedupe_frame(spark.read(session, [as_parquet(tmp_path / "r.parquet", library())]), fold=fold)
    assert_equal(found, embedded(library(), profile="versions"))


def test_parquet_with_types(session: Any, tmp_path: Path) -> None:
    """Years as numbers, authors as lists, missing values and unknown columns are read as from text."""
    from harvester.dedupe import spark

    typed = [
        {**record, "year": int(record["year"]), "author": record["author"].split(" and "),
         "doi": record["doi"] or None, "rank": 0.5}
        for record in library()
    ]  # fmt: skip
    found = spark.dedupe_frame(spark.read(session, [as_parquet(tmp_path / "typed.parquet", typed)]))
    assert clusters_of(found) == embedded(library()).clusters


def test_a_block_that_no_worker_holds(session: Any, tmp_path: Path) -> None:
    """A block divided by sorting within Spark gives the pairs that dividing it in memory gives."""
    from harvester.dedupe import spark

    records = library(titles=300)
    path = as_parquet(tmp_path / "records.parquet", records)
    assert_equal(spark.dedupe_frame(spark.read(session, [path]), whole=60), embedded(records))


def test_several_files_and_settings_kept(session: Any, tmp_path: Path) -> None:
    """Files with other columns are read as one; the session's own number of partitions is as before."""
    from harvester.dedupe import spark

    records = library()
    bare = [{name: value for name, value in record.items() if name != "abstract"} for record in records[50:]]
    paths = [as_csv(tmp_path / "one.csv", records[:50]), as_parquet(tmp_path / "two.parquet", bare)]
    before = session.conf.get("spark.sql.shuffle.partitions")
    assert clusters_of(spark.dedupe_frame(spark.read(session, paths), partitions=3)) == embedded(records).clusters
    assert session.conf.get("spark.sql.shuffle.partitions") == before


def test_an_id_twice(session: Any, tmp_path: Path) -> None:
    """Two records with one ID are refused, by name."""
    from harvester.dedupe import spark

    records = [*library()[:3], library()[1]]
    with pytest.raises(UsageError, match="correction a copied"):
        spark.dedupe_frame(spark.read(session, [as_csv(tmp_path / "twice.csv", records)]))


def test_no_title(session: Any, tmp_path: Path) -> None:
    """Files without a column of titles are refused, and files that are not there."""
    from harvester.dedupe import spark

    with pytest.raises(UsageError, match="no title"):
        spark.dedupe_frame(spark.read(session, [as_csv(tmp_path / "bare.csv", [{"ID": "1", "year": "2020"}])]))
    with pytest.raises(UsageError, match="does not exist"):
        spark.read(session, [tmp_path / "none.parquet"])


def test_the_verb(session: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`dedupe --engine spark` writes clusters and pairs as CSV, or as folders of Parquet, with equal counts."""
    from harvester.cli import invoke

    path = as_parquet(tmp_path / "records.parquet", library())
    expected = embedded(library())
    seen = []
    for ending in ("csv", "parquet"):
        clusters, pairs = tmp_path / f"clusters.{ending}", tmp_path / f"pairs.{ending}"
        call = ["dedupe", "--engine", "spark", str(path), "--clusters", str(clusters), "--pairs", str(pairs), "--json"]
        assert invoke(call) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["records"], told["works"]) == (expected.records, expected.works)
        seen.append((clusters, pairs))
    with seen[0][0].open(encoding="utf-8") as text:
        rows = sorted((row["ID"], row["cluster"]) for row in csv.DictReader(text))
    assert rows == sorted((row["ID"], row["cluster"]) for row in session.read.parquet(str(seen[1][0])).collect())
    assert len(rows) == expected.records
    csv_file = as_csv(tmp_path / "records.csv", library())
    assert invoke(["dedupe", str(csv_file), "--pairs", str(tmp_path / "embedded.csv")]) == 0
    audits = []
    for file in (seen[0][1], tmp_path / "embedded.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            audits.append(sorted(map(tuple, csv.reader(text))))
    assert audits[0] == audits[1]
    assert session.read.parquet(str(seen[1][1])).count() == len(expected.evidence)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_shared_sets(session: Any, shared_data: Path, name: str) -> None:
    """On real labelled sets, too, both engines say the same, every score and reason."""
    from harvester.dedupe import spark

    with gzip.open(shared_data / "dedup" / name / "records.csv.gz", "rt", encoding="utf-8", newline="") as text:
        records = list(csv.DictReader(text))
    frame = session.createDataFrame([tuple(record.values()) for record in records], list(records[0]))
    assert_equal(spark.dedupe_frame(frame, fold=relations_of("versions")), embedded(records, profile="versions"))
