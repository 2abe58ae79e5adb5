"""Doubts: why a person should look at two rows that are likely one work and that nothing contradicts."""

from __future__ import annotations

from harvester.dedupe.contradict import ABOUT_ANOTHER, OTHER_PAGES, PLACED, not_known
from harvester.dedupe.fields import Outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import Title


def doubt(a: Prepared, b: Prepared, found: Outcomes) -> str:
    """The doubt about two rows in words, or ""."""
    same_number = "equal" in (found.doi, found.pmid)
    if found.title.level is Title.DIFFERENT:
        same_pages = found.pages == "equal" and found.place in PLACED and found.authors.startswith("equal")
        return "" if same_pages and (found.translated or same_number) else "the titles differ"
    if same_number:
        return ""
    return _of_genre(a, b, found) or _of_text(a, b, found) or _of_title(found)


def _of_text(a: Prepared, b: Prepared, found: Outcomes) -> str:
    """Authors or pages that differ, where the abstracts do not say that the two are one."""
    if found.abstract == "equal":
        return ""
    if found.authors == "different":
        return "the authors differ"
    other = found.pages == "different" and a.start.isdigit() == b.start.isdigit()  # not e201 and 29
    if other or (found.pages in OTHER_PAGES and found.abstract in ("similar", "different")):
        return "they stand on different pages"
    return ""


def _of_title(found: Outcomes) -> str:
    level, placed = found.title.level, found.place in PLACED
    if level is Title.SIMILAR and not _same_article(found):
        return "the titles have different words"
    if level is Title.CLOSE and not placed:
        return "a word of the title is another, and nothing but the title says where it stands"
    if found.size in ("empty", "short") and not placed and found.abstract != "equal" and not _same_issue(found):
        return "a title this short or this usual says little"
    return ""


def _of_genre(a: Prepared, b: Prepared, found: Outcomes) -> str:
    if found.abstract == "equal" or not a.genre | b.genre:
        return ""
    notices = a.genre & b.genre & Genre.CORRECTION
    if notices and (found.place not in PLACED or (found.size in ("empty", "short") and not found.authors)):
        return "a paper may have several notices, and a page, too"
    for genre in ABOUT_ANOTHER:
        placed = found.place in PLACED and genre is Genre.COMMENT
        if (a.genre ^ b.genre) & genre and not placed and not_known(a, b, genre):
            return "one source calls it a notice or a reply, the other does not say"
    return ""


def _same_article(found: Outcomes) -> bool:
    """The same authors, pages and text: the title was translated twice, or is spoilt."""
    same_pages = found.place in PLACED and found.pages == "equal"
    one_year = found.year in ("", "equal")
    return same_pages and one_year and found.abstract == "equal" and found.authors.startswith("equal")


def _same_issue(found: Outcomes) -> bool:
    """By one author in one issue: its number with volume or year."""
    numbered = found.issue == "equal" and "equal" in (found.volume, found.year) and found.volume != "different"
    return (
        found.size == "short"
        and found.journal in ("equal", "abbreviated")
        and numbered
        and found.authors.startswith("equal")
    )
