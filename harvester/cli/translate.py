"""`harvester translate`: a strategy in a database's own language."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import day_option, db_option, emit_json, json_option, say

if TYPE_CHECKING:
    from collections import Counter

    from harvester.dialects.translate import Outcome


@click.command("translate")
@click.argument("strategy")
@click.option("--to", "target", metavar="DIALECT", required=True, help="A database's language, or all.")
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@day_option("--on", text="By the rules of this day (default: the strategy's own date, else today).")
@click.option("--limits/--no-limits", default=False, help="With the strategy's limits (default: its blocks alone).")
@click.option(
    "--vocabulary",
    metavar="FILE",
    default="",
    help="Where a database cannot truncate, write words of this file out: a list (.txt, one a line) or any records.",
)
@click.option("--expand-from-store", is_flag=True, help="The same with the words of the records in --db.")
@db_option
@json_option
def command(
    *,
    strategy: str,
    target: str,
    language: str,
    on: date | None,
    limits: bool,
    vocabulary: str,
    expand_from_store: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Say a strategy in a database's own language, and what was lost."""
    from harvester.dialects import get, names
    from harvester.dialects.translate import translate_all
    from harvester.strategy import load

    wanted = names() if target == "all" else (target,)
    for name in wanted:
        get(name)
    loaded = load(strategy, language)
    words: Counter[str] | None = None
    if vocabulary:
        words = _words_of_file(vocabulary)
    if expand_from_store:
        words = (words or _no_words()) + _words_of_store(db, loaded.name)
    outcomes = translate_all(loaded, wanted, on=on, limits=limits, vocabulary=words)
    if target != "all" and outcomes[0].error is not None:
        raise outcomes[0].error
    out = [_row(outcome) for outcome in outcomes]
    if as_json:
        emit_json(out)
        return
    for made in out:
        if len(out) > 1:
            click.echo(f"== {made['dialect']}: {get(made['dialect']).label}")
        click.echo(made["text"])
        for loss in made["losses"]:
            say(f"{made['dialect']}: {loss['kind']}: {loss['what']}: {loss['why']}")


def _row(outcome: Outcome) -> dict[str, Any]:
    if outcome.translation is None:
        assert outcome.error is not None
        why = f"{outcome.error.bare_message} {outcome.error.hint}"
        lost = {"kind": "dropped", "what": "the whole search", "why": why}
        return {"dialect": outcome.dialect, "text": "", "queries": [], "losses": [lost], "failed": True}
    made = outcome.translation
    losses = [{"kind": loss.kind.value, "what": loss.what, "why": loss.why} for loss in made.losses]
    return {"dialect": made.dialect, "text": made.text, "queries": list(made.queries), "losses": losses}


def _no_words() -> Counter[str]:
    from collections import Counter

    return Counter()


def _words_of_file(file: str) -> Counter[str]:
    from harvester import formats
    from harvester.dialects.vocabulary import read_list, words_of
    from harvester.errors import UsageError

    path = Path(file)
    if path.suffix.lower() != ".txt":
        return words_of(f"{record.title}\n{record.abstract_text}" for record in formats.read(path))
    try:
        return read_list(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error}", hint="Write one word a line, in UTF-8.") from None


def _words_of_store(db: str | None, name: str) -> Counter[str]:
    from harvester.cli.common import db_path
    from harvester.dialects.vocabulary import words_of
    from harvester.store import each_record, open_store

    with open_store(db_path(db, name), write=False) as store:
        return words_of(f"{record.title}\n{record.abstract_text}" for _, record in each_record(store))
