"""PRISMA-S: the 16 items of a search's report, filled from the store (https://doi.org/10.1186/s13643-020-01542-z).

The program knows what it did itself. What only people know (items 6, 7, 10, 11, 14) is taken from the strategy file
and printed as NOT STATED where that is silent; the same for what a file that was taken in does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harvester import __version__
from harvester.errors import UsageError
from harvester.prisma.counts import REGISTERS, WEBSITES, flow_from_store
from harvester.prisma.document import NOT_STATED, Block, Code, Heading, Para, Table
from harvester.prisma.searches import SearchFacts, labels, latest, searches, strategy_of
from harvester.prisma.text import number
from harvester.store import Store
from harvester.strategy import Strategy

SECTIONS = ((1, 7, "Information sources and methods"), (8, 14, "Search strategies"), (15, 15, "Managing records"))
NAMES = {
    1: "Database name", 2: "Multi-database searching", 3: "Study registries", 4: "Online resources and browsing",
    5: "Citation searching", 6: "Contacts", 7: "Other methods", 8: "Full search strategies",
    9: "Limits and restrictions", 10: "Search filters", 11: "Prior work", 12: "Updates", 13: "Dates of searches",
    14: "Peer review", 15: "Total records", 16: "Deduplication",
}  # fmt: skip
_ASKED = {6: "contacts", 7: "other_methods", 10: "filters", 11: "prior_work", 14: "peer_review"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `said` are sentences; empty means not stated."""

    number: int
    said: tuple[str, ...]

    @property
    def name(self) -> str:
        """The item's name in the checklist."""
        return NAMES[self.number]


def items(store: Store, run: int | None = None) -> list[Item]:
    """The 16 items, of all that was done up to `run` (default: everything)."""
    found = searches(store, run)
    direct = [search for search in found if search.kind != "snowball" and not search.is_late]
    strategy = strategy_of(store, run)
    asked = strategy.prisma_s if strategy else {}
    said: dict[int, Iterable[str]] = {
        1: _databases(direct),
        2: _at_once(direct),
        3: _registries(direct),
        4: _sites(direct),
        5: _citations(store, found),
        8: _strategies(found),
        9: _limits(found, strategy),
        12: _updates(found),
        13: _dates(direct),
        15: _totals(store, found, run),
        16: _deduplication(store, run),
        **{place: [text] if (text := asked.get(key, "").strip()) else [] for place, key in _ASKED.items()},
    }
    return [Item(place, tuple(said[place])) for place in sorted(NAMES)]


def document(store: Store, run: int | None = None, *, title: str = "") -> list[Block]:
    """PRISMA-S as a document: the items, then every strategy exactly as it was run."""
    blocks: list[Block] = [Heading(1, title or "PRISMA-S: report of the search")]
    blocks.append(
        Para(f"Made by harvester {__version__} from what it kept. {NOT_STATED} marks what nobody has said yet.")
    )
    section = ""
    for item in items(store, run):
        named = next((name for first, last, name in SECTIONS if first <= item.number <= last), SECTIONS[-1][2])
        if named != section:
            section = named
            blocks.append(Heading(2, section))
        blocks.append(Heading(3, f"{item.number}. {item.name}"))
        blocks.extend([Para(text) for text in item.said] or [Para(NOT_STATED, missing=True)])
    blocks.append(Heading(2, "Appendix: every search exactly as it was run"))
    for search in searches(store, run):
        if search.was_searched:
            blocks.extend(appendix(search))
    return blocks


def appendix(search: SearchFacts) -> Iterator[Block]:
    """One search: its text as sent, its lines with their hits, how the server understood it, what was lost."""
    yield Heading(3, f"{search.label}, run {search.run} ({search.kind}), {search.day}")
    what = [f"{number(search.reported)} records found, {number(search.retrieved)} kept."]
    if search.as_of:
        what.append(f"As the source stood on {search.as_of}.")
    if search.window:
        what.append(f"Window: {search.window}.")
    if search.first_n is not None:
        what.append(f"The first {search.first_n:,} hits were taken.")
    if search.state != "complete":
        what.append(f"This search is {search.state}: {search.error or 'it did not end'}.")
    yield Para(" ".join(what))
    if search.is_import:
        yield Para(f"Searched by hand; files taken in: {search.text}. What was searched is {NOT_STATED}.")
        return
    yield Code(search.text or "(nothing was sent)")
    if len(search.lines) > 1:
        rows = tuple(
            (str(line.number), line.block, line.text or "(cannot be sent alone)", number(line.hits, "not counted"))
            for line in search.lines
            if line.text != search.text
        )
        yield Table(("Line", "Block", "Text", "Hits"), rows)
    if search.translation and search.translation != search.text:
        if search.is_site:
            yield Para(f"{search.translation[:1].upper()}{search.translation[1:]}.")
        else:
            yield Para("As the server understood it:")
            yield Code(search.translation)
    for loss in search.losses:
        yield Para(f"{loss['kind'].capitalize()}: {loss['what']}: {loss['why']}")
    for warning in search.warnings:
        yield Para(f"Warning: {warning}")


def _databases(found: list[SearchFacts]) -> Iterator[str]:
    for source, label in labels(found).items():
        search = latest(found, source)
        if search.is_site or source in REGISTERS or source in WEBSITES:
            continue
        if not search.was_searched:
            yield f"{label}: not searched by the program, and no export of it was taken in."
        elif search.is_import:
            yield f"{label}, searched by hand; the exported records were taken in. Its platform is {NOT_STATED}."
        else:
            yield f"{label}, searched through its programming interface{_interface(source)}."


def _interface(source: str) -> str:
    from harvester import sources

    try:
        docs = sources.get(source).info.docs
    except UsageError:
        return ""
    return f" ({docs})" if docs else ""


def _at_once(found: list[SearchFacts]) -> Iterator[str]:
    if any(not search.is_import and search.was_searched for search in found):
        yield "The program searches every database by itself; none were searched together on one platform."
    if any(search.is_import for search in found):
        yield f"Whether the databases whose exports were taken in were searched together is {NOT_STATED}."


def _registries(found: list[SearchFacts]) -> Iterator[str]:
    names = [label for source, label in labels(found).items() if source in REGISTERS]
    yield f"{', '.join(names)}." if names else "No study registry was searched by the program."


def _sites(found: list[SearchFacts]) -> Iterator[str]:
    for source, label in labels(found).items():
        search = latest(found, source)
        if search.is_site and search.was_searched:
            yield f"{label}: {_browsed(search)}"
        elif source in WEBSITES and search.was_searched and not search.is_import:
            first = f"the first {search.first_n:,} hits" if search.first_n is not None else "all hits"
            yield (
                f"{label}: {first} of its own search, {search.day}: {number(search.reported)} records, "
                f"{number(search.retrieved)} kept."
            )
        elif source in WEBSITES and search.is_import:
            yield f"{label}: searched by hand, {search.day}; {number(search.retrieved)} records were taken in."
    if not any(search.is_site or search.source in WEBSITES for search in found):
        yield "No web site was searched by the program."


def _browsed(search: SearchFacts) -> str:
    """How a site was read and what that gave, from the pages that are kept."""
    crawl = search.crawl
    assert crawl is not None
    ways = [_many(crawl.sitemaps, "sitemap"), _many(crawl.feeds, "feed"), "the links on its pages"]
    through = ", ".join(way for way in ways if not way.startswith("0 "))
    rules = "its robots.txt was obeyed and is kept" if crawl.robots == 200 else "it has no robots.txt"
    first = f", the first {search.first_n:,} of them only" if search.first_n is not None else ""
    on = search.translation or "matched on the text of each document"
    return (
        f"its site was browsed by the program on {search.day} through {through} ({rules}); "
        f"{_many(crawl.pages, 'page')} and {_many(crawl.pdfs, 'PDF')} came, {number(search.offered)} documents were "
        f"found{first}, {on}; {number(search.retrieved)} answer the strategy and were kept."
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _citations(store: Store, found: list[SearchFacts]) -> Iterator[str]:
    done = [search for search in found if search.kind == "snowball"]
    for search in done:
        seeds = _seeds(store, search.id)
        yield (
            f"{search.label}, {search.day}: reference lists and citing works{seeds}, "
            f"{number(search.retrieved)} records."
        )
    if not done:
        yield "No citation searching was done by the program."


def _seeds(store: Store, search_id: int) -> str:
    """How many seeds led to records, and by which way."""
    rows = store.rows(
        "select direction, count(distinct seed) as seeds from citations where search_id = ? group by direction",
        (search_id,),
    )
    words = {"backward": "by their reference lists", "forward": "by those that cite them"}
    said = [f"{_many(row['seeds'], 'seed')} {words[row['direction']]}" for row in rows]
    return f" ({', '.join(said)})" if said else ""


def _strategies(found: list[SearchFacts]) -> Iterator[str]:
    count = sum(search.was_searched and not search.is_import for search in found)
    if count:
        yield f"In the appendix, exactly as they were sent: {count:,}."
    for label in dict.fromkeys(search.label for search in found if search.is_import):
        yield f"{label}: the text that was searched by hand is {NOT_STATED}."


def _limits(found: list[SearchFacts], strategy: Strategy | None) -> Iterator[str]:
    if strategy is not None and strategy.dialect == "generic":
        limits = strategy.limits
        if limits.languages:
            yield f"Language: {', '.join(limits.languages)}."
        if limits.published:
            yield f"Published: {limits.published.since or '...'} to {limits.published.until or '...'}."
        if limits.age:
            by = {
                "screening": "left to those who screen",
                "exclude-children": "records indexed for children and not for adults were taken away; what is not "
                "indexed yet was kept",
            }
            yield f"Age: {limits.age} ({by.get(limits.age_by, limits.age_by)})."
        if not (limits.languages or limits.published or limits.age):
            yield "No limits were used."
    for search in found:
        if search.first_n is not None:
            yield f"{search.label}: the first {search.first_n:,} {'documents' if search.is_site else 'hits'}."
        if search.window and search.kind == "run":
            yield f"{search.label}, run {search.run}: {search.window}."


def _updates(found: list[SearchFacts]) -> Iterator[str]:
    updates = [search for search in found if search.kind == "update"]
    for search in updates:
        days = search.window or "all days, since it cannot be searched by date or was never searched whole before"
        yield f"{search.label}, {search.day}: {days}; what was found before was subtracted."
    if not updates:
        yield "The searches have not been updated."


def _dates(found: list[SearchFacts]) -> Iterator[str]:
    for source, label in labels(found).items():
        search = latest(found, source)
        if search.was_searched:
            of = f", as the source stood on {search.as_of}" if search.as_of else ""
            by = " by hand" if search.is_import else ""
            yield f"{label}: last searched{by} {search.day}{of}."


def _totals(store: Store, found: list[SearchFacts], run: int | None) -> Iterator[str]:
    for search in found:
        if search.was_searched:
            yield (
                f"{search.label}, {search.kind} of {search.day}: {number(search.reported)} records found, "
                f"{number(search.retrieved)} kept."
            )
    total = store.value(
        "select count(distinct f.record_id) from found f join searches s on s.id = f.search_id "
        "where s.kind <> 'recheck' and (:run is null or s.run_id <= :run)",
        {"run": run},
    )
    yield f"In all {total:,} different records, each counted once for its source."


def _deduplication(store: Store, run: int | None) -> Iterator[str]:
    flow = flow_from_store(store, run)
    yield (
        f"By harvester {__version__}: records were compared by identifiers, titles, authors, journals, years, volumes "
        "and pages; doubtful pairs were left apart for people to decide, with the reasons kept."
    )
    if flow.duplicates is not None:
        yield f"{flow.duplicates:,} duplicate records were removed among databases and registers."
    yield from (note for note in flow.notes if "duplicate" in note)
    decided = store.value("select count(*) from decisions where undone_at is null")
    if decided:
        yield f"{decided:,} pairs were decided by hand."
