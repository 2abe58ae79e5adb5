"""Text from outside, made fit to stand in SVG, HTML and XML: escaped, and without what XML 1.0 forbids."""

from __future__ import annotations

import html
import re

# Everything but the characters of https://www.w3.org/TR/xml/#charsets; lone surrogates cannot even be encoded.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: object) -> str:
    """`text` with every character that XML forbids shown as the replacement character."""
    return _FORBIDDEN.sub("\ufffd", str(text))


def esc(text: object) -> str:
    """`text` as it may stand in HTML, SVG or XML, between tags or in a quoted attribute."""
    return html.escape(clean(text), quote=True)


def number(value: int | None, unknown: str = "not known") -> str:
    """A count as people read it: 2,483; an unknown one in words, never as zero."""
    return unknown if value is None else f"{value:,}"
