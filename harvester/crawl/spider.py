"""What every site's spider inherits: robots.txt, then sitemaps, then pages and the links on them, all bounded.

A spider of one site sets `name`, and what is special about that site; see spiders/social_prescribing_network.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from protego import Protego
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import DNSLookupError

from harvester.crawl import addresses, sitemap
from harvester.crawl.guard import inside
from harvester.crawl.seen import Seen

if TYPE_CHECKING:
    from harvester.crawl.child import Pipe

MOST_SITEMAPS = 100
MOST_FEEDS = 5
MOST_OF_A_LIST = 200  # pages that count as one; what comes after them counts as deeper
LONGEST_CRAWL_DELAY = 60.0
AGENT = "harvester"
_LINKS = "//a[not(contains(concat(' ', @rel, ' '), ' nofollow '))]/@href"


class SiteSpider(scrapy.Spider):
    """Fetches a site's pages and PDFs and sends them to the parent, unread.

    `sitemaps` are tried where robots.txt names none; `starts` are paths to begin at beside the start; `traps` are
    further addresses not to follow; `follow` says whether links on pages are followed (PDFs always are). Where
    there are patterns in `allow`, only paths that fit one are followed, PDFs apart; what fits one in `deny` never is.
    """

    sitemaps: tuple[str, ...] = ("sitemap.xml",)
    starts: tuple[str, ...] = ()
    traps: ClassVar[tuple[re.Pattern[str], ...]] = ()
    follow: ClassVar[bool] = True
    allow: tuple[re.Pattern[str], ...] = ()
    deny: tuple[re.Pattern[str], ...] = ()

    def __init__(self, job: dict[str, Any], pipe: Pipe, **more: Any) -> None:
        super().__init__(**more)
        self.root: str = job["start"]
        self.home: str = job["home"]
        self.limits: dict[str, Any] = job["limits"]
        self.listed = bool(job.get("listed"))  # only what the lists at `starts` name, in their order
        self.pipe = pipe
        self._seen = Seen()
        self._asked = 0
        self._lacks = False
        self._stopped = ""
        self._sitemaps_asked = 0
        self._robots: Protego | None = None
        self._feeds = 0
        self._guessed: set[str] = set()  # addresses that the site itself has not named
        self._trapped = Seen()
        self._left: Counter[str] = Counter()  # what looked like a trap -> addresses that were not asked for
        # Menus name the same addresses on every page.
        self._candidate = lru_cache(maxsize=1024)(self.candidate)

    async def start(self) -> AsyncIterator[Any]:
        """robots.txt first: nothing else is asked before it is known."""
        parts = urlsplit(self.root)
        yield scrapy.Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            callback=self.parse_robots,
            errback=self.no_robots,
            meta={"dont_obey_robotstxt": True},
            dont_filter=True,
        )

    def parse_robots(self, response: Any) -> Iterator[Any]:
        """Keep the rules, find the sitemaps. A server error means that nothing may be asked (RFC 9309, 2.3.1.4)."""
        self.page("robots", response)
        if response.status >= 500 or response.status == 429:
            self.fail("unavailable", f"its robots.txt answers {response.status}, so nothing may be asked")
        text = response.body.decode("utf-8", "replace") if response.status == 200 else ""
        if "<html" in text[:1000].lower():
            text = ""
        self._robots = Protego.parse(text)
        if not self._robots.can_fetch(self.root, AGENT):
            self.fail("refused", "its robots.txt forbids its pages to programs like this one")
        self.slow_down(response)
        if not self.listed:
            named = [url for url in self._robots.sitemaps if inside(url, self.root)]
            tried = [urljoin(self.root, path) for path in self.sitemaps]
            for url in dict.fromkeys([*named, *([] if named else tried)]):
                yield self.ask_sitemap(url, expected=url in named)
        # `start` comes after the sitemaps, so that their pages count as being at the start themselves.
        for path in self.starts if self.listed else ("", *self.starts):
            self._guessed.add(addresses.clean(urljoin(self.root, path)))
            yield from self.ask(urljoin(self.root, path), depth=0)

    def slow_down(self, response: Any) -> None:
        """Obey the site's Crawl-delay, which Scrapy does not."""
        assert self._robots is not None
        wanted = self._robots.crawl_delay(AGENT)
        slot = self.crawler.engine.downloader.slots.get(response.meta.get("download_slot"))
        if wanted and slot is not None:
            self._delay = min(float(wanted), LONGEST_CRAWL_DELAY)
            slot.delay = max(slot.delay, self._delay)

    _delay = 0.0

    def no_robots(self, failure: Any) -> None:
        """The site cannot be reached at all."""
        self.fail("unavailable", f"it could not be reached: {_why(failure)}")

    def fail(self, what: str, why: str) -> None:
        """End the crawl with an error of the whole site."""
        hints = {
            "unavailable": "Try again later, and check the network.",
            "refused": "Ask the site's owner, or search it by hand and import the result.",
        }
        self.pipe.send("error", what=what, why=why, hint=hints.get(what, "Report it: the spider needs mending."))
        self._stopped = what
        raise CloseSpider(what)

    # Sitemaps

    def ask_sitemap(self, url: str, *, expected: bool) -> Any:
        """A request for a sitemap. One that robots.txt names has to come."""
        self._sitemaps_asked += 1
        return scrapy.Request(
            url,
            callback=self.parse_sitemap,
            errback=self.no_page if expected else self.no_sitemap,
            cb_kwargs={"expected": expected},
            meta=self.meta(),
            priority=100,
        )

    def no_sitemap(self, failure: Any) -> None:
        """A sitemap that was only guessed is not missed."""

    def parse_sitemap(self, response: Any, *, expected: bool) -> Iterator[Any]:
        """Ask for what it names, as far as it lies on the site."""
        if response.status != 200:
            if expected:
                self.problem("failed" if response.status >= 500 else "gone", response.url, f"HTTP {response.status}")
            return
        try:
            sitemaps, pages = sitemap.addresses(response.body)
        except sitemap.NotASitemap as error:
            if expected:
                # Its pages can still be found by their links, where these are followed.
                self.problem("sitemap" if self.follow else "failed", response.url, f"the sitemap {error}")
            return
        self.page("sitemap", response)
        for url in sitemaps:
            if not inside(url, self.root):
                self.problem("outside", url, "a sitemap of another host")
            elif self._sitemaps_asked >= MOST_SITEMAPS:
                self.problem("failed", url, f"more than {MOST_SITEMAPS} sitemaps")
            elif self.first_time(url):
                yield self.ask_sitemap(url, expected=True)
        for url in pages:
            yield from self.ask(url, depth=0)

    # Pages

    def meta(self, depth: int = 0) -> dict[str, Any]:
        """What goes with a request."""
        return {"links": depth, "autothrottle_dont_adjust_delay": self._delay > 0}

    def first_time(self, url: str) -> bool:
        """Whether an address has not been asked for yet; from now on it has."""
        return self._seen.add(url)

    def ask(self, url: str, depth: int, turned: int = 0) -> Iterator[Any]:
        """A request for a page, if it is worth one and the limits allow it; `turned` pages of its list came before."""
        url = addresses.clean(url)
        if not self.wanted(url) or not self.first_time(url):
            return
        assert self._robots is not None
        if not self._robots.can_fetch(url, AGENT):
            self.problem("forbidden", url, "robots.txt forbids it")
            return
        if self._asked >= self.limits["pages"]:
            self._stopped = self._stopped or f"the limit of {self.limits['pages']} pages"
            return
        self._asked += 1
        meta = {**self.meta(depth), "turned": turned}
        yield scrapy.Request(url, callback=self.parse, errback=self.no_page, meta=meta, dont_filter=True)

    def parse(self, response: Any, **_: Any) -> Iterator[Any]:
        """Send a page on, and ask for what it links to."""
        if response.status in (404, 410):
            if addresses.clean(response.request.url) not in self._guessed or response.request.url == self.root:
                self.problem("gone", response.url, f"HTTP {response.status}")
            return
        if response.status != 200:
            self.problem("failed", response.url, f"HTTP {response.status}")
            return
        kind = kind_of(response)
        self.first_time(addresses.clean(response.url))
        if not kind:
            self.problem("other", response.url, f"its type is {_media_type(response)}")
            return
        self.page(kind, response)
        if kind == "html" and isinstance(response, scrapy.http.TextResponse):
            yield from self.links(response)

    def links(self, response: Any) -> Iterator[Any]:
        """Ask for the pages and PDFs that a page links to."""
        here_depth, turned = response.meta["links"], response.meta.get("turned", 0)
        if self.listed and here_depth:
            return  # what a result links to is no result
        yield from self.feeds(response)
        try:
            # lxml itself, since parsel makes a selector of every link; its smart strings would keep whole trees alive.
            found = response.selector.root.xpath(_LINKS, smart_strings=False)
        except (ValueError, AttributeError) as error:
            self.problem("other", response.url, f"its links cannot be read: {error}")
            return
        base = response.xpath("//base/@href").get()
        here = urljoin(response.url, base) if base else response.url
        origin = urljoin(here, "/")
        for link in dict.fromkeys(found):
            # A link that begins at the site's root means the same on every page.
            whole = link.startswith(("/", "http://", "https://"))
            try:
                url = self._candidate(link, origin if whole else here)
            except ValueError:
                continue  # not an address at all
            if not url or url in self._seen:
                continue
            pdf = addresses.is_pdf(url)
            if not pdf and not self.follow:
                continue
            same_list = addresses.next_of_a_list(response.url, url)
            depth = here_depth if same_list and turned < MOST_OF_A_LIST else here_depth + 1
            if depth > self.limits["depth"] and not pdf:
                self._stopped = self._stopped or f"the limit of {self.limits['depth']} links from the start"
                continue
            yield from self.ask(url, depth, turned + 1 if same_list else 0)

    def feeds(self, response: Any) -> Iterator[Any]:
        """Ask for the feeds that the start page names: what they list may be newer than the sitemap."""
        if response.meta["links"] or not self.follow or self.listed:
            return
        for link in response.xpath("//link[@rel='alternate'][contains(@type, 'rss') or contains(@type, 'atom')]/@href"):
            url = addresses.clean(urljoin(response.url, link.get()))
            assert self._robots is not None
            if not inside(url, self.root) or not self._robots.can_fetch(url, AGENT) or self._feeds >= MOST_FEEDS:
                continue
            if self.first_time(url):
                self._feeds += 1
                yield scrapy.Request(
                    url, callback=self.parse_feed, errback=self.no_sitemap, meta=self.meta(), dont_filter=True
                )

    def parse_feed(self, response: Any) -> Iterator[Any]:
        """Ask for what a feed lists. A feed only repeats what pages say: one that cannot be read is not missed."""
        if response.status != 200:
            return
        try:
            listed = sitemap.feed_addresses(response.body)
        except sitemap.NotASitemap:
            return
        self.page("feed", response)
        for url in listed:
            yield from self.ask(urljoin(response.url, url), depth=1)

    def candidate(self, link: str, here: str) -> str:
        """The address that a link means, or "" where it is not wanted. Raises ValueError for what is no address."""
        url = addresses.clean(urljoin(here, link.strip()))
        return url if self.wanted(url) else ""

    def wanted(self, url: str) -> bool:
        """Whether an address lies on the site, is no trap, and is among what may be followed."""
        if not inside(url, self.root):
            return False
        # A search's own results may be where a strategy begins; anywhere else they are a trap.
        begun = url in self._guessed or any(addresses.next_of_a_list(each, url) for each in self._guessed)
        if not begun and (trap := addresses.trap_in(url, self.traps)):
            if self._trapped.add(url):
                self._left[trap] += 1
            return False
        if not addresses.worth_following(url, () if begun else self.traps, begun=begun):
            return False
        path = urlsplit(url).path
        if any(pattern.match(path) for pattern in self.deny):
            return False
        if not self.allow or url in self._guessed or addresses.is_pdf(url):
            return True
        return any(pattern.match(path) for pattern in self.allow)

    def patterns(self, texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        """Patterns of paths below the site's root: in a sandbox the site does not begin at the host's."""
        root = urlsplit(self.root).path
        return tuple(addresses.path_pattern(root + text.removeprefix(self.home).lstrip("/")) for text in texts)

    def no_page(self, failure: Any) -> None:
        """A page that did not come: say why."""
        url = failure.request.url
        why = _why(failure)
        if failure.check(IgnoreRequest):
            text = str(failure.value)
            if "robots" in text.lower():
                self.problem("forbidden", url, "robots.txt forbids it")
            elif text.startswith("outside"):
                self.problem("outside", url, text)
            elif "redirect" in text.lower():
                self.problem("loop", url, "redirects without end")
            else:
                self.problem("failed", url, text or why)
        elif "maxsize" in why.lower() or "larger than" in why.lower() or failure.type.__name__ == "CancelledError":
            self.problem("too-large", url, f"larger than {self.limits['bytes']:,} bytes")
        else:
            self.problem("failed", url, why)

    # To the parent

    def page(self, kind: str, response: Any) -> None:
        """Send an answer to the parent as it came."""
        headers = {
            name.lower(): value.decode("latin-1")
            for name in ("Last-Modified", "ETag", "Content-Language")
            if (value := response.headers.get(name))
        }
        asked = response.meta.get("redirect_urls") or []
        detail: dict[str, Any] = {"headers": headers, "links": response.meta.get("links", 0)}
        if asked:
            detail["asked"] = asked[0]
        if "unchanged" in response.flags:
            detail["unchanged"] = True  # so the site said (304)
        if charset := getattr(response, "encoding", None):
            detail["encoding"] = charset
        self.pipe.send(
            "page",
            kind=kind,
            url=addresses.clean(response.url),
            status=response.status,
            media_type=_media_type(response),
            body=response.body,
            fetched_at=response.meta.get("fetched_at") or datetime.now(UTC).isoformat(timespec="seconds"),
            detail=detail,
        )

    def problem(self, what: str, url: str, why: str) -> None:
        """Tell the parent of an address that gave no page."""
        self._lacks = self._lacks or what in ("failed", "too-large")
        self.pipe.send("problem", what=what, url=url, why=why)

    @property
    def whole(self) -> bool:
        """Whether nothing is known to be missing."""
        return not self._lacks and not self._stopped

    def closed(self, reason: str) -> None:
        """Scrapy calls this when all is done."""
        if reason == "closespider_timeout":
            reason = f"the limit of {self.limits['seconds']:.0f} seconds"
        elif reason == "finished" and self._stopped:
            reason = self._stopped
        stats = {
            name: value for name, value in self.crawler.stats.get_stats().items() if isinstance(value, int | float)
        }
        self.pipe.send("ended", reason=reason, stats=stats, left=dict(self._left))


def kind_of(response: Any) -> str:
    """html, pdf or "": by the bytes first, since servers say `text/html` of PDFs and the other way round."""
    body = response.body[:1024].lstrip()
    if body.startswith(b"%PDF-"):
        return "pdf"
    media_type = _media_type(response)
    if media_type in ("text/html", "application/xhtml+xml") or re.match(rb"(?i)<!doctype html|<html", body):
        return "html"
    if media_type in ("", "text/plain", "application/octet-stream", "application/pdf") and re.search(
        rb"(?i)<html|<body", body
    ):
        return "html"
    return ""


def _media_type(response: Any) -> str:
    value = response.headers.get("Content-Type") or b""
    return str(value.decode("latin-1").partition(";")[0].strip().lower())


def _why(failure: Any) -> str:
    if failure.check(DNSLookupError):
        return f"its name was not found ({failure.value})"
    if failure.check(HttpError):
        return f"HTTP {failure.value.response.status}"
    text = str(failure.value).strip().replace("\n", " ")
    return f"{failure.type.__name__}: {text}"[:300] if text else failure.type.__name__
