"""`harvester import`: take in what a closed database exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from harvester.cli.common import day_option, db_option, db_path, emit_json, json_option, say, table


@click.command(name="import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", required=True, metavar="NAME", help="The database they come from: cinahl, psycinfo, other ..."
)
@day_option("--searched-on", text="The day of the search (default: the files' own day).")
@click.option("--dry-run", is_flag=True, help="Read and count, keep nothing.")
@click.option("--keep-readable", is_flag=True, help="Keep what could be read, even if not all could.")
@click.option("--mend", is_flag=True, help="Put text right that was decoded wrongly (as in CafÃ©).")
@db_option
@json_option
def command(
    *,
    files: tuple[Path, ...],
    source: str,
    searched_on: date | None,
    dry_run: bool,
    keep_readable: bool,
    mend: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Take in reference files that a database exported.

    The format is found out from the content. A file that cannot be read whole is named with its lines and nothing
    is kept, unless --keep-readable is given; the rest then stays, raw, with what was wrong.
    """
    from harvester import importing
    from harvester.store import open_store

    if dry_run:
        done = importing.look(files, source, keep_readable=keep_readable, mend=mend)
    else:
        with open_store(db_path(db)) as store:
            done = importing.take_in(
                store, files, source, searched_on=searched_on, keep_readable=keep_readable, mend=mend
            )
    if as_json:
        emit_json({"run": done.run, "files": [file.to_dict() for file in done.files]})
        return
    for file in done.files:
        for warning in file.warnings:
            say(f"{file.file}: {warning}")
        for piece in file.rejected:
            say(f"{file.file}: left out: {piece['where']}: {piece['why']}")
    numbers = ("stated", "read", "new", "changed", "known")
    rows = [(one.file, one.format, one.stated, one.parsed, one.new, one.changed, one.same) for one in done.files]
    click.echo(table(("file", "format", *numbers), rows, right=numbers))
    say("Nothing was kept: a dry run." if dry_run else f"Kept as run {done.run}.")
