"""The same stages on Apache Spark, for tens of millions of records: see docs/dedupe.md for when to use it.

Keys, comparisons, contradictions and clustering are those of the embedded engine: this file only says what is joined
with what. Blocking is a join of keys, comparing a map over joined pairs, and clusters form within connected components.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester.dedupe.block import LIMIT, key_hashes, pairs_of
from harvester.dedupe.cluster import cluster
from harvester.dedupe.compare import Evidence, Verdict, judge, told, worth_comparing
from harvester.dedupe.incremental import content_hash, dump, load
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import COLUMNS, from_mapping
from harvester.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_ROWS = "id string, content long, text string, keys array<long>"
_JUDGED = "a string, b string, verdict string, score double, reasons string, relation string, vetoed boolean"
_CLUSTERED = f"id string, cluster string, {_JUDGED}"


@dataclass(frozen=True, slots=True)
class Found:
    """`clusters` has the columns ID and cluster (its first ID), every record once; `evidence` every pair that is told:
    a, b, verdict, score, reasons (JSON), relation, vetoed."""

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
        else:
            frame = spark.read.parquet(str(path))
        frames.append(frame)
    found = frames[0]
    for frame in frames[1:]:
        found = found.unionByName(frame, allowMissingColumns=True)
    return found


def dedupe_frame(frame: DataFrame, *, fold: frozenset[str] = frozenset()) -> Found:
    """What `harvester.dedupe.dedupe` finds, of a frame with the usual columns and distinct IDs. Raises UsageError."""
    from pyspark.sql import functions as f

    _check(frame)
    rows = frame.mapInArrow(_prepared, _ROWS).persist()
    twice = rows.groupBy("id").count().where("count > 1").first()
    if twice is not None:
        raise UsageError(f"two records have the key {twice['id']!r}", hint="Give every record an ID of its own.")
    text = rows.select("id", "text")

    firsts = rows.groupBy("content").agg(f.min("id").alias("a"))
    alike = rows.join(firsts, "content").where("id <> a").select("a", f.col("id").alias("b"))
    copies = _judge(alike, text, fold).where(f"verdict = '{Verdict.SAME}'").persist()
    originals = rows.join(copies.select(f.col("b").alias("id")), "id", "left_anti")

    evidence = _judge(_candidates(originals, text), text, fold).unionByName(copies).persist()
    same = evidence.where(f"verdict = '{Verdict.SAME}'").select("a", "b")
    component = _components(same)
    clustered = _clustered(component, evidence, copies, text, fold).persist()

    groups = clustered.where("id is not null").select("id", "cluster")
    clusters = rows.select("id").join(groups, "id", "left").selectExpr("id as ID", "coalesce(cluster, id) as cluster")
    settled = clustered.where("a is not null").drop("id", "cluster")
    apart = evidence.join(settled.select("a", "b"), ["a", "b"], "left_anti")
    return Found(clusters, settled.unionByName(apart))


def counts(found: Found) -> dict[str, int]:
    """Records, works, duplicates, and uncertain pairs of different works."""
    records = found.clusters.count()
    works = found.clusters.select("cluster").distinct().count()
    cluster_of = found.clusters.persist()
    uncertain = (
        found.evidence.where(f"verdict = '{Verdict.UNCERTAIN}'")
        .select("a", "b")
        .join(cluster_of.selectExpr("ID as a", "cluster as one"), "a")
        .join(cluster_of.selectExpr("ID as b", "cluster as other"), "b")
        .where("one <> other")
        .count()
    )
    return {"records": records, "works": works, "duplicates": records - works, "uncertain": uncertain}


def each_cluster(found: Found) -> Iterator[tuple[str, str]]:
    """(ID, cluster) of every record, partition by partition."""
    return ((row["ID"], row["cluster"]) for row in found.clusters.toLocalIterator())


def each_pair(found: Found) -> Iterator[Evidence]:
    """The evidence, partition by partition."""
    for row in found.evidence.toLocalIterator():
        reasons = tuple(json.loads(row["reasons"]))
        yield Evidence(
            row["a"], row["b"], Verdict(row["verdict"]), row["score"], reasons, row["relation"], row["vetoed"]
        )


def _check(frame: DataFrame) -> None:
    names = {name.strip().lower() for name in frame.columns}
    if "id" not in names or names.isdisjoint(COLUMNS["title"]):
        raise UsageError("the records have no column ID or no title", hint=f"Their columns: {', '.join(frame.columns)}")


def _prepared(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = []
        for data in batch.to_pylist():
            key = str(next(value for name, value in data.items() if name.strip().lower() == "id"))
            row = prepare(from_mapping(data, key))
            made.append((key, content_hash(row), dump(row), sorted(key_hashes(row))))
        yield _batch(made, ("id", "content", "text", "keys"), ("string", "int64", "string", "list"))


def _batch(rows: list[Any], names: Sequence[str], kinds: Sequence[str]) -> pa.RecordBatch:
    import pyarrow as pa

    types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_(),
             "list": pa.list_(pa.int64())}  # fmt: skip
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = [pa.array(column, type=types[kind]) for column, kind in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _candidates(originals: DataFrame, text: DataFrame) -> DataFrame:
    """Every two records that share a block, once: small blocks by a join, large ones divided one by one."""
    from pyspark.sql import functions as f

    keys = originals.select("id", f.explode("keys").alias("key"))
    sizes = keys.groupBy("key").count().where("count > 1")
    small = keys.join(sizes.where(f.col("count") <= LIMIT).select("key"), "key")
    pairs = (
        small.select("key", f.col("id").alias("a"))
        .join(small.select("key", f.col("id").alias("b")), "key")
        .where("a < b")
        .select("a", "b")
    )
    large = keys.join(sizes.where(f.col("count") > LIMIT).select("key"), "key").join(text, "id")
    divided = large.groupBy("key").applyInArrow(_divided, "a string, b string")
    return pairs.unionByName(divided).distinct()


def _divided(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    members = sorted(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))
    rows = [load(key, text) for key, text in members]
    found = {(members[low][0], members[high][0]) for low, high in pairs_of(rows, range(len(rows)))}
    return pa.Table.from_batches([_batch(sorted(found), ("a", "b"), ("string", "string"))])


def _judge(pairs: DataFrame, text: DataFrame, fold: frozenset[str]) -> DataFrame:
    one = text.selectExpr("id as a", "text as text_a")
    other = text.selectExpr("id as b", "text as text_b")
    return pairs.join(one, "a").join(other, "b").mapInArrow(partial(_judged, fold=fold), _JUDGED)


_NAMES = ("a", "b", "verdict", "score", "reasons", "relation", "vetoed")
_KINDS = ("string", "string", "string", "float64", "string", "string", "bool")


def _judged(batches: Iterator[pa.RecordBatch], *, fold: frozenset[str]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = []
        for each in batch.to_pylist():
            a, b = load(each["a"], each["text_a"]), load(each["b"], each["text_b"])
            if worth_comparing(a, b) and told(found := judge(a, b, fold=fold)):
                made.append(_values(found))
        yield _batch(made, _NAMES, _KINDS)


def _values(each: Evidence) -> tuple[Any, ...]:
    reasons = json.dumps(list(each.reasons), ensure_ascii=False)
    return each.a, each.b, str(each.verdict), each.score, reasons, each.relation, each.vetoed


def _components(same: DataFrame) -> DataFrame:
    """The connected components of pairs: every record in one, with the first record of its component.

    Labels run along the pairs until none changes; a work has few records, so that a few rounds do.
    """
    from pyspark.sql import functions as f

    edges = same.unionByName(same.selectExpr("b as a", "a as b")).persist()
    labels = edges.groupBy("a").agg(f.min("b").alias("b")).selectExpr("a as id", "least(a, b) as label").persist()
    while True:
        reached = edges.join(labels, edges["b"] == labels["id"]).groupBy("a").agg(f.min("label").alias("near"))
        joined = labels.join(reached, labels["id"] == reached["a"])
        # A label's own label, too: the distance doubles in every round.
        moved = joined.selectExpr("id", "least(label, near) as label", "label as was").localCheckpoint()
        jumps = moved.selectExpr("id as label", "label as jump")
        after = moved.join(jumps, "label").selectExpr("id", "least(label, jump) as label", "was").localCheckpoint()
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
    evidence = [
        Evidence(each["a"], each["b"], Verdict(each["verdict"]), each["score"], tuple(json.loads(each["reasons"])),
                 each["relation"], each["vetoed"])
        for each in found
    ]  # fmt: skip
    copies = {place[each["b"]]: place[each["a"]] for each in found if each["is_copy"]}
    groups, settled, _ = cluster(
        [row.key for row in rows],
        evidence,
        (),
        lambda low, high: judge(rows[low], rows[high], fold=fold),
        copies=copies,
    )
    made: list[tuple[Any, ...]] = [
        (rows[at].key, rows[group[0]].key, *([None] * len(_NAMES))) for group in groups for at in group
    ]
    made += [(None, None, *_values(each)) for each in settled]
    return pa.Table.from_batches([_batch(made, ("id", "cluster", *_NAMES), ("string", "string", *_KINDS))])
