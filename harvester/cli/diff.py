"""`harvester diff`: what differs between two runs."""

from __future__ import annotations

from typing import Any

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say, table
from harvester.cli.history import COUNTED


@click.command("diff")
@click.argument("one", type=int, metavar="RUN")
@click.argument("other", type=int, metavar="RUN")
@db_option
@json_option
def command(one: int, other: int, db: str | None, as_json: bool) -> None:
    """Say what differs between two runs: strategy, counts per line, records.

    Records are compared by what each run found, and by what they said then.
    """
    from harvester.diff import diff
    from harvester.store import open_store

    with open_store(db_path(db), write=False) as store:
        found = diff(store, one, other)
    if as_json:
        emit_json(found)
        return
    for name in found["incomparable"]:
        say(f"note: {name} is not complete in both runs: what one of them lacks may be there")
    _print(found)


def _print(found: dict[str, Any]) -> None:
    one, other = (f"run {number}" for number in found["runs"])
    for change in found["strategy"]["changes"]:
        print(f"strategy: {change}")
    rows = [(each["name"], "", "all", COUNTED[True], *each["reported"]) for each in found["sources"]]
    for line in found["lines"]:
        by_server = any(count is not None for count in line["hits"])
        counts = line["hits"] if by_server else line["answered"]
        if any(count is not None for count in counts):
            rows.append((line["source"], line["block"], line["label"], COUNTED[by_server], *counts))
    print(table(("source", "block", "line", "counted", one, other), rows, right=(one, other)))
    records = found["records"]
    for name, mark in (("added", "+"), ("gone", "-"), ("changed", "~")):
        for each in records[name]:
            what = f" ({', '.join(each['what'])})" if "what" in each else ""
            print(f"{mark} {each['source']} {each['source_id']}: {each['title']}{what}")
    print(f"{len(records['added'])} added, {len(records['gone'])} gone, {len(records['changed'])} changed.")
