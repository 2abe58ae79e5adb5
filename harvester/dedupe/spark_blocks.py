"""Blocking on Spark: which pairs are looked at, as block.py says, by joins of keys.

Small blocks are joined with themselves. Larger ones are divided by block.py itself, each in one worker's memory. What
is too large for that is divided in the same way by sorting within Spark, which spills to disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from harvester.dedupe import block
from harvester.dedupe.incremental import load
from harvester.dedupe.prepare import Prepared

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

WHOLE = 50_000
"""Records of a block that one worker divides in its memory: some 100 MB."""

_SORTS = (f"{what}{number}" for number in range(len(block.ORDERS)) for what in ("within", "order"))
_NAMES = ("key", "id", "place", "title", *_SORTS)
_MEMBER = ", ".join(f"{name} {'long' if name == 'key' else 'string'}" for name in _NAMES)


def hashed_keys(row: Prepared) -> list[int]:
    """The keys of a row, as 64-bit numbers in order."""
    return sorted(block.key_hashes(row))


def candidates(originals: DataFrame, whole: int = WHOLE) -> DataFrame:
    """Every two records that share a block, once, of rows with id, text and keys."""
    from pyspark.sql import functions as f

    keys = originals.select("id", f.explode("keys").alias("key"))
    sizes = keys.groupBy("key").count().where("count > 1").persist()
    small = keys.join(sizes.where(f.col("count") <= block.LIMIT).select("key"), "key")
    found = _all_pairs(small, ["key"])
    large = keys.join(sizes.where((f.col("count") > block.LIMIT) & (f.col("count") <= whole)).select("key"), "key")
    text = originals.select("id", "text")
    divided = large.join(text, "id").groupBy("key").applyInArrow(_divided, "a string, b string")
    found = found.unionByName(divided)
    huge = sizes.where(f.col("count") > max(whole, block.LIMIT)).select("key")
    if not huge.isEmpty():
        members = keys.join(huge, "key").join(text, "id").select("key", "id", "text")
        found = found.unionByName(_sorted_pairs(members.mapInArrow(_members, _MEMBER).persist()))
    return found.distinct()


def _all_pairs(rows: DataFrame, on: Sequence[str]) -> DataFrame:
    from pyspark.sql import functions as f

    one, other = (rows.select(*on, f.col("id").alias(end)) for end in ("a", "b"))
    return one.join(other, list(on)).where("a < b").select("a", "b")


def _divided(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    members = sorted(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))
    rows = [load(key, text) for key, text in members]
    found = {(members[low][0], members[high][0]) for low, high in block.pairs_of(rows, range(len(rows)))}
    return pa.Table.from_batches([arrow_batch(sorted(found), ("a", "b"), ("string", "string"))])


def _sorted_pairs(members: DataFrame) -> DataFrame:
    """What block.py makes of a block that is too large: the pairs of its parts, and sorted neighbours."""
    from pyspark.sql import functions as f
    from pyspark.sql.window import Window

    found = []
    whole = {f"within{number}": order.whole for number, order in enumerate(block.ORDERS) if order.whole}
    for part, limit in {"place": block.PART_LIMIT, "title": block.PART_LIMIT, **whole}.items():
        sizes = members.groupBy("key", part).count().where(f.col("count").between(2, limit))
        found.append(_all_pairs(members.join(sizes.select("key", part), ["key", part]), ["key", part]))
    for number in range(len(block.ORDERS)):
        sorted_ = Window.partitionBy("key", f"within{number}").orderBy(f"order{number}", "id")
        nexts = f.array(*(f.lead("id", step).over(sorted_) for step in range(1, block.NEIGHBOURS + 1)))
        near = members.select("id", nexts.alias("nexts")).selectExpr("id", "explode(nexts) as near")
        near = near.where("near is not null")
        found.append(near.selectExpr("least(id, near) as a", "greatest(id, near) as b"))
    return reduce(lambda one, other: one.unionByName(other), found)


def _members(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        made = []
        for each in batch.to_pylist():
            row = load(each["id"], each["text"])
            place = sortable((row.year, row.volume, row.start))
            orders = (sortable(part(row)) for order in block.ORDERS for part in (order.agree, order.values))
            made.append((each["key"], row.key, place, row.compact, *orders))
        yield arrow_batch(made, _NAMES, ("int64", *["string"] * (len(_NAMES) - 1)))


def sortable(values: tuple[object, ...]) -> str:
    """Text that sorts as the tuple of words, years and tuples of words does: prepared words have no control characters.

    Years are from 0 to 9999.
    """
    return "".join(_sortable(value) for value in values)


def _sortable(value: object) -> str:
    if isinstance(value, tuple):
        return "".join(f"{part}\x01" for part in value) + "\x00"
    if isinstance(value, int):
        return f"{value:04}\x00"
    return f"{value}\x00"


def arrow_batch(rows: Sequence[Any], names: Sequence[str], kinds: Sequence[str]) -> pa.RecordBatch:
    """Rows as a batch of these columns; kinds are "string", "int64", "float64", "bool" and "list" (of int64)."""
    import pyarrow as pa

    types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_(),
             "list": pa.list_(pa.int64())}  # fmt: skip
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = [pa.array(column, type=types[kind]) for column, kind in zip(columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))
