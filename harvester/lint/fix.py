"""`check --fix`: what can be mended without changing what is searched for.

Typographic quotes and dashes, single quotes around a phrase, operators in small letters, a phrase that PubMed would
keep together anyhow, a term that stands twice. Comments and layout stay as they are. The mended text is read again:
were its search another one, nothing would be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harvester.dialects import get
from harvester.dialects.base import Note
from harvester.dialects.compose import compose
from harvester.dialects.words import plain
from harvester.errors import StrategyError
from harvester.lint.terms import term_notes
from harvester.query import Query
from harvester.strategy import Strategy, TermText, read

_MARKS = re.compile("[“”„‟«»″＂‘’‚‛′‐‑‒–—−﹣－]")
_BY_SPAN = frozenset({"single-quotes", "lower-case-operator", "unquoted-phrase"})


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the text: characters `start` to `end` become `new`."""

    start: int
    end: int
    new: str
    code: str


def fix(strategy: Strategy) -> tuple[str, list[Edit]]:
    """The strategy's text mended, and the changes made, in order. The same text and no changes where there is nothing
    to mend. Raises StrategyError when it cannot be read."""
    edits = sorted(
        _strategy(strategy) if strategy.dialect == "generic" else _text(strategy), key=lambda one: (one.start, -one.end)
    )
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    text = strategy.raw
    for edit in reversed(kept):
        text = text[: edit.start] + edit.new + text[edit.end :]
    if not kept or not _the_same(strategy, text):
        return strategy.raw, []
    return text, kept


def _the_same(strategy: Strategy, text: str) -> bool:
    try:
        if strategy.dialect != "generic":
            return get(strategy.dialect).read(text) == get(strategy.dialect).read(strategy.raw)
        return _blocks(read(text, strategy.path)) == _blocks(strategy)
    except StrategyError:
        return False


def _blocks(strategy: Strategy) -> list[tuple[str, list[Query]]]:
    """Each block's terms, a doubled one once."""
    blocks: dict[str, dict[str, Query]] = {}
    for line in compose(strategy).lines:
        if line.kind == "term":
            blocks.setdefault(line.block, {}).setdefault(plain(line.label).casefold(), line.query)
    return [(name, list(terms.values())) for name, terms in blocks.items()]


def _text(strategy: Strategy) -> Iterator[Edit]:
    """A text in a database's own language."""
    raw = strategy.raw
    notes = get(strategy.dialect).read_all(raw).notes
    for found in _MARKS.finditer(raw):
        yield Edit(
            *found.span(), plain(found.group()), "smart-quotes" if plain(found.group()) != "-" else "smart-dashes"
        )
    for note in notes:
        if note.code not in _BY_SPAN or (note.code == "unquoted-phrase" and strategy.dialect != "pubmed"):
            continue
        start, end = note.span.start, note.span.end
        new = plain(raw[start:end]).upper() if note.code == "lower-case-operator" else note.suggestion
        if new and not (note.code == "lower-case-operator" and not raw[start:end].isalpha()):
            yield Edit(start, end, new, note.code)


def _strategy(strategy: Strategy) -> Iterator[Edit]:
    """A strategy file: its terms, each at its place."""
    starts = [0, *(found.end() for found in re.finditer("\n", strategy.raw))]

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column - 1

    doubled = {(note.span.line, note.span.column) for note in _doubles(strategy)}
    for block in strategy.blocks:
        for term in block.terms:
            if (term.line, term.column) in doubled:
                edit = _removed(strategy.raw, offset(*term.place(0)), offset(*term.place(len(term.text))))
                if edit:
                    yield edit
            else:
                yield from _plain_marks(strategy.raw, term, offset(*term.place(0)), offset)


def _doubles(strategy: Strategy) -> list[Note]:
    return [note for note in term_notes(compose(strategy)) if note.code == "duplicate-term"]


def _plain_marks(raw: str, term: TermText, start: int, offset) -> Iterator[Edit]:  # type: ignore[no-untyped-def]
    delimiter = raw[start - 1 : start]
    long = raw[max(start - 3, 0) : start] == delimiter * 3
    for found in _MARKS.finditer(term.text):
        at = offset(*term.place(found.start()))
        new = plain(found.group())
        if raw[at] != found.group() or (new == delimiter == "'" and not long):
            continue  # written as an escape, or there is no way to write the plain one here
        code = "smart-dashes" if new == "-" else "smart-quotes"
        yield Edit(at, at + 1, f"\\{new}" if new == delimiter == '"' else new, code)


def _removed(raw: str, start: int, end: int) -> Edit | None:
    """A term of a list with its quotes and comma; with its line, where it stands there alone."""
    if raw[start - 1 : start] not in ("'", '"') or raw[end : end + 1] != raw[start - 1 : start]:
        return None
    start, end = start - 1, end + 1
    comma = re.compile(r"[ \t]*,[ \t]*").match(raw, end)
    end = comma.end() if comma else end
    line = raw.rfind("\n", 0, start) + 1
    following = raw.find("\n", end)
    if not raw[line:start].strip() and following >= 0 and not raw[end:following].strip():
        start, end = line, following + 1
    return Edit(start, end, "", "duplicate-term")
