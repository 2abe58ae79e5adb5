"""A site crawled again: what is unchanged is not sent again, a crawl cut off goes on, two crawls exclude each other."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from little_site import LittleSite, article, html

from harvester.config import Config
from harvester.crawl import Ended, Fetched, Job, Limits, crawl
from harvester.errors import Unavailable
from harvester.http import Http
from harvester.sandbox import Sandbox
from harvester.search import Search
from harvester.sources.site import Site

SPN = "social-prescribing-network"
AT = f"/sites/{SPN}/"
QUICK = Limits(pages=100, seconds=60, timeout=5)


def told(name: str, http: Http, cache: Path) -> dict[str, str]:
    """The records of a crawl: id to hash."""
    source, search = Site(name, cache=cache), Search(name, "generic", "x", "x")
    count = source.count(search, http)
    records = {
        item.source_id: source.record(item).content_hash()
        for page in source.pages(search, http)
        for item in source.items(page)
    }
    assert count.hits == len(records)
    return records


@pytest.mark.parametrize("name", ["nasp", "oxford-sprn"])
def test_an_update_asks_only_whether_pages_have_changed(name: str, tmp_path: Path) -> None:
    """Every document is answered with 304 the second time and says the same; new ones come when the clock moves."""
    with (
        Sandbox(records=1000, as_of=date(2022, 7, 31)) as box,
        Http(Config(), sandbox=box.address) as http,
    ):
        first = told(name, http, tmp_path)
        box.clear_requests()
        assert told(name, http, tmp_path) == first
        again = Counter(request["status"] for request in box.requests)
        box.clock = date(2023, 5, 31)
        box.clear_requests()
        later = told(name, http, tmp_path)
        assert again[304] == len(first) == len(box.truth(date(2022, 7, 31))["sites"][name])
        assert first.items() <= later.items()
        assert len(later) == len(box.truth()["sites"][name]) > len(first)
        assert Counter(request["status"] for request in box.requests)[304] == len(first)


def test_a_page_that_has_gone_is_forgotten(tmp_path: Path) -> None:
    """After a whole crawl the folder holds what that crawl met, no more; a mark of an unfinished crawl is gone."""
    with Sandbox(records=1000, as_of=date(2023, 5, 31)) as box, Http(Config(), sandbox=box.address) as http:
        told("nasp", http, tmp_path)
        more = len(list(tmp_path.glob("??/*")))
        box.clock = date(2022, 7, 31)
        told("nasp", http, tmp_path)
        fewer = len(list(tmp_path.glob("??/*")))
    assert fewer == more - 7
    assert not (tmp_path / "unfinished").exists()


def little(pages: int) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """A start page and `pages` articles."""
    names = [str(number) for number in range(pages)]
    return {AT: article("start", *names), **{f"{AT}{name}": article(name) for name in names}}


def test_a_crawl_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    """What came before the cut is not asked for again, and nothing is left out."""
    job_of = {"sandbox": True, "limits": QUICK, "cache": str(tmp_path)}
    with LittleSite(little(30), delay=0.01) as site:
        stream = crawl(Job(SPN, site.root, **job_of))  # type: ignore[arg-type]
        before = []
        for said in stream:
            if isinstance(said, Fetched) and said.kind == "html":
                before.append(said)
            if len(before) == 12:
                break
        stream.close()  # type: ignore[attr-defined]
        after = list(crawl(Job(SPN, site.root, **job_of)))  # type: ignore[arg-type]
        asked = Counter(site.asked)
    assert isinstance(after[-1], Ended)
    assert after[-1].complete
    pages = {said.url.removeprefix(site.root): said for said in after if isinstance(said, Fetched)}
    assert {str(number) for number in range(30)} <= pages.keys()
    assert all(asked[f"{AT}{said.url.removeprefix(site.root)}"] == 1 for said in before)
    # One that was under way at the cut may be asked for twice.
    assert sum(asked[f"{AT}{number}"] for number in range(30)) <= 32
    first = before[3]
    assert pages[first.url.removeprefix(site.root)].fetched_at == first.fetched_at


def test_a_dead_site_is_not_answered_for(tmp_path: Path) -> None:
    """What an earlier crawl kept never stands in for a site that does not answer."""
    with LittleSite(little(3)) as site, Http(Config(), sandbox=site.address) as http:
        assert len(told(SPN, http, tmp_path)) == 4
        port = site.address.rpartition(":")[2]
    with (
        Http(Config(), sandbox=f"http://127.0.0.1:{port}") as http,
        pytest.raises(Unavailable, match="could not be reached"),
    ):
        told(SPN, http, tmp_path)


def test_a_page_that_fails_now_is_not_answered_for(tmp_path: Path) -> None:
    """A server error is told though an older answer is kept."""
    pages = little(3)
    with LittleSite(dict(pages)) as site, Http(Config(), sandbox=site.address) as http:
        told(SPN, http, tmp_path)
        site.pages[f"{AT}1"] = html("broken", status=500)
        source = Site(SPN, QUICK, cache=tmp_path)
        count = source.count(Search(SPN, "generic", "x", "x"), http)
    assert count.hits == 3
    assert any("could not be had" in warning for warning in count.warnings)


def test_a_damaged_answer_is_asked_for_anew(tmp_path: Path) -> None:
    """A file of the folder that was cut or changed is no answer."""
    with LittleSite(little(3)) as site, Http(Config(), sandbox=site.address) as http:
        first = told(SPN, http, tmp_path)
        for number, file in enumerate(sorted(tmp_path.glob("??/*"))):
            file.write_bytes([b"", b"{}\n", file.read_bytes()[:-3], b"\xff\n\xff"][number % 4])
        assert told(SPN, http, tmp_path) == first


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """While one crawl of a site runs, another is told to wait, and the site is not asked."""
    with LittleSite(little(3)) as site, Http(Config(), sandbox=site.address) as http:
        with FileLock(tmp_path / "lock"), pytest.raises(Unavailable, match=r"another process .* is crawling"):
            told(SPN, http, tmp_path)
        assert site.asked == []
        assert len(told(SPN, http, tmp_path)) == 4


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The message names the folder and the setting."""
    from harvester.errors import ConfigError

    tmp_path.chmod(0o500)
    with LittleSite(little(1)) as site, Http(Config(), sandbox=site.address) as http, pytest.raises(ConfigError):
        told(SPN, http, tmp_path / "x")
