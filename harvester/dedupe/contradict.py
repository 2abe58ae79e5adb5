"""Contradictions: what makes two works of two rows however much else agrees, and what relates them instead."""

from __future__ import annotations

from typing import NamedTuple

from harvester.dedupe.fields import ONE_JOURNAL, Outcomes, compare_pages
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
ABOUT_ANOTHER = (Genre.CORRECTION, Genre.COMMENT)
PLACED = ("full", "part")
OTHER_PAGES = ("different", "other kind")
APART = "published in different places"
_OTHER_DOI = ("version", "near", "same registrar", "different")


def contradiction(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    """The contradiction between two rows, or None. Relations in `fold` are none."""
    differing = (a.genre ^ b.genre) & Genre.ALL
    if differing:
        veto = _by_genre(a, b, found, fold)
        if veto is not None:
            return veto
    return _by_title(found) or _by_notice(a, b, found) or _by_usual_title(found) or _by_number(a, b, found, fold)


def _by_genre(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    """One is of a sort that the other is not; nothing if both stand on the same pages: then one source said less.

    Of a notice or a reply the pages are not enough, since it may be cited by those of its paper: a number that both
    have, or the same abstract, has to say that they are one.
    """
    same_text = "equal" in (found.doi, found.pmid) or found.abstract == "equal"
    one_page = found.pages == "equal" or (found.pages == "start" and same_text)
    same_pages = one_page and found.place in PLACED and not _other_number(found)
    for genre, relation, reason in _ASYMMETRIC:
        if not (a.genre ^ b.genre) & genre or relation in fold:
            continue
        if same_pages and (same_text or genre not in ABOUT_ANOTHER):
            continue
        if genre is Genre.CONFERENCE and not _elsewhere(found):
            continue
        if not_known(a, b, genre) and _nothing_against(found):
            continue
        return Veto(reason, relation)
    return None


def not_known(a: Prepared, b: Prepared, genre: int) -> bool:
    """Whether the row that is not called of a sort may be it all the same.

    Only the other's source names sorts (MEDLINE's publication types), or the title that would say it is cut off.
    """
    says, silent = (a, b) if a.genre & genre else (b, a)
    return bool(says.genre & genre << Genre.SAID or silent.genre & Genre.CUT)


def _nothing_against(found: Outcomes) -> bool:
    """The same title and authors, and no other place or number."""
    return (
        found.title.level <= Title.SPELLING
        and (found.authors.startswith("equal") or (found.authors == "" and found.place in PLACED))
        and found.place in ("", *PLACED)
        and found.pages not in OTHER_PAGES
        and (found.journal != "different" or found.place in PLACED)
        and not _other_number(found)
    )


def _by_notice(a: Prepared, b: Prepared, found: Outcomes) -> Veto | None:
    """Two corrections or replies under one title: a paper may have several, apart by their pages and numbers."""
    if "equal" in (found.doi, found.pmid):
        return None
    if a.genre & b.genre & (Genre.CORRECTION | Genre.COMMENT):
        one_page = found.pages == "equal" and found.authors.startswith("equal")
        if found.pages == "different" or (found.doi in _OTHER_DOI and not one_page):
            return Veto("two notices")
    return None


def _by_usual_title(found: Outcomes) -> Veto | None:
    """A title that says nothing ("Editorial"), or the same heading over two letters: number and issue say more."""
    if found.abstract == "equal" or "equal" in (found.doi, found.pmid):
        return None
    if found.size == "empty" and found.issue == "different" and found.pages != "equal":
        return Veto("a usual title in different issues")
    if found.doi not in _OTHER_DOI:
        return None
    if found.authors == "different":
        return Veto("different DOIs and authors")
    return Veto("different DOIs of a usual title") if found.size == "empty" else None


def _elsewhere(found: Outcomes) -> bool:
    """Whether journal, pages, volume or year say that a meeting's abstract and a paper stand apart."""
    if found.place in PLACED or (found.doi == "equal" and found.pages in ("", "equal", "start")):
        return False
    return found.pages in ("different", "other kind") or found.journal == "different"


def _other_number(found: Outcomes) -> bool:
    return found.pmid == "different" or found.doi in _OTHER_DOI


def _by_title(found: Outcomes) -> Veto | None:
    title = found.title
    same_number = "equal" in (found.doi, found.pmid)
    if title.contradiction:
        sure = found.place in PLACED and (same_number or found.abstract == "equal")
        only_one = title.contradiction.startswith(ONLY_ONE) and not _other_number(found)
        soft = only_one and (_one_article(found) if same_number else found.place in PLACED and found.pages == "equal")
        if not sure and not soft:
            return Veto(f"titles contradict ({title.contradiction})")
    if title.level is Title.DIFFERENT:
        placed = found.place in PLACED
        if not (placed and (same_number or found.abstract in ("equal", "near") or found.translated)):
            return Veto("titles differ")
    return None


def _one_article(found: Outcomes) -> bool:
    """One number over one text in one volume, or on one page: of the title one source has the half."""
    one_text = found.abstract == "equal" and found.volume == "equal" and found.pages not in OTHER_PAGES
    return (found.place in PLACED and found.pages == "equal") or one_text


def _by_number(a: Prepared, b: Prepared, found: Outcomes, fold: frozenset[str]) -> Veto | None:
    if a.genre & b.genre & Genre.COCHRANE:
        if found.doi in ("near", "same registrar"):  # the numbers differ: CD000001 is no version of CD000002
            return Veto("different Cochrane reviews")
        other = found.doi in _OTHER_DOI or found.year in ("one", "two", "more")
        return Veto("another version of a Cochrane review", "update") if other and "update" not in fold else None
    if (a.genre | b.genre) & Genre.PREPRINT and "preprint" in fold:
        return None
    if a.genre & b.genre & Genre.PREPRINT:
        return Veto("different preprints", "preprint") if found.doi == "same registrar" else None
    return _by_doi(a, b, found) or _by_place(found)


def _by_doi(a: Prepared, b: Prepared, found: Outcomes) -> Veto | None:
    placed = found.place in PLACED
    # PubMed itself holds some articles twice: one DOI under two numbers is one article, where the titles agree.
    if found.pmid == "different" and found.doi != "equal" and (found.doi or not placed):
        return Veto("different PMIDs and DOIs" if found.doi else "different PMIDs")
    if found.pmid == "different" and found.doi != "equal" and _other_issue(a, b, found):
        return Veto("different PMIDs in different issues")
    if found.doi in _OTHER_DOI and found.issue == "different":
        return Veto("different DOIs in different issues")
    if found.doi in _OTHER_DOI and found.journal == "different" and not placed:
        return Veto("different DOIs in different journals")
    same_text = (
        found.title.level <= Title.SPELLING
        and found.abstract == "equal"
        and found.authors.startswith("equal")
        and found.journal in ONE_JOURNAL
        and (found.pages in ("equal", "start") or (found.pages == "" and found.volume == "equal"))
    )
    if found.doi in ("same registrar", "near") and not placed and not same_text:
        return Veto("different DOIs of one registrar")
    return None


def _other_issue(a: Prepared, b: Prepared, found: Outcomes) -> bool:
    """Whether issues or years differ, or only one of the two stands in a supplement."""
    other_year = found.year not in ("", "equal")
    return other_year or found.issue == "different" or bool((a.genre ^ b.genre) & Genre.SUPPLEMENT)


def stand_apart(a: Prepared, b: Prepared) -> bool:
    """Whether volume, year and pages all say so, and no number says otherwise: a look at two rows before a close one.

    What is true here `contradiction` finds, too, as long as nothing makes the two versions of one work.
    """
    return (
        a.volume != b.volume
        and a.year != b.year
        and a.start != b.start
        and bool(a.volume and b.volume and a.year and b.year and a.start and b.start)
        and a.volume != str(a.year)
        and b.volume != str(b.year)
        and compare_pages(a, b) == "different"
        and not (a.pmid and a.pmid == b.pmid)
        and set(a.dois).isdisjoint(b.dois)
    )


def _by_place(found: Outcomes) -> Veto | None:
    if "equal" in (found.doi, found.pmid):
        return None
    if found.place == "other issue" and found.abstract != "equal":
        return Veto("published in different issues")
    if found.place == "apart" or (found.place == "other page" and found.abstract != "equal"):
        return Veto(APART)
    return None
