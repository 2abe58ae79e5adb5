"""Between block and compare: the pairs that are not worth a close look, told apart at a glance.

`worth_comparing` is a filter: rows that share a key and have neither title nor authors nor place in common are not
compared. `may_be_told` only saves time: what it refuses `judge` would find different without anything to tell of it.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rapidfuzz.distance import Indel

from harvester.dedupe.contradict import stand_apart
from harvester.dedupe.fields import SAME_PAGES, Numbers, numbers
from harvester.dedupe.genre import Genre
from harvester.dedupe.odds import AGAINST, UNCERTAIN_FROM, pages_outcome
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.weights import BIAS, SHIFT, SLOPE, WEIGHTS


def worth_looking(a: Prepared, b: Prepared) -> bool:
    """Whether two rows that share a key are judged: those of which something may be told."""
    return worth_comparing(a, b) and may_be_told(a, b)


def worth_comparing(a: Prepared, b: Prepared) -> bool:
    """Whether two rows that share a key are near enough to be looked at closely."""
    one, other = a.compact, b.compact
    alike = 1.0 if one == other and one else Indel.normalized_similarity(one, other, score_cutoff=0.7)
    return bool(
        alike >= 0.9
        or (
            (
                alike
                or (a.abstract and a.abstract[:60] == b.abstract[:60])
                or (a.start and a.start == b.start and (a.volume == b.volume or a.year == b.year))
            )
            and _may_share_authors(a, b)
        )
        or (a.dois and b.dois and not set(a.dois).isdisjoint(b.dois))
        or _within(one, other)
        or (a.pmid and a.pmid == b.pmid)
        or (a.other and a.other in (other, b.other))
        or (b.other and b.other == one)
    )


def _within(one: str, other: str) -> bool:
    """Whether one title is all in the other, and either long or no small part of it."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return short != "" and (len(short) >= 25 or 4 * len(short) >= len(long)) and short in long


def _may_share_authors(a: Prepared, b: Prepared) -> bool:
    return not a.names or not b.names or a.names[0] in b.names or not set(a.names).isdisjoint(b.names)


def may_be_told(a: Prepared, b: Prepared) -> bool:
    """Whether the judgement on two rows may be anything else than different without a word.

    Of sorts of their own (protocols, notices, versions) relations are told: those are judged in any case. Of the
    others, what numbers, year, journal, volume, issue and pages weigh is known at once; if even the best that title,
    authors and abstract could add leaves the two unlikely, they need not be compared.
    """
    if a.compact == b.compact or (a.genre | b.genre) & Genre.ALL:
        return True
    return not stand_apart(a, b) and _likely(
        numbers(a, b),
        translated=bool(a.other or b.other),
        authors=bool(a.names and b.names),
        abstracts=bool(a.abstract and b.abstract),
    )


@lru_cache(maxsize=1 << 13)
def _likely(found: Numbers, *, translated: bool, authors: bool, abstracts: bool) -> bool:
    """Whether two rows whose titles are not the same letters can be likely enough to be told of."""
    if "equal" in (found.doi, found.pmid):
        return True
    known = found._replace(pages=pages_outcome(found.journal, found.volume, found.issue, found.pages))
    total = BIAS + sum(WEIGHTS.get(outcome, 0.0) for outcome in zip(Numbers._fields, known, strict=True))
    total += _best("title", "" if translated else "equal") + authors * _best("authors")
    total += abstracts * (_best("abstract") + _best("text"))
    if found.pages in SAME_PAGES:
        total += _best("place")
    if AGAINST.isdisjoint(found):
        total += _best("against")
    return SLOPE * total + SHIFT >= _UNLIKELY


@lru_cache
def _best(field: str, without: str = "") -> float:
    """The most that an outcome of a field weighs, those left out whose name begins so."""
    return max(
        weight for (name, outcome), weight in WEIGHTS.items()
        if name == field and not (without and outcome.startswith(without))
    )  # fmt: skip


_UNLIKELY = math.log(UNCERTAIN_FROM / (1 - UNCERTAIN_FROM)) - 1e-9
