"""Opening a store: one writer at a time, readers never blocked, every failure said in words.

WAL with synchronous NORMAL: a power cut may lose the last transactions but never corrupts, and `resume` goes on
from whatever was committed (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester.errors import StoreError, StoreInUse
from harvester.store.failures import said_in_words
from harvester.store.migrations import latest_version, migrate, version_of

if TYPE_CHECKING:
    from filelock import FileLock
    from sqlite_utils import Database

Parameters = Sequence[Any] | Mapping[str, Any]
MOMENT = 0.1  # seconds: longer than `in_use` of a reader holds the lock
BUSY_SECONDS = 10.0  # how long a reader's checkpoint may hold the writer up


class Store:
    """An open store. Use `open_store`; close it, or use it as a context manager.

    `connection` is a plain sqlite3 connection with sqlite3.Row rows, for what is hot; `db` is the same through
    sqlite-utils, for tables and maintenance. All methods raise StoreError, never sqlite3.Error.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: FileLock | None) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock
        self._db: Database | None = None

    @property
    def writable(self) -> bool:
        """Whether this process is the store's one writer."""
        return self._lock is not None

    @property
    def in_use(self) -> bool:
        """Whether any process, this one too, has the store open for writing now. True where that cannot be told."""
        if self.writable:
            return True
        lock = _lock_of(self.path)
        if not Path(lock.lock_file).exists():
            return False  # whoever writes makes it first
        try:
            lock.acquire(timeout=0)
        except OSError:  # held (Timeout is one), or in a folder where nobody here may write
            return True
        lock.release()
        return False

    @property
    def db(self) -> Database:
        """The store through sqlite-utils. Imported when first asked for: it costs 0.2 seconds."""
        if self._db is None:
            from sqlite_utils import Database

            self._db = Database(self.connection)
        return self._db

    def rows(self, sql: str, parameters: Parameters = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one after another, never all in memory."""
        with said_in_words(self.path):
            yield from self.connection.execute(sql, parameters)

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with said_in_words(self.path):
            row: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement."""
        with said_in_words(self.path):
            return self.connection.execute(sql, parameters)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row: the hot path."""
        with said_in_words(self.path):
            self.connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, also on Ctrl-C. Raises StoreError when the store is open for reading only."""
        if not self.writable:
            raise StoreError(f"{self.path} is open for reading only", hint="This is a bug: please report it.")
        self.execute("begin immediate")
        try:
            yield
        except BaseException:
            # A full disk or a lost folder may have ended the transaction already.
            if self.connection.in_transaction:
                self.connection.rollback()
            raise
        try:
            self.execute("commit")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.rollback()
            raise

    def close(self) -> None:
        """Close the file and let the next writer in."""
        if self.writable:
            with said_in_words(self.path):
                self.connection.execute("pragma optimize")
        self.connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self.close()
        except StoreError:
            # What went wrong first is what the user has to hear.
            if error is None:
                raise


def open_store(path: Path | str, *, write: bool = True, create: bool = True) -> Store:
    """Open the store at `path`; as its one writer, or to read while another writes.

    A missing file is made when `write` and `create` are both set. An older store is brought up to date.
    Raises StoreInUse when another process writes to it, StoreError when the file is missing, is not a store, was
    written by a newer version, or cannot be opened.
    """
    path = Path(path)
    if not path.exists():
        if not (write and create):
            raise StoreError(
                f"there is no store at {path}", hint="Make one with `harvester run`, or name another with --db FILE."
            )
        if not path.parent.is_dir():
            raise StoreError(f"the folder of {path} does not exist", hint=f"Make it first: mkdir -p {path.parent}")
    elif path.is_dir():
        raise StoreError(f"{path} is a folder, not a store", hint="Name a file with --db FILE.")
    return _open_to_write(path) if write else _open_to_read(path)


def _open_to_write(path: Path) -> Store:
    lock = _only_writer(path)
    try:
        with said_in_words(path):
            connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
            try:
                _prepare(connection)
                version_of(connection, path)  # before anything is written: it may be another program's file
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                migrate(connection, path)
            except BaseException:
                connection.close()
                raise
    except BaseException:
        lock.release()
        raise
    return Store(path, connection, lock)


def _open_to_read(path: Path) -> Store:
    with said_in_words(path):
        connection = _reader(path)
        try:
            version = version_of(connection, path)
        except BaseException:
            connection.close()
            raise
    if version < latest_version():
        connection.close()
        _open_to_write(path).close()
        with said_in_words(path):
            connection = _reader(path)
    return Store(path, connection, None)


def _reader(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # A WAL file in a folder where nothing can be written has no place for its shared memory. Without a pending
        # log the file alone is the whole store and can be read as it lies.
        connection.close()
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None)
    _prepare(connection)
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma temp_store = memory")
    connection.execute("pragma cache_size = -32000")  # KiB
    connection.execute("pragma analysis_limit = 400")  # rows of an index that `pragma optimize` looks at
    # Whoever handed the file over, its schema shall run nothing of its own (https://www.sqlite.org/security.html).
    connection.execute("pragma trusted_schema = off")


def _lock_of(path: Path) -> FileLock:
    from filelock import FileLock

    return FileLock(path.with_name(path.name + ".lock"))


def _only_writer(path: Path) -> FileLock:
    from filelock import Timeout

    lock = _lock_of(path)
    try:
        lock.acquire(timeout=MOMENT, poll_interval=MOMENT / 5)
    except Timeout:
        raise StoreInUse(
            f"{path} is in use by another harvester",
            hint="Wait until that one has ended, or end it; what it kept stays. Reading verbs (history, export) "
            "work meanwhile.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Check who may write in that folder, or name another file with --db FILE.",
        ) from error
    return lock
