"""Reading Ovid: headings with slashes, fields behind, line sets, `limit`. Facts are in ovid.py's head."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import NoReturn

from harvester.dialects.lines import Numbered, split_rows
from harvester.dialects.ovid_fields import (
    ALSO,
    DATES,
    FIELDS,
    LANGUAGES,
    LANGUAGES_BY_NAME,
    LIMITS,
    MULTI,
    PUBLICATION_TYPES,
    TYPES,
)
from harvester.dialects.parse import Apply, Grammar, Token
from harvester.dialects.reader import Reader
from harvester.dialects.subheadings import name as subheading
from harvester.dialects.words import word as read_word
from harvester.query import (
    ANY,
    And,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    LineRef,
    Or,
    Query,
    Span,
    Term,
    Wild,
    Word,
    transform,
)

_FIELDS = {**FIELDS, **ALSO}
_KNOWN = {*_FIELDS, *DATES, *LANGUAGES, *TYPES, "sh"}
_MORE = r"(?!\s(?:or|and|not|adj\d*)\s)"  # a name holds no operator
# In quotes, or words that may hold one pair of parentheses: Outcome Assessment (Health Care)/
_NAME = rf"""(?:"[^"]+"|(?:{_MORE}[^()"/\n\[\]])+?(?:\((?:{_MORE}[^()/"])*\)(?:{_MORE}[^()"/\n\[\]])*?)?)"""
_HEADING = re.compile(
    rf"(?P<star>\*\s*)?(?P<exp>exp(?:lode)?\s+)?(?P<star2>\*\s*)?(?P<name>{_NAME})\s*/"
    r"(?P<subs>\s?(?!or\b)[a-z]{2}(?:\s*,\s*[a-z]{2})*(?=[\s)\[.]|\Z)|)(?=[\s)\[,.]|\Z)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"\s?\.\s?(?P<codes>[a-z]{2}(?:\s*,\s*[a-z]{2})*),?\s?(?:\.(?!\w)|(?=\s*(?:\)|\Z|\n|(?:or|and|not)\s)))",
    re.IGNORECASE,
)
_FREQ = re.compile(r"\s*/\s*freq\s*=\s*(\d+)", re.IGNORECASE)
_RANGE = re.compile(r"(?P<op>and|or)/(?P<list>\d+(?:\s*[-,–]\s*\d+)*)", re.IGNORECASE)
_ADJ = re.compile(r"adj(\d*)\Z", re.IGNORECASE)
_LIMIT = re.compile(r"\s*limit\s+#?(?P<line>\d+)\s+to\s+(?P<what>.*)\Z", re.IGNORECASE | re.DOTALL)
_REMOVE = re.compile(r"\s*remove duplicates from\s+(?P<line>\d+)\s*\Z", re.IGNORECASE)
_USE = re.compile(r"\s*#?(?P<line>\d+)\s+use\s+(?P<base>\w+(?:\s*,\s*\w+)*)\s*\Z", re.IGNORECASE)
_PAIR = re.compile(r"(?P<code>\w\w)\s*=\s*(?P<value>\"[^\"]*\"|[\d\s-]+(?:current)?)", re.IGNORECASE)
_BETWEEN = re.compile(r"(\d{4,8})?\s*-\s*(\d{4,8}|current)?\Z", re.IGNORECASE)
_LIMITED = re.compile(r"[*$](\d+)\Z")
_BRACKET = re.compile(r"\[[^\]\n]*\]")
_UNKNOWN = re.compile(r"(?<=\w\w)\.[a-z]+_?[a-z]{2,}\.\Z", re.IGNORECASE)
_TAGS = re.compile(r"\[(?:tiab|ti|mh|mesh[^\]]*|tw|pt|majr|ot|sh|la|dp|title/abstract)\]", re.IGNORECASE)
WILDCARDS = {"*": ANY, "$": ANY, "#": Wild(1, 1), "?": Wild(0, 1)}


class OvidReader(Reader):
    """Reads one Ovid text."""

    name = "ovid"
    label = "Ovid"
    wildcards = WILDCARDS
    grammar = Grammar((frozenset({"NEAR"}), frozenset({"AND", "NOT"}), frozenset({"OR"})), implicit="")
    bare = "phrase"
    default = frozenset()
    merges = False
    reference = re.compile(r"#(\d+)\Z")
    token = re.compile(
        r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"|(?P<stray>")|(?P<bracket>[\[\]])|(?P<word>(?:(?!\s?\.\s?[a-z]{2}(?:,\s*[a-z]{2})*(?:\.(?!\w)|(?=\s*(?:\)|\Z|\n|(?:or|and|not)\s))))[^\s()"\[\]])+)""",
        re.IGNORECASE,
    )

    def parts(self) -> list[Numbered]:
        """Numbered lines; else, where every row stands by itself, one line a row."""
        return split_rows(self.source, self.places)

    def line(self, part: Numbered) -> Query:
        """A line of its own kind (`limit`, `remove duplicates`), or an expression."""
        text = self.source[part.start : part.end]
        node = self.command(text, part)
        if node is None:
            node = super().line(part)
        return node

    def command(self, text: str, part: Numbered) -> Query | None:
        """The lines that are no expressions."""
        span = self.places.span(part.start, part.end)
        found = _LIMIT.match(text)
        if found:
            limits = self.limits(found["what"], part.start + found.start("what"))
            return And((LineRef(found["line"], span), *limits), span)
        found = _REMOVE.match(text)
        if found:
            return LineRef(found["line"], span)
        found = _USE.match(text)
        if found:
            own = Limit(LimitKind.OTHER, f"ovid:use={found['base']}", span)
            return And((LineRef(found["line"], span), own), span)
        return None

    def take(self, at: int) -> int:
        """Headings and fields first: they do not begin like other tokens."""
        operand = not self.tokens or self.tokens[-1].kind in ("(", "op") or bool(self.run)
        if operand and not self.run and not self.source[at].isspace():
            found = _RANGE.match(self.source, at, self.end)
            if found:
                return self.range(found)
            found = _HEADING.match(self.source, at, self.end)
            if found and not _SUFFIX.search(found["name"]):
                return self.heading(found)
        elif not operand or self.run:
            found = _SUFFIX.match(self.source, at, self.end)
            if found:
                return self.suffix(found)
        return super().take(at)

    def other(self, found: re.Match[str], start: int, end: int) -> int:
        """Brackets: Ovid's own comment behind a line, or another database's tags."""
        bracket = _BRACKET.match(self.source, start, self.end)
        if bracket is None or _TAGS.match(bracket.group()):
            raise self.error(
                start, "a square bracket has no meaning in Ovid", "Write fields as .ti,ab. behind the term."
            )
        self.flush()
        return bracket.end()

    def word(self, text: str, start: int, end: int) -> int:
        """A word that ends as a field does, by a name that no field has, is no word."""
        unknown = _UNKNOWN.search(text)
        if unknown:
            raise self.error(start + unknown.start(), f"Ovid has no field {unknown.group()}", "Write .ti,ab,kf.")
        return super().word(text, start, end)

    def special(self, text: str, start: int, end: int) -> bool:
        """`adj` is adjacency in order, adjN at most N-1 words between in any order."""
        found = _ADJ.match(text)
        if not found:
            return False
        distance = int(found[1] or 1)
        return self.near(start, end, max(distance - 1, 0), ordered=not found[1])

    def quoted(self, text: str, start: int, end: int) -> int:
        """A quoted phrase; beside other words of a phrase it belongs to them."""
        if self.run:
            self.run.append((start, end))
            return end
        if not text.strip():
            return super().quoted(text, start, end)
        self.flush()
        self.node(Term(_words(text), self.default, span=self.places.span(start, end)), start, end)
        return end

    def bare_term(self, start: int, end: int) -> None:
        """Words that stand together are a phrase; commas and full stops part nothing."""
        text = self.source[start:end].replace('"', " ")
        self.node(Term(_words(text), self.default, quoted=False, span=self.places.span(start, end)), start, end)

    def range(self, found: re.Match[str]) -> int:
        """`or/1-5,8`: many lines under one operator."""
        span = self.places.span(*found.span())
        labels: list[str] = []
        for piece in found["list"].replace("–", "-").split(","):
            first, _, last = piece.strip().partition("-")
            if int(last or first) - int(first) > 5000:
                raise self.error(found.start(), "this range of lines is too long", "Name the lines that are meant.")
            labels += [str(number) for number in range(int(first), int(last or first) + 1)]
        parts = tuple(LineRef(label, span) for label in labels)
        node: Query = (
            parts[0] if len(parts) == 1 else Or(parts, span) if found["op"].lower() == "or" else And(parts, span)
        )
        self.node(node, *found.span())
        return found.end()

    def heading(self, found: re.Match[str]) -> int:
        """`exp *Leg Ulcer/su, th`."""
        name = re.sub(r"\s+", " ", found["name"].strip().strip('"').strip())
        subs = tuple(subheading(code.strip()) for code in found["subs"].split(",") if code.strip())
        span = self.places.span(*found.span())
        focus = bool(found["star"] or found["star2"])
        self.node(Heading(name, "mesh", bool(found["exp"]), focus, subs, span), *found.span())
        return found.end()

    def suffix(self, found: re.Match[str]) -> int:
        """`.ti,ab.` behind a term or a group, and what may follow it."""
        self.flush()
        start, end = found.span()
        codes = [code.strip().lower() for code in found["codes"].split(",")]
        unknown = [code for code in codes if code not in _KNOWN]
        if unknown:
            close = difflib.get_close_matches(unknown[0], sorted(_KNOWN), 1, 0.4)
            hint = f"Did you mean .{close[0]}.?" if close else "See Ovid's list of fields."
            raise self.error(start, f"Ovid has no field .{unknown[0]}.", hint)
        self.tokens.append(Token("after", start, end, apply=self.fielded(codes, start)))
        frequency = _FREQ.match(self.source, end, self.end)
        if frequency is None:
            return end
        span = self.places.span(*frequency.span())
        own = Limit(LimitKind.OTHER, f"ovid:freq={frequency[1]}", span)
        self.tokens.append(Token("after", *frequency.span(), apply=lambda node: And((node, own), node.span)))
        return frequency.end()

    def fielded(self, codes: list[str], at: int) -> Apply:
        """What a suffix makes of the terms before it."""
        if len(codes) == 1:
            code = codes[0]
            if code == "sh":
                return _on_terms(lambda term: Heading(term.text, "mesh", False, span=term.span))
            if code in TYPES:
                return _on_terms(lambda term: Limit(LimitKind.PUBLICATION_TYPE, term.text.lower(), term.span))
            if code in LANGUAGES:
                return _on_terms(lambda term: Limit(LimitKind.LANGUAGE, term.text.lower(), term.span))
            if code == "fs":
                return _on_terms(lambda term: replace(_named(term), fields=FIELDS["fs"]))
            if code in DATES:
                return _on_terms(lambda term: self.day(code, term.text, term.span, at))
        fields: frozenset[Field] = frozenset()
        for code in codes:
            if code in _FIELDS:
                fields |= _FIELDS[code]
            elif code == "sh":
                fields |= FIELDS["hw"]
            elif code in TYPES:
                fields |= {Field.PUBLICATION_TYPE}
            else:
                self.fail(at, f".{code}. cannot stand beside other fields")
        return _on_terms(lambda term: replace(term, fields=fields))

    def day(self, code: str, text: str, span: Span, at: int) -> Query:
        """`2017*.dp.`, `20170101:20221231.dt.`"""
        found = re.fullmatch(r"(\d{4,8})\*?(?:\s*[:-]\s*(\d{4,8}))?", text.strip())
        if found is None:
            self.fail(at, f"{text!r} is not a date")
        since = _iso(found[1])
        return DateLimit(DATES[code], since, _iso(found[2]) if found[2] else since, span=span)

    def fail(self, at: int, message: str) -> NoReturn:
        """An error about a field."""
        raise self.error(at, message, 'Write it on a line of its own: limit 5 to yr="2017-2022".')

    def limits(self, text: str, at: int) -> list[Query]:
        """What stands behind `limit 5 to`: dates, a language, humans, types of publication, ages."""
        inner = text.strip()
        while inner.startswith("(") and inner.endswith(")") and inner.count("(") == inner.count(")") and _wraps(inner):
            inner = inner[1:-1].strip()
        span = self.places.span(at, at + len(text))
        found: list[Query] = []
        for piece in re.split(r"\s+and\s+(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)", inner, flags=re.IGNORECASE):
            options = [
                self.limit(option, span)
                for option in re.split(r"\s+or\s+", piece.strip().strip("()"), flags=re.IGNORECASE)
            ]
            found.append(options[0] if len(options) == 1 else Or(tuple(options), span))
        return found

    def limit(self, text: str, span: Span) -> Query:
        """One limit."""
        value = text.strip().strip('"').strip()
        lower = re.sub(r"\s+", " ", value.lower())
        pair = _PAIR.match(text.strip())
        if pair:
            code = pair["code"].lower()
            between = _BETWEEN.match(pair["value"].strip('" ').strip())
            single = re.fullmatch(r"\d{4,8}", pair["value"].strip('" '))
            if code in DATES and (between or single):
                since = _iso(between[1] if between else pair["value"].strip('" '))
                until = _iso(between[2]) if between else since
                return DateLimit(DATES[code], since, until, span=span)
            return Limit(LimitKind.OTHER, f"ovid:{text.strip()}", span)
        language = re.fullmatch(r"([a-z]+)(?: language)?", lower)
        if language and (lower.endswith(" language") or lower in LANGUAGES_BY_NAME):
            return Limit(LimitKind.LANGUAGE, language[1], span)
        for begins, kind in LIMITS:
            if lower.startswith(begins):
                return Limit(kind, lower, span)
        bare = re.sub(r"\s*\(.*\)\Z", "", lower)
        if bare in PUBLICATION_TYPES or "trial" in bare or bare.endswith("review"):
            return Limit(LimitKind.PUBLICATION_TYPE, bare, span)
        return Limit(LimitKind.OTHER, f"ovid:{lower}", span)

    def finish(self, node: Query) -> Query:
        """A term without a field is a keyword search: .mp."""
        node = super().finish(node)
        return replace(node, fields=MULTI) if isinstance(node, Term) and not node.fields else node


def _wraps(text: str) -> bool:
    depth = 0
    for place, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if not depth:
            return place == len(text) - 1
    return False


def _on_terms(make: object) -> Apply:
    def change(node: Query) -> Query:
        return make(node) if isinstance(node, Term) and not node.fields else node  # type: ignore[operator]

    return lambda node: transform(node, change)


def _named(term: Term) -> Term:
    """A floating subheading by its whole name: `dt.fs.` is drug therapy."""
    return replace(term, words=tuple(Word((part,)) for part in subheading(term.text).split()))


def _iso(text: str | None) -> str:
    """`20170131` as 2017-01-31, `2017` as it is, `current`, 1800 and nothing as open."""
    if not text or not text.isdigit() or text.startswith(("1800", "3000")):
        return ""
    return "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)


def _words(text: str) -> tuple[Word, ...]:
    return tuple(_word(part) for part in text.split())


def _word(text: str) -> Word:
    if text.endswith(":") and len(text) > 2:
        text = f"{text[:-1]}*"  # Ovid's third sign of truncation: `random:.tw.`
    limited = _LIMITED.search(text)
    if limited is None:
        return read_word(text, WILDCARDS)
    head = read_word(text[: limited.start()], WILDCARDS)
    return Word((*head.parts, Wild(0, int(limited[1]))))
