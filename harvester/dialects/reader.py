"""Reading the languages that are alike: words, quotes, parentheses, operators between, fields before or behind.

A dialect subclasses Reader and says what its words mean. Order of looking at a word: line reference, operator,
proximity, field, else a search word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from harvester.dialects.base import Note, Reading
from harvester.dialects.lines import Numbered, split
from harvester.dialects.merge import merge_fields
from harvester.dialects.parse import USUAL, Apply, Grammar, Places, Token, parse
from harvester.dialects.pasted import clean
from harvester.dialects.words import plain, smart_notes, words
from harvester.errors import StrategyError
from harvester.query import Field, Line, LineRef, Near, Query, Span, Term, Wild, transform

#: Traces of other databases' languages, with the language to name in the hint.
FOREIGN = tuple(
    (re.compile(pattern, re.IGNORECASE if name in ("pubmed", "ovid") else 0), name)
    for name, pattern in (
        ("pubmed", r"\[(?:tiab|ti|mh|mesh|tw|pt|majr|MeSH Terms|Title/Abstract|Mesh:NoExp|ot|la|dp)\]"),
        ("ovid", r"\.(?:ti|ab|tw|mp|kf|kw|hw|sh|af|pt|fs)(?:,\w\w)*\.(?=\s|\)|\Z)|\bexp [A-Z][\w, -]+/|\badj\d"),
        ("wos", r"\b(?:TS|TI|AB|AK|ALL|SO)\s*=\s*[(\"\w]"),
        ("scopus", r"\bTITLE-ABS(?:-KEY)?\s*\("),
        ("cochrane", r":ti,ab|\[mh \^?\"|:ti\b|\bNEXT\b"),
        ("ebsco", r"\((?:MH|MM|DE) \"|\b(?:TI|AB) [(\"]"),
        ("proquest", r"\b(?:TI|AB|IF|SU|NOFT)(?:,(?:TI|AB|IF|SU))*\("),
        ("europepmc", r"\b(?:TITLE|ABSTRACT|TITLE_ABS|KW):[(\"\w]"),
    )
)

#: Words that mean something elsewhere and nothing here: read as search words they would find nothing, in silence.
FOREIGN_WORD = re.compile(
    r"\[(?:tiab|ti|tw|mh|mesh[^\]]*|pt|majr|la|dp|ot)\]?|\A(?:near|within|next|pre|adj|w|n|p)/\d+\Z|\Aadj\d+\Z"
    r"|\.(?:ti|ab|tw|mp|kf|kw|hw|sh|af|pt|fs)(?:,\w\w)*\.\Z|\A(?:TS|TI|AB|AK|SO|TITLE-ABS-KEY)=|:ti\b|\A(?:or|and)/\d",
    re.IGNORECASE,
)

#: Behind a number that stands alone, the number of an earlier line: the end, a parenthesis, a comment or an operator.
LONE = re.compile(r"\s*(?:\Z|$|\)|\[|(?:or|and|not)\b)", re.IGNORECASE)


def guess(text: str) -> str:
    """The language that `text` seems to be in, "" when nothing tells."""
    counts = [(len(pattern.findall(text)), -place, name) for place, (pattern, name) in enumerate(FOREIGN)]
    most = max(counts)
    return most[2] if most[0] else ""


class Reader:
    """Reads one language. One instance reads one text."""

    name = ""
    label = ""
    wildcards: Mapping[str, Wild] = {}
    grammar: Grammar = USUAL
    operators: Mapping[str, str] = {"and": "AND", "or": "OR", "not": "NOT"}
    #: what unquoted words side by side are: "and" or "phrase"
    bare = "and"
    #: pattern of one token; groups: space, open, close, quoted, stray, word (a dialect may add its own)
    token = re.compile(
        r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"|(?P<stray>")|(?P<word>[^\s()"]+)"""
    )
    reference = re.compile(r"#(\d+)\Z")
    #: the fields of a term that names none
    default: frozenset[Field] = frozenset({Field.ALL})
    #: does the language make people write a term once for each field
    merges = True

    def __init__(self, text: str) -> None:
        self.places = Places(plain(text))
        self.text = text
        self.source, notes = clean(plain(text), self.places, self.name)
        self.notes: list[Note] = [*smart_notes(text, self.places), *notes]
        self.labels: set[str] = set()
        self.tokens: list[Token] = []
        self.run: list[tuple[int, int]] = []
        self.end = 0

    def read(self) -> Reading:
        """All lines. Raises StrategyError with the place in the text."""
        lines = []
        for part in self.parts():
            node = self.line(part)
            self.labels.add(part.label)
            span = self.places.span(part.start, part.end)
            lines.append(Line(part.label, node, self.text[part.start : part.end], part.comment, span))
        return Reading(tuple(lines), tuple(self.notes))

    def parts(self) -> list[Numbered]:
        """The lines of the text."""
        return split(self.source, self.places)

    def line(self, part: Numbered) -> Query:
        """One line as a tree."""
        self.tokens, self.run, self.end = [], [], part.end
        at = part.start
        while at < part.end:
            at = self.take(at)
        self.flush()
        try:
            node, notes = parse(self.places, self.settle(self.tokens), self.grammar)
        except StrategyError as error:
            raise self.doubt(error) from None
        self.notes.extend(notes)
        return transform(node, self.finish)

    def doubt(self, error: StrategyError) -> StrategyError:
        """The same error, with a word about another language where the text looks like one."""
        seems = guess(self.source)
        if not seems or seems == self.name:
            return error
        hint = f"This looks like another database's language: try --from {seems}. {error.hint}"
        return StrategyError(error.bare_message, line=error.line, column=error.column, hint=hint)

    def error(self, at: int, message: str, hint: str) -> StrategyError:
        """A StrategyError at one character."""
        return self.doubt(self.places.error(at, message, hint))

    def take(self, at: int) -> int:
        """Read one token at `at`; returns where the next begins."""
        found = self.token.match(self.source, at, self.end)
        if found is None:
            raise self.error(at, f"{self.source[at]!r} cannot be read here", "Remove it, or put it in quotes.")
        start, end = found.span()
        if found["space"]:
            return end
        if found["word"]:
            return self.word(found["word"], start, end)
        if found["open"] or found["close"]:
            self.flush()
            self.tokens.append(Token(found.group(), start, end))
            return end
        if found["quoted"] is not None:
            return self.quoted(found["quoted"], start, end)
        if found["stray"]:
            raise self.error(start, "this quotation mark has no partner", "Add the other one, or remove this one.")
        return self.other(found, start, end)

    def other(self, found: re.Match[str], start: int, end: int) -> int:
        """A token of a group that only this dialect has."""
        raise self.error(start, f"{found.group()!r} cannot be read here", "Remove it, or put it in quotes.")

    def quoted(self, text: str, start: int, end: int) -> int:
        """A phrase in quotes."""
        self.flush()
        if not text.strip():
            raise self.error(start, "there is nothing between these quotes", "Write the phrase, or remove them.")
        self.node(Term(words(text, self.wildcards), self.default, span=self.places.span(start, end)), start, end)
        return end

    def word(self, text: str, start: int, end: int) -> int:
        """A word that is not in quotes."""
        reference = self.reference.match(text)
        lower = text.lower()
        lone = not self.run and (not self.tokens or self.tokens[-1].kind in ("(", "op"))
        label = text.lstrip("#sS")
        if lone and label in self.labels and len(text) - len(label) < 2 and LONE.match(self.source, end, self.end):
            self.node(LineRef(label, self.places.span(start, end)), start, end)
            return end
        if reference:
            self.flush()
            self.node(LineRef(reference[1], self.places.span(start, end)), start, end)
        elif lower in self.operators:
            self.flush()
            self.tokens.append(Token("op", start, end, op=self.operators[lower]))
        elif not self.special(text, start, end):
            foreign = FOREIGN_WORD.search(text)
            if foreign:
                raise self.error(
                    start,
                    f"{text!r} is not {self.label}'s language",
                    "Write it as this database does, or put it in quotes.",
                )
            self.run.append((start, end))
        else:
            return self.resume(end)
        return end

    def resume(self, end: int) -> int:
        """Where to go on after `special` took a word."""
        return end

    def special(self, text: str, start: int, end: int) -> bool:
        """True when the word was a proximity or a field, and its token has been added."""
        return False

    def near(self, start: int, end: int, distance: int, *, ordered: bool) -> bool:
        """A proximity operator; for `special` to return."""
        self.flush()
        self.tokens.append(Token("op", start, end, op="NEAR", distance=distance, ordered=ordered))
        return True

    def before(self, start: int, end: int, fields: frozenset[Field]) -> bool:
        """A field before its term; for `special` to return."""
        self.flush()
        self.tokens.append(Token("before", start, end, apply=self.in_fields(fields)))
        return True

    def in_fields(self, fields: frozenset[Field]) -> Apply:
        """Puts `fields` on the terms below that name none yet."""
        default = self.default

        def change(node: Query) -> Query:
            return replace(node, fields=fields) if isinstance(node, Term) and node.fields is default else node

        return lambda node: transform(node, change)

    def node(self, node: Query, start: int, end: int) -> None:
        """Add an operand."""
        self.tokens.append(Token("node", start, end, node))

    def flush(self) -> None:
        """End the run of unquoted words that is being read."""
        run, self.run = self.run, []
        if not run:
            return
        if self.bare == "and" or len(run) == 1:
            if len(run) > 1:
                start, end = run[0][0], run[-1][1]
                text = self.source[start:end]
                said = f"{text!r} is not in quotes: {self.label} reads its words as joined by AND"
                self.note("unquoted-phrase", said, start, end, suggestion=f'"{text}"')
            for start, end in run:
                self.bare_term(start, end)
        else:
            self.bare_term(run[0][0], run[-1][1])

    def bare_term(self, start: int, end: int) -> None:
        """Unquoted words as one term."""
        found = words(self.source[start:end], self.wildcards)
        self.node(Term(found, self.default, quoted=False, span=self.places.span(start, end)), start, end)

    def settle(self, tokens: list[Token]) -> list[Token]:
        """A last look at the tokens of a line before they are parsed."""
        return tokens

    def finish(self, node: Query) -> Query:
        """A last change to each node: adjacency in order is a phrase, a search written once a field is one search."""
        return merge_fields(as_phrase(node)) if self.merges else as_phrase(node)

    def note(
        self, code: str, message: str, start: int, end: int, *, severity: str = "warning", suggestion: str = ""
    ) -> None:
        """Something doubtful."""
        self.notes.append(Note(code, message, self.places.span(start, end), severity, suggestion))


def as_phrase(node: Query) -> Query:
    """`a NEXT b` (nothing between, in order) as the phrase that it is, where both are terms of the same fields."""
    if not isinstance(node, Near) or node.distance or not node.ordered:
        return node
    operands = [operand for operand in node.operands if isinstance(operand, Term)]
    if len(operands) < len(node.operands) or len({operand.fields for operand in operands}) > 1:
        return node
    span = Span(operands[0].span.start, operands[-1].span.end, operands[0].span.line, operands[0].span.column)
    return Term(tuple(word for operand in operands for word in operand.words), operands[0].fields, span=span)
