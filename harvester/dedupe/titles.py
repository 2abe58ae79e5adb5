"""Two titles side by side: equal, equal but for spelling, one a part of the other, or telling apart two works.

Titles of different works are often nearly equal: Part I and Part II, in vivo and in vitro, adults and children, a
paper and its protocol. So the words that differ are looked at one by one; similarity as a number comes second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel


class Title(IntEnum):
    """How two titles stand to each other, from best to worst; MISSING when either is empty."""

    EQUAL = 0
    SPELLING = 1
    """Equal but for spaces, hyphens, spelling, small words or word order."""
    PART = 2
    """One holds all of the other and more: a subtitle dropped, a series or a running head added."""
    SIMILAR = 3
    """Mostly the same words, some of them exchanged."""
    DIFFERENT = 4
    MISSING = 5


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """`contradiction` names the words that tell the two apart for certain ("part 1 / part 2"), or is ""."""

    level: Title
    similarity: float
    reason: str
    contradiction: str = ""


_SMALL = frozenset(
    "a an the of in on for and or to with by from at as is are its their der die das und des den le la les de du et "
    "el los las en y un une ein eine sup sub inf i1 nbsp amp lt gt quot ti title article review research original "
    "full text abstract editorial letter s".split()
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
          "xi": "11", "xii": "12"}  # fmt: skip
_NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
                 "nine": "9", "ten": "10", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}  # fmt: skip
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"\d+|[^\d]+")

# A word that, added to a title, makes it the title of another publication.
OTHER_WORK = frozenset(
    "protocol erratum errata corrigendum correction retraction retracted addendum reply response comment comments "
    "commentary rejoinder pilot feasibility followup update updated edition supplement appendix part preliminary "
    "interim rationale design".split()
)

# Words of which exchanging one for the other makes another work, whatever else agrees.
_OPPOSITES = [frozenset(pair.split()) for pair in (
    "vivo vitro silico", "adult child adolescent infant neonat elder", "men women", "male female", "boy girl",
    "mother father", "early late", "acute chronic", "short long", "high low", "increas decreas", "positive negative",
    "before after", "left right", "upper lower", "north south east west", "mouse rat human", "mice rats",
    "inpatient outpatient", "hypertension hypotension", "hyperglycemia hypoglycemia", "urban rural",
    "quantitative qualitative", "summer winter spring autumn", "primary secondary tertiary", "public private",
    "alpha beta gamma delta epsilon", "oral intravenous", "anterior posterior", "systolic diastolic",
)]  # fmt: skip
_PREFIXES = (("hyper", "hypo"), ("intra", "inter"), ("intra", "extra"), ("pre", "post"), ("pro", "anti"), ("under", "over"),
             ("macro", "micro"), ("mono", "poly"), ("uni", "bi"), ("intro", "extro"), ("homo", "hetero"), ("endo", "exo"))  # fmt: skip
_SPELLINGS = (("our", "or"), ("ae", "e"), ("oe", "e"), ("is", "iz"), ("ys", "yz"), ("ph", "f"), ("ll", "l"), ("mm", "m"),
              ("re", "er"), ("ue", "u"), ("sz", "s"), ("ck", "k"))  # fmt: skip


def compare_titles(a: str, b: str, compact_a: str, compact_b: str) -> TitleMatch:
    """How two titles, given as folded words and as the same without blanks, stand to each other."""
    if not compact_a or not compact_b:
        return TitleMatch(Title.MISSING, 0.0, "a title is missing")
    if compact_a == compact_b:
        return TitleMatch(Title.EQUAL, 1.0, "titles equal")
    similarity = Indel.normalized_similarity(compact_a, compact_b)
    words_a, words_b = a.split(), b.split()
    if similarity < 0.5 and compact_a not in compact_b and compact_b not in compact_a:
        short, long = sorted((set(words_a), set(words_b)), key=len)
        if len(short & long) < 0.6 * len(short):
            return TitleMatch(Title.DIFFERENT, similarity, "titles differ")
    extra_a, extra_b = _left_over(words_a, words_b)
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
    return [word for word in extra if word not in _SMALL]


def _by_words(
    words_a: list[str], words_b: list[str], extra_a: list[str], extra_b: list[str], similarity: float
) -> TitleMatch:
    if not extra_a and not extra_b:
        return TitleMatch(Title.SPELLING, similarity, "titles equal but for the order of words")
    if _same_letters(extra_a, extra_b):
        return TitleMatch(Title.SPELLING, similarity, "titles equal but for a hyphen or a blank")
    rest_a, rest_b, spelled = _pair_spellings(extra_a, extra_b)
    contradiction = _contradiction(rest_a, rest_b, words_a, words_b)
    rest_a, rest_b = _weighty(rest_a), _weighty(rest_b)
    if _same_letters(rest_a, rest_b):
        rest_a = rest_b = []
    if not rest_a and not rest_b:
        reason = f"titles equal but for spelling ({spelled})" if spelled else "titles equal but for small words"
        return TitleMatch(Title.SPELLING, similarity, reason, contradiction)
    if not rest_a or not rest_b:
        more = rest_a or rest_b
        shorter = min(len(words_a), len(words_b))
        if shorter >= 3 and shorter >= len(more) // 2:
            shown = " ".join(more[:6])
            return TitleMatch(Title.PART, similarity, f"one title lacks “{shown}”", contradiction)
    shown = f"{' '.join(rest_a[:4]) or '-'} / {' '.join(rest_b[:4]) or '-'}"
    weight = sum(map(len, rest_a)) + sum(map(len, rest_b))
    if similarity >= 0.8 or weight < 0.35 * (sum(map(len, words_a)) + sum(map(len, words_b))):
        return TitleMatch(Title.SIMILAR, similarity, f"titles differ in words ({shown})", contradiction)
    return TitleMatch(Title.DIFFERENT, similarity, "titles differ", contradiction)


def _same_letters(extra_a: list[str], extra_b: list[str]) -> bool:
    """The same letters and numbers in other places: `11c` and `c 11`, `health care` and `healthcare`."""
    if not extra_a or not extra_b:
        return not extra_a and not extra_b
    joined_a, joined_b = "".join(extra_a), "".join(extra_b)
    if joined_a == joined_b:
        return True
    if len(joined_a) != len(joined_b) or len(joined_a) > 40:
        return False
    return sorted(_LETTERS.findall(" ".join(extra_a).replace(" ", ""))) == sorted(
        _LETTERS.findall(" ".join(extra_b).replace(" ", ""))
    )


def _pair_spellings(extra_a: list[str], extra_b: list[str]) -> tuple[list[str], list[str], str]:
    """Words left over on both sides, paired where one is the other misspelt or spelt after another fashion."""
    rest_a, rest_b, shown = [], list(extra_b), ""
    for word in extra_a:
        for other in rest_b:
            if same_word(word, other):
                rest_b.remove(other)
                shown = shown or f"{word} / {other}"
                break
        else:
            rest_a.append(word)
    return rest_a, rest_b, shown


def same_word(a: str, b: str) -> bool:
    """Whether two different words are one word spelt in two ways. Numbers and opposites never are."""
    if len(a) < 4 or len(b) < 4 or abs(len(a) - len(b)) > 3:
        return _ROMAN.get(a, _NUMBER_WORDS.get(a, a)) == _ROMAN.get(b, _NUMBER_WORDS.get(b, b))
    british = _british(a) == _british(b)
    cutoff = 1 if max(len(a), len(b)) < 8 else 2
    if not british and OSA.distance(a, b, score_cutoff=cutoff) > cutoff:
        return False
    return _DIGITS.findall(a) == _DIGITS.findall(b) and not opposites(a, b)


@lru_cache(maxsize=1 << 16)
def _british(word: str) -> str:
    for one, other in _SPELLINGS:
        word = word.replace(one, other)
    return word


@lru_cache(maxsize=1 << 16)
def _stems(word: str) -> tuple[tuple[int, str], ...]:
    """The groups of opposites that a word belongs to, with its side."""
    found = [(number, stem) for number, group in enumerate(_OPPOSITES) for stem in group if word.startswith(stem)]
    for number, pair in enumerate(_PREFIXES, len(_OPPOSITES)):
        found.extend((number, prefix) for prefix in pair if word.startswith(prefix))
    return tuple(found)


def opposites(a: str, b: str) -> bool:
    """Whether exchanging `a` for `b` makes a title another work's: vivo / vitro, hyper- / hypo-, adults / children."""
    stems_a = _stems(a)
    if not stems_a:
        return False
    stems_b = _stems(b)
    return any(
        one == other and side != other_side and (one < len(_OPPOSITES) or a[len(side) :] == b[len(other_side) :])
        for one, side in stems_a
        for other, other_side in stems_b
    )


def _contradiction(rest_a: list[str], rest_b: list[str], words_a: list[str], words_b: list[str]) -> str:
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
            return f"only one says “{word}”"
    return ""


def _numbers(rest: list[str]) -> list[str]:
    """The numbers among words, Roman ones and number words included, single letters too ("hepatitis B / C")."""
    found = []
    for word in rest:
        if word.isdigit() or word in _ROMAN or word in _NUMBER_WORDS:
            found.append(_ROMAN.get(word, _NUMBER_WORDS.get(word, word)))
        elif len(word) == 1 and word.isalpha() and word not in ("a", "s", "e", "y"):
            found.append(word)
    return sorted(found)
