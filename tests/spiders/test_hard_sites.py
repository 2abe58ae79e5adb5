"""The three named sites of the sandbox, made hard to crawl: every document once, none from where robots.txt forbids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from harvester.config import Config
from harvester.crawl import Limits
from harvester.errors import Incomplete
from harvester.http import Http
from harvester.match import Matcher
from harvester.sandbox import Sandbox
from harvester.sandbox.sites import SITES as PLAYED
from harvester.search import Search
from harvester.sources.base import Page
from harvester.sources.site import SITES, Site
from harvester.strategy import load

NAMES = ("nasp", "oxford-sprn", "social-prescribing-network")
BUDGET = Limits(pages=120, seconds=120, timeout=10)


@pytest.fixture(scope="module")
def library() -> Iterator[Sandbox]:
    """A sandbox with every trap, on the day of the update."""
    with Sandbox(records=1000, as_of=date(2023, 5, 31), traps=True) as running:
        yield running


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_found_once_and_none_from_forbidden_places(library: Sandbox, name: str) -> None:
    """What is found, what matches, what was asked: held against the truth and the server's own log."""
    library.clear_requests()
    source, search = Site(name, BUDGET), Search(name, "generic", "x", "x")
    records = []
    with Http(Config(), sandbox=library.address) as http:
        count = source.count(search, http)
        stream = source.pages(search, http)
        for page in _until_the_end(stream, stops=name == "oxford-sprn"):
            records += [source.record(item) for item in source.items(page)]
    truth: dict[str, dict[str, Any]] = {SITES[name].home + d["path"]: d for d in library.truth()["sites"][name]}
    found = Counter(record.source_id for record in records)
    assert found == Counter(truth.keys())
    assert count.hits == len(truth)
    for record in records:
        said = truth[record.source_id]
        assert (record.title, record.published.iso) == (
            said["title"].replace("\u2011", "-") if said["metadata"] == "pdf" else said["title"],
            said["published"],
        )
    matcher = Matcher(load("link-workers"))
    matched = {record.source_id for record in records if matcher.matches(source.in_full(record))}
    assert matched == {url for url, said in truth.items() if said["matches"]}
    asked = [request["path"] for request in library.requests]
    closed = tuple(f"/sites/{name}/{part}" for part in PLAYED[name].closed)
    assert not [path for path in asked if path.startswith(closed)]
    assert all(path == "/robots.txt" or path.startswith(f"/sites/{name}/") for path in asked)
    assert not [path for path in asked if re.search(r"/events/|;jsessionid", path)]
    assert len(asked) <= BUDGET.pages
    assert asked[0] == "/robots.txt"
    by_page = Counter((request["path"], str(request["params"])) for request in library.requests)
    again = {path for (path, _), times in by_page.items() if times > 1}
    assert {path for path in again if not re.search(r"loop|people/|robots|publications/\Z", path)} == set()


def _until_the_end(stream: Iterator[Page], *, stops: bool) -> Iterator[Page]:
    """All pages. A list without end stops a crawl, and that is said after the last page."""
    if not stops:
        yield from stream
        return
    with pytest.raises(Incomplete, match="stopped at the limit of 8 links from the start"):
        yield from stream


def test_what_the_traps_did_is_told(library: Sandbox) -> None:
    """A sitemap that is a bomb, redirects without end and forbidden addresses are warnings that name them."""
    with Http(Config(), sandbox=library.address) as http:
        warnings = Site("nasp", BUDGET).count(Search("nasp", "generic", "x", "x"), http).warnings
    home = SITES["nasp"].home
    assert sorted(warning for warning in warnings if "longer than" not in warning) == [
        f"1 address redirects without end: {home}media/loop.pdf",
        f"1 address was left out because robots.txt forbids it: {home}members/minutes",
        f"1 sitemap cannot be read, so that its pages were only found by links: {home}sitemap-bomb.xml.gz",
        "2 addresses that look like calendars, logins or searches were not followed: /events/N/N (1), /search (1)",
    ]
