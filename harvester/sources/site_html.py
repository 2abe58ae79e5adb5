"""A page of a site read: what its metadata says, then the page itself. Pure functions of the bytes.

In the order of trust: citation_* (Google Scholar's inclusion guidelines,
https://scholar.google.com/intl/en/scholar/inclusion.html), Dublin Core, JSON-LD and microdata (schema.org), OpenGraph,
the page.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from harvester import identifiers
from harvester.formats import normal
from harvester.record import Author, PartialDate
from harvester.sources.site_microdata import microdata
from harvester.sources.site_rules import Rules
from harvester.sources.site_text import MOST_TEXT, Main, main_text, own_text

FEWEST_WORDS = 120  # a page without metadata is a document from here on
MOST_LINKED = 0.5  # ... unless more than this share of its words are links
_ARTICLES = {
    "scholarlyarticle": "article",
    "medicalscholarlyarticle": "article",
    "article": "web",
    "newsarticle": "web",
    "blogposting": "web",
    "socialmediaposting": "web",
    "techarticle": "web",
    "webarticle": "web",
    "report": "report",
    "book": "book",
    "thesis": "thesis",
    "chapter": "chapter",
    "publicationissue": "web",
    "newsletter": "web",
    "guide": "report",
    "presentationdigitaldocument": "report",
    "digitaldocument": "report",
}
LAST_DAY = datetime(2100, 1, 1)  # noqa: DTZ001 - htmldate compares days without a zone
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_WRITTEN = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?{_MONTH},?\s+((?:19|20)\d\d)\b", re.IGNORECASE)


@dataclass(slots=True)
class Document:
    """What a page says of itself. `canonical` is the address it gives itself; `pdfs` those of its full text."""

    url: str
    canonical: str = ""
    title: str = ""
    kind: str = ""
    authors: tuple[Author, ...] = ()
    journal: str = ""
    publisher: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: PartialDate = field(default_factory=PartialDate)
    modified: PartialDate = field(default_factory=PartialDate)
    summary: str = ""
    text: str = ""
    language: str = ""
    language_by: str = ""  # what gave the language: citation, dublin-core, json-ld, html, ...
    keywords: tuple[str, ...] = ()
    identifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    issns: tuple[str, ...] = ()
    pdfs: tuple[str, ...] = ()
    how: str = ""
    date_by: str = ""  # what gave the date of publication: citation, json-ld, ..., or a strategy's rule
    date_sure: bool = False
    cut: bool = False  # the text is longer than what is read

    @property
    def is_document(self) -> bool:
        """Whether the page is one thing that can be cited, rather than a way to others."""
        return bool(self.kind and self.title)


def read(body: bytes, url: str, encoding: str = "", rules: Rules | None = None, at: str = "") -> Document:
    """A page read, by a strategy's `rules` where there are any; `at` is its address at the site's owner.

    Raises ValueError when the bytes are no HTML at all.
    """
    tree = _tree(body, encoding)
    meta = _meta(tree)
    linked = list(_json_ld(tree))
    main, said_by = _article(linked), "json-ld"
    if not main:
        main, said_by = _article(list(microdata(tree))), "microdata"
    document = Document(url=url)
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)").strip()
    document.canonical = urljoin(url, canonical) if canonical else ""
    heading = _flat(" ".join(tree.xpath("(//h1)[1]//text()")))
    document.title = (
        _one(meta, "citation_title", "dc.title", "dcterms.title")
        or _flat(main.get("headline") or main.get("name"))
        or _one(meta, "og:title", "twitter:title")
        or heading
        or _flat(tree.xpath("string(//title)"))
    )
    _people(document, meta, main, tree)
    _numbers(document, meta, main, url)
    _dates(document, meta, main, tree, said_by)
    document.summary = (
        _one(meta, "citation_abstract", "dcterms.abstract", "dc.description.abstract")
        or _flat(main.get("abstract"))
        or _one(meta, "dc.description", "dcterms.description")
        or _flat(main.get("description"))
        or _one(meta, "og:description", "description", "twitter:description")
    )
    document.keywords = _keywords(meta, main)
    part = main_text(tree)
    document.cut = len(part.text) >= MOST_TEXT
    document.language, document.language_by = _language(meta, main, tree, said_by)
    document.kind, document.how = _kind(meta, main, document, part, tree, said_by=said_by)
    if rules is not None:
        _by_rules(document, rules, tree, at or url)
    if document.is_document:  # what only leads to others needs no text and no day
        document.text = own_text(tree, part)
        if not document.published.year:
            _date_by_library(document, tree)
    return document


def _by_rules(document: Document, rules: Rules, tree: Any, url: str) -> None:
    """What the strategy says of the page stands above what the page says of itself."""
    if title := rules.texts("title", tree):
        document.title = title[0]
    if authors := rules.texts("authors", tree):
        document.authors = tuple(normal.person(name) for text in authors for name in _names(text))
    if summary := rules.texts("summary", tree):
        document.summary = " ".join(summary)
    dates = [found for text in rules.texts("date", tree) if (found := day(text)).year]
    if dates:
        document.published, document.date_by, document.date_sure = dates[0], "rule", True
    said = rules.is_document(url)
    if said is False:
        document.kind, document.how = "", ""
    elif said:
        document.kind, document.how = document.kind or "web", document.how or "rule"
        document.title = document.title or "[No title]"


def _tree(body: bytes, encoding: str) -> Any:
    from lxml import etree, html

    try:
        body.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = encoding if encoding and encoding.lower() not in ("utf-8", "utf8", "ascii") else "cp1252"
    try:
        parser = html.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
    except LookupError:
        parser = html.HTMLParser(encoding="cp1252", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"is no HTML: {error}") from error
    return tree


def _meta(tree: Any) -> dict[str, list[str]]:
    """Every <meta> by its name in lower case; `citation_author` and others come several times."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        content = _flat(element.get("content"))
        if name and content:
            found.setdefault(name.replace("dc:", "dc.").replace("dcterms:", "dcterms."), []).append(content)
    return found


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, out of lists and @graph too. A block that is no JSON is passed over."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads(script.text_content())]
        except (ValueError, RecursionError):
            continue  # the page itself still speaks
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value
            elif isinstance(value, dict):
                yield value
                waiting.extend(value.get(name) for name in ("@graph", "mainEntity", "mainEntityOfPage"))


def _types(value: dict[str, Any]) -> list[str]:
    kinds = value.get("@type")
    return [str(kind).rpartition("/")[2].lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]


def _article(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The first object that is a publication."""
    for value in objects:
        if any(kind in _ARTICLES for kind in _types(value)):
            return value
    return {}


def _language(meta: dict[str, list[str]], main: dict[str, Any], tree: Any, said_by: str) -> tuple[str, str]:
    """The language that the page says it is in, and where it says so."""
    spoken = main.get("inLanguage")
    said = (
        ("citation", _one(meta, "citation_language")),
        ("dublin-core", _one(meta, "dc.language", "dcterms.language")),
        (said_by, _flat(spoken.get("alternateName") or spoken.get("name") if isinstance(spoken, dict) else spoken)),
        ("html", _flat(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))),
        ("opengraph", _one(meta, "og:locale").replace("_", "-")),
        ("meta", _one(meta, "language", "content-language")),
    )
    return next(((text, name) for name, text in said if text), ("", ""))


def _one(meta: dict[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _flat(value: Any) -> str:
    """A value as one line; "" for what is not text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _people(document: Document, meta: dict[str, list[str]], main: dict[str, Any], tree: Any) -> None:
    names = meta.get("citation_author") or meta.get("dc.creator") or meta.get("dcterms.creator") or []
    if len(names) == 1 and ";" in names[0]:
        names = [part.strip() for part in names[0].split(";") if part.strip()]
    authors = [normal.person(name) for name in names]
    if not authors:
        people = main.get("author") or main.get("creator") or []
        authors = [author for value in (people if isinstance(people, list) else [people]) if (author := _person(value))]
    if not authors:
        said = meta.get("article:author") or meta.get("author") or _byline(tree)
        authors = [normal.person(name) for name in said if "://" not in name]
    document.authors = tuple(authors)
    document.publisher = _one(meta, "citation_publisher", "dc.publisher", "dcterms.publisher") or _name_of(
        main.get("publisher")
    )
    document.publisher = document.publisher or _one(meta, "citation_technical_report_institution", "og:site_name")


def _byline(tree: Any) -> list[str]:
    """The names in the page's byline: `By Anna Smith, Ben Jones and Carla Brown`."""
    marked = tree.xpath("//*[@itemprop='author' or @rel='author' or contains(concat(' ', @class, ' '), ' byline ')]")
    for element in marked:
        names = _names(_flat(element.text_content()))
        if names and all(len(part) <= 60 and not any(letter.isdigit() for letter in part) for part in names):
            return names
    return []


def _names(text: str) -> list[str]:
    """The names in `By Anna Smith, Ben Jones and Carla Brown`."""
    said = re.sub(r"^(?:written )?by[: ]\s*", "", text, flags=re.IGNORECASE)
    return [part for part in re.split(r"\s*[,;|&]\s*|\s+and\s+", said) if part]


def _person(value: Any) -> Author | None:
    if isinstance(value, str):
        return normal.person(_flat(value)) if value.strip() else None
    if not isinstance(value, dict):
        return None
    if value.get("familyName"):
        return Author(family=_flat(value["familyName"]), given=_flat(value.get("givenName")))
    name = _flat(value.get("name"))
    if not name:
        return None
    return Author(collective=name) if "organization" in _types(value) else normal.person(name)


def _name_of(value: Any) -> str:
    if isinstance(value, dict):
        return _flat(value.get("name"))
    return _flat(value)


def _numbers(document: Document, meta: dict[str, list[str]], main: dict[str, Any], url: str) -> None:
    document.journal = _one(meta, "citation_journal_title", "prism.publicationname") or _name_of(
        main.get("isPartOf") if "scholarlyarticle" in _types(main) else None
    )
    document.volume = _one(meta, "citation_volume", "prism.volume")
    document.issue = _one(meta, "citation_issue", "prism.number")
    document.pages = normal.join_pages(_one(meta, "citation_firstpage"), _one(meta, "citation_lastpage"))
    found: dict[str, tuple[str, ...]] = {}
    said = [
        *meta.get("citation_doi", ()),
        *(v for v in (*meta.get("dc.identifier", ()), *meta.get("dcterms.identifier", ())) if "10." in v),
        *(v for v in _texts(main.get("identifier"), main.get("sameAs"), main.get("@id")) if "10." in v),
        *meta.get("prism.doi", ()),
    ]
    for value in said:
        if doi := identifiers.doi(value):
            found["doi"] = (doi,)
            break
    if pmid := identifiers.pmid(_one(meta, "citation_pmid")):
        found["pmid"] = (pmid,)
    if isbn := normal.isbn(_one(meta, "citation_isbn") or _flat(main.get("isbn"))):
        found["isbn"] = (isbn,)
    document.identifiers = found
    document.issns = tuple(v for value in meta.get("citation_issn", ()) if (v := identifiers.issn(value)))
    document.pdfs = tuple(urljoin(url, value) for value in meta.get("citation_pdf_url", ()))


def _texts(*values: Any) -> Iterator[str]:
    """The strings in JSON-LD values: plain, in lists, or under `value` of a PropertyValue."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _texts(*value)
        elif isinstance(value, dict):
            yield from _texts(value.get("value"), value.get("@id"))


def _dates(document: Document, meta: dict[str, list[str]], main: dict[str, Any], tree: Any, said_by: str) -> None:
    """The date of publication from the first that has one, and which that was; the page's text is the last resort."""
    said = (
        ("citation", _one(meta, "citation_publication_date", "citation_date", "citation_online_date", "citation_year")),
        ("dublin-core", _one(meta, "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created")),
        (said_by, _flat(main.get("datePublished") or main.get("dateCreated"))),
        ("meta", _one(meta, "article:published_time", "og:published_time", "datepublished", "prism.publicationdate")),
        ("meta", _one(meta, "date")),
        ("time", _flat(tree.xpath("string((//time[@datetime]/@datetime)[1])"))),
    )
    for name, text in said:
        found = day(text)
        if found.year:
            document.published, document.date_by = found, name
            # The only <time> of a page is its date; one of several may be anybody's.
            document.date_sure = name != "time" or len(set(tree.xpath("//time/@datetime"))) == 1
            break
    document.modified = day(
        _flat(main.get("dateModified"))
        or _one(meta, "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified")
    )


def _date_by_library(document: Document, tree: Any) -> None:
    """The day that htmldate finds on a page that says none in its metadata. It is never sure: people have to look."""
    from htmldate import find_date

    try:
        # Without its extensive search, which takes years out of running text. The last day keeps the clock out of it.
        found = find_date(copy.deepcopy(tree), extensive_search=False, original_date=True, max_date=LAST_DAY)
    except (RecursionError, ValueError):
        return  # a page nested too deep, or nothing that could be a date
    if found:
        document.published, document.date_by, document.date_sure = normal.date(found), "htmldate", False


def written_day(text: str) -> PartialDate:
    """The first date written out in a text: `31st July 2022`, `July 2022`; nothing where there is none."""
    found = _WRITTEN.search(text)
    return normal.date(" ".join(part for part in found.groups() if part)) if found else PartialDate()


def day(text: str) -> PartialDate:
    """A date as pages write it: ISO with a time and a zone, `2022/07/31`, `Published: 31st July 2022`, `July 2022`."""
    if (found := written_day(text)).year:
        return found
    return normal.date(re.sub(r"^(\d{4}-\d{2}-\d{2})[T ].*", r"\1", text.strip()))


def _keywords(meta: dict[str, list[str]], main: dict[str, Any]) -> tuple[str, ...]:
    said = meta.get("citation_keywords") or meta.get("dc.subject") or meta.get("keywords") or meta.get("article:tag")
    values = list(said or _texts(main.get("keywords")))
    parts = [part.strip() for value in values for part in re.split(r"[;,]", value)]
    return tuple(dict.fromkeys(part for part in parts if part))


def _kind(  # noqa: PLR0911 - one sign after the other
    meta: dict[str, list[str]], main: dict[str, Any], document: Document, part: Main, tree: Any, *, said_by: str
) -> tuple[str, str]:
    """What the page is, and what says so; "" for a page that only leads to others."""
    if "citation_title" in meta:
        if document.journal:
            return "article", "citation"
        report = "citation_technical_report_institution" in meta or "citation_technical_report_number" in meta
        return ("report" if report else "thesis" if "citation_dissertation_institution" in meta else "web"), "citation"
    for kind in _types(main):
        if kind in _ARTICLES:
            return _ARTICLES[kind], said_by
    if "article" in (value.lower() for value in meta.get("og:type", ())):
        return "web", "opengraph"
    words = part.words
    if "dc.title" in meta and ("dc.date" in meta or "dc.creator" in meta) and words:
        return "web", "dublin-core"
    if not words or part.linked >= MOST_LINKED or "website" in (value.lower() for value in meta.get("og:type", ())):
        return "", ""
    # One <article> around the page's one heading is a document in the words of HTML itself
    # (https://html.spec.whatwg.org/multipage/sections.html#the-article-element).
    articles, headings = tree.xpath("count(//article)"), tree.xpath("count(//h1)")
    if headings == 1 and articles == 1 and tree.xpath("boolean(//article//h1)"):
        return "web", "article"
    return ("web", "text") if headings and words >= FEWEST_WORDS else ("", "")
