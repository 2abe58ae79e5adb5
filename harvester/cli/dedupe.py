"""`harvester dedupe`: the records of the store, or of any files, joined into works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say

if TYPE_CHECKING:
    from harvester.dedupe import Evidence
    from harvester.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, and what counts as one work."""

    clusters: Path | None
    pairs: Path | None
    output: Path | None
    profile: str
    fold: tuple[str, ...]

    def files(self) -> list[str]:
        """The files that are written."""
        return [str(path) for path in (self.clusters, self.pairs, self.output) if path]


PATH = click.Path(path_type=Path)


@click.command("dedupe")
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option("--clusters", type=PATH, metavar="OUT.csv", help="Write ID,cluster: every record once.")
@click.option("--pairs", type=PATH, metavar="OUT.csv", help="Write every pair judged, with the reasons in words.")
@click.option("-o", "--output", type=PATH, metavar="UNIQUE.ris", help="Write one merged record a work.")
@click.option(
    "--profile",
    type=click.Choice(("works", "versions")),
    default="works",
    show_default=True,
    help="versions: a preprint and its paper, a Cochrane review and its updates count as one.",
)
@click.option("--fold", metavar="LIST", default="", help="Count as one: preprints, updates (joined by commas).")
@click.option("--again", is_flag=True, help="Judge the whole store anew, as is done without FILE in any case.")
@click.option(
    "--engine",
    type=click.Choice(("embedded", "spark")),
    default="embedded",
    show_default=True,
    help="spark: Parquet or CSV files too large for one machine (pip install 'harvester[spark]').",
)
@db_option
@json_option
def command(
    *,
    fold: str,
    again: bool,
    engine: str,
    files: tuple[Path, ...],
    clusters: Path | None,
    pairs: Path | None,
    output: Path | None,
    profile: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Join duplicates in the store or in any files.

    Without FILE the store is judged anew. Nothing is ever deleted: works are groups of records, each with the reasons.
    """
    from harvester.errors import UsageError

    began = time.process_time()
    if again and files:
        raise UsageError("--again is about the store", hint="Leave the files out, or --again.")
    wanted = Wanted(clusters, pairs, output, profile, tuple(filter(None, map(str.strip, fold.split(",")))))
    judged = partial(_files, files) if files else partial(_store, db)
    found = _spark(files, wanted) if engine == "spark" else judged(wanted)
    found["seconds"] = round(time.process_time() - began, 3)
    if as_json:
        emit_json(found)
        return
    click.echo(
        f"{found['records']} records, {found['works']} works, {found['duplicates']} duplicates, "
        f"{found['uncertain']} uncertain pairs ({found['seconds']:.1f} s)"
    )
    for path in found["files"]:
        say(f"wrote {path}")
    if found["uncertain"] and not pairs:
        say("Uncertain pairs were not joined. --pairs OUT.csv lists them with the reasons.")


def _spark(files: tuple[Path, ...], wanted: Wanted) -> dict[str, Any]:
    from harvester.dedupe import relations_of, spark
    from harvester.dedupe.files import write_clusters_of, write_pairs
    from harvester.errors import UsageError

    if not files or wanted.output:
        raise UsageError(
            "the engine spark takes files and gives clusters and pairs",
            hint="Try `harvester dedupe --engine spark records.parquet --clusters clusters.csv`.",
        )
    folded = relations_of(wanted.profile, wanted.fold)
    found = spark.dedupe_frame(spark.read(spark.session(), files), fold=folded)
    counts = spark.counts(found)
    if wanted.clusters and wanted.clusters.suffix == ".parquet":
        spark.write_parquet(found.clusters, wanted.clusters)
    elif wanted.clusters:
        write_clusters_of(wanted.clusters, spark.each_cluster(found))
    if wanted.pairs and wanted.pairs.suffix == ".parquet":
        spark.write_parquet(found.evidence, wanted.pairs)
    elif wanted.pairs:
        write_pairs(wanted.pairs, spark.each_pair(found))
    return {**counts, "profile": wanted.profile, "files": wanted.files()}


def _files(files: tuple[Path, ...], wanted: Wanted) -> dict[str, Any]:
    from harvester import formats
    from harvester.dedupe import dedupe
    from harvester.dedupe.files import rows, unique, write_clusters, write_pairs

    order: list[Any] = []

    def watched() -> Any:
        for row in rows(files):
            order.append(row.key)
            yield row

    result = dedupe(watched() if wanted.output else rows(files), profile=wanted.profile, fold=wanted.fold)
    if wanted.clusters:
        write_clusters(wanted.clusters, result.clusters)
    if wanted.pairs:
        write_pairs(wanted.pairs, result.evidence)
    if wanted.output:
        formats.write(wanted.output, unique(files, result.clusters, order))
    return {
        "records": result.records,
        "works": result.works,
        "duplicates": result.duplicates,
        "uncertain": len(result.uncertain),
        "profile": wanted.profile,
        "files": wanted.files(),
    }


def _store(db: str | None, wanted: Wanted) -> dict[str, Any]:
    from harvester import formats, works
    from harvester.dedupe.files import write_clusters, write_pairs
    from harvester.errors import UsageError
    from harvester.store import open_store
    from harvester.store import works as works_of

    if wanted.profile != "works" or wanted.fold:
        raise UsageError(
            "a store is judged as its strategy says",
            hint='Write [dedupe] and fold = ["preprints"] in the strategy, or name files to try it on them.',
        )
    with open_store(db_path(db), create=False) as store:
        judged = works.judge(store, anew=True)
        if wanted.clusters:
            grouped: dict[int, list[int]] = {}
            for record_id, work_id in store.rows("select record_id, work_id from work_records order by record_id"):
                grouped.setdefault(work_id, []).append(record_id)
            write_clusters(wanted.clusters, grouped.values())
        if wanted.pairs:
            write_pairs(wanted.pairs, _audit(store))
        if wanted.output:
            formats.write(wanted.output, (work.merged for work in works_of(store)))
    return {
        "records": judged.records,
        "works": judged.works,
        "duplicates": judged.duplicates,
        "uncertain": judged.uncertain,
        "profile": wanted.profile,
        "files": wanted.files(),
    }


def _audit(store: Store) -> Iterator[Evidence]:
    """The evidence of a store as it is kept, and the decisions by hand in its place where there is one."""
    import json

    from harvester.dedupe import Evidence, Verdict
    from harvester.store import decisions

    by_hand = {(row["record_a"], row["record_b"]): row for row in decisions.standing(store)}
    for row in store.rows("select * from evidence order by record_a, record_b"):
        if (row["record_a"], row["record_b"]) not in by_hand:
            yield Evidence(row["record_a"], row["record_b"], Verdict(row["verdict"]), row["score"],
                           tuple(json.loads(row["reasons"])), row["relation"], bool(row["vetoed"]))  # fmt: skip
    for (a, b), row in sorted(by_hand.items()):
        said = f"decided by hand by {row['decided_by']} on {row['decided_at'][:10]} (decision {row['id']})"
        yield Evidence(a, b, Verdict(row["verdict"]), float(row["verdict"] == "same"), (said,))
