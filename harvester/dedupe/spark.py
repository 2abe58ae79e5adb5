"""The same stages on Apache Spark, for tens of millions of records: see docs/dedupe.md for when to use it.

Keys, comparisons, contradictions and clustering are those of the embedded engine: this file only says what is joined
with what. Blocking is a join of keys (spark_blocks.py), comparing a map over joined pairs, and clusters form within
connected components.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester.dedupe.cluster import cluster
from harvester.dedupe.compare import Evidence, Verdict, judge, told
from harvester.dedupe.files import Audited, Cited, cite
from harvester.dedupe.glance import worth_looking
from harvester.dedupe.incremental import content_hash, dump, load
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import Row, columns_of, from_mapping
from harvester.dedupe.spark_blocks import WHOLE, arrow_batch, candidates, hashed_keys
from harvester.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_ROWS = "id string, content long, text string, keys array<long>"
_JUDGED = "a string, b string, verdict string, score double, reasons string, relation string, vetoed boolean"
_CLUSTERED = f"id string, cluster string, {_JUDGED}"
_NAMES = ("a", "b", "verdict", "score", "reasons", "relation", "vetoed")
_KINDS = ("string", "string", "string", "float64", "string", "string", "bool")
_SHUFFLE = "spark.sql.shuffle.partitions"


@dataclass(frozen=True, slots=True)
class Found:
    """`clusters` has the columns ID and cluster (its first ID), every record once; `evidence` every pair that is told:
    a, b, verdict, score, reasons (JSON), relation, vetoed. Both are worked out already and kept by Spark."""

    clusters: DataFrame
    evidence: DataFrame


def session(cores: str = "*") -> SparkSession:
    """The Spark session that runs, or one on this machine. Raises UsageError where PySpark or Java is missing."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "PySpark is not installed", hint="Install it with `pip install 'harvester[spark]'`; Java 17 is needed, too."
        ) from None
    import os
    import sys

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return (
            SparkSession.builder.master(os.environ.get("SPARK_MASTER", f"local[{cores}]"))
            .appName("harvester dedupe")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
            .getOrCreate()
        )
    except Exception as error:  # py4j raises what it likes when there is no Java
        raise UsageError(f"Spark does not start: {error}", hint="Is Java 17 or later installed?") from error


def read(spark: SparkSession, paths: Sequence[Path]) -> DataFrame:
    """The records of Parquet or CSV files, or folders of them. Raises UsageError for one that is not there."""
    frames = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist", hint="Name a Parquet or CSV file, or a folder of them.")
        if ".csv" in path.name:
            options = {"header": "true", "multiLine": "true", "escape": '"', "quote": '"'}
            frame = spark.read.options(**options).csv(str(path))
            # Cells may hold line ends, so that Spark reads a file as one piece: divide it for what comes after.
            frame = frame.repartition(spark.sparkContext.defaultParallelism)
        else:
            frame = spark.read.parquet(str(path))
        frames.append(frame)
    found = frames[0]
    for frame in frames[1:]:
        found = found.unionByName(frame, allowMissingColumns=True)
    return found


def partitions_of(records: int) -> int:
    """How many partitions a shuffle gets: 5,000 records in each, then never more than 25,000.

    Spark's own default of 200 costs a small set minutes, and a large one its memory.
    """
    return max(4, min(records // 5_000, 2_000), records // 25_000)


def dedupe_frame(
    frame: DataFrame, *, fold: frozenset[str] = frozenset(), partitions: int | None = None, whole: int = WHOLE
) -> Found:
    """What `harvester.dedupe.dedupe` finds, of a frame with the usual columns and distinct IDs. Raises UsageError.

    All is worked out before this returns. `partitions` is for shuffles, by default after the number of records (the
    session's own setting is put back at the end). A block of more than `whole` records is divided by sorting within
    Spark, without any worker holding it. With `spark.checkpoint.dir` set, steps are kept there and outlive a worker.
    """
    _check(frame)
    prepared = frame.mapInArrow(_prepared, _ROWS).persist()
    partitions = partitions or partitions_of(prepared.count())
    # Every text is sent over the network once: all that is joined with it later comes to where it lies.
    rows = prepared.repartition(partitions, "id").persist()
    with _shuffling(frame.sparkSession, partitions):
        twice = rows.groupBy("id").count().where("count > 1").first()
        if twice is not None:
            raise UsageError(f"two records have the key {twice['id']!r}", hint="Give every record an ID of its own.")
        prepared.unpersist()
        found = _found(rows, fold, whole)
    rows.unpersist()
    return found


def _found(rows: DataFrame, fold: frozenset[str], whole: int) -> Found:
    from pyspark.sql import functions as f

    text = rows.select("id", "text")
    firsts = rows.groupBy("content").agg(f.min("id").alias("a"), f.count("id").alias("many")).where("many > 1")
    alike = rows.join(firsts, "content").where("id <> a").select("a", f.col("id").alias("b"))
    copies = keep(_judge(alike, text, fold).where(f"verdict = '{Verdict.SAME}'"))
    originals = rows.join(copies.select(f.col("b").alias("id")), "id", "left_anti")

    evidence = keep(_judge(candidates(originals, whole), text, fold)).unionByName(copies)
    component = _components(evidence.where(f"verdict = '{Verdict.SAME}'").select("a", "b"))
    clustered = keep(_clustered(component, evidence, copies, text, fold))

    groups = clustered.where("id is not null").select("id", "cluster")
    clusters = rows.select("id").join(groups, "id", "left").selectExpr("id as ID", "coalesce(cluster, id) as cluster")
    settled = clustered.where("a is not null").drop("id", "cluster")
    apart = evidence.join(settled.select("a", "b"), ["a", "b"], "left_anti")
    return Found(keep(clusters), keep(settled.unionByName(apart)))


@contextmanager
def _shuffling(spark: SparkSession, partitions: int) -> Iterator[None]:
    before = spark.conf.get(_SHUFFLE)
    spark.conf.set(_SHUFFLE, str(partitions))
    try:
        yield
    finally:
        spark.conf.set(_SHUFFLE, before)


def keep(frame: DataFrame) -> DataFrame:
    """The same frame worked out now, and cut off from what it came of: plans would grow from step to step."""
    reliable = frame.sparkSession.sparkContext.getCheckpointDir()
    return frame.checkpoint() if reliable else frame.localCheckpoint()


def counts(found: Found) -> dict[str, int]:
    """Records, works, duplicates, and uncertain pairs of different works."""
    from pyspark.sql import functions as f

    both = found.clusters.agg(f.count("ID").alias("records"), f.countDistinct("cluster").alias("works")).first()
    assert both is not None
    records, works = both["records"], both["works"]
    uncertain = (
        found.evidence.where(f"verdict = '{Verdict.UNCERTAIN}'")
        .select("a", "b")
        .join(found.clusters.selectExpr("ID as a", "cluster as one"), "a")
        .join(found.clusters.selectExpr("ID as b", "cluster as other"), "b")
        .where("one <> other")
        .count()
    )
    return {"records": records, "works": works, "duplicates": records - works, "uncertain": uncertain}


def each_cluster(found: Found) -> Iterator[tuple[str, str]]:
    """(ID, cluster) of every record, partition by partition."""
    return ((row["ID"], row["cluster"]) for row in found.clusters.toLocalIterator(prefetchPartitions=True))


def each_pair(found: Found) -> Iterator[Evidence]:
    """The evidence, partition by partition."""
    return map(_evidence, found.evidence.toLocalIterator(prefetchPartitions=True))


def _evidence(row: Any) -> Evidence:
    reasons = tuple(json.loads(row["reasons"]))
    return Evidence(row["a"], row["b"], Verdict(row["verdict"]), row["score"], reasons, row["relation"], row["vetoed"])


def audited(frame: DataFrame, found: Found) -> DataFrame:
    """The evidence as an audit table: with what the two records are, and whether they are one work in the end."""
    from pyspark.sql import functions as f

    records = frame.mapInArrow(_cited, "id string, source string, citation string").join(
        found.clusters.selectExpr("ID as id", "cluster"), "id"
    )
    one, other = (
        records.selectExpr(f"id as {end}", *(f"{name} as {name}_{end}" for name in ("source", "citation", "cluster")))
        for end in ("a", "b")
    )
    lines = found.evidence.join(one, "a").join(other, "b")
    joined = f.when(f.col("cluster_a") == f.col("cluster_b"), "yes").otherwise("no").alias("joined")
    return lines.select(*_NAMES, joined, "source_a", "citation_a", "source_b", "citation_b")


def each_line(lines: DataFrame, by: str, at: str) -> Iterator[Audited]:
    """The audit table's lines, partition by partition; `by` and `at` say who judged, and when."""
    for row in lines.toLocalIterator(prefetchPartitions=True):
        one, other = (Cited(row[f"source_{end}"], row[f"citation_{end}"]) for end in ("a", "b"))
        yield Audited(_evidence(row), row["joined"], one, other, by, at)


def write_parquet(frame: DataFrame, folder: Path) -> None:
    """Write clusters or evidence as a folder of Parquet files, each worker its own part. Raises UsageError."""
    if folder.exists():
        raise UsageError(f"{folder} is there already", hint="Name a folder that is not there yet.")
    frame.write.parquet(str(folder))


def _check(frame: DataFrame) -> None:
    has_id = any(name.strip().lower() == "id" for name in frame.columns)
    if not has_id or "title" not in columns_of(tuple(frame.columns)).fields:
        raise UsageError("the records have no column ID or no title", hint=f"Their columns: {', '.join(frame.columns)}")


def _prepared(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = []
        for data in batch.to_pylist():
            row = prepare(_row(data))
            made.append((row.key, content_hash(row), dump(row), hashed_keys(row)))
        yield arrow_batch(made, ("id", "content", "text", "keys"), ("string", "int64", "string", "list"))


def _cited(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = [(row.key, *cite(row)) for row in map(_row, batch.to_pylist())]
        yield arrow_batch(made, ("id", "source", "citation"), ("string", "string", "string"))


def _row(data: dict[str, Any]) -> Row:
    return from_mapping(data, str(next(value for name, value in data.items() if name.strip().lower() == "id")))


def _judge(pairs: DataFrame, text: DataFrame, fold: frozenset[str]) -> DataFrame:
    one = text.selectExpr("id as a", "text as text_a")
    other = text.selectExpr("id as b", "text as text_b")
    return pairs.join(one, "a").join(other, "b").mapInArrow(partial(_judged, fold=fold), _JUDGED)


def _judged(batches: Iterator[pa.RecordBatch], *, fold: frozenset[str]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = []
        for each in batch.to_pylist():
            a, b = load(each["a"], each["text_a"]), load(each["b"], each["text_b"])
            if worth_looking(a, b) and told(found := judge(a, b, fold=fold)):
                made.append(_values(found))
        yield arrow_batch(made, _NAMES, _KINDS)


def _values(each: Evidence) -> tuple[Any, ...]:
    reasons = json.dumps(list(each.reasons), ensure_ascii=False)
    return each.a, each.b, str(each.verdict), each.score, reasons, each.relation, each.vetoed


def _components(same: DataFrame) -> DataFrame:
    """The connected components of pairs: every record in one, with the first record of its component.

    Labels run along the pairs until none changes; a work has few records, so that a few rounds do.
    """
    from pyspark.sql import functions as f

    edges = keep(same.unionByName(same.selectExpr("b as a", "a as b")))
    labels = keep(edges.groupBy("a").agg(f.min("b").alias("b")).selectExpr("a as id", "least(a, b) as label"))
    while True:
        reached = edges.join(labels, edges["b"] == labels["id"]).groupBy("a").agg(f.min("label").alias("near"))
        joined = labels.join(reached, labels["id"] == reached["a"])
        # A label's own label, too: the distance doubles in every round.
        moved = joined.selectExpr("id", "least(label, near) as label", "label as was")
        jumps = labels.selectExpr("id as label", "label as jump")
        after = keep(moved.join(jumps, "label").selectExpr("id", "least(label, jump) as label", "was"))
        labels = after.select("id", "label")
        if after.where("label <> was").isEmpty():
            return labels


def _clustered(
    component: DataFrame, evidence: DataFrame, copies: DataFrame, text: DataFrame, fold: frozenset[str]
) -> DataFrame:
    """Each component clustered by itself: its records with their cluster, and its evidence as clustering left it."""
    from pyspark.sql import functions as f

    members = component.join(text, "id").selectExpr("label as component", "id", "text")
    inside = (
        evidence.join(component.selectExpr("id as a", "label"), "a")
        .join(component.selectExpr("id as b", "label as other"), "b")
        .where("label = other")
        .join(copies.select("a", "b", f.lit(True).alias("is_copy")), ["a", "b"], "left")
    )
    told_of = inside.select(f.col("label").alias("part"), *_NAMES, "is_copy")
    together = members.groupBy("component").cogroup(told_of.groupBy("part"))
    return together.applyInArrow(partial(_settled, fold=fold), _CLUSTERED)


def _settled(members: pa.Table, pairs: pa.Table, *, fold: frozenset[str]) -> pa.Table:
    import pyarrow as pa

    ids = sorted(zip(members["id"].to_pylist(), members["text"].to_pylist(), strict=True))
    rows = [load(key, text) for key, text in ids]
    place = {row.key: at for at, row in enumerate(rows)}
    found = pairs.to_pylist()
    copies = {place[each["b"]]: place[each["a"]] for each in found if each["is_copy"]}
    groups, settled, _ = cluster(
        [row.key for row in rows],
        map(_evidence, found),
        (),
        lambda low, high: judge(rows[low], rows[high], fold=fold),
        copies=copies,
    )
    made: list[tuple[Any, ...]] = [
        (rows[at].key, rows[group[0]].key, *([None] * len(_NAMES))) for group in groups for at in group
    ]
    made += [(None, None, *_values(each)) for each in settled]
    return pa.Table.from_batches([arrow_batch(made, ("id", "cluster", *_NAMES), ("string", "string", *_KINDS))])
