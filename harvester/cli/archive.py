"""`harvester archive`: what sites answered, as a WARC file."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say


@click.command(name="archive")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--run", type=int, default=None, help="Only what this run crawled.")
@click.option("--source", default="", metavar="S", help="Only this site.")
@db_option
@json_option
def command(*, out: Path, run: int | None, source: str, db: str | None, as_json: bool) -> None:
    """Write what sites answered as a WARC file.

    OUT is packed when its name ends in .gz. Every page, PDF, sitemap and robots.txt that a crawl kept is in it, with
    the time at which it came; a page that a later crawl met unchanged is in it once.
    """
    from harvester.store import open_store
    from harvester.warc import archive

    with open_store(db_path(db), write=False) as store:
        done = archive(store, out, run=run, source=source)
    if as_json:
        emit_json(
            {
                "files": [{"file": str(done.file), "sha256": done.sha256}],
                "responses": done.responses,
                "revisits": done.revisits,
            }
        )
        return
    click.echo(str(done.file))
    say(f"{done.responses:,} answers of sites written, {done.revisits:,} that were met again.")
