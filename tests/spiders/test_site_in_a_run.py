"""A site searched by `run` and `update` like any database, on the sandbox."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from little_site import LittleSite, article

from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.store import open_store
from harvester.strategy import load, read
from harvester.update import update

LITTLE = """
[review]
name = "little"

[[block]]
name = "A"
terms = ["link worker*"]

[sources]
use = ["social-prescribing-network"]
"""
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


def test_an_update_tells_what_changed_and_what_is_gone(tmp_path: Path) -> None:
    """A document with other words has changed, one that is not there has vanished, once; what stays is neither."""
    at = f"/sites/{NAME}/"
    strategy = read(LITTLE, "little.toml")
    pages = {at: article("start", "one", "two", "three", text="Nothing.")}
    pages |= {f"{at}{name}": article(name.title()) for name in ("one", "two", "three")}
    with (
        LittleSite(dict(pages)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        assert run(strategy, store, http, today=date(2022, 1, 1)).said["records"] == 3
        site.pages[at] = article("start", "one", "two", text="Nothing.")
        del site.pages[f"{at}three"]
        site.pages[f"{at}two"] = article("Two", text="Link workers, in other words.")
        second = update(strategy, store, http, today=date(2022, 2, 1)).said
        third = update(strategy, store, http, today=date(2022, 3, 1)).said
        kept = {row[0].removeprefix(HOME) for row in store.rows("select source_id from records")}
    assert [each["source_id"].removeprefix(HOME) for each in second["changed"]] == ["two"]
    assert [each["source_id"].removeprefix(HOME) for each in second["vanished"]] == ["three"]
    assert (third["changed"], third["vanished"]) == ([], [])
    assert kept == {"one", "two", "three"}


def test_a_site_that_fails_makes_nothing_vanish(tmp_path: Path) -> None:
    """A page that answers with an error leaves the search incomplete: no document has gone."""
    at = f"/sites/{NAME}/"
    strategy = read(LITTLE, "little.toml")
    pages = {at: article("start", "one", "two", text="Nothing."), **{f"{at}{n}": article(n) for n in ("one", "two")}}
    with (
        LittleSite(dict(pages)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        run(strategy, store, http, today=date(2022, 1, 1))
        site.pages[f"{at}two"] = (500, {"Content-Type": "text/html"}, b"")
        report = update(strategy, store, http, today=date(2022, 2, 1))
    assert report.exit_code == 5
    assert report.said["vanished"] == []
