"""Evaluating strategies on records here, without a database: which records match, which line found each, what a
known-relevant study was lost at. `Matcher` judges one record after another; `Index` answers over many at once."""

from __future__ import annotations

from harvester.match.evaluate import Matcher, Outcome, normalise
from harvester.match.index import Index
from harvester.match.known import Known, Verdict, read_known, verdict
from harvester.match.tally import LineTally, Tally

__all__ = [
    "Index",
    "Known",
    "LineTally",
    "Matcher",
    "Outcome",
    "Tally",
    "Verdict",
    "normalise",
    "read_known",
    "verdict",
]
