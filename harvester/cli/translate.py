"""`harvester translate`: a strategy in a database's own language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click

from harvester.cli.common import day_option, emit_json, json_option, say


@click.command("translate")
@click.argument("strategy")
@click.option("--to", "target", metavar="DIALECT", required=True, help="A database's language, or all.")
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@day_option("--on", text="By the rules of this day (default: the strategy's own date, else today).")
@click.option("--limits/--no-limits", default=False, help="With the strategy's limits (default: its blocks alone).")
@json_option
def command(strategy: str, target: str, language: str, on: date | None, *, limits: bool, as_json: bool) -> None:
    """Say a strategy in a database's own language, and what was lost."""
    from harvester.dialects import get, names
    from harvester.dialects.compose import adults, compose, languages, limited, published
    from harvester.errors import StrategyError
    from harvester.strategy import load

    wanted = names() if target == "all" else (target,)
    for name in wanted:
        get(name)
    loaded = load(strategy, language)
    query = compose(loaded).core
    if limits:
        found = [languages(loaded), published(loaded.limits.published), adults(loaded)]
        query = limited(query, [limit for limit in found if limit])
    day = loaded.rules_date(on, datetime.now(UTC).date())
    out: list[dict[str, Any]] = []
    for name in wanted:
        try:
            made = get(name).write(query, on=day, expansions=loaded.expansions)
        except StrategyError as error:
            if target != "all":
                raise loaded.error(error.bare_message, error.line, error.column, hint=error.hint) from None
            lost = {"kind": "dropped", "what": "the whole search", "why": f"{error.bare_message} {error.hint}"}
            out.append({"dialect": name, "text": "", "queries": [], "losses": [lost], "failed": True})
            continue
        losses = [{"kind": loss.kind.value, "what": loss.what, "why": loss.why} for loss in made.losses]
        out.append({"dialect": name, "text": made.text, "queries": list(made.queries), "losses": losses})
    if as_json:
        emit_json(out)
        return
    for made_one in out:
        if len(out) > 1:
            click.echo(f"== {made_one['dialect']}: {get(made_one['dialect']).label}")
        click.echo(made_one["text"])
        for loss in made_one["losses"]:
            say(f"{made_one['dialect']}: {loss['kind']}: {loss['what']}: {loss['why']}")
