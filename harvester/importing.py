"""Taking in the files that a database exported: kept as they came, read, judged against what is there.

All files of one call are one run of kind `import`, with one search a source. It is taken in whole or not at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from harvester import formats, works
from harvester.errors import UsageError
from harvester.formats import Reading
from harvester.formats.ris_record import content_id
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Page
from harvester.store import Store, pages, runs
from harvester.store.pages import ItemRow
from harvester.store.records import RecordKeeper

BATCH = 500
PIECE = 16 << 20  # bytes of a file that are kept together
_WORD = re.compile(r"\w+")
_SOURCE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass(slots=True)
class Imported:
    """What became of one file. `new`, `changed` and `same` count records against what the store held."""

    file: Path
    format: str
    encoding: str
    stated: int
    parsed: int
    rejected: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "file": str(self.file),
            "format": self.format,
            "encoding": self.encoding,
            "stated": self.stated,
            "parsed": self.parsed,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
        }


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did. `run` is None for a dry run."""

    run: int | None
    files: tuple[Imported, ...]


def check_source(name: str) -> str:
    """`name` when a source may be called so. Raises UsageError."""
    if not _SOURCE.match(name):
        raise UsageError(
            f"{name!r} is no name of a source", hint="Lower-case words joined by -: cinahl, web-of-science, other."
        )
    return name


def look(files: Sequence[Path], source: str, *, keep_readable: bool = False, mend: bool = False) -> Import:
    """Read files and keep nothing. Raises FormatError, UsageError."""
    check_source(source)
    looked = []
    for path in files:
        reading = formats.open_file(path, source=source, keep_readable=keep_readable, mend=mend)
        for _ in reading:
            pass
        looked.append(_told(reading))
    return Import(None, tuple(looked))


def take_in(
    store: Store,
    files: Sequence[Path],
    source: str,
    *,
    searched_on: date | None = None,
    keep_readable: bool = False,
    mend: bool = False,
) -> Import:
    """Keep files and their records as one search of `source`. Raises FormatError, UsageError, StoreError.

    `searched_on` is the day the search was done (PRISMA-S item 13), by default the youngest file's own day. Unless
    `keep_readable`, nothing is kept when one file cannot be read whole. `mend` puts wrongly decoded text right;
    the file is kept as it came.
    """
    check_source(source)
    if not files:
        raise UsageError("no file was named", hint="harvester import FILE... --source NAME")
    day = searched_on or max(datetime.fromtimestamp(_changed(path), UTC).date() for path in files)
    label = formats.database_label(source)
    with store.transaction():
        options = {"files": [path.name for path in files], "searched_on": day.isoformat()}
        run = runs.start_run(store, runs.NewRun(runs.IMPORT, "", "", "", "", options, None, as_of=day))
        text = ", ".join(path.name for path in files)
        search_id = runs.add_search(
            store, run, Search(source, "generic", text, text), kind=runs.IMPORT, label=label, state=runs.RUNNING
        )
        told = [_take(store, run, search_id, path, source, keep_readable=keep_readable, mend=mend) for path in files]
        runs.counted(
            store,
            search_id,
            _distinct(store, search_id),
            translation="",
            warnings=[f"{one.file.name}: {warning}" for one in told for warning in one.warnings],
            as_of=day,
        )
        runs.end_search(store, search_id, runs.COMPLETE)
        runs.end_run(store, run)
    works.judge(store, run)
    return Import(run, tuple(told))


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return datetime.now(UTC).timestamp()  # that it cannot be read is said when it is read


def _take(
    store: Store, run: int, search_id: int, path: Path, source: str, *, keep_readable: bool, mend: bool
) -> Imported:
    reading = formats.open_file(path, source=source, keep_readable=keep_readable, mend=mend)
    page_id = _keep_file(store, search_id, path, reading)
    keeper = RecordKeeper(store, run)
    batch: list[Record] = []
    position = taken = 0
    for record in reading:
        batch.append(record)
        if len(batch) >= BATCH:
            taken += _own_ids(store, source, batch)
            position = _keep(store, search_id, page_id, keeper, batch, position=position)
            batch = []
    taken += _own_ids(store, source, batch)
    position = _keep(store, search_id, page_id, keeper, batch, position=position)
    if taken:
        reading.warn(
            0,
            f"{taken} with the number of another record of {source}, kept before: kept beside it",
        )
    rejected = [
        ItemRow(position + number, "", None, None, f"{piece.where}: {piece.why}")
        for number, piece in enumerate(reading.rejected)
    ]
    pages.add_items(store, search_id, page_id, rejected)
    told = _told(reading)
    told.new, told.changed, told.same = keeper.tally.new, keeper.tally.changed, keeper.tally.same
    return told


def _own_ids(store: Store, source: str, batch: list[Record]) -> int:
    """Give records an id of their own whose number the store knows for a work with another title; returns how many.

    Tables and reference managers number their records 1, 2, 3 in every file. A PMID is a number of all the world.
    """
    ids = json.dumps([record.source_id for record in batch])
    known = {
        row["source_id"]: row["title"]
        for row in store.rows(
            "select source_id, title from records where source = ? and source_id in (select value from json_each(?))",
            (source, ids),
        )
    }
    taken = 0
    for record in batch:
        title = known.get(record.source_id)
        if title is None or record.source_id == record.pmid or _alike(title, record.title):
            continue
        record.source_id = f"{record.source_id}~{content_id(record).removeprefix('sha:')[:12]}"
        taken += 1
    return taken


def _alike(one: str, other: str) -> bool:
    """Whether half of the shorter title's words are in the other: a title that was corrected, not another work's."""
    first, second = (set(_WORD.findall(title.casefold())) for title in (one, other))
    shorter = min(len(first), len(second))
    return one == other or (shorter > 0 and len(first & second) >= shorter / 2)


def _keep(
    store: Store, search_id: int, page_id: int, keeper: RecordKeeper, batch: list[Record], *, position: int
) -> int:
    kept = keeper.keep(batch)
    rows = [
        ItemRow(position + place, record.source_id, one.record_id, one.content_hash)
        for place, (record, one) in enumerate(zip(batch, kept, strict=True))
    ]
    pages.add_items(store, search_id, page_id, rows)
    return position + len(rows)


def _keep_file(store: Store, search_id: int, path: Path, reading: Reading) -> int:
    """Keep the file as it came, in pieces; returns the page that its records belong to: the first."""
    detail = {"file": path.name, "format": reading.format, "stated": reading.count()}
    if reading.mend:
        detail["mend"] = True
    first = 0
    with path.open("rb") as stream:
        number = 0
        while (body := stream.read(PIECE)) or not number:
            page = Page(
                kind="file",
                request=path.name,
                status=200,
                body=body,
                fetched_at=datetime.fromtimestamp(_changed(path), UTC),
                cursor="",
                media_type="application/octet-stream",
                detail={**detail, "piece": number},
            )
            page_id = pages.add_page(store, search_id, pages.pack(page))
            first = first or page_id
            number += 1
    return first


def _distinct(store: Store, search_id: int) -> int:
    return int(store.value("select count(*) from found where search_id = ?", (search_id,)))


def _told(reading: Reading) -> Imported:
    return Imported(
        reading.file.path,
        reading.format,
        reading.file.encoding,
        reading.stated or 0,
        reading.parsed,
        [{"where": piece.where, "why": piece.why} for piece in reading.rejected],
        list(reading.warnings),
    )
