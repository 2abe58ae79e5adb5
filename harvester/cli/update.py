"""`harvester update`: what is new since the last complete run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import (
    Progress,
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
from harvester.cli.tell import feed_option, tell, tell_option
from harvester.errors import HarvesterError, UsageError

if TYPE_CHECKING:
    from harvester.conduct import RunReport
    from harvester.http import Http

_WORST_FIRST = (4, 5, 6, 3, 2, 7, 1)


@click.command("update", cls=SandboxCommand)
@click.argument("strategies", metavar="STRATEGY...", nargs=-1, required=True)
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source of the strategy; repeat.")
@click.option("--full", is_flag=True, help="Search all days again, subtract what is known, say what vanished.")
@day_option("--until", end=True, text="Last day, included (default: today).")
@click.option(
    "--exit-code-on-new",
    type=click.IntRange(8, 125),
    default=None,
    metavar="N",
    help="End with N (8 to 125) instead of 0 when there are new works.",
)
@tell_option
@feed_option
@sandbox_option
@db_option
@json_option
def command(
    *,
    strategies: tuple[str, ...],
    sources: tuple[str, ...],
    full: bool,
    until: date | None,
    exit_code_on_new: int | None,
    tell: tuple[str, ...],
    feed: str | None,
    sandbox: str | None,
    db: str | None,
    as_json: bool,
) -> int:
    """Find what is new since the last complete run.

    Also says what changed, what was retracted and, with --full, what vanished. Several strategies are updated one
    after another, each in its own store; one that fails does not stop the others. Exit codes as `run`.
    """
    from harvester.notify.channels import channel

    if len(strategies) > 1 and (db or feed):
        raise UsageError("one file cannot serve several strategies", hint="Leave --db and --feed out.")
    for each in tell:
        channel(each)  # a misspelt one is said before anything is asked
    options = {"full": full, "until": until, "sources": sources}
    runs: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    codes: list[int] = []
    with open_http(sandbox, until) as http:
        for name in strategies:
            try:
                code, report = _one(name, http, db=db, options=options, channels=tell, feed=feed)
            except HarvesterError as error:
                if len(strategies) == 1:
                    raise
                say(f"error: {name}: {error}")
                say(f"hint: {error.hint}")
                errors.append(
                    {"strategy": name, "message": str(error), "hint": error.hint, "exit_code": error.exit_code}
                )
                codes.append(error.exit_code)
                continue
            runs.append(report.said)
            codes.append(code)
            if not as_json:
                _show(report.said, titled=len(strategies) > 1)
    if as_json:
        emit_json({"runs": runs, "errors": errors} if len(strategies) > 1 else {"runs": runs})
    elif len(strategies) > 1:
        _summary(strategies, runs, errors)
    worst = next((code for code in _WORST_FIRST if code in codes), 0)
    if not worst and exit_code_on_new and any(said["new"] for said in runs):
        return exit_code_on_new
    return worst


def _one(
    name: str, http: Http, *, db: str | None, options: dict[str, Any], channels: tuple[str, ...], feed: str | None
) -> tuple[int, RunReport]:
    from harvester.cli.run_report import notices
    from harvester.store import open_store
    from harvester.strategy import load
    from harvester.update import update

    loaded = load(name)
    progress = Progress()
    with open_store(db_path(db, loaded.name), create=False) as store:
        try:
            report = update(loaded, store, http, progress=progress, **options)
        finally:
            progress.end()
        for line in notices(report.said):
            say(line)
        told, _ = tell(store, report.said, channels, feed)
    return report.exit_code or told, report


def _show(said: dict[str, Any], *, titled: bool) -> None:
    from harvester.cli.run_report import text

    if titled:
        print(f"== {said['strategy']}")
    print(text(said))


def _summary(strategies: tuple[str, ...], runs: list[dict[str, Any]], errors: list[dict[str, Any]]) -> None:
    headers = ("strategy", "state", "new", "changed", "retracted")
    rows: list[tuple[object, ...]] = [
        (said["strategy"], said["state"], said["new"], len(said["changed"]), len(said["retracted"])) for said in runs
    ]
    rows += [(each["strategy"], f"not updated: {each['message']}", None, None, None) for each in errors]
    print(f"\n{len(runs)} of {len(strategies)} strategies updated:")
    print(table(headers, rows, right=headers[2:]))
