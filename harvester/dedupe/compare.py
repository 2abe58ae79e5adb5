"""Stage 3, compare: what the fields of two rows say together.

What each says is weighed (odds.py) to the probability that the two are one work. A contradiction is no weight: it
decides. So does a tie between versions (preprint and paper), as far as the profile keeps them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harvester.dedupe.contradict import APART, Veto, contradiction, stand_apart
from harvester.dedupe.doubt import doubt
from harvester.dedupe.fields import ABC, Outcomes, match_titles, outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.odds import DOUBTED, SAME_FROM, UNCERTAIN_FROM, probability
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.reasons import explain
from harvester.dedupe.row import Key
from harvester.dedupe.titles import Title


class Verdict(StrEnum):
    """What was judged of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two records were judged as they were. `a` comes before `b`.

    `score` is the probability that they are one work, `reasons` says why in words. `relation` names what joins two
    that are related and not the same ("preprint", "correction", "comment", "protocol", "conference abstract",
    "update"), or is "". `vetoed`: a contradiction decided, so that no chain of other pairs may join the two.
    """

    a: Key
    b: Key
    verdict: Verdict
    score: float
    reasons: tuple[str, ...]
    relation: str = ""
    vetoed: bool = False


def judge(a: Prepared, b: Prepared, *, fold: frozenset[str] = frozenset()) -> Evidence:
    """The judgement on two rows; `a` comes before `b` in it if it does here.

    `fold` names the relations that count as the same work ("preprint", "update").
    """
    if not (a.genre | b.genre) & Genre.ALL and a.compact != b.compact and stand_apart(a, b):
        return Evidence(a.key, b.key, Verdict.DIFFERENT, 0.0, (APART,), vetoed=True)
    title = match_titles(a, b)
    if title.level is Title.DIFFERENT and not _may_share_pages(a, b):
        return Evidence(a.key, b.key, Verdict.DIFFERENT, 0.0, ("titles differ",), vetoed=True)
    found = outcomes(a, b, title)
    if ("preprint" in fold and (a.genre | b.genre) & Genre.PREPRINT) or (
        "update" in fold and a.genre & b.genre & Genre.COCHRANE
    ):
        found = _versions(found)
    score = probability(found)
    veto = contradiction(a, b, found, fold)
    if veto is not None:
        return _vetoed(a, b, found, score, veto)
    if score < UNCERTAIN_FROM:
        return Evidence(a.key, b.key, Verdict.DIFFERENT, score, ())
    why = doubt(a, b, found) if score > DOUBTED else ""
    if score < SAME_FROM or why:
        reasons = (*explain(a, b, found), why) if why else explain(a, b, found)
        return Evidence(a.key, b.key, Verdict.UNCERTAIN, min(score, DOUBTED) if why else score, reasons)
    return Evidence(a.key, b.key, Verdict.SAME, score, explain(a, b, found))


def told(found: Evidence) -> bool:
    """Whether a judgement is kept as evidence: all but "different" without anything alike."""
    return found.verdict is not Verdict.DIFFERENT or len(found.reasons) > 1


def _vetoed(a: Prepared, b: Prepared, found: Outcomes, score: float, veto: Veto) -> Evidence:
    """A contradiction: told in full where the two are alike or related, else in a word."""
    relation = veto.relation if found.title.level <= Title.CLOSE else ""
    told = score >= UNCERTAIN_FROM or relation != ""
    reasons = (veto.reason, *explain(a, b, found)) if told else (veto.reason,)
    return Evidence(a.key, b.key, Verdict.DIFFERENT, min(score, 0.05), reasons, relation, vetoed=True)


def _may_share_pages(a: Prepared, b: Prepared) -> bool:
    """Whether the first pages are the same, letters apart: nothing less holds against titles that differ."""
    return bool(a.start) and bool(b.start) and (a.start == b.start or a.start.lstrip(ABC) == b.start.lstrip(ABC))


def _versions(found: Outcomes) -> Outcomes:
    """Versions of one work: that they were published elsewhere and later is no news."""
    year = "" if found.year in ("one", "two") else found.year
    doi = "equal" if found.doi in ("equal", "mangled", "version") else ""
    return found._replace(doi=doi, journal="", volume="", issue="", pages="", place="", year=year)
