"""Writing for PubMed. The facts are in pubmed.py's head and pubmed_fields.py."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product

from harvester.dialects.pubmed_fields import DATES, FIELDS
from harvester.dialects.write import MOST_FORMS, Piece, Writer
from harvester.errors import StrategyError
from harvester.query import (
    ANY,
    DateLimit,
    Heading,
    Limit,
    LimitKind,
    Near,
    Or,
    Query,
    Term,
    Wild,
    Word,
)
from harvester.search import LossKind

WILDCARDS_IN_PHRASES = date(2024, 6, 3)
SHORTEST_STEM = 4
MOST_WILDCARDS = 256
_PLAIN_WORD = re.compile(r"[^\W_]+\*?[^\W_]*(?:\*[^\W_]*)*\Z")
_OPERATORS = {"and", "or", "not"}
_TAG_OF_DATE = {kind: tag for tag, kind in DATES.items()}
_NEAR_FIELDS = {"tiab", "ti", "ad"}


class PubMedWriter(Writer):
    """Writes one query for PubMed."""

    name = "pubmed"
    label = "PubMed"
    tags = FIELDS
    factor = "term"
    maps_terms = True
    forbidden = frozenset('"*[]()')

    def finish(self, text: str) -> str:
        """Refuse what PubMed would answer with an error that looks like an outage."""
        stars = text.count("*")
        if stars > MOST_WILDCARDS:
            raise StrategyError(
                f"this query holds {stars} wildcards; PubMed takes at most {MOST_WILDCARDS}",
                hint="Write whole words for some of the truncated ones, or search in two parts.",
            )
        return text

    def term(self, term: Term) -> str | Query | None:
        """A quoted phrase; wildcards as the day's rules allow; whole words where they do not."""
        term = self._stars_only(term)
        wild = [place for place, part in enumerate(term.words) if not part.literal]
        if wild:
            made = self._truncated(term, wild)
            if made is not term:
                return made
        return _bare(term)

    def _stars_only(self, term: Term) -> Term:
        """PubMed's only wildcard is the star, for any number of characters."""
        if all(part == ANY for word in term.words for part in word.parts if isinstance(part, Wild)):
            return term
        widened = tuple(
            Word(tuple(ANY if isinstance(part, Wild) else part for part in word.parts)) for word in term.words
        )
        self.lose(LossKind.WIDENED, term.text, "PubMed has no wildcard for a set number of characters; written with *")
        return replace(term, words=widened)

    def _truncated(self, term: Term, wild: list[int]) -> Query | None:
        if self.rules.on < WILDCARDS_IN_PHRASES:
            last = len(term.words) - 1
            inside = [place for place in wild if place != last or not _ends_only(term.words[place])]
            if inside:
                why = "before 2024-06-03 PubMed could truncate only the end of the last word of a phrase"
                return self.expanded(term, inside, why)
        if _stem(term) < SHORTEST_STEM:
            why = f"PubMed needs {SHORTEST_STEM} characters before the first wildcard, and drops the star in silence"
            return self.expanded(term, wild[:1], why)
        return term

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        """A term behind which its tag stands; several tags make several terms."""
        return " OR ".join(f"{text}[{tag}]" for tag in tags)

    def whole(self, piece: Piece) -> str:
        """A term without fields stays untagged: PubMed then searches all fields."""
        if piece.fields == frozenset():
            return piece.text
        return super().whole(piece)

    def loose(self, piece: Piece) -> bool:
        """True when a term had to be written once for each of several tags."""
        return bool(piece.fields) and super().loose(piece)

    def heading(self, node: Heading) -> str | Query | None:
        """A MeSH heading with its subheadings; another vocabulary's as free text."""
        if node.vocabulary not in ("mesh", ""):
            return self.heading_as_text(node)
        tag = ("majr" if node.focus else "mh") + ("" if node.explode else ":noexp")
        found = [
            f"{_quoted(f'{node.name}/{part}' if part else node.name)}[{tag}]" for part in node.subheadings or ("",)
        ]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def limit(self, node: Limit) -> str | Query | None:
        """Language, publication type and subset have tags; people and animals have headings."""
        if node.kind is LimitKind.LANGUAGE:
            return f"{_quoted(node.value)}[la]"
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f"{_quoted(node.value)}[pt]"
        if node.kind is LimitKind.SUBSET:
            return f"{_quoted(node.value)}[sb]"
        own = re.fullmatch(r"pubmed:(\w+)=(.*)", node.value, re.DOTALL) if node.kind is LimitKind.OTHER else None
        if own:
            return f"{_quoted(own[2])}[{own[1]}]"
        return super().limit(node)

    def date(self, node: DateLimit) -> str:
        """`("2017/01/01"[dp] : "2022/12/31"[dp])`. An open end is written as the year 1800 or 3000."""
        tag = _TAG_OF_DATE[node.kind]
        if node.last:
            return f'"last {node.last}"[{tag}]'
        since, until = _slashes(node.since) or "1800/01/01", _slashes(node.until) or "3000"
        return f'("{since}"[{tag}] : "{until}"[{tag}])'

    def near(self, node: Near, parts: list[Piece]) -> Piece | None:
        """`"a b"[tiab:~3]`: plain words only, any order. What is more than that becomes several, or an AND."""
        choices = [_alternatives(operand) for operand in node.operands]
        fields = {term.fields for choice in choices for term in choice or ()}
        tags = self.cover(next(iter(fields))) if len(fields) == 1 else ()
        if any(choice is None for choice in choices) or len(tags) != 1 or tags[0] not in _NEAR_FIELDS:
            return self._near_as_and(node, parts, "PubMed's proximity takes words in [ti], [tiab] or [ad]")
        plain: list[list[Term]] = []
        for choice in choices:
            spelled = [form for term in choice or () for form in self._literal(term)]
            if not spelled:
                return self._near_as_and(
                    node, parts, "PubMed's proximity takes no truncation; whole words under [expand] would keep it"
                )
            plain.append(spelled)
        total = 1
        for terms in plain:
            total *= len(terms)
        if total > MOST_FORMS:
            return self._near_as_and(node, parts, f"it would become {total:,} phrases in PubMed")
        if node.ordered:
            self.lose(LossKind.WIDENED, _near_name(node), "PubMed's proximity knows no order")
        if any(len(term.words) > 1 or "-" in term.text for terms in plain for term in terms) or len(plain) > 2:
            self.lose(
                LossKind.WIDENED, _near_name(node), "PubMed counts the words between all words, phrases taken apart"
            )
        written = [
            f'"{" ".join(term.text for term in combination)}"[{tags[0]}:~{_reach(node)}]'
            for combination in product(*plain)
        ]
        return Piece(" OR ".join(written), "OR" if len(written) > 1 else "")

    def _literal(self, term: Term) -> list[Term]:
        """The whole-word forms of a term; none when a truncated word has no known form."""
        term = self._stars_only(term)
        wild = [place for place, part in enumerate(term.words) if not part.literal]
        if not wild:
            return [term]
        found = self.forms(term, wild)
        if found is not None:
            given = "; ".join(
                f"{term.words[p]} as {', '.join(self.rules.expansions[str(term.words[p]).casefold()])}" for p in wild
            )
            self.lose(
                LossKind.NARROWED,
                term.text,
                f"PubMed's proximity takes no truncation; written with whole words: {given}",
            )
        return found or []

    def _near_as_and(self, node: Near, parts: list[Piece], why: str) -> Piece:
        self.lose(LossKind.WIDENED, _near_name(node), f"{why}; written with AND")
        return self.joined("AND", parts)


def _ends_only(word: Word) -> bool:
    return isinstance(word.parts[0], str) and word.parts[1:] == (ANY,)


def _stem(term: Term) -> int:
    """How many characters, blanks aside, stand before the first wildcard of a phrase."""
    count = 0
    for word in term.words:
        for part in word.parts:
            if isinstance(part, Wild):
                return count
            count += len(part)
    return count


def _bare(term: Term) -> str:
    text = term.text.replace('"', " ")
    if term.mapped:
        return text
    plain = len(term.words) == 1 and _PLAIN_WORD.match(text) and text.lower() not in _OPERATORS
    # Untagged and unquoted, a word would go through Automatic Term Mapping; a wildcard turns that off.
    return text if plain and (term.fields or "*" in text) else f'"{text}"'


def _quoted(value: str) -> str:
    return value if _PLAIN_WORD.match(value) and value.lower() not in _OPERATORS else f'"{value}"'


def _slashes(day: str) -> str:
    """`2017-01-31` as 2017/01/31; as precise as it was."""
    return day.replace("-", "/")


def _alternatives(node: Query) -> list[Term] | None:  # noqa: PLR0911 - one return a kind of node
    """The terms of a proximity's side: one, or the parts of an Or; a nested Near gives all its words as one phrase."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Or):
        found: list[Term] = []
        for child in node.children:
            below = _alternatives(child)
            if below is None:
                return None
            found.extend(below)
        return found
    if isinstance(node, Near):
        sides = [_alternatives(operand) for operand in node.operands]
        if any(side is None for side in sides):
            return None
        combined = list(product(*(side or [] for side in sides)))
        if len(combined) > MOST_FORMS:
            return None
        return [
            Term(tuple(word for term in parts for word in term.words), parts[0].fields, span=node.span)
            for parts in combined
            if len({term.fields for term in parts}) == 1
        ] or None
    return None


def _reach(node: Query) -> int:
    """How many other words may stand between the words of a chain of proximities, added up."""
    if isinstance(node, Near):
        return node.distance + sum(_reach(operand) for operand in node.operands)
    if isinstance(node, Or):
        return max(_reach(child) for child in node.children)
    return 0


def _near_name(node: Near) -> str:
    sides = " | ".join(
        "/".join(term.text for term in _alternatives(operand) or ()) or "..." for operand in node.operands
    )
    return f"({sides}) within {node.distance}" + (" in order" if node.ordered else "")
