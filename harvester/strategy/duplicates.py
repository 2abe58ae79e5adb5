"""The table [dedupe] of a strategy file: what this review counts as one work, and whose record is preferred."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from harvester.strategy.model import Duplicates
from harvester.strategy.places import Path as Where

FOLDS = {"preprints": "preprint", "updates": "update"}
"""What may be folded: a preprint into its paper, the versions of a Cochrane review into one."""

Fail = Callable[[Where, str, str], NoReturn]


def read_duplicates(table: Any, fail: Fail) -> Duplicates:
    """The settings in `table`; `fail` raises with the place of what is wrong."""
    if not isinstance(table, Mapping):
        fail(("dedupe",), "dedupe has to be a table", "Write [dedupe] on a line of its own.")
    for key in table:
        if key not in ("fold", "prefer"):
            close = difflib.get_close_matches(str(key), ("fold", "prefer"), 1)
            hint = f"Write {close[0]!r} instead." if close else "[dedupe] takes: fold, prefer."
            fail(("dedupe", str(key)), f"unknown key {str(key)!r}", hint)
    fold = _names(table, "fold", 'Write fold = ["preprints"].', fail)
    for name in fold:
        if name not in FOLDS:
            fail(("dedupe", "fold"), f"{name!r} cannot be folded", f"It may be: {', '.join(FOLDS)}.")
    return Duplicates(fold, _names(table, "prefer", 'Write prefer = ["pubmed", "cinahl"].', fail))


def _names(table: Mapping[str, Any], key: str, hint: str, fail: Fail) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        fail(("dedupe", key), f"{key} has to be a list of names", hint)
    return tuple(dict.fromkeys(value))
