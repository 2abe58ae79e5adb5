"""`harvester schedule`: what to install so that updates run by themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harvester.cli.common import emit_json, json_option, say


@click.command("schedule")
@click.argument("strategy")
@click.option(
    "--print",
    "kind",
    type=click.Choice(["cron", "systemd", "github", "windows"]),
    required=True,
    help="For which scheduler.",
)
@click.option(
    "--every", type=click.Choice(["day", "week", "month"]), default="week", show_default=True, help="How often."
)
@click.option("--hour", type=click.IntRange(0, 23), default=3, show_default=True, help="Hour of the day (GitHub: UTC).")
@click.option("--tell", multiple=True, metavar="WHERE", help="As --tell of update; repeat.")
@click.option("--full", is_flag=True, help="Search all days each time.")
@json_option
def command(
    *, strategy: str, kind: str, every: str, hour: int, tell: tuple[str, ...], full: bool, as_json: bool
) -> None:
    """Print what to install so that updates run by themselves; installs nothing.

    Keys are never written into it: they are read from .env or from the service's own secrets.
    """
    from harvester.notify.channels import channel
    from harvester.schedule import Job, parts
    from harvester.strategy import load

    words = ["--full"] if full else []
    for each in tell:
        words += ["--tell", str(channel(each))]
    file = Path(strategy)
    job = Job(
        strategy=str(file.resolve()) if file.is_file() else strategy,
        name=load(strategy).name,
        command=(sys.executable, "-m", "harvester"),
        folder=Path.cwd(),
        every=every,
        hour=hour,
        words=tuple(words),
    )
    made = parts(job, kind)
    if as_json:
        emit_json({"files": [{"file": part.file, "text": part.text, "steps": list(part.steps)} for part in made]})
        return
    for part in made:
        say(f"# {part.file}")
        print(part.text, end="" if part is made[-1] else "\n")
    for part in made:
        for step in part.steps:
            say(f"# then: {step}")
