"""How the small sites are dressed: the frame around a page's own part. None of it is the page's own.

Menus, cookie notices, sidebars and footers name terms of Table 1 on every page, as real ones do.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

Menu = tuple[tuple[str, str], ...]
_COOKIES = "We use cookies. They are good for your mental health and remember that you read this."
_FOOTER = "Find a social prescribing link worker, a health coach or help for a long-term condition near you."


@dataclass(frozen=True, slots=True)
class Look:
    """A site's dress. `own` is the element around a document's own text; `head` says whether a feed is linked."""

    title: str
    menu: Menu
    own: str = "article"
    university: bool = False
    feed: bool = True

    def page(self, base: str, title: str, head: str, main: str) -> str:
        """A whole page around `main`."""
        feed = f'<link rel="alternate" type="application/rss+xml" href="{base}feed.xml">\n' if self.feed else ""
        items = "".join(f'<li><a href="{base}{path}">{name}</a></li>' for path, name in self.menu)
        frame = self._university if self.university else self._plain
        return (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)} | '
            f"{escape(self.title)}</title>\n{head}{feed}</head>\n<body>\n{frame(items, main)}</body>\n</html>\n"
        )

    @staticmethod
    def _plain(items: str, main: str) -> str:
        return (
            f'<div class="cookie-banner" role="dialog">{_COOKIES}</div>\n<header><nav><ul>{items}</ul></nav></header>\n'
            f"<main>\n{main}</main>\n<footer><p>{_FOOTER}</p></footer>\n"
        )

    @staticmethod
    def _university(items: str, main: str) -> str:
        return (
            f'<div id="cookie-consent" class="cc-window"><h2>Cookies on this website</h2><p>{_COOKIES}</p>'
            '<button>Accept all cookies</button></div>\n<div id="site-header"><p class="strapline">For community '
            f'navigators and people with chronic illness.</p><ul class="navbar">{items}</ul></div>\n'
            '<div class="breadcrumb">Home / Social prescribing link workers</div>\n<div id="content" class="row">\n'
            f'<div class="col-md-9">\n{main}</div>\n<div class="sidebar col-md-3"><h3>Related</h3><p>Multimorbidity '
            f"and community connectors.</p></div>\n</div>\n"
            f'<div id="footer" class="site-footer"><p>{_FOOTER}</p></div>\n'
        )


NETWORK = Look(
    "Social Prescribing Network (synthetic)",
    (
        ("", "Home"), ("about", "About"), ("resources/", "Resources"), ("news/", "News"),
        ("newsletters/", "Newsletters"), ("members/minutes", "Members"), ("search?q=link", "Search"),
    ),
)  # fmt: skip
ACADEMY = Look(
    "Academy for Social Prescribing (synthetic)",
    (
        ("", "Home"), ("about/", "About"), ("evidence/", "Evidence"), ("news/", "News"), ("events/2022/07/", "Events"),
        ("members/minutes", "Members"), ("search?q=link", "Search"), ("media/moved.pdf", "Our charter"),
        ("media/loop.pdf", "Annual report"),
    ),
)  # fmt: skip
UNIVERSITY = Look(
    "Social Prescribing Research Network (synthetic)",
    (
        ("", "Home"), ("about", "About us"), ("publications/", "Publications"), ("news/", "News and views"),
        ("events?view=month&amp;date=2022-07", "Events"), ("people/a", "People"), ("intranet/papers", "Intranet"),
        ("login?destination=/intranet", "Log in"),
    ),
    own='div class="article-body"',
    university=True,
    feed=False,
)  # fmt: skip
