"""One crawl on disk: its pages, what was read from each, what was counted on the way. Memory stays the same."""

from __future__ import annotations

import hashlib
import json
import pickle
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from harvester.crawl import Problem
from harvester.record import Record
from harvester.sources.base import Page

NAMED = 5  # addresses that a message names


@dataclass(slots=True)
class Named:
    """How many addresses there are of a kind, and the first of them by name."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, url: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(url)

    def __str__(self) -> str:
        more = self.count - len(self.first)
        return ", ".join(self.first) + (f" and {more:,} more" if more else "")


@dataclass(frozen=True, slots=True)
class Told:
    """What a page was read as: the document's id and its record, or why it cannot be read."""

    source_id: str
    record: Record | None
    error: str = ""


class Crawled:
    """A crawl that was kept. `close` frees its files; they have no names, so that nothing is left when it is killed."""

    def __init__(self) -> None:
        self._pages = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is
        self._index = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            "pragma journal_mode = off", "pragma synchronous = off", "pragma cache_size = -2000",
            "create table documents (number integer primary key, id text not null unique)",
            "create table bodies (hash blob primary key, url text not null) without rowid",
            "create table full_texts (pdf text primary key, page text not null) without rowid",
        ):  # fmt: skip
            self._index.execute(statement)
        self.pages = 0
        self.read = 0  # pages that are documents
        self.dated = 0  # of these, those whose date a strategy's rule found
        self.cut = Named()  # documents longer than what is read
        self.problems: dict[str, Named] = {}
        self.why = ""  # of the first address that failed
        self.where = ""
        self.left: dict[str, int] = {}  # what looked like a trap -> addresses that were not asked for
        self.reason = "finished"
        self.first: int | None = None  # only so many documents were wanted

    def close(self) -> None:
        """Free the files."""
        self._pages.close()
        self._index.close()

    def problem(self, said: Problem, url: str) -> None:
        """Count an address that gave no page."""
        if said.what == "failed" and not self.why:
            self.why, self.where = said.why, url
        self.problems.setdefault(said.what, Named()).add(url)

    def first_with(self, body: bytes, url: str) -> str:
        """The address that gave this body first: `url` itself where it is new."""
        digest = hashlib.sha256(body).digest()
        self._index.execute("insert or ignore into bodies values (?, ?)", (digest, url))
        return str(self._index.execute("select url from bodies where hash = ?", (digest,)).fetchone()[0])

    def full_text(self, pdf: str, page: str) -> None:
        """A PDF is a page's own full text, and no document beside it."""
        self._index.execute("insert or ignore into full_texts values (?, ?)", (pdf, page))

    def page_of(self, pdf: str) -> str:
        """The page whose full text a PDF is; "" for none."""
        found = self._index.execute("select page from full_texts where pdf = ? and page <> pdf", (pdf,)).fetchone()
        return str(found[0]) if found else ""

    @property
    def came(self) -> int:
        """Pages and PDFs that came, each body once."""
        return int(self._index.execute("select count(*) from bodies").fetchone()[0])

    @property
    def documents(self) -> int:
        """Documents, PDFs that are a page's full text left out."""
        return int(
            self._index.execute(
                "select count(*) from documents d where not exists "
                "(select 1 from full_texts t where t.pdf = d.id and t.page <> t.pdf)"
            ).fetchone()[0]
        )

    def put(self, page: Page, told: list[Told]) -> None:
        """Keep a page and what was read from it."""
        self.pages += 1
        self._index.executemany("insert or ignore into documents (id) values (?)", [(each.source_id,) for each in told])
        read = pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)
        head = {
            "kind": page.kind,
            "request": page.request,
            "status": page.status,
            "fetched_at": page.fetched_at.isoformat(),
            "cursor": page.cursor,
            "media_type": page.media_type,
            "detail": page.detail,
            "sizes": [len(read), len(page.body)],
        }
        self._pages.write(json.dumps(head).encode() + b"\n")
        self._pages.write(read)
        self._pages.write(page.body)

    def replay(self) -> Iterator[tuple[Page, list[Told]]]:
        """Every page as it was put, with what was read from it; a PDF that is a page's full text says whose."""
        place = 0
        while True:
            self._pages.seek(place)
            line = self._pages.readline()
            if not line:
                return
            head = json.loads(line)
            sizes = head.pop("sizes")
            told: list[Told] = pickle.loads(self._pages.read(sizes[0]))  # noqa: S301 - our own nameless file
            body = self._pages.read(sizes[1])
            place = self._pages.tell()
            page = Page(body=body, **{**head, "fetched_at": datetime.fromisoformat(head["fetched_at"])})
            landing = self.page_of(page.detail["url"])
            if landing:
                page.detail["full_text_of"] = landing
                told = []
            yield page, told
