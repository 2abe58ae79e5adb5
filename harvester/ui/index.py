"""Full-text search of the records, for Datasette: an FTS5 index in the store, made anew when records came since.

It holds no text of its own (https://www.sqlite.org/fts5.html#external_content_tables) and has no triggers, so that
searching sources stays as fast as it is. `harvester serve` is the only one that reads it.
"""

from __future__ import annotations

import sqlite3

from harvester.store import Store

TABLE = "records_fts"


def refresh(store: Store) -> bool:
    """Make the index anew when the records changed since it was made. False where this SQLite has no FTS5."""
    stands = store.value(
        "select (select count(*) from records) || '/' || (select count(*) from record_history) || '/' || "
        "coalesce((select max(changed_run) from records), 0)"
    )
    exists = store.value("select 1 from sqlite_master where name = ?", (TABLE,))
    marked = store.value("select 1 from sqlite_master where name = 'records_fts_made'")
    if exists and marked and store.value("select stands from records_fts_made") == stands:
        return True
    if not _has_fts5(store):
        return False
    with store.transaction():
        if not exists:
            store.execute(
                f"create virtual table {TABLE} using fts5(title, abstract, journal, content='records', "
                "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
            )
        store.execute(f"insert into {TABLE} ({TABLE}) values ('rebuild')")  # noqa: S608 - our own constant
        store.execute("drop table if exists records_fts_made")
        store.execute("create table records_fts_made (stands text not null)")
        store.execute("insert into records_fts_made values (?)", (stands,))
    return True


def _has_fts5(store: Store) -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        found = connection.execute("select sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    finally:
        connection.close()
    return bool(found)
