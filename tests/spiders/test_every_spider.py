"""What every spider promises, held against what a server saw of it. All sites are synthetic."""

from __future__ import annotations

import re
from typing import Any

import pytest
from little_site import LittleSite, article, html, plain
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from harvester.crawl import Ended, Fetched, Job, Limits, crawl
from harvester.crawl.spider import SiteSpider
from harvester.sources.site_about import SITES

SPIDERS = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["harvester.spiders"]}))
NAMES = sorted(SPIDERS.list())
QUICK = Limits(pages=60, seconds=60, timeout=5, delay=0.15)
# An address that the spider's own traps have to keep out, as its site has them.
TRAPS = {
    "nasp": "media/picture.jpg?width=300",
    "oxford-sprn": "@@sharing",
    "social-prescribing-network": "calendar/2022/",
    "configured": "closed/one",
}
RULES = {"begin": ("/list",), "sitemaps": (), "allow": (), "deny": ("/closed/*",)}


def job(name: str, site: LittleSite, **more: Any) -> Job:
    """A job for that spider on the little site."""
    rules = RULES if name == "configured" else {}
    return Job(name, f"{site.address}/sites/{name}/", contact="me@example.org", sandbox=True, rules=rules, **more)


def starts(name: str) -> tuple[str, ...]:
    """The paths at which the spider begins beside the start."""
    return ("list",) if name == "configured" else SPIDERS.load(name).starts


def pages(name: str) -> dict[str, Any]:
    """A site with a list at each of the spider's starts, a sitemap, a forbidden part, the spider's own trap, a PDF."""
    at = f"/sites/{name}/"
    made: dict[str, Any] = {
        "/robots.txt": plain(f"User-agent: *\nDisallow: {at}secret/\n"),
        at: html(f'<h1>Home</h1><a href="secret/one">s</a><a href="{TRAPS[name]}">t</a><a href="paper.pdf">p</a>'),
        f"{at}paper.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 x"),
        f"{at}secret/one": article("Secret"),
        f"{at}closed/one": article("Closed"),
    }
    for number, path in enumerate(starts(name)):
        made[f"{at}{path}"] = html(f'<h1>List</h1><a href="{at}found-{number}">x</a>')
        made[f"{at}found-{number}"] = article(f"Found {number}")
    return made


def test_there_are_spiders_for_the_named_sites() -> None:
    """One file a site, found by Scrapy's own loader, and one that a strategy describes."""
    assert sorted([*SITES, "configured"]) == NAMES
    assert all(issubclass(SPIDERS.load(name), SiteSpider) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_spider_keeps_its_contract(name: str) -> None:
    """robots.txt first and obeyed, its starts and their links asked once, its traps not, under an honest name."""
    at = f"/sites/{name}/"
    with LittleSite(pages(name), delay=0.005) as site:
        said = list(crawl(job(name, site, limits=QUICK)))
        assert isinstance(said[-1], Ended)
        assert said[-1].complete
        came = {one.url.removeprefix(f"{site.address}{at}") for one in said if isinstance(one, Fetched)}
        assert {"", "paper.pdf", *starts(name)} <= came
        assert {f"found-{number}" for number in range(len(starts(name)))} <= came
        assert site.asked[0] == "/robots.txt"
        assert not [path for path in site.asked if "secret" in path or path.endswith(TRAPS[name])]
        assert len(site.asked[2:]) == len(set(site.asked[2:]))
        assert site.most_at_once == 1
        assert site.cookies == []
        (agent,) = site.agents
        assert re.match(r"harvester/\S+ \(.*me@example\.org\)", agent)


@pytest.mark.parametrize("name", NAMES)
def test_a_spider_is_as_slow_as_it_promises(name: str) -> None:
    """Outside of a sandbox's hurry the server sees its requests the delay apart."""
    with LittleSite(pages(name)) as site:
        list(crawl(job(name, site, limits=QUICK, polite=True)))
        apart = [later - sooner for sooner, later in zip(site.at, site.at[1:], strict=False)]
    assert len(apart) >= 4
    # A busy machine sees one request late and the next in time: together they are as far apart as was promised.
    assert min(apart[1:]) >= QUICK.delay / 2
    assert sum(apart[1:]) >= (len(apart) - 1) * QUICK.delay - 0.05


def test_a_slow_site_rests_as_long_as_it_worked() -> None:
    """AutoThrottle is in force: an answer takes 0.25 s, so the next request comes 0.5 s after the one before."""
    with LittleSite(pages("nasp"), delay=0.25) as site:
        list(crawl(job("nasp", site, limits=QUICK, polite=True)))
        apart = [later - sooner for sooner, later in zip(site.at, site.at[1:], strict=False)]
    assert min(apart[-3:]) >= 0.4
