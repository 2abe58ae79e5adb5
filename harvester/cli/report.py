"""`harvester report`: what is handed in and printed."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--run", type=int, default=None, metavar="N", help="The run to report (default: the last).")
@click.option(
    "--known",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Studies known to be relevant: which were found, which missed.",
)
@click.option(
    "--prisma",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="A flow entered by hand (PRISMA.csv or TOML), drawn instead of the store's.",
)
@click.option(
    "--previous",
    type=int,
    default=None,
    metavar="N",
    help="The last run of the review's previous version: makes it the flow of an updated review.",
)
@click.option("--png", is_flag=True, help="Draw the flow as PNG too (needs harvester[png]).")
@db_option
@json_option
def command(
    *,
    folder: Path,
    run: int | None,
    known: Path | None,
    prisma: Path | None,
    previous: int | None,
    png: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Write the search report: one HTML page, PRISMA flow, PRISMA-S, line table.

    Into DIR: report.html (one file, no outside parts), prisma-flow.svg, PRISMA.csv for the R package, prisma-s.md
    and prisma-s.docx, lines.csv, and search-history/ as searchRxiv takes it.
    """
    from harvester.report import report
    from harvester.store import open_store

    with open_store(db_path(db), write=False) as store:
        files = report(store, folder, run=run, known=known, prisma=prisma, previous=previous, png=png)
    if as_json:
        emit_json({"files": [str(file) for file in files]})
        return
    for file in files:
        click.echo(str(file))
    say(f"Open {files[0]} in a browser, or send it: it is one file.")
