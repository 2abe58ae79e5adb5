"""What every source is. Read this before writing one.

A source *asks* (`count`, `pages`: these alone touch the world) and *tells* (`items`, `record`: pure functions of
what was kept, so that kept pages can be told anew by a better connector with no network).

The rules:

- It never returns short in silence. Refused, Unavailable or Changed is raised; `run` compares what came with what
  the source counted.
- `pages` is lazy and resumable: every page carries the cursor from which the rest can be had, and a page may come
  twice but may never be left out.
- `record` needs an id and a title (or says in `title` that there is none: "[No title]"); all else is tolerated.
- A credential never appears in a page, a message or a log.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from harvester.query import DateKind
from harvester.record import Record
from harvester.search import Search, SearchLine
from harvester.window import DateField

if TYPE_CHECKING:
    from harvester.http import Http


@dataclass(frozen=True, slots=True)
class Credential:
    """An environment variable that a source reads. `purpose` says what it buys ("10 requests a second")."""

    env: str
    required: bool
    purpose: str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source is and can do. `kind` is api, site or import. `reach` is how deep its results go (None: all).

    `per_second` is requests a second without a key, `per_second_with_key` with one. `windows` are the date fields
    it can honour. `tried` says how the connector was proved ("recorded answers and the sandbox; not live").
    `first` is how many ranked hits are taken unless the strategy says otherwise (None: all there are). `matched_here`
    says that the source cannot be asked the strategy itself: more is fetched and the strategy is matched locally.
    `paste_at` is where a person searches a source of kind import; `route` says in words how the records are had.
    `also_revised` are dates that move when a record is revised beside the one that a window by MODIFIED is about.
    """

    name: str
    label: str
    kind: str
    docs: str
    terms: str
    dialect: str
    windows: tuple[DateField, ...]
    per_second: float
    per_second_with_key: float
    reach: int | None = None
    credentials: tuple[Credential, ...] = ()
    tried: str = "recorded answers and the sandbox; not live"
    first: int | None = None
    matched_here: bool = False
    paste_at: str = ""
    route: str = ""
    also_revised: tuple[DateKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A source's own count of a search, how it understood it, and what it warned of.

    `warnings` are sentences for people; a dropped term is among them by name. `as_of` is the last day that
    the source says its index covers (None where it does not say).
    """

    hits: int
    translation: str = ""
    warnings: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a source, as it came.

    `kind` is "ids" for an answer that only counts and lists, "records" for one that holds records. `request` is
    redacted and can be shown. `cursor` is where to go on *after* this page. `expected` are the source's ids that
    an "ids" page lists: all of them have to arrive. `detail` is what the source's `items` needs to know.
    """

    kind: str
    request: str
    status: int
    body: bytes
    fetched_at: datetime
    cursor: str
    media_type: str = ""
    expected: tuple[str, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawItem:
    """One record inside a page, not yet understood. `node` is whatever the source's `record` reads.

    `error` is set when the item could not be cut out of the page; it is then kept raw and counted (quarantine).
    """

    source_id: str
    position: int
    node: Any
    error: str = ""


class Source(ABC):
    """A place that can be searched. Subclasses set `info` and implement the four verbs."""

    info: SourceInfo
    #: Whether a line is counted by one request, exactly, and at no cost to a quota: runs then count the lines, too.
    counts_lines: ClassVar[bool] = False
    #: How many records `revised` may be asked for at once.
    most_by_id: ClassVar[int] = 5000

    @abstractmethod
    def count(self, search: Search, http: Http) -> Count:
        """Ask the source how many records `search.text` finds.

        Raises Refused, Unavailable or Changed; a failure is never a zero.
        """

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """Each numbered line of `search` with its own count, in order; None for a line that cannot be said alone.

        Raises as `count`. A source that can count faster than one line after the other overrides this.
        """
        for line in search.lines:
            yield line, self.count(replace(search, text=line.text), http) if line.text else None

    @abstractmethod
    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every answer that holds the records of `search`, from `cursor` on ("" is the beginning).

        Raises Refused, Unavailable or Changed; Incomplete when the source's own count moved beyond repair.
        """

    @abstractmethod
    def items(self, page: Page) -> Iterator[RawItem]:
        """The records in one page, uninterpreted. No network, no clock."""

    @abstractmethod
    def record(self, item: RawItem) -> Record:
        """One record read. No network, no clock. Raises ValueError for an item that has no id or is not a record."""

    def in_full(self, record: Record) -> Record:
        """The record as the strategy is matched against it here: a site's has its full text in the abstract.

        Only what is matched locally (kind "site") asks for this; what is kept is the record itself.
        """
        return record

    def lines_met(self, search: Search) -> dict[int, int]:
        """The hits of the lines of `search` that came with its answer at no further cost, by number.

        A site's documents are matched here, so that their lines are counted; other sources are asked (`count_lines`).
        """
        return {}

    def revised(self, search: Search, ids: Sequence[str]) -> Search | None:
        """For `search`, whose window is by day of revision: one that finds which of the records `ids` were revised in
        it and answer `search` no longer, or all that were. None where the source cannot be asked for records by their
        ids.
        """
        return None
