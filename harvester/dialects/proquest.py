"""ProQuest (PsycInfo, ASSIA, Dissertations): https://proquest.libguides.com/proquestplatform/tips.

Fields before their terms, several with commas: `TI,AB,IF(...)`. `*` stands for at most 5 characters, `[*n]` for at
most n (up to 20); `?` none or one ("both zero and one": support.proquest.com). `NEAR/n` any order, `PRE/n` in order.
Words side by side are joined by AND. Precedence: NEAR and PRE, AND, OR, NOT. `MESH.EXACT.EXPLODE("...")` for headings.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Grammar, Token
from harvester.dialects.reader import Reader
from harvester.query import (
    ANY,
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
from harvester.search import LossKind

FIELDS: dict[str, frozenset[Field]] = {
    "TI": frozenset({Field.TITLE}),
    "AB": frozenset({Field.ABSTRACT}),
    "IF": frozenset({Field.KEYWORD}),
    "SU": frozenset({Field.HEADING}),
    "NOFT": frozenset({Field.ALL}),
    "AU": frozenset({Field.AUTHOR}),
    "AF": frozenset({Field.AFFILIATION}),
    "PUB": frozenset({Field.JOURNAL}),
    "PMID": frozenset({Field.IDENTIFIER}),
    "SUBST": frozenset({Field.SUBSTANCE}),
    "RN": frozenset({Field.REGISTRY}),
}
ALSO: dict[str, frozenset[Field]] = {
    "FT": frozenset({Field.FULL_TEXT}), "ALL": frozenset({Field.ALL, Field.FULL_TEXT}), "DIS": FIELDS["IF"],
    "TIAB": frozenset({Field.TITLE, Field.ABSTRACT}), "SUMMARY": FIELDS["AB"], "MAINSUBJECT": FIELDS["SU"],
    "JN": FIELDS["PUB"], "ISSN": FIELDS["PUB"], "DOI": FIELDS["PMID"], "AN": FIELDS["PMID"], "DISKW": FIELDS["IF"],
}  # fmt: skip
_EXACT = re.compile(r"(?P<tag>[A-Z]{2,11})\.EXACT(?:\.EXPLODE)?\s*(?=\()", re.IGNORECASE)
_FIELD = re.compile(r"(?P<tags>[A-Z]{2,11}(?:\s*,\s*[A-Z]{2,11})*)\s*(?=\()", re.IGNORECASE)
_HEADING = re.compile(
    r'(?P<major>MJ)?(?P<base>MESH|EMB|SU|MAINSUBJECT)\.EXACT(?P<exp>\.EXPLODE)?\(\s*"(?P<name>[^"]+)"\s*\)',
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?P<tag>PD|YR|LUPD)\(\s*(?P<sign>[<>]?)\s*(?P<since>\d{4,8})?(?:\s*-\s*(?P<until>\d{4,8})?)?\s*\)", re.IGNORECASE
)
_DATES = {"PD": DateKind.PUBLISHED, "YR": DateKind.PUBLISHED, "LUPD": DateKind.MODIFIED}
_LIMITED = re.compile(r"\[\*(\d+)\]")
_MARK = "\ue000"  # with n added: stands for `[*n]` while a phrase is parted into words
_FILL = "\ue0ff"  # fills up its length, so that places stay true


_WILDCARDS = {
    "*": Wild(0, 5),
    "?": Wild(0, 1),
    _FILL: Wild(0, 0),
    **{chr(ord(_MARK) + n): Wild(0, n) for n in range(1, 21)},
}


class _Reader(Reader):
    name = "proquest"
    label = "ProQuest"
    wildcards = _WILDCARDS
    grammar = Grammar((frozenset({"NEAR"}), frozenset({"AND"}), frozenset({"OR"}), frozenset({"NOT"})))
    reference = re.compile(r"\[?S(\d+)\]?\Z", re.IGNORECASE)
    _near = re.compile(r"(near|n|pre|p)(?:/(\d+))\Z", re.IGNORECASE)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        # `[*7]` becomes one mark, padded so that places stay true.
        self.source = _LIMITED.sub(_mark, self.source)

    def take(self, at: int) -> int:
        """Fields, headings and dates stand before an opening parenthesis."""
        if self.run and self.run[-1][1] == at:
            return super().take(at)
        found = _HEADING.match(self.source, at, self.end)
        if found:
            self.flush()
            span = self.places.span(*found.span())
            vocabulary = (
                "mesh" if found["base"].upper() == "MESH" else "emtree" if found["base"].upper() == "EMB" else "apa"
            )
            self.node(
                Heading(found["name"], vocabulary, bool(found["exp"]), bool(found["major"]), (), span), *found.span()
            )
            return found.end()
        found = _DATE.match(self.source, at, self.end)
        if found:
            self.flush()
            self.node(self._date(found), *found.span())
            return found.end()
        found = _EXACT.match(self.source, at, self.end)
        if found:
            kinds = {"LA": LimitKind.LANGUAGE, "DTYPE": LimitKind.PUBLICATION_TYPE, "RTYPE": LimitKind.PUBLICATION_TYPE}
            if found["tag"].upper() not in kinds:
                said = f"{found.group().strip()} cannot be read here"
                raise self.error(at, said, 'Headings are read as MESH.EXACT("..."), languages as LA.EXACT("English").')
            self.flush()
            change = _limit(kinds[found["tag"].upper()])
            self.tokens.append(Token("before", *found.span(), apply=lambda node: transform(node, change)))
            return found.end()
        found = _FIELD.match(self.source, at, self.end)
        if found is None or found["tags"].upper() in ("AND", "OR", "NOT", "NEAR", "PRE"):
            return super().take(at)
        return self._fields(found)

    def _fields(self, found: re.Match[str]) -> int:
        tags = [tag.strip().upper() for tag in found["tags"].split(",")]
        if tags in (["LA"], ["DTYPE"], ["RTYPE"]):
            kind = LimitKind.LANGUAGE if tags == ["LA"] else LimitKind.PUBLICATION_TYPE
            self.flush()
            self.tokens.append(Token("before", *found.span(), apply=lambda node: transform(node, _limit(kind))))
            return found.end()
        fields: frozenset[Field] = frozenset()
        for tag in tags:
            known = FIELDS.get(tag) or ALSO.get(tag)
            if known is None:
                raise self.error(found.start(), f"ProQuest has no field {tag}", "Write TI,AB,IF( ).")
            fields |= known
        self.before(*found.span(), fields)
        return found.end()

    def _date(self, found: re.Match[str]) -> DateLimit:
        since, until = _iso(found["since"]), _iso(found["until"])
        if found["sign"] == ">":
            until = ""
        elif found["sign"] == "<":
            since, until = "", since
        elif "-" not in found.group():
            until = since
        return DateLimit(_DATES[found["tag"].upper()], since, until, span=self.places.span(*found.span()))

    def special(self, text: str, start: int, end: int) -> bool:
        found = self._near.match(text)
        return bool(found) and self.near(start, end, int(found[2]), ordered=found[1].lower()[0] == "p")  # type: ignore[index]


def _mark(found: re.Match[str]) -> str:
    number = min(int(found[1]), 20)
    return chr(ord(_MARK) + number) + _FILL * (len(found.group()) - 1)


def _iso(text: str | None) -> str:
    if not text or text.startswith(("1800", "3000")):
        return ""
    return "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)


def _limit(kind: LimitKind):  # type: ignore[no-untyped-def]
    return lambda node: Limit(kind, node.text.lower(), node.span) if isinstance(node, Term) else node


_WILD = {
    ANY: "*",
    Wild(0, 5): "*",
    Wild(0, 1): "?",
    **{Wild(0, n): f"[*{n}]" for n in range(2, 21) if n != 5},
}


class _Writer(InfixWriter):
    name = "proquest"
    label = "ProQuest"
    tags = FIELDS
    factor = "or"
    many_tags = True
    wild = _WILD
    shortest_stem = 1
    near_sign, ordered_sign = " NEAR/{n} ", " PRE/{n} "
    reserved = frozenset({"and", "or", "not", "near", "pre"})

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return f"{','.join(tags)}({text})"

    def known_wildcards(self, term: Term) -> Term:
        """A star reaches five characters here: that is named once, with the terms it was met in first."""
        term = super().known_wildcards(term)
        if any(part == ANY for word in term.words for part in word.parts):
            why = "in ProQuest * stands for at most 5 characters; [*20] reaches further at the end of a word"
            self.lose(LossKind.NARROWED, "truncation with *", why)
        return term

    def nearest(self, part: str | Wild) -> str | Wild:
        """Exactly so many characters cannot be said: at most so many can."""
        wider = Wild(0, part.maximum) if isinstance(part, Wild) else part
        return wider if wider in self.wild else super().nearest(part)

    def heading(self, node: Heading) -> str | Query | None:
        base = {"mesh": "MESH", "emtree": "EMB", "apa": "MAINSUBJECT"}.get(node.vocabulary)
        if base is None or node.subheadings:
            return self.heading_as_text(node)
        return f'{"MJ" if node.focus else ""}{base}.EXACT{".EXPLODE" if node.explode else ""}("{node.name}")'

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.LANGUAGE:
            return f"LA({self.quote(node.value, False)})"
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f"DTYPE({self.quote(node.value, ' ' in node.value)})"
        return super().limit(node)

    def date(self, node: DateLimit) -> str | Query | None:
        tag = {DateKind.PUBLISHED: "PD", DateKind.MODIFIED: "LUPD"}.get(node.kind)
        if tag is None:
            return super().date(node)
        return f"{tag}({self.day_range(node)})"


class ProQuest(InfixDialect):
    """ProQuest's language."""

    name = "proquest"
    label = "ProQuest"
    docs = "https://proquest.libguides.com/proquestplatform/tips"
    reader = _Reader
    writer = _Writer


DIALECT = ProQuest()
