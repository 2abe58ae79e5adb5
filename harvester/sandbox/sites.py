"""Small sites for the spiders, under /sites/<name>/: robots.txt, sitemaps, feed, pages, newsletters, PDFs.

Another site is another entry in SITES; its documents are drawn from its own plan (site_plans.py), its pages are dressed
by its look (looks.py), and what it lays in a crawler's way is in site_traps.py.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from harvester.sandbox import pdf, site_traps
from harvester.sandbox.answers import HTML, TEXT, XML, Answer, number, of_text
from harvester.sandbox.documents import Document
from harvester.sandbox.looks import ACADEMY, NETWORK, UNIVERSITY, Look
from harvester.sandbox.pages import document_page, listing_page, prose_page

ROOT = "/sites/"
_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `number` is its plan; `closed` are the parts that robots.txt forbids; `lists` its lists.

    `sitemap` is one of "" (there is none), plain, nested (an index, one part of it packed); `validator` one of "",
    etag, modified: what lets a client ask whether a page has changed. `sessions` puts a visitor's number into links.
    """

    number: int
    look: Look
    closed: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    sitemap: str = "plain"
    validator: str = "etag"
    sessions: str = ""


SITES: dict[str, Site] = {
    "social-prescribing-network": Site(
        0,
        NETWORK,
        ("members/", "search", "drafts/"),
        {"resources/": ("resources/", "media/"), "news/": ("news/",), "newsletters/": ("newsletters/",)},
    ),
    "nasp": Site(
        1,
        ACADEMY,
        ("members/", "search", "umbraco/"),
        {"evidence/": ("evidence/", "media/"), "news/": ("news/",)},
        sitemap="nested",
        sessions=";jsessionid={}",
    ),
    "oxford-sprn": Site(
        2,
        UNIVERSITY,
        ("intranet/", "search", "login"),
        {"publications/": ("publications/", "media/"), "news/": ("news/",)},
        sitemap="",
        validator="modified",
        sessions="?{}",
    ),
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what parameters and headers came along, and whether the site shall be hard on it."""

    query: dict[str, str]
    headers: Mapping[str, str]
    traps: bool = False


def serve(sites: dict[str, Sequence[Document]], clock: date, address: str, path: str, visitor: Visitor) -> Answer:
    """Answer a request that is not for E-utilities. `sites` are the sites' documents, `path` without its query."""
    if path == "/robots.txt":
        return of_text(robots(address), TEXT)
    if path in ("/", ROOT.rstrip("/"), ROOT):
        return of_text(prose_page(NETWORK, "", ["The small sites: " + ", ".join(f"{ROOT}{n}/" for n in SITES)]), HTML)
    name, slash, rest = path.removeprefix(ROOT).partition("/")
    if not path.startswith(ROOT) or name not in SITES:
        return _missing()
    if not slash:
        return Answer(b"", HTML, 301, {"Location": f"{path}/"})
    there = [document for document in sites[name] if document.appears <= clock.toordinal()]
    return _Visit(SITES[name], f"{address}{ROOT}{name}/", there, clock, visitor).answer(rest)


def robots(address: str) -> str:
    """robots.txt, as it stands at the host's root for all sites."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: {ROOT}{name}/{part}" for name, site in SITES.items() for part in site.closed]
    lines += ["Disallow: /entrez/", ""]
    lines += [f"Sitemap: {address}{ROOT}{name}/sitemap.xml" for name, site in SITES.items() if site.sitemap]
    return "\n".join(lines) + "\n"


def _missing() -> Answer:
    return of_text(
        "<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>404</h1></body></html>\n", HTML, 404
    )


class _Visit:
    def __init__(self, site: Site, base: str, there: list[Document], clock: date, visitor: Visitor) -> None:
        self.site = site
        self.base = base
        self.there = there
        self.clock = clock
        self.visitor = visitor

    def answer(self, path: str) -> Answer:
        files: dict[str, Callable[[], Answer]] = {
            "robots.txt": lambda: of_text(robots(self.base.partition(ROOT)[0]), TEXT),
        }
        if self.site.look.feed:
            files["feed.xml"] = lambda: of_text(self.feed(), "application/rss+xml; charset=UTF-8")
        if self.site.sitemap == "plain":
            files["sitemap.xml"] = lambda: of_text(self.sitemap(self.there), XML)
        if self.site.sitemap == "nested":
            files["sitemap.xml"] = self.sitemap_index
            files["sitemap-pages.xml"] = lambda: of_text(self.sitemap([]), XML)
            files["sitemap-news.xml.gz"] = self.packed_sitemap
        return files[path]() if path in files else self.page(path)

    def page(self, path: str) -> Answer:
        """A page or a PDF."""
        if any(path.startswith(part) for part in self.site.closed):
            # There is something here, and a polite crawler never sees it.
            return self.prose("For members: minutes and drafts.")
        if path in ("", "about", "about/"):
            shown = self.prose(*_ABOUT[path.rstrip("/")])
            if self.visitor.traps and not path:
                doors = site_traps.doors(self.site.look, self.base)
                shown.body = shown.body.replace(b"</h1>\n", b"</h1>\n" + doors.encode(), 1)
            return shown
        path = path.partition(";")[0]
        if path in self.site.lists:
            return of_text(self.listing(path), HTML)
        trap = site_traps.answer(self.site.look, self.base, path, self.visitor.query, hard=self.visitor.traps)
        if trap is not None:
            return trap
        found = next((document for document in self.there if document.path == path.rstrip("/")), None)
        if found is None and f"{path}/" in self.site.lists:
            return Answer(b"", HTML, 301, {"Location": f"{self.base}{path}/"})
        return self.document(found)

    def prose(self, *paragraphs: str) -> Answer:
        """A page that is no document."""
        return of_text(prose_page(self.site.look, self.base, list(paragraphs)), HTML)

    def document(self, found: Document | None) -> Answer:
        """A document, or that there is none; or that it has not changed, to one who has it."""
        if found is None:
            return _missing()
        answer = self._dressed(found)
        if self.site.validator == "etag":
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            answer.headers["ETag"] = tag
            if self.visitor.headers.get("If-None-Match") == tag:
                return Answer(b"", answer.media_type, 304, {"ETag": tag})
        elif self.site.validator == "modified":
            day = format_datetime(datetime.fromordinal(found.appears).replace(tzinfo=UTC), usegmt=True)
            answer.headers["Last-Modified"] = day
            if self.visitor.headers.get("If-Modified-Since") == day:
                return Answer(b"", answer.media_type, 304, {"Last-Modified": day})
        return answer

    def _dressed(self, found: Document) -> Answer:
        if found.is_pdf:
            made = pdf.write(
                found.title,
                ", ".join(found.authors),
                found.summary,
                found.published,
                [f"Published {found.published.day} {found.published:%B %Y}", *found.body],
            )
            # What a server says of a file whose name does not say it.
            return Answer(made, "application/pdf" if found.path.endswith(".pdf") else "application/octet-stream")
        text = document_page(self.site.look, self.base, found)
        chance = zlib.crc32(found.path.encode())
        if self.visitor.traps and chance % 16 == 0:
            text = site_traps.bloated(text)
        if self.site.look.university and chance % 3 == 0:
            return Answer(site_traps.misencoded(text), HTML)
        return of_text(text, HTML)

    def listing(self, path: str) -> str:
        """A page of a list, newest first. The PDFs are listed with the documents; none is in a sitemap."""
        mine = sorted(
            (document for document in self.there if document.path.startswith(self.site.lists[path])),
            key=lambda document: (document.published, document.path),
            reverse=True,
        )
        page = max(1, number(self.visitor.query, "page", 1))
        shown = mine[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        more = f"{self.base}{path}?page={page + 1}" if len(mine) > page * _PER_PAGE else ""
        session = self.site.sessions.format(site_traps.visitor_number())
        return listing_page(self.site.look, self.base, path.rstrip("/").capitalize(), shown, more=more, session=session)

    def sitemap(self, listed: Sequence[Document]) -> str:
        """Fixed pages, and of `listed` all but PDFs and the newest news item: sitemaps lag behind, lists do not."""
        fixed = ["", "about", *self.site.lists]
        news = [document for document in self.there if document.kind == "news"]
        newest = max(news, key=lambda document: document.appears, default=None)
        rows = [f"<url><loc>{escape(self.base + path)}</loc></url>" for path in fixed]
        rows += [
            f"<url><loc>{escape(self.base + document.path)}</loc>"
            f"<lastmod>{date.fromordinal(document.appears)}</lastmod></url>"
            for document in listed
            if not document.is_pdf and document is not newest
        ]
        return _xml("urlset", "\n".join(rows))

    def sitemap_index(self) -> Answer:
        """An index of two parts; of a bomb too, where traps are wanted, and of one that lies elsewhere."""
        parts = ["sitemap-pages.xml", "sitemap-news.xml.gz", *(["sitemap-bomb.xml.gz"] if self.visitor.traps else [])]
        rows = [f"<sitemap><loc>{escape(self.base + part)}</loc></sitemap>" for part in parts]
        rows.append("<sitemap><loc>http://127.0.0.1:9/sitemap.xml</loc></sitemap>")
        return of_text(_xml("sitemapindex", "\n".join(rows)), XML)

    def packed_sitemap(self) -> Answer:
        """The news, packed, with an address that robots.txt forbids."""
        text = self.sitemap([document for document in self.there if document.kind == "news"])
        forbidden = f"<url><loc>{escape(self.base)}members/minutes</loc></url>\n</urlset>"
        return Answer(gzip.compress(text.replace("</urlset>", forbidden).encode(), mtime=0), "application/gzip")

    def feed(self) -> str:
        """RSS of the ten newest news items."""
        news = sorted((d for d in self.there if d.kind == "news"), key=lambda d: d.appears, reverse=True)[:10]
        items = "".join(
            f"<item><title>{escape(d.title)}</title><link>{escape(self.base + d.path)}</link>"
            f"<description>{escape(d.summary)}</description></item>\n"
            for d in news
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
            f"<title>{escape(self.site.look.title)}</title><link>{self.base}</link><description>News</description>\n"
            f"{items}</channel></rss>\n"
        )


def _xml(root: str, inner: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{inner}\n</{root}>\n"
    )


_ABOUT: dict[str, Any] = {
    "": ["We bring together people who work on non-medical support.", "See our resources, news and newsletters."],
    "about": ["The network began in 2016.", "We keep a library of reports and an archive of newsletters."],
}
