"""Judging as one review wants it: what it folds, and how sure it has to be before records are joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from harvester.dedupe.compare import Evidence, Verdict, judge
from harvester.dedupe.odds import SAME_FROM
from harvester.dedupe.prepare import Prepared

Judge = Callable[[Prepared, Prepared], Evidence]


def judging(fold: frozenset[str] = frozenset(), joined_from: float = SAME_FROM) -> Judge:
    """The judgement on two rows; what is the same but less sure than `joined_from` is put to a person.

    A review may only ask for more than the program does: what it takes for different is never joined.
    """
    if joined_from <= SAME_FROM:
        return partial(judge, fold=fold)
    return partial(_stricter, fold=fold, joined_from=joined_from)


def _stricter(a: Prepared, b: Prepared, *, fold: frozenset[str], joined_from: float) -> Evidence:
    found = judge(a, b, fold=fold)
    if found.verdict is not Verdict.SAME or found.score >= joined_from:
        return found
    why = f"{found.score:.3f} is less than the {joined_from:g} that this review asks for"
    return replace(found, verdict=Verdict.UNCERTAIN, reasons=(*found.reasons, why))
