"""The numbered table over local records: hits of each line, and hits that only that line of its block found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harvester.dialects.compose import Numbered
from harvester.match.evaluate import Matcher
from harvester.record import Record


@dataclass(frozen=True, slots=True)
class LineTally:
    """One line's yield. `unique` counts records that no other term of the same block finds (None for other lines)."""

    number: int
    kind: str
    block: str
    text: str
    hits: int
    unique: int | None


class Tally:
    """Counts a strategy's lines over records, one pass, no list of them kept."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self.records = 0
        self.matched = 0
        self._hits: Counter[int] = Counter()
        self._unique: Counter[int] = Counter()
        self._block = {line.number: line.block for line in matcher.numbered if line.kind == "term"}
        self._last = matcher.numbered[-1].number if matcher.numbered else 1

    def add(self, record: Record) -> bool:
        """Count one record; True when it answers the whole strategy."""
        self.records += 1
        found = self.matcher.lines(record)
        self._hits.update(found)
        blocks: dict[str, list[int]] = {}
        for number in found:
            if number in self._block:
                blocks.setdefault(self._block[number], []).append(number)
        self._unique.update(numbers[0] for numbers in blocks.values() if len(numbers) == 1)
        whole = self._last in found
        self.matched += whole
        return whole

    def lines(self) -> list[LineTally]:
        """Every line with its counts, in order."""
        return [self._line(line) for line in self.matcher.numbered]

    def _line(self, line: Numbered) -> LineTally:
        unique = self._unique[line.number] if line.kind == "term" else None
        return LineTally(line.number, line.kind, line.block, line.label, self._hits[line.number], unique)
