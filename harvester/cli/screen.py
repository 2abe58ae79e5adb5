"""`harvester screen`: take in decisions from a screening tool."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say, table

if TYPE_CHECKING:
    from harvester.screening import Taken

# Written out here so that --help imports nothing; tests/screening holds them against the program's own.
TOOLS = ("rayyan", "covidence", "asreview", "eppi", "endnote", "zotero", "csv")
VERDICTS = ("include", "exclude", "maybe", "not-retrieved")


@click.command("screen")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--stage",
    type=click.Choice(("title-abstract", "full-text")),
    default="title-abstract",
    show_default=True,
    help="What the decisions are about.",
)
@click.option("--by", "reviewer", metavar="NAME", default="", help="Who decided, where the file names nobody.")
@click.option("--from", "tool", type=click.Choice(TOOLS), default=None, help="The tool (default: found out).")
@click.option("--column", metavar="NAME", default="", help="The column that holds the decision.")
@click.option(
    "--decision", type=click.Choice(VERDICTS), default=None, help="Say this of every record: for one file a group."
)
@click.option("--reason", metavar="TEXT", default="", help="Why, with --decision exclude.")
@db_option
@json_option
def command(
    *,
    files: tuple[Path, ...],
    stage: str,
    reviewer: str,
    tool: str | None,
    column: str,
    decision: str | None,
    reason: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Take in screening decisions, matched to works.

    From Rayyan, Covidence, ASReview, EPPI-Reviewer, EndNote groups, Zotero tags or any table. The reviewer
    `consensus` settles conflicts. Nothing kept before is overwritten.
    """
    from harvester.screening import take
    from harvester.store import open_store

    taken = []
    with open_store(db_path(db), create=False) as store:
        for file in files:
            taken.append(
                take(
                    store,
                    file,
                    stage=stage,
                    reviewer=reviewer,
                    tool=tool or "",
                    column=column,
                    decision=decision or "",
                    reason=reason,
                )
            )
    if as_json:
        emit_json(
            {
                "files": [asdict(each) for each in taken],
                "decided": sum(each.decided for each in taken),
                "unmatched": [{"file": each.file, **asdict(one)} for each in taken for one in each.unmatched],
            }
        )
        return
    for each in taken:
        _print(each)


def _print(taken: Taken) -> None:
    rows = list(taken.verdicts.items())
    rows += [(f"  {reason}", count) for reason, count in taken.reasons.items()]
    click.echo(table((f"{taken.file} ({taken.tool}, {taken.stage})", "decisions"), rows, right=("decisions",)))
    click.echo(
        f"\n{taken.decided:,} of {taken.records:,} records decided, {taken.works:,} works found for them; "
        f"{taken.kept:,} decisions are new, {taken.unchanged:,} stood already."
    )
    for warning in taken.warnings:
        say(f"note: {warning}")
    for one in taken.unmatched:
        number = one.doi or one.pmid or f"record {one.position}"
        say(f"unmatched: {number}: {one.title or '[no title]'} ({one.verdict}): {one.why}")
    for outcome in taken.conflicts:
        votes = ", ".join(f"{name or 'unnamed'}: {verdict}" for name, verdict in outcome.votes)
        say(f"conflict: work {outcome.work}: {votes}")
    for work in taken.twice:
        say(f"twice: work {work} is decided in two ways in {taken.file}; the later one stands")
