"""Small sites for the spiders, under /sites/<name>/: robots.txt, sitemap, feed, pages, newsletters, PDFs.

Another site is another entry in SITES; its documents are drawn anew from the same plan (documents.py), its pages are
dressed by its own `Site` settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from harvester.sandbox import pdf
from harvester.sandbox.answers import HTML, TEXT, XML, Answer, number, of_text
from harvester.sandbox.documents import Document
from harvester.sandbox.pages import document_page, listing_page, prose_page

ROOT = "/sites/"
_PER_PAGE = 10
_LISTS = ("resources/", "news/", "newsletters/")


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `number` seeds its documents; `closed` are the parts that robots.txt forbids."""

    number: int
    title: str
    closed: tuple[str, ...] = ("members/", "search", "drafts/")


SITES: dict[str, Site] = {
    "social-prescribing-network": Site(0, "Social Prescribing Network (synthetic)"),
}


def serve(sites: dict[str, Sequence[Document]], clock: date, address: str, path: str, query: dict[str, str]) -> Answer:
    """Answer a request that is not for E-utilities. `sites` are the sites' documents, `path` without its query."""
    if path == "/robots.txt":
        return of_text(robots(address), TEXT)
    if path in ("/", ROOT.rstrip("/"), ROOT):
        return of_text(prose_page("Sandbox", "", ["The small sites: " + ", ".join(f"{ROOT}{n}/" for n in SITES)]), HTML)
    name, slash, rest = path.removeprefix(ROOT).partition("/")
    if not path.startswith(ROOT) or name not in SITES:
        return _missing()
    if not slash:
        return Answer(b"", HTML, 301, {"Location": f"{path}/"})
    there = [document for document in sites[name] if document.appears <= clock.toordinal()]
    return _Visit(SITES[name], f"{address}{ROOT}{name}/", there, clock, query).answer(rest)


def robots(address: str) -> str:
    """robots.txt, as it stands at the host's root for all sites."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: {ROOT}{name}/{part}" for name, site in SITES.items() for part in site.closed]
    lines += ["Disallow: /entrez/", ""]
    lines += [f"Sitemap: {address}{ROOT}{name}/sitemap.xml" for name in SITES]
    return "\n".join(lines) + "\n"


def _missing() -> Answer:
    return of_text(
        "<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>404</h1></body></html>\n", HTML, 404
    )


class _Visit:
    def __init__(self, site: Site, base: str, there: list[Document], clock: date, query: dict[str, str]) -> None:
        self.site = site
        self.base = base
        self.there = there
        self.clock = clock
        self.query = query

    def answer(self, path: str) -> Answer:
        files = {
            "robots.txt": lambda: of_text(robots(self.base.partition(ROOT)[0]), TEXT),
            "sitemap.xml": lambda: of_text(self.sitemap(), XML),
            "feed.xml": lambda: of_text(self.feed(), "application/rss+xml; charset=UTF-8"),
        }
        return files[path]() if path in files else self.page(path)

    def page(self, path: str) -> Answer:
        """A page or a PDF."""
        if any(path.startswith(part) for part in self.site.closed):
            # There is something here, and a polite crawler never sees it.
            return of_text(prose_page(self.site.title, self.base, ["For members: minutes and drafts."]), HTML)
        if path in ("", "about"):
            return of_text(prose_page(self.site.title, self.base, _ABOUT[path]), HTML)
        if path in _LISTS:
            return of_text(self.listing(path), HTML)
        found = next((document for document in self.there if document.path == path.rstrip("/")), None)
        if found is None and f"{path}/" in _LISTS:
            return Answer(b"", HTML, 301, {"Location": f"{self.base}{path}/"})
        return self.document(found)

    def document(self, found: Document | None) -> Answer:
        """A document, or that there is none."""
        if found is None:
            return _missing()
        if found.is_pdf:
            made = pdf.write(found.title, ", ".join(found.authors), found.summary, found.published, list(found.body))
            return Answer(made, "application/pdf")
        return of_text(document_page(self.site.title, self.base, found), HTML)

    def listing(self, path: str) -> str:
        """A page of a list, newest first. The PDFs are listed among the resources; none is in the sitemap."""
        parts = ("resources/", "media/") if path == "resources/" else (path,)
        mine = sorted(
            (document for document in self.there if document.path.startswith(parts)),
            key=lambda document: (document.published, document.path),
            reverse=True,
        )
        page = max(1, number(self.query, "page", 1))
        shown = mine[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        more = f"{self.base}{path}?page={page + 1}" if len(mine) > page * _PER_PAGE else ""
        return listing_page(self.site.title, self.base, path.rstrip("/").capitalize(), shown, more)

    def sitemap(self) -> str:
        """All pages but the newest news item: sitemaps lag behind, the lists and the feed do not."""
        fixed = ["", "about", "resources/", "news/", "newsletters/"]
        news = [document for document in self.there if document.kind == "news"]
        newest = max(news, key=lambda document: document.appears, default=None)
        rows = [f"<url><loc>{escape(self.base + path)}</loc></url>" for path in fixed]
        rows += [
            f"<url><loc>{escape(self.base + document.path)}</loc>"
            f"<lastmod>{date.fromordinal(document.appears)}</lastmod></url>"
            for document in self.there
            if not document.is_pdf and document is not newest
        ]
        inner = "\n".join(rows)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{inner}\n</urlset>\n"
        )

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
            f"<title>{escape(self.site.title)}</title><link>{self.base}</link><description>News</description>\n"
            f"{items}</channel></rss>\n"
        )


_ABOUT = {
    "": ["We bring together people who work on non-medical support.", "See our resources, news and newsletters."],
    "about": ["The network began in 2016.", "We keep a library of reports and an archive of newsletters."],
}
