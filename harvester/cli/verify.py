"""`harvester verify`: is the store sound."""

from __future__ import annotations

from dataclasses import asdict

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, many
from harvester.errors import StoreError


@click.command("verify")
@db_option
@json_option
def command(db: str | None, as_json: bool) -> int:
    """Check the store: hashes, counts, orphans.

    Reads every kept answer and record. Ends with 6 when something is wrong.
    """
    from harvester.store import open_store
    from harvester.store.check import problems

    with open_store(db_path(db), write=False) as store:
        found = list(problems(store))
        path = store.path
    if as_json:
        emit_json({"problems": [asdict(problem) for problem in found]})
    else:
        for problem in found:
            print(f"{problem.kind}: {problem.what}")
        print(f"{path}: {many(len(found), 'problem')}." if found else f"{path} is sound.")
    return StoreError.exit_code if found else 0
