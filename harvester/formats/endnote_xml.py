"""EndNote's XML: read as a stream, and written so that EndNote and SyRF take it.

No entities, no external DTD, no network.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from harvester.errors import FormatError
from harvester.formats import build, normal
from harvester.formats.base import Reading
from harvester.formats.ris_tags import DATABASES, PARTS
from harvester.formats.ris_write import fold
from harvester.kinds import kind_of
from harvester.record import Author, Record

_RECORD = re.compile(r"<record[\s>]")
# Record.kind -> EndNote's name and number of the type
_TYPES = {
    "article": ("Journal Article", 17), "book": ("Book", 6), "chapter": ("Book Section", 5),
    "conference": ("Conference Paper", 47), "report": ("Report", 27), "thesis": ("Thesis", 32),
    "web": ("Web Page", 12), "other": ("Generic", 13),
}  # fmt: skip
_PATHS = {
    "titles/title": "title", "titles/translated-title": "vernacular", "contributors/authors/author": "authors",
    "contributors/secondary-authors/author": "editors", "periodical/full-title": "journal",
    "periodical/abbr-1": "abbreviation", "titles/alt-title": "abbreviation", "publisher": "publisher",
    "pub-location": "place", "volume": "volume", "number": "issue", "pages": "pages", "dates/year": "year",
    "dates/pub-dates/date": "date", "abstract": "abstract", "language": "language", "work-type": "types",
    "keywords/keyword": "keywords", "electronic-resource-num": "doi", "isbn": "serial",
    "urls/related-urls/url": "url", "urls/web-urls/url": "url", "accession-num": "id", "custom2": "pmcid",
}  # fmt: skip
_MUST_HOLD = {"custom2": "PMC", "electronic-resource-num": "10."}
_DROPPED = frozenset({"source-app", "rec-number", "foreign-keys", "ref-type"})  # EndNote's own book-keeping


def sniff(head: str) -> bool:
    """Whether the text is XML with EndNote's elements."""
    return head.lstrip("\ufeff \n").startswith("<") and bool(
        re.search(r"<records[\s>]", head) and ("<ref-type" in head or "<contributors" in head or "<titles" in head)
    )


def count(reading: Reading) -> int:
    """How many <record> tags there are."""
    return sum(len(_RECORD.findall(block)) for block in reading.file.blocks())


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    from lxml import etree

    seen: set[str] = set()
    with reading.file.raw() as stream:
        try:
            for _, element in etree.iterparse(
                stream, events=("end",), tag="record", resolve_entities=False, load_dtd=False, no_network=True,
                huge_tree=False, recover=False,
            ):  # fmt: skip
                yield _record(element, reading, seen)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            line = error.lineno or 0
            if not reading.keep_readable:
                raise FormatError(
                    f"is broken XML: {error.msg}",
                    file=reading.file.label,
                    line=line,
                    hint="Export it again, or take what comes before the break with --keep-readable.",
                ) from error
            reading.reject(line, f"the XML breaks off: {error.msg}")


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _record(element: Any, reading: Reading, seen: set[str]) -> Record:
    kind_element = element.find("ref-type")
    kind_name = (kind_element.get("name") or "") if kind_element is not None else ""
    parts = build.Parts(element.sourceline or 0, kind_of(kind_name) or "other")
    if parts.kind == "other" and kind_name:
        parts.add("", kind_name, "ref-type")
    for path, node in _leaves(element, ""):
        value = _text(node)
        if path == "keywords/keyword":
            for keyword in re.split(r"\r|\n|;\s", "".join(node.itertext())):
                parts.add("keywords", " ".join(keyword.split()))
        elif path == "isbn":
            for number in re.split(r"[\r\n]+|\s*;\s*", "".join(node.itertext())):
                parts.add("serial", number)
        elif path == "titles/secondary-title":
            parts.add("book" if parts.kind in PARTS else "journal", value)
        elif path in _MUST_HOLD and _MUST_HOLD[path] not in value:
            parts.add("", value, path)
        else:
            parts.add(_PATHS.get(path, ""), value, path)
    for name in ("journal", "abbreviation"):
        parts.values[name] = list(dict.fromkeys(parts.values.get(name, [])))
    database = " ".join(parts.other.pop("remote-database-name", []))
    from harvester.formats.ris_tags import SOURCES

    source = SOURCES.get(database.lower(), "")
    if database and not source:
        parts.other["remote-database-name"] = [database]
    made = build.record(parts, reading, seen, kept="endnote", source=source)
    if source == "pubmed" and made.source_id.isdigit():
        made.identifiers.setdefault("pmid", (made.source_id,))
    return made


def _leaves(element: Any, above: str) -> Iterator[tuple[str, Any]]:
    """(path, element) of everything that holds text; <style> is only dress."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _DROPPED:
            continue
        path = f"{above}/{child.tag}" if above else child.tag
        inner = [each for each in child if isinstance(each.tag, str) and each.tag != "style"]
        if inner:
            yield from _leaves(child, path)
        elif path != "database":
            yield path, child


class Writer:
    """Writes records as EndNote XML. `label` goes to <label> and to a keyword."""

    def __init__(self, out: IO[bytes], *, label: str = "", collective_comma: bool = True) -> None:
        self._out = out
        self._label = label
        self._comma = collective_comma
        self._number = 0
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n')

    def add(self, record: Record) -> None:
        """Write one <record>."""
        self._number += 1
        out = io.StringIO()
        name, number = _TYPES.get(record.kind, _TYPES["other"])
        database, platform = DATABASES.get(record.source, (record.source, ""))
        out.write(f'<record><source-app name="harvester">harvester</source-app><rec-number>{self._number}</rec-number>')
        out.write(f"<ref-type name={quoteattr(name)}>{number}</ref-type>")
        out.write("<contributors>" + self._people("authors", record.authors))
        out.write(self._people("secondary-authors", record.editors) + "</contributors>")
        container, besides = normal.containers(record)
        out.write("<titles>" + _put("title", record.title))
        out.write(_put("secondary-title", container))
        out.write(_put("tertiary-title", "" if besides == record.journal else besides))
        out.write(_put("alt-title", record.journal_abbreviation) + _put("translated-title", record.vernacular_title))
        out.write("</titles><periodical>" + _put("full-title", record.journal) + "</periodical>")
        out.write(_put("pages", record.pages) + _put("volume", record.volume) + _put("number", record.issue))
        keywords = [*record.keywords, *("/".join((h.name, *h.subheadings)) for h in record.headings)]
        keywords += [self._label] if self._label else []
        out.write("<keywords>" + "".join(_put("keyword", keyword) for keyword in keywords) + "</keywords>")
        year = f"{record.published.year:04d}" if record.published.year else ""
        when = record.published.iso if record.published.month else ""
        out.write(f"<dates>{_put('year', year)}<pub-dates>{_put('date', when)}</pub-dates></dates>")
        out.write(_put("pub-location", record.place) + _put("publisher", record.publisher))
        serials = [*record.issns, *record.identifiers.get("isbn", ())]
        out.write(_put("isbn", "; ".join(serials)) + _put("accession-num", record.pmid or record.source_id))
        out.write(_put("custom2", "; ".join(record.identifiers.get("pmcid", ()))) + _put("label", self._label))
        out.write(_put("electronic-resource-num", record.doi) + _put("abstract", record.abstract_text))
        out.write("".join(_put("work-type", kind) for kind in record.publication_types))
        out.write(f"<urls><related-urls>{_put('url', record.url)}</related-urls></urls>")
        out.write(_put("remote-database-name", database) + _put("remote-database-provider", platform))
        out.write("".join(_put("language", language) for language in record.languages))
        out.write(_put("notes", "; ".join(record.extra.get("related", ()))))
        out.write(_put("custom8", "; ".join(record.extra.get("members", ()))))
        out.write("</record>\n")
        self._out.write(out.getvalue().encode("utf-8", "replace"))

    def _people(self, tag: str, people: tuple[Author, ...]) -> str:
        names = [f"{a.name}," if a.collective and self._comma else a.name for a in people]
        inner = "".join(_put("author", name) for name in names)
        return f"<{tag}>{inner}</{tag}>" if inner else ""

    def end(self) -> None:
        """Close the file."""
        self._out.write(b"</records></xml>\n")


writer = Writer


def _put(tag: str, value: str) -> str:
    value = fold(value)
    return f'<{tag}><style face="normal" font="default" size="100%">{escape(value)}</style></{tag}>' if value else ""
