"""A work: what one or more records describe, with the best field of each."""

from __future__ import annotations

from dataclasses import dataclass

from harvester.record import Record

FOLDS = {"preprints": "preprint", "updates": "update"}
"""Versions that may count as one work, with their relation: a preprint and its paper, updates of a Cochrane review."""


@dataclass(frozen=True, slots=True)
class Work:
    """One work after deduplication.

    `id` is the store's id of the first record that was ever kept of it, so it is stable over updates.
    `merged` holds the best field of each record; `members` are (record id, source, source's own id), sorted.
    """

    id: int
    merged: Record
    members: tuple[tuple[int, str, str], ...]
