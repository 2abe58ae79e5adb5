"""How wide text is, near enough to wrap it where nothing can ask a browser."""

from __future__ import annotations

import re
import unicodedata

# Advance widths in thousandths of the font size, after Helvetica and its metric twins (Arial, Liberation Sans).
_WIDTHS = {
    **dict.fromkeys("ijl'|", 222), **dict.fromkeys("ft.,:;/\\!I[] \u00a0", 278), **dict.fromkeys("r()-`{}", 334),
    **dict.fromkeys("ckvxyzsJ\"*", 500), **dict.fromkeys("abdeghnopquL0123456789?_#$", 556),
    **dict.fromkeys("<>=+~", 584), **dict.fromkeys("FTZ", 611), **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("wCDHNRU", 722), **dict.fromkeys("GOQ", 778), **dict.fromkeys("mM", 833), "%": 889, "W": 944,
    "@": 1015,
}  # fmt: skip
_SAFETY = 1.13  # a machine without these fonts may show a wider one (DejaVu Sans); still nothing is cut


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of `text` in pixels at `size` pixels, rather too wide than too narrow."""
    total = 0
    for char in text:
        if char in _WIDTHS:
            total += _WIDTHS[char]
        elif unicodedata.combining(char):
            continue
        elif unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF:
            total += 1100
        else:
            total += 700
    return total / 1000 * size * _SAFETY * (1.07 if bold else 1.0)


def wrap(text: str, size: float, limit: float, *, bold: bool = False) -> list[str]:
    """`text` in lines of at most `limit` pixels; a word that is wider alone is broken between characters."""
    lines: list[str] = []
    line = ""
    for word in filter(None, re.split(r"[ \t\r\n]+", text)):  # a no-break space breaks nothing
        joined = f"{line} {word}" if line else word
        if width(joined, size, bold=bold) <= limit:
            line = joined
            continue
        if line:
            lines.append(line)
        while width(word, size, bold=bold) > limit and len(word) > 1:
            fits = _fitting(word, size, limit, bold)
            lines.append(word[:fits])
            word = word[fits:]  # noqa: PLW2901 - what is left of it is the next word
        line = word
    return [*lines, line] if line or not lines else lines


def _fitting(word: str, size: float, limit: float, bold: bool) -> int:
    for count in range(2, len(word) + 1):
        if width(word[:count], size, bold=bold) > limit:
            return count - 1
    return len(word)
