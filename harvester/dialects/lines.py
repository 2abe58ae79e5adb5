"""Parting a pasted strategy into its lines: numbered or not, with the hit counts that came along."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from harvester.dialects.parse import Places


@dataclass(frozen=True, slots=True)
class Numbered:
    """One line of a line set: its label and where its query stands in the text."""

    label: str
    start: int
    end: int
    comment: str = ""


_LABEL = re.compile(r"[ \t]*(?:#[ \t]?|[Ss](?=\d))?(\d{1,4})(?:[.):]|[ \t])[ \t]*(?=\S)")
_HITS = re.compile(r"[ \t]+(?:\(?\d{1,3}(?:,\d{3})+\)?|\(\d+\))[ \t]*\Z|\t+\d+(?:,\d{3})*[ \t]*\Z")


def split(text: str, places: Places) -> list[Numbered]:
    """The lines of `text`. A text whose first line has no number is one query over all its lines."""
    rows = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text) if found.group().strip()]
    if not rows:
        raise places.error(0, "there is nothing to search for here", "Write at least one term.")
    labels = [_LABEL.match(text, *row) for row in rows]
    if len(rows) > 1 and all(labels) and _counts_down([found[1] for found in labels if found]):
        # The newest line first, as databases show their histories.
        rows, labels = rows[::-1], labels[::-1]
    if len(rows) < 2 or not _counts_up([found[1] if found else "" for found in labels]):
        return [Numbered("", rows[0][0], rows[-1][1])]
    out: list[Numbered] = []
    for (_, end), found in zip(rows, labels, strict=True):
        if found is None or (out and int(found[1]) != int(out[-1].label) + 1):
            previous = out.pop()
            out.append(Numbered(previous.label, previous.start, end))  # a line that was wrapped
            continue
        hits = _HITS.search(text, found.end(), end)
        out.append(Numbered(found[1], found.end(), hits.start() if hits else end))
    return out


def _counts_up(labels: list[str]) -> bool:
    numbers = [int(label) for label in labels if label]
    if not labels[0] or len(numbers) < 2:
        return False
    steps = [right - left for left, right in pairwise(numbers)]
    return steps.count(1) >= len(steps) / 2


def _counts_down(labels: list[str]) -> bool:
    return all(int(left) == int(right) + 1 for left, right in pairwise(labels))


_MOST_ROWS = 20
_ROW_HITS = re.compile(r"(?<=[./)])[ \t]+\d+[ \t]*\Z")


def split_rows(text: str, places: Places) -> list[Numbered]:
    """Numbered lines; else one line a row, numbered from 1. Rows that leave a parenthesis open go on in the next ones.

    A text whose rows begin with operators is one query that was wrapped.
    """
    lines = split(text, places)
    if len(lines) == 1 and not lines[0].label:
        rows = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text) if found.group().strip()]
        if len(rows) > 1 and not any(_goes_on(text[start:end]) for start, end in rows):
            lines = [Numbered(str(number), *row) for number, row in enumerate(_joined(text, rows), 1)]
    return [_without_hits(text, line) if line.label else line for line in lines]


def _joined(text: str, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rows joined until their parentheses close; one that never closes stays alone, and its error is placed there."""
    out: list[tuple[int, int]] = []
    place = 0
    while place < len(rows):
        start, end = rows[place]
        last = place
        while last + 1 < len(rows) and last - place < _MOST_ROWS and not _balanced(text[start : rows[last][1]]):
            last += 1
        if _balanced(text[start : rows[last][1]]):
            end, place = rows[last][1], last
        out.append((start, end))
        place += 1
    return out


def _balanced(row: str) -> bool:
    bare = re.sub(r'"[^"]*"', "", row)
    return bare.count("(") == bare.count(")")


def _goes_on(row: str) -> bool:
    return re.match(r"\s*(?:and|or|not)\b(?!/)", row, re.IGNORECASE) is not None


def _without_hits(text: str, line: Numbered) -> Numbered:
    found = _ROW_HITS.search(text, line.start, line.end)
    return Numbered(line.label, line.start, found.start(), line.comment) if found else line
