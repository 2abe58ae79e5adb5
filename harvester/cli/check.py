"""`harvester check`: lint a strategy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.common import day_option, emit_json, json_option, say, table

if TYPE_CHECKING:
    from harvester.strategy import Strategy


@click.command("check")
@click.argument("strategy")
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@click.option(
    "--for", "only", metavar="DIALECT", multiple=True, help="Check for this database (default: its sources')."
)
@day_option("--on", text="By the rules of this day (default: the strategy's own date, else today).")
@click.option("--fix", "mend", is_flag=True, help="Mend in the file what can be without changing the search.")
@click.option("--press", metavar="OUT.md", default="", help="Write a page to peer-review the search by (PRESS).")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    strategy: str,
    language: str,
    only: tuple[str, ...],
    on: date | None,
    *,
    mend: bool,
    press: str,
    as_json: bool,
) -> None:
    """Lint a strategy for every dialect it is meant for.

    Ends with exit code 3 when an error is found.
    """
    from harvester import lint
    from harvester.dialects import get
    from harvester.strategy import load

    loaded = load(strategy, language)
    if mend:
        loaded = _mended(loaded, language)
    for name in only:
        get(name)
    dialects = only or meant_for(loaded.sources, loaded)
    messages = lint.check(loaded, dialects, loaded.rules_date(on, datetime.now(UTC).date()))
    if press:
        from harvester.formats import replacing
        from harvester.lint.press import press as page

        with replacing(Path(press)) as out:
            out.write(page(loaded, messages).encode())
        say(f"{press}: a page for a peer review; it is not one")
    if as_json:
        emit_json(
            [
                {
                    "code": message.code,
                    "severity": message.severity,
                    "message": message.message,
                    "line": message.line,
                    "column": message.column,
                    "dialect": message.dialect,
                    "suggestion": message.suggestion,
                }
                for message in messages
            ]
        )
    elif messages:
        rows = [
            (
                f"{found.line}:{found.column}" if found.line else "-",
                found.severity,
                found.code,
                found.dialect or "all",
                found.message + (f". {found.suggestion}" if found.suggestion else ""),
            )
            for found in messages
        ]
        click.echo(table(("place", "severity", "rule", "dialect", "what"), rows))
    errors = sum(found.severity == "error" for found in messages)
    say(f"{loaded.path}: {len(messages)} findings, {errors} of them errors, for {', '.join(dialects) or 'no database'}")
    if errors:
        ctx.exit(3)


def _mended(strategy: Strategy, language: str) -> Strategy:
    """The strategy with its file mended; written whole or not at all."""
    from collections import Counter
    from importlib import resources

    from harvester.errors import UsageError
    from harvester.formats import replacing
    from harvester.lint.fix import fix
    from harvester.strategy import load

    path = Path(strategy.path)
    own = Path(str(resources.files("harvester.queries"))).resolve()
    if not path.is_file() or (path.resolve().parent == own and Path("queries").resolve() != own):
        raise UsageError(f"{strategy.path} came with the program", hint="Copy it here first, and mend the copy.")
    text, edits = fix(strategy)
    if not edits:
        return strategy
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    with replacing(path) as out:
        out.write(mark + text.encode())
    counts = Counter(edit.code for edit in edits)
    what = ", ".join(code if number == 1 else f"{code} ({number})" for code, number in counts.items())
    say(f"{strategy.path}: {len(edits)} mended: {what}")
    return load(path, language)


def meant_for(sources: tuple[str, ...], strategy: object) -> tuple[str, ...]:
    """The languages of a strategy's sources, each once; PubMed's where it names none."""
    from harvester.dialects import NAMES
    from harvester.errors import UsageError
    from harvester.sources import get as source
    from harvester.strategy import Strategy

    assert isinstance(strategy, Strategy)
    found: list[str] = []
    for name in sources:
        dialect = strategy.source(name).dialect
        if not dialect:
            try:
                dialect = source(name, strategy.sites).info.dialect
            except UsageError as error:
                say(f"warning: {error} {error.hint}")
                continue
        if dialect in NAMES:
            found.append(dialect)
    return tuple(dict.fromkeys(found)) or ("pubmed",)
