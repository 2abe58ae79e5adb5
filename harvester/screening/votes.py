"""What a file of decisions tells of one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harvester.record import Record


@dataclass(frozen=True, slots=True)
class Vote:
    """One reviewer's verdict; `reviewer` is "" where the file names nobody."""

    verdict: str
    reason: str = ""
    reviewer: str = ""


# A record, what its row said beside, and what was decided about it.
Told = tuple[Record, Mapping[str, str], tuple[Vote, ...]]
