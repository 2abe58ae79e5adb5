"""From a tree to text, and what the text loses. Subclassed by each dialect, which says how its leaves are written.

One Writer writes one query. It walks from the leaves up without recursion. A leaf may come out as nothing (None):
it could not be said, a loss names it, and the operators above close the gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from harvester.dialects.base import NothingLeft, Rules, Translation
from harvester.errors import StrategyError
from harvester.query import (
    And,
    DateLimit,
    Field,
    Heading,
    Limit,
    LineRef,
    Near,
    Not,
    Or,
    Query,
    Term,
    Wild,
    Word,
    children,
    fold,
    transform,
    walk,
)
from harvester.search import Loss, LossKind

MOST_FORMS = 512  # expansions of one term: more than this is a mistake in the vocabulary, not a search


@dataclass(frozen=True, slots=True)
class Piece:
    """A part already written. `op` is the operator it was joined by ("" for one that needs no parentheses).

    `fields` is set while the fields of everything inside are the same and not written yet.
    """

    text: str
    op: str = ""
    fields: frozenset[Field] | None = None


class Writer:
    """Writes one query. `name` is the dialect's; `tags` maps a tag to the fields it searches, in order of preference.

    `factor`: "term" writes fields at each term, "or" once for a group of OR, "all" once for any group.
    """

    name = ""
    label = ""
    tags: Mapping[str, frozenset[Field]] = {}
    factor = "term"
    and_, or_, not_ = " AND ", " OR ", " NOT "
    #: may several tags be given to one term (`.ti,ab.`)
    many_tags = False
    #: fields -> the tags to write them with, where the nearest in meaning is not what people use
    prefer: Mapping[frozenset[Field], tuple[str, ...]] = {}
    #: marks that a literal word must not hold
    forbidden = frozenset('"*?#$[](){}')
    #: does the database map untagged words to headings by itself, as PubMed does
    maps_terms = False

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.losses: dict[tuple[LossKind, str, str], None] = {}
        self._covers: dict[frozenset[Field], tuple[str, ...]] = {}
        self._negative: set[int] = set()  # the nodes inside what a NOT takes away
        self._kept: list[Query] = []  # keeps them alive, so that their identities stay theirs
        self._taking_away = False
        self.sharing = False  # inside a proximity fields are written once, around it

    # -- what a dialect says ------------------------------------------------------------------------------------

    def term(self, term: Term) -> Query | str | None:
        """The bare text of a term without its fields; a tree to write instead; None when it cannot be said."""
        raise NotImplementedError

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        """`text` in the fields of `tags`. `op` is the operator inside `text` ("" for a term)."""
        raise NotImplementedError

    def near(self, node: Near, parts: list[Piece]) -> Piece | None:
        """A proximity."""
        raise NotImplementedError

    def heading(self, node: Heading) -> str | Query | None:
        """A heading; by default its words as free text."""
        return self.heading_as_text(node)

    def limit(self, node: Limit) -> str | Query | None:
        """A limit; by default it cannot be said."""
        self.lose(LossKind.DROPPED, f"{node.kind}: {node.value}", f"{self.label} has no such limit in its query text")
        return None

    def date(self, node: DateLimit) -> str | Query | None:
        """A date limit; by default it cannot be said."""
        self.lose(LossKind.DROPPED, date_text(node), f"{self.label} takes no such date in its query text")
        return None

    def reference(self, node: LineRef) -> str:
        """A reference to another line."""
        return f"#{node.label}"

    def finish(self, text: str) -> str:
        """The whole text, once written: the place to check its length."""
        return text

    # -- for dialects to use ------------------------------------------------------------------------------------

    def lose(self, kind: LossKind, what: str, why: str) -> None:
        """Name a change of meaning. The same one is named once.

        Inside what a NOT takes away, more found is more taken away: widened and narrowed change places.
        """
        if self._taking_away:
            kind = {LossKind.WIDENED: LossKind.NARROWED, LossKind.NARROWED: LossKind.WIDENED}.get(kind, kind)
            what = f"{what} (in a NOT)"
        self.losses[(kind, what, why)] = None

    def cover(self, fields: frozenset[Field]) -> tuple[str, ...]:
        """The tags that search `fields`: exactly if that can be said, else wider, else as much as there is.

        A term that names no field is one for all fields, as in PubMed.
        """
        fields = fields or frozenset({Field.ALL})
        if fields not in self._covers:
            self._covers[fields] = self._find_cover(fields)
        return self._covers[fields]

    def _find_cover(self, fields: frozenset[Field]) -> tuple[str, ...]:  # noqa: PLR0911 - one return a way to cover
        if fields in self.prefer:
            return self._preferred(fields, self.prefer[fields])
        for tag, searched in self.tags.items():
            if searched == fields:
                return (tag,)
        inside = [(tag, searched) for tag, searched in self.tags.items() if searched <= fields]
        chosen: list[str] = []
        left = set(fields)
        while left:
            best = max(inside, key=lambda pair: len(pair[1] & left), default=None)
            if best is None or not best[1] & left:
                break
            chosen.append(best[0])
            left -= best[1]
        order = list(self.tags)
        chosen.sort(key=order.index)
        if not left:
            return tuple(chosen)
        wider = [(len(searched), tag) for tag, searched in self.tags.items() if fields < searched]
        if wider:
            tag = min(wider, key=lambda pair: (pair[0], order.index(pair[1])))[1]
            more = names(self.tags[tag] - fields)
            self.lose(LossKind.WIDENED, names(fields), f"written as {tag}, which in {self.label} also searches {more}")
            return (tag,)
        if chosen:
            self.lose(
                LossKind.NARROWED,
                names(fields),
                f"{self.label} cannot search {names(frozenset(left))} so; written as {', '.join(chosen)}",
            )
            return tuple(chosen)
        overlap = [
            (len(searched & fields), -len(searched), tag) for tag, searched in self.tags.items() if searched & fields
        ]
        if overlap:
            tag = max(overlap)[2]
            missing, more = names(fields - self.tags[tag]), names(self.tags[tag] - fields)
            self.lose(LossKind.NARROWED, names(fields), f"written as {tag}, which does not search {missing}")
            self.lose(LossKind.WIDENED, names(fields), f"written as {tag}, which also searches {more}")
            return (tag,)
        if fields != {Field.ALL}:
            self.lose(
                LossKind.WIDENED,
                names(fields),
                f"{self.label} has no field for it; written without one, which searches all",
            )
        return ()

    def _preferred(self, fields: frozenset[Field], tags: tuple[str, ...]) -> tuple[str, ...]:
        searched = frozenset[Field]().union(*(self.tags[tag] for tag in tags))
        written = ", ".join(tags)
        if searched - fields:
            more = names(searched - fields)
            self.lose(
                LossKind.WIDENED, names(fields), f"written as {written}, which in {self.label} also searches {more}"
            )
        if fields - searched:
            missing = names(fields - searched)
            self.lose(LossKind.NARROWED, names(fields), f"written as {written}, which does not search {missing}")
        return tags

    def forms(self, term: Term, which: list[int]) -> list[Term] | None:
        """`term` with the words numbered `which` replaced by the whole words that the vocabulary gives for them.

        None when the vocabulary lacks one of them. Raises StrategyError when they multiply beyond reason.
        """
        choices: list[list[Word]] = [[single] for single in term.words]
        for place in which:
            found = self.rules.expansions.get(str(term.words[place]).casefold())
            if not found:
                return None
            choices[place] = [Word((form,)) for form in found]
        total = 1
        for choice in choices:
            total *= len(choice)
        if total > MOST_FORMS:
            raise StrategyError(
                f"{term.text!r} would become {total:,} phrases in {self.label}",
                line=term.span.line,
                column=term.span.column,
                hint="Give fewer forms in [expand], or truncate fewer words of the phrase.",
            )
        return [replace(term, words=tuple(combination)) for combination in product(*choices)]

    def expanded(self, term: Term, which: list[int], why: str) -> Query | None:
        """`term` as an Or over its forms, with the loss named; None (and the loss) where no form is known."""
        found = self.forms(term, which)
        stems = ", ".join(str(term.words[place]) for place in which)
        if found is None:
            self.lose(
                LossKind.DROPPED,
                term.text,
                f"{why}; no whole words are known for {stems}: give them under [expand] in the strategy",
            )
            return None
        given = "; ".join(
            f"{term.words[place]} as {', '.join(self.rules.expansions[str(term.words[place]).casefold()])}"
            for place in which
        )
        self.lose(LossKind.NARROWED, term.text, f"{why}; written with whole words: {given}")
        return found[0] if len(found) == 1 else Or(tuple(found), term.span)

    def heading_as_text(self, node: Heading) -> Query | None:
        """A heading that the database does not have, as the phrase that could stand for it; the loss is named.

        Not inside a NOT: the words of a heading stand in many records that it would never be given to, and those
        would be lost (`NOT child` for `NOT child[mh]`). There it is left out.
        """
        text = natural(node.name)
        if self._taking_away:
            self.lose(
                LossKind.DROPPED,
                f"heading {node.name}",
                f"{self.label} has no such heading, and its words would take too much away",
            )
            return None
        self.lose(
            LossKind.DROPPED,
            f"heading {node.name}" + (f"/{', '.join(node.subheadings)}" if node.subheadings else ""),
            f"{self.label} has no {node.vocabulary or 'such'} headings; {text!r} is searched as free text instead"
            + (", without its narrower headings" if node.explode else ""),
        )
        return Term(
            tuple(Word((part,)) for part in text.split()), frozenset({Field.TITLE, Field.ABSTRACT, Field.KEYWORD})
        )

    # -- the walk -----------------------------------------------------------------------------------------------

    def write(self, query: Query) -> Translation:
        """The whole query. Raises StrategyError when nothing of it is left."""
        query = self._apart(query)
        piece = fold(query, self._node)
        if piece is None:
            raise NothingLeft(self.label, tuple(Loss(*loss) for loss in self.losses))
        text = self.finish(self.whole(piece))
        return Translation(self.name, text, tuple(Loss(*loss) for loss in self.losses))

    def _apart(self, query: Query) -> Query:
        """The query with the nodes that are taken away made their own objects, and remembered."""

        def own(node: Query) -> Query:
            if not isinstance(node, Not):
                return node
            return replace(node, drop=transform(node.drop, lambda part: part if children(part) else replace(part)))

        query = transform(query, own)
        stack = [(query, False)]
        while stack:
            node, negative = stack.pop()
            if negative:
                self._negative.add(id(node))
            if isinstance(node, Not):
                stack += [(node.keep, negative), (node.drop, not negative)]
            else:
                stack += [(child, negative) for child in children(node)]
        self._kept.append(query)
        return query

    def whole(self, piece: Piece) -> str:
        """A piece with its fields written."""
        if piece.fields is None:
            return piece.text
        tags = self.cover(piece.fields)
        return self.tagged(piece.text, piece.op, tags) if tags else piece.text

    def inner(self, piece: Piece) -> str:
        """A piece to stand beside an operator: fields written, parentheses where they are needed."""
        if piece.fields is not None:
            text = self.whole(piece)
            return f"({text})" if self.loose(piece) else text
        return f"({piece.text})" if piece.op else piece.text

    def loose(self, piece: Piece) -> bool:
        """True when writing the fields of `piece` leaves an operator bare, so that it needs parentheses."""
        assert piece.fields is not None
        return not self.many_tags and len(self.cover(piece.fields)) > 1

    def _leaf(self, node: Query) -> Piece | None:
        if isinstance(node, Term):
            if node.mapped and not self.maps_terms:
                return self._mapped(node)
            made = self.term(self.clean(node))
            if made is None:
                return None
            if isinstance(made, str):
                return Piece(made, "", node.fields)
        elif isinstance(node, Heading):
            made = self.heading(node)
        elif isinstance(node, Limit):
            made = self.limit(node)
        elif isinstance(node, DateLimit):
            made = self.date(node)
        elif isinstance(node, LineRef):
            made = self.reference(node)
        else:
            raise TypeError(type(node).__name__)
        if made is None or isinstance(made, str):
            return None if made is None else Piece(made)
        return fold(made, self._node)  # another tree in its place: it is small, and holds nothing that comes here again

    def clean(self, term: Term) -> Term:
        """The term without marks that are literal where it was read and mean something here: `?` from PubMed.

        Such a mark parts words, as it does in every index.
        """
        literal = [part for word in term.words for part in word.parts if isinstance(part, str)]
        if not any(mark in part for part in literal for mark in self.forbidden):
            return term
        words: list[Word] = []
        for word in term.words:
            parts: list[str | Wild] = []
            for part in word.parts:
                pieces = self._split(part) if isinstance(part, str) else [part]
                for place, piece in enumerate(pieces):
                    if place and parts:
                        words.append(Word(tuple(parts)))
                        parts = []
                    if piece:
                        parts.append(piece)
            if parts:
                words.append(Word(tuple(parts)))
        return replace(term, words=tuple(words)) if words else term

    def _split(self, text: str) -> list[str | Wild]:
        return list("".join(" " if mark in self.forbidden else mark for mark in text).split(" "))

    def _mapped(self, node: Term) -> Piece | None:
        """A term that PubMed would map to headings: its words, all of them, in all fields."""
        self.lose(
            LossKind.NARROWED,
            node.text,
            f"PubMed maps this to headings by itself; in {self.label} its words are searched as they stand",
        )
        words = [Term((word,), node.fields, span=node.span) for word in node.words]
        return fold(words[0] if len(words) == 1 else And(tuple(words), node.span), self._node)

    def bare(self, node: Query) -> Piece | None:
        """A side of a proximity, with its fields not written yet."""
        before, self.sharing = self.sharing, True
        try:
            return fold(node, self._node)
        finally:
            self.sharing = before

    def _node(self, node: Query, below: list[Piece | None]) -> Piece | None:
        before, self._taking_away = self._taking_away, self._taking_away or id(node) in self._negative
        try:
            return self._made(node, below)
        finally:
            self._taking_away = before

    def _made(self, node: Query, below: list[Piece | None]) -> Piece | None:  # noqa: PLR0911 - one return a kind of node
        if isinstance(node, Near):
            kept = [piece for piece in below if piece is not None]
            if len(kept) < len(below):
                self.lose(LossKind.DROPPED, "a proximity", "one of its sides could not be said")
                return None
            return self.near(node, kept)
        if isinstance(node, (And, Or)):
            kept = [piece for piece in below if piece is not None]
            if isinstance(node, And) and len(kept) < len(below):
                # A side of an AND that vanished takes the whole with it, unless it was only a limit.
                for child, piece in zip(node.children, below, strict=True):
                    if piece is None and not only_limits(child):
                        return None
            if not kept:
                return None
            if len(kept) == 1:
                return kept[0]
            return self.joined("AND" if isinstance(node, And) else "OR", kept)
        if isinstance(node, Not):
            keep, drop = below
            if keep is None:
                return None
            if drop is None:
                self.lose(LossKind.WIDENED, "a NOT", "what it takes away could not be said, so nothing is taken away")
                return keep
            return self.joined("NOT", [keep, drop])
        return self._leaf(node)

    def joined(self, op: str, parts: list[Piece]) -> Piece:
        """Pieces under one operator. Fields stay unwritten while all parts share them and the dialect allows it."""
        sign = {"AND": self.and_, "OR": self.or_, "NOT": self.not_}[op]
        shared = parts[0].fields
        # Several tags are written as an OR of whole groups, so that an AND inside would have to hold in one field.
        factored = (op == "OR" and (self.factor != "term" or self.sharing)) or (
            self.factor == "all" and shared is not None and len(self.cover(shared)) == 1
        )
        if shared is not None and factored and all(part.fields == shared for part in parts):
            return Piece(sign.join(f"({part.text})" if part.op else part.text for part in parts), op, shared)
        return Piece(sign.join(self.inner(part) for part in parts), op)


def only_limits(node: Query) -> bool:
    """True for a limit, or an Or of limits: left out of an AND, it only leaves more."""
    return all(isinstance(part, (Limit, DateLimit, Or)) for part in walk(node))


def names(fields: frozenset[Field]) -> str:
    """Fields for people: `title, abstract`."""
    return ", ".join(field.value for field in Field if field in fields) or "whatever the database searches by itself"


def date_text(node: DateLimit) -> str:
    """A date limit for people."""
    if node.last:
        return f"{node.kind} in the last {node.last}"
    return f"{node.kind} {node.since or '...'} to {node.until or '...'}"


def natural(name: str) -> str:
    """An inverted heading in the order people write it: `Diabetes Mellitus, Type 2` as `Type 2 Diabetes Mellitus`."""
    parts = [part.strip() for part in name.split(", ")]
    return " ".join(reversed(parts)) if len(parts) <= 3 else " ".join(parts)


def has_wild(word: Word) -> bool:
    """True for a word that holds a wildcard."""
    return not word.literal


def count_wild(query: Query, test: Callable[[Wild], bool] = lambda _wild: True) -> int:
    """How many wildcards a tree holds."""
    return sum(
        test(part)
        for node in walk(query)
        if isinstance(node, Term)
        for word in node.words
        for part in word.parts
        if isinstance(part, Wild)
    )
