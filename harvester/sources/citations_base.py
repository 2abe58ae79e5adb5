"""What every service of citations is, and what they share; `citations` holds the services."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from harvester.errors import Refused
from harvester.http import Http
from harvester.record import Record
from harvester.sources.api import Api, Request, json_object
from harvester.sources.base import Page, Source

_T = TypeVar("_T")
BACKWARD, FORWARD = "backward", "forward"
BOTH = (BACKWARD, FORWARD)


@dataclass(frozen=True, slots=True)
class Seed:
    """A work to begin from. `name` is how it is shown: its DOI or PubMed number with the scheme before it."""

    doi: str = ""
    pmid: str = ""

    @property
    def name(self) -> str:
        """`doi:10.1000/x` or `pmid:123`."""
        return f"doi:{self.doi}" if self.doi else f"pmid:{self.pmid}"


@dataclass(frozen=True, slots=True)
class Linked:
    """One answer about a seed: the page as it is kept, the records in it, how many links it could not name.

    `known` is False when the provider does not know the seed at all: that is no zero.
    """

    page: Page | None
    records: tuple[Record, ...] = ()
    unnamed: int = 0
    known: bool = True


class Provider(ABC):
    """A service that knows citations. `source` is the source whose records it gives."""

    name = ""
    label = ""
    directions: tuple[str, ...] = BOTH

    @abstractmethod
    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What the service links to `seed`. Raises Refused, Unavailable or Changed."""


def lookup(api: Api, http: Http, asked: Request) -> tuple[Page, dict[str, Any]] | None:
    """One JSON object, or None where the service says 404: it does not know the work."""
    held: list[dict[str, Any]] = []

    def judge(answer: Any) -> None:
        body = answer.body.strip()
        if body.startswith(b"["):  # a bare list, as OpenCitations gives it
            answer = replace(answer, body=b'{"list":' + body + b"}")
        held[:] = [json_object(answer, api.info.name)]

    try:
        answer = api.fetch(http, asked, judge)
    except Refused as refused:
        if "HTTP 404" in str(refused):
            return None
        raise
    return replace(api.page(answer, "", {}), kind="citations"), held[0]


def records_of(source: Source, pages: Iterator[Page]) -> Iterator[Linked]:
    """The pages of a search as linked records; an item that cannot be read is counted as unnamed."""
    for page in pages:
        found, unread = [], 0
        for item in source.items(page):
            if item.error:
                unread += 1
                continue
            try:
                found.append(source.record(item))
            except ValueError:
                unread += 1
        if page.kind == "records":
            yield Linked(replace(page, kind="citations", expected=()), tuple(found), unread)


def chunks(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """`values` in pieces of `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
