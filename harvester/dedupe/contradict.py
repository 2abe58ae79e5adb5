"""Contradictions: what makes two works of two rows however much else agrees, and what relates them instead."""

from __future__ import annotations

from typing import NamedTuple

from harvester.dedupe.fields import Outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import ONLY_ONE, Title


class Veto(NamedTuple):
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
_VERSIONS = Genre.PREPRINT | Genre.COCHRANE


def contradiction(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    """The contradiction between two rows, or None. Relations in `fold` are none."""
    differing = a.genre ^ b.genre
    if differing:
        veto = _by_genre(differing, found, fold)
        if veto is not None:
            return veto
    return _by_title(found) or _by_number(a, b, found, fold)


def _by_genre(differing: Genre, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    """One is of a sort that the other is not; nothing if both stand on the same pages: then one source said less."""
    same_pages = found.pages == "equal" and found.place in ("full", "part")
    for genre, relation, reason in _ASYMMETRIC:
        if differing & genre and relation not in fold and not same_pages:
            if genre is Genre.CONFERENCE and not _elsewhere(found):
                continue
            return Veto(reason, relation)
    return None


def _elsewhere(found: Outcomes) -> bool:
    """Whether pages, with journal, volume or year, say that a meeting's abstract and a paper stand apart."""
    if found.pages == "different":
        return True
    return found.pages == "other kind" and "different" in (found.journal, found.volume) or (
        found.pages == "other kind" and found.year not in ("", "equal")
    )


def _by_title(found: Outcomes) -> Veto | None:
    title = found.title
    same_number = "equal" in (found.doi, found.pmid)
    if title.contradiction:
        sure = found.place in ("full", "part") and (same_number or found.abstract == "equal")
        soft = title.contradiction.startswith(ONLY_ONE) and found.place in ("full", "part") and found.pages == "equal"
        if not sure and not soft:
            return Veto(f"titles contradict ({title.contradiction})")
    if title.level is Title.DIFFERENT:
        placed = found.place in ("full", "part")
        if not (placed and (same_number or found.abstract in ("equal", "near") or found.translated)):
            return Veto("titles differ")
    return None


def doubt(found: Outcomes) -> str:
    """Why a person should look at two rows that are likely one work, or ""."""
    level = found.title.level
    placed = found.place in ("full", "part")
    same_number = "equal" in (found.doi, found.pmid)
    if level is Title.CLOSE and not placed and not same_number:
        return "a word of the title is another, and nothing but the title says where it stands"
    if level is Title.SIMILAR and not same_number:
        return "the titles have different words"
    if level is Title.DIFFERENT:
        same_pages = found.pages == "equal" and placed and found.authors.startswith("equal")
        if not (same_pages and (found.translated or same_number)):
            return "the titles differ"
    if found.size == "short" and level <= Title.CLOSE and not placed and not same_number and found.abstract != "equal":
        return "a title this short or this usual says little"
    return ""


def _by_number(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    placed = found.place in ("full", "part")
    if found.pmid == "different" and not placed:
        return Veto("different PMIDs")
    if a.genre & b.genre & Genre.COCHRANE:
        other = found.doi in ("same registrar", "near") or found.year in ("one", "two", "more")
        return Veto("another version of a Cochrane review", "update") if other and "update" not in fold else None
    if (a.genre | b.genre) & _VERSIONS:
        return None
    same_text = (
        found.title.level <= Title.SPELLING
        and found.abstract == "equal"
        and found.authors.startswith("equal")
        and found.journal in ("equal", "abbreviated")
        and found.pages in ("", "equal", "start", "letter")
    )
    if found.doi == "same registrar" and not placed and not (same_text and found.volume == "equal"):
        return Veto("different DOIs of one registrar")
    if found.doi == "near" and not placed and not same_text:
        return Veto("different DOIs of one registrar")
    if found.doi in ("different", "same registrar", "near") and found.issue == "different" and found.volume != "":
        return Veto("different DOIs in different issues")
    if found.place == "other issue" and found.doi != "equal" and found.abstract != "equal" and found.pmid != "equal":
        return Veto("published in different issues")
    if found.place == "apart" and found.doi != "equal" and found.pmid != "equal":
        return Veto("published in different places")
    return None
