"""What the small sites lay in a crawler's way.

Always there: calendars without end, redirects without end, visitors' numbers in addresses, an address of a PDF that
holds a page, text in another encoding than is said. Only where the sandbox is asked to be hard (`traps`): a sitemap
that unpacks to more than any may hold, pages of 5 MB, slow pages, lists without end.
"""

from __future__ import annotations

import gzip
import re
import time
import uuid
from collections.abc import Mapping
from functools import lru_cache

from harvester.sandbox.answers import HTML, Answer, of_text
from harvester.sandbox.looks import Look
from harvester.sandbox.pages import prose_page

SLOW = 1.0  # seconds
BLOATED = 5_000_000  # bytes that a bloated page has at least
_MONTH = re.compile(r"events/(\d{4})/(\d\d)/(?:(\d\d)/)?\Z", re.ASCII)
_SHOWN = re.compile(r"(\d{4})-(\d\d)\Z", re.ASCII)
_LIST = re.compile(r"archive/(\d{1,9})\Z", re.ASCII)


def answer(look: Look, base: str, path: str, query: Mapping[str, str], *, hard: bool) -> Answer | None:
    """The answer of a trap, or None where there is none."""
    if hard and (found := _hard(look, base, path)):
        return found
    if path in ("media/loop.pdf", "people/a", "people/b"):
        other = {"people/a": "people/b", "people/b": "people/a"}.get(path, path)
        return Answer(b"", HTML, 302, {"Location": f"{base}{other}"})
    if path == "media/moved.pdf":
        return of_text(prose_page(look, base, ["This file has moved. Ask us for a copy."]), HTML)
    if month := _MONTH.match(path):
        return _calendar(look, base, int(month[1]), int(month[2]))
    if path == "events" and (month := _SHOWN.match(query.get("date", ""))):
        return _university_calendar(look, base, int(month[1]), int(month[2]))
    return None


def _hard(look: Look, base: str, path: str) -> Answer | None:
    if path == "sitemap-bomb.xml.gz":
        return Answer(_bomb(), "application/gzip")
    if path == "about/history":
        time.sleep(SLOW)
        return of_text(prose_page(look, base, ["A slow page."]), HTML)
    if look.university and (found := _LIST.match(path)):
        after = f'<a href="{base}archive/{int(found[1]) + 1}">More</a>'
        return _linked(look, base, "Archive", after)
    return None


def _calendar(look: Look, base: str, year: int, month: int) -> Answer:
    """A month with links to its days, to the month before and to the next, for ever."""
    months = [divmod(year * 12 + month - 1 + step, 12) for step in (-1, 1)]
    links = "".join(f'<a href="{base}events/{y:04d}/{m + 1:02d}/">{y}-{m + 1}</a> ' for y, m in months)
    links += "".join(f'<a href="{base}events/{year:04d}/{month:02d}/{day:02d}/">{day}</a> ' for day in range(1, 29))
    return _linked(look, base, "Events", links)


def _university_calendar(look: Look, base: str, year: int, month: int) -> Answer:
    year, month = divmod(year * 12 + month, 12)
    links = f'<a href="{base}events?view=month&amp;date={year:04d}-{month + 1:02d}">Next month</a> '
    return _linked(look, base, "Events", links + f'<a href="{base}events?view=week&amp;date={year:04d}-01">Weeks</a>')


def _linked(look: Look, base: str, title: str, links: str) -> Answer:
    return of_text(look.page(base, title, "", f"<h1>{title}</h1>\n<p>{links}</p>\n"), HTML)


def doors(look: Look, base: str) -> str:
    """Links to the hard traps, for the home page: a slow page; on the university's, a list without end."""
    links = f'<p><a href="{base}about/history">History</a></p>\n'
    return links + (f'<p><a href="{base}archive/1">Archive</a></p>\n' if look.university else "")


def visitor_number() -> str:
    """Another number at every call: no two answers have the same links."""
    return str(uuid.uuid4())


def misencoded(text: str) -> bytes:
    """The text in Windows-1252, which is not what its head and the server say; UTF-8 where that cannot hold it."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return text.encode()


def bloated(text: str) -> str:
    """The page with 5 MB of a table after its text."""
    rows = "<tr><td>0.123</td><td>4.567</td></tr>\n"
    table = f'<table class="data">\n{rows * (BLOATED // len(rows) + 1)}</table>\n'
    return text.replace("</article>", f"{table}</article>", 1).replace("</div>\n</div>", f"{table}</div>\n</div>", 1)


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    """A few tens of kilobytes that unpack to more than 50 MB, the most that a sitemap may hold."""
    return gzip.compress(b"<urlset>" + b" " * (60 << 20) + b"</urlset>", 6, mtime=0)
