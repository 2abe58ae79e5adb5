"""XML from strangers: no entities, no external DTD, no network, sizes bounded by the client."""

from __future__ import annotations

from typing import Any

from harvester.http import Answer, TryAgain


def parse(body: bytes) -> Any:
    """The root of an XML text. Raises ValueError for one that is not well-formed or has entities of its own."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("XML with a DTD of its own")
    return root


def of(answer: Answer) -> Any:
    """The root of an answer. Raises TryAgain for a web page, a cut or an empty body."""
    body = answer.body.strip()
    if not body or answer.is_html:
        raise TryAgain("a web page came where XML was due" if body else "an empty answer came")
    try:
        return parse(body)
    except ValueError as error:
        raise TryAgain(str(error)) from None


def words(node: Any) -> str:
    """All text inside an element, in one line; "" for None."""
    return "" if node is None else " ".join("".join(node.itertext()).split())
