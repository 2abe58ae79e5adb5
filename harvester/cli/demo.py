"""`harvester demo`: the whole story, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harvester.cli.common import Progress, emit_json, json_option, say, table


@click.command("demo")
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path(path_type=Path))
@json_option
def command(*, folder: Path, as_json: bool) -> int:
    """The whole story, offline: a search, its update, duplicates, RIS files, a report.

    The reference review's search of July 2022 and its update of May 2023, against a synthetic library that this
    call serves on the loopback address. Writes a store, RIS files and the search report into DIR (default: demo).
    """
    from harvester.cli.run_report import notices
    from harvester.demo import demo

    progress = Progress()

    def stage(words: str) -> None:
        progress.end()
        say(words)

    say("The library of this demo is synthetic: believable records, none of them real.")
    try:
        report = demo(folder, progress=progress, stage=stage)
    finally:
        progress.end()
    if as_json:
        emit_json({"runs": report.runs, "files": [str(file) for file in report.files]})
        return report.exit_code
    for said in report.runs:
        say(f"\nWhat the {said['kind']} to {said['until']} has to say:")
        for line in dict.fromkeys(notices(said)):  # a search and its look at revised records lose the same
            say(f"  {line}")
    say("")
    click.echo(text(report.runs))
    click.echo("\nFiles:")
    for file in report.files:
        click.echo(f"  {file}")
    return report.exit_code


def text(runs: tuple[dict[str, Any], ...]) -> str:
    """The table of both runs: a line for each source, then one for the run, with duplicates and what is new."""
    headers = ("search", "source", "found", "kept", "duplicates", "works", "new works")
    rows: list[tuple[object, ...]] = []
    for said in runs:
        name = f"{said['kind']} to {said['until']}"
        for source in said["sources"]:
            rows.append((name, source["label"], source["reported"], source["retrieved"], "", "", ""))
        rows.append((name, "all", "", said["records"], said["duplicates"], said["works"], said["new"]))
    return table(headers, rows, right=headers[2:])
