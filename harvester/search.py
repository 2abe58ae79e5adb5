"""A search as it is sent to one source: the exact text, its lines, its window, and what the translation lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harvester.window import Window


class LossKind(StrEnum):
    """What a translation did to the meaning: finds more, finds fewer, or could not say it at all."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Loss:
    """One change of meaning between the strategy and the text that a source is sent."""

    kind: LossKind
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class SearchLine:
    """One numbered line of the librarian's table: a term, a block of terms, or a combination.

    `block` is the block's name ("SPLW"), `text` the line in the source's language, `label` as the strategy wrote it.
    """

    number: int
    block: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One search of one source.

    `text` is sent as it stands, window and limits included. `window` is the part of it that a source may have
    to slice; `base` is the text without that window. `first_n` stops after so many ranked hits (None: all).
    """

    source: str
    dialect: str
    text: str
    base: str
    window: Window | None = None
    lines: tuple[SearchLine, ...] = ()
    losses: tuple[Loss, ...] = ()
    first_n: int | None = None
