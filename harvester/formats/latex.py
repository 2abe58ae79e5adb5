"""LaTeX's accents and escapes as they stand in BibTeX files, both ways."""

from __future__ import annotations

import re
import unicodedata

_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textregistered": "®", "texttrademark": "™", "textdegree": "°", "ldots": "…", "dots": "…",
    "textquotesingle": "'", "sim": "∼",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ", "mu": "μ", "omega": "ω", "pm": "±",
    "times": "×", "leq": "≤", "geq": "≥",
}  # fmt: skip
_ACCENT = re.compile(r"\\([`'^~=.\"]|[uvHrdckb](?![A-Za-z]))\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))")
_NAMED = re.compile(r"\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))")
_DRESS = re.compile(r"\\(?:emph|textit|textbf|textsc|textrm|textsuperscript|textsubscript|mbox|url|href)\s*(?=\{)")
_TIE = re.compile(r"(?<!\\)~")  # a blank at which a line is not broken
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TO_ESCAPE = re.compile(r"[\\{}&%$#_~^]")
# Escaped braces stand aside while the others, which only group, are taken away.
_OPEN, _CLOSE, _BACK = "\ue000", "\ue001", "\ue002"


def decode(text: str) -> str:
    """LaTeX as plain text: accents, named letters, escapes; groups lose their braces. What is not known stays."""
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "\\" in text:
        text = text.replace(r"\textbackslash{}", _BACK).replace(r"\{", _OPEN).replace(r"\}", _CLOSE)
        text = _ACCENT.sub(_accented, text)
        text = _DRESS.sub("", text)
        text = _ESCAPED.sub(r"\1", text)
        text = _NAMED.sub(lambda found: _LETTERS.get(found[1], found[0]), text)
    text = text.replace("{", "").replace("}", "")
    return text.replace(_OPEN, "{").replace(_CLOSE, "}").replace(_BACK, "\\")


def _accented(found: re.Match[str]) -> str:
    letter = found[2] or found[3]
    return unicodedata.normalize("NFC", letter + _COMBINING[found[1]])


def encode(text: str) -> str:
    """Plain text with LaTeX's own characters escaped; letters stay as they are (UTF-8)."""
    return _TO_ESCAPE.sub(lambda found: _SPECIAL[found[0]], text)
