"""Two rows side by side, field by field: for each field one outcome. A field that either lacks has none.

Outcomes are names of a few levels, not numbers, so that each can be read, weighed (weights.py) and put in words.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel, JaroWinkler
from rapidfuzz.process import extractOne

from harvester.dedupe.genre import Genre
from harvester.dedupe.journals import compare_journals
from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import Title, TitleMatch, compare_titles, is_number, split_after, tells_apart

ABC = "abcdefghijklmnopqrstuvwxyz"


class Outcomes(NamedTuple):
    """The outcome of every field of two rows, "" where one lacks it.

    `place` sums up pages, volume, year and journal: "full" the same pages of the same volume of the same journal,
    "part" as much of that as both say, "other issue" another issue of the volume, "other page" another page
    of an unknown volume, "apart" another place for certain.
    """

    title: TitleMatch
    doi: str
    pmid: str
    authors: str
    year: str
    journal: str
    volume: str
    issue: str
    pages: str
    abstract: str
    place: str
    size: str
    """How much the title with fewer telling words can say: "empty", "short", "middle" or "long"."""
    translated: bool
    """Only one title is in English: that they differ says nothing."""


def match_titles(a: Prepared, b: Prepared) -> TitleMatch:
    """The titles of two rows side by side, translated titles among them."""
    title = compare_titles(a.title, b.title, a.compact, b.compact)
    if title.level > Title.SPELLING:
        title = _cut_off(a, b) or title
    if (a.other or b.other) and title.level > Title.SPELLING:
        return _other_titles(a, b, title)
    return title


def _cut_off(a: Prepared, b: Prepared) -> TitleMatch | None:
    """A title that breaks off, and one that goes on: equal as far as they go, or None where they are not.

    It says so by dots, or ends within a word. What is missing may be "part 2" or "a protocol": then, or when little is
    left, it is only a part of the other.
    """
    short, long = (a, b) if len(a.compact) <= len(b.compact) else (b, a)
    if not short.compact or not long.compact.startswith(short.compact):
        return None
    whole, after = split_after(long.title, len(short.compact))
    if not short.genre & Genre.CUT and not _ends_within(short, whole):
        return None
    telling = len(short.compact) < CUT_FROM or tells_apart(after)
    level = Title.PART if telling else Title.SPELLING
    how = LACKS_PART if telling else "titles equal as far as one is given"
    return TitleMatch(level, len(short.compact) / len(long.compact), how)


def _ends_within(short: Prepared, whole: str) -> bool:
    """Whether a long beginning of a title ends within a word, `whole`. Part I is no beginning of part II, nor of
    part III: the word has four letters or more."""
    if len(short.compact) < CUT_FROM:
        return False
    last = short.title.rpartition(" ")[2]
    return whole != last and whole.startswith(last) and whole.isalpha() and len(whole) > 3 and not is_number(whole)


LACKS_PART = "titles equal as far as one is given, which may lack what tells them apart"
CUT_FROM = 60
"""So many letters of a title that is cut off say as much as the whole."""


class Numbers(NamedTuple):
    """The outcomes of the fields that take no reading: numbers, dates and places."""

    doi: str
    pmid: str
    year: str
    journal: str
    volume: str
    issue: str
    pages: str


def numbers(a: Prepared, b: Prepared) -> Numbers:
    """Numbers, year and place of two rows side by side."""
    return Numbers(
        _dois(a.dois, b.dois),
        _numbers(a.pmid, b.pmid),
        _years(a.year, b.year),
        _journals(a, b),
        _volumes(a, b),
        _issues(a, b),
        compare_pages(a, b),
    )


def outcomes(a: Prepared, b: Prepared, title: TitleMatch) -> Outcomes:
    """All fields of two rows side by side; `title` is what `match_titles` said of them."""
    doi, pmid, year, journal, volume, issue, pages = numbers(a, b)
    return Outcomes(
        title,
        doi,
        pmid,
        _names(a.names, b.names),
        year,
        journal,
        volume,
        issue,
        pages,
        _abstracts(a.abstract, b.abstract),
        _place(pages, _Where(journal, volume, issue, year), lettered=_lettered(a.start) and _lettered(b.start)),
        _size(min(a.heft, b.heft)),
        a.foreign != b.foreign,
    )


def _lettered(page: str) -> bool:
    return not page.isdigit()


def _size(letters: int) -> str:
    return "empty" if letters < 8 else "short" if letters < 18 else "middle" if letters < 32 else "long"


class _Where(NamedTuple):
    """What four fields say of where two rows stand."""

    journal: str
    volume: str
    issue: str
    year: str


def _place(pages: str, where: _Where, *, lettered: bool) -> str:
    if pages in SAME_PAGES:
        return _same_place(pages, where)
    if where.journal == where.volume == "different" and pages:
        return "apart"
    numbered = where.volume == where.issue == "equal"
    if pages == "different" and not numbered and ("different" in where or where.year in ("one", "two", "more")):
        return "apart"
    if pages in ("different", "other kind") and lettered and not numbered:
        return "other page"  # abstracts of meetings stand on lettered pages, each on its own
    return "other issue" if _other_issue(pages, where) else ""


def _other_issue(pages: str, where: _Where) -> bool:
    return not pages and where.volume == "equal" and where.issue == "different" and where.journal != ""


SAME_PAGES = ("equal", "start", "letter")
ONE_JOURNAL = ("equal", "abbreviated")


def _same_place(pages: str, where: _Where) -> str:
    journal, volume, issue, year = where
    if volume == "different" or year in ("two", "more") or (issue == "different" and year == "one"):
        return ""
    if journal == "different":
        return "part" if pages == volume == "equal" and issue != "different" and year in ("", "equal") else ""
    if volume == "equal" and journal and year in ("", "equal"):
        return "full"
    return "part" if "equal" in (volume, year) else ""


def _other_titles(a: Prepared, b: Prepared, title: TitleMatch) -> TitleMatch:
    """A translated title counts as much as the title: the best of the pairs."""
    for one, other in ((a.other, b.compact), (a.compact, b.other), (a.other, b.other)):
        if one and one == other:
            return TitleMatch(Title.EQUAL, 1.0, "title equals the other's translated title")
    return title


def _dois(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if not one or not other:
        return ""
    if one[0] == other[0] or not set(one).isdisjoint(other):
        return "equal"
    return _other_doi(*sorted((one[0], other[0]), key=lambda doi: (len(doi), doi)))


def _other_doi(short: str, long: str) -> str:
    if short.startswith(_COCHRANE) and long.startswith(short.partition(".pub")[0]):
        return "version"
    if len(short) > 12 and long.startswith(short) and not long[len(short)].isdigit():
        return "mangled"
    if OSA.distance(short, long, score_cutoff=1) <= 1:
        return "near"
    return "same registrar" if short.partition("/")[0] == long.partition("/")[0] else "different"


_COCHRANE = "10.1002/14651858.cd"


def _names(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "equal one" if len(one) == 1 else "equal"
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    share = len(set(few).intersection(many)) / len(few)
    first = one[0] in other[:3] or other[0] in one[:3]
    if share < 0.75:
        joined_few, joined_many = "".join(few), "".join(many)
        if len(joined_few) >= 5 and joined_few in joined_many:
            share, first = 1.0, True
        else:
            near = sum(
                extractOne(name, many, scorer=JaroWinkler.similarity, score_cutoff=0.88) is not None for name in few
            )
            share = max(share, near / len(few))
            first = first or JaroWinkler.similarity(one[0], other[0]) >= 0.88
            if share < 0.75 and len(joined_few) >= 8:
                share = max(share, Indel.normalized_similarity(joined_few, joined_many) - 0.1)
    if share >= 0.75:
        return ("equal one" if len(few) == 1 else "equal") if first else "reordered"
    if share >= 0.4:
        return "part" if first else "part other first"
    return "first" if first else "different"


def _years(one: int, other: int) -> str:
    if not one or not other:
        return ""
    apart = abs(one - other)
    return ("equal", "one", "two")[apart] if apart <= 2 else "more"


def _journals(a: Prepared, b: Prepared) -> str:
    if a.journal and a.journal == b.journal:
        return "equal"
    same_number = bool(a.issns) and bool(b.issns) and not set(a.issns).isdisjoint(b.issns)
    if not a.journal or not b.journal:
        return "equal" if same_number else ""
    names = compare_journals(a.journal, b.journal)
    if not same_number:
        return names
    # One number under two names: one of them is a translation, or a reference manager kept the number of another.
    return "" if names == "different" else "equal"


def _numbers(one: str, other: str) -> str:
    if not one or not other:
        return ""
    return "equal" if one == other else "different"


def _issues(a: Prepared, b: Prepared) -> str:
    """As for other numbers; but where one source writes the article's number for the issue, it says nothing of it."""
    found = _numbers(a.issue, b.issue)
    article = (a.issue == b.start and not a.start) or (b.issue == a.start and not b.start)
    return "" if found == "different" and article else found


def _volumes(a: Prepared, b: Prepared) -> str:
    """As for other numbers; but where one source writes the year for the volume, or the issue (that of a supplement,
    mostly), it says nothing of it."""
    found = _numbers(a.volume, b.volume)
    if found != "different":
        return found
    year_for_volume = (a.volume == str(a.year)) != (b.volume == str(b.year))
    return "" if year_for_volume or _issue_for_volume(a, b) or _issue_for_volume(b, a) else found


def _issue_for_volume(one: Prepared, other: Prepared) -> bool:
    return one.volume == other.issue and one.issue in ("", one.volume)


def compare_pages(a: Prepared, b: Prepared) -> str:
    """The outcome of the pages of two rows."""
    if not a.start or not b.start:
        return ""
    if a.start == b.start:
        if a.end and a.end == b.end:
            return "equal"
        return "start" if not (a.end and b.end) or len(a.start) > 1 else "start weak"
    return _other_pages(a, b)


def _other_pages(a: Prepared, b: Prepared) -> str:
    if a.start.lstrip(ABC) == b.start.lstrip(ABC):
        return "letter"
    if (a.end and a.end == b.end) or _within(a, b) or _within(b, a):
        return "overlap"
    # One number against a range: an article number, a count of pages, a day of the month from a broken export.
    if bool(a.end) != bool(b.end) or "1" in (a.start, b.start):
        return "other kind"
    return "different"


def _within(one: Prepared, other: Prepared) -> bool:
    if not (one.start.isdigit() and one.end.isdigit() and other.start.isdigit()):
        return False
    return 1 < int(one.start) <= int(other.start) <= int(one.end)


def _abstracts(one: str, other: str) -> str:
    if not one or not other:
        return ""
    length = min(len(one), len(other))
    one, other = one[:length], other[:length]
    if one == other:
        return "equal"
    similarity = Indel.normalized_similarity(one, other, score_cutoff=0.7)
    if similarity >= 0.95:
        return "equal"
    if similarity >= 0.85:
        return "near"
    return "similar" if similarity else "different"
