"""Identifiers in the one form that is compared and stored."""

from __future__ import annotations

import re
from urllib.parse import unquote

# A DOI as Crossref recommends to recognise it, widened by the characters that old DOIs hold:
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"]+", re.IGNORECASE)
_PMID = re.compile(r"(?:pmid:?\s*)?(\d{1,8})(?:\.\d+)?\Z", re.IGNORECASE)
_PMCID = re.compile(r"(?:pmc(?:id)?:?\s*)*(\d{1,9})(?:\.\d+)?\Z", re.IGNORECASE)
_ISSN = re.compile(r"(\d{4})-?(\d{3}[\dX])\Z", re.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", ">": "<", "}": "{"}


def doi(text: str) -> str:
    """`text` as a bare lower-case DOI (DOIs do not distinguish case), or "" when it holds none.

    Takes addresses, `doi:` prefixes, brackets and trailing punctuation.
    """
    if "10." not in text:
        return ""
    if "%2f" in text.lower():
        text = unquote(text)
    found = _DOI.search(text)
    if found is None:
        return ""
    value = found.group(0)
    while value and (value[-1] in ".,;:'" or _unopened(value)):
        value = value[:-1]
    return value.lower()


def _unopened(value: str) -> bool:
    opener = _CLOSERS.get(value[-1])
    return opener is not None and value.count(value[-1]) > value.count(opener)


def pmid(text: str) -> str:
    """`text` as a bare PubMed number without leading zeros, or ""."""
    found = _PMID.match(text.strip())
    return found.group(1).lstrip("0") if found else ""


def pmcid(text: str) -> str:
    """`text` as `PMC` and a number, or ""."""
    found = _PMCID.match(text.strip())
    return f"PMC{found.group(1)}" if found else ""


def issn(text: str) -> str:
    """`text` as `1234-567X`, or "" when it is not an ISSN (check digit included)."""
    found = _ISSN.match(text.strip())
    if found is None:
        return ""
    digits = (found.group(1) + found.group(2)).upper()
    total = sum((8 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits))
    return f"{digits[:4]}-{digits[4:]}" if total % 11 == 0 else ""
