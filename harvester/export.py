"""Works going out as files for a reference manager or a screening tool, with a manifest beside them.

Into a folder goes one file a source, named `<review>_<source>_<date>_n<count>`, split where the tool that it is for
needs that; into a file goes everything. All files are written whole before any takes its place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from harvester import __version__, formats
from harvester.errors import UsageError
from harvester.record import Record
from harvester.related import folded, related, told
from harvester.screening.keep import included, is_screened
from harvester.store import Store
from harvester.store import works as stored_works
from harvester.work import Work

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a tool takes: the format, how many records and bytes a file may have (None: no limit), writer options.

    `source` is where the tool says so.
    """

    format: str
    records: int | None = None
    bytes: int | None = None
    options: tuple[tuple[str, Any], ...] = ()
    source: str = ""


_MB = 1_000_000
PROFILES: dict[str, Profile] = {
    "": Profile("ris"),
    "endnote": Profile("ris", options=(("collective_comma", True),)),
    "zotero": Profile("ris"),
    "mendeley": Profile("ris"),
    "covidence": Profile(
        "ris", 15_000, 50 * _MB, source="https://support.covidence.org/help/importing-references-into-covidence"
    ),
    "rayyan": Profile("ris", None, 100 * _MB, source="https://help.rayyan.ai"),
    "asreview": Profile("ris"),
    "revman": Profile("ris"),
    "syrf": Profile("endnote-xml"),
    "eppi": Profile("ris"),
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file written: where, in which format, how many records, its sha256 and size, and the source it is of."""

    file: Path
    format: str
    records: int
    sha256: str
    bytes: int
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "file": str(self.file),
            "format": self.format,
            "records": self.records,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Export:
    """What an export wrote. `run` is the run it speaks of, None for the whole store; `folded` counts the works that are
    not written by themselves but named in a note of another one."""

    files: tuple[ExportedFile, ...]
    manifest: Path
    run: int | None
    records: int
    folded: int = 0


def export(
    store: Store,
    out: Path | str,
    *,
    format: str = "",  # noqa: A002 - what it is called everywhere
    only: str = "all",
    run: int | None = None,
    for_: str = "",
    fold: Sequence[str] = (),
) -> Export:
    """Write works to `out`, a folder (existing, or a name without an ending) or a file.

    `only` is "new" (works that no earlier run had found; `run` says which run, by default the last), "all" (of the
    store, or of `run`) or "included" (those that screening keeps). `for_` names the tool. The export is recorded in
    the store when that is open for writing. Raises UsageError, StoreError.
    """
    out = Path(out)
    profile = _profile(for_)
    name = format or (formats.by_suffix(out) if not _is_folder(out) else "") or profile.format
    run = _run(store, only, run)
    about = _about(store, run)
    label = f"{about['review']} run {run}" if run is not None else about["review"]
    manifest = out / "manifest.json" if _is_folder(out) else out.with_name(out.name + ".manifest.json")
    options = {"format": name, "only": only, "run": run, "for": for_, "fold": list(fold)}
    relations = related(store)
    into = folded(relations, fold)
    if into:
        written = {work.id for work in _works(store, run, only)}
        into = {work: main for work, main in into.items() if work in written and main in written}
    notes = told(store, relations, into)
    with _Batch(out, about, name, profile, label) as batch:
        for work in _works(store, run, only):
            if work.id not in into:
                batch.add(work, notes.get(work.id, ()))
        files = batch.end()
    exported_at = datetime.now(UTC).isoformat(timespec="seconds")
    total = sum(file.records for file in files)
    _write_manifest(
        manifest,
        {
            "review": about["review"],
            "run": run,
            "options": options,
            "exported_at": exported_at,
            "program": f"harvester {__version__}",
            "records": total,
            "folded": [{"work": work, "into": main} for work, main in sorted(into.items())],
            "files": [{**file.to_dict(), "file": file.file.name} for file in files],
        },
    )
    if store.writable:
        _record_export(store, run, options, exported_at, files)
    return Export(files, manifest, run, total, len(into))


def _profile(for_: str) -> Profile:
    try:
        return PROFILES[for_]
    except KeyError:
        known = ", ".join(name for name in PROFILES if name)
        raise UsageError(f"no tool is known by the name {for_!r}", hint=f"Known: {known}.") from None


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix


def _run(store: Store, only: str, run: int | None) -> int | None:
    if only == "included" and not is_screened(store):
        raise UsageError(
            "nothing in this store has been screened yet",
            hint="Take in the decisions with `harvester screen FILE`, or export --only all.",
        )
    if only not in ("new", "all", "included"):
        raise UsageError(f"--only {only!r} is not known", hint="Write new, all or included.")
    if run is not None:
        if store.value("select 1 from runs where id = ?", (run,)) is None:
            raise UsageError(f"there is no run {run} in {store.path}", hint="`harvester history` lists them.")
        return run
    if only in ("all", "included"):
        return None
    last: int | None = store.value("select max(id) from runs")
    if last is None:
        raise UsageError(f"{store.path} holds no run yet", hint="Search first: `harvester run STRATEGY`.")
    return last


def _works(store: Store, run: int | None, only: str) -> Iterator[Work]:
    if only != "included":
        return stored_works(store, run=run, only=only)
    kept = included(store)
    return (work for work in stored_works(store, run=run) if work.id in kept)


def _about(store: Store, run: int | None) -> dict[str, str]:
    """The review's name and the day that the files speak of: the run's last day, or the last run's."""
    row = store.one(
        "select strategy, coalesce(until, as_of, substr(started_at, 1, 10)) as day from runs"
        " where (id = :run or :run is null) and (strategy <> '' or id = :run) order by id desc limit 1",
        {"run": run},
    )
    review = (row["strategy"] if row else "") or store.path.stem
    return {"review": review, "day": row["day"] if row else datetime.now(UTC).date().isoformat()}


def as_record(work: Work, notes: Sequence[str] = ()) -> Record:
    """The work's merged record; every member's `source:id` is in `extra["members"]` when there are several, what is
    related in `extra["related"]`."""
    record = work.merged
    if notes:
        record.extra = {**record.extra, "related": list(notes)}
    if len(work.members) > 1:
        own = f"{record.source}:{record.source_id}"
        members = [f"{source}:{number}" for _, source, number in work.members]
        members.sort(key=lambda member: member != own)
        record.extra = {**record.extra, "members": members}
    return record


@dataclass(slots=True)
class _Open:
    """A file that is being written."""

    path: Path
    out: IO[bytes]
    writer: formats.Writer
    source: str
    part: int
    records: int = 0


@dataclass(slots=True)
class _Batch:
    """The files of one export. Each lies beside its place under another name until all are whole."""

    out: Path
    about: dict[str, str]
    format: str
    profile: Profile
    label: str
    _open: dict[str, _Open] = field(default_factory=dict)
    _done: list[_Open] = field(default_factory=list)
    _count: int = 0

    def __enter__(self) -> _Batch:
        folder = self.out if _is_folder(self.out) else self.out.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder} cannot be made: {error.strerror}", hint="Choose another folder.") from error
        if not _is_folder(self.out):
            self._file("")  # a file is written also when there is nothing to put in it
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for file in [*self._open.values(), *self._done]:
            file.out.close()
            file.path.unlink(missing_ok=True)

    def add(self, work: Work, notes: Sequence[str] = ()) -> None:
        """Write one work to its file."""
        record = as_record(work, notes)
        source = record.source if _is_folder(self.out) else ""
        file = self._open.get(source) or self._file(source)
        before = file.out.tell()
        file.writer.add(record)
        file.records += 1
        limit = self.profile.bytes
        if limit and file.out.tell() > limit and file.records > 1:
            # One too many: it goes into the next file instead.
            file.out.truncate(before)
            file.out.seek(before)
            file.records -= 1
            self._next(source).writer.add(record)
            self._open[source].records += 1
        elif self.profile.records and file.records == self.profile.records:
            self._next(source)

    def _next(self, source: str) -> _Open:
        done = self._open.pop(source)
        done.writer.end()
        self._done.append(done)
        return self._file(source, done.part + 1)

    def _file(self, source: str, part: int = 1) -> _Open:
        self._count += 1
        folder = self.out if _is_folder(self.out) else self.out.parent
        path = folder / f".export-{os.getpid()}-{self._count}.part"
        try:
            out = path.open("wb")
        except OSError as error:
            raise UsageError(
                f"{folder} cannot be written to: {error.strerror}", hint="Choose another folder."
            ) from error
        writer = formats.writer(self.format, out, label=self.label, **dict(self.profile.options))
        file = self._open[source] = _Open(path, out, writer, source, part)
        return file

    def end(self) -> tuple[ExportedFile, ...]:
        """Close all files and put them in their places."""
        for file in self._open.values():
            file.writer.end()
        files = [*self._done, *self._open.values()]
        self._done, self._open = files, {}
        finished = []
        for file in sorted(files, key=lambda one: (one.source, one.part)):
            file.out.flush()
            os.fsync(file.out.fileno())
            size = file.out.tell()
            file.out.close()
            if not file.records and (file.part > 1 or _is_folder(self.out)):
                continue
            digest = _sha256(file.path)
            place = self._place(file, several=sum(one.source == file.source and one.records > 0 for one in files) > 1)
            file.path.replace(place)
            finished.append(ExportedFile(place, self.format, file.records, digest, size, file.source))
        return tuple(finished)

    def _place(self, file: _Open, *, several: bool) -> Path:
        part = f"_part{file.part}" if several else ""
        if not _is_folder(self.out):
            return self.out.with_name(f"{self.out.stem}{part}{self.out.suffix}")
        words = (self.about["review"], file.source or "works", self.about["day"], f"n{file.records}")
        safe = "_".join(_UNSAFE.sub("-", word).strip("-.") or "x" for word in words)
        return self.out / f"{safe}{part}{formats.FORMATS[self.format].suffixes[0]}"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_manifest(path: Path, content: dict[str, Any]) -> None:
    with formats.replacing(path) as out:
        out.write(json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n")


def _record_export(
    store: Store, run: int | None, options: dict[str, Any], exported_at: str, files: tuple[ExportedFile, ...]
) -> None:
    with store.transaction():
        cursor = store.execute(
            "insert into exports (run_id, options, exported_at) values (?, ?, ?)",
            (run, json.dumps(options, sort_keys=True), exported_at),
        )
        store.many(
            "insert into export_files (export_id, file, format, records, sha256) values (?, ?, ?, ?, ?)",
            [(cursor.lastrowid, str(file.file), file.format, file.records, file.sha256) for file in files],
        )
