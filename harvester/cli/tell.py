"""`harvester tell`: a run's message, shown or sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say
from harvester.errors import HarvesterError, UsageError

if TYPE_CHECKING:
    from harvester.store import Store


def tell_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--tell WHERE`, repeatable. The parameter is `tell`."""
    return click.option(
        "--tell",
        multiple=True,
        metavar="WHERE",
        help="Tell what came of it: email:ADDRESS, slack, teams, webhook, github, apprise, file:PATH; repeat.",
    )(function)


def feed_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--feed FILE`. The parameter is `feed`."""
    return click.option("--feed", metavar="FILE", default=None, help="Write an Atom feed of new works.")(function)


@click.command("tell")
@click.option("--run", "number", type=int, default=None, help="Which run (default: the newest run or update).")
@click.option("--to", "channels", multiple=True, metavar="WHERE", help="As --tell of update; repeat.")
@feed_option
@click.option("--dry-run", is_flag=True, help="Show each message, send none.")
@db_option
@json_option
def command(
    *, number: int | None, channels: tuple[str, ...], feed: str | None, dry_run: bool, db: str | None, as_json: bool
) -> int:
    """Tell people what a run came to: mail, Slack, Teams, webhook, GitHub, a feed.

    Without --to the message is printed. Addresses and passwords come from the environment (docs/updates.md).
    """
    from harvester.conduct import included_first
    from harvester.notify.channels import channel, preview
    from harvester.notify.news import gather
    from harvester.notify.say import plain, text
    from harvester.store import open_store
    from harvester.store.read import last_run
    from harvester.store.summary import report

    wanted = [channel(each) for each in channels]
    with open_store(db_path(db), write=False) as store:
        run = number if number is not None else last_run(store, "run", "update")
        if run is None or store.value("select count(*) from runs where id = ?", (run,)) == 0:
            raise UsageError(f"there is no such run in {store.path}", hint="`harvester history` lists the runs.")
        said = included_first(store, report(store, run))
        news = gather(store, said)
        code = 0
        sent: list[str] = []
        if not dry_run:
            code, sent = tell(store, said, channels, feed)
    if as_json:
        emit_json({**plain(news), "sent": sent})
    elif dry_run and wanted:
        for each in wanted:
            print(f"== {each}\n{preview(each, news)}")
    elif not channels:
        print(text(news), end="")
    return code


def tell(
    store: Store, said: dict[str, Any], channels: Sequence[str], feed_file: str | None, files: Sequence[str] = ()
) -> tuple[int, list[str]]:
    """Send a run's message everywhere; returns the exit code (0, or the first failure's) and where it got to.

    One way that fails does not keep the message from the others; each failure is said.
    """
    if not channels and not feed_file:
        return 0, []
    from harvester.config import Config
    from harvester.notify import channel, feed, gather, send

    code, sent = 0, []
    news = gather(store, said, files)
    config = Config.load()
    for spec in channels:
        try:
            where = channel(spec)
            send(where, news, config)
            sent.append(str(where))
        except HarvesterError as error:
            say(f"error: {error}")
            say(f"hint: {error.hint}")
            code = code or error.exit_code
    if feed_file:
        entries = feed(store, said["strategy"], Path(feed_file))
        say(f"{feed_file}: {entries} new works of the updates so far.")
        sent.append(feed_file)
    return code, sent
