"""What a strategy says of a site's pages: which are publications, and where title, authors, date and summary stand.

Pure functions of a page's tree. What a rule does not find, the page's own metadata tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from harvester.crawl.addresses import path_pattern
from harvester.errors import StrategyError
from harvester.strategy import SiteSettings

RULES = ("title", "authors", "date", "summary")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site, ready for use. `find` maps a rule's name to what it selects in a tree."""

    documents: tuple[Any, ...]
    find: dict[str, Callable[[Any], list[Any]]]

    def is_document(self, url: str) -> bool | None:
        """Whether the strategy says that the page is a publication; None where it says nothing of it."""
        if not self.documents:
            return None
        path = urlsplit(url).path
        return any(pattern.match(path) for pattern in self.documents)

    def texts(self, rule: str, tree: Any) -> list[str]:
        """What a rule finds: `datetime` or `content` where an element has them, else its text; none that are empty."""
        if rule not in self.find:
            return []
        found = []
        for element in self.find[rule](tree):
            text = element.get("datetime") or element.get("content") or element.text_content()
            if flat := " ".join(text.split()):
                found.append(flat)
        return found


def compiled(settings: SiteSettings) -> Rules:
    """The rules of `settings`. Raises StrategyError for a selector that is none, or needs what is not installed."""
    from lxml import etree
    from lxml.cssselect import CSSSelector

    find: dict[str, Callable[[Any], list[Any]]] = {}
    for rule in RULES:
        selector = getattr(settings, rule)
        if not selector:
            continue
        try:
            find[rule] = cast("Callable[[Any], list[Any]]", CSSSelector(selector, translator="html"))
        except (etree.XPathError, ValueError, SyntaxError) as error:
            raise StrategyError(
                f"[site.{settings.name}] {rule}: {selector!r} is no CSS selector: {error}",
                line=settings.line,
                column=settings.column,
                hint=f'Write it as for a style sheet: {rule} = "main .{rule}".',
            ) from None
    return Rules(tuple(path_pattern(each) for each in settings.document), find)
