"""Cochrane Library: https://www.cochranelibrary.com/help/how-to-search (fields, NEXT, NEAR, MeSH).

Fields stand behind a term or a group: `(...):ti,ab,kw`. No wildcard works inside quotes: words that follow each
other are joined by NEXT. NEAR/n: at most n words between, any order; NEAR alone is NEAR/6. `*` any characters, `?`
exactly one. `[mh "Self Care"]` with its narrower headings, `[mh ^"Self Care"]` without. Words side by side are
joined by AND. :kw also searches headings.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Token
from harvester.dialects.reader import Reader
from harvester.dialects.subheadings import code
from harvester.dialects.subheadings import name as subheading
from harvester.dialects.write import Piece
from harvester.query import (
    ANY,
    TEXT_FIELDS,
    And,
    Field,
    Heading,
    Limit,
    LimitKind,
    LineRef,
    Or,
    Query,
    Term,
    Wild,
    transform,
)
from harvester.search import LossKind

FIELDS: dict[str, frozenset[Field]] = {
    "ti": frozenset({Field.TITLE}),
    "ab": frozenset({Field.ABSTRACT}),
    "kw": frozenset({Field.KEYWORD, Field.HEADING}),
    "au": frozenset({Field.AUTHOR}),
    "so": frozenset({Field.JOURNAL}),
    "an": frozenset({Field.IDENTIFIER}),
    "all": frozenset({Field.ALL}),
}
ALSO: dict[str, frozenset[Field]] = {
    "tx": frozenset({Field.ALL, Field.FULL_TEXT}),
    "doi": FIELDS["an"],
    "pmid": FIELDS["an"],
    "py": frozenset({Field.OTHER}),
    "orgn": frozenset({Field.AFFILIATION}),
    "crg": frozenset({Field.NAME}),
    "tb": frozenset({Field.OTHER}),
    "mh": frozenset({Field.HEADING}),
    "me": frozenset({Field.HEADING}),
    "mj": frozenset({Field.HEADING}),
}
_HEADING = re.compile(
    r'\[\s*(?:mh|mesh)\s+(?P<noexp>\^)?\s*(?:"(?P<name>[^"]+)"|(?P<bare>[^\]"/\[]+?))\s*(?P<major>\[mj\])?\s*(?:/(?P<subs>[\w,\s]*))?(?P<major2>\[mj\])?\s*\]',
    re.IGNORECASE,
)
_DESCRIPTOR = re.compile(
    r"MeSH descriptor:\s*\[(?P<name>[^\]]+)\]\s*(?P<exp>explode all trees|this term only)?", re.IGNORECASE
)
_RANGE = re.compile(r"\{\s*(?P<op>and|or)\s+(?P<list>#?\d+(?:\s*[-,]\s*#?\d+)*)\s*\}", re.IGNORECASE)
_SUFFIX = re.compile(r"\s?:\s?(?P<codes>[a-z]{2,4}(?:\s*,\s*[a-z]{2,4})*)(?=[\s)]|\Z)", re.IGNORECASE)


_WILDCARDS = {"*": ANY, "?": Wild(1, 1)}


class _Reader(Reader):
    name = "cochrane"
    label = "the Cochrane Library"
    merges = False
    wildcards = _WILDCARDS
    token = re.compile(
        r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"|(?P<stray>")|(?P<bracket>[\[\]])
        |(?P<word>(?:(?!:\s?[a-z]{2,4}(?:\s*,\s*[a-z]{2,4})*(?:[\s)]|\Z))[^\s()"\[\]])+)""",
        re.VERBOSE | re.IGNORECASE,
    )
    _near = re.compile(r"(near|next)(?:/(\d+))?\Z", re.IGNORECASE)

    def take(self, at: int) -> int:
        """Headings in brackets, fields behind."""
        found = _HEADING.match(self.source, at, self.end) or _DESCRIPTOR.match(self.source, at, self.end)
        if found:
            self.flush()
            self.node(self._heading(found), *found.span())
            return found.end()
        found = _RANGE.match(self.source, at, self.end)
        if found:
            return self._lines(found)
        found = _SUFFIX.match(self.source, at, self.end)
        if found and (self.run or (self.tokens and self.tokens[-1].kind in ("node", ")", "after"))):
            return self._suffix(found)
        return super().take(at)

    def _lines(self, found: re.Match[str]) -> int:
        """`{or #1-#5, #8}`."""
        self.flush()
        span = self.places.span(*found.span())
        labels: list[str] = []
        for piece in found["list"].replace("#", "").split(","):
            first, _, last = piece.strip().partition("-")
            if int(last or first) - int(first) > 5000:
                raise self.error(found.start(), "this range of lines is too long", "Name the lines that are meant.")
            labels += [str(number) for number in range(int(first), int(last or first) + 1)]
        parts = tuple(LineRef(label, span) for label in labels)
        joined: Query = parts[0] if len(parts) == 1 else (Or if found["op"].lower() == "or" else And)(parts, span)
        self.node(joined, *found.span())
        return found.end()

    def _heading(self, found: re.Match[str]) -> Heading:
        parts = found.groupdict()
        span = self.places.span(*found.span())
        explode = not parts.get("noexp") and (parts.get("exp") or "").lower() != "this term only"
        subs = tuple(subheading(part.strip()) for part in (parts.get("subs") or "").split(",") if part.strip())
        name = (parts.get("name") or parts.get("bare") or "").strip()
        return Heading(name, "mesh", explode, bool(parts.get("major") or parts.get("major2")), subs, span)

    def _suffix(self, found: re.Match[str]) -> int:
        codes = [part.strip().lower() for part in found["codes"].split(",")]
        self.flush()
        if codes == ["pt"]:
            self.tokens.append(Token("after", *found.span(), apply=lambda node: transform(node, _type)))
            return found.end()
        fields: frozenset[Field] = frozenset()
        for part in codes:
            known = (
                FIELDS.get(part) or ALSO.get(part) or (frozenset({Field.PUBLICATION_TYPE}) if part == "pt" else None)
            )
            if known is None:
                raise self.error(found.start(), f"the Cochrane Library has no field :{part}", "Write :ti,ab,kw.")
            fields |= known
        self.tokens.append(Token("after", *found.span(), apply=self.in_fields(fields)))
        return found.end()

    def other(self, found: re.Match[str], start: int, end: int) -> int:
        raise self.error(start, "this bracket is not a MeSH heading", 'Write [mh "Self Care"].')

    def special(self, text: str, start: int, end: int) -> bool:
        found = self._near.match(text)
        if not found:
            return False
        following = found[1].lower() == "next"
        return self.near(start, end, int(found[2] or (0 if following else 6)), ordered=following)

    def quoted(self, text: str, start: int, end: int) -> int:
        if " " in text.strip() and ("*" in text or "?" in text):
            self.note("wildcard-in-quotes", "the Cochrane Library takes no wildcard inside quotes: it finds nothing",
                      start, end, severity="error", suggestion=f"({' NEXT '.join(text.split())})")  # fmt: skip
        return super().quoted(text, start, end)


def _type(node: Query) -> Query:
    return Limit(LimitKind.PUBLICATION_TYPE, node.text.lower(), node.span) if isinstance(node, Term) else node


_PREFER = {TEXT_FIELDS: ("ti", "ab", "kw")}
_WILD = {ANY: "*", Wild(1, 1): "?", Wild(2, 2): "??"}


class _Writer(InfixWriter):
    name = "cochrane"
    label = "the Cochrane Library"
    tags = FIELDS
    prefer = _PREFER
    factor = "or"
    many_tags = True
    wild = _WILD
    near_sign, ordered_sign = " NEAR/{n} ", " NEXT/{n} "
    reserved = frozenset({"and", "or", "not", "near", "next"})

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        if tags == ("all",):
            return text
        return f"{f'({text})' if op else text}:{','.join(tags)}"

    def loose(self, piece: Piece) -> bool:
        """All fields are written by writing none: an operator inside is then left bare."""
        return bool(piece.op) and self.cover(piece.fields or frozenset()) == ("all",)

    def term(self, term: Term) -> Query | str | None:
        """A truncated phrase is a chain of NEXT in parentheses."""
        term = self.known_wildcards(term)
        if len(term.words) > 1 and not all(word.literal for word in term.words):
            return f"({' NEXT '.join(self.quote(self.spell(word), False) for word in term.words)})"
        return super().term(term)

    def heading(self, node: Heading) -> str | Query | None:
        """`[mh "Self Care"/DT]`."""
        if node.vocabulary not in ("mesh", ""):
            return self.heading_as_text(node)
        codes = [code(part).upper() for part in node.subheadings]
        if not all(codes):
            self.lose(LossKind.WIDENED, f"subheadings of {node.name}", "one of them has no code; all are taken")
            codes = []
        subs = f"/{','.join(codes)}" if codes else ""
        return f'[mh {"" if node.explode else "^"}"{node.name}"{"[mj]" if node.focus else ""}{subs}]'

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f"{self.quote(node.value, False)}:pt"
        return super().limit(node)


class Cochrane(InfixDialect):
    """The Cochrane Library's language."""

    name = "cochrane"
    label = "Cochrane Library"
    docs = "https://www.cochranelibrary.com/help/how-to-search"
    reader = _Reader
    writer = _Writer


DIALECT = Cochrane()
