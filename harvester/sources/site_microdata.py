"""Microdata: schema.org's words in a page's own attributes (https://html.spec.whatwg.org/multipage/microdata.html).

Items come out in the shape of JSON-LD, so that one reader serves both. `itemref` is not followed. extruct reads more
kinds of metadata and brings rdflib, html5lib and pyRdfa along for it; this is a page of code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

MOST_ITEMS = 200  # of one page: what stands above is a list
_DEEPEST = 8  # items within items
_ATTRIBUTES = {
    "meta": "content", "time": "datetime", "data": "value", "meter": "value", "a": "href", "link": "href",
    "area": "href", "img": "src", "audio": "src", "embed": "src", "iframe": "src", "source": "src",
    "video": "src", "object": "data",
}  # fmt: skip


def microdata(tree: Any) -> Iterator[dict[str, Any]]:
    """The page's items that stand in no other, as JSON-LD would say them."""
    found = tree.xpath("//*[@itemscope][@itemtype][not(@itemprop)]")
    for element in found[:MOST_ITEMS]:
        yield _item(element, 0)


def _item(element: Any, depth: int) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": [_name(kind) for kind in (element.get("itemtype") or "").split()]}
    if element.get("itemid"):
        item["@id"] = element.get("itemid")
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if not isinstance(child.tag, str):
            continue
        names = (child.get("itemprop") or "").split()
        nested = child.get("itemscope") is not None
        if names and not (nested and depth >= _DEEPEST):
            value = _item(child, depth + 1) if nested else _value(child)
            for name in names:
                _add(item, _name(name), value)
        if not nested:
            waiting.extend(reversed(child))
    return item


def _add(item: dict[str, Any], name: str, value: Any) -> None:
    """The first value stands alone, as in JSON-LD; authors and keywords may be several."""
    if name not in item:
        item[name] = value
    elif name in ("author", "creator", "keywords", "identifier", "sameAs"):
        before = item[name]
        item[name] = [*before, value] if isinstance(before, list) else [before, value]


def _value(element: Any) -> str:
    attribute = _ATTRIBUTES.get(element.tag)
    text = (element.get(attribute) if attribute else None) or element.get("content") or element.text_content()
    return " ".join(text.split())


def _name(said: str) -> str:
    """`https://schema.org/Report` as `Report`."""
    return urlsplit(said).path.rpartition("/")[2] if "/" in said else said
