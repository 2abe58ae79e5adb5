"""Two titles side by side: equal, equal but for spelling, one a part of the other, or telling apart two works.

Titles of different works are often nearly equal: Part I and Part II, in vivo and in vitro, adults and children, a
paper and its protocol. So the words that differ are looked at one by one; similarity as a number comes second.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from harvester.dedupe.lexicon import (
    NEGATIONS,
    NUMBER_WORDS,
    OPPOSITE_PREFIXES,
    OPPOSITES,
    OTHER_WORK,
    ROMAN,
    SMALL,
    SPELLINGS,
)


class Title(IntEnum):
    """How two titles stand to each other, from best to worst; MISSING when either is empty."""

    EQUAL = 0
    SPELLING = 1
    """Equal but for spaces, hyphens, spelling, small words or word order."""
    PART = 2
    """One holds all of the other and more: a subtitle dropped, a series or a running head added."""
    CLOSE = 3
    """The same but for a word or two exchanged."""
    SIMILAR = 4
    """Mostly the same words, several of them exchanged."""
    DIFFERENT = 5
    MISSING = 6


class TitleMatch(NamedTuple):
    """How two titles stand to each other.

    `how` says it in words, with `left` and `right`, the words that only one of them has. `contradiction` names the
    words that tell the two apart for certain ("1 / 2", "vivo / vitro"), or is "".
    """

    level: Title
    similarity: float
    how: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    contradiction: str = ""

    @property
    def reason(self) -> str:
        """The match in words."""
        if not self.left and not self.right:
            return self.how
        return f"{self.how} ({' '.join(self.left[:6]) or '-'} / {' '.join(self.right[:6]) or '-'})"


_NUMERALS = NUMBER_WORDS | ROMAN
_DIGITS = re.compile(r"\d+")
_PARTS = re.compile(r"\d+|[^\d]")
_REORDERED = "titles have the same words in another order"
ONLY_ONE = "only one says"
_EQUAL = TitleMatch(Title.EQUAL, 1.0, "titles equal")
_MISSING = TitleMatch(Title.MISSING, 0.0, "a title is missing")


def compare_titles(a: str, b: str, compact_a: str, compact_b: str) -> TitleMatch:
    """How two titles, given as folded words and as the same without blanks, stand to each other."""
    if not compact_a or not compact_b:
        return _MISSING
    if compact_a == compact_b:
        return _EQUAL
    similarity = Indel.normalized_similarity(compact_a, compact_b)
    words_a, words_b = a.split(), b.split()
    if similarity < 0.5 and compact_a not in compact_b and compact_b not in compact_a:
        short, long = sorted((set(words_a), set(words_b)), key=len)
        if len(short & long) < 0.6 * len(short):
            return TitleMatch(Title.DIFFERENT, similarity, "titles differ")
    extra_a, extra_b = _left_over(words_a, words_b)
    if similarity < 0.75 and min(len(extra_a), len(extra_b)) > 4:
        return TitleMatch(Title.DIFFERENT, similarity, "titles differ")
    return _by_words(words_a, words_b, extra_a, extra_b, similarity)


def _left_over(words_a: list[str], words_b: list[str]) -> tuple[list[str], list[str]]:
    """The words of each that the other lacks, as bags, in order."""
    bag = list(words_b)
    extra_a = []
    for word in words_a:
        if word in bag:
            bag.remove(word)
        else:
            extra_a.append(word)
    return extra_a, bag


def _weighty(extra: list[str]) -> list[str]:
    return [word for word in extra if word not in SMALL]


def _by_words(
    words_a: list[str], words_b: list[str], extra_a: list[str], extra_b: list[str], similarity: float
) -> TitleMatch:
    if _same_letters(extra_a, extra_b):
        # "A causes B" and "B causes A" have the same words: in another order they are only alike.
        if _moved(words_a, words_b, extra_a, extra_b):
            return TitleMatch(Title.PART, similarity, _REORDERED)
        return TitleMatch(Title.SPELLING, similarity, "titles equal but for a hyphen or a blank")
    rest_a, rest_b = _pair_spellings(extra_a, extra_b)
    contradiction = _contradiction(rest_a, rest_b)
    rest_a, rest_b = _weighty(rest_a), _weighty(rest_b)
    if _same_letters(rest_a, rest_b):
        rest_a = rest_b = []
    level, how = Title.DIFFERENT, "titles differ"
    shorter = min(len(words_a), len(words_b))
    if not rest_a and not rest_b:
        level, how = Title.SPELLING, "titles equal but for spelling"
        if _moved(words_a, words_b, extra_a, extra_b):
            level, how = Title.PART, _REORDERED
        rest_a, rest_b = extra_a, extra_b
    elif (not rest_a or not rest_b) and shorter >= 3 and _holds(words_a, words_b, rest_a or rest_b):
        level, how = Title.PART, "one title says more"
    elif _one_within(words_a, words_b):
        level, how = Title.PART, "one title lacks some letters"
    else:
        weight = sum(map(len, rest_a)) + sum(map(len, rest_b))
        whole = sum(map(len, words_a)) + sum(map(len, words_b))
        if similarity >= 0.9 and weight < 0.25 * whole:
            level, how = Title.CLOSE, "titles differ in few words"
        elif similarity >= 0.8 or weight < 0.35 * whole:
            level, how = Title.SIMILAR, "titles differ in words"
    return TitleMatch(level, similarity, how, tuple(rest_a), tuple(rest_b), contradiction)


def _moved(words_a: list[str], words_b: list[str], extra_a: list[str], extra_b: list[str]) -> bool:
    """Whether the words that both titles have stand in another order."""
    return _without(words_a, extra_a) != _without(words_b, extra_b)


def _without(words: list[str], extra: list[str]) -> list[str]:
    rest = [word for word in words if word not in SMALL]
    for word in extra:
        if word in rest:
            rest.remove(word)
    return rest


def _holds(words_a: list[str], words_b: list[str], more: list[str]) -> bool:
    """Whether the longer title holds the shorter in earnest, and does not merely have its few words among many."""
    short, long = sorted((words_a, words_b), key=len)
    if len(short) >= len(more) // 2:
        return True
    whole, part = "".join(long), "".join(short)
    return len(part) >= 25 and (whole.startswith(part) or whole.endswith(part))


def _one_within(words_a: list[str], words_b: list[str]) -> bool:
    """Whether one title is the other with a few letters left out: brackets and Greek that an exporter lost."""
    one, other = "".join(words_a), "".join(words_b)
    missing = abs(len(one) - len(other))
    shorter = min(len(one), len(other))
    return shorter >= 30 and missing <= 0.2 * shorter and Indel.distance(one, other, score_cutoff=missing) == missing


def _same_letters(extra_a: list[str], extra_b: list[str]) -> bool:
    """The same letters and numbers in other places: `11c` and `c 11`, `health care` and `healthcare`."""
    if not extra_a or not extra_b:
        return not extra_a and not extra_b
    joined_a, joined_b = "".join(extra_a), "".join(extra_b)
    if joined_a == joined_b:
        return True
    if len(joined_a) != len(joined_b) or len(joined_a) > 12:
        return False
    return sorted(_PARTS.findall(" ".join(extra_a))) == sorted(_PARTS.findall(" ".join(extra_b))) or sorted(
        _PARTS.findall(joined_a)
    ) == sorted(_PARTS.findall(joined_b))


def _pair_spellings(extra_a: list[str], extra_b: list[str]) -> tuple[list[str], list[str]]:
    """Words left over on both sides, less those that are one word spelt in two ways."""
    rest_a, rest_b = [], list(extra_b)
    for word in extra_a:
        other = next((other for other in rest_b if same_word(word, other)), None)
        if other is None:
            rest_a.append(word)
        else:
            rest_b.remove(other)
    return rest_a, rest_b


def same_word(a: str, b: str) -> bool:
    """Whether two different words are one word spelt in two ways. Numbers and opposites never are."""
    if len(a) < 4 or len(b) < 4 or abs(len(a) - len(b)) > 3:
        return _NUMERALS.get(a, a) == _NUMERALS.get(b, b)
    if a[:-1] == b or b[:-1] == a:  # a footnote's digit, a plural
        return len(a) > 5 and not (a[-1].isdigit() and b[-1].isdigit())
    british = _british(a) == _british(b)
    if not british and (a.endswith(b) or b.endswith(a)):  # ethanamine and methanamine, alkyl- and aralkyl-
        return False
    cutoff = 1 if max(len(a), len(b)) < 8 else 2
    if not british and OSA.distance(a, b, score_cutoff=cutoff) > cutoff:
        return False
    return _DIGITS.findall(a) == _DIGITS.findall(b) and not opposites(a, b)


@lru_cache(maxsize=1 << 16)
def _british(word: str) -> str:
    for one, other in SPELLINGS:
        word = word.replace(one, other)
    return word


@lru_cache(maxsize=1 << 16)
def _stems(word: str) -> tuple[tuple[int, str], ...]:
    """The groups of opposites that a word belongs to, with its side."""
    found = [(number, stem) for number, group in enumerate(OPPOSITES) for stem in group if word.startswith(stem)]
    for number, pair in enumerate(OPPOSITE_PREFIXES, len(OPPOSITES)):
        found.extend((number, prefix) for prefix in pair if word.startswith(prefix))
    return tuple(found)


def opposites(a: str, b: str) -> bool:
    """Whether exchanging `a` for `b` makes a title another work's: vivo / vitro, hyper- / hypo-, adults / children."""
    if a.endswith(b) or b.endswith(a):
        short, long = sorted((a, b), key=len)
        if long[: len(long) - len(short)] in NEGATIONS:
            return True
    stems_a = _stems(a)
    stems_b = _stems(b) if stems_a else ()
    return bool(stems_b) and any(
        one == other and side != other_side and (one < len(OPPOSITES) or a[len(side) :] == b[len(other_side) :])
        for one, side in stems_a
        for other, other_side in stems_b
    )


def _contradiction(rest_a: list[str], rest_b: list[str]) -> str:
    """The words that make two works of two like titles, or ""."""
    numbers_a, numbers_b = _numbers(rest_a), _numbers(rest_b)
    if numbers_a and numbers_b and numbers_a != numbers_b:
        return f"{' '.join(numbers_a)} / {' '.join(numbers_b)}"
    for word in rest_a:
        for other in rest_b:
            if opposites(word, other):
                return f"{word} / {other}"
    for word in rest_a + rest_b:
        if word in OTHER_WORK:
            return f"{ONLY_ONE} “{word}”"
    return ""


def split_after(title: str, letters: int) -> tuple[str, list[str]]:
    """The word of a title that the last of so many letters stands in, and the words after it; "" and none behind its
    end."""
    words = title.split()
    for number, word in enumerate(words):
        letters -= len(word)
        if letters <= 0:
            return word, words[number + 1 :]
    return "", []


def is_number(word: str) -> bool:
    """Whether a word is a number, in digits, Roman or spelt."""
    return word.isdigit() or word in _NUMERALS


def tells_apart(words: list[str]) -> bool:
    """Whether some of these words make another work of a title to which they are added."""
    return bool(_numbers(words)) or not OTHER_WORK.isdisjoint(words)


def _numbers(rest: list[str]) -> list[str]:
    """The numbers among words, Roman ones and number words included, single letters too ("hepatitis B / C")."""
    found = []
    for word in rest:
        if is_number(word):
            found.append(_NUMERALS.get(word, word))
        elif len(word) == 1 and word.isalpha() and word not in ("a", "s", "e", "y"):
            found.append(word)
    return sorted(found)
