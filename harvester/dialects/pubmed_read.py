"""Reading PubMed queries as people type them: smart quotes, blanks before tags, implicit AND, lines by number."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from harvester.dialects.base import Note, Reading
from harvester.dialects.lines import Numbered, split
from harvester.dialects.parse import LEFT_TO_RIGHT, Places, Token, parse
from harvester.dialects.pasted import clean
from harvester.dialects.pubmed_fields import DATES, FIELDS, TAGS
from harvester.dialects.reader import FOREIGN_WORD, LONE, guess
from harvester.dialects.words import plain, smart_notes, words
from harvester.query import ANY, DateLimit, Heading, Limit, LimitKind, Line, LineRef, Near, Query, Span, Term

WILDCARDS = {"*": ANY}
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|\[(?P<tag>[^\[\]]*)\]|"(?P<quoted>[^"]*)"|(?P<stray>"|\[|\])
    |\#(?P<ref>\d+)(?!\w)|(?P<colon>:)(?=\s|"|\d)|(?P<word>(?:[^\s()\[\]":]|:(?!\s|"))+)""",
    re.VERBOSE,
)
_OPERATORS = {"and": "AND", "or": "OR", "not": "NOT", "&": "AND", "|": "OR"}
_PROXIMITY = re.compile(r"(.*\S)\s*:\s*~\s*(\d+)\Z", re.DOTALL)
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?\Z")
_DATES_IN_WORD = re.compile(r"(\d{4}(?:/\d{1,2}){0,2})?:(\d{4}(?:/\d{1,2}){0,2})?\Z")
_FOREIGN_WILDCARD = re.compile(r"\w[?$#](?:\w|\Z|\s)")
_LAST = re.compile(r"last\s+(\d+\s+(?:day|month|year)s?)\Z", re.IGNORECASE)


def read_all(text: str) -> Reading:
    """Every line of `text` read. Raises StrategyError with line and column."""
    places = Places(plain(text))
    source, more = clean(plain(text), places, "pubmed")
    notes = [*smart_notes(text, places), *more]
    lines: list[Line] = []
    for part in split(source, places):
        node, more = _Lexer(source, places, part, {line.label for line in lines}).parse()
        lines.append(
            Line(part.label, node, text[part.start : part.end], part.comment, places.span(part.start, part.end))
        )
        notes.extend(more)
    return Reading(tuple(lines), tuple(notes))


def _hint(source: str, hint: str) -> str:
    seems = guess(source)
    return (
        f"This looks like another database's language: try --from {seems}. {hint}"
        if seems not in ("", "pubmed")
        else hint
    )


class _Lexer:
    def __init__(self, source: str, places: Places, part: Numbered, labels: set[str]) -> None:
        self.source = source
        self.places = places
        self.part = part
        self.labels = labels  # of the lines above
        self.tokens: list[Token] = []
        self.notes: list[Note] = []
        self.bare: tuple[int, int] | None = None  # unquoted words that are one term so far

    def parse(self) -> tuple[Query, list[Note]]:
        for found in _TOKEN.finditer(self.source, self.part.start, self.part.end):
            self.take(found)
        self.flush()
        node, notes = parse(self.places, self.join_ranges(), LEFT_TO_RIGHT)
        return node, [*self.notes, *notes]

    def take(self, found: re.Match[str]) -> None:
        start, end = found.span()
        lower = (found["word"] or "").lower()
        if found["space"] or (found["word"] in (",", ";") and not self.bare):
            return  # PubMed reads a comma between two terms as a blank
        if found["word"] and FOREIGN_WORD.search(found["word"]):
            raise self.places.error(
                start,
                f"{found['word']!r} is not PubMed's language",
                _hint(self.source, "Write fields as [tiab], distances as [tiab:~3]."),
            )
        if found["word"] and lower not in _OPERATORS:
            self.bare = (self.bare[0] if self.bare else start, end)
            return
        if found["tag"] is not None:
            self.tag(found["tag"], start, end)
            return
        self.flush()
        if found["open"] or found["close"]:
            self.tokens.append(Token(found.group(), start, end))
        elif found["word"]:
            if found["word"] != _OPERATORS[lower]:
                self.note(
                    "lower-case-operator", f"{found['word']!r} is read as {_OPERATORS[lower]}", start, end, "info"
                )
            self.tokens.append(Token("op", start, end, op=_OPERATORS[lower]))
        elif found["quoted"] is not None:
            if not found["quoted"].strip():
                raise self.places.error(
                    start, "there is nothing between these quotes", "Write the phrase, or remove them."
                )
            self.add(found["quoted"], start, end, quoted=True)
        elif found["ref"]:
            self.tokens.append(Token("node", start, end, LineRef(found["ref"], self.places.span(start, end))))
        elif found["colon"]:
            self.tokens.append(Token("op", start, end, op="TO"))
        else:
            what = "quotation mark" if found.group() == '"' else "bracket"
            raise self.places.error(start, f"this {what} has no partner", f"Add the other {what}, or remove this one.")

    def note(  # noqa: PLR0917 - a note has that many parts
        self, code: str, message: str, start: int, end: int, severity: str = "warning", suggestion: str = ""
    ) -> None:
        self.notes.append(Note(code, message, self.places.span(start, end), severity, suggestion))

    def add(self, text: str, start: int, end: int, *, quoted: bool) -> None:
        found = words(text, WILDCARDS)
        mapped = not quoted and "*" not in text
        if _FOREIGN_WILDCARD.search(text):
            self.note(
                "foreign-wildcard",
                f"PubMed knows no wildcard but *: {text.strip()!r} is not what it seems",
                start,
                end,
                "warning",
                "Use *, or write both forms.",
            )
        self.tokens.append(
            Token("node", start, end, Term(found, frozenset(), mapped, quoted, self.places.span(start, end)))
        )

    def flush(self) -> None:
        if self.bare:
            start, end = self.bare
            self.bare = None
            text = self.source[start:end]
            lone = not self.tokens or self.tokens[-1].kind in ("(", "op")
            label = text.lstrip("sS")
            known = label in self.labels and len(text) - len(label) < 2
            if lone and known and LONE.match(self.source, end, self.part.end):
                self.tokens.append(Token("node", start, end, LineRef(label, self.places.span(start, end))))
                return
            self.add(self.source[start:end], start, end, quoted=False)

    def tag(self, raw: str, start: int, end: int) -> None:
        self.flush()
        last = self.tokens[-1] if self.tokens else None
        name, reach = raw, -1
        near = _PROXIMITY.match(raw)
        if near:
            name, reach = near[1], int(near[2])
        name = re.sub(r"\s+", " ", name).strip().lower()
        name = re.sub(r"\s*:\s*", ":", name)
        tag = TAGS.get(name)
        if tag is None:
            if name in ("ab", "abstract"):
                raise self.places.error(
                    start,
                    "PubMed has no field for the abstract alone",
                    "Write [tiab]: title, abstract and author keywords.",
                )
            close = difflib.get_close_matches(name, TAGS, 1, 0.5)
            hint = f"Write [{TAGS[close[0]]}]." if close else "See the list of tags in docs/dialects.md."
            raise self.places.error(start, f"PubMed has no field [{raw}]", hint)
        if last is None or (last.kind not in {"node", ")"}):
            raise self.places.error(start, f"[{raw}] stands behind nothing", "Write the term before its tag.")
        if last.kind == ")":
            raise self.places.error(
                start,
                f"[{raw}] stands behind a group; PubMed takes a tag only behind a term",
                "Write it behind each term.",
            )
        node = last.node
        if not isinstance(node, Term):
            raise self.places.error(start, f"[{raw}] stands behind something that has a tag", "Remove one of the two.")
        span = self.places.span(node.span.start, end)
        made = self.tagged(node, tag, reach, span)
        self.tokens[-1] = replace(last, end=end, node=made)

    def tagged(self, term: Term, tag: str, reach: int, span: Span) -> Query:  # noqa: PLR0911 - one return a kind of tag
        value = self.source[term.span.start : term.span.end].strip().strip('"').strip()
        value = re.sub(r"\s+", " ", value)
        if reach >= 0:
            return self.near(term, tag, reach, span)
        if tag in ("mh", "mh:noexp", "majr", "majr:noexp"):
            return self.heading(value, tag, span)
        if tag in DATES:
            return self.date(value, tag, span)
        if tag == "la":
            return Limit(LimitKind.LANGUAGE, value.lower(), span)
        if tag == "pt":
            return Limit(LimitKind.PUBLICATION_TYPE, value.lower(), span)
        if tag == "sb":
            return Limit(LimitKind.SUBSET, value.lower(), span)
        if tag not in FIELDS:
            return Limit(LimitKind.OTHER, f"pubmed:{tag}={value}", span)
        if not term.quoted and len(term.words) > 1 and tag in ("tiab", "ti", "tw", "ot", "all"):
            self.note(
                "unquoted-phrase",
                f"{value!r} is not in quotes: PubMed keeps it together only if its phrase index has it",
                span.start,
                span.end,
                suggestion=f'"{value}"[{tag}]',
            )
        return replace(term, fields=FIELDS[tag], mapped=False, span=span)

    def near(self, term: Term, tag: str, reach: int, span: Span) -> Query:
        if tag not in ("ti", "tiab", "ad"):
            raise self.places.error(
                span.start, f"PubMed has no proximity in [{tag}]", "It has it in [ti], [tiab] and [ad]."
            )
        if term.wildcards:
            self.note(
                "wildcard-in-proximity",
                "PubMed ignores the proximity where a word is truncated",
                span.start,
                span.end,
                "error",
                "Write the whole words, one proximity for each.",
            )
        text = " ".join(str(word) for word in term.words).replace("-", " ")
        parts = tuple(Term((word,), FIELDS[tag], span=span) for word in words(text, WILDCARDS))
        if len(parts) < 2:
            self.note(
                "lone-proximity", "a proximity of one word is none: PubMed searches the word", span.start, span.end
            )
            return Term(term.words, FIELDS[tag], span=span)
        return Near(parts, reach, False, span)

    def heading(self, value: str, tag: str, span: Span) -> Query:
        if value.startswith("*"):
            self.note("star-before-heading", "a star before a heading means nothing in PubMed", span.start, span.end)
            value = value.lstrip("* ")
        name, *subheadings = (part.strip() for part in value.split("/")) if "/" in value else (value,)
        return Heading(name, "mesh", "noexp" not in tag, tag.startswith("majr"), tuple(filter(None, subheadings)), span)

    def date(self, value: str, tag: str, span: Span) -> Query:
        last = _LAST.match(value)
        if last:
            return DateLimit(DATES[tag], last=re.sub(r"\s+", " ", last[1].lower()), span=span)
        pair = _DATES_IN_WORD.match(re.sub(r"\s+", "", value))
        if pair:
            return DateLimit(DATES[tag], self.day(pair[1] or "", span), self.day(pair[2] or "", span), span=span)
        day = self.day(value, span)
        return DateLimit(DATES[tag], day, day, span=span)

    def day(self, text: str, span: Span) -> str:
        if text in ("", "1800/01/01", "3000", "3000/12/31", "1800", "1000", "0001/01/01"):
            return ""
        found = _DATE.match(text)
        if found is None:
            raise self.places.error(span.start, f"{text!r} is not a date", "Write 2017, 2017/01 or 2017/01/31.")
        return "-".join(part.zfill(2) for part in found.groups() if part)

    def join_ranges(self) -> list[Token]:
        """`"2017"[dp] : "2022"[dp]` as one limit, also where only the second date has the tag."""
        out: list[Token] = []
        tokens = iter(self.tokens)
        for token in tokens:
            if token.op != "TO":
                out.append(token)
                continue
            right = next(tokens, None)
            left = out.pop() if out else None
            if left is None or right is None or not isinstance(right.node, DateLimit):
                raise self.places.error(
                    token.start, "this colon joins no two dates", 'Write "2017/01/01"[dp] : "2022/12/31"[dp].'
                )
            since = self.left_end(left, right.node)
            span = self.places.span(left.start, right.end)
            made = DateLimit(right.node.kind, since, right.node.until, span=span)
            out.append(Token("node", left.start, right.end, made))
        return out

    def left_end(self, left: Token, right: DateLimit) -> str:
        if isinstance(left.node, DateLimit) and left.node.kind is right.kind:
            return left.node.since
        if isinstance(left.node, Term):
            return self.day(left.node.text, left.node.span)
        raise self.places.error(
            left.start, "the two dates of this range have different tags", "Give both the same tag."
        )
