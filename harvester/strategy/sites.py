"""`[site.NAME]`: an organisation's site as a source of its own, described in a few lines of TOML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any, NoReturn
from urllib.parse import urlsplit

from harvester.strategy.model import SiteSettings
from harvester.strategy.places import Path as Where

Fail = Callable[[Where, str, str], NoReturn]
Of = Callable[[Where], tuple[int, int]]
KEYS = tuple(each.name for each in fields(SiteSettings) if each.name not in ("name", "line", "column"))
_TEXTS = ("label", "publisher", "title", "authors", "date", "summary")
_LISTS = ("begin", "sitemaps", "allow", "deny", "document")
_NUMBERS = ("pages", "depth", "delay")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def read_sites(value: Any, fail: Fail, of: Of) -> tuple[SiteSettings, ...]:
    """The sites in the table `site`. `fail` raises for a place in the file, `of` gives its line and column."""
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        fail(("site",), "sites are not written like this", "Begin each with a line [site.NAME], then start = ...")
    return tuple(_site(name, table, fail, of) for name, table in value.items())


def _site(name: str, table: dict[str, Any], fail: Fail, of: Of) -> SiteSettings:
    where: Where = ("site", name)
    if not _NAME.match(name):
        fail(where, f"{name!r} is no name for a source", "Use lower-case words joined by '-': kings-fund.")
    for key in table:
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, 1)
            hint = f"Write {close[0]!r} instead." if close else f"[site.NAME] takes: {', '.join(KEYS)}."
            fail((*where, key), f"unknown key {key!r}", hint)
    values: dict[str, Any] = {"start": _start((*where, "start"), table.get("start"), fail)}
    for key in _TEXTS:
        values[key] = table.get(key, "")
        if not isinstance(values[key], str):
            fail((*where, key), f"{key} has to be text", f'Put it in quotes: {key} = "...".')
    for key in _LISTS:
        values[key] = _list((*where, key), table.get(key, []), fail)
    for key in _NUMBERS:
        values[key] = _number((*where, key), table.get(key), fail)
    line, column = of(where)
    return SiteSettings(name=name, line=line, column=column, **values)


def _start(where: Where, value: Any, fail: Fail) -> str:
    hint = 'Write the address where the site begins: start = "https://www.example.org/".'
    if not isinstance(value, str) or not value:
        fail(where, "a site needs its start", hint)
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or parts.username:
        fail(where, f"{value!r} is no address of a site", hint)
    if not parts.path:
        return f"{value}/"
    if not parts.path.endswith("/"):
        fail(where, "a start ends with a slash: nothing outside of it is asked", f'Write start = "{value}/".')
    return value


def _list(where: Where, value: Any, fail: Fail) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) and each.strip() for each in values):
        fail(where, f"{where[-1]} has to be a list of paths", f'Write {where[-1]} = ["/publications/*"].')
    return tuple(each.strip() for each in values)


def _number(where: Where, value: Any, fail: Fail) -> int | float | None:
    if value is None:
        return None
    whole = where[-1] != "delay"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 1:
        what = "a whole number" if whole else "seconds,"
        fail(where, f"{where[-1]} has to be {what} 1 or more", f"Write {where[-1]} = {'500' if whole else '2.5'}.")
    found: int | float = value
    return found
