"""A search as a tree, the same for every query language.

A reader (harvester/dialects) makes the tree from text, a writer makes text from it, `harvester.match` evaluates it.
Every node knows its place in the text it was read from (`span`); places never take part in comparing trees, so
`read(write(tree)) == tree` can be asked of every dialect.

Trees can be deep and wide (a published strategy is one line of 200 kB): walk them with `fold` or `walk`, which use
no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source text: characters `start` to `end` (from 0, end excluded), `line` and `column` from 1."""

    start: int = 0
    end: int = 0
    line: int = 0
    column: int = 0


NOWHERE = Span()


class Field(StrEnum):
    """The parts of a record that a term can be looked for in. A term's `fields` are joined by OR."""

    TITLE = "title"
    ABSTRACT = "abstract"
    KEYWORD = "keyword"  # given by the authors
    HEADING = "heading"  # words of the controlled headings
    SUBHEADING = "subheading"
    KEYWORD_PLUS = "keyword-plus"  # made by the database from cited titles (Web of Science)
    SUBSTANCE = "substance"  # names of substances, supplementary concepts
    PUBLICATION_TYPE = "publication-type"
    AUTHOR = "author"
    AFFILIATION = "affiliation"
    JOURNAL = "journal"
    IDENTIFIER = "identifier"  # PMID, DOI, accession number
    REGISTRY = "registry"  # registry or EC number
    NAME = "name"  # a person as subject, a corporate author, an investigator
    GRANT = "grant"
    PLACE = "place"
    FULL_TEXT = "full-text"
    OTHER = "other"
    ALL = "all"  # whatever the database calls all fields; contains all the others but FULL_TEXT


#: Title, abstract and author keywords: where a strategy's terms are looked for unless it says otherwise.
TEXT_FIELDS = frozenset({Field.TITLE, Field.ABSTRACT, Field.KEYWORD})


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard that stands for `minimum` to `maximum` characters of a word (None: any number)."""

    minimum: int = 0
    maximum: int | None = None


#: The usual truncation: nothing, or any number of characters.
ANY = Wild()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a phrase: literal parts and wildcards, in order. A literal part keeps its case and hyphens."""

    parts: tuple[str | Wild, ...]

    @property
    def literal(self) -> bool:
        """True when the word holds no wildcard."""
        return all(isinstance(part, str) for part in self.parts)

    @property
    def wildcards(self) -> int:
        """How many wildcards the word holds."""
        return sum(isinstance(part, Wild) for part in self.parts)

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else _wild_text(part) for part in self.parts)


def _wild_text(wild: Wild) -> str:
    if wild == ANY:
        return "*"
    if wild.minimum == wild.maximum:
        return "?" * wild.minimum
    return f"*{{{wild.minimum},{'' if wild.maximum is None else wild.maximum}}}"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or an exact phrase in one of `fields`.

    `fields` is empty where the text named none. `mapped` says that the text left the meaning to the database
    (an unquoted, untagged PubMed term goes through Automatic Term Mapping): nothing else can say quite the same.
    `quoted` keeps how it was typed, for lint only.
    """

    words: tuple[Word, ...]
    fields: frozenset[Field] = frozenset()
    mapped: bool = False
    quoted: bool = field(default=True, compare=False)
    span: Span = field(default=NOWHERE, compare=False)

    @property
    def text(self) -> str:
        """The phrase as a person reads it, wildcards as `*` and `?`."""
        return " ".join(str(word) for word in self.words)

    @property
    def wildcards(self) -> int:
        """How many wildcards the phrase holds."""
        return sum(word.wildcards for word in self.words)


@dataclass(frozen=True, slots=True)
class Near:
    """`operands` near each other: in the passage from the first to the last, at most `distance` words that belong
    to none of them. `ordered`: in the order given. Each operand is a Term, an Or of such, or another Near.

    adjN of Ovid is distance N-1; NEAR/n and W/n are distance n.
    """

    operands: tuple[Query, ...]
    distance: int
    ordered: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a controlled vocabulary ("mesh", "cinahl", "apa", "emtree"; "" where the text does not say).

    `explode` takes in the narrower headings, `focus` wants it as a main point. Of `subheadings` one has to be there.
    """

    name: str
    vocabulary: str = "mesh"
    explode: bool = True
    focus: bool = False
    subheadings: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


class LimitKind(StrEnum):
    """What a limit is about. OTHER keeps a limit that only its own database knows ("full text")."""

    LANGUAGE = "language"
    PUBLICATION_TYPE = "publication-type"
    AGE = "age"
    SPECIES = "species"
    SEX = "sex"
    SUBSET = "subset"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Limit:
    """One value that the record has to carry: a language, a publication type, an age group..."""

    kind: LimitKind
    value: str
    span: Span = field(default=NOWHERE, compare=False)


class DateKind(StrEnum):
    """Which date of a record. ENTRY is PubMed's edat, which is set back for late entries; ENTERED is crdt."""

    PUBLISHED = "published"
    ENTERED = "entered"
    ENTRY = "entry"
    MODIFIED = "modified"
    INDEXED = "indexed"
    COMPLETED = "completed"
    ELECTRONIC = "electronic"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class DateLimit:
    """From `since` to `until`, both included, each as precise as written (YYYY, YYYY-MM, YYYY-MM-DD; "" is open).

    `last` is a relative range as written ("5 years"); then since and until are empty.
    """

    kind: DateKind
    since: str = ""
    until: str = ""
    last: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LineRef:
    """Another line of a line set, by its number or name as written without `#` or `S`."""

    label: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of `children`."""

    children: tuple[Query, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of `children`."""

    children: tuple[Query, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`keep` without what `drop` finds."""

    keep: Query
    drop: Query
    span: Span = field(default=NOWHERE, compare=False)


Query = Term | Near | Heading | Limit | DateLimit | LineRef | And | Or | Not
Leaf = Term | Heading | Limit | DateLimit | LineRef


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a line set. `label` is its number or name; `comment` what was written beside it."""

    label: str
    query: Query
    text: str = field(default="", compare=False)
    comment: str = field(default="", compare=False)
    span: Span = field(default=NOWHERE, compare=False)


def children(node: Query) -> tuple[Query, ...]:
    """The nodes directly below `node`."""
    if isinstance(node, (And, Or)):
        return node.children
    if isinstance(node, Near):
        return node.operands
    if isinstance(node, Not):
        return (node.keep, node.drop)
    return ()


def walk(node: Query) -> Iterator[Query]:
    """`node` and every node below it, parents first, left to right."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def fold(node: Query, make: Callable[[Query, list[_T]], _T]) -> _T:
    """`make(node, results of its children)`, from the leaves up, without recursion."""
    done: list[_T] = []
    stack: list[tuple[Query, bool]] = [(node, False)]
    while stack:
        top, ready = stack.pop()
        below = children(top)
        if ready or not below:
            results = done[len(done) - len(below) :] if below else []
            if below:
                del done[len(done) - len(below) :]
            done.append(make(top, results))
        else:
            stack.append((top, True))
            stack.extend((child, False) for child in reversed(below))
    return done[0]


def rebuild(node: Query, below: list[Query]) -> Query:
    """`node` with `below` in place of its children (and itself where nothing changed)."""
    if all(new is old for new, old in zip(below, children(node), strict=True)):
        return node
    if isinstance(node, (And, Or)):
        return replace(node, children=tuple(below))
    if isinstance(node, Near):
        return replace(node, operands=tuple(below))
    if isinstance(node, Not):
        return replace(node, keep=below[0], drop=below[1])
    return node


def transform(node: Query, change: Callable[[Query], Query]) -> Query:
    """The tree with `change` applied to every node, from the leaves up."""
    return fold(node, lambda old, below: change(rebuild(old, below)))


def join(kind: type[And] | type[Or], parts: list[Query], span: Span = NOWHERE) -> Query:
    """`parts` under one And or Or; a single part stands for itself, and the same operator is not nested."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Query] = []
    for part in parts:
        flat.extend(part.children if isinstance(part, kind) else (part,))
    return kind(tuple(flat), span)


def with_default_fields(node: Query, fields: frozenset[Field]) -> Query:
    """The tree with `fields` on every term that names none."""

    def change(part: Query) -> Query:
        if isinstance(part, Term) and not part.fields:
            return replace(part, fields=fields)
        return part

    return transform(node, change)
