"""Text that was decoded wrongly somewhere on its way (`CafÃ©`, `itâ€™s`): found in every file, put right on request.

ftfy undoes a decoding where the outcome is the more likely text; quotes, ligatures and widths stay as they are.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from harvester.record import Record

_NEVER = ("source", "source_id", "identifiers")  # names, not text: what they are compared by stays as it came


def mended(record: Record) -> bool:
    """Put right what was decoded wrongly in the record's text; whether anything was."""
    changed = False
    for each in fields(Record):
        if each.name in _NEVER:
            continue
        before = getattr(record, each.name)
        after = _mended(before)
        if after != before:
            setattr(record, each.name, after)
            changed = True
    return changed


def _text(value: str) -> str:
    from ftfy import fix_encoding

    found: str = fix_encoding(value)
    if found != value:
        return found
    # ftfy wants more proof than a short name gives (`Ã…sa`). Here the user has said that the file is wrong, and words
    # that are Windows-1252 and UTF-8 at once are hardly ever meant as the former.
    try:
        return value.encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return value


def _mended(value: Any) -> Any:
    """The value with every text in it put right."""
    if isinstance(value, str):
        return value if value.isascii() else _text(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_mended, value))
    if isinstance(value, dict):
        return {_mended(name): _mended(inner) for name, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _mended(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **changes)
    return value
