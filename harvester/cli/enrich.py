"""`harvester enrich`: missing abstracts, identifiers, open-access links, retraction notices, beside the records."""

from __future__ import annotations

import click

from harvester.cli.common import (
    SandboxCommand,
    db_option,
    db_path,
    emit_json,
    json_option,
    open_http,
    sandbox_option,
    say,
    table,
)


@click.command("enrich", cls=SandboxCommand)
@click.option("--by", "services", multiple=True, metavar="NAME", help="crossref, europe-pmc, unpaywall; repeat.")
@click.option("--limit", type=click.IntRange(0), default=0, help="So many works at most (0: all).")
@sandbox_option
@db_option
@json_option
def command(*, services: tuple[str, ...], limit: int, sandbox: str | None, db: str | None, as_json: bool) -> int:
    """Ask other services what the kept records lack.

    Abstracts, DOIs, PubMed numbers, open-access links and retraction notices are kept beside the records, with who said
    so; no record changes. Asked are crossref and europe-pmc unless --by says otherwise. Ends with 4 when one failed.
    """
    from harvester.enrich import enrich
    from harvester.store import open_store

    with open_http(sandbox) as http, open_store(db_path(db)) as store:
        said = enrich(store, http, by=services or ("crossref", "europe-pmc"), limit=limit)
    for one in said["failed"]:
        say(f"failed: {one['error']}")
        if one["hint"]:
            say(f"hint: {one['hint']}")
    for one in said["retracted"]:
        say(f"retracted: {one['source']} {one['source_id']}: {one['title']} ({one['notice']}, says {one['by']})")
    if as_json:
        emit_json(said)
    else:
        rows = [(one["source"], one["field"], one["records"]) for one in said["found"]]
        click.echo(table(("source", "what", "records"), rows, right=("records",)))
        click.echo(
            ", ".join(f"{name} was asked about {number:,} works" for name, number in said["asked"].items()) + "."
        )
    return 4 if said["failed"] else 0
