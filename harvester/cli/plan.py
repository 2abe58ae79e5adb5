"""`harvester plan`: what would be sent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click

from harvester.cli.common import day_option, emit_json, json_option, say


@click.command("plan")
@click.argument("strategy")
@click.option("--source", "only", metavar="S", multiple=True, help="Only this source (may be repeated).")
@day_option("--since", text="From this day on.")
@day_option("--until", end=True, text="Up to this day.")
@click.option("--by", type=click.Choice(["published", "entered", "modified"]), default=None, help="Which date.")
@day_option("--as-of", end=True, text="As the sources stood on this day.")
@day_option("--on", text="By the rules of this day (default: the strategy's own date, else today).")
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@json_option
def command(  # noqa: PLR0917 - click passes them by name
    strategy: str,
    only: tuple[str, ...],
    since: date | None,
    until: date | None,
    by: str | None,
    as_of: date | None,
    on: date | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Show what would be sent, to whom, over which days; sends nothing."""
    from harvester.errors import UsageError
    from harvester.plan import make
    from harvester.sources import get
    from harvester.strategy import load
    from harvester.window import DateField, Window

    loaded = load(strategy, language)
    window = Window(DateField(by or loaded.update.by), since, until) if since or until else None
    day = loaded.rules_date(on, datetime.now(UTC).date())
    names = only or loaded.sources
    if not names:
        raise UsageError("the strategy names no source", hint='Add use = ["pubmed"] under [sources], or --source.')
    searches: list[dict[str, Any]] = []
    for name in names:
        info = get(name, loaded.sites).info
        search = make(loaded, info, window=window, kind="run", on=day, as_of=as_of)
        searches.append(
            {
                "source": name,
                "kind": info.kind,
                "route": info.route,
                "paste_at": info.paste_at,
                "dialect": search.dialect,
                "query": search.text,
                "window": str(search.window) if search.window else None,
                "first": search.first_n,
                "losses": [{"kind": loss.kind.value, "what": loss.what, "why": loss.why} for loss in search.losses],
                "lines": [
                    {"number": line.number, "block": line.block, "label": line.label, "text": line.text}
                    for line in search.lines
                ],
            }
        )
    if as_json:
        emit_json({"searches": searches})
        return
    for found in searches:
        click.echo(f"== {found['source']} ({found['window'] or 'all dates'})")
        click.echo(found["query"])
        if found["kind"] == "import":
            where = f" at {found['paste_at']}" if found["paste_at"] else ""
            say(
                f"{found['source']}: paste this{where}, export all of it, then: "
                f"harvester import FILE --source {found['source']} --searched-on DAY"
            )
        for loss in found["losses"]:
            say(f"{found['source']}: {loss['kind']}: {loss['what']}: {loss['why']}")
    say("Nothing was sent.")
