"""What the formats share: a file being read, what was rejected, and the rule that the counts agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from harvester.errors import FormatError
from harvester.formats.text import TextFile
from harvester.record import Record

NO_TITLE = "[No title]"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of a file that did not become a record. `line` counts from 1, 0 where it has none; `raw` is the piece as
    it stood; `member` the file of an archive that it is of.
    """

    line: int
    why: str
    raw: str = ""
    member: str = ""

    @property
    def where(self) -> str:
        """`line 12`, `b.ris, line 12`, `b.ris`."""
        line = f"line {self.line}" if self.line else ""
        return ", ".join(part for part in (self.member, line) if part) or "the file"


@dataclass(slots=True)
class Reading:
    """A reference file while it is read. Iterate it once for its records; the numbers are whole afterwards.

    `stated` is how many records the file holds, counted before parsing and by other means; `parsed` how many were
    read; `rejected` the pieces that could not be. Raises FormatError at the end, naming lines, when they do not
    add up or anything was rejected, unless `keep_readable`: the records before it are good either way.
    `source` is the name that records get; "" takes it from the file where it says so, else "file". `mend` puts text
    right that was decoded wrongly (formats/mend.py) and says in how many records.
    """

    file: TextFile
    format: str
    reader: Reader
    source: str = ""
    keep_readable: bool = False
    stated: int | None = None
    parsed: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    mend: bool = False

    def count(self) -> int:
        """Count what the file holds, without parsing it."""
        if self.stated is None:
            self.stated = self.reader.count(self)
        return self.stated

    def __iter__(self) -> Iterator[Record]:
        self.count()
        self.warnings.extend(note for note in self.file.notes if note not in self.warnings)
        self.parsed = 0
        yield from self._mended() if self.mend else self._read()
        if not self.keep_readable:
            self.reconcile()

    def _read(self) -> Iterator[Record]:
        for record in self.reader.records(self):
            self.parsed += 1
            yield record

    def _mended(self) -> Iterator[Record]:
        from harvester.formats.mend import mended

        changed = 0
        for record in self._read():
            changed += mended(record)
            yield record
        self.warn(0, f"text that was decoded wrongly was put right in {changed} records")

    def reject(self, line: int, why: str, raw: str = "") -> None:
        """Put a piece aside."""
        self.rejected.append(Rejected(line, why, raw))

    def warn(self, line: int, text: str) -> None:
        """Say what was odd but lost nothing."""
        self.warnings.append(f"line {line}: {text}" if line else text)

    def reconcile(self) -> None:
        """Raise FormatError unless all that was counted was read."""
        if self.parsed == self.stated and not self.rejected:
            return
        places = "; ".join(f"{piece.where}: {piece.why}" for piece in self.rejected[:10])
        more = f" (and {len(self.rejected) - 10} more)" if len(self.rejected) > 10 else ""
        raise FormatError(
            f"holds {self.stated} records, of which {self.parsed} could be read"
            + (f": {places}{more}" if places else ""),
            file=self.file.label,
            line=self.rejected[0].line if self.rejected else 0,
            hint="Mend or export the file again, or take what is readable with --keep-readable.",
        )


class Reader(Protocol):
    """What a format's module offers for reading."""

    def count(self, reading: Reading) -> int:
        """How many records the file holds, by a look that is not the parser's."""
        ...

    def records(self, reading: Reading) -> Iterator[Record]:
        """The records, streamed; what cannot be read goes to `reading.reject`."""
        ...


class Writer(Protocol):
    """A file being written. A format's module offers `writer(out, *, label="", ...)`, which gives one."""

    def add(self, record: Record) -> None:
        """Write one record."""
        ...

    def end(self) -> None:
        """Write what closes the file. The stream stays open: it is the caller's."""
        ...
