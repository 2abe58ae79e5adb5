"""`harvester count`: the librarian's numbered table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import (
    SandboxCommand,
    day_option,
    db_option,
    db_path,
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
@click.option(
    "--against",
    metavar="FILE|RUN",
    default="",
    help="Show what has changed since: an earlier `count --json` (line by line) or a run in --db (its totals).",
)
@sandbox_option
@db_option
@json_option
def command(
    *,
    strategy: str,
    only: tuple[str, ...],
    since: date | None,
    until: date | None,
    by: str | None,
    as_of: date | None,
    against: str,
    sandbox: str | None,
    db: str | None,
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
    before = _before(against, db, loaded.name) if against else None
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
    with open_http(sandbox, as_of) as http:
        for source in sources:
            search = make(loaded, source.info, window=window, kind="run", on=on, as_of=as_of)
            try:
                _count(source, search, http, lines)
            except SourceError as error:
                failures.append(error)
                done = {line["number"] for line in lines if line["source"] == source.info.name}
                lines.extend(_row(source, line, None) for line in search.lines if line.number not in done)
    if before is not None:
        for line in lines:
            line["was"] = before.get((line["source"], line["text"]))
    if as_json:
        errors = [{"source": each.source, "message": str(each), "hint": each.hint} for each in failures]
        emit_json({"lines": lines, "errors": errors})
    else:
        _print(lines, drift=before is not None)
        if before is not None:
            _say_drift(lines)
    for failure in failures:
        say(f"error: {failure}")
        say(f"hint: {failure.hint}")
    return failures[0].exit_code if failures else 0


def _before(against: str, db: str | None, name: str) -> dict[tuple[str, str], int]:
    """The hits of an earlier count, by source and text as sent: a line whose text has changed has none."""
    import json

    from harvester.errors import UsageError
    from harvester.store import open_store

    if against.isdigit():
        with open_store(db_path(db, name), write=False) as store:
            sql = "select source, text, reported from searches where run_id = ? and state = 'complete'"
            rows = [(row["source"], row["text"], row["reported"]) for row in store.rows(sql, (int(against),))]
        if not rows:
            raise UsageError(f"run {against} has no complete search", hint="`harvester history` lists the runs.")
    else:
        try:
            data = json.loads(Path(against).read_text(encoding="utf-8"))
            rows = [(line["source"], line["text"], line["hits"]) for line in data["lines"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{against} is no earlier count: {error}",
                hint="Keep one with `harvester count STRATEGY --json > FILE`.",
            ) from None
    return {(source, text): hits for source, text, hits in rows if hits is not None and text}


def _say_drift(lines: list[dict[str, Any]]) -> None:
    """Lines that find less than they did, and how much of the table could be compared at all."""
    known = [line for line in lines if line["was"] is not None and line["hits"] is not None]
    for line in known:
        if line["hits"] < line["was"]:
            say(f"{line['source']} line {line['number']} finds {line['hits']:,}, where it found {line['was']:,}")
    say(f"{len(known)} of {len(lines)} lines were sent as they were then; the others have nothing to be compared with")


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


def _print(lines: list[dict[str, Any]], *, drift: bool = False) -> None:
    head = ("line", "block", "hits", *(("was",) if drift else ()), "text as sent")
    for name in dict.fromkeys(line["source"] for line in lines):
        click.echo(f"== {name}")
        rows = [
            (line["number"], line["block"], _number(line["hits"]), *_drift(line, show=drift), _short(line))
            for line in lines
            if line["source"] == name
        ]
        click.echo(table(head, rows, right=("line", "hits", "was")))
    for line in lines:
        for warning in line["warnings"]:
            say(f"warning: {line['source']} line {line['number']}: {warning}")


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


def _drift(line: dict[str, Any], *, show: bool) -> tuple[str | None, ...]:
    return (_number(line["was"]),) if show else ()


def _short(line: dict[str, Any], width: int = 90) -> str:
    """A combination by its label, since its text repeats the lines above; a term as it was sent."""
    text = line["text"] or "(cannot be sent alone)"
    if len(text) <= width:
        return str(text)
    return f"[{line['label']}] {text[: width - len(line['label']) - 6]}..." if line["label"] else f"{text[:width]}..."
