"""A query's result on the day of the clock, with what esearch says of how it understood it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from harvester.sandbox import dates, headings
from harvester.sandbox.article import articles
from harvester.sandbox.chance import Bools
from harvester.sandbox.fields import DATES, PROXIMITY, TEXTS, code_of, name_of
from harvester.sandbox.lookup import Lookup
from harvester.sandbox.query import Earlier, Joined, Node, Nothing, Range, Tagged, Term, parse
from harvester.sandbox.words import digits, pattern_words

NEW_WILDCARDS = date(2024, 6, 3)  # https://www.nlm.nih.gov/pubs/techbull/mj24/mj24_pubmed_wildcard.html
MOST_WILDCARDS = 256
_STOPWORDS = frozenset(
    {"a", "an", "and", "by", "for", "from", "in", "is", "not", "of", "on", "or", "the", "to", "with"}
)


class SearchFailed(Exception):
    """The search cannot be run; the message is what esearch puts in ERROR."""


@dataclass
class Notes:
    """What esearch reports beside the result."""

    translations: list[tuple[str, str]] = field(default_factory=list)
    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """`mask` is over the whole corpus; `translation` is QueryTranslation."""

    mask: Bools
    translation: str
    notes: Notes


_Part = tuple[Bools | None, str, str]  # mask (None: nothing was asked), translation, its loosest operator or ""


class Evaluator:
    """Evaluates queries over one corpus."""

    def __init__(self, lookup: Lookup, *, rules_on: date | None = None, unindexed: tuple[str, ...] = ()) -> None:
        self.lookup = lookup
        self.old_wildcards = rules_on is not None and rules_on < NEW_WILDCARDS
        self.unindexed = frozenset(tuple(pattern_words(phrase)) for phrase in unindexed)

    def run(
        self,
        text: str,
        clock: int,
        *,
        earlier: Callable[[int], Bools] | None = None,
        default_field: str = "",
    ) -> Outcome:
        """Evaluate `text`. `earlier` gives the result of `#n`. Raises SearchFailed."""
        if text.count("*") > MOST_WILDCARDS:
            raise SearchFailed(f"Search Backend failed: number of wildcards (*) exceeds {MOST_WILDCARDS}")
        run = _Run(self, clock, earlier, default_field)
        mask, translation, _ = run.node(parse(text))
        found = self.lookup.none() if mask is None else mask & self.lookup.corpus.visible(clock)
        return Outcome(found, translation, run.notes)


class _Run:
    def __init__(
        self, owner: Evaluator, clock: int, earlier: Callable[[int], Bools] | None, default_field: str
    ) -> None:
        self.owner = owner
        self.lookup = owner.lookup
        self.clock = clock
        self.earlier = earlier
        self.default_field = default_field
        self.notes = Notes()

    def node(self, node: Node) -> _Part:
        if isinstance(node, Joined):
            return self.joined(node)
        if isinstance(node, Term):
            return self.term(node)
        if isinstance(node, Range):
            return self.range(node)
        if isinstance(node, Earlier):
            if self.earlier is None:
                raise SearchFailed(f"Unable to obtain query #{node.number}")
            return self.earlier(node.number), f"#{node.number}", ""
        if isinstance(node, Tagged):
            self.notes.phrases_ignored.append(f"[{node.tag}]")
            return self.node(node.inner)
        return None, "", ""

    def joined(self, node: Joined) -> _Part:
        # A strategy's long OR chain is deep to the left: walk it, do not recurse.
        chain: list[tuple[str, Node]] = []
        walk: Node = node
        while isinstance(walk, Joined):
            chain.append((walk.operator, walk.right))
            walk = walk.left
        mask, text, inside = self.node(walk)
        for operator, right in reversed(chain):
            other, other_text, other_inside = self.node(right)
            if other is None:
                continue
            if mask is None:
                if operator == "NOT" and isinstance(walk, Nothing):
                    mask, text, inside = self.lookup.none(), f"NOT {_group(other_text, other_inside, '')}", "NOT"
                else:
                    mask, text, inside = other, other_text, other_inside
                continue
            left = _group(text, inside, operator)
            text = f"{left} {operator} {_group(other_text, other_inside, '')}"
            inside = operator
            mask = mask & other if operator == "AND" else mask | other if operator == "OR" else mask & ~other
        return mask, text, inside

    def term(self, term: Term) -> _Part:
        tag, gap = term.tag or self.default_field, ""
        if ":~" in tag:
            tag, _, gap = tag.partition(":~")
        code = code_of(tag) if tag else ""
        if tag and not code:
            self.notes.fields_not_found.append(tag)
        if not code:
            return self.untagged(term)
        if code in DATES:
            return self.day(term.text, term.text, code)
        if code in TEXTS:
            if digits(gap) and code in PROXIMITY and term.quoted:
                return self.near(term.text, code, int(gap))
            return self.phrase(term, code)
        return self.value(term.text, code)

    def near(self, text: str, code: str, gap: int) -> _Part:
        pattern = pattern_words(text)
        if "*" in text or len(pattern) < 2:
            # "The proximity operator is ignored" with truncation: the phrase is searched as it stands.
            return self.phrase(Term(text, code, quoted=True), code)
        name = f'"{" ".join(pattern)}"[{name_of(code)}:~{gap}]'
        return self.lookup.near(code, pattern, gap, self.clock), name, ""

    def phrase(self, term: Term, code: str) -> _Part:
        pattern = self.pattern(term.text)
        if not pattern:
            self.notes.phrases_ignored.append(term.text)
            return None, "", ""
        name = name_of(code)
        shown = f'"{" ".join(pattern)}"[{name}]'
        if len(pattern) == 1:
            if not self.lookup.known_phrase(pattern) and not self._elsewhere(code):
                self.notes.phrases_not_found.append(term.text)
            return self.lookup.text(code, tuple(pattern), self.clock), shown, ""
        if tuple(pattern) not in self.owner.unindexed and (self.lookup.known_phrase(pattern) or self._elsewhere(code)):
            return self.lookup.text(code, tuple(pattern), self.clock), shown, ""
        # Not in the phrase index: the quotes are ignored and the words are searched one by one.
        if term.quoted:
            self.notes.quoted_not_found.append(f'"{" ".join(pattern)}"[{name}]')
        if "*" in shown:
            # Truncation turns term mapping off: nothing takes the phrase's place (docs/decisions/0022).
            return self.lookup.none(), shown, ""
        kept = [word for word in pattern if word.strip("*") not in _STOPWORDS]
        mask: Bools | None = None
        for word in kept:
            found = self.lookup.text(code, (word,), self.clock)
            mask = found if mask is None else mask & found
        return mask, " AND ".join(f'"{word}"[{name}]' for word in kept), "AND" if len(kept) > 1 else ""

    @staticmethod
    def _elsewhere(code: str) -> bool:
        """These fields hold words that the stock of sentences has not."""
        return code == "ad"

    def pattern(self, text: str) -> list[str]:
        """The words of a phrase, without the stars that PubMed drops in silence."""
        pattern = pattern_words(text)
        if self.owner.old_wildcards:
            pattern = [word.rstrip("*") if place < len(pattern) - 1 else word for place, word in enumerate(pattern)]
            pattern = [
                word if "*" not in word.rstrip("*") else word.replace("*", "") for word in pattern
            ]  # no star within a word either
        joined = " ".join(pattern)
        if "*" in joined and joined.index("*") < 4:
            pattern = [word.replace("*", "") for word in pattern]
        return [word for word in pattern if word]

    def untagged(self, term: Term) -> _Part:
        """No tag: a quoted phrase in all fields, or Automatic Term Mapping in a small form of ours."""
        day = dates.relative(term.text, self.clock) if term.quoted else None
        if day is not None:
            return self.day(term.text, term.text, "dp")
        if term.quoted or "*" in term.text:
            return self.phrase(term, "all")
        run = [word for word in term.text.split() if word]
        kept = [word for word in run if word.casefold() not in _STOPWORDS]
        self.notes.phrases_ignored.extend(word for word in run if word.casefold() in _STOPWORDS)
        if not kept:
            return None, "", ""
        if all(digits(word) and len(word) == 8 for word in kept):
            # A row of PMIDs finds those records.
            return self._pmids(kept)
        whole = " ".join(kept)
        if len(headings.below(whole)) and len(kept) > 1:
            mask, text, _ = self._mapped(whole)
            return mask, text, "OR"
        mask = None
        texts = []
        for word in kept:
            found, text, inside = self._mapped(word)
            if found is None:
                continue
            mask = found if mask is None else mask & found
            texts.append(text if len(kept) == 1 else _group(text, inside, ""))
        return mask, " AND ".join(texts), ("AND" if len(texts) > 1 else inside)

    def _mapped(self, text: str) -> _Part:
        pattern = self.pattern(text)
        if not pattern:
            return None, "", ""
        shown = [f'"{" ".join(pattern)}"[All Fields]']
        mask = self.lookup.text("all", tuple(pattern), self.clock)
        if len(pattern) == 1:
            plural = pattern[0] + "s"
            if self.lookup.known_phrase([plural]):
                shown.append(f'"{plural}"[All Fields]')
                mask = mask | self.lookup.text("all", (plural,), self.clock)
        if headings.below(text):
            each = [f'"{word}"[All Fields]' for word in pattern]
            shown.insert(0, f'"{text.casefold()}"[MeSH Terms]')
            mask = mask | self.lookup.heading(text, self.clock)
            if len(pattern) > 1:
                apart = self.lookup.text("all", (pattern[0],), self.clock)
                for word in pattern[1:]:
                    apart = apart & self.lookup.text("all", (word,), self.clock)
                mask = mask | apart
                shown.insert(1, f"({' AND '.join(each)})")
        if not mask.any() and not self.lookup.known_phrase(pattern):
            self.notes.phrases_not_found.append(text)
        joined = " OR ".join(shown)
        if len(shown) > 1:
            self.notes.translations.append((text, joined))
        return mask, joined, "OR" if len(shown) > 1 else ""

    def _pmids(self, numbers: list[str]) -> _Part:
        mask = self.lookup.none()
        for number in numbers:
            index = self.lookup.corpus.index_of(int(number))
            if index >= 0:
                mask[index] = True
        return mask, " OR ".join(f"{number}[UID]" for number in numbers), "OR" if len(numbers) > 1 else ""

    def value(self, text: str, code: str) -> _Part:
        """Fields that are matched whole, not word by word."""
        name = name_of(code)
        shown = f'"{text.casefold()}"[{name}]'
        look, clock = self.lookup, self.clock
        if code == "uid":
            return self._pmids([word for word in text.replace(",", " ").split() if digits(word)])
        if code in ("mh", "mh:noexp", "majr", "majr:noexp"):
            if not headings.below(text.partition("/")[0].strip()):
                self.notes.phrases_not_found.append(text)
                return look.none(), shown, ""
            explode, major = not code.endswith("noexp"), code.startswith("majr")
            return look.heading(text, clock, explode=explode, major=major), shown, ""
        masks = {
            "sh": lambda: look.qualifier(text, clock),
            "pt": lambda: look.type_of(text, clock),
            "la": lambda: look.language(text),
            "ta": lambda: look.journal(text),
            "is": lambda: look.journal(text),
            "aid": lambda: self._identifier(text),
            "sb": lambda: self._filter(text),
        }
        mask = masks[code]() if code in masks else look.author(text, code)
        if not mask.any():
            self.notes.phrases_not_found.append(text)
        if code in ("au", "1au", "lastau"):
            shown = f"{text.casefold()}[{name}]"
        return mask, shown, ""

    def _identifier(self, text: str) -> Bools:
        mask = self.lookup.none()
        number = text.casefold().rpartition("synth.")[2]
        if digits(number):
            corpus = self.lookup.corpus
            candidates = set(np.flatnonzero(corpus.base == int(number)).tolist())
            if int(number) < corpus.size:
                candidates.add(int(number))
            for index in candidates:
                mask[index] = articles(corpus, [index], self.clock)[0].doi == text.casefold()
        return mask

    def _filter(self, text: str) -> Bools:
        corpus, clock = self.lookup.corpus, self.clock
        name = text.casefold()
        indexed = corpus.has_headings(clock)
        known = corpus.print_known <= clock
        masks: dict[str, Callable[[], Bools]] = {
            "all": lambda: np.ones(corpus.size, dtype=np.bool_),
            "medline": lambda: indexed,
            "inprocess": lambda: corpus.indexed > clock,
            "in process": lambda: corpus.indexed > clock,
            "pubmednotmedline": lambda: (corpus.indexed == 0) & known,
            "publisher": lambda: (corpus.indexed == 0) & ~known,
            "hasabstract": lambda: corpus.has_abstract(clock),
            "fha": lambda: corpus.has_abstract(clock),
            "humans": lambda: self.lookup.heading("Humans", clock),
            "animals": lambda: self.lookup.heading("Animals", clock),
            "preprint": lambda: self.lookup.type_of("Preprint", clock),
            "pubmed books": lambda: corpus.book,
        }
        if name in masks:
            return masks[name]()
        return self.lookup.language(name)

    def range(self, node: Range) -> _Part:
        code = code_of(node.tag) if node.tag else "dp"
        if code == "uid":
            low, high = (int(text) if digits(text) else -1 for text in (node.low.strip(), node.high.strip()))
            pmid = self.lookup.corpus.pmid
            return (pmid >= low) & (pmid <= high), f"{low}:{high}[UID]", ""
        if code in DATES:
            return self.day(node.low, node.high, code)
        self.notes.phrases_not_found.append(f"{node.low}:{node.high}[{node.tag}]")
        return self.lookup.none(), f"{node.low}:{node.high}[{node.tag}]", ""

    def day(self, low: str, high: str, code: str) -> _Part:
        """Records whose date in `code` lies between two dates, both included."""
        name = name_of(code)
        period = dates.relative(low, self.clock) if low == high else None
        first, last = dates.span(low), dates.span(high)
        if period is None and (first is None or last is None):
            text = low if low == high else f"{low}:{high}"
            self.notes.phrases_not_found.append(f"{text}[{name}]")
            return self.lookup.none(), f"{text}[{name}]", ""
        if period is None:
            assert first is not None
            assert last is not None
            period = first[0], last[1]
            shown = f"{low.strip()}:{high.strip()}[{name}]" if low != high else f"{low.strip()}[{name}]"
        else:
            shown = f"{dates.written(period[0])}:{dates.written(period[1])}[{name}]"
        return dated(self.lookup, self.clock, code, *period), shown, ""


def dated(lookup: Lookup, clock: int, code: str, low: int, high: int) -> Bools:
    """The mask of a date range (ordinals, both included).

    [dp] finds a record by its electronic or by its printed date.
    """
    corpus = lookup.corpus
    known = corpus.print_known <= clock
    within: Bools = (corpus.printed >= low) & (corpus.printed <= high) & known
    if code == "ppdat":
        return within
    if code in ("dp", "epdat"):
        online = (corpus.online > 0) & (corpus.online >= low) & (corpus.online <= high)
        return online if code == "epdat" else within | online
    if code == "lr":
        days = corpus.modified(clock)
    elif code == "mhda":
        # Until a record is indexed its MeSH date is its entry date.
        days = np.where(corpus.has_headings(clock), corpus.indexed, corpus.entered)
    else:
        days = corpus.created if code == "crdt" else corpus.entered
    out: Bools = (days >= low) & (days <= high)
    return out


def _group(text: str, inside: str, operator: str) -> str:
    """Parentheses where PubMed's translation has them: around a group that another operator follows."""
    return f"({text})" if inside and inside != operator else text
