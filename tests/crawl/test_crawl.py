"""The crawl, against a small synthetic site with traps."""

from __future__ import annotations

import gzip

import pytest
from little_site import Answer, LittleSite, article, html, plain

from harvester.crawl import Ended, Fetched, Job, Limits, Problem, crawl
from harvester.crawl.child import settings
from harvester.errors import Refused, Unavailable

AT = "/sites/social-prescribing-network/"
QUICK = Limits(pages=50, depth=3, seconds=60, timeout=5, bytes=100_000)


def crawled(site: LittleSite, limits: Limits = QUICK) -> tuple[list[str], list[Problem], Ended]:
    """The paths of the pages that came, the problems, and how it ended."""
    job = Job("social-prescribing-network", site.root, contact="me@example.org", sandbox=True, limits=limits)
    said = list(crawl(job))
    assert isinstance(said[-1], Ended)
    pages = [
        one.url.removeprefix(site.root) for one in said if isinstance(one, Fetched) and one.kind in ("html", "pdf")
    ]
    return pages, [one for one in said if isinstance(one, Problem)], said[-1]


def test_robots_sitemaps_pages_and_pdfs() -> None:
    """Everything reachable comes once: from a packed, nested sitemap, from links, PDFs too; nothing forbidden does."""
    with LittleSite({}) as site:
        index = f"<sitemapindex><sitemap><loc>{site.root}more.xml.gz</loc></sitemap></sitemapindex>"
        inner = f"<urlset><url><loc>{site.root}listed</loc></url><url><loc>{site.root}secret/b</loc></url></urlset>"
        site.pages = {
            "/robots.txt": plain(f"User-agent: *\nDisallow: {AT}secret/\nSitemap: {site.root}map.xml\n"),
            f"{AT}map.xml": plain(index, "application/xml"),
            f"{AT}more.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(inner.encode())),
            AT: html('<a href="a?utm_source=x&b=1#top">a</a><a href="a?b=1">a</a><a href="paper.pdf">p</a>'),
            f"{AT}a": article(
                "A", "secret/a", "pic.jpg", "https://example.org/b", "mailto:x@y", "javascript:x()", "deep"
            ),
            f"{AT}deep": article("Deep"),
            f"{AT}listed": article("Listed"),
            f"{AT}paper.pdf": (200, {"Content-Type": "text/html"}, b"%PDF-1.4 not really"),
        }
        pages, problems, ended = crawled(site)
        assert sorted(pages) == ["", "a?b=1", "deep", "listed", "paper.pdf"]
        assert sorted((one.what, one.url.removeprefix(site.root)) for one in problems) == [
            ("forbidden", "secret/a"),
            ("forbidden", "secret/b"),
        ]
        assert ended.complete
        assert site.asked[0] == "/robots.txt"
        assert len(set(site.asked[2:])) == len(site.asked[2:])
        assert not any("secret" in path or "pic" in path for path in site.asked)


def test_one_request_at_a_time_without_cookies_under_an_honest_name() -> None:
    """The server sees one request at a time, no cookie comes back, and the agent names the program and the address."""
    pages: dict = {f"{AT}{n}": article(str(n), *map(str, range(12))) for n in range(12)}  # type: ignore[type-arg]
    with LittleSite({AT: article("start", *map(str, range(12))), **pages}, delay=0.02) as site:
        came, _, _ = crawled(site)
        assert len(came) == 13
        assert site.most_at_once == 1
        assert site.cookies == []
        (agent,) = site.agents
        assert agent.startswith("harvester/")
        assert "me@example.org" in agent


def test_real_sites_are_asked_slowly() -> None:
    """Outside the sandbox a delay and AutoThrottle are in force, robots are obeyed, cookies and the console are off."""
    job = {
        "limits": {"delay": 1.0, "timeout": 60.0, "bytes": 5, "seconds": 9},
        "contact": "",
        "sandbox": False,
        "start": "x",
    }
    made = settings(job)
    assert (made["DOWNLOAD_DELAY"], made["AUTOTHROTTLE_ENABLED"]) == (1.0, True)
    # The delay is never shortened at random: newer and older Scrapy have different names for that.
    assert made.get("DOWNLOAD_DELAY_JITTER", made.get("RANDOMIZE_DOWNLOAD_DELAY")) in (0, False)
    assert made["ROBOTSTXT_OBEY"] is True
    assert made["CONCURRENT_REQUESTS"] == 1
    assert made["COOKIES_ENABLED"] is False
    assert made["TELNETCONSOLE_ENABLED"] is False


def test_a_sites_crawl_delay_is_obeyed() -> None:
    """What robots.txt wishes is what the server sees: no two pages come sooner than that."""
    pages: dict = {f"{AT}{n}": article(str(n)) for n in range(5)}  # type: ignore[type-arg]
    robots = plain("User-agent: *\nCrawl-delay: 0.3\n")
    with LittleSite({"/robots.txt": robots, AT: article("start", *map(str, range(5))), **pages}) as site:
        came, _, _ = crawled(site)
        apart = [later - sooner for sooner, later in zip(site.at[2:], site.at[3:], strict=False)]
    assert len(came) == 6
    assert len(apart) >= 5
    assert min(apart) > 0.2


def test_a_feed_leads_to_pages_and_its_failure_to_nothing() -> None:
    """Pages that only a feed lists are found; a feed that is none, or is forbidden, is passed over."""
    feed = "<rss><channel><item><title>F</title><link> only-here </link></item></channel></rss>"
    entry = '<entry><link href="also"/><link rel="edit" href="no"/></entry>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    links = "".join(
        f'<link rel="alternate" type="application/{kind}+xml" href="{name}">'
        for kind, name in (("rss", "feed.xml"), ("atom", "atom.xml"), ("rss", "broken.xml"), ("rss", "closed/f.xml"))
    )
    pages: dict = {  # type: ignore[type-arg]
        "/robots.txt": plain(f"User-agent: *\nDisallow: {AT}closed/\n"),
        AT: html("<h1>start</h1>", links),
        f"{AT}feed.xml": plain(feed, "application/rss+xml"),
        f"{AT}atom.xml": plain(atom, "application/atom+xml"),
        f"{AT}broken.xml": plain("<rss>", "application/rss+xml"),
        f"{AT}only-here": article("F"),
        f"{AT}also": article("G"),
    }
    with LittleSite(pages) as site:
        came, problems, ended = crawled(site)
        assert sorted(came) == ["", "also", "only-here"]
        assert problems == []
        assert ended.complete
        assert f"{AT}closed/f.xml" not in site.asked
        assert f"{AT}no" not in site.asked


def test_the_pages_of_one_list_are_no_deeper_than_its_first() -> None:
    """A list of many pages is read to its end though a crawl goes only so many links deep."""
    pages: dict = {AT: html('<a href="news">n</a>')}  # type: ignore[type-arg]
    for number in range(1, 9):
        after = f'<a href="news?page={number + 1}">more</a>' if number < 8 else ""
        pages[f"{AT}news?page={number}" if number > 1 else f"{AT}news"] = html(f'<a href="item{number}">i</a>{after}')
        pages[f"{AT}item{number}"] = article(str(number))
    with LittleSite(pages) as site:
        came, _, ended = crawled(site)
        assert {f"item{number}" for number in range(1, 9)} <= set(came)
        assert ended.complete


def test_a_list_without_end_is_left_after_two_hundred_pages() -> None:
    """A list whose pages go on for ever takes no more than its share, and the crawl says that it stopped."""

    def endless(path: str) -> Answer:
        return html(f'<a href="news?page={int(path.partition("=")[2] or 1) + 1}">more</a>')

    with LittleSite(
        {AT: html('<a href="news">n</a><a href="one">1</a>'), f"{AT}news": endless, f"{AT}one": article("One")}
    ) as site:
        came, _, ended = crawled(site, Limits(pages=1_000, depth=3, seconds=60, timeout=5))
        assert "one" in came
        assert 200 <= len(came) <= 210
        assert ended.reason == "the limit of 3 links from the start"


def test_traps_end() -> None:
    """Endless pages are bounded and that is said; session ids make no new pages; calendars and loops are left."""

    def endless(path: str) -> Answer:
        number = int(path.rpartition("/")[2] or 0)
        return article(f"Page {number}", f"{AT}endless/{number + 1}")

    site_pages: dict = {  # type: ignore[type-arg]
        AT: article("start", "endless/0", "a;jsessionid=1", "a;jsessionid=2", "a?PHPSESSID=3", "calendar/2022", "loop"),
        f"{AT}a": article("A"),
        f"{AT}loop": (302, {"Location": f"{AT}loop"}, b""),
        **{f"{AT}endless/{n}": endless for n in range(200)},
    }
    with LittleSite(site_pages) as site:
        pages, problems, ended = crawled(site)
        assert pages.count("a") == 1
        assert [one.what for one in problems] == ["loop"]
        assert not any("calendar" in path for path in site.asked)
        assert sum("endless" in page for page in pages) == 3
        assert ended.reason == "the limit of 3 links from the start"


def test_the_limit_of_pages_is_said() -> None:
    """A crawl that stops at its limit does not claim to be whole."""
    pages: dict = {f"{AT}{n}": article(str(n)) for n in range(30)}  # type: ignore[type-arg]
    with LittleSite({AT: article("start", *map(str, range(30))), **pages}) as site:
        came, _, ended = crawled(site, Limits(pages=10, seconds=60, timeout=5))
        assert len(came) == 10 - 1  # `about` is tried too, and is not there
        assert not ended.complete
        assert ended.reason == "the limit of 10 pages"


def test_a_redirect_does_not_leave_the_site() -> None:
    """A page that sends the crawl to another port, host or path is not followed."""
    with LittleSite({"/robots.txt": plain("")}) as other:
        pages: dict = {  # type: ignore[type-arg]
            AT: article("start", "away", "up", "metadata"),
            f"{AT}away": (302, {"Location": f"{other.address}/stolen"}, b""),
            f"{AT}up": (302, {"Location": "/entrez/eutils/"}, b""),
            f"{AT}metadata": (302, {"Location": "http://169.254.169.254/latest/"}, b""),
        }
        with LittleSite(pages) as site:
            came, problems, _ = crawled(site)
            assert came == [""]
            assert [one.what for one in problems] == ["outside", "outside", "outside"]
            assert "/entrez/eutils/" not in site.asked
        assert other.asked == []


def test_what_fails_is_named() -> None:
    """A server error after the retries, a file too large and a page that is gone are each told apart."""
    pages: dict = {  # type: ignore[type-arg]
        AT: article("start", "broken", "gone", "large", "picture"),
        f"{AT}broken": plain("no", status=500),
        f"{AT}large": (200, {"Content-Type": "text/html"}, b"x" * 200_000),
        f"{AT}picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    }
    with LittleSite(pages) as site:
        _, problems, _ = crawled(site)
        assert {(one.url.removeprefix(site.root), one.what) for one in problems} == {
            ("broken", "failed"),
            ("gone", "gone"),
            ("large", "too-large"),
            ("picture", "other"),
        }
        assert site.asked.count(f"{AT}broken") == 3


def test_a_dead_site_is_unavailable() -> None:
    """Nobody at the address is an error, never an empty site."""
    with LittleSite({}) as site:
        root = site.root
    with pytest.raises(Unavailable, match="could not be reached"):
        list(crawl(Job("social-prescribing-network", root, sandbox=True, limits=QUICK)))


@pytest.mark.parametrize("status", [500, 503])
def test_robots_that_cannot_be_had_forbid_everything(status: int) -> None:
    """A robots.txt that answers with a server error means that nothing may be asked."""
    with LittleSite({"/robots.txt": plain("", status=status), AT: article("start")}) as site:
        with pytest.raises(Unavailable, match="nothing may be asked"):
            crawled(site)
        assert AT not in site.asked


def test_robots_that_forbid_everything_are_a_refusal() -> None:
    """A site that wants no programs is refused, not empty."""
    with LittleSite({"/robots.txt": plain("User-agent: *\nDisallow: /\n"), AT: article("start")}) as site:
        with pytest.raises(Refused, match="forbids"):
            crawled(site)
        assert AT not in site.asked


def test_a_private_address_is_no_site() -> None:
    """Outside the sandbox the loopback address is not asked at all."""
    with LittleSite({AT: article("start")}) as site:
        with pytest.raises(Unavailable, match="private network"):
            list(crawl(Job("social-prescribing-network", site.root, limits=QUICK)))
        assert site.asked == []


def test_leaving_early_ends_the_child() -> None:
    """Closing the iterator ends the child process: the site is asked no more."""
    pages: dict = {f"{AT}{n}": article(str(n)) for n in range(30)}  # type: ignore[type-arg]
    with LittleSite({AT: article("start", *map(str, range(30))), **pages}, delay=0.05) as site:
        stream = crawl(Job("social-prescribing-network", site.root, sandbox=True, limits=QUICK))
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        asked = len(site.asked)
        import time

        time.sleep(0.3)
        assert len(site.asked) - asked <= 1


def test_an_unknown_spider_is_said() -> None:
    """A name without a spider is an error of ours, told with what to do."""
    from harvester.errors import Changed

    with pytest.raises(Changed, match="there is no spider 'nobody'"):
        list(crawl(Job("nobody", "http://127.0.0.1:9/", sandbox=True)))
