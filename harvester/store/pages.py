"""Keeping answers: the page as it came, what it held, which records it gave; one page is one transaction.

Two halves: `page_row` before the transaction (compressing), the rest inside it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from harvester.errors import StoreError
from harvester.store.database import Store

LEVEL = 3  # of zlib: PubMed XML comes out a seventh larger than at level 6, in less than half the time


class Answer(Protocol):
    """What a page has to say to be kept: harvester.sources.base.Page, which lies on the store's own floor."""

    @property
    def kind(self) -> str:
        """ "ids" or "records"."""

    @property
    def request(self) -> str:
        """What was asked, redacted."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The answer as it came."""

    @property
    def fetched_at(self) -> datetime:
        """When it came."""

    @property
    def cursor(self) -> str:
        """Where to go on after it."""

    @property
    def media_type(self) -> str:
        """Its Content-Type."""

    @property
    def expected(self) -> tuple[str, ...]:
        """The ids it lists."""

    @property
    def detail(self) -> dict[str, Any]:
        """What is needed to read it again."""


@dataclass(frozen=True, slots=True)
class PackedAnswer:
    """An answer ready to be kept: its hash, its body compressed (None where the store holds these bytes already)."""

    answer: Answer
    sha256: str
    packed: bytes | None
    size: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a page: the record it became, or why it did not become one."""

    position: int
    source_id: str
    record_id: int | None
    content_hash: str | None
    error: str | None = None


def pack(answer: Answer, known: Set[str] = frozenset()) -> PackedAnswer:
    """Hash and compress an answer; needs no store, so that it can be done in any thread.

    `known` are the sha256 of bodies that the store holds, which need no compressing.
    """
    digest = hashlib.sha256(answer.body).hexdigest()
    packed = None if digest in known else zlib.compress(answer.body, LEVEL)
    return PackedAnswer(answer, digest, packed, len(answer.body))


def add_page(store: Store, search_id: int, packed: PackedAnswer) -> int:
    """Keep an answer and move the search's cursor past it; returns the page's id."""
    answer = packed.answer
    if packed.packed is not None:
        store.execute(
            "insert or ignore into payloads (sha256, encoding, size, body) values (?, 'zlib', ?, ?)",
            (packed.sha256, packed.size, packed.packed),
        )
    cursor = store.execute(
        "insert into pages (search_id, seq, kind, request, status, media_type, sha256, detail, cursor, fetched_at) "
        "values (?, 1 + coalesce((select max(seq) from pages where search_id = ?), 0), ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            search_id,
            search_id,
            answer.kind,
            answer.request,
            answer.status,
            answer.media_type,
            packed.sha256,
            json.dumps(answer.detail, ensure_ascii=False, sort_keys=True, default=str),
            answer.cursor,
            answer.fetched_at.isoformat(timespec="seconds"),
        ),
    )
    page_id = cursor.lastrowid
    assert page_id is not None
    if answer.expected:
        store.many(
            "insert or ignore into expected (search_id, source_id) values (?, ?)",
            [(search_id, source_id) for source_id in answer.expected],
        )
    store.execute("update searches set cursor = ? where id = ?", (answer.cursor, search_id))
    return page_id


def add_items(store: Store, search_id: int, page_id: int, items: Sequence[ItemRow]) -> None:
    """Keep what a page held, and that the search found it."""
    store.many(
        "insert into items (page_id, position, source_id, record_id, content_hash, error) values (?, ?, ?, ?, ?, ?)",
        [(page_id, item.position, item.source_id, item.record_id, item.content_hash, item.error) for item in items],
    )
    store.many(
        "insert or ignore into found (search_id, record_id, page_id) values (?, ?, ?)",
        [(search_id, item.record_id, page_id) for item in items if item.record_id is not None],
    )


def add_lines(store: Store, search_id: int, lines: Iterable[tuple[int, int]]) -> None:
    """Keep which lines of the strategy a record answers: pairs of (record id, line number)."""
    store.many(
        "insert or ignore into found_lines (search_id, record_id, number) values (?, ?, ?)",
        [(search_id, record_id, number) for record_id, number in lines],
    )


def known_items(store: Store, source: str, sha256: str, told_by: str) -> list[ItemRow] | None:
    """What this very answer held when it came before, or None when it has to be read (again).

    It need not be read when the same source gave the same bytes, this version of the program read them, every
    item became a record, and each of these records still says what it said then.
    """
    row = store.one(
        "select p.id from pages p join searches s on s.id = p.search_id join runs r on r.id = s.run_id "
        "where p.sha256 = ? and p.kind = 'records' and s.source = ? and r.program_version = ? order by p.id limit 1",
        (sha256, source, told_by),
    )
    if row is None:
        return None
    items = []
    for item in store.rows(
        "select i.position, i.source_id, i.record_id, i.content_hash, r.content_hash as now from items i "
        "left join records r on r.id = i.record_id where i.page_id = ? order by i.position",
        (row["id"],),
    ):
        if item["record_id"] is None or item["content_hash"] != item["now"]:
            return None
        items.append(ItemRow(item["position"], item["source_id"], item["record_id"], item["content_hash"]))
    return items


def body(store: Store, sha256: str) -> bytes:
    """The body of an answer as it came. Raises StoreError when it is not what was kept."""
    row = store.one("select encoding, size, body from payloads where sha256 = ?", (sha256,))
    if row is None:
        raise StoreError(f"the answer {sha256[:12]} is not in the store", hint="Run `harvester verify`.")
    try:
        plain = _unpack(row["body"], row["size"]) if row["encoding"] == "zlib" else bytes(row["body"])
    except zlib.error as error:
        raise StoreError(f"the answer {sha256[:12]} is damaged: {error}", hint="Run `harvester verify`.") from error
    if hashlib.sha256(plain).hexdigest() != sha256:
        raise StoreError(f"the answer {sha256[:12]} is not what was kept", hint="Run `harvester verify`.")
    return plain


def _unpack(packed: bytes, size: int) -> bytes:
    """At most `size` bytes and one: a store handed over by a stranger must not fill the memory."""
    machine = zlib.decompressobj()
    plain = machine.decompress(packed, size + 1)
    if len(plain) != size or not machine.eof:
        raise zlib.error(f"it unpacks to something else than {size} bytes")
    return plain
