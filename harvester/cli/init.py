"""`harvester init NAME`: a commented strategy file, ready to fill."""

from __future__ import annotations

import re
from pathlib import Path

import click

from harvester.cli.common import emit_json, json_option, say
from harvester.errors import UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\Z")


@click.command("init")
@click.argument("name")
@json_option
def command(name: str, as_json: bool) -> None:
    """Start a review: a commented strategy file, ready to fill.

    NAME is lower-case words joined by `-`; NAME.toml is written in the current folder and nothing is overwritten.
    """
    from importlib import resources

    name = name.removesuffix(".toml")
    if not _NAME.match(name):
        raise UsageError(
            f"{name!r} is not a review's name", hint="Use lower-case words joined by '-': falls-prevention."
        )
    target = Path(f"{name}.toml")
    text = resources.files("harvester.queries").joinpath("template.toml").read_text(encoding="utf-8")
    text = text.replace('name = "template"', f'name = "{name}"').replace("NAME", name)
    try:
        with target.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(f"{target} is there already", hint="Choose another name, or edit that file.") from None
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}", hint="Try another folder.") from error
    if as_json:
        emit_json({"files": [str(target)]})
    else:
        click.echo(str(target))
        say(f"Fill in {target}, then: harvester check {target}")
