"""Words, quotes and wildcards: what all languages share in reading a phrase."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from harvester.dialects.base import Note
from harvester.dialects.parse import Places
from harvester.query import Wild, Word

#: Quotation marks that word processors put in place of the plain ones.
SMART = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "＂": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "′": "'",
}
_DASHES = {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "﹣": "-", "－": "-"}
_SPACES = {
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u200a": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u3000": " ",
    "\ufeff": " ",
    "\u200b": " ",
    "\u00ad": " ",
}
_PLAIN = str.maketrans({**SMART, **_DASHES, **_SPACES})
_SMART_RUN = re.compile(f"[{''.join(SMART)}{''.join(_DASHES)}]")


def plain(text: str) -> str:
    """`text` with typographic quotes, dashes, spaces and line ends made plain, character for character (places stay
    true)."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text.translate(_PLAIN)


def smart_notes(text: str, places: Places) -> list[Note]:
    """One note for each kind of typographic character in `text`, at its first place, with how often it stands."""
    seen: dict[str, list[int]] = {}
    for found in _SMART_RUN.finditer(text):
        seen.setdefault(found.group(), []).append(found.start())
    return [
        Note(
            "smart-quotes" if mark in SMART else "smart-dashes",
            f"{mark} ({unicodedata.name(mark, 'character').lower()}) stands here"
            + (f" and in {len(at) - 1} more places" if len(at) > 1 else "")
            + "; some databases ignore it and take the phrase apart",
            places.span(at[0], at[0] + 1),
            suggestion=f"Write {_PLAIN[ord(mark)]} instead.",
        )
        for mark, at in seen.items()
    ]


def word(text: str, wildcards: Mapping[str, Wild]) -> Word:
    """One word, its wildcards taken from a dialect's table (single characters)."""
    parts: list[str | Wild] = []
    literal = ""
    for mark in text:
        wild = wildcards.get(mark)
        if wild is None:
            literal += mark
            continue
        if literal:
            parts.append(literal)
            literal = ""
        if parts and isinstance(parts[-1], Wild):
            parts[-1] = _joined(parts[-1], wild)
        else:
            parts.append(wild)
    if literal:
        parts.append(literal)
    return Word(tuple(parts))


def _joined(left: Wild, right: Wild) -> Wild:
    maximum = None if left.maximum is None or right.maximum is None else left.maximum + right.maximum
    return Wild(left.minimum + right.minimum, maximum)


def words(text: str, wildcards: Mapping[str, Wild]) -> tuple[Word, ...]:
    """The words of a phrase, parted at blanks."""
    return tuple(word(part, wildcards) for part in text.split())
