"""The table [dedupe] of a strategy file: what this review counts as one work, and whose record is preferred."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from harvester.strategy.model import Duplicates
from harvester.strategy.places import Path as Where
from harvester.work import FOLDS

IGNORABLE = ("authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract", "isbn", "url")
"""Fields that may be left out of comparing, where a source spoils them. Titles are what all rests on."""
JOINED_FROM = 0.9
"""The lowest probability from which on two records are joined: a review may ask for more and not for less."""
_KEYS = ("fold", "prefer", "same", "different", "ignore", "joined_from")

Fail = Callable[[Where, str, str], NoReturn]


def read_duplicates(table: Any, fail: Fail) -> Duplicates:
    """The settings in `table`; `fail` raises with the place of what is wrong."""
    if not isinstance(table, Mapping):
        fail(("dedupe",), "dedupe has to be a table", "Write [dedupe] on a line of its own.")
    for key in table:
        if key not in _KEYS:
            close = difflib.get_close_matches(str(key), _KEYS, 1)
            hint = f"Write {close[0]!r} instead." if close else f"[dedupe] takes: {', '.join(_KEYS)}."
            fail(("dedupe", str(key)), f"unknown key {str(key)!r}", hint)
    fold = _names(table, "fold", 'Write fold = ["preprints"].', fail)
    for name in fold:
        if name not in FOLDS:
            hint = f"It may be: {', '.join(FOLDS)}. All else is folded by `harvester export --fold`."
            fail(("dedupe", "fold"), f"{name!r} cannot be folded", hint)
    ignore = _names(table, "ignore", 'Write ignore = ["pages"].', fail)
    for name in ignore:
        if name not in IGNORABLE:
            fail(("dedupe", "ignore"), f"{name!r} cannot be ignored", f"It may be: {', '.join(IGNORABLE)}.")
    same, different = (_pairs(table, key, fail) for key in ("same", "different"))
    for pair in set(same) & set(different):
        fail(("dedupe", "different"), f"{' and '.join(pair)} are the same, too", "Take the pair out of one of the two.")
    prefer = _names(table, "prefer", 'Write prefer = ["pubmed", "cinahl"].', fail)
    return Duplicates(fold, prefer, same, different, ignore, _joined_from(table, fail))


def _pairs(table: Mapping[str, Any], key: str, fail: Fail) -> tuple[tuple[str, str], ...]:
    """Pairs of records by source and the source's own id, each in order, no pair twice."""
    value = table.get(key, [])
    hint = f'Write {key} = [["pubmed:31452104", "cinahl:138229999"]].'
    if not isinstance(value, list):
        fail(("dedupe", key), f"{key} has to be a list of pairs", hint)
    for pair in value:
        named = isinstance(pair, list) and all(isinstance(name, str) and all(name.partition(":")) for name in pair)
        if not named or len(pair) != 2 or pair[0] == pair[1]:
            fail(("dedupe", key), f"{key} has to be a list of pairs of two records", hint)
    return tuple(dict.fromkeys((min(pair), max(pair)) for pair in value))


def _joined_from(table: Mapping[str, Any], fail: Fail) -> float:
    value = table.get("joined_from", JOINED_FROM)
    if isinstance(value, bool) or not isinstance(value, int | float) or not JOINED_FROM <= value <= 1:
        hint = f"Write a probability from {JOINED_FROM} to 1: the nearer to 1, the more pairs are put to a person."
        fail(("dedupe", "joined_from"), "joined_from has to be a number", hint)
    return float(value)


def _names(table: Mapping[str, Any], key: str, hint: str, fail: Fail) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        fail(("dedupe", key), f"{key} has to be a list of names", hint)
    return tuple(dict.fromkeys(value))
