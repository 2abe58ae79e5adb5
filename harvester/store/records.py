"""Keeping records: new ones are added, changed ones replaced with the old kept, known ones cost one look-up.

Rows go in by executemany with ids given here, since there is one writer: see docs/decisions/0040.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from harvester.record import Record
from harvester.store.database import Store

_INSERT_RECORD = (
    "insert into records (id, source, source_id, version, kind, title, journal, year, published, volume, issue, "
    "pages, language, entered, abstract, content_hash, data, first_run, changed_run) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT = {
    "records": _INSERT_RECORD,
    "identifiers": "insert or ignore into identifiers (record_id, scheme, value) values (?, ?, ?)",
    "authors": "insert into authors (record_id, position, name) values (?, ?, ?)",
    "subjects": "insert into subjects (record_id, position, kind, term) values (?, ?, ?, ?)",
    "relations": "insert into relations (record_id, position, kind, pmid, doi, citation) values (?, ?, ?, ?, ?, ?)",
}
_SIDE = ("identifiers", "authors", "subjects", "relations")
_UPDATE = (
    "update records set version = ?, kind = ?, title = ?, journal = ?, year = ?, published = ?, volume = ?, "
    "issue = ?, pages = ?, language = ?, entered = ?, abstract = ?, content_hash = ?, data = ?, changed_run = ? "
    "where id = ?"
)
_HISTORY = "insert or ignore into record_history (record_id, run_id, content_hash, data) values (?, ?, ?, ?)"
_KNOWN = (
    "select id, source_id, version, content_hash from records "
    "where source = ? and source_id in (select value from json_each(?))"
)


class Kept(NamedTuple):
    """What became of one record: its id in the store and the hash of what it said when it came."""

    record_id: int
    content_hash: str


@dataclass(slots=True)
class Tally:
    """How many records were new, changed, the same as before, or older than what is kept."""

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0

    def add(self, other: Tally) -> None:
        """Count what another tally counted, too."""
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.older += other.older


class RecordKeeper:
    """Keeps records for one run. Call `keep` inside `store.transaction()`.

    `tally` counts what became of the records so far. When a transaction is rolled back, make a new keeper.
    """

    def __init__(self, store: Store, run_id: int) -> None:
        self.store = store
        self.run_id = run_id
        self.tally = Tally()
        self._next_id = 1 + (store.value("select max(id) from records") or 0)

    def keep(self, records: Sequence[Record]) -> list[Kept]:
        """Keep records of one source; a batch of up to some thousands. The answer is in the same order.

        A record whose version is older than what is kept goes to its history at once; of the same version the
        later to come is right.
        """
        if not records:
            return []
        source = records[0].source
        if any(record.source != source for record in records):
            raise ValueError("a batch holds records of one source only")
        hashed = [_hashed(record) for record in records]
        known = self._known(source, [record.source_id for record in records])
        batch = _Batch(self.run_id)
        kept = []
        for record, data, digest in hashed:
            before = known.get(record.source_id)
            if before is None:
                record_id = self._next_id
                self._next_id += 1
                self.tally.new += 1
                batch.add(record_id, record, data, digest)
            else:
                record_id, version, last = before
                if last == digest:
                    self.tally.same += 1
                    kept.append(Kept(record_id, digest))
                    continue
                if _older(record.version, version):
                    self.tally.older += 1
                    batch.history.append((record_id, self.run_id, digest, data))
                    kept.append(Kept(record_id, digest))
                    continue
                self.tally.changed += 1
                batch.change(record_id, record, data, digest)
            known[record.source_id] = (record_id, record.version, digest)
            kept.append(Kept(record_id, digest))
        batch.write(self.store)
        return kept

    def _known(self, source: str, ids: list[str]) -> dict[str, tuple[int, str, str]]:
        rows = self.store.connection.execute(_KNOWN, (source, json.dumps(ids)))
        return {row[1]: (row[0], row[2], row[3]) for row in rows}


class _Batch:
    """The rows of one batch, written in one go. A record that comes twice in a batch is written twice, in order."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.records: dict[int, tuple[Any, ...]] = {}
        self.history: list[tuple[int, int, str, str]] = []
        self.changes: dict[int, tuple[Any, ...]] = {}
        self.side: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _SIDE}

    def add(self, record_id: int, record: Record, data: str, digest: str) -> None:
        row = _row(record, data, digest)
        self.records[record_id] = (record_id, record.source, record.source_id, *row, self.run_id, self.run_id)
        self._add_side(record_id, record)

    def change(self, record_id: int, record: Record, data: str, digest: str) -> None:
        fresh = self.records.get(record_id)
        if fresh is not None:  # came twice in this very batch: the first goes to the history as it would from disk
            self.history.append((record_id, self.run_id, fresh[15], fresh[16]))
            del self.records[record_id]
            self._forget_side(record_id)
            self.add(record_id, record, data, digest)
            return
        earlier = self.changes.get(record_id)
        if earlier is not None:
            self.history.append((record_id, self.run_id, earlier[12], earlier[13]))
            self._forget_side(record_id)
        self.changes[record_id] = (*_row(record, data, digest), self.run_id, record_id)
        self._add_side(record_id, record)

    def _forget_side(self, record_id: int) -> None:
        for table, rows in self.side.items():
            self.side[table] = [row for row in rows if row[0] != record_id]

    def _add_side(self, record_id: int, record: Record) -> None:
        side = self.side
        if record.identifiers:
            side["identifiers"] += [
                (record_id, scheme, value) for scheme, values in record.identifiers.items() for value in values
            ]
        if record.authors:
            side["authors"] += [(record_id, position, author.name) for position, author in enumerate(record.authors, 1)]
        side["subjects"] += [
            (record_id, position, kind, term) for position, (kind, term) in enumerate(_subjects(record), 1)
        ]
        if record.relations:
            side["relations"] += [
                (record_id, position, tie.kind, tie.pmid, tie.doi, tie.citation)
                for position, tie in enumerate(record.relations, 1)
            ]

    def write(self, store: Store) -> None:
        if self.changes:
            ids = [(record_id,) for record_id in self.changes]
            store.many(
                "insert or ignore into record_history (record_id, run_id, content_hash, data) "
                "select id, ?, content_hash, data from records where id = ?",
                [(self.run_id, record_id) for (record_id,) in ids],
            )
            for table in _SIDE:
                store.many(f"delete from {table} where record_id = ?", ids)  # noqa: S608 - our own table names
            store.many(_UPDATE, self.changes.values())
        if self.records:
            store.many(_INSERT["records"], self.records.values())
        if self.history:
            store.many(_HISTORY, self.history)
        for table, rows in self.side.items():
            if rows:
                store.many(_INSERT[table], rows)


def _hashed(record: Record) -> tuple[Record, str, str]:
    data = record.to_json()
    try:
        digest = hashlib.sha256(data.encode()).hexdigest()
    except UnicodeEncodeError:
        # Half a surrogate pair, as broken JSON may hold: no UTF-8 can say it. It is shown as U+FFFD.
        record = _sayable(record)
        data = record.to_json()
        digest = hashlib.sha256(data.encode()).hexdigest()
    return record, data, digest


def _sayable(record: Record) -> Record:
    text = record.to_json().encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return replace(Record.from_dict(json.loads(text)))


def _older(version: str, than: str) -> bool:
    """Whether `version` comes before `than`: by number where both are numbers, else never."""
    return version.isdecimal() and than.isdecimal() and int(version) < int(than)


def _row(record: Record, data: str, digest: str) -> tuple[Any, ...]:
    """From `version` to `data`, as in both statements above."""
    published = record.published
    return (
        record.version,
        record.kind,
        record.title,
        record.journal,
        published.year,
        published.iso,
        record.volume,
        record.issue,
        record.pages,
        "; ".join(record.languages),
        record.entered.iso,
        record.abstract_text,
        digest,
        data,
    )


def _subjects(record: Record) -> Iterator[tuple[str, str]]:
    for heading in record.headings:
        term = heading.name
        if heading.subheadings:
            term += "/" + "/".join(heading.subheadings)
        yield ("major" if heading.major else "heading"), term
    for word in record.keywords:
        yield "keyword", word
    for word in record.publication_types:
        yield "type", word
    for word in record.languages:
        yield "language", word
