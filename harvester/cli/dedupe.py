"""`harvester dedupe`: the records of the store, or of any files, joined into works."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say

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
@db_option
@json_option
def command(
    *,
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
    began = time.process_time()
    run = _files if files else partial(_store, db)
    found = run(files, clusters, pairs, output, profile)
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


def _files(
    files: tuple[Path, ...], clusters: Path | None, pairs: Path | None, output: Path | None, profile: str
) -> dict[str, Any]:
    from harvester import formats
    from harvester.dedupe import dedupe
    from harvester.dedupe.files import rows, unique, write_clusters, write_pairs

    order: list[Any] = []

    def watched() -> Any:
        for row in rows(files):
            order.append(row.key)
            yield row

    result = dedupe(watched() if output else rows(files), profile=profile)
    if clusters:
        write_clusters(clusters, result.clusters)
    if pairs:
        write_pairs(pairs, result.evidence)
    if output:
        formats.write(output, unique(files, result.clusters, order))
    return {
        "records": result.records,
        "works": result.works,
        "duplicates": result.duplicates,
        "uncertain": len(result.uncertain),
        "profile": profile,
        "files": [str(path) for path in (clusters, pairs, output) if path],
    }


def _store(
    db: str | None,
    _files: tuple[Path, ...],
    clusters: Path | None,
    pairs: Path | None,
    output: Path | None,
    profile: str,
) -> dict[str, Any]:
    from harvester import formats, works
    from harvester.dedupe.compare import Evidence, Verdict
    from harvester.dedupe.files import write_clusters, write_pairs
    from harvester.errors import UsageError
    from harvester.store import open_store
    from harvester.store import works as works_of

    if profile != "works":
        raise UsageError("a store is judged by the profile `works`", hint="Name files to try another profile on them.")
    with open_store(db_path(db), create=False) as store:
        judged = works.judge(store, anew=True)
        if clusters:
            grouped: dict[int, list[int]] = {}
            for record_id, work_id in store.rows("select record_id, work_id from work_records order by record_id"):
                grouped.setdefault(work_id, []).append(record_id)
            write_clusters(clusters, grouped.values())
        if pairs:
            import json

            write_pairs(
                pairs,
                (
                    Evidence(row["record_a"], row["record_b"], Verdict(row["verdict"]), row["score"],
                             tuple(json.loads(row["reasons"])), row["relation"], bool(row["vetoed"]))
                    for row in store.rows("select * from evidence order by record_a, record_b")
                ),
            )  # fmt: skip
        if output:
            formats.write(output, (work.merged for work in works_of(store)))
    return {
        "records": judged.records,
        "works": judged.works,
        "duplicates": judged.duplicates,
        "uncertain": judged.uncertain,
        "profile": profile,
        "files": [str(path) for path in (clusters, pairs, output) if path],
    }
