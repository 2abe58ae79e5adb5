"""For databases without a Boolean language of their own: a query as blocks of terms, and as several short searches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from harvester.dialects.base import Dialect, NothingLeft, Reading, Rules, Translation
from harvester.dialects.write import MOST_FORMS, Writer, date_text
from harvester.errors import StrategyError
from harvester.query import And, DateLimit, Heading, Limit, LineRef, Near, Not, Or, Query, Term, Word, walk
from harvester.search import Loss, LossKind

MOST_QUERIES = 2000


@dataclass(slots=True)
class Blocks:
    """A query as blocks: terms by OR inside a block, blocks by AND; and its dates and limits."""

    terms: list[list[Term]] = field(default_factory=list)
    dates: list[DateLimit] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


class WriteOnly(Dialect):
    """A dialect that is written and never read: nobody keeps a strategy in it."""

    writer: type[Writer]

    def read_all(self, text: str) -> Reading:
        """Always raises StrategyError: there is no such language to read."""
        raise StrategyError(
            f"a strategy cannot be read from {self.label}: it has no query language to keep one in",
            hint="Keep the strategy as a TOML file, or in the language of PubMed, Ovid or another database.",
        )

    def write(self, query: Query, *, on: date, expansions: Mapping[str, tuple[str, ...]] | None = None) -> Translation:
        """What can be said there. Raises StrategyError when nothing can."""
        return self.writer(Rules(on, expansions or {})).write(query)


def blocks(query: Query, writer: Writer) -> Blocks:
    """The blocks of `query`. What does not fit (NOT, a nested AND) is named and widened, never narrowed.

    These databases are asked for more, and what comes is matched here.
    """
    found = Blocks()
    for part in _factors(query, writer):
        if isinstance(part, DateLimit):
            found.dates.append(part)
        elif isinstance(part, Limit):
            found.limits.append(part)
        else:
            alternatives = _alternatives(part, writer)
            if alternatives:
                found.terms.append(list(dict.fromkeys(alternatives)))
    if not found.terms:
        raise NothingLeft(writer.label, tuple(Loss(*loss) for loss in writer.losses))
    return found


def _factors(query: Query, writer: Writer) -> Iterable[Query]:
    """What has to hold all together."""
    if isinstance(query, Not):
        writer.lose(LossKind.WIDENED, "a NOT", f"{writer.label} is asked without it; it is applied to what comes")
        yield from _factors(query.keep, writer)
    elif isinstance(query, And):
        for child in query.children:
            yield from _factors(child, writer)
    else:
        yield query


def _alternatives(query: Query, writer: Writer) -> list[Term]:  # noqa: PLR0911 - one return a kind of node
    """Terms of which one is enough to stand for the part; an AND inside is stood for by its longest side."""
    if isinstance(query, Term):
        return [query]
    if isinstance(query, Heading):
        made = writer.heading_as_text(query)
        return [made] if isinstance(made, Term) else []
    if isinstance(query, Or):
        return [term for child in query.children for term in _alternatives(child, writer)]
    if isinstance(query, Near):
        writer.lose(
            LossKind.WIDENED, f"within {query.distance}", f"{writer.label} knows no proximity; one side is asked for"
        )
        return _narrowest([_alternatives(child, writer) for child in query.operands])
    if isinstance(query, And):
        writer.lose(LossKind.WIDENED, "an AND inside an OR", f"{writer.label} knows no nesting; one side is asked for")
        return _narrowest([_alternatives(child, writer) for child in query.children])
    if isinstance(query, Not):
        writer.lose(LossKind.WIDENED, "a NOT", f"{writer.label} is asked without it; it is applied to what comes")
        return _alternatives(query.keep, writer)
    if isinstance(query, (Limit, DateLimit)):
        said = date_text(query) if isinstance(query, DateLimit) else query.value
        writer.lose(LossKind.DROPPED, said, f"{writer.label} takes no limit inside a group")
    if isinstance(query, LineRef):
        raise StrategyError(f"line {query.label} is not known here", hint="Translate the whole line set.")
    return []


def _narrowest(sides: list[list[Term]]) -> list[Term]:
    """The side likeliest to find least: its shortest term has most letters."""
    known = [side for side in sides if side]
    return max(known, key=lambda side: min(len(term.text) for term in side), default=[])


def plural(word: str) -> str:
    """An English plural that is right for most words."""
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def whole_words(writer: Writer, term: Term, *, plurals: bool) -> list[Term]:
    """A term as phrases without wildcards: whole words where the vocabulary gives them, else the stem (and its plural),
    which is named as a loss: other endings are missed."""
    if not term.wildcards:
        return [term]
    choices: list[tuple[str, ...]] = []
    guessed: list[str] = []
    for word in term.words:
        known = writer.rules.expansions.get(str(word).casefold())
        if word.literal or known:
            choices.append(known if known else (str(word),))
            continue
        stem = "".join(part for part in word.parts if isinstance(part, str))
        guessed.append(str(word))
        choices.append((stem, plural(stem)) if plurals and stem else (stem,))
    why = f"{writer.label} has no truncation; written with whole words"
    if guessed:
        why += f", and for {', '.join(guessed)} only the stem{' and its plural' if plurals else ''}"
        why += ": give the words under [expand]"
    writer.lose(LossKind.NARROWED, term.text, why)
    combined = list(product(*choices))
    if len(combined) > MOST_FORMS:
        raise StrategyError(
            f"{term.text!r} would become {len(combined):,} phrases in {writer.label}",
            hint="Give fewer forms in [expand].",
        )
    return [Term(tuple(Word((w,)) for w in words if w), term.fields, span=term.span) for words in combined]


def packed(sides: list[list[str]], render: Callable[[list[list[str]]], str], longest: int) -> list[str]:
    """Searches no longer than `longest` whose results together are those of all sides.

    Each side is parted into groups, and every combination of groups becomes one search.
    """
    share = [max(1, longest // len(sides))] * len(sides)
    groups = [_groups(side, room) for side, room in zip(sides, share, strict=True)]
    total = 1
    for group in groups:
        total *= len(group)
    if total > MOST_QUERIES:
        raise StrategyError(
            f"this would be {total:,} short searches",
            hint="Use fewer or shorter terms for this source ([sources.NAME] query).",
        )
    texts = [render(list(combination)) for combination in product(*groups)]
    if any(len(text) > longest for text in texts):
        raise StrategyError(
            f"a term is too long for a search of {longest} characters", hint="Shorten it for this source."
        )
    return texts


def _groups(side: list[str], room: int) -> list[list[str]]:
    """`side` in groups that, joined by ` OR `, keep to `room` characters."""
    groups: list[list[str]] = [[]]
    used = 0
    for text in side:
        if groups[-1] and used + len(text) + 4 > room - 4:
            groups.append([])
            used = 0
        groups[-1].append(text)
        used += len(text) + 4
    return groups


def holds(query: Query, *kinds: type[Query]) -> bool:
    """True when a node of one of `kinds` stands in the tree."""
    return any(isinstance(node, kinds) for node in walk(query))
