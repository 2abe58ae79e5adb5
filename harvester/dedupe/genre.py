"""What sort of publication a row is about, as far as it says so: what tells a correction from the paper it corrects."""

from __future__ import annotations

import re
from enum import IntFlag

from harvester.dedupe.row import Row


class Genre(IntFlag):
    """Sorts of publication that share title and authors with another one and are not that one."""

    NONE = 0
    CORRECTION = 1
    """Erratum, corrigendum, retraction notice, expression of concern."""
    COMMENT = 2
    """Comment, reply, letter about a paper."""
    PROTOCOL = 4
    CONFERENCE = 8
    """Abstract or paper of a meeting."""
    PREPRINT = 16
    COCHRANE = 32
    """A review of the Cochrane Library, which is re-published as it is updated."""


_CORRECTION = re.compile(
    r"(?:\W|\bauthor\s|\bpublisher\s)*(?:erratum|errata|corrigend|addendum|correction(?:s)?\s*(?:to\b|[:\[(—-]|\Z)|"
    r"retraction(?:\s*(?:note|notice|statement|to\b|[:\[(—-])|\Z)|expression of concern|"
    r"notice of (?:retraction|correction|withdrawal))"
    r"|.*(?:\(vol \d+,? (?:pg|p|no|art)\b|[\[(:—-]\s*(?:erratum|corrigendum|correction)\s*[\])]?\W*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(
    r"\W*(?:comment(?:ary|s)?\s*(?:on\b|to\b|:)|repl(?:y|ies)\b\s*(?:to|by|from|:|\Z)|(?:authors?['s]*\s+)?(?:reply|response)"
    r"\s*(?:to\b|:|\Z)|in (?:reply|response)\b|re\s*:|letter (?:to the editor|by)|discussion (?:of|on)\b|rejoinder)"
    r"|.*[\[(:.—-]\s*(?:authors?['s]*\s+)?(?:reply|response|comments?|commentary|rejoinder|letter|editorial)\s*[\])]?\W*\Z",
    re.IGNORECASE | re.DOTALL,
)
_PROTOCOL = re.compile(r"\bprotocol\b", re.IGNORECASE)
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
_CORRECTION_NOTES = re.compile(
    r"published erratum|erratumfor|retraction of publication|retractionof|expression of concern\b|"
    r"expressionofconcernfor|corrected and republished|correction",
    re.IGNORECASE,
)
_COMMENT_NOTES = re.compile(r"\bcomment\b|commenton", re.IGNORECASE)


def is_preprint_doi(doi: str) -> bool:
    """Whether `doi` belongs to a preprint server."""
    return _PREPRINT_DOI.match(doi) is not None


def genre_of(title: str, row: Row, *, pages: str, issue: str, dois: tuple[str, ...]) -> Genre:
    """The sorts that title, journal, DOI, pages and the source's own notes declare."""
    genre = Genre.NONE
    if _CORRECTION.match(title):
        genre |= Genre.CORRECTION
    if _COMMENT.match(title):
        genre |= Genre.COMMENT
    if _PROTOCOL.search(title):
        genre |= Genre.PROTOCOL
    if row.notes:
        if _CORRECTION_NOTES.search(row.notes):
            genre |= Genre.CORRECTION
        if _COMMENT_NOTES.search(row.notes):
            genre |= Genre.COMMENT
    if row.journal:
        if _CONFERENCE.search(row.journal) or row.kind in ("inproceedings", "conference"):
            genre |= Genre.CONFERENCE
        if _PREPRINT.search(row.journal):
            genre |= Genre.PREPRINT
        if "ochrane" in row.journal.lower():
            genre |= Genre.COCHRANE
    if any(is_preprint_doi(doi) for doi in dois):
        genre |= Genre.PREPRINT
    if "meeting" in row.notes.lower() or "conference" in row.notes.lower():
        genre |= Genre.CONFERENCE
    return genre
