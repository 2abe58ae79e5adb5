"""`harvester resume`: take up a run that was cut off."""

from __future__ import annotations

import click

from harvester.cli.common import Progress, SandboxCommand, db_option, db_path, json_option, open_http, sandbox_option


@click.command("resume", cls=SandboxCommand)
@click.option(
    "--accept-unread",
    is_flag=True,
    help="Take searches as complete though some items, kept raw and named, could not be read.",
)
@sandbox_option
@db_option
@json_option
def command(accept_unread: bool, sandbox: str | None, db: str | None, as_json: bool) -> int:
    """Take up a run that was cut off, where it was cut off.

    The newest run's searches that are not complete go on as they were sent then. Exit codes as `run`.
    """
    from harvester.cli.run_report import show
    from harvester.store import open_store
    from harvester.update import resume

    progress = Progress()
    with open_http(sandbox) as http, open_store(db_path(db), create=False) as store:
        try:
            report = resume(store, http, progress=progress, accept_unread=accept_unread)
        finally:
            progress.end()
    return show(report, as_json=as_json)
