"""Search strategies: one TOML file each. `load` reads one; see docs/strategy.md for what a file may say."""

from __future__ import annotations

from harvester.strategy.load import load, read
from harvester.strategy.model import (
    ALL_SITES,
    Block,
    Duplicates,
    Limits,
    SiteSettings,
    SourceSettings,
    Strategy,
    TermText,
    Update,
    Years,
)

__all__ = [
    "ALL_SITES",
    "Block",
    "Duplicates",
    "Limits",
    "SiteSettings",
    "SourceSettings",
    "Strategy",
    "TermText",
    "Update",
    "Years",
    "load",
    "read",
]
