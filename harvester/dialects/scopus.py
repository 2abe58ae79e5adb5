"""Scopus: https://dev.elsevier.com/sc_search_tips.html.

Fields before their terms: `TITLE-ABS-KEY(...)`. `*` any characters, `?` exactly one. Words side by side are joined
by AND; a phrase is in quotes (wildcards work), in braces it is taken letter by letter. `W/n` any order, `PRE/n` in
order, at most n words between. Precedence: W/n and PRE/n, OR, AND, AND NOT.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Grammar, Token
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
    Query,
    Term,
    Wild,
    Word,
    transform,
)

_INDEX = frozenset({Field.HEADING, Field.SUBSTANCE})
FIELDS: dict[str, frozenset[Field]] = {
    "TITLE-ABS-KEY": TEXT_FIELDS | _INDEX,
    "TITLE-ABS": frozenset({Field.TITLE, Field.ABSTRACT}),
    "TITLE": frozenset({Field.TITLE}),
    "ABS": frozenset({Field.ABSTRACT}),
    "AUTHKEY": frozenset({Field.KEYWORD}),
    "KEY": _INDEX | {Field.KEYWORD},
    "INDEXTERMS": frozenset({Field.HEADING}),
    "CHEMNAME": frozenset({Field.SUBSTANCE}),
    "ALL": frozenset({Field.ALL}),
    "AUTH": frozenset({Field.AUTHOR}),
    "AFFIL": frozenset({Field.AFFILIATION}),
    "SRCTITLE": frozenset({Field.JOURNAL}),
    "PMID": frozenset({Field.IDENTIFIER}),
    "CASREGNUMBER": frozenset({Field.REGISTRY}),
    "FUND-NO": frozenset({Field.GRANT}),
}
ALSO: dict[str, frozenset[Field]] = {
    "TITLE-ABS-KEY-AUTH": TEXT_FIELDS | _INDEX | {Field.AUTHOR},
    "DOI": FIELDS["PMID"],
    "EID": FIELDS["PMID"],
    "ISSN": FIELDS["SRCTITLE"],
    "EXACTSRCTITLE": FIELDS["SRCTITLE"],
    "SRC": FIELDS["SRCTITLE"],
    "AUTHOR-NAME": FIELDS["AUTH"],
    "AUTHLASTNAME": FIELDS["AUTH"],
    "FIRSTAUTH": FIELDS["AUTH"],
    "AF-ID": FIELDS["AFFIL"],
    "AFFILCOUNTRY": FIELDS["AFFIL"],
    "AFFILCITY": FIELDS["AFFIL"],
    "FUND-SPONSOR": FIELDS["FUND-NO"],
    "CHEM": FIELDS["CHEMNAME"],
    "REF": frozenset({Field.OTHER}),
    "SUBJAREA": frozenset({Field.OTHER}),
    "CONF": frozenset({Field.OTHER}),
    "SRCTYPE": frozenset({Field.OTHER}),
    "TRADENAME": frozenset({Field.OTHER}),
}
_FIELD = re.compile(r"(?P<tag>[A-Z][A-Z-]+)\s*(?=\()", re.IGNORECASE)
_LIMIT_TO = re.compile(
    r'(?P<what>LIMIT-TO|EXCLUDE)\s*\(\s*(?P<tag>[A-Z]+)\s*,\s*"?(?P<value>[^")]*?)"?\s*\)', re.IGNORECASE
)
_YEAR = re.compile(r"PUBYEAR\s*(?P<sign>>|<|=|AFT|BEF|IS)\s*(?P<year>\d{4})", re.IGNORECASE)
_LOAD = re.compile(r"ORIG-LOAD-DATE\s*(?P<sign>AFT|BEF)\s*(?P<day>\d{8})", re.IGNORECASE)


_WILDCARDS = {"*": ANY, "?": Wild(1, 1)}


class _Reader(Reader):
    name = "scopus"
    label = "Scopus"
    wildcards = _WILDCARDS
    grammar = Grammar((frozenset({"NEAR"}), frozenset({"OR"}), frozenset({"AND"}), frozenset({"NOT"})))
    token = re.compile(
        r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"|\{(?P<exact>[^{}]*)\}|(?P<stray>")|(?P<word>[^\s()"{}]+)"""
    )
    _near = re.compile(r"(w|pre)/(\d+)\Z", re.IGNORECASE)

    def take(self, at: int) -> int:
        """Fields and years stand before their terms."""
        if self.run and self.run[-1][1] == at:
            return super().take(at)
        year, load = _YEAR.match(self.source, at, self.end), _LOAD.match(self.source, at, self.end)
        if year or load:
            self.flush()
            found = year or load
            assert found is not None
            span = self.places.span(*found.span())
            self.node(_year(year, span) if year else _load(found, span), *found.span())
            return found.end()
        found = _LIMIT_TO.match(self.source, at, self.end)
        if found:
            self.flush()
            self.node(self._limited(found), *found.span())
            return found.end()
        found = _FIELD.match(self.source, at, self.end)
        if found is None or found["tag"].upper() in ("AND", "OR", "NOT"):
            return super().take(at)
        tag = found["tag"].upper()
        if tag in ("LANGUAGE", "DOCTYPE"):
            self.flush()
            kind = LimitKind.LANGUAGE if tag == "LANGUAGE" else LimitKind.PUBLICATION_TYPE
            self.tokens.append(Token("before", at, found.end(), apply=lambda node: transform(node, _limit(kind))))
            return found.end()
        fields = FIELDS.get(tag) or ALSO.get(tag)
        if fields is None:
            raise self.error(at, f"Scopus has no field {tag}", "TITLE-ABS-KEY( ) is title, abstract and keywords.")
        self.before(at, found.end(), fields)
        return found.end()

    def _limited(self, found: re.Match[str]) -> Query:
        """`LIMIT-TO(LANGUAGE, "English")`: what a click in the list of results wrote."""
        tag, value, span = found["tag"].upper(), found["value"].strip(), self.places.span(*found.span())
        if found["what"].upper() == "EXCLUDE":
            raise self.error(
                found.start(), "EXCLUDE is not read here", "Write it as AND NOT, for instance AND NOT DOCTYPE(le)."
            )
        if tag == "PUBYEAR" and re.fullmatch(r"\d{4}", value):
            return DateLimit(DateKind.PUBLISHED, value, value, span=span)
        kinds = {"LANGUAGE": LimitKind.LANGUAGE, "DOCTYPE": LimitKind.PUBLICATION_TYPE}
        if tag in kinds:
            return Limit(kinds[tag], value.lower(), span)
        return Limit(LimitKind.OTHER, f"scopus:{tag}={value}", span)

    def other(self, found: re.Match[str], start: int, end: int) -> int:
        """A phrase in braces: letter by letter, no wildcards."""
        self.flush()
        term = Term(tuple(Word((part,)) for part in found["exact"].split()), span=self.places.span(start, end))
        self.node(term, start, end)
        return end

    def special(self, text: str, start: int, end: int) -> bool:
        found = self._near.match(text)
        return bool(found) and self.near(start, end, int(found[2]), ordered=found[1].lower() == "pre")  # type: ignore[index]

    def finish(self, node: Query) -> Query:
        """`PUBYEAR > 2016 AND PUBYEAR < 2023` is one range."""
        node = super().finish(node)
        return _one_range(node) if isinstance(node, And) else node


def _year(found: re.Match[str] | None, span):  # type: ignore[no-untyped-def]
    assert found is not None
    year, sign = int(found["year"]), found["sign"].upper()
    if sign in (">", "AFT"):
        return DateLimit(DateKind.PUBLISHED, str(year + 1), "", span=span)
    if sign in ("<", "BEF"):
        return DateLimit(DateKind.PUBLISHED, "", str(year - 1), span=span)
    return DateLimit(DateKind.PUBLISHED, str(year), str(year), span=span)


def _load(found: re.Match[str], span):  # type: ignore[no-untyped-def]
    from datetime import date, timedelta

    day = date(int(found["day"][:4]), int(found["day"][4:6]), int(found["day"][6:]))
    if found["sign"].upper() == "AFT":
        return DateLimit(DateKind.ENTERED, (day + timedelta(days=1)).isoformat(), "", span=span)
    return DateLimit(DateKind.ENTERED, "", (day - timedelta(days=1)).isoformat(), span=span)


def _limit(kind: LimitKind):  # type: ignore[no-untyped-def]
    def change(node: Query) -> Query:
        if not isinstance(node, Term):
            return node
        value = node.text.lower()
        return Limit(kind, _TYPES_BY_CODE.get(value, value) if kind is LimitKind.PUBLICATION_TYPE else value, node.span)

    return change


def _one_range(node: And) -> Query:
    lower = [c for c in node.children if isinstance(c, DateLimit) and c.since and not c.until]
    upper = [c for c in node.children if isinstance(c, DateLimit) and c.until and not c.since]
    if len(lower) != 1 or len(upper) != 1 or lower[0].kind is not upper[0].kind:
        return node
    both = DateLimit(lower[0].kind, lower[0].since, upper[0].until, span=lower[0].span)
    rest = tuple(both if child is lower[0] else child for child in node.children if child is not upper[0])
    return rest[0] if len(rest) == 1 else And(rest, node.span)


_TYPES = {"article": "ar", "review": "re", "letter": "le", "editorial": "ed", "note": "no", "book": "bk",
          "conference paper": "cp", "book chapter": "ch", "erratum": "er", "short survey": "sh"}  # fmt: skip
_TYPES_BY_CODE = {code: name for name, code in _TYPES.items()}


_PREFER = {TEXT_FIELDS: ("TITLE-ABS-KEY",)}
_WILD = {ANY: "*", Wild(1, 1): "?", Wild(2, 2): "??"}


class _Writer(InfixWriter):
    name = "scopus"
    label = "Scopus"
    tags = FIELDS
    prefer = _PREFER
    factor = "all"
    not_ = " AND NOT "
    wild = _WILD
    near_sign, ordered_sign = " W/{n} ", " PRE/{n} "
    reserved = frozenset({"and", "or", "not"})

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return " OR ".join(f"{tag}({text})" for tag in tags)

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.LANGUAGE:
            return f"LANGUAGE({node.value})"
        if node.kind is LimitKind.PUBLICATION_TYPE and node.value.lower() in _TYPES:
            return f"DOCTYPE({_TYPES[node.value.lower()]})"
        return super().limit(node)

    def date(self, node: DateLimit) -> str | Query | None:
        if node.kind is DateKind.PUBLISHED:
            first, last = self.years(node)
            parts = ([f"PUBYEAR > {first - 1}"] if first > 1800 else []) + (
                [f"PUBYEAR < {last + 1}"] if last < 3000 else []
            )
        elif node.kind is DateKind.ENTERED:
            parts = self._loaded(node)
        else:
            return super().date(node)
        text = " AND ".join(parts or ["PUBYEAR > 1799"])
        return f"({text})" if len(parts) > 1 else text

    def _loaded(self, node: DateLimit) -> list[str]:
        from datetime import timedelta

        since, until = self.days(node)
        day = timedelta(days=1)
        return ([f"ORIG-LOAD-DATE AFT {since - day:%Y%m%d}"] if since else []) + (
            [f"ORIG-LOAD-DATE BEF {until + day:%Y%m%d}"] if until else []
        )


class Scopus(InfixDialect):
    """Scopus's language."""

    name = "scopus"
    label = "Scopus"
    docs = "https://dev.elsevier.com/sc_search_tips.html"
    reader = _Reader
    writer = _Writer


DIALECT = Scopus()
