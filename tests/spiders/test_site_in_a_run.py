"""A site searched by `run` and `update` like any database, on the sandbox."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.store import open_store
from harvester.strategy import load
from harvester.update import update

NAME = "social-prescribing-network"
HOME = "https://www.socialprescribingnetwork.com/"


def test_offered_and_matched_are_the_truths(tmp_path: Path) -> None:
    """July 2022 and the update of May 2023: what matches is kept, what is offered is told."""
    strategy = load("link-workers")
    first, second = date(2022, 7, 31), date(2023, 5, 31)
    with (
        Sandbox(records=2000, as_of=first) as box,
        Http(Config(), sandbox=box.address) as http,
        open_store(tmp_path / "lw.db") as store,
    ):
        truth = box.truth()
        report = run(strategy, store, http, sources=[NAME], as_of=first)
        (site,) = report.said["sources"]
        kept = {row[0] for row in store.rows("select source_id from records")}
        assert report.exit_code == 0
        assert (site["offered"], site["retrieved"]) == (
            len(truth["sites"][NAME]),
            len(truth["searches"]["2022-07-31"]["sites"][NAME]),
        )
        assert kept == {HOME + path for path in truth["searches"]["2022-07-31"]["sites"][NAME]}
        box.clock = second
        (site,) = update(strategy, store, http, sources=[NAME], until=second).said["sources"]
        new = {row[0] for row in store.rows("select source_id from records")} - kept
        assert new == {HOME + path for path in box.truth()["update"]["new_on_sites"][NAME]}
        assert site["new"] == len(new)
