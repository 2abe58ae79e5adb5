"""The HTML of the small sites. Metadata lie where real sites have them: JSON-LD, citation_* tags, Open Graph, nowhere.

Menu, cookie notice and footer name terms of Table 1 on every page: only what stands in <main> is the page's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from harvester.sandbox.documents import Document

_MENU = (
    ("", "Home"), ("about", "About"), ("resources/", "Resources"), ("news/", "News"),
    ("newsletters/", "Newsletters"), ("members/minutes", "Members"), ("search?q=link", "Search"),
)  # fmt: skip
_COOKIES = "We use cookies. They are good for your mental health and remember that you read this."
_FOOTER = "Find a social prescribing link worker, a health coach or help for a long-term condition near you."
_TYPES = {"news": "NewsArticle", "newsletter": "PublicationIssue", "report": "Report", "article": "ScholarlyArticle"}


def _page(site: str, base: str, title: str, head: str, main: str) -> str:
    menu = "".join(f'<li><a href="{base}{path}">{name}</a></li>' for path, name in _MENU)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)} | {escape(site)}'
        f'</title>\n{head}<link rel="alternate" type="application/rss+xml" href="{base}feed.xml">\n</head>\n<body>\n'
        f'<div class="cookie-banner" role="dialog">{_COOKIES}</div>\n<header><nav><ul>{menu}</ul></nav></header>\n'
        f"<main>\n{main}</main>\n<footer><p>{_FOOTER}</p></footer>\n</body>\n</html>\n"
    )


def prose_page(site: str, base: str, paragraphs: Sequence[str]) -> str:
    """A page that is no document: the home page, `about`."""
    head = '<meta property="og:type" content="website">\n'
    return _page(
        site, base, site, head, f"<h1>{escape(site)}</h1>\n" + "".join(f"<p>{escape(p)}</p>\n" for p in paragraphs)
    )


def listing_page(site: str, base: str, title: str, shown: Sequence[Document], more: str) -> str:
    """A list of documents. It holds their titles but is none itself, and says so (CollectionPage)."""
    data = json.dumps({"@context": "https://schema.org", "@type": "CollectionPage", "name": title})
    head = f'<meta property="og:type" content="website">\n<script type="application/ld+json">{data}</script>\n'
    rows = "".join(
        f'<li><a href="{base}{escape(document.path)}">{escape(document.title)}</a>'
        f"{' (PDF)' if document.is_pdf else ''} {_time(document)}</li>\n"
        for document in shown
    )
    after = f'<p><a rel="next" href="{escape(more)}">Older</a></p>\n' if more else ""
    return _page(site, base, title, head, f'<h1>{escape(title)}</h1>\n<ul class="listing">\n{rows}</ul>\n{after}')


def document_page(site: str, base: str, document: Document) -> str:
    """One document with its metadata in the style that it has."""
    heads = {"jsonld": _jsonld, "citation": _citation, "og": _open_graph}
    head = heads[document.style](base, document) if document.style in heads else ""
    head += f'<link rel="canonical" href="{base}{escape(document.path)}">\n'
    by = f'<p class="byline">By {escape(", ".join(document.authors))}</p>\n' if document.authors else ""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in document.body)
    doi = (
        f'<p>Published: <a href="https://doi.org/{document.doi}">https://doi.org/{document.doi}</a></p>\n'
        if document.doi
        else ""
    )
    main = f"<article>\n<h1>{escape(document.title)}</h1>\n{by}<p>{_time(document)}</p>\n{paragraphs}{doi}</article>\n"
    return _page(site, base, document.title, head, main)


def _time(document: Document) -> str:
    return f'<time datetime="{document.published}">{document.published:%d %B %Y}</time>'


def _meta(name: str, content: str, key: str = "name") -> str:
    return f'<meta {key}="{name}" content="{escape(content)}">\n'


def _jsonld(base: str, document: Document) -> str:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _TYPES[document.kind],
        "headline": document.title,
        "author": [{"@type": "Person", "name": name} for name in document.authors],
        "datePublished": document.published.isoformat(),
        "description": document.summary,
        "url": base + document.path,
    }
    if document.doi:
        data["identifier"] = f"https://doi.org/{document.doi}"
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>\n{_meta("description", document.summary)}'


def _citation(base: str, document: Document) -> str:
    parts = [_meta("citation_title", document.title)]
    parts += [_meta("citation_author", name) for name in document.authors]
    parts.append(_meta("citation_publication_date", f"{document.published:%Y/%m/%d}"))
    if document.doi:
        parts.append(_meta("citation_doi", document.doi))
    parts.append(_meta("citation_public_url", base + document.path))
    parts.append(_meta("description", document.summary))
    return "".join(parts)


def _open_graph(base: str, document: Document) -> str:
    return (
        _meta("og:type", "article", "property")
        + _meta("og:title", document.title, "property")
        + _meta("og:description", document.summary, "property")
        + _meta("og:url", base + document.path, "property")
        + _meta("article:published_time", f"{document.published}T09:00:00+00:00", "property")
        + "".join(_meta("article:author", name, "property") for name in document.authors)
    )
