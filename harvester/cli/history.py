"""`harvester history`: the runs kept."""

from __future__ import annotations

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, table


@click.command("history")
@db_option
@json_option
def command(db: str | None, as_json: bool) -> None:
    """List the runs kept."""
    from harvester.store import open_store
    from harvester.store.summary import report

    with open_store(db_path(db), write=False) as store:
        said = [report(store, row[0]) for row in store.rows("select id from runs order by id")]
    if as_json:
        emit_json({"runs": said})
        return
    rows = [
        (
            run["run"],
            run["kind"],
            run["started_at"][:10],
            run["since"] or "...",
            run["until"],
            ", ".join(source["name"] for source in run["sources"]),
            run["state"],
            run["records"],
            run["works"],
            run["new"],
        )
        for run in said
    ]
    headers = ("run", "kind", "on", "since", "until", "sources", "state", "records", "works", "new")
    print(table(headers, rows, right=("run", "records", "works", "new")) if rows else "No runs yet.")
