"""`[site.NAME]`: an organisation's site as a source of its own, described in a few lines of TOML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any, NoReturn
from urllib.parse import urlsplit

from harvester.strategy.model import ALL_SITES, SiteSettings
from harvester.strategy.places import Path as Where

Fail = Callable[[Where, str, str], NoReturn]
Of = Callable[[Where], tuple[int, int]]
KEYS = tuple(each.name for each in fields(SiteSettings) if each.name not in ("name", "line", "column"))
_TEXTS = ("label", "publisher", "title", "authors", "date", "summary")
_LISTS = ("begin", "sitemaps", "allow", "deny", "document")
_NUMBERS = ("pages", "depth", "delay", "hours")
UNITS = {"delay": "seconds", "hours": "hours"}
_PARTS = ("delay", "hours")  # of these, those that need not be whole
# Sites that the program knows already (harvester.sources.site_about): what is said of them here is added.
KNOWN = ("nasp", "oxford-sprn", "social-prescribing-network", "kings-fund", "nhs-england", "nice")
MATCH = ("title", "summary", "text")
OF_ALL = ("match", *_NUMBERS)  # what [sites] may say of every site
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def read_sites(value: Any, fail: Fail, of: Of) -> tuple[SiteSettings, ...]:
    """The sites in the table `site`; one that gives no start adds to a site that the program knows.

    `fail` raises for a place in the file, `of` gives its line and column.
    """
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        fail(("site",), "sites are not written like this", "Begin each with a line [site.NAME], then start = ...")
    return tuple(_site(name, table, fail, of) for name, table in value.items())


def read_all_sites(value: Any, fail: Fail, of: Of) -> tuple[SiteSettings, ...]:
    """What the table `sites` says of every site, as settings of the name ALL_SITES; nothing where there is none."""
    where: Where = ("sites",)
    if not isinstance(value, dict):
        fail(where, "sites has to be a table", 'Write [sites] and then match = ["title", "summary"].')
    if not value:
        return ()
    for key in value:
        if key not in OF_ALL:
            hint = f"[sites] takes: {', '.join(OF_ALL)}; one site's own are under [site.NAME]."
            fail((*where, key), f"unknown key {key!r}", hint)
    numbers: dict[str, Any] = {key: _number((*where, key), value.get(key), fail) for key in _NUMBERS}
    line, column = of(where)
    match = _match((*where, "match"), value.get("match", []), fail)
    return (SiteSettings(ALL_SITES, "", match=match, line=line, column=column, **numbers),)


def _match(where: Where, value: Any, fail: Fail) -> tuple[str, ...]:
    found = _list(where, value, fail)
    for each in found:
        if each not in MATCH:
            fail(where, f"{each!r} is nothing that is matched", f"match takes: {', '.join(MATCH)}.")
    return tuple(each for each in MATCH if each in found)


def _site(name: str, table: dict[str, Any], fail: Fail, of: Of) -> SiteSettings:
    where: Where = ("site", name)
    if not _NAME.match(name):
        fail(where, f"{name!r} is no name for a source", "Use lower-case words joined by '-': kings-fund.")
    for key in table:
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, 1)
            hint = f"Write {close[0]!r} instead." if close else f"[site.NAME] takes: {', '.join(KEYS)}."
            fail((*where, key), f"unknown key {key!r}", hint)
    added = name in KNOWN and "start" not in table
    values: dict[str, Any] = {"start": "" if added else _start((*where, "start"), table.get("start"), fail)}
    values["match"] = _match((*where, "match"), table.get("match", []), fail)
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
    whole = where[-1] not in _PARTS
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 1:
        what = "a whole number" if whole else f"{UNITS[str(where[-1])]},"
        fail(where, f"{where[-1]} has to be {what} 1 or more", f"Write {where[-1]} = {'500' if whole else '2.5'}.")
    found: int | float = value
    return found
