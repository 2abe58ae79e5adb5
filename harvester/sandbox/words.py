"""Words as the sandbox's index sees them, and phrases looked up in the stock of units.

A word is a run of letters and digits, without case and accents; everything else parts words and is forgotten, so
`link-workers` and `link workers` are the same two words. Positions run on over full stops inside one text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harvester.sandbox.chance import Bools, Ints, Units
from harvester.sandbox.units import Stock, plain

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"(?:[^\W_]|\*)+")


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return _WORD.findall(fold(text))


def pattern_words(text: str) -> list[str]:
    """The words of a search phrase; `*` stays in its word."""
    return [word for word in _PATTERN_WORD.findall(fold(text)) if word.strip("*")]


def fold(text: str) -> str:
    """Lower case without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))


def digits(text: str) -> bool:
    """Is this a number that a server would read as one: one to nine ASCII digits?"""
    return text.isascii() and text.isdigit() and len(text) <= 9


def matches(pattern: str, word: str) -> bool:
    """Does one word match one pattern word, in which `*` stands for any characters or none?"""
    if "*" not in pattern:
        return pattern == word
    return _compiled(pattern).fullmatch(word) is not None


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")))


@dataclass
class Phrase:
    """A phrase held against every unit. `inside[u]`: the unit holds it whole.

    For phrases that run from one unit into the next, bit k of `ends[u]` says that the unit ends with the first k
    words, bit k of `begins[u]` that it begins with all words from k on, and `through[k]` maps the short units that
    consist of words k to j onto j.
    """

    inside: Bools
    ends: Ints
    begins: Ints
    through: list[tuple[int, int, Bools]]

    @property
    def crosses(self) -> bool:
        """Can the phrase run over a unit's end at all?"""
        return bool(self.ends.any() and self.begins.any())


class Index:
    """The words of all units, as one long row of word numbers."""

    def __init__(self, stock: Stock) -> None:
        vocabulary: dict[str, int] = {}
        flat: list[int] = []
        starts = [0]
        for xml in stock.xml:
            for word in words(plain(xml)):
                flat.append(vocabulary.setdefault(word, len(vocabulary)))
            starts.append(len(flat))
        self.vocabulary = vocabulary
        self.flat = np.array(flat, dtype=np.int32)
        self.first = np.array(starts[:-1], dtype=np.int64)
        self.end = np.array(starts[1:], dtype=np.int64)
        self.unit = np.repeat(np.arange(len(stock.xml)), self.end - self.first)

    def has_word(self, pattern: str) -> Bools:
        """Where in the long row a word matching `pattern` stands."""
        if "*" not in pattern:
            number = self.vocabulary.get(pattern, -1)
            found: Bools = self.flat == number
            return found
        test = _compiled(pattern)
        numbers = [number for word, number in self.vocabulary.items() if test.fullmatch(word)]
        out: Bools = np.isin(self.flat, numbers)
        return out

    def phrase(self, pattern: Sequence[str]) -> Phrase:
        """Hold a phrase of one or more pattern words against every unit."""
        count = len(pattern)
        hits = [self.has_word(word) for word in pattern]
        size = len(self.flat)
        starts = np.zeros(size, dtype=np.bool_)
        if size >= count:
            whole = hits[0][: size - count + 1].copy()
            for place in range(1, count):
                whole &= hits[place][place : size - count + 1 + place]
            whole &= self.unit[: size - count + 1] == self.unit[count - 1 :]
            starts[: size - count + 1] = whole
        inside = np.zeros(len(self.first), dtype=np.bool_)
        inside[self.unit[starts]] = True
        length = self.end - self.first
        ends = np.zeros(len(self.first), dtype=np.int64)
        begins = np.zeros(len(self.first), dtype=np.int64)
        through = []
        for cut in range(1, count):
            tail = self._run(hits, self.end - cut, 0, cut) & (length >= cut)
            ends |= tail.astype(np.int64) << cut
            head = self._run(hits, self.first, cut, count - cut) & (length >= count - cut)
            begins |= head.astype(np.int64) << cut
            for stop in range(cut + 1, count):
                passing = self._run(hits, self.first, cut, stop - cut) & (length == stop - cut)
                if passing.any():
                    through.append((cut, stop, passing))
        return Phrase(inside, ends, begins, through)

    def _run(self, hits: list[Bools], start: Ints, word: int, count: int) -> Bools:
        """For each unit: do `count` words from pattern word `word` on stand at `start` (an index into the row)?"""
        found = (start >= 0) & (start + count <= len(self.flat))
        at = np.where(found, start, 0)
        for place in range(count):
            found = found & hits[word + place][np.minimum(at + place, max(len(self.flat) - 1, 0))]
        out: Bools = found
        return out


def in_columns(phrase: Phrase, columns: Sequence[Units], breaks: Sequence[Bools | None]) -> Bools:
    """Which records hold the phrase in the text that their units in `columns`, read in a row, make up.

    `breaks[j]` marks the records in which a new text begins with column j (None: none does).
    """
    found = np.zeros(len(columns[0]), dtype=np.bool_)
    for column in columns:
        found |= phrase.inside[column]
    if not phrase.crosses:
        return found
    carry = np.zeros(len(columns[0]), dtype=np.int64)
    for column, fresh in zip(columns, breaks, strict=True):
        if fresh is not None:
            carry[fresh] = 0
        found |= (carry & phrase.begins[column]) != 0
        moved = phrase.ends[column].copy()
        for start, stop, passing in phrase.through:
            moved |= np.where(passing[column] & ((carry >> start) & 1 == 1), 1 << stop, 0)
        carry = np.where(column == 0, carry, moved)
    return found
