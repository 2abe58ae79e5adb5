"""Text as it is compared: one alphabet, one case, no markup; whatever exporters do to a title undone where it can be.

Latin letters lose their accents, Greek letters take their names, other scripts stay as they are: a Chinese
title must not become an empty one, since empty never equals empty.
"""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,60}>")
_TEX = re.compile(r"\\(?:text|math|emph|it|bf|rm|sub|sup)[a-z]*\b|[{}$\\]")
_WORD = re.compile(r"[^\W_]+")
_MOJIBAKE = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")

_BLANKED = bytes(code if chr(code).isalnum() else 32 for code in range(128)).lower() + bytes(128)
"""ASCII in lower case, with a blank for all but letters and digits."""

# No word begins with a sharp s, nor follows one on its first capital but in a word of capitals: TGF-ß and Aß have a
# Greek letter.
_SHARP_S_FOR_BETA = re.compile(r"(?<![^\W\d_])\u00df|(?<=\b[A-Z])\u00df(?![A-Z])")

_MARKS = re.compile(r"[\u0300-\u036f]+")  # of Latin, Greek and Cyrillic letters
# Where other scripts have theirs; signs such as \u2265 and Chinese characters are outside.
_MAY_BE_MARKS = re.compile(
    r"[\u0483-\u1fff\u20d0-\u20ff\u2c00-\u2dff\u3000-\u30ff\ua600-\uabff\ufb00-\ufeff\U00010000-\U0010ffff]"
)

_GREEK = tuple(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau
        upsilon phi chi psi omega""",
    )
)
_LETTERS: dict[int, str] = {0x3B1 + place: name for place, name in enumerate(_GREEK)}
_LETTERS |= {0x391 + place: name.title() for place, name in enumerate(_GREEK)}
_LETTERS |= {
    ord(letter): plain
    for letter, plain in {
        "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
        "Đ": "D", "ð": "d", "Ð": "D", "Þ": "Th", "ẞ": "SS", "þ": "th",
        "ı": "i", "µ": "mu", "ϕ": "phi", "ϵ": "epsilon", "‐": "-", "‑": "-", "–": "-",
        "—": "-", "−": "-", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "\u00ad": "", "\u200b": "", "\ufeff": "",
    }.items()
}  # fmt: skip


def plain(text: str) -> str:
    """`text` without markup, entities, mojibake and accents; case, spaces and punctuation are kept."""
    if "&" in text:
        text = html.unescape(text)
        if "&" in text:  # `&amp;lt;` is escaped twice
            text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "{" in text or "$" in text or "\\" in text:
        text = _TEX.sub("", text)
    if text.isascii():
        return text
    if _MOJIBAKE.search(text):
        text = _unmojibake(text)
    if "\u00df" in text:
        text = _SHARP_S_FOR_BETA.sub("beta", text)
    text = text.translate(_LETTERS)
    if text.isascii():  # most often it was a dash or a quotation mark
        return text
    text = unicodedata.normalize("NFKD", text).translate(_LETTERS)
    if text.isascii():
        return text
    text = _MARKS.sub("", text)
    if not _MAY_BE_MARKS.search(text):
        return text
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _unmojibake(text: str) -> str:
    """UTF-8 that was read as Windows-1252 or Latin-1, read again as UTF-8; unchanged where that fails."""
    for wrong in ("cp1252", "latin-1"):
        try:
            return text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    return text


def words(text: str) -> list[str]:
    """The words of `text` in lower case, without accents, markup or punctuation."""
    text = plain(text)
    if text.isascii():  # five times as fast as a pattern
        return text.encode().translate(_BLANKED).decode().split()
    return _WORD.findall(text.lower())
