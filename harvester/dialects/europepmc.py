"""Europe PMC: https://europepmc.org/searchsyntax and https://europepmc.org/Help#mostofsearch.

Fields before their terms: `TITLE:"..."`, `TITLE_ABS:coach*`. Operators are upper case, words side by side are joined
by AND. A star works at the end of a single word; whether it works inside a quoted phrase is not documented, so whole
words are written instead. No documented proximity. Dates: `FIRST_PDATE:[2017-01-01 TO 2022-12-31]`.
"""

from __future__ import annotations

import re

from harvester.dialects.infix import InfixDialect, InfixWriter
from harvester.dialects.parse import Token
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
    Word,
    transform,
)
from harvester.search import LossKind

FIELDS: dict[str, frozenset[Field]] = {
    "TITLE_ABS": frozenset({Field.TITLE, Field.ABSTRACT}),
    "TITLE": frozenset({Field.TITLE}),
    "ABSTRACT": frozenset({Field.ABSTRACT}),
    "KW": frozenset({Field.KEYWORD, Field.HEADING}),
    "AUTH": frozenset({Field.AUTHOR}),
    "AFF": frozenset({Field.AFFILIATION}),
    "JOURNAL": frozenset({Field.JOURNAL}),
    "EXT_ID": frozenset({Field.IDENTIFIER}),
    "CHEM": frozenset({Field.SUBSTANCE}),
    "GRANT_ID": frozenset({Field.GRANT}),
    "": frozenset({Field.ALL}),
}
ALSO = {"DOI": FIELDS["EXT_ID"], "PMCID": FIELDS["EXT_ID"], "ISSN": FIELDS["JOURNAL"], "KEYWORD": FIELDS["KW"],
        "AUTHORID": FIELDS["AUTH"], "BODY": frozenset({Field.FULL_TEXT}), "METHODS": frozenset({Field.FULL_TEXT}),
        "SRC": frozenset({Field.OTHER}), "GRANT_AGENCY": FIELDS["GRANT_ID"]}  # fmt: skip
DATES = {"FIRST_PDATE": DateKind.PUBLISHED, "PUB_YEAR": DateKind.PUBLISHED, "E_PDATE": DateKind.ELECTRONIC,
         "P_PDATE": DateKind.PRINT, "CREATION_DATE": DateKind.ENTERED, "FIRST_IDATE": DateKind.ENTRY,
         "UPDATE_DATE": DateKind.MODIFIED}  # fmt: skip
_TAG = {DateKind.PUBLISHED: "FIRST_PDATE", DateKind.ENTERED: "CREATION_DATE", DateKind.ENTRY: "FIRST_IDATE",
        DateKind.MODIFIED: "UPDATE_DATE", DateKind.ELECTRONIC: "E_PDATE", DateKind.PRINT: "P_PDATE"}  # fmt: skip
_FIELD = re.compile(r"(?P<tag>[A-Z][A-Z_]+):\s*(?=\S)", re.IGNORECASE)
_RANGE = re.compile(
    r"\[\s*\"?(?P<since>[\d*-]+)\"?\s+TO\s+\"?(?P<until>[\d*-]+)\"?\s*\]|\"?(?P<one>\d{4}(?:-\d\d){0,2})\"?",
    re.IGNORECASE,
)
_CODES = {"english": "eng", "french": "fre", "german": "ger", "spanish": "spa", "italian": "ita", "portuguese": "por",
          "chinese": "chi", "japanese": "jpn", "russian": "rus", "dutch": "dut", "polish": "pol"}  # fmt: skip
_NAMES = {code: name for name, code in _CODES.items()}


_WILDCARDS = {"*": ANY, "?": Wild(1, 1)}


class _Reader(Reader):
    name = "europepmc"
    label = "Europe PMC"
    wildcards = _WILDCARDS

    def take(self, at: int) -> int:
        """Fields end with a colon."""
        found = None if self.run and self.run[-1][1] == at else _FIELD.match(self.source, at, self.end)
        if found is None:
            return super().take(at)
        tag = found["tag"].upper()
        if tag in DATES:
            return self._date(tag, found)
        if tag in ("LANG", "PUB_TYPE", "OPEN_ACCESS", "HAS_ABSTRACT", "IN_EPMC"):
            self.flush()
            self.tokens.append(Token("before", at, found.end(), apply=lambda node: transform(node, _limit(tag))))
            return found.end()
        fields = FIELDS.get(tag) or ALSO.get(tag)
        if fields is None:
            raise self.error(
                at, f"Europe PMC has no field {tag}", "Write TITLE_ABS: or KW:, or put the term in quotes."
            )
        self.before(at, found.end(), fields)
        return found.end()

    def _date(self, tag: str, field: re.Match[str]) -> int:
        found = _RANGE.match(self.source, field.end(), self.end)
        if found is None:
            raise self.error(
                field.start(), "this is not a range of dates", "Write FIRST_PDATE:[2017-01-01 TO 2022-12-31]."
            )
        self.flush()
        since, until = found["since"] or found["one"], found["until"] or found["one"]
        span = self.places.span(field.start(), found.end())
        since, until = ("" if text.startswith(("*", "1800", "3000")) else text for text in (since, until))
        self.node(DateLimit(DATES[tag], since, until, span=span), field.start(), found.end())
        return found.end()


def _limit(tag: str):  # type: ignore[no-untyped-def]
    def change(node: Query) -> Query:
        if not isinstance(node, Term):
            return node
        value = node.text.lower()
        if tag == "LANG":
            return Limit(LimitKind.LANGUAGE, _NAMES.get(value, value), node.span)
        if tag == "PUB_TYPE":
            return Limit(LimitKind.PUBLICATION_TYPE, value, node.span)
        return Limit(LimitKind.OTHER, f"europepmc:{tag}:{value}", node.span)

    return change


_PREFER = {TEXT_FIELDS: ("TITLE_ABS", "KW"), frozenset({Field.KEYWORD}): ("KW",)}
_WILD = {ANY: "*"}


class _Writer(InfixWriter):
    name = "europepmc"
    label = "Europe PMC"
    tags = FIELDS
    prefer = _PREFER
    factor = "term"
    wild = _WILD
    shortest_stem = 1
    wild_in_phrase = False
    near_sign = ""

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return " OR ".join(f"{tag}:{text}" if tag else text for tag in tags)

    def term(self, term: Term) -> Query | str | None:
        """A star works only at the end of a word."""
        inside = [
            place
            for place, word in enumerate(term.words)
            if not word.literal and not (len(word.parts) == 2 and word.parts[1] == ANY)
        ]
        if inside and self.forms(term, inside) is None and len(term.words) == 1:
            return self._cut(term)
        if inside and len(term.words) == 1:
            return self.expanded(term, inside, "in Europe PMC a star stands at the end of a word")
        return super().term(term)

    def _cut(self, term: Term) -> Query | str | None:
        """A wildcard inside a word: what stands before it, truncated. More is found."""
        first = term.words[0].parts[0]
        if isinstance(first, Wild):
            return super().term(term)
        self.lose(LossKind.WIDENED, term.text, "in Europe PMC a star stands at the end of a word; cut there")
        return Term((Word((first, ANY)),), term.fields, span=term.span)

    def heading(self, node: Heading) -> str | Query | None:
        """Headings are searched as keywords: without narrower ones, main points or subheadings."""
        return self.heading_as_text(node)

    def limit(self, node: Limit) -> str | Query | None:
        if node.kind is LimitKind.LANGUAGE:
            return f"LANG:{_CODES.get(node.value.lower(), node.value.lower())}"
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f'PUB_TYPE:"{node.value}"'
        return super().limit(node)

    def date(self, node: DateLimit) -> str | Query | None:
        if node.kind not in _TAG:
            return super().date(node)
        since, until = self.days(node)
        return f"{_TAG[node.kind]}:[{since or '1800-01-01'} TO {until or '3000-12-31'}]"


class EuropePmc(InfixDialect):
    """Europe PMC's language."""

    name = "europepmc"
    label = "Europe PMC"
    docs = "https://europepmc.org/searchsyntax"
    reader = _Reader
    writer = _Writer


DIALECT = EuropePmc()
