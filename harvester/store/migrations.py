"""The schema: the numbered files of db/, each applied with its own record in one transaction."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from harvester import __version__
from harvester.errors import StoreError

APPLICATION_ID = 0x48525653  # "HRVS", in the file's header (https://www.sqlite.org/fileformat2.html)
_NAME = re.compile(r"(\d{4})_\w+\.sql\Z")


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """(number, file name, SQL) of every migration, in order. Raises StoreError when the numbers have a gap."""
    found = []
    for entry in files("harvester.db").iterdir():
        match = _NAME.match(entry.name)
        if match:
            found.append((int(match.group(1)), entry.name, entry.read_text(encoding="utf-8")))
    found.sort()
    if [number for number, _, _ in found] != list(range(1, len(found) + 1)) or not found:
        raise StoreError(
            "the schema's files are not numbered 0001, 0002, ...", hint="Install the program again: files are missing."
        )
    return tuple(found)


def latest_version() -> int:
    """The number of the newest migration that this program knows."""
    return len(migrations())


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The number of the last migration that the file has; 0 for an empty one.

    Raises StoreError for another program's database and for a store of a newer version.
    """
    owner = connection.execute("pragma application_id").fetchone()[0]
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if owner != APPLICATION_ID:
        if owner or version or connection.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise StoreError(f"{path} is a database of another program", hint="Name the review's store with --db FILE.")
        return 0
    if version > latest_version():
        raise StoreError(
            f"{path} was written by a newer harvester (schema {version}; this one knows {latest_version()})",
            hint="Install that version or a later one: pip install --upgrade harvester",
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing, each file and its record together or not at all."""
    for number, name, sql in migrations()[version_of(connection, path) :]:
        digest = hashlib.sha256(sql.encode()).hexdigest()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        # executescript, because sqlite3 runs one statement a call otherwise; the values are ours, not a user's.
        script = f"""begin immediate;
            create table if not exists migrations (
                number integer primary key, name text not null, sha256 text not null, program_version text not null,
                applied_at text not null);
            {sql}
            insert into migrations values ({number}, '{name}', '{digest}', '{__version__}', '{now}');
            pragma application_id = {APPLICATION_ID};
            pragma user_version = {number};
            commit;"""  # noqa: S608
        try:
            connection.executescript(script)
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
