"""Doubts: why a person should look at two rows that are likely one work and that nothing contradicts."""

from __future__ import annotations

from harvester.dedupe.contradict import ABOUT_ANOTHER, OTHER_PAGES, PLACED, not_known
from harvester.dedupe.fields import LACKS_PART, ONE_JOURNAL, SAME_PAGES, Outcomes
from harvester.dedupe.genre import Genre
from harvester.dedupe.journals import is_meeting
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import Title


def doubt(a: Prepared, b: Prepared, found: Outcomes) -> str:
    """The doubt about two rows in words, or ""."""
    same_number = "equal" in (found.doi, found.pmid)
    if found.title.level is Title.DIFFERENT:
        same_pages = found.pages == "equal" and found.place in PLACED and found.authors.startswith("equal")
        return "" if same_pages and (found.translated or same_number) else "the titles differ"
    if same_number:
        return _of_number(found)
    return _of_genre(a, b, found) or _of_text(a, b, found) or _of_title(found) or _of_place(a, b, found)


def _of_number(found: Outcomes) -> str:
    """One DOI over another place and another text: a meeting's abstract may carry that of its paper."""
    if found.place in PLACED:
        return ""
    other_text = found.abstract in ("similar", "different")
    if found.volume == "different" and (other_text or found.journal == "different"):
        return "one number, but another volume and another text"
    if other_text and found.pages in OTHER_PAGES and found.journal not in ONE_JOURNAL:
        return "one number, but other pages and another text"
    return ""


def _of_place(a: Prepared, b: Prepared, found: Outcomes) -> str:
    """Text and authors agree, but not where they stand: one paper in two journals, one talk at two meetings."""
    if found.place in PLACED:
        return ""
    same_pages = found.pages in SAME_PAGES
    if found.journal == "different" and "equal" not in (found.volume, found.issue) and not same_pages:
        return "the journals differ, and nothing else says where they stand"
    if found.volume == found.issue == "different" and not same_pages:
        return "volume and issue differ, and nothing else says where they stand"
    if found.place == "other issue" and found.title.level > Title.SPELLING:
        return "another issue, and a title that says more"
    return "" if found.volume else _without_volume(a, b, found)


def _without_volume(a: Prepared, b: Prepared, found: Outcomes) -> str:
    if found.pages in OTHER_PAGES and not found.journal:
        return "they stand on different pages, and nothing says of which journal"
    if found.pages == "different" and _ranges(a) and _ranges(b):
        return "they stand on different pages, and one has no volume"
    if found.year not in ("", "equal") and _other_occasion(a, b, found):
        return "the years differ, and nothing else says where they stand"
    return ""


def _other_occasion(a: Prepared, b: Prepared, found: Outcomes) -> bool:
    """Whether two years may be those of a meeting and a paper: ahead of print differs by nothing but the year."""
    nowhere = not (a.journal or b.journal or found.pages)
    # Of proceedings one source may say so and the other not; an abstract in a journal's supplement is another thing.
    only_one = (a.genre ^ b.genre) & Genre.CONFERENCE and not (is_meeting(a.journal) or is_meeting(b.journal))
    return nowhere or bool(only_one) or found.abstract in ("similar", "different")


def _ranges(row: Prepared) -> bool:
    return row.start.isdigit() and row.end.isdigit()


def _of_text(a: Prepared, b: Prepared, found: Outcomes) -> str:
    """Authors or pages that differ, where the abstracts do not say that the two are one."""
    if found.authors == "different" and (found.abstract != "equal" or found.pages == "different"):
        return "the authors differ"
    if found.abstract == "equal":
        return ""
    if found.place not in PLACED and found.title.level is Title.SPELLING and found.abstract == "different":
        return "a word of the title is spelt otherwise, and the texts differ"
    other = found.pages == "different" and a.start.isdigit() == b.start.isdigit()  # not e201 and 29
    if other or (found.pages in OTHER_PAGES and found.abstract in ("similar", "different")):
        return "they stand on different pages"
    return ""


def _of_title(found: Outcomes) -> str:
    level, placed = found.title.level, found.place in PLACED
    if found.title.how == LACKS_PART and not placed and found.abstract != "equal":
        return "the part of the title that is missing may tell the two apart"
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


_ALIKE = 0.75
"""So alike are the titles of one article at least, however it was translated; below it a person looks."""


def _same_article(found: Outcomes) -> bool:
    """The same authors, pages and text, and titles alike: the title was translated twice, or is spoilt."""
    if found.title.similarity < _ALIKE:
        return False
    same_pages = found.place in PLACED and found.pages == "equal"
    one_year = found.year in ("", "equal")
    return same_pages and one_year and found.abstract == "equal" and found.authors.startswith("equal")


def _same_issue(found: Outcomes) -> bool:
    """By one author in one issue: its number with volume or year."""
    numbered = found.issue == "equal" and "equal" in (found.volume, found.year) and found.volume != "different"
    return found.size == "short" and found.journal in ONE_JOURNAL and numbered and found.authors.startswith("equal")
