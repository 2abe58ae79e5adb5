"""What the verbs share: options, and how things are said. Data to stdout, messages to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harvester.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from harvester.http import Http

F = TypeVar("F", bound=Callable[..., Any])

START = "start"  # the value of a bare --sandbox: start one for this call


def json_option(function: F) -> F:
    """`--json`: one JSON document on stdout instead of text. The parameter is `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def db_option(function: F) -> F:
    """`--db FILE`, also taken from before the verb. The parameter is `db` (None: beside the strategy)."""
    return click.option(
        "--db",
        metavar="FILE",
        default=None,
        callback=_db_from_group,
        help="The review's SQLite file (default: <strategy name>.db).",
    )(function)


def _db_from_group(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is None and isinstance(ctx.obj, dict):
        found: str | None = ctx.obj.get("db")
        return found
    return value


def sandbox_option(function: F) -> F:
    """`--sandbox [URL]`: send every source to a sandbox. The parameter is `sandbox` (None, START or an address).

    Use `SandboxCommand` as the command's class, so that a bare `--sandbox` may stand before the strategy.
    """
    return click.option(
        "--sandbox",
        is_flag=False,
        flag_value=START,
        default=None,
        metavar="[URL]",
        help="Ask a sandbox instead of the sources' owners; without an address one is started for the call.",
    )(function)


class SandboxCommand(click.Command):
    """A command whose `--sandbox` takes the next word only when that is an address."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put START after a bare `--sandbox`."""
        spelled = []
        for place, word in enumerate(args):
            spelled.append(word)
            following = args[place + 1] if place + 1 < len(args) else ""
            if word == "--sandbox" and not following.startswith(("http://", "https://")):
                spelled[-1] = f"--sandbox={START}"
        return super().parse_args(ctx, spelled)


def day_option(*names: str, end: bool = False, text: str = "") -> Callable[[F], F]:
    """An option that takes a day, a month or a year and gives a date: its first day, or with `end` its last."""

    def parse(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Any:
        from harvester.window import first_day, last_day

        if value is None:
            return None
        return last_day(value) if end else first_day(value)

    return click.option(*names, metavar="DATE", default=None, callback=parse, help=text)


@contextmanager
def open_http(sandbox: str | None, as_of: date | None = None) -> Iterator[Http]:
    """The HTTP client of a call: to the sources' owners, to a sandbox, or to one started for the call.

    A sandbox started for the call stands on the day `as_of`, where it is given.
    """
    from harvester.config import Config
    from harvester.http import Http

    config = Config.load()
    if sandbox is None:
        with Http(config) as http:
            yield http
    elif sandbox == START:
        from harvester.sandbox import Sandbox

        with Sandbox(as_of=as_of) as server, Http(config, sandbox=server.address) as http:
            yield http
    else:
        with Http(config, sandbox=sandbox) as http:
            yield http


def db_path(db: str | None, strategy_name: str = "") -> Path:
    """The store's file: `db` if given, else `<strategy name>.db` in the current folder, else the only *.db there.

    Raises UsageError when neither a strategy nor a single file tells which.
    """
    if db:
        return Path(db)
    if strategy_name:
        return Path(f"{strategy_name}.db")
    here = sorted(Path().glob("*.db"))
    if len(here) == 1:
        return here[0]
    found = ", ".join(path.name for path in here) or "none"
    raise UsageError(f"which store? *.db files here: {found}", hint="Name it with --db FILE.")


def names(text: str) -> tuple[str, ...]:
    """The names in a list joined by commas."""
    return tuple(filter(None, map(str.strip, text.split(","))))


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it should be: "1 work", "2 works"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def emit_json(value: Any) -> None:
    """One JSON document on stdout; dates become ISO text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(text: str) -> None:
    """A message for people, on stderr."""
    click.echo(text, err=True)


def many(number: int, noun: str) -> str:
    """A number of things: "1 record", "1,200 records"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class Progress:
    """Progress on stderr: one line rewritten on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self._width = 0

    def __call__(self, text: str) -> None:
        """Show `text` in place of what stood there."""
        if self.live:
            click.echo("\r" + text.ljust(self._width), nl=False, err=True)
            self._width = len(text)

    def end(self) -> None:
        """Clear the line."""
        if self.live and self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """Rows as aligned text under their headers; columns named in `right` are aligned right. None shows as `-`."""
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [list(headers), *cells]) for place in range(len(headers))]

    def line(row: Sequence[str]) -> str:
        parts = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(headers, row, widths, strict=True)
        ]
        return "  ".join(parts).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(list(headers)), rule, *(line(row) for row in cells)])
