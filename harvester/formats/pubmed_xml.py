"""PubMed's XML, read record by record: never a whole file in memory, no entities, no DTD, no network.

An article is cut out of the bytes by its tags and parsed by itself. That is faster than lxml's iterparse, and a
broken article spoils only itself. The source "pubmed" reads its pages with the same parser (sources/pubmed_xml.py).
The shapes are those of NLM's DTD: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from harvester.errors import FormatError
from harvester.formats.base import Reading
from harvester.formats.pubmed_article import article_record
from harvester.formats.pubmed_book import book_record
from harvester.formats.pubmed_data import Tail, cut_tail
from harvester.record import Record

BLOCK = 1 << 18
# The largest article seen has some 3 MB (thousands of collaborators).
MAX_ARTICLE = 32 << 20

_SIGN = re.compile(r"<Pubmed(?:Book)?Article(?:Set)?[\s/>]")
_START = re.compile(rb"<(Pubmed(?:Book)?Article)(?=[\s/>])")
_ROOT = re.compile(rb"<(Pubmed(?:Book)?ArticleSet)(?=[\s/>])")
_ROOT_END = re.compile(rb"</Pubmed(?:Book)?ArticleSet\s*>|<Pubmed(?:Book)?ArticleSet[^>]*/>")
_PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)")
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# What may stand between articles; DeleteCitation names withdrawn PMIDs in the yearly files.
_BETWEEN = re.compile(
    rb"\s+|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*>|</?Pubmed(?:Book)?ArticleSet[^>]*>"
    rb"|<Delete(Citation|Document)\b[^>]*>.*?</Delete(?:Citation|Document)\s*>|<Delete(?:Citation|Document)\s*/>",
    re.DOTALL,
)


@dataclass(slots=True)
class Node:
    """An article parsed: its element, and its tail where that was read beforehand."""

    element: Any
    tail: Tail | None


def sniff(head: str) -> bool:
    """Whether the text is XML with PubMed's elements."""
    return head.lstrip("\ufeff \n").startswith("<") and bool(_SIGN.search(head))


def count(reading: Reading) -> int:
    """How many articles begin, by their tags."""
    found = 0
    rest = b""
    with reading.file.raw() as stream:
        for block in utf8(stream):
            text = rest + block
            found += len(_START.findall(text))
            # A tag may be cut in two by the block's end; one that is whole already was counted.
            rest = text[text.rfind(b"<") :] if text.rfind(b">") < text.rfind(b"<") else b""
            if _START.match(rest):
                found -= 1
    return found + bool(_START.match(rest))


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen: set[str] = set()
    with reading.file.raw() as stream:
        for position, (node, piece, error) in enumerate(nodes(stream)):
            found = None
            if node is not None:
                try:
                    found = read_node(node)
                except ValueError as wrong:
                    error = str(wrong)  # noqa: PLW2901 - told of the same article
            if found is None:
                pmid = first_pmid(piece)
                reading.reject(
                    _line(reading, piece), f"PMID {pmid}: {error}" if pmid else error, piece.decode("utf-8", "replace")
                )
                continue
            wanted, number = found.source_id, 2
            while found.source_id in seen:
                found.source_id = f"{wanted}#{number}"
                number += 1
            if found.source_id != wanted:
                reading.warn(0, f"article {position + 1}: the PMID {wanted} comes a second time")
            seen.add(found.source_id)
            found.source = reading.source or found.source
            yield found


def _line(reading: Reading, piece: bytes) -> int:
    """The line in which a broken piece begins; looked for only when there is one. 0 when it is not found."""
    first = piece.lstrip().split(b"\n", 1)[0]
    if not first:
        return 0
    wanted, before, number = piece.strip(), b"", 1
    with reading.file.raw() as stream:
        for block in utf8(stream):
            text = before + block
            if (place := text.find(wanted)) >= 0:
                return number + text.count(b"\n", 0, place)
            keep = max(0, len(text) - len(wanted))
            number += text.count(b"\n", 0, keep)
            before = text[keep:]
    return 0


def read(file: IO[bytes]) -> Iterator[Record]:
    """The records of a PubMed XML file opened in binary mode (unpack .gz first: gzip.open).

    Raises FormatError for a file that is not PubMed XML, is cut short, or holds an article that cannot be read;
    whoever wants to go on past a broken article uses `nodes` and `read_node`.
    """
    for position, (node, piece, error) in enumerate(nodes(file)):
        try:
            found = None if node is None else read_node(node)
        except ValueError as wrong:
            found, error = None, str(wrong)  # noqa: PLW2901 - told of the same article
        if found is None:
            raise FormatError(
                f"article {position + 1} (PMID {first_pmid(piece) or 'unknown'}): {error}",
                hint="Fetch the file again: it is damaged or was cut short.",
            )
        yield found


def read_node(node: Node) -> Record:
    """The record in an article. Raises ValueError when it is none."""
    if node.element.tag == "PubmedBookArticle":
        return book_record(node.element)
    return article_record(node.element, node.tail)


def nodes(source: IO[bytes] | bytes) -> Iterator[tuple[Node | None, bytes, str]]:
    """Each article as (node, its bytes, ""), or (None, its bytes, what is wrong)."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    for piece, error in _cut(utf8(source)):
        if error:
            yield None, piece, error
            continue
        try:
            head, tail = cut_tail(piece)
            yield Node(etree.fromstring(head, parser), tail), piece, ""
        except etree.XMLSyntaxError as broken:
            *cut_short, last = _begun_again(piece)
            for part in cut_short:
                yield None, part, "the article is cut short: another one begins inside it"
            try:
                yield Node(etree.fromstring(last, parser), None), last, ""
            except etree.XMLSyntaxError:
                yield None, last, f"not well-formed XML: {broken.msg}"


def _begun_again(piece: bytes) -> list[bytes]:
    """A piece that is not well-formed, cut wherever another article begins inside it."""
    starts = [found.start() for found in _START.finditer(piece)]
    return [piece[begin:end] for begin, end in zip(starts, [*starts[1:], len(piece)], strict=True)]


def first_pmid(piece: bytes) -> str:
    """The first PMID in an article's bytes, "" when there is none."""
    found = _PMID.search(piece)
    return found.group(1).decode() if found else ""


def _cut(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """The articles in `blocks`, each as (bytes, ""), and what is neither an article nor allowed as (bytes, error)."""
    between = _Between()
    buffer = b""
    for block in blocks:
        buffer += block
        at = 0
        while start := _START.search(buffer, at):
            close = b"</" + start.group(1) + b">"
            end = buffer.find(close, start.end())
            if end < 0:
                break
            gap = buffer[at : start.start()]
            if between.articles and not between.text and (not gap or gap.isspace()):
                pass  # the usual case
            else:
                yield from between.take(gap)
                yield from between.settle()
            at = end + len(close)
            yield buffer[start.start() : at], ""
            between.articles += 1
        if start is None:
            # A tag may be cut in two by the block's end.
            keep = max(at, buffer.rfind(b"<", at)) if len(buffer) - at < BLOCK else len(buffer)
            keep = keep if buffer.find(b">", keep) < 0 else len(buffer)
            yield from between.take(buffer[at:keep])
            at = keep
        buffer = buffer[at:]
        if len(buffer) > MAX_ARTICLE:
            raise FormatError(
                f"an article of more than {MAX_ARTICLE >> 20} MB after {between.articles} articles",
                hint="The file is damaged or is not PubMed XML.",
            )
    if _START.search(buffer):
        yield from between.settle()
        yield buffer, "the article is cut short: the file ends inside it"
        return
    yield from between.take(buffer)
    yield from between.settle(at_end=True)


class _Between:
    """What stands between the articles: allowed, or reported. Nothing that could be a record is passed over."""

    def __init__(self) -> None:
        self.articles = 0
        self.text = b""
        self._opened = False
        self._closed = False

    def take(self, text: bytes) -> Iterator[tuple[bytes, str]]:
        self.text += text
        if len(self.text) > MAX_ARTICLE:
            yield from self.settle()

    def settle(self, *, at_end: bool = False) -> Iterator[tuple[bytes, str]]:
        if self.text:
            self._opened = self._opened or _ROOT.search(self.text) is not None
            self._closed = self._closed or _ROOT_END.search(self.text) is not None
            rest = _BETWEEN.sub(b"", self.text)
            if rest and not (self._opened or self.articles):
                head = " ".join(self.text[:200].decode("utf-8", "replace").split())[:80]
                raise FormatError(
                    f"not PubMed XML: it begins with {head!r}",
                    hint="Export from PubMed as PubMed or XML, or fetch with efetch retmode=xml.",
                )
            if rest:
                yield rest, f"unknown content between articles: {rest[:60].decode('utf-8', 'replace')!r}"
            self.text = b""
        if at_end and not (self._opened or self.articles):
            raise FormatError("not PubMed XML: the file is empty", hint="Export or fetch it again.")
        if at_end and self._opened and not self._closed:
            yield b"", f"the file is cut short after {self.articles} articles"


def utf8(source: IO[bytes] | bytes) -> Iterator[bytes]:
    """The bytes of `source` in blocks, as UTF-8 without a byte order mark and whatever encoding it declares."""
    blocks = (
        (source[at : at + BLOCK] for at in range(0, len(source), BLOCK))
        if isinstance(source, bytes)
        else iter(lambda: source.read(BLOCK), b"")
    )
    head = next(blocks, b"")
    if head.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        encoding = "utf-16"
    else:
        head = head.removeprefix(codecs.BOM_UTF8)
        declared = _ENCODING.search(head)
        encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        yield head
        yield from blocks
        return
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        yield decoder.decode(head).encode()
        for block in blocks:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except (LookupError, UnicodeError) as error:
        raise FormatError(f"the file says it is in {encoding}, and is not: {error}") from error
