"""Screening decisions: read from the tools that people screen with, matched to works, kept, and counted.

`take` is the way in. `outcomes` says what stands for each work at each stage; `included` which works are in;
`agreement` how far two reviewers agree.
"""

from __future__ import annotations

from harvester.screening.agreement import Agreement, agreement, kappa
from harvester.screening.keep import FULL_TEXT, TITLE_ABSTRACT, Outcome, included, outcomes
from harvester.screening.take import Taken, take

__all__ = [
    "FULL_TEXT",
    "TITLE_ABSTRACT",
    "Agreement",
    "Outcome",
    "Taken",
    "agreement",
    "included",
    "kappa",
    "outcomes",
    "take",
]
