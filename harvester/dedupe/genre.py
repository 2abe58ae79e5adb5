"""What sort of publication a row is about, as far as it says so: what tells a correction from the paper it corrects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from harvester.dedupe.lexicon import COMMENT_FIRST, COMMENT_LAST, CORRECTION_WORDS
from harvester.dedupe.row import Row
from harvester.dedupe.text import plain
from harvester.kinds import kind_of


class Genre:
    """Sorts of publication that share title and authors with another one and are not that one.

    Bits of a plain int: IntFlag costs a microsecond an operation, and there are ten for every pair.
    """

    NONE: Final = 0
    CORRECTION: Final = 1
    """Erratum, corrigendum, retraction notice, expression of concern."""
    COMMENT: Final = 2
    """Comment, reply, letter about a paper."""
    PROTOCOL: Final = 4
    CONFERENCE: Final = 8
    """Abstract or paper of a meeting."""
    PREPRINT: Final = 16
    COCHRANE: Final = 32
    """A review of the Cochrane Library, which is re-published as it is updated."""
    ALL: Final = 63
    SAID: Final = 8
    """Shifted by so many bits: sorts that only the source's own notes declare. Another source may not know of them."""
    CUT: Final = 1 << 16
    """Not a sort: the title breaks off (`...`), and what it would say is not known."""
    SUPPLEMENT: Final = 1 << 17
    """Not a sort: it stands in a supplement."""


# Asked only of titles with some of the words that lexicon.py has for them: a quick look before a slow one.
_CORRECTION = re.compile(
    r"(?:\W|\bauthor\s|\bpublisher\s)*(?:erratum|errata|corrigend|addendum|correction(?:s)?\s*(?:to\b|[:\[(—-]|\W*\Z)|"
    r"department of error|errors? in (?:the )?(?:abstract|byline|figure|table|text|title|author|results)\b|"
    r"retraction(?:\s*(?:note|notice|statement|to\b|[:\[(—-])|\Z)|expression of concern|"
    r"notice of (?:retraction|correction|withdrawal))"
    r"|.*(?:\(vol \d+,? (?:pg|p|no|art)\b|[\[(:—-]\s*(?:erratum|corrigendum|correction)\s*[\])]?\W*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(
    r"\W*(?:comment(?:ary|s)?\s*(?:on\b|to\b|:)|repl(?:y|ies)\b\s*(?:to|by|from|:|\Z)|(?:authors?['s]*\s+)?(?:reply|response)"
    r"\s*(?:to\b|:|\Z)|in (?:reply|response)\b|re\s*:|letter (?:to the editor|by)|discussion (?:of|on)\b|rejoinder)"
    r"|.*[\[(:.—-]\s*(?:an?\s+)?(?:authors?['s]*\s+)?(?:reply|response|comments?|commentary|rejoinder|letter|editorial)\s*[\])]?\W*\Z",
    re.IGNORECASE | re.DOTALL,
)
_CONFERENCE = re.compile(
    r"\b(?:conference|congress|symposium|workshop|annual (?:meeting|session)|meeting abstract)",
    re.IGNORECASE,
)
_PREPRINT = re.compile(
    r"\b(?:(?:bio|med|chem|psy|soc|ar|eco|engr|edu?)a?rxiv|preprints?|ssrn|research square)\b", re.IGNORECASE
)
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:19|20)\d\d\.|1101/\d{6}\Z|1101/gr|21203/rs|48550/|31234/|31235/|31219/|20944/preprints|2139/ssrn|26434/|"
    r"36227/|22541/|12688/|21428/|32388/|5194/egusphere|64898/)"
)  # fmt: skip
# Publication types, and MEDLINE's RefTypes as the notice itself carries them: the paper has ErratumIn, CommentIn.
# https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
_CORRECTION_NOTES = re.compile(
    r"published erratum|erratumfor|retraction of publication|retraction ?notice|retractionof|"
    r"expression ?of ?concern(?:for|\b)|"
    r"\b(?:erratum|corrigendum|correction)\b",
    re.IGNORECASE,
)
_COMMENT_NOTES = re.compile(r"(?:\A|; )(?:comment|reply|rejoinder)(?:;|\Z)|commenton", re.IGNORECASE)
_PROTOCOL_NOTES = re.compile(r"\b(?:clinical trial|study) protocol\b", re.IGNORECASE)
_PREPRINT_NOTES = re.compile(r"(?:\A|; )(?:preprint|posted-content)(?:;|\Z)", re.IGNORECASE)
_CONFERENCE_NOTES = re.compile(
    r"meeting abstract|conference (?:abstract|paper|proceeding)|proceedings paper|(?:\A|; )congress(?:;|\Z)",
    re.IGNORECASE,
)


_CUT = ("...", "\u2026")


def is_preprint_doi(doi: str) -> bool:
    """Whether `doi` belongs to a preprint server."""
    return _PREPRINT_DOI.match(doi) is not None


def genre_of(title: str, title_words: Sequence[str], row: Row, *, dois: tuple[str, ...]) -> int:
    """The sorts that title (and the same in words), journal, DOI and the source's own notes declare."""
    genre = _of_journal(row.journal)
    if title_words:
        genre |= _of_title(title, title_words)
    if row.journal and kind_of(row.kind) == "conference":
        genre |= Genre.CONFERENCE
    for doi in dois:
        if is_preprint_doi(doi):
            genre |= Genre.PREPRINT
    if row.notes:
        said = _of_notes(row.notes)
        genre |= said | (said & ~genre) << Genre.SAID
    if "sup" in row.issue.lower() or "suppl" in row.volume.lower():
        genre |= Genre.SUPPLEMENT
    return genre | Genre.CUT if title.rstrip().endswith(_CUT) else genre


def _of_title(title: str, title_words: Sequence[str]) -> int:
    genre = Genre.PROTOCOL if "protocol" in title_words else Genre.NONE
    if not CORRECTION_WORDS.isdisjoint(title_words) and _CORRECTION.match(plain(title)):
        genre |= Genre.CORRECTION
    about = title_words[0] in COMMENT_FIRST or title_words[-1] in COMMENT_LAST
    return genre | Genre.COMMENT if about and _COMMENT.match(plain(title)) else genre


@lru_cache(maxsize=1 << 15)
def _of_journal(journal: str) -> int:
    return (
        (Genre.CONFERENCE if _CONFERENCE.search(journal) else 0)
        | (Genre.PREPRINT if _PREPRINT.search(journal) else 0)
        | (Genre.COCHRANE if "cochrane" in journal.lower() else 0)
    )


@lru_cache(maxsize=1 << 12)
def _of_notes(notes: str) -> int:
    return (
        (Genre.CORRECTION if _CORRECTION_NOTES.search(notes) else 0)
        | (Genre.COMMENT if _COMMENT_NOTES.search(notes) else 0)
        | (Genre.PROTOCOL if _PROTOCOL_NOTES.search(notes) else 0)
        | (Genre.PREPRINT if _PREPRINT_NOTES.search(notes) else 0)
        | (Genre.CONFERENCE if _CONFERENCE_NOTES.search(notes) else 0)
    )
