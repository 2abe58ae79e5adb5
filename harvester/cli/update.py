"""`harvester update`: what is new since the last complete run."""

from __future__ import annotations

from datetime import date

import click

from harvester.cli.common import (
    Progress,
    SandboxCommand,
    day_option,
    db_option,
    db_path,
    json_option,
    open_http,
    sandbox_option,
)


@click.command("update", cls=SandboxCommand)
@click.argument("strategy")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source of the strategy; repeat.")
@click.option("--full", is_flag=True, help="Search all days again, subtract what is known, say what vanished.")
@day_option("--until", end=True, text="Last day, included (default: today).")
@sandbox_option
@db_option
@json_option
def command(
    *,
    strategy: str,
    sources: tuple[str, ...],
    full: bool,
    until: date | None,
    sandbox: str | None,
    db: str | None,
    as_json: bool,
) -> int:
    """Find what is new since the last complete run.

    Also says what changed, what was retracted and, with --full, what vanished. Exit codes as `run`.
    """
    from harvester.cli.run_report import show
    from harvester.store import open_store
    from harvester.strategy import load
    from harvester.update import update

    loaded = load(strategy)
    progress = Progress()
    with open_http(sandbox) as http, open_store(db_path(db, loaded.name), create=False) as store:
        try:
            report = update(loaded, store, http, full=full, until=until, sources=sources, progress=progress)
        finally:
            progress.end()
    return show(report, as_json=as_json)
