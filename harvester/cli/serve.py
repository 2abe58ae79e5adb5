"""`harvester serve`: the store in the browser."""

from __future__ import annotations

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes any free one.")
@click.option("--open", "open_", is_flag=True, help="Open the page for uncertain duplicates in the browser.")
@db_option
@json_option
def command(*, port: int, open_: bool, db: str | None, as_json: bool) -> None:
    """Show the store in the browser, with the page for uncertain pairs.

    On the loopback address only (needs harvester[ui]). Prints two addresses: the store, and the page where
    duplicates are decided, which holds a token without which nothing can be written.
    """
    from harvester.ui import serve

    server = serve(db_path(db), port=port)
    if as_json:
        emit_json({"address": server.address, "entrance": server.entrance, "searchable": server.searchable})
    else:
        click.echo(server.address)
        click.echo(server.entrance)
    if not server.searchable:
        say("This SQLite has no FTS5: records can be filtered, but not searched in full text.")
    say("Serving until Ctrl-C.")
    if open_:
        click.launch(server.entrance)
    server.run()
