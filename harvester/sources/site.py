"""A site as a source: a spider fetches it, the pages are kept as they came, the strategy is matched here.

A site has no search of its own, so `count` is how many documents a crawl finds; how many of these match is told apart.
A document is a page that can be cited (see site_html) or a PDF. Other pages, robots.txt and sitemaps are kept too: they
show what was there to be found.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from harvester.crawl import Ended, Fetched, Job, Limits, Problem, addresses, crawl
from harvester.errors import Changed, ConfigError, Incomplete, Unavailable, UsageError
from harvester.record import PartialDate, Record, Section
from harvester.search import Search
from harvester.sources import site_html, site_pdf
from harvester.sources.base import Count, Credential, Page, RawItem, Source, SourceInfo
from harvester.sources.site_rules import compiled
from harvester.strategy import SiteSettings
from harvester.window import DateField

if TYPE_CHECKING:
    from harvester.http import Http

_log = logging.getLogger(__name__)

_CRAWLED = ("begin", "sitemaps", "allow", "deny")
SUMMARY = 4_000  # characters of the main text that stand in for a summary where a page has none
NAMED = 5  # addresses that a message names


@dataclass(frozen=True, slots=True)
class About:
    """A site: what people call it, and the address where it begins, with a slash at its end."""

    label: str
    home: str
    publisher: str = ""


SITES: dict[str, About] = {
    "nasp": About(
        "National Academy for Social Prescribing",
        "https://socialprescribingacademy.org.uk/",
        "National Academy for Social Prescribing",
    ),
    "oxford-sprn": About(
        "Oxford Social Prescribing Research Network",
        "https://socialprescribing.phc.ox.ac.uk/",
        "University of Oxford",
    ),
    "social-prescribing-network": About(
        "Social Prescribing Network", "https://www.socialprescribingnetwork.com/", "Social Prescribing Network"
    ),
}


@dataclass(slots=True)
class _Crawled:
    """One crawl, spooled: its pages on disk, what was counted on the way, what went wrong."""

    spool: IO[bytes]
    documents: set[str] = field(default_factory=set)
    pages: int = 0
    problems: list[Problem] = field(default_factory=list)
    reason: str = "finished"
    bodies: dict[str, str] = field(default_factory=dict)  # sha256 -> the address that gave it first
    read: int = 0  # pages that are documents
    dated: int = 0  # of these, those whose date a strategy's rule found
    cut: list[str] = field(default_factory=list)  # documents longer than what is read
    full_texts: dict[str, str] = field(default_factory=dict)  # a PDF's address -> the page whose full text it is


class Site(Source):
    """One organisation's site. `name` is a key of SITES and the name of a spider, or `settings` describe the site.

    `cache` is a folder for answers, asked for again with conditions; None is the user's own, and none in a sandbox.
    Raises UsageError for an unknown name, StrategyError for rules that cannot be read.
    """

    def __init__(
        self, name: str, limits: Limits | None = None, settings: SiteSettings | None = None, cache: Path | None = None
    ) -> None:
        if settings is None and name not in SITES:
            raise UsageError(f"there is no site {name!r}", hint=f"Sites: {', '.join(SITES)}.")
        if settings is None:
            self.about, self.rules = SITES[name], None
        else:
            self.about = About(settings.label or name, settings.start, settings.publisher or settings.label)
            self.rules = compiled(settings)
        self.settings = settings
        self.limits = limits or _limits(settings)
        self.cache = cache
        self._crawled: _Crawled | None = None
        self.info = SourceInfo(
            name=name,
            label=self.about.label,
            kind="site",
            docs=self.about.home,
            terms=f"{self.about.home}robots.txt",
            dialect="generic",
            # Nobody can ask a site for its news of a month, but its documents say when they were published.
            windows=(DateField.PUBLISHED,),
            per_second=1.0 / self.limits.delay if self.limits.delay else 10.0,
            per_second_with_key=1.0 / self.limits.delay if self.limits.delay else 10.0,
            credentials=(Credential("NCBI_EMAIL", required=False, purpose="a contact address in the user agent"),),
        )

    # Asking

    def count(self, search: Search, http: Http) -> Count:
        """Crawl the site and count its documents. What `pages` then gives is this crawl, not another.

        Raises Unavailable, Refused, or Changed when pages came and none could be read as a document.
        """
        if self._crawled is None:
            self._crawled = self._crawl(http)
        return Count(hits=len(self._crawled.documents), warnings=self._warnings(self._crawled))

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every page of the site. A crawl that was cut off begins again: a site cannot be asked to go on.

        Raises as `count`, and Incomplete after the last page when some could not be had.
        """
        if self._crawled is None:
            self._crawled = self._crawl(http)
        yield from self._replay(self._crawled)
        failed = [one for one in self._crawled.problems if one.what in ("failed", "too-large")]
        if failed or self._crawled.reason != "finished":
            raise Incomplete(_what_lacks(self.info.label, failed, self._crawled.reason), hint="Try again later.")

    def _crawl(self, http: Http) -> _Crawled:
        start = self.about.home
        if http.sandboxed:
            start = http.address(f"http://sandbox/sites/{self.info.name}/")
        if not start.endswith("/"):
            start += "/"
        cache = self.cache or (None if http.sandboxed else cache_dir() / self.info.name)
        job = Job(
            cache=str(cache or ""),
            spider=self.info.name if self.settings is None else "configured",
            start=start,
            home=urlsplit(self.about.home).path or "/",
            rules={} if self.settings is None else {each: getattr(self.settings, each) for each in _CRAWLED},
            contact=http.config.get("NCBI_EMAIL"),
            sandbox=http.sandboxed,
            limits=self.limits,
        )
        # The spool lives as long as this source: it is read once more by `pages`.
        crawled = _Crawled(tempfile.TemporaryFile())  # noqa: SIM115
        try:
            with _alone(cache, self.info.name):
                for said in crawl(job, source=self.info.name):
                    if isinstance(said, Fetched):
                        self._spool(crawled, said, start)
                    elif isinstance(said, Problem):
                        crawled.problems.append(replace(said, url=self._owners(said.url, start)))
                    elif isinstance(said, Ended):
                        crawled.reason = said.reason
            self._settle(crawled)
        except BaseException:
            crawled.spool.close()
            raise
        return crawled

    def _owners(self, url: str, start: str) -> str:
        """The address at the site's owner, also when a sandbox stands in for it: ids have to stay the same."""
        if url.startswith(start):
            return self.about.home + url.removeprefix(start)
        return url

    def _spool(self, crawled: _Crawled, fetched: Fetched, start: str) -> None:
        url = self._owners(fetched.url, start)
        detail = {**fetched.detail, "kind": fetched.kind, "url": url, "fetched_from": fetched.url}
        if fetched.kind in ("html", "pdf"):
            digest = hashlib.sha256(fetched.body).hexdigest()
            first = crawled.bodies.setdefault(digest, url)
            if first != url:
                detail["same_as"] = first
        crawled.pages += 1
        page = Page(
            kind="records" if fetched.kind in ("html", "pdf") else fetched.kind,
            request=f"GET {url}",
            status=fetched.status,
            body=fetched.body,
            fetched_at=fetched.fetched_at,
            cursor=str(crawled.pages),
            media_type=fetched.media_type,
            detail=detail,
        )
        for item in self.items(page):
            crawled.documents.add(item.source_id)
            if isinstance(item.node, tuple):
                crawled.read += 1
                crawled.dated += item.node[0].date_by == "rule"
                if item.node[0].cut:
                    crawled.cut.append(url)
                for pdf in item.node[0].pdfs:
                    crawled.full_texts.setdefault(self._owners(addresses.clean(pdf), start), item.source_id)
        _put(crawled.spool, page)

    def _settle(self, crawled: _Crawled) -> None:
        """What only the whole crawl tells: dead, changed, or which PDFs belong to a page."""
        came = len(crawled.bodies)
        if not came:
            failed = [one for one in crawled.problems if one.what == "failed"]
            why = f": {failed[0].why} at {failed[0].url}" if failed else ""
            raise Unavailable(f"not one page of the site could be had{why}", source=self.info.name, hint="Try later.")
        crawled.documents -= {pdf for pdf, page in crawled.full_texts.items() if page != pdf}
        if not crawled.documents:
            raise Changed(
                f"{came:,} pages came and none could be read as a document",
                source=self.info.name,
                hint="The site may have changed: look at it, and report it so that its spider can be mended.",
            )

    def _replay(self, crawled: _Crawled) -> Iterator[Page]:
        crawled.spool.seek(0)
        while (page := _get(crawled.spool)) is not None:
            landing = crawled.full_texts.get(page.detail["url"])
            if landing and landing != page.detail["url"]:
                page.detail["full_text_of"] = landing
            yield page

    def _warnings(self, crawled: _Crawled) -> tuple[str, ...]:
        texts = {
            "forbidden": "{} addresses were left out because robots.txt forbids them",
            "gone": "{} addresses that the site names are not there",
            "loop": "{} addresses redirect without end",
            "sitemap": "{} sitemaps cannot be read, so that their pages were only found by links",
            "failed": "{} addresses could not be had",
            "too-large": "{} files are too large",
        }
        said = []
        for what, text in texts.items():
            urls = [one.url for one in crawled.problems if one.what == what]
            if urls:
                said.append(f"{text.format(f'{len(urls):,}')}: {_some(urls)}")
        if self.settings and self.settings.date and crawled.read and not crawled.dated:
            said.append(
                f"The rule date = {self.settings.date!r} finds nothing on any of {crawled.read:,} pages: "
                "the site may have changed"
            )
        if crawled.cut:
            said.append(
                f"{len(crawled.cut):,} pages are longer than the {site_html.MOST_TEXT:,} characters that are read: "
                + _some(crawled.cut)
            )
        if crawled.reason != "finished":
            said.append(f"The crawl stopped at {crawled.reason}")
        return tuple(said)

    # Telling

    def items(self, page: Page) -> Iterator[RawItem]:
        """The document in a page, if there is one. A PDF that is a page's full text is that page's."""
        detail = page.detail
        if page.kind != "records" or "same_as" in detail or "full_text_of" in detail:
            return
        url = detail["url"]
        if detail["kind"] == "pdf":
            yield RawItem(url, 0, page)
            return
        try:
            document = site_html.read(
                page.body, detail.get("fetched_from", url), detail.get("encoding", ""), self.rules, url
            )
        except ValueError as error:
            yield RawItem(url, 0, None, str(error))
            return
        if document.is_document:
            yield RawItem(self._id(document, detail), 0, (document, detail))

    def _id(self, document: site_html.Document, detail: dict[str, Any]) -> str:
        """The page's own canonical address where it lies on this site, else the one it came from."""
        url: str = detail["url"]
        there = detail.get("fetched_from", url)
        start = there.removesuffix(url.removeprefix(self.about.home)) if url.startswith(self.about.home) else there
        canonical = self._owners(document.canonical, start).partition("#")[0]
        return canonical if canonical.startswith(self.about.home) and canonical != self.about.home else url

    def record(self, item: RawItem) -> Record:
        """A document as a record. Raises ValueError for a PDF that cannot be read."""
        if isinstance(item.node, Page):
            return self._from_pdf(item)
        document, detail = item.node
        record = Record(
            source=self.info.name,
            source_id=item.source_id,
            title=document.title,
            kind=document.kind,
            authors=document.authors,
            journal=document.journal,
            publisher=document.publisher or self.about.publisher,
            volume=document.volume,
            issue=document.issue,
            pages=document.pages,
            published=document.published,
            modified=document.modified,
            abstract=_abstract(document.summary, document.text),
            languages=(document.language,) if document.language else (),
            keywords=document.keywords,
            identifiers=dict(document.identifiers),
            issns=document.issns,
            url=detail["url"],
        )
        record.extra = {"text": document.text, "read_by": document.how}
        _how_dated(record, document.date_by, sure=document.date_sure)
        return record

    def _from_pdf(self, item: RawItem) -> Record:
        page: Page = item.node
        found = site_pdf.read(page.body)
        url: str = page.detail["url"]
        name = PurePosixPath(unquote(urlsplit(url).path)).stem
        record = Record(
            source=self.info.name,
            source_id=url,
            title=found.title or name.replace("-", " ").replace("_", " ") or "[No title]",
            kind="report",
            authors=found.authors,
            publisher=self.about.publisher,
            published=found.published or PartialDate(),
            abstract=_abstract(found.subject, found.text),
            keywords=found.keywords,
            identifiers={"doi": (found.doi,)} if found.doi else {},
            url=url,
        )
        record.extra = {"text": found.text, "read_by": "pdf", "pdf_pages": found.pages}
        _how_dated(record, found.date_by, sure=found.date_sure)
        if found.read < found.pages or found.cut:
            record.extra |= {"pdf_pages_read": found.read, "read_in_part": True}
        return record

    def in_full(self, record: Record) -> Record:
        """The record as it is matched: title, summary, keywords and the full text.

        A date that is not sure does not count against a document: it is matched as one without a date.
        """
        text = record.extra.get("text", "")
        if record.extra.get("date_sure") is False:
            record = replace(record, published=PartialDate())
        return replace(record, abstract=(*record.abstract, Section(text))) if text else record


def _limits(settings: SiteSettings | None) -> Limits:
    """The program's own limits, but for what the strategy says."""
    if settings is None:
        return Limits()
    said = {name: getattr(settings, name) for name in ("pages", "depth", "delay")}
    return Limits(**{name: value for name, value in said.items() if value is not None})


def _how_dated(record: Record, date_by: str, *, sure: bool) -> None:
    """Keep where the date of publication comes from, and that it is not sure where it is not."""
    if date_by:
        record.extra["date_by"] = date_by
        if not sure:
            record.extra["date_sure"] = False


def cache_dir() -> Path:
    """Where answers of sites are kept between crawls: HARVESTER_CACHE_DIR, else the user's cache folder."""
    import platformdirs

    told = os.environ.get("HARVESTER_CACHE_DIR")
    return Path(told) if told else Path(platformdirs.user_cache_path("harvester")) / "sites"


@contextmanager
def _alone(cache: Path | None, name: str) -> Iterator[None]:
    """Hold the site's folder: two crawls of one site at a time would be twice as much as is polite.

    Raises Unavailable when another process holds it, ConfigError when the folder cannot be written.
    """
    if cache is None:
        yield
        return
    from filelock import FileLock, Timeout

    lock = FileLock(cache / "lock", timeout=0)
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout:
        raise Unavailable(
            "another process of this machine is crawling the site", source=name, hint="Wait until it has ended."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{cache} cannot be written: {error}", hint="Name another folder in HARVESTER_CACHE_DIR."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _abstract(summary: str, text: str) -> tuple[Section, ...]:
    if summary:
        return (Section(summary),)
    if not text:
        return ()
    return (Section(text if len(text) <= SUMMARY else text[:SUMMARY].rsplit(None, 1)[0] + " ..."),)


def _some(urls: list[str]) -> str:
    more = f" and {len(urls) - NAMED:,} more" if len(urls) > NAMED else ""
    return ", ".join(urls[:NAMED]) + more


def _what_lacks(label: str, failed: list[Problem], reason: str) -> str:
    parts = []
    if reason != "finished":
        parts.append(f"the crawl of {label} stopped at {reason}")
    if failed:
        parts.append(
            f"{len(failed):,} addresses of {label} could not be had ({failed[0].why}): "
            + _some([one.url for one in failed])
        )
    return "; ".join(parts)


def _put(spool: IO[bytes], page: Page) -> None:
    head = {
        "kind": page.kind,
        "request": page.request,
        "status": page.status,
        "fetched_at": page.fetched_at.isoformat(),
        "cursor": page.cursor,
        "media_type": page.media_type,
        "detail": page.detail,
        "size": len(page.body),
    }
    spool.write(json.dumps(head).encode() + b"\n" + page.body)


def _get(spool: IO[bytes]) -> Page | None:
    line = spool.readline()
    if not line:
        return None
    head = json.loads(line)
    body = spool.read(head.pop("size"))
    return Page(body=body, **{**head, "fetched_at": datetime.fromisoformat(head["fetched_at"])})
