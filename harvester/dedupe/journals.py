"""The names of journals and meetings: their words, and whether two names are of one.

Databases write one journal in many ways: abbreviated (ISO 4: each word by its beginning), with or without its
subtitle, parallel title, section, medium or publisher. Many pairs of journals differ by one such word ("Circulation"
and "Circulation: Heart Failure"); then nothing is said of them, rather than that they are one or that they are two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from harvester.dedupe.lexicon import ALONE, EDITIONS, MEETING_WORDS, REGIONS, SMALL_JOURNAL_WORDS
from harvester.dedupe.text import words

SUBTITLE: Final = "|"
"""Stands in a name before a subtitle, a parallel title or what a slash divides."""
SECTION: Final = "~"
"""Stands in a name before what may be a section with volumes of its own, or a parallel title."""

# "Atherosclerosis. Conference: 15th International ...": what follows the journal is said by the genre.
_OF_MEETING = re.compile(r"(?<=\w\w)[.;,]? ?Conference(?::.*|\Z)", re.DOTALL)
_BRACKETS = re.compile(r"(?<=\w)[ .]*(?:\([^()]*\)|\[[^\[\]]*\])")
_DROPPED = re.compile(r"(?<=\w\w)(?: : | / |; ).*", re.DOTALL)  # NLM: who publishes it; a parallel title
_MARK = re.compile(r"(?<=\w\w)(?:(:[ ]| = |/(?=[A-Z]\w*\W+\w+\W+\w))|( - |(?<=[a-z]{4})\.[ ]?(?=[A-Z])))")
_ELISION = re.compile(r"\b(?:l|d|dell|dall|nell|all|un)['\u2019](?=\w)", re.IGNORECASE)
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc`")
# "Ann N Y Acad Sci", "Proc Natl Acad Sci U S A": here these are not the small words of other languages.
_PLACES = ((" n y ", " ny "), (" u s a ", " usa "), (" united states of america ", " usa "))


@lru_cache(maxsize=1 << 15)
def journal_words(text: str) -> str:
    """The words of a journal's name that tell it apart, joined by blanks; "" when there are none.

    SUBTITLE or SECTION stands where a further part begins.
    """
    text = _OF_MEETING.sub("", text)
    if "(" in text or "[" in text:
        while (inner := _BRACKETS.sub(" ", text)) != text:  # "(Shariqah (United Arab Emirates))"
            text = inner
    text = _DROPPED.sub("", text)
    if "'" in text or "\u2019" in text:
        text = _ELISION.sub("", text).translate(_APOSTROPHES)
    parts: list[str] = []
    place = 0
    for found in _MARK.finditer(text):
        if part := _words(text[place : found.start()]):
            parts += (part, SUBTITLE if found[1] else SECTION)
        place = found.end()
    parts.append(_words(text[place:]))
    if not parts[-1]:
        del parts[-2:]
    return " ".join(parts)


def _words(text: str) -> str:
    found = words(text)
    if "n" in found or "u" in found or "united" in found:
        joined = f" {' '.join(found)} "
        for place, short in _PLACES:
            joined = joined.replace(place, short)
        found = joined.split()
    return " ".join(word for word in found if word not in SMALL_JOURNAL_WORDS)


@lru_cache(maxsize=1 << 16)
def compare_journals(one: str, other: str) -> str:
    """Two names, as `journal_words` gives them: "equal", "abbreviated", "different", or "" where one may be a part,
    a section or a sister of the other."""
    if one == other:
        return "equal"
    whole_one, whole_other = _whole(one), _whole(other)
    if _one_name(whole_one, whole_other) or _same_meeting(whole_one, whole_other):
        return "abbreviated"
    found = (_by_part(one, whole_other), _by_part(other, whole_one))
    if "abbreviated" in found:
        return "abbreviated"
    maybe = "maybe" in found or _begins(whole_one, whole_other) or _begins(whole_other, whole_one)
    return "" if maybe else "different"


def _whole(name: str) -> list[str]:
    return [word for word in name.split() if word not in (SUBTITLE, SECTION)]


def _by_part(parted: str, whole: list[str]) -> str:
    """ "abbreviated" where a part of a name is the other name: its head before a subtitle, or a parallel title after
    it; "maybe" where that part is one word, or the head before a section; else ""."""
    parts = re.split(f" ([{SUBTITLE}{SECTION}]) ", parted)
    if len(parts) == 1:
        return ""
    found = ""
    for place in range(0, len(parts), 2):
        part = parts[place].split()
        if _one_name(part, whole):
            if len(part) > 1 and (place > 0 or parts[1] == SUBTITLE):
                return "abbreviated"
            found = "maybe"
    return found


def _one_name(one: list[str], other: list[str]) -> bool:
    """Whether one is the other, abbreviated, misspelt by a letter, as its initials, or as an edition of it."""
    short, long = sorted((one, other), key=lambda name: (sum(map(len, name)), name))
    return (
        "".join(one) == "".join(other)
        or _abbreviates(short, long)
        or _misspelt(one, other)
        or _initials_of(long, short)
        or _initials_of(short, long)
        or _initials_before(one, other)
        or _initials_before(other, one)
        or _another_edition(one, other)
    )


def _begins(short: list[str], long: list[str]) -> bool:
    """Whether a name, in full or abbreviated, is the beginning of a longer one, or was cut off there.

    One word is a beginning of one word, too: "Gene" may be short for Genetics, and is a journal.
    """
    return (
        0 < len(short) <= len(long)
        and (len(short) > 1 or len(short[0]) > 3)
        and all(whole.startswith(word) or word.startswith(whole) for word, whole in zip(short, long, strict=False))
    )


def _initials_of(words: list[str], others: list[str]) -> bool:
    """Whether one of `others` is made of the first letters of `words`, their country apart: ICIS, JAMA, PNAS."""
    initials = "".join(word[0] for word in words if word not in ("usa", "uk"))
    return len(initials) > 2 and initials in others


def _initials_before(one: list[str], other: list[str]) -> bool:
    """Whether `one` is `other` with its initials before it: `jama journal american medical association`, `jove ...`."""
    if len(other) < 3 or one[1:] != other or one[0][0] != other[0][0]:
        return False
    letters = iter(one[0])
    return all(word[0] in letters for word in other)


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Whether the words of `short` shorten those of `long` one by one, or are some of them written as one.

    None is passed over: the American Journal of Psychiatry is not that of Geriatric Psychiatry.
    """
    if len(long) == 1:
        return False
    place = 0
    for word in short:
        place = _reaches(word, long, place)
        if not place:
            return False
    return place == len(long)


def _reaches(word: str, long: list[str], place: int) -> int:
    """The place in `long` after what `word` stands for: one word there, or several in full but for the last; or 0."""
    rest, after = word, place
    while after + 1 < len(long) and rest.startswith(long[after]):
        rest = rest.removeprefix(long[after])
        after += 1
        if len(rest) > 2 and long[after].startswith(rest):
            return after + 1
    return place + 1 if place < len(long) and _shortens(word, long[place]) else 0


def _shortens(word: str, whole: str) -> bool:
    """Whether one is the beginning of the other, or `word` contracts `whole`: a beginning and one or two consonants
    (`natl`), a first letter and nothing but consonants (`jpn`), or beginning and end (`ctries`)."""
    if whole.startswith(word) or (word.startswith(whole) and len(whole) > 2):
        return True
    if len(word) < 2 or word[0] != whole[0]:
        return False
    bare = _VOWELS.isdisjoint(word[1:])
    for kept in range(1, len(word)):
        if word[:kept] != whole[:kept]:
            return False
        rest = word[kept:]
        if kept < 4 and len(rest) > 2 and whole.endswith(rest):
            return True
        if (bare or (kept > 1 and len(rest) < 3)) and _VOWELS.isdisjoint(rest):
            letters = iter(whole[kept:])
            if all(letter in letters for letter in rest):
                return True
    return False


_VOWELS = frozenset("aeiouy")


def _misspelt(one: list[str], other: list[str]) -> bool:
    """Whether two names differ by one letter in one long word: more may be another field of medicine."""
    if len(one) != len(other) or len(one) == 1:
        return False
    differing = [(word, whole) for word, whole in zip(one, other, strict=True) if word != whole]
    return len(differing) == 1 and min(map(len, differing[0])) > 4 and OSA.distance(*differing[0], score_cutoff=1) < 2


def _another_edition(one: list[str], other: list[str]) -> bool:
    """Whether the longer name is the shorter, in full or abbreviated, and words for an edition: `angew chem int ed`."""
    short, long = sorted((one, other), key=len)
    tail = long[len(short) :]
    return EDITIONS.issuperset(tail) and not ALONE.issuperset(tail) and _begins(short, long)


def _same_meeting(one: list[str], other: list[str]) -> bool:
    """Whether two names of meetings agree but for numbers, years and initials; the part of the world must agree."""
    if _MEETINGS.isdisjoint(one) and _MEETINGS.isdisjoint(other):
        return False
    words_one, words_other = _telling(one), _telling(other)
    if words_one & REGIONS != words_other & REGIONS:
        return False
    few, many = sorted((words_one, words_other), key=len)
    return len(few) >= 2 and len(few & many) >= max(2, 0.66 * len(few))


def is_meeting(name: str) -> bool:
    """Whether a name, as `journal_words` gives it, is that of a meeting or its proceedings."""
    return not _MEETINGS.isdisjoint(name.split())


_MEETINGS = frozenset({"conference", "congress", "symposium", "workshop", "meeting", "proceedings"})


def _telling(name: list[str]) -> set[str]:
    return {
        word
        for word in name
        if word not in MEETING_WORDS and not word[0].isdigit() and not word.endswith(("eenth", "tieth"))
    }
