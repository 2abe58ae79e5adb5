"""The evidence in words, as a reviewer reads it and a journal could print it."""

from __future__ import annotations

from typing import cast

from harvester.dedupe.fields import Outcomes
from harvester.dedupe.prepare import Prepared

_FIELDS: dict[str, dict[str, str]] = {
    "doi": {"equal": "same DOI"},
    "pmid": {"equal": "same PMID"},
    "authors": {
        "equal": "authors agree",
        "equal one": "the one author given agrees",
        "reordered": "same authors in another order",
        "part": "some of the authors agree",
        "part other first": "some of the authors agree, not the first",
        "first": "the first author agrees, others do not",
        "different": "authors differ",
    },
    "year": {},
    "journal": {
        "equal": "same journal",
        "abbreviated": "journal agrees but for its spelling",
        "different": "journals differ",
    },
    "volume": {},
    "issue": {},
    "pages": {},
    "abstract": {
        "equal": "abstracts begin alike",
        "near": "abstracts begin nearly alike",
        "similar": "abstracts alike in part",
        "different": "abstracts differ",
    },
}
"""The fields of Outcomes after the title, in their order, and what their outcomes are called; where an outcome is not
here, the values are told."""

_PAGES = {
    "start": "first page agrees",
    "start weak": "first page agrees",
    "letter": "pages alike but for a letter",
    "overlap": "pages overlap",
    "other kind": "pages of another kind",
}
_DOIS = {
    "mangled": "one DOI is the other with something added",
    "version": "DOIs of two versions",
    "near": "DOIs differ in one character",
    "same registrar": "different DOIs of one registrar",
}


def explain(a: Prepared, b: Prepared, found: Outcomes) -> tuple[str, ...]:
    """What every field says, the missing ones left out."""
    said = [found.title.reason]
    for outcome, (field, words) in zip(cast("tuple[str, ...]", found[1:]), _FIELDS.items(), strict=False):
        if outcome:
            said.append(words.get(outcome) or _with_values(field, outcome, a, b))
    return tuple(said)


def _with_values(field: str, outcome: str, a: Prepared, b: Prepared) -> str:
    if field == "pages":
        one, other = _range(a), _range(b)
        if outcome == "equal":
            return f"pages {one} = {other}"
        how = _PAGES.get(outcome, "pages differ")
        return f"{how} ({one} / {other})"
    if field == "doi":
        how = _DOIS.get(outcome, "different DOIs")
        return f"{how} ({a.dois[0]} / {b.dois[0]})"
    one, other = getattr(a, field), getattr(b, field)
    return f"{field} {one}" if outcome == "equal" else f"{field} differs ({one} / {other})"


def _range(row: Prepared) -> str:
    return f"{row.start}-{row.end}" if row.end else row.start
