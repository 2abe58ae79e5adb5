"""Stage 1, prepare: what a row says, in the form in which it is compared. Nothing here looks at a second row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from urllib.parse import unquote

from harvester import identifiers
from harvester.dedupe.genre import genre_of, is_preprint_doi
from harvester.dedupe.journals import journal_words
from harvester.dedupe.lexicon import ENGLISH, FOREIGN, GENERIC, NOT_NAMES, SMALL
from harvester.dedupe.row import Key, Row
from harvester.dedupe.text import plain, words

ABSTRACT_HEAD = 240
"""Letters and digits of an abstract that are kept. Abstracts differ at their ends: copyright lines, cut exports."""
_READ_HEAD = 400
"""Characters that are read for them: a fifth of an abstract is blanks and marks. Markup leaves fewer letters; as many
are compared as both have."""


@dataclass(slots=True)
class Prepared:
    """One row as it is compared. Missing is "" or () or 0, and missing never equals missing.

    `title` holds the words of the title joined by blanks, `compact` the same without them. `names` holds the words
    of the author field in order (family names, and given names where the source spells them out). `heft` is how many
    letters of the title are in words that tell it from other titles; `foreign`: it is not in English.
    """

    key: Key
    title: str
    compact: str
    heft: int
    foreign: bool
    other: str
    names: tuple[str, ...]
    year: int
    journal: str
    volume: str
    issue: str
    start: str
    end: str
    dois: tuple[str, ...]
    pmid: str
    issns: tuple[str, ...]
    abstract: str
    source: str
    genre: int


_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
_EXCEL = re.compile(
    r"(?:(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(\d{1,3}))\Z"
)
_EXCEL_ERROR = re.compile(r"#(?:name\?|value!|n/a|ref!|num!|div/0!|null!)", re.IGNORECASE)
# As most pages are; what the others may be is looked for one after another.
_PLAIN_PAGES = re.compile(r"([1-9]\d*)(?:-([1-9]\d*))?\Z", re.ASCII)
_PAGE = re.compile(r"([a-z]{0,4})[ .]?0*(\d+)([a-z]?)(?:[ .]*(?:-+|/|to)[ ]*([a-z]{0,4})[ .]?0*(\d+))?")
# "Journal.66 (1) ()(pp 122-132) 2014", "Journal.9 Suppl 4 ()(pp 308-310) 1986", "Journal.6 (JAN) (no pagination) 2016"
_EMBEDDED = re.compile(
    r"(?:[.\s]|\A)\s*(\d[\w /-]*?)?\s*(?:\(([^()]*)\)\s*)?(?:\([^()]*\)\s*)?\((?:pp?\.? ?([^()]*)|no pagination)\)",
    re.IGNORECASE,
)
_SAYS_LITTLE = GENERIC | SMALL
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_PAGE_COUNT = re.compile(r"\d+ ?(?:p|pp|pages|leaves|s|seiten)\.?\Z")
_PAGE_WORD = re.compile(
    r"(?:pp?|pages?|art(?:icle)?|no|nr|number|id|unsp)[.: ]+(?:(?:no|nr|id|number)[.: ]*)?|pp?(?=\d)"
)
_ROMAN_PAGES = re.compile(r"([ivxlc]+)(?: ?-+ ?([ivxlc]+))?\Z")
_ARTICLE_NUMBER = re.compile(r"(?:e ?\d{3,}|\d{5,})\Z", re.IGNORECASE)
_YEAR_PAGES = re.compile(r"(?:19|20)\d\d(?:-\d{0,2}[A-Za-z]{3}|/\d\d|\d{4}/\d{4})?\s*\Z")
_VOLUME = re.compile(r"\d+")
# "36 (Suppl. 2)", "18 (8) (no pagination)", and the `2)` that a broken export leaves.
_ISSUE_IN_VOLUME = re.compile(r"(?:\(|\A)([^()]*)\)\s*\Z")
_NOTE = re.compile(
    r"[\s.;,-]*\[(?:(?:published )?err?at(?:um|a) appears? in|see comments?|comment in|\d+ ref|review|in |article in |"
    r"retracted|correct(?:ed|ion of)|republished|(?:letter|editorial|case report|careers|news|abstract)?\])"
    r"(?:[^\[\]]|\[[^\[\]]*\])*\]?\s*\Z|"
    r"\.{3} ?[\w ]+\. ?(?:19|20)\d\d [A-Z][a-z]{2}[^;]*;\d+.*\Z|"
    # Fields of research that BMC's titles of 2018 have: "11 Medical and Health Sciences 1107 Immunology"
    r" (?P<field>\d\d) (?:[a-z]+,? )+Sciences (?P=field)\d\d [a-z].*\Z",
    re.IGNORECASE,
)
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dxX])\b")
_ASCII_NAME = re.compile(r"[A-Z](?:[a-z]+|[A-Z]{3,})|[a-z]{2,}")
_NOT_LETTERS_BLANK = bytes(code if chr(code).isalpha() else 32 for code in range(128)) + bytes(128)
_NAME = re.compile(r"[A-Z](?:[a-z]+|[A-Z]{3,})|[a-z]{2,}|[^\x00-\x7f\W\d_]+")
_ABSTRACT_LABEL = re.compile(
    r"(?:abstract|background|objectives?|aims?|purpose|introduction|summary|context|importance|rationale|"
    r"motivation|study objectives?|(?:background|aims?|objectives?|introduction|purpose)(?: ?(?:&|and|/) ?)"
    r"(?:background|aims?|objectives?|purpose|context))\s*(?:[:.\-]+\s*|(?=[A-Z]))",
    re.IGNORECASE,
)
_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_LOWER = bytes(range(128)).lower() + bytes(range(128, 256))
_LETTERS = re.compile(r"[\W_]+")
_DOI_TAIL = re.compile(r"(?:/(?:full|abstract|pdf|epdf|meta|fulltext)|\.pdf|\.html?|\[doi\]|;.*|\.full)\Z")
# What runs on after a DOI: a second address, the parameters of a link, a second identifier.
_DOI_JOINED = re.compile(
    r"(?i)(?<=\w)(?=https?:)|&(?:amp;)?(?:[a-z_.]{2,12}=|<).*|\?(?:[a-z_]{2,12}=).*|[;,](?=10\.)|\[(?:doi|pii)\]"
)
# Nothing to mend: most DOIs are as they should be.
_CLEAN_DOI = re.compile(r"10\.\d{4,9}/\w(?:[\w.()/:-]*[\w)])?\Z", re.ASCII)
_DOI_ENDS = ("full", "abstract", "pdf", "meta", "html", "htm", "fulltext")
_PREPRINT_DOIS = ("10.1101/", "10.21203/", "10.48550/", "10.31", "10.2", "10.3", "10.1002/(", "10.1111/(")
_PREPRINT_VERSION = re.compile(r"(?:v|/v|\.v)\d{1,2}\Z")


def prepare(row: Row) -> Prepared:
    """`row` in the form in which it is compared."""
    journal, volume, issue, pages = row.journal, row.volume, row.issue, row.pages
    if "(" in journal:
        journal, volume, issue, pages = _embedded(journal, volume, issue, pages)
    if not pages or pages.isspace() or pages.strip() == row.year.strip() or _YEAR_PAGES.match(pages):
        # Broken exports put the year where the pages were, and the pages or the article's number where the issue was.
        pages = issue[2:] if issue.startswith("pp") else issue if _ARTICLE_NUMBER.match(issue) else ""
        issue = "" if pages else issue
    if ")" in volume:
        volume, issue, pages = _bracketed(volume, issue, pages)
    title = "" if "#" in row.title and _EXCEL_ERROR.search(row.title) else without_notes(row.title)
    title_words = words(title)
    compact = "".join(title_words)
    start, end = page_range(pages)
    dois = doi_list(row.doi) or doi_list(row.url)
    return Prepared(
        key=row.key,
        title=" ".join(title_words),
        compact=compact,
        heft=len(compact) - sum(map(len, filter(_SAYS_LITTLE.__contains__, title_words))),
        foreign=is_foreign(title_words),
        other="".join(words(row.other_title)) if row.other_title else "",
        names=name_words(row.authors),
        year=_year(row.year),
        journal=journal_words(journal),
        volume=intern(_volume(volume)),
        issue=intern(_volume(issue)),
        start=intern(start),
        end=intern(end),
        dois=dois,
        pmid=identifiers.pmid(row.pmid) if row.pmid else "",
        issns=_issns(row.isbn) if row.isbn else (),
        abstract=abstract_head(row.abstract),
        source=row.source,
        genre=genre_of(title, title_words, row, dois=dois),
    )


def content(row: Prepared) -> tuple[object, ...]:
    """All that a row says, its key and source apart: equal for copies."""
    return (
        row.title, row.names, row.year, row.journal, row.volume, row.issue, row.start, row.end, row.dois, row.pmid,
        row.issns, row.abstract, row.other, row.genre,
    )  # fmt: skip


def without_notes(title: str) -> str:
    """A title without what databases write after it in brackets: `[Review] [33 refs]`, `[Erratum appears in ...]`."""
    while (
        ("[" in title or "..." in title or "Sciences" in title)
        and (found := _NOTE.search(title))
        and found.start() >= 8
    ):
        title = title[: found.start()]
    return title


def is_foreign(title_words: list[str]) -> bool:
    """Whether a title's function words are of another language than English, or its letters of another alphabet."""
    if not FOREIGN.isdisjoint(title_words):
        strange = sum(word in FOREIGN for word in title_words)
        return strange >= 2 and strange > 2 * sum(word in ENGLISH for word in title_words)
    return bool(title_words) and not any(map(str.isascii, title_words))


def _embedded(journal: str, volume: str, issue: str, pages: str) -> tuple[str, str, str, str]:
    """Ovid's `Journal.66 (1) ()(pp 122-132) 2014` taken apart where the other fields are empty."""
    found = _EMBEDDED.search(journal)
    if found is None:
        return journal, volume, issue, pages
    parts = (found[1] or "", found[2] or "", found[3] or "")
    return journal[: found.start()], volume or parts[0], issue or parts[1], pages or parts[2]


def _bracketed(volume: str, issue: str, pages: str) -> tuple[str, str, str]:
    """A volume with the issue in it; then, and where it says that there are no pages, another issue is the number of
    the article (Embase, by way of EndNote: `18 (8) (no pagination)`, `1704`)."""
    whole = volume.replace("(no pagination)", "").rstrip()
    found = _ISSUE_IN_VOLUME.search(whole)
    inner = found[1] if found else ""
    if issue and not pages and (found or whole != volume) and _volume(issue) != _volume(inner):
        return whole, inner, issue
    return whole, issue or inner, pages


def page_range(text: str) -> tuple[str, str]:
    """First and last page, `671-90` completed to 671 and 690, and 6-10 for the `06-Oct` that Excel makes of it.

    The last page is "" where only one is given. Letters before a page are part of it: S12 is not 12. A count of pages
    (`215 p`) is no page.
    """
    if simple := _PLAIN_PAGES.match(text):
        return _completed("", simple[1], "", simple[2])
    text = plain(text).lower().strip()
    if len(text) <= 7 and (excel := _EXCEL.match(text)):
        if excel[1]:
            return str(int(excel[1])), str(_MONTHS[excel[2]])
        return str(_MONTHS[excel[3]]), str(int(excel[4]))
    if not text or _PAGE_COUNT.match(text):
        return "", ""
    if roman := _ROMAN_PAGES.match(text):
        return roman[1], roman[2] or ""
    found = _PAGE.match(_PAGE_WORD.sub("", text))
    return _completed(*found.group(1, 2, 3, 5)) if found else ("", "")


def _completed(prefix: str, first: str, suffix: str, last: str | None) -> tuple[str, str]:
    if not last:
        return f"{prefix}{first}{suffix}", ""
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return f"{prefix}{first}{suffix}", f"{prefix}{last}"


def doi_list(text: str) -> tuple[str, ...]:
    """Every distinct DOI of a field, in order, for fields that hold two, a DOI twice, or a DOI among other ids."""
    if "10." not in text:
        return ()
    if _CLEAN_DOI.match(text) and not text.endswith(_DOI_ENDS) and not text.startswith(_PREPRINT_DOIS):
        return (text.lower(),)
    found: list[str] = []
    if "%" in text:
        text = unquote(text)
    for part in _DOI_JOINED.sub(" ", text).split():
        value = identifiers.doi(part)
        if not value:
            continue
        value = identifiers.doi(_DOI_TAIL.sub("", value))
        if "/(issn)" in value:  # of a journal, not of an article
            continue
        if is_preprint_doi(value):
            value = _PREPRINT_VERSION.sub("", value)
        if value and value not in found:
            found.append(value)
    return tuple(found)


def name_words(text: str) -> tuple[str, ...]:
    """The words of an author field in order, initials left out, each once.

    Takes `Family, Given and ...`, `Given Family; ...`, and names joined by nothing (`MinhasK.M.KhanS.A.`).
    """
    if not text:
        return ()
    text = plain(text).replace("'", "")
    text = _from_capitals(text) if text.isupper() else text.replace(" and ", " ")
    found = _ascii_names(text) if text.isascii() else _NAME.findall(text)
    names = dict.fromkeys(" ".join(found).lower().split())
    if not NOT_NAMES.isdisjoint(names):
        for word in NOT_NAMES.intersection(names):
            del names[word]
    return tuple(map(intern, names))


def _ascii_names(text: str) -> list[str]:
    """What `_ASCII_NAME` finds, at half its cost: it is asked only where names are joined by nothing."""
    found = []
    for word in text.encode().translate(_NOT_LETTERS_BLANK).decode().split():
        if len(word) > 1:
            if word.istitle() or word.islower():
                found.append(word)
            elif not word.isupper():
                found += _ASCII_NAME.findall(word)
            elif len(word) > 3:
                found.append(word)
    return found


def _from_capitals(text: str) -> str:
    """`SMITH, J.A.; LEE, K` as `Smith; Lee`: without lower case, initials show only by their place."""
    names = []
    for name in re.split(r"\s+AND\s+|[;|]", text):
        family, comma, _ = name.partition(",")
        names.append((family if comma else max(name.replace(".", " ").split(), key=len, default="")).strip().title())
    return "; ".join(names)


def abstract_head(text: str) -> str:
    """The first letters and digits of an abstract, its opening label left out; "" for less than a sentence."""
    if len(text) < 60:
        return ""
    head = plain(text[:_READ_HEAD].lstrip(" [("))
    label = _ABSTRACT_LABEL.match(head)
    if label is not None:
        head = head[label.end() :]
    if head.isascii():
        head = head.encode().translate(_LOWER, _NOT_LETTERS).decode()[:ABSTRACT_HEAD]
    else:
        head = _LETTERS.sub("", head.lower())[:ABSTRACT_HEAD]
    return head if len(head) >= 40 else ""


@lru_cache(maxsize=1 << 12)
def _issns(text: str) -> tuple[str, ...]:
    return tuple(sorted({intern(first + last.lower()) for first, last in _ISSN.findall(text)}))


def _year(text: str) -> int:
    found = _YEAR.search(text)
    return int(found.group()) if found else 0


def _volume(text: str) -> str:
    """The first number of a volume or issue; "" for none, and for the `1)` that a broken export leaves."""
    if not text or (")" in text and "(" not in text):
        return ""
    if text.isascii() and text.isdecimal():
        return text.lstrip("0")
    found = _VOLUME.search(text)
    return found.group().lstrip("0") if found else ""
