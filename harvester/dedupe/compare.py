"""Stage 3, compare: what the fields of two rows say together.

Each outcome has a weight (weights.py) in log odds; their sum is the odds that the two are one work. A contradiction
is no weight: it decides. So does a tie between versions (preprint and paper), as far as the profile keeps them apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from harvester.dedupe.contradict import contradiction
from harvester.dedupe.fields import Outcomes, outcomes
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.row import Key
from harvester.dedupe.weights import BIAS, WEIGHTS


class Verdict(StrEnum):
    """What was judged of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two records were judged as they were. `a` comes before `b`.

    `score` is the probability that they are one work, `reasons` says why in words. `relation` names what joins two
    that are related and not the same ("preprint", "correction", "comment", "protocol", "conference abstract", "update"),
    or is "". `vetoed`: a contradiction decided, so that no chain of other pairs may join the two.
    """

    a: Key
    b: Key
    verdict: Verdict
    score: float
    reasons: tuple[str, ...]
    relation: str = ""
    vetoed: bool = False


SAME_FROM = 0.9
"""From this probability on two rows are joined without asking."""
UNCERTAIN_FROM = 0.3
"""From this probability on a person is asked."""


def worth_comparing(a: Prepared, b: Prepared) -> bool:
    """Whether two rows that share a key are near enough to be looked at closely: the cheap filter before `judge`."""
    one, other = a.compact, b.compact
    if Indel.normalized_similarity(one, other, score_cutoff=0.6):
        return bool(one)
    if a.abstract and a.abstract[:60] == b.abstract[:60]:
        return True
    if a.pmid and a.pmid == b.pmid:
        return True
    if a.start and a.start == b.start and (a.volume == b.volume or a.year == b.year):
        return True
    if a.dois and b.dois and not set(a.dois).isdisjoint(b.dois):
        return True
    if one and other and (one in other or other in one):
        return True
    return bool(a.other and a.other == other) or bool(b.other and b.other == one)


def judge(a: Prepared, b: Prepared, *, fold: frozenset[str] = frozenset()) -> Evidence:
    """The judgement on two rows; `a` comes before `b` in it if it does here.

    `fold` names the relations that count as the same work ("preprint", "update").
    """
    found = outcomes(a, b)
    score = probability(found)
    veto = contradiction(a, b, found, fold)
    if veto is not None:
        return Evidence(
            a.key, b.key, Verdict.DIFFERENT, min(score, 0.05), (veto.reason, *found.reasons), veto.relation, vetoed=True
        )
    if score >= SAME_FROM:
        verdict = Verdict.SAME
    elif score >= UNCERTAIN_FROM:
        verdict = Verdict.UNCERTAIN
    else:
        verdict = Verdict.DIFFERENT
    return Evidence(a.key, b.key, verdict, score, found.reasons)


def probability(found: Outcomes) -> float:
    """The probability that two rows are one work, contradictions apart."""
    total = BIAS + sum(WEIGHTS.get(field, 0.0) for field in found.fields)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
