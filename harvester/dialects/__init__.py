"""The query languages. `get(name)` gives one; each is a file of its own and is loaded when it is asked for."""

from __future__ import annotations

import difflib
import importlib
from functools import cache

from harvester.dialects.base import Dialect, Note, Reading, Rules, Translation
from harvester.errors import UsageError

#: dialect -> what it is for, in the order of a review's work
NAMES: dict[str, str] = {
    "generic": "the language of strategy files",
    "pubmed": "PubMed",
    "ovid": "Ovid MEDLINE, Embase, PsycInfo",
    "wos": "Web of Science",
    "ebsco": "EBSCOhost: CINAHL, PsycInfo",
    "cochrane": "Cochrane Library",
    "scopus": "Scopus",
    "proquest": "ProQuest",
    "europepmc": "Europe PMC",
    "openalex": "OpenAlex (filters; several where it is long)",
    "crossref": "Crossref (a bag of words for each term)",
    "semanticscholar": "Semantic Scholar, bulk search",
    "clinicaltrials": "ClinicalTrials.gov",
    "scholar": "Google Scholar (several short searches)",
    "prospero": "PROSPERO",
    "scie": "Social Care Online (closed)",
    "fts5": "SQLite FTS5",
}


@cache
def get(name: str) -> Dialect:
    """The dialect called `name`. Raises UsageError with the nearest name."""
    if name not in NAMES:
        close = difflib.get_close_matches(name, NAMES, 1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(NAMES)}."
        raise UsageError(f"there is no query language {name!r}", hint=hint)
    module = importlib.import_module(f"harvester.dialects.{name}")
    dialect: Dialect = module.DIALECT
    return dialect


def names() -> tuple[str, ...]:
    """All dialects."""
    return tuple(NAMES)


__all__ = ["NAMES", "Dialect", "Note", "Reading", "Rules", "Translation", "get", "names"]
