"""The HTML of the small sites. Metadata lie where real sites have them: JSON-LD, citation_* or Dublin Core tags, Open
Graph, nowhere. What is around a page's own part is in looks.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from harvester.sandbox.documents import Document
from harvester.sandbox.looks import Look

_TYPES = {"news": "NewsArticle", "newsletter": "PublicationIssue", "report": "Report", "article": "ScholarlyArticle"}


def prose_page(look: Look, base: str, paragraphs: Sequence[str]) -> str:
    """A page that is no document: the home page, `about`."""
    head = '<meta property="og:type" content="website">\n'
    text = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)
    return look.page(base, look.title, head, f"<h1>{escape(look.title)}</h1>\n{text}")


def listing_page(look: Look, base: str, title: str, shown: Sequence[Document], *, more: str, session: str) -> str:
    """A list of documents. It holds their titles but is none itself, and says so (CollectionPage).

    `session` is added to the links, as sites do that put a visitor's number into addresses.
    """
    data = json.dumps({"@context": "https://schema.org", "@type": "CollectionPage", "name": title})
    head = f'<meta property="og:type" content="website">\n<script type="application/ld+json">{data}</script>\n'
    rows = "".join(
        f'<li><a href="{base}{escape(document.path)}{session}">{escape(document.title)}</a>'
        f"{' (PDF)' if document.is_pdf else ''} {_time(document)}</li>\n"
        for document in shown
    )
    after = f'<p><a rel="next" href="{escape(more)}">Older</a></p>\n' if more else ""
    return look.page(base, title, head, f'<h1>{escape(title)}</h1>\n<ul class="listing">\n{rows}</ul>\n{after}')


def document_page(look: Look, base: str, document: Document) -> str:
    """One document with its metadata in the style that it has."""
    heads = {"jsonld": _jsonld, "citation": _citation, "og": _open_graph, "dublin": _dublin}
    head = heads[document.style](base, document) if document.style in heads else ""
    head += f'<link rel="canonical" href="{base}{escape(document.path)}">\n'
    by = f'<p class="byline">By {escape(", ".join(document.authors))}</p>\n' if document.authors else ""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in document.body)
    doi = (
        f'<p>Published: <a href="https://doi.org/{document.doi}">https://doi.org/{document.doi}</a></p>\n'
        if document.doi
        else ""
    )
    text = f"<h1>{escape(document.title)}</h1>\n{by}<p>{_time(document)}</p>\n{paragraphs}{doi}"
    main = f"<{look.own}>\n{text}</{look.own.partition(' ')[0]}>\n"
    return look.page(base, document.title, head, main)


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


def _dublin(base: str, document: Document) -> str:
    parts = [_meta("DC.title", document.title), *(_meta("DC.creator", name) for name in document.authors)]
    parts += [_meta("DCTERMS.issued", document.published.isoformat()), _meta("DC.identifier", base + document.path)]
    parts.append(_meta("DC.description", document.summary))
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
