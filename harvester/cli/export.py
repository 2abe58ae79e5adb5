"""`harvester export`: files for a reference manager, with a manifest."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.common import counted, db_option, db_path, emit_json, json_option, names, say, table

# Written out here so that --help need not import the formats; tests/export holds them against the program's own.
FORMATS = ("ris", "nbib", "endnote-xml", "bibtex", "csl-json", "csv", "xlsx", "tsv", "jsonl")
TOOLS = ("endnote", "zotero", "mendeley", "covidence", "rayyan", "asreview", "revman", "syrf", "eppi")


@click.command(name="export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default=None, help="The file format (default: RIS).")
@click.option("--for", "for_", type=click.Choice(TOOLS), default=None, help="The tool that the files are for.")
@click.option(
    "--only",
    type=click.Choice(("new", "all", "included")),
    default="all",
    show_default=True,
    help="new: what no earlier run had found; included: what screening kept.",
)
@click.option(
    "--fold",
    metavar="LIST",
    default="",
    help="Write as a note of their main work: preprints, updates, protocols, abstracts, corrections, comments.",
)
@click.option("--run", type=int, default=None, help="The run to speak of (default for --only new: the last).")
@db_option
@json_option
def command(
    *,
    out: Path,
    format_: str | None,
    for_: str | None,
    only: str,
    fold: str,
    run: int | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Write files for a reference manager, with a manifest.

    OUT is a folder, which gets one file a source, or a file, which gets everything.
    """
    from harvester.export import export
    from harvester.store import open_store

    with open_store(db_path(db), create=False) as store:
        done = export(store, out, format=format_ or "", only=only, run=run, for_=for_ or "", fold=names(fold))
    if as_json:
        emit_json(
            {
                "files": [file.to_dict() for file in done.files],
                "manifest": str(done.manifest),
                "run": done.run,
                "records": done.records,
                "folded": done.folded,
            }
        )
        return
    if done.files:
        click.echo(table(("records", "file"), [(file.records, file.file) for file in done.files], right=("records",)))
    what = {"new": "new works", "all": "works", "included": "included works"}[only]
    of_run = f" of run {done.run}" if done.run is not None else ""
    if done.folded:
        say(f"{counted(done.folded, 'further work')} folded: a note of the main work, not written alone.")
    say(f"{done.records} {what}{of_run} written; the manifest is {done.manifest}.")
