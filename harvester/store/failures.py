"""SQLite's failures in words that a librarian can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.errors import StoreError, StoreInUse

# Primary result codes: https://www.sqlite.org/rescode.html
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SAID = {
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "Make room, then `harvester resume`: all that was kept before is sound.",
    ),
    sqlite3.SQLITE_READONLY: (
        "the file or its folder cannot be written",
        "Check who may write there, or name another file with --db FILE.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened",
        "Check that its folder exists and who may read and write there.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "this is not a store: the file is no SQLite database",
        "Name the store with --db FILE.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged",
        "Restore it from a backup, or recover what is left with `sqlite3 FILE .recover`.",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk failed while reading or writing",
        "Check the disk and its free space; on a network folder, copy the store to a local one.",
    ),
    sqlite3.SQLITE_PERM: ("access to the file was denied", "Check who may read and write it."),
}


@contextmanager
def said_in_words(path: Path) -> Iterator[None]:
    """Turn what sqlite3 raises about the file into StoreError or StoreInUse; a wrong statement stays a bug."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            raise StoreInUse(
                f"{path} is locked by another program",
                hint="Close whatever has it open for writing (an SQLite browser, a backup), then try again.",
            ) from error
        if code in _SAID:
            what, hint = _SAID[code]
            raise StoreError(f"{path}: {what} ({error})", hint=hint) from error
        raise
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}", hint="Check the folder and its free space.") from error
