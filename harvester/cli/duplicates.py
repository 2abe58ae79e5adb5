"""`harvester duplicates`: the uncertain pairs, and decisions by hand."""

from __future__ import annotations

import json
from typing import Any

import click

from harvester.cli.common import counted, db_option, db_path, emit_json, json_option, say
from harvester.errors import UsageError


@click.command("duplicates")
@click.option(
    "--decide",
    nargs=3,
    metavar="A B same|different",
    default=None,
    help="Decide two records (their numbers) by hand; no rerun overwrites it.",
)
@click.option("--undo", type=int, metavar="N", default=None, help="Take decision N back.")
@click.option(
    "--related", is_flag=True, help="List preprints, protocols, abstracts, corrections, comments and older versions."
)
@db_option
@json_option
def command(
    decide: tuple[str, str, str] | None, undo: int | None, related: bool, db: str | None, as_json: bool
) -> None:
    """List uncertain pairs, and decide them by hand."""
    from harvester import works
    from harvester.related import listed
    from harvester.store import decisions, open_store

    change = decide is not None or undo is not None
    with open_store(db_path(db), write=change, create=False) as store:
        if undo is not None:
            works.undo(store, undo)
            say(f"Decision {undo} is undone.")
        if decide is not None:
            number = works.decide(store, _number(decide[0]), _number(decide[1]), decide[2], by=_who())
            say(f"Decision {number} is kept; take it back with --undo {number}.")
        pairs = [_pair(row) for row in decisions.uncertain(store)]
        standing = [dict(row) for row in decisions.standing(store)]
        relations = [] if change and not as_json else listed(store)
        broken = works.conflicts(store)
    if as_json:
        emit_json({"pairs": pairs, "decisions": standing, "conflicts": list(broken), "related": relations})
        return
    if related:
        for each in relations:
            perhaps = "" if each["sure"] else "perhaps "
            print(f"{perhaps}{each['relation']}: {each['companion_title']}")
            print(f"    of {each['main_title']}; {each['why']}")
        print(f"{counted(len(relations), 'relation')} between works; `harvester export --fold` shows sure ones as one.")
        return
    for pair in pairs:
        print(f"{pair['a']['record']} {pair['b']['record']}  {pair['score']:.2f}  {'; '.join(pair['reasons'])}")
        for end in (pair["a"], pair["b"]):
            print(f"    {end['source']} {end['source_id']}: {end['title']} ({end['journal'] or '-'}, {end['year']})")
    for row in standing:
        contradicted = "; not followed, since later ones contradict it" if row["id"] in broken else ""
        said = f"{row['record_a']} {row['record_b']} {row['verdict']}"
        print(f"decision {row['id']}: {said} (by {row['decided_by']}, {row['decided_at'][:10]}){contradicted}")
    print(f"{counted(len(pairs), 'uncertain pair')}, {counted(len(standing), 'decision')} by hand.")
    if relations:
        say(f"{counted(len(relations), 'relation')} between works: --related lists them.")


def _pair(row: dict[str, Any]) -> dict[str, Any]:
    ends = {
        end: {
            "record": row[f"record_{end}"],
            "source": row[f"source_{end}"],
            "source_id": row[f"source_id_{end}"],
            "title": row[f"title_{end}"],
            "year": row[f"year_{end}"],
            "journal": row[f"journal_{end}"],
        }
        for end in ("a", "b")
    }
    return {**ends, "score": row["score"], "reasons": json.loads(row["reasons"]), "relation": row["relation"]}


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no record number", hint="`harvester duplicates` lists pairs with their numbers."
        ) from None


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
