"""Web of Science: https://webofscience.help.clarivate.com/Content/search-rules.htm and /advanced-search-field-tags.htm.

Fields before their terms: `TS=(...)`. `*` any characters, `?` exactly one, `$` none or one. Words side by side are
joined by AND; a phrase is in quotes, wildcards inside it work. NEAR/n: at most n words between, any order; NEAR
alone is NEAR/15, and holds no AND. Precedence: NEAR, SAME, NOT, AND, OR. TS also searches Keywords Plus.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Grammar
from harvester.dialects.reader import Reader
from harvester.query import (
    ANY,
    TEXT_FIELDS,
    And,
    DateKind,
    DateLimit,
    Field,
    Limit,
    LimitKind,
    Near,
    Query,
    Term,
    Wild,
    Word,
    transform,
    walk,
)
from harvester.search import LossKind

FIELDS: dict[str, frozenset[Field]] = {
    "TS": TEXT_FIELDS | {Field.KEYWORD_PLUS},
    "TI": frozenset({Field.TITLE}),
    "AB": frozenset({Field.ABSTRACT}),
    "AK": frozenset({Field.KEYWORD}),
    "KP": frozenset({Field.KEYWORD_PLUS}),
    "ALL": frozenset({Field.ALL}),
    "AU": frozenset({Field.AUTHOR}),
    "AD": frozenset({Field.AFFILIATION}),
    "SO": frozenset({Field.JOURNAL}),
    "UT": frozenset({Field.IDENTIFIER}),
    "GP": frozenset({Field.NAME}),
    "FG": frozenset({Field.GRANT}),
}
ALSO: dict[str, frozenset[Field]] = {
    "OG": FIELDS["AD"],
    "OO": FIELDS["AD"],
    "SG": FIELDS["AD"],
    "CI": FIELDS["AD"],
    "CU": FIELDS["AD"],
    "PS": FIELDS["AD"],
    "DO": FIELDS["UT"],
    "PMID": FIELDS["UT"],
    "IS": FIELDS["SO"],
    "AI": FIELDS["AU"],
    "ED": frozenset({Field.OTHER}),
    "FO": FIELDS["FG"],
    "FD": FIELDS["FG"],
    "FT": FIELDS["FG"],
    "SU": frozenset({Field.OTHER}),
    "WC": frozenset({Field.OTHER}),
    "CF": frozenset({Field.OTHER}),
    "SA": FIELDS["AD"],
    "ZP": FIELDS["AD"],
    "MH": frozenset({Field.HEADING}),
    "MQ": frozenset({Field.SUBHEADING}),
}
DATES = {"PY": DateKind.PUBLISHED, "FPY": DateKind.PUBLISHED, "DOP": DateKind.PUBLISHED, "LD": DateKind.ENTERED}
_SHORTEST = 3
_TAG = re.compile(r"(?P<tag>[A-Z]{2,4})\s*=\s*(?=\S)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<open>\()?\s*\"?(?P<since>\d{4}(?:-\d\d(?!\d)){0,2})(?:\s*[-/]\s*(?P<until>\d{4}(?:-\d\d(?!\d)){0,2}))?\"?(?(open)\s*\))"
)


_WILDCARDS = {"*": ANY, "?": Wild(1, 1), "$": Wild(0, 1)}
_OPERATORS = {"and": "AND", "or": "OR", "not": "NOT", "same": "AND"}


class _Reader(Reader):
    name = "wos"
    label = "Web of Science"
    wildcards = _WILDCARDS
    grammar = Grammar(
        (frozenset({"NEAR"}), frozenset({"SAME"}), frozenset({"NOT"}), frozenset({"AND"}), frozenset({"OR"}))
    )
    operators = _OPERATORS
    _near = re.compile(r"near(?:/(\d+))?\Z", re.IGNORECASE)

    def take(self, at: int) -> int:
        """Fields stand before their terms, with `=`."""
        found = _TAG.match(self.source, at, self.end)
        if found is None or (self.run and self.run[-1][1] == at):
            return super().take(at)
        tag = found["tag"].upper()
        if tag in DATES:
            return self.day(tag, found.end())
        if tag in ("LA", "DT"):
            kind = LimitKind.LANGUAGE if tag == "LA" else LimitKind.PUBLICATION_TYPE
            self.flush()
            self.before(found.start(), found.end(), frozenset({Field.OTHER}))
            self.tokens[-1] = _as_limits(self.tokens[-1].start, self.tokens[-1].end, kind)
            return found.end()
        fields = FIELDS.get(tag) or ALSO.get(tag)
        if fields is None:
            raise self.error(at, f"Web of Science has no field {tag}", "TS= is title, abstract and keywords.")
        self.before(found.start(), found.end(), fields)
        return found.end()

    def day(self, tag: str, at: int) -> int:
        """`PY=(2017-2022)`, `DOP=2017-01-01/2022-12-31`."""
        found = _RANGE.match(self.source, at, self.end)
        if found is None:
            raise self.error(at, "this is not a range of dates", "Write PY=2017-2022 or DOP=2017-01-01/2022-12-31.")
        self.flush()
        span = self.places.span(*found.span())
        self.node(
            DateLimit(DATES[tag], *_open(found["since"], found["until"] or found["since"]), span=span), *found.span()
        )
        return found.end()

    def special(self, text: str, start: int, end: int) -> bool:
        found = self._near.match(text)
        if not found:
            return False
        return self.near(start, end, int(found[1] or 15), ordered=False)

    def finish(self, node: Query) -> Query:
        node = super().finish(node)
        if isinstance(node, Term) and any(_too_short(word) for word in node.words):
            why = "Web of Science needs three characters beside a wildcard"
            self.note("short-stem", f"{node.text!r}: {why}", node.span.start, node.span.end, severity="error")
        if isinstance(node, Near) and any(isinstance(below, And) for below in walk(node)):
            raise self.error(
                node.span.start, "AND (here perhaps implied) stands inside NEAR", "Put the phrase in quotes."
            )
        return node


def _too_short(word: Word) -> bool:
    literal = [part for part in word.parts if isinstance(part, str)]
    return not word.literal and len((literal or [""])[0]) < _SHORTEST


def _as_limits(start: int, end: int, kind: LimitKind):  # type: ignore[no-untyped-def]
    from harvester.dialects.parse import Token

    def change(node: Query) -> Query:
        return Limit(kind, node.text.lower(), node.span) if isinstance(node, Term) else node

    return Token("before", start, end, apply=lambda node: transform(node, change))


def _open(since: str, until: str) -> tuple[str, str]:
    """The years 1800 and 3000, days of them too, stand for an open end."""
    return ("" if since.startswith("1800") else since, "" if until.startswith("3000") else until)


_PREFER = {TEXT_FIELDS: ("TS",)}
_WILD = {ANY: "*", Wild(1, 1): "?", Wild(0, 1): "$", Wild(2, 2): "??"}


class _Writer(InfixWriter):
    name = "wos"
    label = "Web of Science"
    tags = FIELDS
    prefer = _PREFER
    factor = "all"
    wild = _WILD
    near_sign = " NEAR/{n} "
    shortest_stem = 3
    reserved = frozenset({"and", "or", "not", "near", "same"})

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return " OR ".join(f"{tag}=({text})" for tag in tags)

    def short(self, word: Word) -> bool:
        """Three characters, before the wildcard or, where it stands first, behind it."""
        return _too_short(word)

    def quote(self, text: str, phrase: bool) -> str:
        if "$" in text and phrase:
            self.lose(LossKind.NARROWED, text, "$ is read as it stands inside quotes in Web of Science")
        return super().quote(text, phrase)

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.LANGUAGE:
            return f"LA=({node.value.capitalize()})"
        if node.kind is LimitKind.PUBLICATION_TYPE and node.value.lower() in _TYPES:
            return f"DT=({node.value.title()})"
        return super().limit(node)

    def date(self, node: DateLimit) -> str | Query | None:
        since, until = self.days(node)
        tag = {DateKind.PUBLISHED: "DOP", DateKind.ENTERED: "LD"}.get(node.kind)
        if tag is None:
            return super().date(node)
        return f"{tag}={since or '1800-01-01'}/{until or '3000-12-31'}"


_TYPES = (
    "article",
    "review",
    "editorial material",
    "letter",
    "meeting abstract",
    "proceedings paper",
    "book",
    "book review",
)


class WebOfScience(InfixDialect):
    """Web of Science's language."""

    name = "wos"
    label = "Web of Science"
    docs = "https://webofscience.help.clarivate.com/Content/search-rules.htm"
    reader = _Reader
    writer = _Writer


DIALECT = WebOfScience()
