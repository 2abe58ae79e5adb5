"""The text of a page's own part: what it says, without its menus, banners and lists of other pages.

Where the page marks its own part (<main>, <article>) all of that is taken, since extractors drop what looks like a box
beside the text and a term in it would be lost in silence. Where it marks nothing, trafilatura tells the text from what
is around it (docs/decisions/0073 has the figures).
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

MOST_TEXT = 1_000_000  # characters of main text that are read and kept
MOST_EXTRACTED = 500_000  # characters of a page beyond which trafilatura takes longer than its worth
LEAST_SHARE = 0.25  # of the page's words: less than that and trafilatura has missed the text
_LEFT_OUT = frozenset(
    "script style noscript template nav header footer aside form svg iframe button select dialog object".split()  # noqa: SIM905
)
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:cookie\w*|consent|gdpr|breadcrumbs?|navbar|navigation|site-?nav|skip-?link|sidebar|share-?buttons?|"
    r"pagination|back-to-top|sign-?up|(?:site|page|global|main)-(?:header|footer))(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROLES = frozenset(("dialog", "alertdialog", "navigation", "banner", "contentinfo", "search"))
_AROUND = frozenset(("header", "footer", "sidebar", "menu", "nav"))  # ids of what stands around a page's own part
_BLOCKS = frozenset(
    "p div li h1 h2 h3 h4 h5 h6 br tr td th section article main ul ol dl dd dt blockquote pre table figure".split()  # noqa: SIM905
)
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Main:
    """A page's main part: its `text`, a paragraph a line; how many `words` it holds, what share are `linked`.

    `marked` says whether the page itself says where the part begins. Where it does not, `own_text` tells more.
    """

    text: str
    words: int
    linked: float
    marked: bool


def main_text(tree: Any) -> Main:
    """The main part of a page."""
    marked = tree.xpath("//main|//*[@role='main']") or tree.xpath("//article")
    pieces: list[str] = []
    linked: list[str] = []
    for root in marked or tree.xpath("//body") or [tree]:
        _gather(root, pieces, linked)
    text = _LINES.sub("\n", _SPACE.sub(" ", "".join(pieces))).strip()
    words = len(text.split())
    share = len(" ".join(linked).split()) / words if words else 0.0
    return Main(text[:MOST_TEXT], words, share, bool(marked))


def own_text(tree: Any, part: Main) -> str:
    """The text of a document: of a page that marks no part as its own, without what trafilatura takes for its frame."""
    if part.marked or not part.words or len(part.text) > MOST_EXTRACTED:
        return part.text
    import trafilatura

    try:
        found = trafilatura.extract(
            copy.deepcopy(tree), favor_recall=True, include_tables=True, include_comments=False, with_metadata=False
        )
    except RecursionError:  # a page nested deeper than Python's stack
        return part.text
    text = _LINES.sub("\n", _SPACE.sub(" ", str(found or ""))).strip()
    return text if len(text.split()) >= LEAST_SHARE * part.words else part.text


def _gather(root: Any, pieces: list[str], linked: list[str]) -> None:
    """The texts below an element in reading order, without recursion: pages nest as deep as they like."""
    waiting: list[tuple[Any, bool, bool]] = [(root, False, False)]
    length = 0
    while waiting and length <= MOST_TEXT:
        element, is_tail, in_link = waiting.pop()
        if is_tail:
            if element.tag in _BLOCKS:
                pieces.append("\n")
            if element.tail:
                pieces.append(element.tail)
                length += len(element.tail)
                if in_link:
                    linked.append(element.tail)
            continue
        if element is not root:
            waiting.append((element, True, in_link))
        if (
            not isinstance(element.tag, str)
            or element.tag in _LEFT_OUT
            or (element is not root and _is_banner(element))
        ):
            continue
        if element.tag in _BLOCKS:
            pieces.append("\n")
        in_link = in_link or element.tag == "a"
        if element.text:
            pieces.append(element.text)
            length += len(element.text)
            if in_link:
                linked.append(element.text)
        waiting.extend((child, False, in_link) for child in reversed(element))


def _is_banner(element: Any) -> bool:
    said = f"{element.get('id') or ''} {element.get('class') or ''}"
    if len(said) > 1 and (element.get("id") in _AROUND or _BANNER.search(said)):
        return True
    return element.get("aria-hidden") == "true" or element.get("role") in _ROLES
