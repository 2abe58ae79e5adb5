"""A site as a source: a spider fetches it, the pages are kept as they came, the strategy is matched here.

A site has no search of its own, so `count` is how many documents a crawl finds; how many of these match is told apart.
A document is a page that can be cited (see site_html) or a PDF. Other pages, robots.txt and sitemaps are kept too: they
show what was there to be found.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from harvester import dialects
from harvester.crawl import Ended, Fetched, Job, Limits, Problem, addresses, crawl
from harvester.errors import Changed, ConfigError, Incomplete, StrategyError, Unavailable
from harvester.match.evaluate import Matcher, Outcome, View
from harvester.record import PartialDate, Record, Section
from harvester.search import Search, SearchLine
from harvester.sources import site_html, site_pdf
from harvester.sources.base import Count, Credential, Page, RawItem, Source, SourceInfo
from harvester.sources.site_about import MATCH, SITES, about_of, limits_of, settings_of
from harvester.sources.site_language import SURE, language
from harvester.sources.site_rules import compiled
from harvester.sources.site_said import many, matched_on, warnings, what_lacks
from harvester.sources.site_spool import Crawled, Told
from harvester.strategy import SiteSettings
from harvester.window import DateField

if TYPE_CHECKING:
    from harvester.http import Http

_log = logging.getLogger(__name__)

_CRAWLED = ("begin", "sitemaps", "allow", "deny")
TRIED_NOT = "its description was written without seeing its pages; not live"
SUMMARY = 4_000  # characters of the main text that stand in for a summary where a page has none


class Site(Source):
    """One organisation's site: one that the program knows by `name`, or one that `settings` describe.

    `cache` is a folder for answers, asked for again with conditions; None is the user's own, and none in a sandbox.
    Raises UsageError for an unknown name, StrategyError for rules that cannot be read.
    """

    def __init__(
        self, name: str, limits: Limits | None = None, settings: SiteSettings | None = None, cache: Path | None = None
    ) -> None:
        settings = settings or settings_of(name, ())
        self.about = about_of(name, settings)
        self.rules = compiled(settings) if settings else None
        self.settings = settings
        self.match = (settings.match if settings else ()) or MATCH
        self.limits = limits or limits_of(settings)
        self.cache = cache
        self._crawled: Crawled | None = None
        self._at: tuple[Page, list[Told]] | None = None  # the page that is being handed on, as it was read
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
            tried="the sandbox's imitation of its pages; not live" if name in SITES else TRIED_NOT,
            route=f"its site, crawled; matched here on {matched_on(self.match)}",
        )

    # Asking

    def count(self, search: Search, http: Http) -> Count:
        """Crawl the site and count its documents. What `pages` then gives is this crawl, not another.

        Raises Unavailable, Refused, or Changed when pages came and none could be read as a document.
        """
        crawled = self._ask(search, http)
        return Count(
            hits=crawled.documents,
            translation=f"matched on {matched_on(self.match)} of each document",
            warnings=tuple(warnings(crawled, self.settings)),
        )

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """Each line with how many documents answer it; None for a line that cannot be read here. Raises as `count`."""
        self._ask(search, http)
        hits = self.lines_met(search)
        for line in search.lines:
            yield line, Count(hits[line.number]) if line.number in hits else None

    def lines_met(self, search: Search) -> dict[int, int]:
        """How many documents of the crawl answer each line of `search`; nothing before there was a crawl."""
        tests = dict(_tests(search)) if self._crawled is not None else {}
        if not tests or self._crawled is None:
            return {}
        hits = dict.fromkeys(tests, 0)
        for _, told in self._crawled.replay():
            for record in (each.record for each in told if each.record is not None):
                view = View(self.in_full(record))
                for number, judge in tests.items():
                    hits[number] += judge(view) is not False
        return hits

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every page of the site. A crawl that was cut off begins again: a site cannot be asked to go on.

        Raises as `count`, and Incomplete after the last page when some could not be had.
        """
        crawled = self._ask(search, http)
        for page, told in crawled.replay():
            self._at = (page, told)
            yield page
        self._at = None
        lacks = what_lacks(self.info.label, crawled)
        if lacks:
            raise Incomplete(lacks, hint="Try again later.")

    def _ask(self, search: Search, http: Http) -> Crawled:
        if self._crawled is None:
            self._crawled = self._crawl(http, search.first_n)
        return self._crawled

    def _crawl(self, http: Http, first: int | None) -> Crawled:
        start = self.about.home
        if http.sandboxed:
            start = http.address(f"http://sandbox/sites/{self.info.name}/")
        if not start.endswith("/"):
            start += "/"
        cache = self.cache or (None if http.sandboxed else cache_dir() / self.info.name)
        own = self.settings is None or not self.settings.start
        job = Job(
            cache=str(cache or ""),
            spider=self.info.name if own else "configured",
            start=start,
            home=urlsplit(self.about.home).path or "/",
            rules={each: getattr(self.settings, each) for each in _CRAWLED} if self.settings and not own else {},
            contact=http.config.get("NCBI_EMAIL"),
            sandbox=http.sandboxed,
            limits=self.limits,
            listed=first is not None and bool(self.settings and self.settings.begin and not own),
        )
        # It lives as long as this source: `pages` and `count_lines` read it again.
        crawled = Crawled()
        crawled.first = first
        try:
            with _alone(cache, self.info.name):
                for said in crawl(job, source=self.info.name):
                    if isinstance(said, Fetched):
                        self._keep(crawled, said, start)
                        if first is not None and crawled.documents >= first:
                            break
                    elif isinstance(said, Problem):
                        crawled.problem(said, self._owners(said.url, start))
                    elif isinstance(said, Ended):
                        crawled.reason = said.reason
                        crawled.left = said.left
            self._settle(crawled)
        except BaseException:
            crawled.close()
            raise
        return crawled

    def _owners(self, url: str, start: str) -> str:
        """The address at the site's owner, also when a sandbox stands in for it: ids have to stay the same."""
        if url.startswith(start):
            return self.about.home + url.removeprefix(start)
        return url

    def _keep(self, crawled: Crawled, fetched: Fetched, start: str) -> None:
        """Read an answer once, and keep it with what it says."""
        url = self._owners(fetched.url, start)
        detail = {**fetched.detail, "kind": fetched.kind, "url": url, "fetched_from": fetched.url}
        if fetched.kind in ("html", "pdf"):
            first = crawled.first_with(fetched.body, url)
            if first != url:
                detail["same_as"] = first
        page = Page(
            kind="records" if fetched.kind in ("html", "pdf") else fetched.kind,
            request=f"GET {url}",
            status=fetched.status,
            body=fetched.body,
            fetched_at=fetched.fetched_at,
            cursor=str(crawled.pages + 1),
            media_type=fetched.media_type,
            detail=detail,
        )
        told = []
        for item in self.items(page):
            if isinstance(item.node, tuple):
                document = item.node[0]
                crawled.read += 1
                crawled.dated += document.date_by == "rule"
                if document.cut:
                    crawled.cut.add(url)
                for pdf in document.pdfs:
                    crawled.full_text(self._owners(addresses.clean(pdf), start), item.source_id)
            told.append(self._told(item))
        crawled.put(page, told)

    def _told(self, item: RawItem) -> Told:
        if item.error:
            return Told(item.source_id, None, item.error)
        try:
            return Told(item.source_id, self.record(item))
        except ValueError as error:
            return Told(item.source_id, None, str(error) or type(error).__name__)

    def _settle(self, crawled: Crawled) -> None:
        """What only the whole crawl tells: that the site is dead, or has changed."""
        came = crawled.came
        if not came:
            why = f": {crawled.why} at {crawled.where}" if crawled.why else ""
            raise Unavailable(f"not one page of the site could be had{why}", source=self.info.name, hint="Try later.")
        if not crawled.documents:
            raise Changed(
                many(came, "{} page came and could not be read", "{} pages came and none could be read")
                + " as a document",
                source=self.info.name,
                hint="The site may have changed: look at it, and report it so that its spider can be mended.",
            )

    # Telling

    def items(self, page: Page) -> Iterator[RawItem]:
        """The document in a page, if there is one. A PDF that is a page's full text is that page's."""
        detail = page.detail
        if page.kind != "records" or "same_as" in detail or "full_text_of" in detail:
            return
        if self._at is not None and self._at[0] is page:  # it was read when it came
            for told in self._at[1]:
                yield RawItem(told.source_id, 0, told)
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
        if isinstance(item.node, Told):
            if item.node.record is None:
                raise ValueError(item.node.error)
            return item.node.record
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
            keywords=document.keywords,
            identifiers=dict(document.identifiers),
            issns=document.issns,
            url=detail["url"],
        )
        record.extra = {"text": document.text, "read_by": document.how}
        _how_dated(record, document.date_by, sure=document.date_sure)
        said = (document.language, document.language_by)
        if not document.language and (header := detail.get("headers", {}).get("content-language")):
            said = (header, "http")
        _in_language(record, *said, document.text)
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
        _in_language(record, found.language, "pdf", found.text)
        if found.read < found.pages or found.cut:
            record.extra |= {"pdf_pages_read": found.read, "read_in_part": True}
        return record

    def in_full(self, record: Record) -> Record:
        """The record as it is matched: of title, summary with keywords, and full text what the strategy says (all).

        A date that is not sure does not count against a document: it is matched as one without a date.
        """
        text = record.extra.get("text", "") if "text" in self.match else ""
        if record.extra.get("date_sure") is False:
            record = replace(record, published=PartialDate())
        if "title" not in self.match:
            record = replace(record, title="")
        if "summary" not in self.match:
            record = replace(record, abstract=(), keywords=())
        return replace(record, abstract=(*record.abstract, Section(text))) if text else record


def _tests(search: Search) -> Iterator[tuple[int, Callable[[View], Outcome]]]:
    """The lines of a search that can be read here, as tests of a document."""
    if search.dialect != "generic":
        return
    language = dialects.get("generic")
    for line in search.lines:
        if not line.text:
            continue
        try:
            yield line.number, Matcher(language.read(line.text)).judge
        except StrategyError as error:
            _log.warning("line %d cannot be matched here and is not counted: %s", line.number, error)


def _in_language(record: Record, said: str, said_by: str, text: str) -> None:
    """The record's language, how it is known, and of a guess how sure it is; a poor guess stays beside the record."""
    found = language(said, said_by, text)
    if found is None:
        return
    record.extra["language_by"] = found.by
    if found.sure is not None:
        record.extra["language_sure"] = found.sure
        if found.sure < SURE:
            record.extra["language_guess"] = found.tag
            return
    record.languages = (found.tag,)


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
