"""The SQLite store of a review: one file that keeps runs, searches, answers, records, works and decisions.

`open_store` is the way in. What is kept and asked for lies in the modules beside this one, one matter each:
`runs` (runs, searches, windows), `pages` (answers and what they held), `records` (normalised records),
`read` (works and records going out), `decisions` (duplicates decided by hand), `check` (is it sound).
"""

from __future__ import annotations

from harvester.store.database import Store, open_store
from harvester.store.read import each_record, works

__all__ = ["Store", "each_record", "open_store", "works"]
