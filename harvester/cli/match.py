"""`harvester match`: a strategy on any records, here."""

from __future__ import annotations

import click

from harvester.cli.common import emit_json, json_option, say, table


@click.command("match")
@click.argument("strategy")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@click.option(
    "-o", "--output", metavar="OUT", default="", help="Write the records that match (.ris, .jsonl, .csv ...)."
)
@json_option
def command(strategy: str, files: tuple[str, ...], language: str, output: str, *, as_json: bool) -> None:
    """Evaluate a strategy locally on any records.

    Says which match, and which line found each.
    """
    from harvester import formats
    from harvester.match import Matcher, Tally
    from harvester.record import Record
    from harvester.strategy import load

    tally = Tally(Matcher(load(strategy, language)))
    kept: list[Record] = []
    for file in files:
        for record in formats.read(file):
            if tally.add(record) and output:
                kept.append(record)
    if output:
        formats.write(output, kept)
    unknown = tally.matcher.unknown
    if as_json:
        lines = [
            {"number": line.number, "block": line.block, "text": line.text, "hits": line.hits, "unique": line.unique}
            for line in tally.lines()
        ]
        emit_json({"records": tally.records, "matched": tally.matched, "lines": lines, "unknown": list(unknown)})
    else:
        rows = [(line.number, line.block, line.text, line.hits, line.unique) for line in tally.lines()]
        click.echo(table(("line", "block", "text", "hits", "unique"), rows, right=("line", "hits", "unique")))
    for sentence in unknown:
        say(f"not known here: {sentence}")
    say(f"{tally.matched:,} of {tally.records:,} records match.")
