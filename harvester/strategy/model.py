"""A search strategy as its file says it: blocks of terms, limits, sources. The words are not interpreted here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from harvester.errors import StrategyError


@dataclass(frozen=True, slots=True)
class TermText:
    """One term as the file has it. `line` and `column` (from 1) are where its first character stands.

    `places` holds the line and column of each character and of the end, for what is found wrong inside it.
    """

    text: str
    line: int = 0
    column: int = 0
    places: tuple[tuple[int, int], ...] = ()

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of the character at `offset` of the term."""
        if not self.places:
            return self.line, self.column + offset
        return self.places[min(offset, len(self.places) - 1)]


@dataclass(frozen=True, slots=True)
class Block:
    """One concept: terms joined by OR. Blocks are joined by AND."""

    name: str
    title: str
    terms: tuple[TermText, ...]
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Years:
    """Publication dates from `since` to `until`, both included, each YYYY, YYYY-MM or YYYY-MM-DD ("" is open)."""

    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a record has to satisfy beside the blocks.

    `age_by` says how `age = "adults"` is applied: "screening" leaves it to people, "exclude-children" drops what is
    indexed for children and not for adults, and keeps what is not indexed yet.
    """

    languages: tuple[str, ...] = ()
    published: Years | None = None
    age: str = ""
    age_by: str = "screening"


@dataclass(frozen=True, slots=True)
class Update:
    """How an update searches: by which date, how many days of overlap, and which publication dates then apply.

    `lines` says whether runs ask the servers for each line's own count (None: where it is at most a hundred requests).
    """

    by: str = "entered"
    overlap_days: int = 30
    published: Years | None = None
    lines: bool | None = None


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What the strategy says of one source: `query` replaces the blocks, `first` takes so many ranked hits."""

    name: str
    query: str = ""
    first: int | None = None
    dialect: str = ""
    note: str = ""
    line: int = 0
    column: int = 0


ALL_SITES = "*"


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """An organisation's site that the strategy itself describes: a source called `name`, crawled from `start`.

    `start` ends with a slash and is a fence: nothing outside is asked. `begin` are paths to begin at beside it,
    `sitemaps` paths of sitemaps that robots.txt does not name. `allow` and `deny` are patterns of paths (`*` stands for
    any characters): which pages links are followed to. `document` are patterns of the pages that are publications
    (none: the program tells them apart by their own metadata). `title`, `authors`, `date` and `summary` are CSS
    selectors. `pages`, `depth`, `hours` bound the crawl and `delay` (seconds) slows it; None is the program's own.
    `match` says what of a document is matched: title, summary, text (none: all of them). An empty `start` adds to a
    site that the program knows; the name ALL_SITES holds what the table [sites] says of all of them.
    """

    name: str
    start: str
    label: str = ""
    publisher: str = ""
    begin: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    title: str = ""
    authors: str = ""
    date: str = ""
    summary: str = ""
    pages: int | None = None
    depth: int | None = None
    delay: float | None = None
    hours: float | None = None
    match: tuple[str, ...] = ()
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What counts as one work: versions to `fold` ("preprints", "updates"); and the sources whose records are to be
    preferred where fields are merged, the best first (none: the program's own order).

    `same` and `different` are pairs of records by `source:source_id` that this review has decided for good. `ignore`
    are fields that are not compared. `joined_from` is the probability from which on two records are joined.
    """

    fold: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()
    joined_from: float = 0.9


@dataclass(frozen=True, slots=True)
class Strategy:
    """One search strategy. `raw` is the file exactly as it was, `sha256` of its bytes.

    `date` is the day the strategy is meant for, if it names one: it decides which rules of each database apply.
    `expansions` maps a truncated word ("refer*", lower case) to the whole words that stand for it where a database
    cannot truncate there. `prisma_s` holds what PRISMA-S asks and no program can know ("" is not stated).
    `dialect` is "generic" for a TOML file; a text in a database's own language has no blocks, and `raw` is the query.
    """

    name: str
    path: str
    raw: str
    sha256: str
    title: str = ""
    question: str = ""
    date: dt.date | None = None
    blocks: tuple[Block, ...] = ()
    limits: Limits = field(default_factory=Limits)
    update: Update = field(default_factory=Update)
    sources: tuple[str, ...] = ()
    settings: tuple[SourceSettings, ...] = ()
    sites: tuple[SiteSettings, ...] = ()
    expansions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prisma_s: dict[str, str] = field(default_factory=dict)
    dialect: str = "generic"
    duplicates: Duplicates = field(default_factory=Duplicates)

    def rules_date(self, explicit: dt.date | None, today: dt.date) -> dt.date:
        """The day whose rules apply: the one asked for, else the strategy's own, else today."""
        return explicit or self.date or today

    def source(self, name: str) -> SourceSettings:
        """What the strategy says of source `name` (nothing, where it says nothing)."""
        return next((found for found in self.settings if found.name == name), SourceSettings(name))

    def match(self, name: str) -> tuple[str, ...]:
        """What of a site's documents the strategy is held against, where it says so for the site or for all of them."""
        return next(
            (site.match for of in (name, ALL_SITES) for site in self.sites if site.name == of and site.match), ()
        )

    def error(self, message: str, line: int = 0, column: int = 0, *, hint: str = "") -> StrategyError:
        """A StrategyError that names this file."""
        return StrategyError(message, file=self.path, line=line, column=column, hint=hint)
