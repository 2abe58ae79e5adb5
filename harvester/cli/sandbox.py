"""`harvester sandbox`: a library on the loopback address, over a synthetic corpus."""

from __future__ import annotations

import signal
import sys
from datetime import date
from types import FrameType

import click

from harvester.cli.common import day_option, say


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
) -> None:
    """Serve a library on the loopback address, over a synthetic corpus.

    Prints one line, its address, and serves until it is ended (Ctrl-C, or a TERM signal). E-utilities lie under
    /entrez/eutils/, the truth file at /truth.json, the log at /requests.json, the small sites under /sites/.
    """
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


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
