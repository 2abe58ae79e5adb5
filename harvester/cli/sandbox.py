"""`harvester sandbox`: a library on the loopback address, over a synthetic corpus."""

from __future__ import annotations

import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType

import click

from harvester.cli.common import day_option, say, table


@click.command(name="sandbox")
@click.option("--port", default=0, show_default="any free one", type=click.IntRange(0, 65535), help="Where to listen.")
@click.option("--records", default=6000, show_default=True, help="How many records the corpus has, up to 1,000,000.")
@day_option("--as-of", text="The clock's day: what came later does not exist. [default: the corpus' last day]")
@click.option("--seed", default=1, show_default=True, help="Another seed makes another corpus.")
@click.option("--latency", default=0.0, metavar="MS", help="Milliseconds that every answer takes at least.")
@click.option("--faults", default="", metavar="PLAN", help="Misbehave at given requests: 429@3,truncated@7.")
@day_option("--rules-on", text="Take wildcards by the rules of this day (PubMed's changed on 2024-06-03).")
@click.option("--no-rate-limit", is_flag=True, help="Answer as many requests a second as come.")
@click.option("--traps", is_flag=True, help="Make the small sites hard to crawl.")
@click.option(
    "--exports",
    metavar="DIR",
    default=None,
    type=click.Path(path_type=Path),
    help="Serve nothing: write what CINAHL, PsycInfo and Web of Science would export on that day into DIR, and end.",
)
@day_option("--since", text="With --exports: only what the databases took in from this day on.")
def command(  # noqa: PLR0917 - click hands every option over by name
    port: int,
    records: int,
    as_of: date | None,
    seed: int,
    latency: float,
    faults: str,
    rules_on: date | None,
    no_rate_limit: bool,
    traps: bool,
    exports: Path | None,
    since: date | None,
) -> None:
    """Serve a library on the loopback address, over a synthetic corpus.

    Prints one line, its address, and serves until it is ended (Ctrl-C, or a TERM signal). E-utilities lie under
    /entrez/eutils/, the truth file at /truth.json, the log at /requests.json, the small sites under /sites/.
    """
    if exports is not None:
        _export(exports, records, seed, as_of, since)
        return
    from harvester.sandbox import Sandbox

    server = Sandbox(
        records,
        as_of,
        seed=seed,
        latency=latency,
        faults=faults,
        port=port,
        rate_limit=not no_rate_limit,
        rules_on=rules_on,
        traps=traps,
    )
    signal.signal(signal.SIGTERM, _end)
    click.echo(server.address)
    sys.stdout.flush()
    try:
        server.serve()
    except KeyboardInterrupt:
        say("The sandbox has ended.")


def _export(folder: Path, records: int, seed: int, as_of: date | None, since: date | None) -> None:
    from harvester.sandbox import corpus
    from harvester.sandbox.exports import write_exports

    day = as_of or date.fromordinal(corpus.LAST_DAY)
    written = write_exports(corpus.make(records, seed), folder, day, since)
    click.echo(table(("file", "records"), written, right=("records",)))
    say("Synthetic records, as these databases' exports would hold them.")


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
