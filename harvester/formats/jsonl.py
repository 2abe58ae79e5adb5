"""JSON Lines: one record a line, every field, nothing lost. The format for going from this program to itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from harvester.formats.base import Reading
from harvester.record import Record


def sniff(head: str) -> bool:
    """Whether the first line is a JSON object with a source, an id and a title."""
    first = head.lstrip("\ufeff \n").split("\n", 1)[0]
    if not first.startswith("{"):
        return False
    if len(first) == len(head.lstrip("\ufeff \n")) and not first.rstrip().endswith("}"):
        return '"source_id"' in first[:400]  # one line longer than what was looked at
    try:
        value = json.loads(first)
    except ValueError:
        return False
    return isinstance(value, dict) and {"source", "source_id", "title"} <= value.keys()


def count(reading: Reading) -> int:
    """How many lines are not blank."""
    return sum(1 for block in reading.file.blocks() for line in block.split("\n") if line.strip())


def records(reading: Reading) -> Iterator[Record]:
    """One record a line; a line that is none is rejected."""
    number = 0
    for block in reading.file.blocks():
        for line in block.removesuffix("\n").split("\n"):
            number += 1
            if not line.strip():
                continue
            try:
                record = Record.from_dict(json.loads(line))
            except (ValueError, TypeError, AttributeError, KeyError) as error:
                reading.reject(number, f"not a record: {error}", line)
                continue
            if reading.source:
                record.source = reading.source
            yield record


class Writer:
    """Writes records one a line. `label` is kept in `extra["label"]`."""

    def __init__(self, out: IO[bytes], *, label: str = "") -> None:
        self._out = out
        self._label = label

    def add(self, record: Record) -> None:
        """Write one line."""
        data = record.to_dict()
        if self._label:
            data["extra"] = {**data.get("extra", {}), "label": self._label}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        self._out.write(text.encode("utf-8", "replace") + b"\n")

    def end(self) -> None:
        """Nothing closes the file."""


writer = Writer
