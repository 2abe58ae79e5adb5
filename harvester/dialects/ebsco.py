"""EBSCOhost (CINAHL, PsycInfo, MEDLINE): https://support.ebsco.com/help/ (field codes, proximity, wildcards).

Fields before their terms: `TI "..."`, `AB ( ... )`. `*` any characters, `?` exactly one, `#` none or one, never at
the beginning of a word. Nn any order, Wn in order, at most n words between. AND and NOT bind tighter than OR. Headings:
`(MH "Anxiety+")` with its narrower ones, `MM` as main point, `DE` in APA databases.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Grammar, Token
from harvester.dialects.reader import Reader
from harvester.query import (
    ANY,
    TEXT_FIELDS,
    DateKind,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    Query,
    Term,
    Wild,
    transform,
)

FIELDS: dict[str, frozenset[Field]] = {
    "TI": frozenset({Field.TITLE}),
    "AB": frozenset({Field.ABSTRACT}),
    "KW": frozenset({Field.KEYWORD}),
    "MW": frozenset({Field.HEADING}),
    "SU": frozenset({Field.HEADING, Field.KEYWORD, Field.SUBSTANCE}),
    "TX": frozenset({Field.ALL, Field.FULL_TEXT}),
    "AU": frozenset({Field.AUTHOR}),
    "AF": frozenset({Field.AFFILIATION}),
    "SO": frozenset({Field.JOURNAL}),
    "AN": frozenset({Field.IDENTIFIER}),
    "GR": frozenset({Field.GRANT}),
    "RN": frozenset({Field.REGISTRY}),
}
ALSO: dict[str, frozenset[Field]] = {
    "JN": FIELDS["SO"],
    "JT": FIELDS["SO"],
    "IS": FIELDS["SO"],
    "XB": frozenset({Field.TITLE, Field.ABSTRACT, Field.KEYWORD}),
    "PM": FIELDS["AN"],
    "DO": FIELDS["AN"],
    "UI": FIELDS["AN"],
    "ID": FIELDS["KW"],
    "SH": FIELDS["MW"],
    "NM": frozenset({Field.SUBSTANCE}),
    "TM": frozenset({Field.OTHER}),
    "MJ": FIELDS["MW"],
    "CA": frozenset({Field.NAME}),
}
HEADINGS = {
    "MH": ("cinahl", False),
    "MM": ("cinahl", True),
    "DE": ("apa", False),
    "MJ": ("cinahl", True),
    "ZM": ("mesh", False),
}
DATES = {"DT": DateKind.PUBLISHED, "PY": DateKind.PUBLISHED, "YR": DateKind.PUBLISHED, "EM": DateKind.ENTERED}
LIMITS = {
    "LA": LimitKind.LANGUAGE,
    "PT": LimitKind.PUBLICATION_TYPE,
    "PZ": LimitKind.PUBLICATION_TYPE,
    "ZT": LimitKind.PUBLICATION_TYPE,
}
_HEADING = re.compile(
    r'(?P<tag>MH|MM|DE)\s*(?P<open>\(\s*)?"(?P<name>[^"]+?)(?P<plus>\+?)(?:/(?P<subs>[^"]*))?"(?(open)\s*\))'
)
_HEADING_BARE = re.compile(
    r"(?P<tag>MH|MM|DE)\s+(?P<name>[A-Za-z][\w,'-]*(?: (?!(?:OR|AND|NOT)\b)[\w,'-]+)*)(?P<plus>\+?)"
)
_DATE = re.compile(r"(?P<tag>DT|PY|YR|EM)\s+(?P<open>\()?(?P<since>\d{4,8})?-?(?P<until>\d{4,8})?(?(open)\s*\))")
_FIELD = re.compile(r"(?P<tag>[A-Za-z]{2}(?=\s*[(\"])|[A-Z]{2}(?=\s+\S))")


_WILDCARDS = {"*": ANY, "?": Wild(1, 1), "#": Wild(0, 1)}


class _Reader(Reader):
    name = "ebsco"
    label = "EBSCOhost"
    wildcards = _WILDCARDS
    # "AND and NOT are considered multiplication": support.epnet.com/help, feature Booleans
    grammar = Grammar((frozenset({"NEAR"}), frozenset({"AND", "NOT"}), frozenset({"OR"})))
    bare = "phrase"
    reference = re.compile(r"S(\d+)\Z", re.IGNORECASE)
    _near = re.compile(r"([NW])(\d+)\Z", re.IGNORECASE)

    def take(self, at: int) -> int:
        """Headings, dates and fields begin with two capitals."""
        if self.run and self.run[-1][1] == at:
            return super().take(at)
        found = _HEADING.match(self.source, at, self.end) or _HEADING_BARE.match(self.source, at, self.end)
        if found:
            self.flush()
            vocabulary, focus = HEADINGS[found["tag"]]
            subs = tuple(filter(None, (part.strip() for part in (found.groupdict().get("subs") or "").split(","))))
            span = self.places.span(*found.span())
            self.node(Heading(found["name"].strip(), vocabulary, bool(found["plus"]), focus, subs, span), *found.span())
            return found.end()
        found = _DATE.match(self.source, at, self.end)
        if found and (found["since"] or found["until"]):
            self.flush()
            since, until = _iso(found["since"]), _iso(found["until"])
            alone = "-" not in found.group()
            span = self.places.span(*found.span())
            self.node(DateLimit(DATES[found["tag"]], since, since if alone else until, span=span), *found.span())
            return found.end()
        found = _FIELD.match(self.source, at, self.end)
        tag = found["tag"].upper() if found else ""
        if found and tag in LIMITS:
            self.flush()
            kind = LIMITS[tag]
            self.tokens.append(Token("before", at, found.end(), apply=lambda node: transform(node, _limit(kind))))
            return found.end()
        fields = FIELDS.get(tag) or ALSO.get(tag)
        if found and fields:
            self.before(at, found.end(), fields)
            return found.end()
        return super().take(at)

    def special(self, text: str, start: int, end: int) -> bool:
        found = self._near.match(text)
        return bool(found) and self.near(start, end, int(found[2]), ordered=found[1].upper() == "W")  # type: ignore[index]

    def bare_term(self, start: int, end: int) -> None:
        """Unquoted words: a phrase in most profiles, near each other in some."""
        if " " in self.source[start:end].strip():
            text = " ".join(self.source[start:end].split())
            self.note("unquoted-phrase", f"{text!r} is not in quotes: EBSCOhost may read its words as near each other",
                      start, end, suggestion=f'"{text}"')  # fmt: skip
        super().bare_term(start, end)


def _iso(text: str | None) -> str:
    if not text or text.startswith(("1800", "3000")):
        return ""
    return "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)


def _limit(kind: LimitKind):  # type: ignore[no-untyped-def]
    return lambda node: Limit(kind, node.text.lower(), node.span) if isinstance(node, Term) else node


_PREFER = {TEXT_FIELDS: ("TI", "AB"), frozenset({Field.ALL}): ("TX",)}
_WILD = {ANY: "*", Wild(1, 1): "?", Wild(0, 1): "#", Wild(2, 2): "??"}


class _Writer(InfixWriter):
    name = "ebsco"
    label = "EBSCOhost"
    tags = FIELDS
    prefer = _PREFER
    factor = "or"
    wild = _WILD
    shortest_stem = 1
    near_sign, ordered_sign = " N{n} ", " W{n} "

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        inner = f"({text})" if op else text
        return " OR ".join(f"{tag} {inner}" for tag in tags)

    def quote(self, text: str, phrase: bool) -> str:
        """Words that would be fields, lines or proximities stand in quotes too."""
        risky = re.fullmatch(r"[A-Z]{2}|[NnWwSs]\d+", text) is not None
        return super().quote(text, phrase or risky)

    def heading(self, node: Heading) -> str | Query | None:
        """`(MH "Anxiety+")`; only headings of CINAHL and of the APA thesaurus."""
        if node.vocabulary not in ("cinahl", "apa"):
            return self.heading_as_text(node)
        tag = "DE" if node.vocabulary == "apa" else "MM" if node.focus else "MH"
        subs = f"/{','.join(node.subheadings)}" if node.subheadings else ""
        return f'({tag} "{node.name}{"+" if node.explode else ""}{subs}")'

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.LANGUAGE:
            return f"LA {self.quote(node.value, False)}"
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f"PT {self.quote(node.value, False)}"
        return super().limit(node)

    def date(self, node: DateLimit) -> str | Query | None:
        tag = {DateKind.PUBLISHED: "DT", DateKind.ENTERED: "EM"}.get(node.kind)
        if tag is None:
            return super().date(node)
        return f"{tag} {self.day_range(node)}"


class Ebsco(InfixDialect):
    """EBSCOhost's language."""

    name = "ebsco"
    label = "EBSCOhost (CINAHL, PsycInfo)"
    docs = "https://connect.ebsco.com/s/article/Searching-with-Field-Codes"
    reader = _Reader
    writer = _Writer


DIALECT = Ebsco()
