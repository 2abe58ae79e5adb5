"""`harvester snowball`: reference lists and citing works, as a search with its own records."""

from __future__ import annotations

import click

from harvester.cli.common import (
    Progress,
    SandboxCommand,
    db_option,
    db_path,
    emit_json,
    json_option,
    open_http,
    sandbox_option,
    say,
)


@click.command("snowball", cls=SandboxCommand)
@click.argument("seeds", metavar="SEEDS...", nargs=-1, required=True)
@click.option(
    "--direction",
    type=click.Choice(["backward", "forward", "both"]),
    default="both",
    show_default=True,
    help="What the seeds cite, what cites them, or both.",
)
@click.option("--by", "providers", multiple=True, metavar="NAME", help="Whom to ask; repeat. See below for the names.")
@click.option("--depth", type=click.IntRange(1, 5), default=1, show_default=True, help="Rounds; new works are seeds.")
@sandbox_option
@db_option
@json_option
def command(
    *,
    seeds: tuple[str, ...],
    direction: str,
    providers: tuple[str, ...],
    depth: int,
    sandbox: str | None,
    db: str | None,
    as_json: bool,
) -> int:
    """Follow reference lists and citing works.

    SEEDS are DOIs, PubMed numbers or reference files. Asked are pubmed, europe-pmc, openalex and crossref unless --by
    says otherwise; opencitations and semantic-scholar can be asked too. Ends with 4 when one of them failed.
    """
    from harvester.cli.run_report import notices, text
    from harvester.snowball import DEFAULT, seeds_of, snowball
    from harvester.sources.citations_base import BOTH
    from harvester.store import open_store

    left_out: list[str] = []
    chosen = seeds_of(seeds, left_out)
    for title in left_out:
        say(f"left out: no DOI and no PubMed number: {title}")
    progress = Progress()
    with open_http(sandbox) as http, open_store(db_path(db)) as store:
        try:
            report = snowball(
                store,
                http,
                chosen,
                directions=BOTH if direction == "both" else (direction,),
                by=providers or DEFAULT,
                depth=depth,
                progress=progress,
            )
        finally:
            progress.end()
    for line in notices(report.said):
        say(line)
    if as_json:
        emit_json({"runs": [{key: value for key, value in report.said.items() if key != "edges"}],
                   "edges": report.said["edges"]})  # fmt: skip
    else:
        click.echo(text(report.said))
        click.echo(f"{len(report.said['edges'])} links from {len(chosen)} seeds.")
    return report.exit_code
