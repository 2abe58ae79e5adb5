"""Versions and companions: which work is another's preprint, protocol, abstract, correction, comment or older version.

A relation links two works and never makes them one. It is stated by the evidence (a pair that was kept apart because
only one of the two is a protocol, ...) or by the source itself. Folding shows a companion with its main work; it
follows only links that are sure, and leaves a companion of two works that are not one where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import Final, NamedTuple, TypeVar

from harvester.dedupe.compare import Evidence, Verdict
from harvester.dedupe.fields import ONE_JOURNAL, Outcomes, match_titles, outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.row import Key
from harvester.dedupe.titles import ONLY_ONE, Title

W = TypeVar("W", bound=Hashable)

COMPANIONS: Final[dict[str, str]] = {
    "preprints": "preprint",
    "updates": "update",
    "protocols": "protocol",
    "abstracts": "conference abstract",
    "corrections": "correction",
    "comments": "comment",
}
"""What may be folded, by the names that options use: the relation of each in the evidence."""

_GENRES = {
    "preprint": Genre.PREPRINT,
    "protocol": Genre.PROTOCOL,
    "conference abstract": Genre.CONFERENCE,
    "correction": Genre.CORRECTION,
    "comment": Genre.COMMENT,
}
_COCHRANE = "10.1002/14651858."


class Link(NamedTuple):
    """`companion` is the preprint, protocol, conference abstract, correction, comment or older version (`update`) of
    `main`. `sure`: titles, authors and numbers leave no doubt that it is of this very one, so that it may be folded."""

    companion: Key
    main: Key
    relation: str
    sure: bool
    why: str


def links(evidence: Iterable[Evidence], row_of: Callable[[Key], Prepared]) -> list[Link]:
    """The links that the evidence states, in its order. `row_of` gives the row of a key as it was compared."""
    found = (
        _link(each, row_of(each.a), row_of(each.b))
        for each in evidence
        if each.relation and each.verdict is Verdict.DIFFERENT
    )
    return [each for each in found if each is not None]


def _link(each: Evidence, a: Prepared, b: Prepared) -> Link | None:
    if each.relation == "update":
        ends = _older_first(a, b)
    else:
        genre = _GENRES.get(each.relation, Genre.NONE)
        if not (a.genre ^ b.genre) & genre:
            return None  # two preprints, two notices: neither is the other's
        ends = (a, b) if a.genre & genre else (b, a)
    found = outcomes(a, b, match_titles(a, b))
    if ends is None or not _of_one_study(each.relation, found):
        return None
    companion, main = ends
    return Link(companion.key, main.key, each.relation, _sure(each.relation, companion, main, found), each.reasons[0])


def _older_first(a: Prepared, b: Prepared) -> tuple[Prepared, Prepared] | None:
    """Two versions of a Cochrane review, by the version in the DOI, else by year; None if nothing tells."""
    one, other = _version(a), _version(b)
    if one and other:
        if one[0] != other[0]:
            return None  # two reviews
        if one != other:
            return (a, b) if one < other else (b, a)
    if not a.year or not b.year or a.year == b.year:
        return None
    return (a, b) if a.year < b.year else (b, a)


def _version(row: Prepared) -> tuple[str, int] | None:
    """Number of the review and of its version in a DOI such as 10.1002/14651858.CD000001.pub2."""
    for doi in row.dois:
        if doi.startswith(_COCHRANE):
            review, _, version = doi.removeprefix(_COCHRANE).partition(".pub")
            return review, int(version) if version.isdigit() else 1
    return None


def _of_one_study(relation: str, found: Outcomes) -> bool:
    """Whether the two can be about one study at all: titles that only share words, by other people, are not."""
    if relation == "comment":
        return found.size != "empty" and (found.journal in ONE_JOURNAL or found.title.level <= Title.SPELLING)
    return found.authors != "different" or found.title.level <= Title.SPELLING


_AGREE = ("equal", "equal one", "reordered")
_NEAR = 0.6


def _sure(relation: str, companion: Prepared, main: Prepared, found: Outcomes) -> bool:
    title = found.title
    same = title.level <= Title.SPELLING
    # A "Reply" says more than what it replies to, but not twice as much: then it is about another, longer title.
    near = min(len(companion.compact), len(main.compact)) >= _NEAR * max(len(companion.compact), len(main.compact))
    part = same or (title.level is Title.PART and near and found.size in ("middle", "long"))
    if title.contradiction and not title.contradiction.startswith(ONLY_ONE):
        return False  # adults and children, part 1 and part 2
    if relation == "update":
        return same or bool(_version(companion) and _version(main))
    if relation == "correction":
        return part and found.authors in ("", *_AGREE) and found.journal in ("", *ONE_JOURNAL)
    if relation == "comment":
        return part and found.journal in ONE_JOURNAL
    if relation == "conference abstract":
        return same and found.authors in (*_AGREE, "part") and found.size in ("middle", "long")
    return part and found.authors in _AGREE


def fold(of_works: Iterable[tuple[W, W]]) -> dict[W, W]:
    """Each companion with the one work that it is folded into, from (companion, main) of works.

    A companion of several works is folded only if they are, in the end, folded into one: a protocol of two trials'
    papers stays where it is, and so does what is in a circle.
    """
    mains: dict[W, set[W]] = {}
    for companion, main in of_works:
        if companion != main:
            mains.setdefault(companion, set()).add(main)
    order = TopologicalSorter(mains)
    with suppress(CycleError):
        order.prepare()  # what is in a circle, or leads into one, never gets ready
    found: dict[W, W] = {}
    while ready := order.get_ready():
        for work in ready:
            ends = {found.get(main, main) for main in mains.get(work, ())}
            if len(ends) == 1:
                found[work] = ends.pop()
        order.done(*ready)
    return found
