"""RIS in all its dialects: read as a stream, counted before it is parsed.

What exporters do, and what is done about it: one space before the hyphen (Mendeley, Covidence), two after it
(Cochrane), preambles and counters between records (Cochrane, Ovid), no ER (then the next TY ends the record, which
is said), no TY (the record is read as "other", which is said), lines wrapped or keywords one a line without a tag,
tags of four letters (PMID).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.formats.base import Reading
from harvester.formats.ris_record import Fields, record_of
from harvester.formats.ris_tags import KINDS, KNOWN, OTHER_TYPES, TITLES
from harvester.formats.ris_write import writer
from harvester.record import Record

__all__ = ["count", "records", "sniff", "writer"]

_BLANKS = " \t\ufeff\u200b"
_TYPES = "|".join(sorted([*KINDS, *OTHER_TYPES], key=len, reverse=True))
# A record's first and last line. With one space before the hyphen the value has to be a type, or nothing.
_MARK_TEXT = (
    rf"[{_BLANKS}]*(?:(TY)(?:[ \t]{{2,}}-|[ \t]?-(?=[ \t]*(?:{_TYPES})[ \t]*$))|(ER)(?:[ \t]{{2,}}-|[ \t]?-[ \t]*$))"
)
_MARK = re.compile(_MARK_TEXT, re.MULTILINE)
_MARKS = re.compile("\n" + _MARK_TEXT, re.MULTILINE)  # a leading newline is found ten times faster than a ^
_TAG = re.compile(rf"[{_BLANKS}]*([A-Z][A-Z0-9]{{1,4}})(?:[ \t]{{2,}}|\t)-(?:[ \t]+|$)(.*)", re.DOTALL)
_LOOSE_TAG = re.compile(rf"[{_BLANKS}]*([A-Z][A-Z0-9]) ?- ?(.*)", re.DOTALL)
# Blank lines, a TY line, tag lines that are neither TY nor ER, an ER line: `.` is anything but a line's end.
_WHOLE = re.compile(r"\n*(TY  - .*\n(?:(?!TY|ER)[A-Z][A-Z0-9]  - .*\n)*)ER  -.*(?:\n|\Z)")
_FIELD = re.compile(r"(..)  - (.*)\n")
_TITLE_LINE = re.compile(rf"^[{_BLANKS}]*(?:{'|'.join(sorted(TITLES))})(?:[ \t]{{2,}}|\t)-", re.MULTILINE)
_ANY_TAG_LINE = re.compile(rf"^[{_BLANKS}]*(?!ER)[A-Z][A-Z0-9](?:[ \t]{{2,}}|\t)-", re.MULTILINE)
_ANNOUNCED = re.compile(r"\s*Record #(\d+) of (\d+)\s*\Z")
_PREAMBLE = re.compile(r"\s*(?:<?\d+[.>]{1,2}\s*|Record #\d+ of \d+|[A-Z][\w /-]{1,30}:.*)\Z")
_LOOSE_START = re.compile(r"TY ?- ?\S")


def sniff(head: str) -> bool:
    """Whether the beginning of a text is RIS: a TY line, or tag lines that end in ER."""
    found = _MARK.search(head)
    return bool(found and (found[1] or _ANY_TAG_LINE.search(head[: found.start()])))


def count(reading: Reading) -> int:
    """How many records begin: TY lines, and tagged lines outside them that an ER ends or that hold a title."""
    records = 0
    is_open = False
    rest = "\n"
    for block in reading.file.blocks():
        text = rest + block
        last = 0
        for mark in _MARKS.finditer(text):
            if not is_open and (_TITLE_LINE if mark[1] else _ANY_TAG_LINE).search(text, last, mark.start()):
                records += 1
            if mark[1]:
                records += 1
            is_open = bool(mark[1])
            last = mark.end()
        rest = "\n" if is_open else text[last:]
        if not rest.startswith("\n"):
            rest = "\n" + rest
    if not is_open and _TITLE_LINE.search(rest):
        records += 1
    return records


def records(reading: Reading) -> Iterator[Record]:
    """The records, one at a time."""
    seen_ids: set[str] = set()
    for start, fields in _entries(reading):
        yield record_of(fields, start, reading, seen_ids)


def _entries(reading: Reading) -> Iterator[tuple[int, Fields]]:
    """Each record's line number and its (tag, value) pairs, TY first."""
    cutter = _Cutter(reading)
    number = 0
    for block in reading.file.blocks():
        place, end = 0, len(block)
        while place < end:
            if cutter.current is None and (whole := _WHOLE.match(block, place)):
                # The common case: a record written as the specification says, taken in one step.
                blank = block.count("\n", place, whole.start(1))
                yield from cutter.whole(number + blank + 1, _FIELD.findall(block, whole.start(1), whole.end(1)))
                number += block.count("\n", place, whole.end())
                place = whole.end()
                continue
            until = block.find("\n", place)
            until = end if until < 0 else until
            number += 1
            yield from _line(cutter, number, block[place:until])
            place = until + 1
    yield from cutter.finish()


def _line(cutter: _Cutter, number: int, line: str) -> Iterator[tuple[int, Fields]]:
    """One line of a record that is not as it should be."""
    if not line or line.isspace():
        return
    if cutter.loose and cutter.current is not None and (found := _LOOSE_TAG.match(line)) and found[1] in KNOWN:
        tag, value = found[1], found[2]
    elif mark := _MARK.match(line):
        tag, value = mark[1] or mark[2], line[mark.end() :]
    elif found := _TAG.match(line):
        tag, value = found[1], found[2]
    else:
        cutter.text(number, line.strip(_BLANKS))
        return
    value = value.strip()
    if tag == "TY":
        yield from cutter.begin(number, value, loose=bool(_LOOSE_START.match(line.lstrip(_BLANKS))))
    elif tag == "ER":
        yield from cutter.end()
    else:
        cutter.tag(number, tag, value)


class _Cutter:
    """Where a record begins and ends. What follows an ER waits until it is known to whom it belongs."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.current: Fields | None = None  # the record that is open
        self.loose = False  # it writes its tags with one space
        self._start = 0
        self._ended: tuple[int, Fields] | None = None  # the record before, ended by its ER
        self._tail: Fields = []  # tags since then
        self._tail_start = 0
        self._stray = Stray(reading)

    def whole(self, number: int, fields: Fields) -> Iterator[tuple[int, Fields]]:
        """A record from TY to ER."""
        if self._ended or self._tail:
            yield from self._settle(closed=False)
        self._stray.close(opened=True)
        # It may still be followed by tags that belong to it.
        self._ended = (number, fields)

    def begin(self, number: int, value: str, *, loose: bool) -> Iterator[tuple[int, Fields]]:
        """A TY line."""
        if self.current is not None:
            self._reading.warn(self._start, f"the record has no ER; it ends where the next begins, in line {number}")
            yield self._start, self.current
        yield from self._settle(closed=False)
        self._stray.close(opened=True)
        self._start, self.current, self.loose = number, [("TY", value)], loose

    def end(self) -> Iterator[tuple[int, Fields]]:
        """An ER line."""
        if self.current is not None:
            self._ended = (self._start, self.current)
            self.current = None
        else:
            yield from self._settle(closed=True)

    def tag(self, number: int, tag: str, value: str) -> None:
        """A tagged line."""
        if self.current is not None:
            self.current.append((tag, value))
        else:
            self._tail_start = self._tail_start if self._tail else number
            self._tail.append((tag, value))

    def text(self, number: int, value: str) -> None:
        """A line without a tag."""
        if self.current is not None:
            _continue(self.current, value)
        elif not self._stray.add(number, value):
            if self._tail:
                _continue(self._tail, value)
            else:
                self._stray.keep(number, value)

    def finish(self) -> Iterator[tuple[int, Fields]]:
        """The end of the file."""
        if self.current is not None:
            self._reading.warn(self._start, "the last record has no ER: the file may have been cut short")
            yield self._start, self.current
        yield from self._settle(closed=False)
        self._stray.close(opened=False)

    def _settle(self, *, closed: bool) -> Iterator[tuple[int, Fields]]:
        """Say whose the tags since the last ER are: a record of their own, or the one before (Ovid's NL)."""
        tail, self._tail = self._tail, []
        own = bool(tail) and (closed or any(tag in TITLES for tag, _ in tail))
        if tail and not own:
            if self._ended:
                self._ended[1].extend(tail)
            else:
                self._stray.keep(self._tail_start, f"{tail[0][0]}  - {tail[0][1]}")
        if self._ended:
            yield self._ended
            self._ended = None
        if own:
            self._reading.warn(
                self._tail_start, "tagged lines without a TY before them; read as a record of no stated type"
            )
            yield self._tail_start, tail


def _continue(fields: Fields, text: str) -> None:
    """Add an untagged line to the value before it: another keyword, a paragraph, or the rest of a wrapped line."""
    tag, value = fields[-1]
    if tag == "KW":
        fields.extend(("KW", part.strip()) for part in text.split("; "))
    elif tag == "TY":
        fields.append(("N1", text))
    elif not value:
        fields[-1] = (tag, text)
    elif tag in ("AB", "N1", "N2") and value[-1] in ".?!:" and (text[0].isupper() or text[0].isdigit()):
        fields[-1] = (tag, f"{value}\n{text}")
    else:
        fields[-1] = (tag, f"{value} {text}")


class Stray:
    """Text outside records: preambles and counters are let go, the rest is told; an announced record has to come."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lines: list[tuple[int, str]] = []
        self._announced = 0

    def add(self, number: int, text: str) -> bool:
        """Take one line if it is a preamble or a counter; otherwise False."""
        if _ANNOUNCED.match(text):
            if self._announced:
                self._reading.reject(self._announced, "announces a record that does not come")
            self._announced = number
        return bool(_PREAMBLE.match(text)) or not text

    def keep(self, number: int, text: str) -> None:
        """Remember a line that nobody takes."""
        self._lines.append((number, text))

    def close(self, *, opened: bool) -> None:
        """A record begins (`opened`) or the file ends."""
        if self._announced and not opened:
            self._reading.reject(self._announced, "announces a record that does not come")
        self._announced = 0
        if self._lines:
            first, text = self._lines[0]
            last = self._lines[-1][0]
            place = f"lines {first} to {last} lie" if last > first else f"line {first} lies"
            self._reading.warn(0, f"{place} outside any record, left out: {text[:80]!r}")
            self._lines.clear()
