"""The language of strategy files: what a person would write without thinking of a database.

`social prescrib*` is a phrase, quotes or not. `*` stands for any characters, `?` for exactly one. AND, OR, NOT and
`NEAR/3` (at most three words between, any order; `NEXT/3` in that order) are upper case; `or` is a word like others.
NOT binds tighter than AND, AND tighter than OR. Fields stand behind in brackets: `coach*[title]`, `anxiety[mesh]`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from harvester.dialects.base import Dialect, Reading, Rules, Translation
from harvester.dialects.parse import USUAL, Apply, Places, Token, parse
from harvester.dialects.pasted import clean
from harvester.dialects.words import plain, smart_notes, word
from harvester.dialects.write import Piece, Writer
from harvester.query import (
    ANY,
    TEXT_FIELDS,
    DateKind,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    Line,
    LineRef,
    Near,
    Query,
    Span,
    Term,
    Wild,
    Word,
    transform,
)

WILDCARDS = {"*": ANY, "?": Wild(1, 1)}
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<tag>\[[^\[\]]*\])|"(?P<quoted>[^"]*)"|(?P<stray>"|\[|\])
    |(?P<ref>\#\w+)|(?P<word>[^\s()\[\]"]+)""",
    re.VERBOSE,
)
_OPERATOR = re.compile(r"(AND|OR|NOT|NEAR(?:/(\d+))?|NEXT(?:/(\d+))?)\Z")
_BOUNDED = re.compile(r"\*\{(\d+),(\d*)\}")
_DATE = re.compile(r"(\d{4}(?:-\d\d){0,2})?\.\.(\d{4}(?:-\d\d){0,2})?\Z")


class Generic(Dialect):
    """The language of strategy files."""

    name = "generic"
    label = "the strategy file's own language"

    def read_all(self, text: str) -> Reading:
        """Read one query. Raises StrategyError."""
        places = Places(text)
        node, notes = parse(places, _tokens(text, places), USUAL)
        node = transform(node, _settle)
        return Reading((Line("", node, text),), (*smart_notes(text, places), *notes))

    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """The query in the strategy file's language: nothing is ever lost."""
        return _Writer(Rules(on, expansions or {})).write(query)


def _tokens(text: str, places: Places) -> list[Token]:
    source, _ = clean(plain(text), places, "generic")
    tokens: list[Token] = []
    pending: list[re.Match[str]] = []

    def flush() -> None:
        if pending:
            start, end = pending[0].start(), pending[-1].end()
            term = Term(_words(source[start:end]), quoted=False, span=places.span(start, end))
            tokens.append(Token("node", start, end, term))
            pending.clear()

    for found in _TOKEN.finditer(source):
        start, end = found.span()
        operator = _OPERATOR.match(found["word"] or "")
        if found["word"] and not operator:
            pending.append(found)
        elif not found["space"]:
            flush()
            if found["open"] or found["close"]:
                tokens.append(Token(found.group(), start, end))
            elif operator:
                tokens.append(_operator(operator, start, end))
            elif found["tag"]:
                tokens.append(_tag(found.group()[1:-1], start, end, tokens, places))
            elif found["ref"]:
                tokens.append(Token("node", start, end, LineRef(found.group()[1:], places.span(start, end))))
            elif found["quoted"] is not None:
                if not found["quoted"].strip():
                    raise places.error(
                        start, "there is nothing between these quotes", "Remove them, or write the phrase."
                    )
                term = Term(_words(found["quoted"]), span=places.span(start, end))
                tokens.append(Token("node", start, end, term))
            else:
                mark = found.group()
                what = "quotation mark" if mark == '"' else "bracket"
                raise places.error(start, f"this {what} has no partner", f"Add the other {what}, or remove this one.")
    flush()
    return tokens


def _words(text: str) -> tuple[Word, ...]:
    return tuple(_word(part) for part in text.split())


def _word(text: str) -> Word:
    parts: list[str | Wild] = []
    at = 0
    for found in _BOUNDED.finditer(text):
        parts.extend(word(text[at : found.start()], WILDCARDS).parts)
        parts.append(Wild(int(found[1]), int(found[2]) if found[2] else None))
        at = found.end()
    parts.extend(word(text[at:], WILDCARDS).parts)
    return Word(tuple(parts))


def _operator(found: re.Match[str], start: int, end: int) -> Token:
    name = found[1].split("/")[0]
    if name not in ("NEAR", "NEXT"):
        return Token("op", start, end, op=name)
    distance = found[2] or found[3]
    return Token("op", start, end, op="NEAR", distance=int(distance or 0), ordered=name == "NEXT")


def _tag(text: str, start: int, end: int, tokens: list[Token], places: Places) -> Token:
    """What stands in brackets behind a term: its fields, or what kind of heading, limit or date it is."""
    parts = [part.strip() for part in text.split(",")]
    kind = parts[0].lower()
    if kind in _VOCABULARIES or kind.startswith("heading:"):
        return Token("after", start, end, apply=_heading(kind, parts[1:]))
    if kind in _LIMITS:
        about = LimitKind.PUBLICATION_TYPE if kind == "type" else LimitKind(kind)
        return Token("after", start, end, apply=_on_text(lambda value, span: Limit(about, value, span)))
    if kind in _DATES or kind.startswith("last "):
        return Token("after", start, end, apply=_on_text(lambda value, span: _date(kind, value, span, places, start)))
    fields = set()
    for part in parts:
        name = part.lower()
        if name not in _FIELDS:
            close = difflib.get_close_matches(name, [*_FIELDS, *_VOCABULARIES, *_LIMITS, *_DATES], 1)
            hint = f"Did you mean [{close[0]}]?" if close else f"Fields are: {', '.join(_FIELDS)}."
            raise places.error(start, f"there is no field [{part}]", hint)
        fields.add(_FIELDS[name])
    mapped = "mapped" in {part.lower() for part in parts}
    named = frozenset(field for field in fields if field is not None) or _UNNAMED

    def apply(node: Query) -> Query:
        return transform(node, lambda part: _with_fields(part, named, mapped))

    return Token("after", start, end, apply=apply)


def _with_fields(node: Query, fields: frozenset[Field], mapped: bool) -> Query:
    if isinstance(node, Term) and not node.fields:
        return replace(node, fields=fields, mapped=mapped)
    return node


def _settle(node: Query) -> Query:
    """Terms without a tag get the usual fields; `[any]` stands for "whatever the database searches by itself"."""
    if not isinstance(node, Term):
        return node
    if node.fields == _UNNAMED:
        return replace(node, fields=frozenset())
    return node if node.fields else replace(node, fields=TEXT_FIELDS)


def _on_text(make: Callable[[str, Span], Query]) -> Apply:
    def apply(node: Query) -> Query:
        return make(node.text, node.span) if isinstance(node, Term) else node

    return apply


def _heading(kind: str, more: list[str]) -> Apply:
    vocabulary = kind.removeprefix("heading:").replace("heading", "")
    subheadings = tuple(part[1:] for part in more if part.startswith("/"))
    flags = {part.lower() for part in more}
    return _on_text(
        lambda name, span: Heading(name, vocabulary, "noexp" not in flags, "focus" in flags, subheadings, span)
    )


def _date(kind: str, value: str, span: Span, places: Places, at: int) -> DateLimit:
    if kind.startswith("last "):
        return DateLimit(DateKind(kind.removeprefix("last ")), last=value, span=span)
    found = _DATE.match(value)
    if found is None:
        raise places.error(at, f"{value!r} is no range of dates", "Write 2017..2022[published].")
    return DateLimit(DateKind(kind), found[1] or "", found[2] or "", span=span)


_FIELDS: dict[str, Field | None] = {**{field.value: field for field in Field}, "mapped": None, "any": None}
_UNNAMED = frozenset(Field)  # until the whole is read
_VOCABULARIES = ("mesh", "cinahl", "apa", "emtree", "heading")
_LIMITS = tuple(kind.value for kind in LimitKind if kind.value != "publication-type")
_LIMITS = (*_LIMITS, "type")
_DATES = tuple(kind.value for kind in DateKind)
_SIMPLE = re.compile(r"[^\s()\[\]\"#]+\Z")


class _Writer(Writer):
    name = "generic"
    label = "the strategy file's own language"
    maps_terms = True
    forbidden = frozenset('"*?[]()')

    def term(self, term: Term) -> str:
        text = " ".join(_word_text(part) for part in term.words)
        simple = len(term.words) == 1 and _SIMPLE.match(text) and not _OPERATOR.match(text)
        text = text if simple else f'"{text}"'
        if term.fields == TEXT_FIELDS and not term.mapped:
            return text
        tags = [field.value for field in Field if field in term.fields] + (["mapped"] if term.mapped else [])
        return f"{text}[{','.join(tags) or 'any'}]"

    def whole(self, piece: Piece) -> str:
        return piece.text

    def loose(self, piece: Piece) -> bool:
        return False

    def near(self, node: Near, parts: list[Piece]) -> Piece:
        sign = f" {'NEXT' if node.ordered else 'NEAR'}/{node.distance} "
        return Piece(sign.join(self.inner(part) for part in parts), "NEAR")

    def heading(self, node: Heading) -> str:
        more = [node.vocabulary if node.vocabulary in _VOCABULARIES[:-1] else f"heading:{node.vocabulary}"]
        more += [] if node.explode else ["noexp"]
        more += ["focus"] if node.focus else []
        more += [f"/{part}" for part in node.subheadings]
        return f'"{node.name}"[{",".join(more)}]'

    def limit(self, node: Limit) -> str:
        kind = "type" if node.kind is LimitKind.PUBLICATION_TYPE else node.kind.value
        return f'"{node.value}"[{kind}]'

    def date(self, node: DateLimit) -> str:
        if node.last:
            return f'"{node.last}"[last {node.kind.value}]'
        return f"{node.since}..{node.until}[{node.kind.value}]"


def _word_text(part: Word) -> str:
    return "".join(piece if isinstance(piece, str) else _wild_text(piece) for piece in part.parts)


def _wild_text(wild: Wild) -> str:
    if wild == ANY:
        return "*"
    if wild.minimum == wild.maximum:
        return "?" * wild.minimum
    return f"*{{{wild.minimum},{'' if wild.maximum is None else wild.maximum}}}"


DIALECT = Generic()
