"""Places to search, one file each. This is the register: names here, modules loaded when asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from harvester.errors import UsageError

if TYPE_CHECKING:
    from harvester.sources.base import Source

# name -> (module, class, arguments of its constructor)
SOURCES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "pubmed": ("pubmed", "PubMed", ()),
    "social-prescribing-network": ("site", "Site", ("social-prescribing-network",)),
}


def names() -> tuple[str, ...]:
    """The names of all sources, in the order in which they are shown."""
    return tuple(SOURCES)


def get(name: str) -> Source:
    """The source of that name. Raises UsageError, naming the nearest one."""
    import difflib

    if name not in SOURCES:
        near = difflib.get_close_matches(name.lower(), SOURCES, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Sources: {', '.join(SOURCES)}."
        raise UsageError(f"there is no source {name!r}", hint=hint)
    module, kind, arguments = SOURCES[name]
    found: Source = getattr(importlib.import_module(f"harvester.sources.{module}"), kind)(*arguments)
    return found
