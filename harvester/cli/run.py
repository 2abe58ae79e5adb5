"""`harvester run`: search, keep, normalise, deduplicate."""

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


@click.command("run", cls=SandboxCommand)
@click.argument("strategy")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source of the strategy; repeat.")
@day_option("--since", text="First day of an explicit window (a day, a month or a year).")
@day_option("--until", end=True, text="Last day of an explicit window, included.")
@click.option(
    "--by",
    type=click.Choice(["published", "entered", "modified"]),
    default=None,
    help="Which date the window is about (default: the strategy's update date, entered).",
)
@day_option("--as-of", end=True, text="Search as of a past day: what entered later is not found.")
@sandbox_option
@db_option
@json_option
def command(
    *,
    strategy: str,
    sources: tuple[str, ...],
    since: date | None,
    until: date | None,
    by: str | None,
    as_of: date | None,
    sandbox: str | None,
    db: str | None,
    as_json: bool,
) -> int:
    """Search, keep, normalise and deduplicate.

    Ends with 4 when a source failed and 5 when one came short: what came is kept, `harvester resume` goes on.
    """
    from harvester.cli.run_report import show
    from harvester.run import run
    from harvester.store import open_store
    from harvester.strategy import load
    from harvester.window import DateField

    loaded = load(strategy)
    progress = Progress()
    with open_http(sandbox, as_of) as http, open_store(db_path(db, loaded.name)) as store:
        try:
            report = run(
                loaded,
                store,
                http,
                sources=sources,
                since=since,
                until=until,
                by=DateField(by) if by else None,
                as_of=as_of,
                progress=progress,
            )
        finally:
            progress.end()
    return show(report, as_json=as_json)
