"""Which addresses a crawl has met, in memory that does not grow with the site."""

from __future__ import annotations

import hashlib
import sqlite3

_PAGES = 1_000  # kilobytes of the table that stay in memory; the rest lies in a nameless temporary file


class Seen:
    """A set of texts, kept by their hashes (96 bits) in a temporary SQLite file that is gone when the process ends.

    Strings in a Python set cost some 200 bytes each, and a site of ten thousand pages may name hundreds of thousands.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "": a file of SQLite's own, deleted when closed
        self._database.execute("pragma journal_mode = off")
        self._database.execute("pragma synchronous = off")
        self._database.execute(f"pragma cache_size = -{_PAGES}")
        self._database.execute("create table seen (hash blob primary key) without rowid")

    def add(self, text: str) -> bool:
        """Remember `text`; whether it is new."""
        return self._database.execute("insert or ignore into seen values (?)", (_hash(text),)).rowcount == 1

    def __contains__(self, text: str) -> bool:
        found = self._database.execute("select 1 from seen where hash = ?", (_hash(text),))
        return found.fetchone() is not None

    def __len__(self) -> int:
        return int(self._database.execute("select count(*) from seen").fetchone()[0])


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()
