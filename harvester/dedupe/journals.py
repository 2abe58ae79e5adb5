"""Whether two names are one journal's or one meeting's: abbreviated, cut short, as initials, with a year."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import Indel

from harvester.dedupe.lexicon import EDITIONS, MEETING_WORDS, REGIONS


@lru_cache(maxsize=1 << 16)
def same_journal(one: str, other: str) -> bool:
    """Whether two different names (prepared: folded, without small words) are of one journal or meeting."""
    short, long = sorted((one, other), key=lambda name: (len(name), name))
    return (
        _same_letters(short.replace(" ", ""), long.replace(" ", ""), min(one.count(" "), other.count(" ")) + 1)
        or _initials_of(long.split(), short.split())
        or _initials_of(short.split(), long.split())
        or _abbreviates(short.replace(" ", ""), long.split())
        or _contracts(short.split(), long.split())
        or _another_edition(one.split(), other.split())
        or _same_meeting(one, other)
    )


def _same_letters(short: str, long: str, words: int) -> bool:
    """Whether two names without blanks are one misspelt, or one that is long enough is the other's beginning."""
    if short == long or ((words > 2 or len(short) >= 20) and long.startswith(short)):
        return True
    return len(short) > 7 and Indel.normalized_similarity(short, long, score_cutoff=0.88) > 0


def _initials_of(words: list[str], others: list[str]) -> bool:
    """Whether one of `others` is made of the first letters of `words`: ICIS, JAMA."""
    return len(words) > 2 and "".join(word[0] for word in words) in others


def _abbreviates(short: str, long: list[str]) -> bool:
    """Whether `short` is made of beginnings of the words of `long`, one by one; after three the rest may be missing.

    None is passed over: the American Journal of Psychiatry is not that of Geriatric Psychiatry.
    """
    if len(short) < 4:
        return False
    reached = {0}
    for number, word in enumerate(long, 1):
        following = set()
        for place in reached:
            length = 0
            while length < len(word) and place + length < len(short) and short[place + length] == word[length]:
                length += 1
                following.add(place + length)
        if len(short) in following and (number > 2 or number == len(long)):
            return True
        reached = following
    return False


def _contracts(short: list[str], long: list[str]) -> bool:
    """Whether the words of `short` contract the first words of `long`, one by one: `natl` for `national`."""
    return (len(short) == len(long) or 3 <= len(short) <= len(long)) and all(
        _contraction(word, whole) for word, whole in zip(short, long, strict=False)
    )


def _another_edition(one: list[str], other: list[str]) -> bool:
    """Whether the longer name is the shorter, in full or abbreviated, and words for an edition: `angew chem int ed`."""
    short, long = sorted((one, other), key=len)
    return (
        0 < len(short) < len(long)
        and EDITIONS.issuperset(long[len(short) :])
        and all(word.startswith(whole) or whole.startswith(word) for word, whole in zip(short, long, strict=False))
        and (len(short) > 1 or len(short[0]) > 7)
    )


def _contraction(word: str, whole: str) -> bool:
    if word[0] != whole[0]:
        return False
    letters = iter(whole)
    return all(letter in letters for letter in word)


def _same_meeting(one: str, other: str) -> bool:
    """Whether two names of meetings agree but for numbers, years and initials; the part of the world must agree."""
    if not (_is_meeting(one) or _is_meeting(other)):
        return False
    words_one, words_other = _telling(one), _telling(other)
    if words_one & REGIONS != words_other & REGIONS:
        return False
    few, many = sorted((words_one, words_other), key=len)
    return len(few) >= 2 and len(few & many) >= max(2, 0.66 * len(few))


def _is_meeting(name: str) -> bool:
    return any(word in name for word in ("conference", "congress", "symposium", "workshop", "meeting", "proceedings"))


def _telling(name: str) -> set[str]:
    return {
        word
        for word in name.split()
        if word not in MEETING_WORDS and not word[0].isdigit() and not word.endswith(("eenth", "tieth"))
    }
