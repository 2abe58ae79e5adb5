"""Contradictions: what makes two works of two rows however much else agrees, and what relates them instead."""

from __future__ import annotations

from dataclasses import dataclass

from harvester.dedupe.fields import Outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import Title


@dataclass(frozen=True, slots=True)
class Veto:
    """Why two rows are not one work. `relation` names what joins them, or is ""."""

    reason: str
    relation: str = ""


_ASYMMETRIC = (
    (Genre.CORRECTION, "correction", "only one is a correction or retraction notice"),
    (Genre.COMMENT, "comment", "only one is a comment or reply"),
    (Genre.PREPRINT, "preprint", "only one is a preprint"),
    (Genre.PROTOCOL, "protocol", "only one is a protocol"),
    (Genre.CONFERENCE, "conference abstract", "only one is of a conference"),
)


def contradiction(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    """The contradiction between two rows, or None. Relations in `fold` are none."""
    get = dict(found.fields).get
    placed = same_place(a, b, found)
    same_number = get("doi") == "equal" or get("pmid") == "equal"
    title = found.title
    differing = a.genre ^ b.genre
    if differing:
        for genre, relation, reason in _ASYMMETRIC:
            if not differing & genre or relation in fold:
                continue
            if placed and get("pages") == "equal":
                continue
            if genre is Genre.CONFERENCE and not apart(get):
                continue
            return Veto(reason, relation)
    if title.contradiction and not (placed and (same_number or get("abstract") == "equal")):
        return Veto(f"titles contradict ({title.contradiction})")
    if title.level is Title.DIFFERENT and not (get("abstract") in ("equal", "near") and placed):
        return Veto("titles differ") if not (placed and same_number) else None
    preprints = bool(a.genre & b.genre & Genre.PREPRINT) or bool(differing & Genre.PREPRINT)
    updates = bool(a.genre & b.genre & Genre.COCHRANE)
    if get("pmid") == "different" and not placed:
        return Veto("different PMIDs")
    if (
        updates
        and "update" not in fold
        and (get("doi") in ("same registrar",) or get("year") in ("one", "two", "more"))
    ):
        return Veto("another version of a Cochrane review", "update")
    if preprints or updates:
        return None
    if get("doi") == "same registrar" and not placed:
        return Veto("different DOIs of one registrar")
    if apart(get) and not same_number:
        return Veto("published in different places")
    return None


def same_place(a: Prepared, b: Prepared, found: Outcomes) -> bool:
    """Whether both stand on the same page of the same volume or year, as far as both say."""
    get = dict(found.fields).get
    if get("pages") not in ("equal", "start", "letter") or get("journal") == "different":
        return False
    if get("volume") == "different" or get("year") in ("two", "more"):
        return False
    return get("volume") == "equal" or get("year") == "equal"


def apart(get: object) -> bool:
    """Whether pages and volume (or journal and year) both say that the two stand in different places."""
    assert callable(get)
    if get("pages") not in ("different",):
        return False
    if get("volume") == "different":
        return True
    if get("journal") == "different":
        return True
    return get("volume") == "equal" and get("issue") == "different"
