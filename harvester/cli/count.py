"""`harvester count`: the librarian's numbered table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import (
    SandboxCommand,
    day_option,
    emit_json,
    json_option,
    open_http,
    sandbox_option,
    say,
    table,
)

if TYPE_CHECKING:
    from harvester.http import Http
    from harvester.search import Search
    from harvester.sources.base import Source


@click.command("count", cls=SandboxCommand)
@click.argument("strategy")
@click.option("--source", "only", metavar="NAME", multiple=True, help="Only this source of the strategy; repeat.")
@day_option("--since", text="From this day on.")
@day_option("--until", end=True, text="Up to this day.")
@click.option("--by", type=click.Choice(["published", "entered", "modified"]), default=None, help="Which date.")
@day_option("--as-of", end=True, text="As the sources stood on this day.")
@sandbox_option
@json_option
def command(
    *,
    strategy: str,
    only: tuple[str, ...],
    since: date | None,
    until: date | None,
    by: str | None,
    as_of: date | None,
    sandbox: str | None,
    as_json: bool,
) -> int:
    """Print the numbered line table with each line's hits.

    A site has no count before it is crawled, so it is left out unless named. Ends with 4 when a source failed: its
    lines then have no hits, never zero.
    """
    from harvester.errors import SourceError, UsageError
    from harvester.plan import make
    from harvester.sources import get
    from harvester.strategy import load
    from harvester.window import DateField, Window

    loaded = load(strategy)
    window = Window(DateField(by or loaded.update.by), since, until) if since or until else None
    on = loaded.rules_date(None, datetime.now(UTC).date())
    sources = [get(name, loaded.sites) for name in only or loaded.sources]
    if not only:
        for left_out in [source for source in sources if source.info.kind != "api"]:
            say(f"{left_out.info.label}: not counted, since it is found out by crawling it (`harvester run`)")
        sources = [source for source in sources if source.info.kind == "api"]
    if not sources:
        raise UsageError("the strategy names no source that can count", hint='Write use = ["pubmed"] under [sources].')
    lines: list[dict[str, Any]] = []
    failures: list[SourceError] = []
    with open_http(sandbox) as http:
        for source in sources:
            search = make(loaded, source.info, window=window, kind="run", on=on, as_of=as_of)
            try:
                _count(source, search, http, lines)
            except SourceError as error:
                failures.append(error)
                done = {line["number"] for line in lines if line["source"] == source.info.name}
                lines.extend(_row(source, line, None) for line in search.lines if line.number not in done)
    if as_json:
        errors = [{"source": each.source, "message": str(each), "hint": each.hint} for each in failures]
        emit_json({"lines": lines, "errors": errors})
    else:
        _print(lines)
    for failure in failures:
        say(f"error: {failure}")
        say(f"hint: {failure.hint}")
    return failures[0].exit_code if failures else 0


def _count(source: Source, search: Search, http: Http, lines: list[dict[str, Any]]) -> None:
    for line, count in source.count_lines(search, http):
        lines.append(_row(source, line, count))


def _row(source: Source, line: Any, count: Any) -> dict[str, Any]:
    return {
        "source": source.info.name,
        "number": line.number,
        "block": line.block,
        "label": line.label,
        "text": line.text,
        "hits": count.hits if count else None,
        "translation": count.translation if count else "",
        "warnings": list(count.warnings) if count else [],
    }


def _print(lines: list[dict[str, Any]]) -> None:
    for name in dict.fromkeys(line["source"] for line in lines):
        click.echo(f"== {name}")
        rows = [
            (line["number"], line["block"], None if line["hits"] is None else f"{line['hits']:,}", _short(line))
            for line in lines
            if line["source"] == name
        ]
        click.echo(table(("line", "block", "hits", "text as sent"), rows, right=("line", "hits")))
    for line in lines:
        for warning in line["warnings"]:
            say(f"warning: {line['source']} line {line['number']}: {warning}")


def _short(line: dict[str, Any], width: int = 90) -> str:
    """A combination by its label, since its text repeats the lines above; a term as it was sent."""
    text = line["text"] or "(cannot be sent alone)"
    if len(text) <= width:
        return str(text)
    return f"[{line['label']}] {text[: width - len(line['label']) - 6]}..." if line["label"] else f"{text[:width]}..."
