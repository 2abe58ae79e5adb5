"""PubMed's XML as the pages of a source. The parser is the file format's: harvester/formats/pubmed_xml.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from harvester.formats.pubmed_xml import first_pmid, nodes, read, read_node
from harvester.record import Record
from harvester.sources.base import RawItem

__all__ = ["items", "read", "record"]


def record(item: RawItem) -> Record:
    """One article read. Raises ValueError for an item that is not one."""
    if item.error or item.node is None:
        raise ValueError(item.error or "the item is empty")
    return read_node(item.node)


def items(source: IO[bytes] | bytes) -> Iterator[RawItem]:
    """Every article in a file or a body, in order; what cannot be cut out or parsed comes with `error`.

    Raises FormatError when it is not PubMed XML at all.
    """
    for position, (node, piece, error) in enumerate(nodes(source)):
        if node is None:
            yield RawItem(first_pmid(piece), position, None, error)
            continue
        element = node.element
        pmid = (element.findtext("MedlineCitation/PMID") or element.findtext("BookDocument/PMID") or "").strip()
        yield RawItem(pmid, position, node, "" if pmid else "the article has no PMID")
