"""PubMed, over NCBI's E-utilities.

API: https://www.ncbi.nlm.nih.gov/books/NBK25501/ - terms of use: https://www.ncbi.nlm.nih.gov/home/about/policies/
3 requests a second, 10 with a key; at most 9,999 records listed a search, so larger ones are sliced
(pubmed_slices). The record's shape: pubmed_xml, pubmed_article, pubmed_book.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from harvester.errors import Changed, FormatError
from harvester.http import Http
from harvester.query import DateKind
from harvester.record import Record
from harvester.search import Search, SearchLine
from harvester.sources import pubmed_xml
from harvester.sources.base import Count, Credential, Page, RawItem, Source, SourceInfo
from harvester.sources.pubmed_answers import NAME, last_update
from harvester.sources.pubmed_crew import Crew
from harvester.sources.pubmed_eutils import EMAIL, KEY, PER_SECOND, PER_SECOND_WITH_KEY, REACH, Eutils
from harvester.sources.pubmed_harvest import Harvest
from harvester.window import DateField

BATCH = 500
WORKERS = 4


class PubMed(Source):
    """PubMed. `batch` records a request, `workers` requests under way at once."""

    info = SourceInfo(
        name=NAME,
        label="PubMed",
        kind="api",
        docs="https://www.ncbi.nlm.nih.gov/books/NBK25501/",
        terms="https://www.ncbi.nlm.nih.gov/home/about/policies/",
        dialect="pubmed",
        windows=(DateField.ENTERED, DateField.MODIFIED, DateField.PUBLISHED),
        per_second=PER_SECOND,
        per_second_with_key=PER_SECOND_WITH_KEY,
        reach=REACH,
        # NLM's pages do not promise that [lr] moves with the indexing; [mhda] does, and nothing else.
        also_revised=(DateKind.INDEXED,),
        credentials=(
            Credential(KEY, required=False, purpose="10 requests a second instead of 3"),
            Credential(EMAIL, required=False, purpose="lets NCBI write to you before it blocks you"),
        ),
    )

    counts_lines = True

    def __init__(self, *, batch: int = BATCH, workers: int = WORKERS) -> None:
        self._batch = batch
        self._workers = workers

    def count(self, search: Search, http: Http) -> Count:
        """PubMed's own count, its translation and warnings, and the last day its index covers.

        Raises Refused, Unavailable or Changed.
        """
        eutils = Eutils(http)
        counted = _count(eutils, search.text)
        as_of = last_update(eutils.info())
        if as_of is None:
            return replace(counted, warnings=(*counted.warnings, "PubMed does not say when it was last updated."))
        return replace(counted, as_of=as_of)

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """Each line with its own count, in order; None for one that cannot be said alone. Raises as `count`."""
        eutils = Eutils(http)
        crew = Crew(self._workers)
        try:
            waiting: list[tuple[SearchLine, Future[Count] | None]] = [
                (line, crew.submit(partial(_count, eutils, line.text)) if line.text else None) for line in search.lines
            ]
            for line, future in waiting:
                yield line, future.result() if future else None
        finally:
            crew.stop()

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every answer that holds the records of `search`. Raises Refused, Unavailable, Changed or Incomplete.

        An "ids" page's `detail` has `count` (its own), `total` (the whole search, as counted last), `translation` and
        `warnings`; a "records" page's has `missing` (ids that PubMed listed and did not give, asked for thrice).
        """
        return Harvest(search, Eutils(http), batch=self._batch, workers=self._workers).pages(cursor)

    def items(self, page: Page) -> Iterator[RawItem]:
        """The articles and books in a page; a broken one comes with its `error`. Raises Changed."""
        if page.kind != "records":
            return
        try:
            yield from pubmed_xml.items(page.body)
        except FormatError as error:
            raise Changed(error.message, source=NAME, hint="Report it.") from error

    def record(self, item: RawItem) -> Record:
        """One article or book read. Raises ValueError for an item that is neither."""
        return pubmed_xml.record(item)

    def revised(self, search: Search, ids: Sequence[str]) -> Search | None:
        """These PMIDs within the days of the window, revised or indexed, NOT `search`; sent by POST, however many."""
        if search.window is None or search.window.by is not DateField.MODIFIED or not ids:
            return None
        since = f"{search.window.since:%Y/%m/%d}" if search.window.since else "1800/01/01"
        until = f"{search.window.until:%Y/%m/%d}" if search.window.until else "3000"
        listed = " OR ".join(f"{pmid}[uid]" for pmid in ids if pmid.isdecimal())
        whole = f"({listed}) NOT ({search.base})"
        days = " OR ".join(f'("{since}"[{tag}] : "{until}"[{tag}])' for tag in ("lr", "mhda"))
        text = f"({whole}) AND ({days})"
        return replace(search, text=text, base=whole, lines=())


def _count(eutils: Eutils, text: str) -> Count:
    found, _ = eutils.search(text)
    return Count(found.count, found.translation, found.warnings)
