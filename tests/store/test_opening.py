"""Opening a store: one writer, readers never blocked, what is not a store is refused in words."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.errors import StoreError, StoreInUse
from harvester.store import Store, open_store
from harvester.store import migrations as schema

APPLICATION_ID = 0x48525653
NEWEST = schema.latest_version()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store of a test lies."""
    return tmp_path / "review.db"


def test_a_new_store_says_whose_it_is(path: Path) -> None:
    """A new store carries the program's application id, its schema's number, WAL, and a record of each migration."""
    with open_store(path) as store:
        assert store.value("pragma application_id") == APPLICATION_ID
        assert store.value("pragma user_version") == NEWEST
        assert store.value("pragma journal_mode") == "wal"
        assert store.value("pragma synchronous") == 1
        assert store.value("pragma foreign_keys") == 1
        assert next(row["name"] for row in store.rows("select name from migrations")) == "0001_store.sql"


def test_a_second_writer_is_told_and_a_reader_is_not_held_up(path: Path) -> None:
    """While one process writes, another writer gets StoreInUse with a hint, and a reader reads what is committed."""
    with open_store(path) as store:
        with pytest.raises(StoreInUse, match=r"in use by another harvester") as caught:
            open_store(path)
        assert caught.value.exit_code == 6
        assert "Wait" in caught.value.hint
        store.execute("begin immediate")
        store.execute("insert into works (id, first_run) select 1, 1 where 0")
        with open_store(path, write=False) as reader:
            assert reader.value("select count(*) from records") == 0
        store.execute("rollback")


def test_the_lock_dies_with_its_process(path: Path) -> None:
    """A writer that was killed with kill -9 does not keep the next one out."""
    code = f"import os; from harvester.store import open_store; s = open_store({str(path)!r}); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with open_store(path) as store:
        assert store.writable


def test_a_missing_store_is_not_made_by_reading(path: Path) -> None:
    """Opening to read, or without leave to create, makes no file and says what to do."""
    for options in ({"write": False}, {"create": False}):
        with pytest.raises(StoreError, match="there is no store") as caught:
            open_store(path, **options)
        assert "harvester run" in caught.value.hint
    assert not path.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"TY  - JOUR\r\n" * 200, "not a store"), (b"SQLite format 3\0" + b"\xff" * 4000, "not a store|damaged")],
)
def test_what_is_no_database_is_refused(path: Path, content: bytes, said: str) -> None:
    """A file that is no SQLite database raises StoreError and is left as it is."""
    path.write_bytes(content)
    for write in (True, False):
        with pytest.raises(StoreError, match=said):
            open_store(path, write=write)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    """An SQLite file of another program raises StoreError and gains no table."""
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (a)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        open_store(path)
    connection = sqlite3.connect(path)
    assert [row[0] for row in connection.execute("select name from sqlite_master")] == ["theirs"]
    connection.close()


def test_a_newer_version_is_refused(path: Path) -> None:
    """A store of a newer schema raises StoreError naming both numbers."""
    open_store(path).close()
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 7777")
    connection.close()
    for write in (True, False):
        with pytest.raises(StoreError, match=rf"newer harvester \(schema 7777; this one knows {NEWEST}\)") as caught:
            open_store(path, write=write)
        assert "Install" in caught.value.hint


def test_an_empty_file_is_a_new_store(path: Path) -> None:
    """A file of no bytes, as a killed first run may leave it, becomes a store."""
    path.touch()
    with open_store(path) as store:
        assert store.value("pragma user_version") == NEWEST


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration and its record come together or not at all, and the next opening applies it."""
    first = schema.migrations()
    broken = (*first, (NEWEST + 1, "9999_more.sql", "create table more (a); create table more (a);"))
    monkeypatch.setattr(schema, "migrations", lambda: broken)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_store(path)
    good = (*first, (NEWEST + 1, "9999_more.sql", "create table more (a);"))
    monkeypatch.setattr(schema, "migrations", lambda: first)
    with open_store(path) as store:
        assert store.value("pragma user_version") == NEWEST
        assert store.value("select count(*) from sqlite_master where name = 'more'") == 0
    monkeypatch.setattr(schema, "migrations", lambda: good)
    with open_store(path, write=False) as store:
        assert store.value("pragma user_version") == NEWEST + 1
        assert store.value("select count(*) from migrations") == NEWEST + 1


def test_a_full_disk_is_said_and_what_was_kept_is_sound(path: Path) -> None:
    """When no page can be added StoreError says so, the transaction is undone, and the rest is there."""
    with open_store(path) as store:
        store.execute("create table ballast (a)")
        with store.transaction():
            store.execute("insert into ballast values ('kept')")
        pages = store.value("pragma page_count")
        store.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full") as caught, store.transaction():
            store.execute("insert into ballast values (zeroblob(100000))")
        assert "resume" in caught.value.hint
        assert [row[0] for row in store.rows("select a from ballast")] == ["kept"]


def test_whether_it_is_in_use(path: Path) -> None:
    """A store is in use while a process has it open for writing, and asking keeps no writer out."""
    with open_store(path) as writer:
        assert writer.in_use
        with open_store(path, write=False) as reader:
            assert reader.in_use
    with open_store(path, write=False) as reader:
        assert not reader.in_use
        path.with_name("review.db.lock").unlink()
        assert not reader.in_use
        assert not path.with_name("review.db.lock").exists()
        with open_store(path) as writer:
            assert reader.in_use


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A store in a missing folder, or a folder in place of a store, raises StoreError with what to do."""
    with pytest.raises(StoreError, match="does not exist"):
        open_store(tmp_path / "no" / "review.db")
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


def test_ctrl_c_undoes_the_transaction(path: Path) -> None:
    """KeyboardInterrupt inside a transaction leaves nothing of it."""

    def interrupted(store: Store) -> None:
        with store.transaction():
            store.execute("insert into exports (options, exported_at) values ('{}', 'now')")
            raise KeyboardInterrupt

    with open_store(path) as store:
        with pytest.raises(KeyboardInterrupt):
            interrupted(store)
        assert store.value("select count(*) from exports") == 0


def test_a_reader_cannot_write(path: Path) -> None:
    """A store opened to read refuses a transaction and, through SQLite, any statement that writes."""
    open_store(path).close()
    with open_store(path, write=False) as store:
        with pytest.raises(StoreError, match="reading only"), store.transaction():
            pass
        with pytest.raises(StoreError, match="cannot be written"):
            store.execute("delete from runs")


def test_sqlite_utils_sees_the_same_store(path: Path) -> None:
    """`store.db` is the store through sqlite-utils, for tables and maintenance."""
    with open_store(path) as store:
        assert {"runs", "records", "works"} <= set(store.db.table_names())
        assert store.db["records"].count == 0
