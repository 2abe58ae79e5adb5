"""`harvester sources`: what can be searched."""

from __future__ import annotations

from typing import Any

import click

from harvester.cli.common import emit_json, json_option, table


@click.command("sources")
@click.argument("name", required=False)
@json_option
def command(*, name: str | None, as_json: bool) -> None:
    """List every source: what it can do, what it needs, whether it is ready.

    Nothing is sent. A source is ready when every credential that it requires is there.
    """
    from harvester.config import load_config
    from harvester.sources import get, names

    config = load_config()
    rows = [_row(get(each), config) for each in ([name] if name else names())]
    if as_json:
        emit_json(rows)
    elif name:
        _print_one(rows[0])
    else:
        cells = [
            (
                row["name"],
                row["label"],
                row["kind"],
                row["dialect"],
                "-" if row["kind"] == "import" else f"{row['per_second']:.2g}",
                _reach(row),
                "by hand"
                if row["kind"] == "import"
                else "yes"
                if row["ready"]
                else "needs " + ", ".join(_missing(row)),
            )
            for row in rows
        ]
        heads = ("name", "label", "kind", "dialect", "a second", "reach", "ready")
        click.echo(table(heads, cells, right=("a second", "reach")))


def _row(source: Any, config: Any) -> dict[str, Any]:
    info = source.info
    credentials = [
        {
            "env": each.env,
            "required": each.required,
            "present": bool(config.get(each.env)),
            "purpose": each.purpose,
        }
        for each in info.credentials
    ]
    keyed = any(each["present"] for each in credentials if each["env"].endswith("KEY"))
    return {
        "name": info.name,
        "label": info.label,
        "kind": info.kind,
        "dialect": info.dialect,
        "windows": [each.value for each in info.windows],
        "reach": info.reach,
        "per_second": info.per_second_with_key if keyed else info.per_second,
        "credentials": credentials,
        "ready": all(each["present"] for each in credentials if each["required"]),
        "docs": info.docs,
        "terms": info.terms,
        "tried": info.tried,
        "route": info.route,
        "first": info.first,
        "matched_here": info.matched_here,
        "paste_at": info.paste_at,
    }


def _reach(row: dict[str, Any]) -> str:
    """How deep the results go, in a word."""
    if row["kind"] == "import":
        return "-"
    if row["first"]:
        return f"first {row['first']:,}"
    return f"{row['reach']:,}" if row["reach"] else "all"


def _missing(row: dict[str, Any]) -> list[str]:
    return [each["env"] for each in row["credentials"] if each["required"] and not each["present"]]


def _print_one(row: dict[str, Any]) -> None:
    click.echo(f"{row['label']} ({row['name']}), {row['kind']}, dialect {row['dialect']}")
    if row["route"]:
        click.echo(f"  route        {row['route']}")
    click.echo(f"  windows by   {', '.join(row['windows']) or 'none'}")
    if row["first"]:
        click.echo(f"  takes        the first {row['first']:,} ranked hits, unless the strategy says otherwise")
    elif row["kind"] != "import":
        beyond = (
            "larger ones are sliced" if row["name"] == "pubmed" else "beyond it the search is incomplete, and says so"
        )
        reach = f"{row['reach']:,} records a search; {beyond}" if row["reach"] else "all"
        click.echo(f"  reach        {reach}")
    if row["paste_at"]:
        click.echo(f"  search at    {row['paste_at']}, then: harvester import FILE --source {row['name']}")
    if row["kind"] != "import":
        click.echo(f"  rate         {row['per_second']:.2g} requests a second")
    for each in row["credentials"]:
        state = "present" if each["present"] else ("MISSING" if each["required"] else "absent, optional")
        click.echo(f"  {each['env']:<12} {state}: {each['purpose']}")
    click.echo(f"  ready        {'yes' if row['ready'] else 'no: set ' + ', '.join(_missing(row))}")
    click.echo(f"  docs         {row['docs']}")
    click.echo(f"  terms        {row['terms']}")
    click.echo(f"  tried        {row['tried']}")
