"""Evaluating a query on records here, without a database.

Exact for words, phrases, truncation, AND, OR, NOT and proximity in title, abstract and keywords. What it cannot
know is in `Matcher.unknown`: the narrower headings of an exploded one, a database's own term mapping. A limit on
something that a record does not state counts as unknown, and an unknown outcome keeps the record: nothing is dropped
by a guess.

Words are compared after `normalise`: case, accents, ligatures, Greek letters by name, and every mark that is neither
letter nor digit as a blank, so that `long-term` is `long term`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from harvester.dialects.compose import Numbered, compose
from harvester.errors import UsageError
from harvester.query import (
    TEXT_FIELDS,
    And,
    DateKind,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    LineRef,
    Near,
    Not,
    Or,
    Query,
    Term,
    Wild,
    Word,
    fold,
    walk,
)
from harvester.record import Record
from harvester.strategy import Strategy
from harvester.window import first_day, last_day

# None is "cannot be known from this record".
Outcome = bool | None
_Test = Callable[["View"], Outcome]

_BREAKS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
        "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
        "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon",
        "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[^\w\n]|_")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def normalise(text: str) -> str:
    """`text` as it is compared: lower-case letters and digits, blanks, and newlines, which no phrase crosses."""
    if not text.isascii():
        text = _FOREIGN.sub(lambda run: _plain(run.group()), text)
    return text.lower().translate(_BREAKS)


@lru_cache(maxsize=4096)
def _plain(run: str) -> str:
    """A run of characters beyond ASCII: accents off, ligatures apart, Greek by name, marks as blanks."""
    folded = unicodedata.normalize("NFKD", run.casefold()).casefold()
    bare = "".join(mark for mark in folded if not unicodedata.combining(mark)).translate(_LETTERS)
    return _NOT_WORD.sub(" ", bare)


def fields_of(record: Record) -> dict[Field, Callable[[], Iterable[str]]]:
    """What each searchable field of a record holds, one value after another."""
    return {
        Field.TITLE: lambda: (record.title,),
        Field.ABSTRACT: lambda: (record.abstract_text,),
        Field.KEYWORD: lambda: record.keywords,
        Field.HEADING: lambda: (heading.name for heading in record.headings),
        Field.SUBHEADING: lambda: (sub for heading in record.headings for sub in heading.subheadings),
        Field.PUBLICATION_TYPE: lambda: record.publication_types,
        Field.AUTHOR: lambda: (author.name for author in record.authors),
        Field.AFFILIATION: lambda: (author.affiliation for author in record.authors),
        Field.JOURNAL: lambda: (record.journal, record.journal_abbreviation, *record.issns),
        Field.IDENTIFIER: lambda: (record.source_id, *(v for vs in record.identifiers.values() for v in vs)),
        Field.NAME: lambda: (author.collective for author in record.authors),
        Field.PLACE: lambda: (record.place,),
        Field.OTHER: lambda: (record.vernacular_title, record.book_title, record.publisher),
    }


class View:
    """One record as terms see it, its fields normalised when they are first asked for."""

    __slots__ = ("_texts", "_words", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self._texts: dict[frozenset[Field], str] = {}
        self._words: dict[frozenset[Field], list[list[str]]] = {}

    def text(self, fields: frozenset[Field]) -> str:
        """The fields as one text; each value between newlines."""
        found = self._texts.get(fields)
        if found is None:
            record = self.record
            if fields == TEXT_FIELDS:
                parts = [record.title, record.abstract_text, *record.keywords]
            else:
                readers = fields_of(record)
                wanted = readers if Field.ALL in fields or not fields else fields
                parts = [part for field in Field if field in wanted and field in readers for part in readers[field]()]
            joined = "\n".join([part.replace("\n", " ") for part in parts])
            found = self._texts[fields] = f"\n{normalise(joined)}\n"
        return found

    def words(self, fields: frozenset[Field]) -> list[list[str]]:
        """The same, as words, one list for each value."""
        found = self._words.get(fields)
        if found is None:
            found = self._words[fields] = [part.split() for part in self.text(fields).split("\n")]
        return found


class Matcher:
    """A strategy or a query, ready to be tried on records.

    `unknown` says in sentences what cannot be evaluated here. Raises StrategyError when the strategy cannot be read.
    """

    def __init__(self, what: Strategy | Query) -> None:
        self.unknown: tuple[str, ...] = ()
        self._tests: dict[Term, _Test] = {}
        if isinstance(what, Strategy):
            composed = compose(what)
            self.query = composed.core
            self.numbered = composed.lines
        else:
            self.query = what
            self.numbered = (Numbered(1, "all", "", "the query", what),)
        self._lines = [(line.number, self._compile(line.query)) for line in self.numbered]
        self._whole = self._lines[-1][1]
        self.unknown = tuple(dict.fromkeys(_unknowns(self.query)))

    def matches(self, record: Record) -> bool:
        """True when the record answers the whole query, or may do so for all that is known."""
        return self._whole(View(record)) is not False

    def lines(self, record: Record) -> tuple[int, ...]:
        """The numbers of the lines that the record answers: terms, blocks and their AND, as in Search.lines.

        Limits, windows and the total, which follow them there, are the source's to judge and are not evaluated.
        """
        view = View(record)
        return tuple(number for number, test in self._lines if test(view) is not False)

    @property
    def judge(self) -> Callable[[View], Outcome]:
        """The whole query as a test of one view of a record."""
        return self._whole

    def _compile(self, query: Query) -> _Test:
        return fold(query, self._test)

    def _test(self, node: Query, below: list[_Test]) -> _Test:
        if isinstance(node, Term):
            if node not in self._tests:
                self._tests[node] = _once(_term_test(node))
            return self._tests[node]
        if isinstance(node, And):
            return _once(_all_of(below))
        if isinstance(node, Or):
            return _once(_any_of(below))
        if isinstance(node, Not):
            return _without(*below)
        if isinstance(node, Near):
            return _near_test(node, below)
        return _LEAVES[type(node)](node)


def _once(test: _Test) -> _Test:
    """The test, evaluated once for each record: a term stands in its own line, in its block and in the whole."""
    last: View | None = None
    outcome: Outcome = None

    def remembered(view: View) -> Outcome:
        nonlocal last, outcome
        if view is not last:
            outcome = test(view)
            last = view
        return outcome

    return remembered


def _all_of(tests: list[_Test]) -> _Test:
    def test(view: View) -> Outcome:
        sure = True
        for part in tests:
            outcome = part(view)
            if outcome is False:
                return False
            sure = sure and outcome is True
        return True if sure else None

    return test


def _any_of(tests: list[_Test]) -> _Test:
    def test(view: View) -> Outcome:
        doubt = False
        for part in tests:
            outcome = part(view)
            if outcome:
                return True
            doubt = doubt or outcome is None
        return None if doubt else False

    return test


def _without(keep: _Test, drop: _Test) -> _Test:
    def test(view: View) -> Outcome:
        kept = keep(view)
        if kept is False:
            return False
        dropped = drop(view)
        if dropped:
            return False
        return None if dropped is None else kept

    return test


def _pattern(words: tuple[Word, ...]) -> tuple[tuple[str, ...], re.Pattern[str]] | None:
    """The literals that a match has to hold, rarest-looking first, and the pattern. None when only marks are left."""
    spelled: list[str] = []
    literals: list[str] = []
    for word in words:
        parts: list[str] = []
        for place, part in enumerate(word.parts):
            if isinstance(part, Wild):
                parts.append(f"[^ \\n]{{{part.minimum},{'' if part.maximum is None else part.maximum}}}")
                continue
            text = normalise(part.replace("\n", " "))
            inner = text.split()
            literals.extend(inner)
            # A mark at the edge of a part beside a wildcard still parts two words: `co-*` is `co` and then any word.
            lead = " +" if place and text[:1] == " " and inner else ""
            tail = " +" if place < len(word.parts) - 1 and text[-1:] == " " and inner else ""
            parts.append(lead + " +".join(map(re.escape, inner)) + tail)
        if any(parts):
            spelled.append("".join(parts))
    if not spelled or (not literals and all(word.literal for word in words)):
        return None
    whole, first = " +".join(spelled), re.escape(literals[0]) if literals else ""
    if first and whole.startswith(first):
        # The boundary is looked for behind the first literal: a pattern that begins with a literal is searched fast.
        whole = f"{first}(?<![^ \\n]{first}){whole[len(first) :]}"
    else:
        whole = f"(?<![^ \\n]){whole}"
    return tuple(sorted(set(literals), key=len, reverse=True)), re.compile(f"{whole}(?![^ \\n])")


def _term_test(term: Term) -> _Test:
    if term.mapped and len(term.words) > 1 and not term.fields:
        return _all_of([_term_test(Term((word,), term.fields)) for word in term.words])
    made = _pattern(term.words)
    fields = term.fields
    if made is None:
        return lambda _view: False
    literals, pattern = made
    search = pattern.search
    first, others = (literals[0], literals[1:]) if literals else ("", ())

    def test(view: View) -> Outcome:
        text = view.text(fields)
        if first not in text:
            return False
        return all(other in text for other in others) and search(text) is not None

    return test


def _near_test(node: Near, below: list[_Test]) -> _Test:
    found: set[frozenset[Field]] = {leaf.fields for leaf in walk(node) if isinstance(leaf, Term)}
    patterns = {leaf: _token_patterns(leaf) for leaf in walk(node) if isinstance(leaf, Term)}

    def test(view: View) -> Outcome:
        if node_is_simple and not all(part(view) for part in below):
            return False
        return any(bool(_spans(node, tokens, patterns)) for fields in found for tokens in view.words(fields) if tokens)

    node_is_simple = all(isinstance(part, (Term, Or)) for part in node.operands)
    return test


def _token_patterns(term: Term) -> list[re.Pattern[str]]:
    """One pattern for each token of a phrase, after hyphens have parted its words."""
    made: list[re.Pattern[str]] = []
    for word in term.words:
        text = ""
        for part in word.parts:
            if isinstance(part, Wild):
                text += f"\\S{{{part.minimum},{'' if part.maximum is None else part.maximum}}}"
            else:
                text += re.escape(normalise(part)).replace("\\ ", " ")
        made.extend(re.compile(token + r"\Z") for token in text.split(" ") if token)
    return made


def _spans(node: Query, tokens: list[str], patterns: dict[Term, list[re.Pattern[str]]]) -> list[tuple[int, int]]:
    """Every place (first token, last token) where `node` stands in `tokens`."""
    return fold(node, lambda part, below: _places(part, below, tokens, patterns))


def _places(
    node: Query, below: list[list[tuple[int, int]]], tokens: list[str], patterns: dict[Term, list[re.Pattern[str]]]
) -> list[tuple[int, int]]:
    if isinstance(node, Term):
        wanted = patterns[node]
        size = len(wanted)
        return [
            (at, at + size - 1)
            for at in range(len(tokens) - size + 1 if size else 0)
            if all(pattern.match(tokens[at + place]) for place, pattern in enumerate(wanted))
        ]
    if isinstance(node, Or):
        return sorted({place for part in below for place in part})
    if isinstance(node, Near):
        chosen: list[tuple[tuple[int, int], ...]] = [()]
        for part in below:
            chosen = [
                (*before, place)
                for before in chosen
                for place in part
                if all(place[1] < other[0] or place[0] > other[1] for other in before)
                and (not node.ordered or not before or place[0] > before[-1][1])
            ]
        near = set()
        for places in chosen:
            first, last = min(place[0] for place in places), max(place[1] for place in places)
            if last - first + 1 - sum(place[1] - place[0] + 1 for place in places) <= node.distance:
                near.add((first, last))
        return sorted(near)
    raise UsageError("a proximity can only join terms", hint="Put AND or NOT outside of the proximity.")


def _heading_test(node: Query) -> _Test:
    assert isinstance(node, Heading)
    name, subs = node.name.casefold(), {sub.casefold() for sub in node.subheadings}

    def test(view: View) -> Outcome:
        headings = view.record.headings
        for found in headings:
            if found.name.casefold() != name or (node.focus and not found.major):
                continue
            if not subs or subs & {sub.casefold() for sub in found.subheadings}:
                return True
        return False

    return test


_LANGUAGES = {"eng": "english", "en": "english", "fre": "french", "fra": "french", "fr": "french", "ger": "german",
              "deu": "german", "de": "german", "spa": "spanish", "es": "spanish", "ita": "italian", "it": "italian",
              "por": "portuguese", "pt": "portuguese", "chi": "chinese", "zho": "chinese", "zh": "chinese",
              "jpn": "japanese", "ja": "japanese", "rus": "russian", "ru": "russian", "dut": "dutch", "nld": "dutch",
              "nl": "dutch", "pol": "polish", "pl": "polish", "kor": "korean", "ko": "korean", "tur": "turkish",
              "swe": "swedish", "dan": "danish", "nor": "norwegian"}  # fmt: skip


def _limit_test(node: Query) -> _Test:
    assert isinstance(node, Limit)
    wanted = node.value.casefold()

    def language(view: View) -> Outcome:
        said = {part.casefold() for part in view.record.languages}
        return _LANGUAGES.get(wanted, wanted) in {_LANGUAGES.get(part, part) for part in said} if said else None

    def kind(view: View) -> Outcome:
        return wanted in {part.casefold() for part in view.record.publication_types}

    if node.kind is LimitKind.LANGUAGE:
        return language
    return kind if node.kind is LimitKind.PUBLICATION_TYPE else lambda _view: None


def _date_test(node: Query) -> _Test:
    assert isinstance(node, DateLimit)
    since = first_day(node.since) if node.since else None
    until = last_day(node.until) if node.until else None

    def test(view: View) -> Outcome:
        record = view.record
        known = {
            DateKind.PUBLISHED: record.published,
            DateKind.ENTERED: record.entered,
            DateKind.MODIFIED: record.modified,
        }
        day = known[node.kind].iso if node.kind in known else ""
        if not day or node.last:
            return None
        return not (since and last_day(day) < since) and not (until and first_day(day) > until)

    return test


def _reference_test(node: Query) -> _Test:
    assert isinstance(node, LineRef)
    raise UsageError(
        f"line {node.label} is not known here", hint="Read the whole line set, so that references resolve."
    )


_LEAVES: dict[type[Query], Callable[[Query], _Test]] = {
    Heading: _heading_test,
    Limit: _limit_test,
    DateLimit: _date_test,
    LineRef: _reference_test,
}


def _unknowns(query: Query) -> Iterable[str]:
    for node in walk(query):
        if isinstance(node, Heading) and node.explode:
            yield f"the narrower headings of {node.name} are not known here; only the heading itself is looked for"
        elif isinstance(node, Term) and node.mapped:
            yield f"how a database would map {node.text!r} is not known here; its words are looked for"
        elif isinstance(node, Limit) and node.kind not in (LimitKind.LANGUAGE, LimitKind.PUBLICATION_TYPE):
            yield f"the limit {node.value!r} cannot be judged here"
        elif isinstance(node, DateLimit) and (
            node.last or node.kind not in (DateKind.PUBLISHED, DateKind.ENTERED, DateKind.MODIFIED)
        ):
            yield f"the date {node.kind} cannot be judged here"
