"""From outcomes to a probability: how much what the fields of two rows say together speaks for one work.

Each outcome has a weight (weights.py); their sum, made a little sharper, is the log odds that the two are one work.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from harvester.dedupe.fields import ONE_JOURNAL, Outcomes
from harvester.dedupe.titles import Title, TitleMatch
from harvester.dedupe.weights import BIAS, SHIFT, SLOPE, WEIGHTS

SAME_FROM = 0.9
"""From this probability on two rows are joined without asking."""
UNCERTAIN_FROM = 0.1
"""From this probability on a person is asked."""
DOUBTED = 0.45
"""The most of a pair that is doubted (doubt.py): of such pairs in the labelled sets two in five are one work."""


def probability(found: Outcomes) -> float:
    """The probability that two rows are one work, contradictions apart."""
    return _probability(found.title.level, found[1:])


@lru_cache(maxsize=1 << 15)
def _probability(level: Title, others: tuple[Any, ...]) -> float:
    """The same by the level of the titles and all other outcomes: a few thousand combinations come again and again."""
    found = Outcomes(TitleMatch(level, 0.0, ""), *others)
    total = BIAS + sum(WEIGHTS.get(feature, 0.0) for feature in features(found))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, SLOPE * total + SHIFT))))


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
            ("pages", pages_outcome(found.journal, found.volume, found.issue, found.pages)),
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
    if not AGAINST.isdisjoint(conflicts):
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
    numbered = numbered or (found.issue == found.year == "equal" and found.journal in ONE_JOURNAL)
    return "none" if numbered or found.size != "short" else ""


def _ahead_of_print(found: Outcomes) -> bool:
    """A long title by several authors in one journal, and one of the two does not know where yet, or does not say."""
    return (
        found.title.level is Title.EQUAL
        and found.size == "long"
        and found.authors == "equal"
        and found.journal in ONE_JOURNAL
        and not (found.volume or found.issue or found.pages)
    )


AGAINST = frozenset({"different", "same registrar", "similar", "other kind"})


def _same_supplement(found: Outcomes) -> bool:
    """Proceedings told as one record: the same issue and the same text."""
    return found.volume == found.issue == found.abstract == "equal" and found.journal in ONE_JOURNAL


def pages_outcome(journal: str, volume: str, issue: str, pages: str) -> str:
    """The outcome of the pages; a conflict weighs less within one issue, where exporters put dates for pages."""
    one_issue = volume == issue == "equal" and journal in ONE_JOURNAL
    return f"{pages} in issue" if one_issue and pages in ("different", "other kind") else pages


def same_number(found: Outcomes) -> str:
    """ "equal" where DOI or PMID are the same and neither title nor authors speak against it."""
    alike = found.title.level <= Title.CLOSE and found.size != "empty" and found.authors != "different"
    if found.volume == "different" and found.pages in ("different", "other kind"):
        return ""
    return "equal" if alike and "equal" in (found.doi, found.pmid) else ""
