"""Stage 3, compare: what the fields of two rows say together.

Each outcome has a weight (weights.py) in log odds; their sum is the odds that the two are one work. A contradiction
is no weight: it decides. So does a tie between versions (preprint and paper), as far as the profile keeps them apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Indel

from harvester.dedupe.contradict import APART, Veto, contradiction, stand_apart
from harvester.dedupe.doubt import doubt
from harvester.dedupe.fields import ABC, Outcomes, match_titles, outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.reasons import explain
from harvester.dedupe.row import Key
from harvester.dedupe.titles import Title, TitleMatch
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


SAME_FROM = 0.9
"""From this probability on two rows are joined without asking."""
UNCERTAIN_FROM = 0.3
"""From this probability on a person is asked."""


def worth_comparing(a: Prepared, b: Prepared) -> bool:
    """Whether two rows that share a key are near enough to be looked at closely: the cheap filter before `judge`."""
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
    why = doubt(a, b, found) if score >= SAME_FROM else ""
    if score < SAME_FROM or why:
        reasons = (*explain(a, b, found), why) if why else explain(a, b, found)
        return Evidence(a.key, b.key, Verdict.UNCERTAIN, min(score, 0.89) if why else score, reasons)
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


def features(found: Outcomes) -> tuple[tuple[str, str], ...]:
    """The outcomes as weights.py knows them: titles with how much a title of that length can say, and what fields say
    together that neither says alone."""
    return tuple(
        (field, outcome)
        for field, outcome in (
            ("title", title_outcome(found)),
            ("doi", found.doi),
            ("pmid", found.pmid),
            ("authors", found.authors),
            ("year", found.year),
            ("journal", found.journal),
            ("volume", found.volume),
            ("issue", found.issue),
            ("pages", pages_outcome(found)),
            ("abstract", found.abstract),
            ("place", found.place),
            ("against", against(found)),
            ("number", same_number(found)),
            ("text", "equal" if found.abstract == "equal" and found.title.level <= Title.SPELLING else ""),
        )
        if outcome
    )


def title_outcome(found: Outcomes) -> str:
    """The level of the title match and its size."""
    title = found.title
    if title.level in (Title.DIFFERENT, Title.MISSING):
        return "translated" if found.translated else title.level.name.lower()
    return f"{title.level.name.lower()} {found.size}"


def against(found: Outcomes) -> str:
    """ "none" where titles are equal, authors agree and no field speaks against it; "year" where only the year does, by
    one, and one of the two may be ahead of print; "bare" where one says little more than its title and year."""
    if found.title.level > Title.SPELLING or found.year not in ("", "equal", "one"):
        return ""
    conflicts = (found.doi, found.pmid, found.journal, found.volume, found.issue, found.pages, found.abstract)
    if not _AGAINST.isdisjoint(conflicts):
        return ""
    if found.year == "one":
        return "year" if _ahead_of_print(found) else ""
    return _nothing_against(found)


def _nothing_against(found: Outcomes) -> str:
    if not found.authors:
        bare = found.size == "long" and found.title.level is Title.EQUAL and found.year == "equal"
        return "none" if found.place == "full" or _same_supplement(found) else "bare" if bare else ""
    if not found.authors.startswith("equal"):
        return ""
    if found.size == "empty" and not _same_supplement(found):
        return ""
    numbered = found.volume == "equal" and "equal" in (found.issue, found.pages, found.doi)
    numbered = numbered or (found.issue == found.year == "equal" and found.journal in ("equal", "abbreviated"))
    return "none" if numbered or found.size != "short" else ""


def _ahead_of_print(found: Outcomes) -> bool:
    """A long title by several authors in one journal, and one of the two does not know where yet, or does not say."""
    return (
        found.title.level is Title.EQUAL
        and found.size == "long"
        and found.authors == "equal"
        and found.journal in ("equal", "abbreviated")
        and not (found.volume or found.issue or found.pages)
    )


_AGAINST = frozenset({"different", "same registrar", "similar", "other kind"})


def _same_supplement(found: Outcomes) -> bool:
    """Proceedings told as one record: the same issue and the same text."""
    return found.volume == found.issue == found.abstract == "equal" and found.journal in ("equal", "abbreviated")


def pages_outcome(found: Outcomes) -> str:
    """The outcome of the pages; a conflict weighs less within one issue, where exporters put dates for pages."""
    one_issue = found.volume == found.issue == "equal" and found.journal in ("equal", "abbreviated")
    return f"{found.pages} in issue" if one_issue and found.pages in ("different", "other kind") else found.pages


def same_number(found: Outcomes) -> str:
    """ "equal" where DOI or PMID are the same and neither title nor authors speak against it."""
    alike = found.title.level <= Title.CLOSE and found.size != "empty" and found.authors != "different"
    if found.volume == "different" and found.pages in ("different", "other kind"):
        return ""
    return "equal" if alike and "equal" in (found.doi, found.pmid) else ""


def _versions(found: Outcomes) -> Outcomes:
    """Versions of one work: that they were published elsewhere and later is no news."""
    year = "" if found.year in ("one", "two") else found.year
    doi = "equal" if found.doi in ("equal", "mangled", "version") else ""
    return found._replace(doi=doi, journal="", volume="", issue="", pages="", place="", year=year)


def probability(found: Outcomes) -> float:
    """The probability that two rows are one work, contradictions apart."""
    return _probability(found.title.level, found[1:])


@lru_cache(maxsize=1 << 13)
def _probability(level: Title, others: tuple[Any, ...]) -> float:
    """The same by the level of the titles and all other outcomes: a few thousand combinations come again and again."""
    found = Outcomes(TitleMatch(level, 0.0, ""), *others)
    total = BIAS + sum(WEIGHTS.get(feature, 0.0) for feature in features(found))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
