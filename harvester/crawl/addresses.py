"""Addresses of pages: the same page under one address, and which links are worth following."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

# Parameters that say who is asking, not what is asked for.
_NOISE = re.compile(
    r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|phpsessid|jsessionid|aspsessionid\w*|sid|session(?:_?id)?|cfid|cftoken|ref|share)\Z",
    re.IGNORECASE,
)
# A visitor's number that stands alone: `?429f8a3c-48b9-11ef-b362-061ab7f93640`.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_PAGE = re.compile(
    r"[?&](?:page|paged|p|pg|pagenum(?:ber)?|start|offset|from|b_start%3Aint)=\d+(?=&|\Z)|/page/\d+(?=/|\Z)|/\Z",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)
# Files that hold no text to be found.
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|bmp|tiff?|css|js|json|map|woff2?|ttf|eot|otf|mp[34]|m4[av]|avi|mov|wmv|webm|ogg|wav|"
    r"zip|gz|tar|rar|7z|exe|dmg|apk|ics|vcf|rss|atom|xml|csv|xlsx?|pptx?|docx?|odt|ods|epub)\Z",
    re.IGNORECASE,
)
_TRAPS = re.compile(
    r"/(?:calendar|login|logout|sign-?in|register|cart|basket|checkout|search|tag|author|print|share|wp-admin|wp-login|cdn-cgi)"
    r"(?:[/.?]|\Z)|/(?:events?|diary|whats-on|agenda)/(?:(?:month|week|day|list)/)?\d{4}(?:[/-]\d\d?){0,2}/?(?:\?|\Z)"
    r"|[?&](?:month|date|day|week|tribe-bar-date|replytocom|add-to-cart|sort|order|print)=",
    re.IGNORECASE,
)


def clean(url: str) -> str:
    """`url` without its fragment and without session ids and tracking, its parameters in order."""
    parts = urlsplit(url.strip())
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _NOISE.match(name) and (value or not _UUID.match(name))
    )
    host = (parts.hostname or "").lower()
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme):
        host = f"{host}:{parts.port}"
    # What is escaped stays so; what is not and has to be, is.
    return urlunsplit((parts.scheme.lower(), host, quote(path, safe="/%:@!$&'()*+,;=~-._"), urlencode(pairs), ""))


def path_pattern(text: str) -> re.Pattern[str]:
    """A pattern of paths as a strategy writes it: `/publications/*`; `*` stands for any characters, even slashes."""
    return re.compile(".*".join(map(re.escape, text.split("*"))) + r"\Z", re.DOTALL)


def is_pdf(url: str) -> bool:
    """Whether an address looks like a PDF's."""
    return urlsplit(url).path.lower().endswith(".pdf")


def next_of_a_list(here: str, there: str) -> bool:
    """Whether two addresses are the same but for the number of a list's page: `?page=2`, `/page/2/`, `?start=20`."""
    return here != there and _without_page(here) == _without_page(there)


def _without_page(url: str) -> str:
    """`/search?page=2&q=x` as `/search?q=x`: the first parameter may have been the page's number."""
    bare = _PAGE.sub("", url)
    return bare if "?" in bare else bare.replace("&", "?", 1)


def worth_following(url: str, traps: Iterable[re.Pattern[str]] = (), *, begun: bool = False) -> bool:
    """Whether a link may lead to a page with text: no pictures, no calendars, logins or searches.

    `begun`: someone chose the address to begin at, so that nothing about it is a trap.
    """
    if len(url) > 1000 or urlsplit(url).scheme not in ("http", "https"):
        return False
    if _NO_PAGE.search(urlsplit(url).path):
        return False
    # /a/b/a/b/a/b: a link that is relative where it should not be.
    steps = [step for step in urlsplit(url).path.split("/") if step]
    if len(steps) > 6 and len(set(steps)) <= len(steps) // 2:
        return False
    return begun or not trap_in(url, traps)


def trap_in(url: str, traps: Iterable[re.Pattern[str]] = ()) -> str:
    """What makes an address look like a calendar, a login, a search or another of a site's `traps`; "" for nothing.

    Numbers are told as N, so that the days of one calendar are one: `/events/N/N`.
    """
    found = next((match for pattern in (_TRAPS, *traps) if (match := pattern.search(url))), None)
    return re.sub(r"\d+", "N", found.group().rstrip("/?.=")) if found else ""
