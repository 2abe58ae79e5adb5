"""Writing the languages that are alike: a phrase in quotes, wildcards from a table, a proximity between two sides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from harvester.dialects.base import Dialect, Reading, Rules, Translation
from harvester.dialects.reader import Reader
from harvester.dialects.write import Piece, Writer
from harvester.query import ANY, And, DateLimit, Near, Query, Term, Wild, Word
from harvester.search import LossKind
from harvester.window import first_day, last_day


class InfixWriter(Writer):
    """A Writer for databases that differ only in their tables."""

    #: how a wildcard is written; what is not here is widened to a star
    wild: Mapping[Wild, str] = {ANY: "*"}
    #: characters of a word that have to stand before its first wildcard
    shortest_stem = 0
    #: are wildcards allowed inside a phrase in quotes
    wild_in_phrase = True
    #: `{n}` is the number of words between
    near_sign = " NEAR/{n} "
    ordered_sign = ""
    #: words that would be read as operators
    reserved = frozenset({"and", "or", "not", "near"})
    _simple = re.compile(r"[^\W_](?:[\w*?$#'-]*[\w*?$#])?\Z")

    def term(self, term: Term) -> Query | str | None:
        """A word, or a phrase in quotes; whole words in place of wildcards that the database does not take."""
        term = self.known_wildcards(term)
        short = [place for place, word in enumerate(term.words) if self.short(word)]
        if short:
            need = f"{self.shortest_stem} characters" if self.shortest_stem > 1 else "a character"
            return self.expanded(term, short, f"{self.label} needs {need} before a wildcard")
        inside = len(term.words) > 1 and any(not word.literal for word in term.words)
        if inside and not self.wild_in_phrase:
            return self.truncated_phrase(term)
        return self.quote(" ".join(self.spell(word) for word in term.words), len(term.words) > 1)

    def truncated_phrase(self, term: Term) -> Query | str | None:
        """A phrase with wildcards where quotes take none: whole words if they are known, else all its words by AND."""
        wild = [place for place, word in enumerate(term.words) if not word.literal]
        if self.forms(term, wild) is not None:
            return self.expanded(term, wild, f"{self.label} takes no wildcard inside a phrase")
        return self.words_by_and(term, f"{self.label} takes no wildcard inside a phrase")

    def words_by_and(self, term: Term, why: str) -> Query:
        """All the words of a phrase, wherever they stand: more is found, and the loss says so."""
        self.lose(LossKind.WIDENED, term.text, f"{why}; written as its words joined by AND")
        return And(tuple(Term((word,), term.fields, span=term.span) for word in term.words), term.span)

    def short(self, word: Word) -> bool:
        """True for a word whose first wildcard comes too early."""
        first = word.parts[0]
        if isinstance(first, Wild):
            return self.shortest_stem > 0
        return not word.literal and len(first) < self.shortest_stem

    def known_wildcards(self, term: Term) -> Term:
        """The term with each wildcard that the database has not widened to a star."""
        if all(not isinstance(part, Wild) or part in self.wild for word in term.words for part in word.parts):
            return term
        widened = tuple(Word(tuple(self.nearest(part) for part in word.parts)) for word in term.words)
        self.lose(
            LossKind.WIDENED,
            term.text,
            f"{self.label} has no wildcard for just that number of characters; a wider one is written",
        )
        return replace(term, words=widened)

    def nearest(self, part: str | Wild) -> str | Wild:
        """A wildcard that the database has."""
        return part if isinstance(part, str) or part in self.wild else ANY

    def spell(self, word: Word) -> str:
        """A word with the database's wildcards."""
        return "".join(part.replace('"', " ") if isinstance(part, str) else self.wild[part] for part in word.parts)

    def quote(self, text: str, phrase: bool) -> str:
        """In quotes where it has to be."""
        return text if not phrase and self._simple.match(text) and text.lower() not in self.reserved else f'"{text}"'

    def near(self, node: Near, parts: list[Piece]) -> Piece | None:
        """Two sides in the same fields, with the number of words between."""
        sides = [self.bare(operand) for operand in node.operands]
        fields = {side.fields for side in sides if side is not None}
        if None in sides or len(fields) != 1 or None in fields or len(sides) > 3 or not self.near_sign:
            return self.near_as_and(node, parts, "the proximity cannot be said")
        sign, ordered = self.near_sign, node.ordered and bool(self.ordered_sign)
        if ordered:
            sign = self.ordered_sign
        elif node.ordered:
            self.lose(LossKind.WIDENED, f"within {node.distance} in order", f"proximity in {self.label} knows no order")
        sign = sign.format(n=node.distance, more=node.distance + 1)
        texts = [f"({side.text})" if side.op else side.text for side in sides if side is not None]
        if len(texts) == 2:
            return Piece(sign.join(texts), "NEAR", next(iter(fields)))
        why = f"{self.label} counts the words between two sides at a time"
        self.lose(LossKind.WIDENED, f"three sides within {node.distance}", why)
        chains = [f"(({texts[a]}{sign}{texts[b]}){sign}{texts[c]})" for a, b, c in ((0, 1, 2), (0, 2, 1), (1, 2, 0))]
        if ordered:
            chains = chains[:1]
        return Piece(self.or_.join(chains), "OR" if len(chains) > 1 else "", next(iter(fields)))

    def near_as_and(self, node: Near, parts: list[Piece], why: str) -> Piece:
        """The sides by AND: more is found."""
        self.lose(LossKind.WIDENED, f"within {node.distance}", f"{why} in {self.label}; written with AND")
        return self.joined("AND", parts)

    def days(self, node: DateLimit) -> tuple[date | None, date | None]:
        """The first and the last day of a limit; `last 5 years` is counted from the day of the rules."""
        if node.last:
            number, unit = node.last.split()[:2]
            days = int(number) * {"d": 1, "m": 30, "y": 365}[unit[0]] + (int(number) // 4 if unit[0] == "y" else 0)
            return self.rules.on - timedelta(days=days), None
        return (first_day(node.since) if node.since else None, last_day(node.until) if node.until else None)

    def day_range(self, node: DateLimit) -> str:
        """The days of a limit as `20170101-20221231`, for databases that want both ends; an open end is far away."""
        since, until = self.days(node)
        first = since.strftime("%Y%m%d") if since else "18000101"
        last = until.strftime("%Y%m%d") if until else "30001231"
        return f"{first}-{last}"

    def years(self, node: DateLimit) -> tuple[int, int]:
        """The years of a limit, for databases that know no months. A part of a year becomes the whole, and is named."""
        since, until = self.days(node)
        whole = (since is None or (since.month, since.day) == (1, 1)) and (
            until is None or (until.month, until.day) == (12, 31)
        )
        if not whole:
            why = f"{self.label} limits by whole years in its query text"
            self.lose(LossKind.WIDENED, f"{since or '...'} to {until or '...'}", why)
        return (since.year if since else 1800, until.year if until else 3000)


class InfixDialect(Dialect):
    """A dialect that is a Reader and a Writer."""

    reader: type[Reader]
    writer: type[Writer]

    def read_all(self, text: str) -> Reading:
        """Read a query or a numbered line set. Raises StrategyError with line and column in `text`."""
        return self.reader(text).read()

    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """The query in this language by the rules of the day `on`. Raises StrategyError when nothing can be said."""
        return self.writer(Rules(on, expansions or {})).write(query)
