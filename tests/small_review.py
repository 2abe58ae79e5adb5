"""A small made-up review in a store, for the tests of screening, PRISMA, reports and the pages. All synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harvester.match import Matcher
from harvester.record import Author, PartialDate, Record, Section
from harvester.search import Search, SearchLine
from harvester.store import Store, open_store, runs
from harvester.store.decisions import uncertain
from harvester.store.records import RecordKeeper
from harvester.strategy import read
from harvester.works import judge

STRATEGY = """
[review]
name = "made-up"
title = "A made-up review of <link workers> & others"
question = "Does anything happen?"

[[block]]
name = "A"
title = "Workers"
terms = ["link worker*", "health coach"]

[[block]]
name = "B"
title = "Conditions"
terms = ["chronic illness*", "mental health"]

[limits]
language = "english"
published = "2017-2022"

[sources]
use = ["pubmed"]

[prisma_s]
contacts = "Five authors were written to."
"""
LABELS = {"pubmed": "PubMed", "cinahl": "CINAHL", "nasp": "NASP", "prospero": "PROSPERO"}


def paper(number: int, title: str = "", *, source: str = "pubmed", doi: str = "", year: int = 2020) -> Record:
    """A made-up paper."""
    return Record(
        source,
        str(number),
        title
        or f"{WORDS[number % len(WORDS)]} link workers and mental health in {PLACES[number % len(PLACES)]} {number}",
        authors=(Author(f"Family{number}", f"Given{number}"),),
        journal=f"Journal {number % 7}",
        volume=str(number),
        pages=f"{number}-{number + 8}",
        published=PartialDate(year),
        abstract=(Section("About chronic illness and those who live with it."),),
        identifiers={"doi": (doi or f"10.1000/{number}",), **({"pmid": (str(number),)} if source == "pubmed" else {})},
    )


WORDS = ("Walking", "Singing", "Gardening", "Listening", "Cooking", "Waiting", "Swimming", "Reading")
PLACES = ("Leeds", "Cardiff", "Galway", "Oban", "Ghent", "Turin", "Porto", "Bergen", "Tartu")


def add_run(
    store: Store,
    found: Mapping[str, Sequence[Record]],
    *,
    kind: str = "run",
    site: Sequence[str] = (),
    state: str = "complete",
    until: str = "2022-07-31",
    strategy: str = STRATEGY,
) -> int:
    """A run that found these records, by source, judged; returns its number."""
    read_ = read(strategy, "made-up.toml", "0" * 64)
    matcher = Matcher(read_)
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun(kind, "made-up", "0" * 64, strategy, "t", {}, None))
        store.execute("update runs set until = ? where id = ?", (until, run_id))
        keeper = RecordKeeper(store, run_id)
        for source, records in found.items():
            _add_search(store, run_id, source, records, keeper, matcher, kind=kind, site=source in site, state=state)
        runs.end_run(store, run_id)
    judge(store, run_id)
    return run_id


def _add_search(
    store: Store,
    run_id: int,
    source: str,
    records: Sequence[Record],
    keeper: RecordKeeper,
    matcher: Matcher,
    *,
    kind: str,
    site: bool,
    state: str,
) -> None:
    texts = ('"link worker*"[tiab]', '"health coach"[tiab]', '"chronic illness*"[tiab]', '"mental health"[tiab]')
    labels = ("link worker*", "health coach", "chronic illness*", "mental health")
    lines = tuple(
        SearchLine(number, "A" if number < 3 else "B", text, label)
        for number, (text, label) in enumerate(zip(texts, labels, strict=True), 1)
    )
    whole = f"({texts[0]} OR {texts[1]}) AND ({texts[2]} OR {texts[3]})"
    search = Search(source, "pubmed", whole, whole, None, (*lines, SearchLine(5, "", whole, "total")))
    label = LABELS.get(source, source.title())
    search_id = runs.add_search(store, run_id, search, kind="update" if kind == "update" else "run", label=label)
    runs.begin_search(store, search_id)
    runs.counted(store, search_id, len(records), translation=whole, warnings=("A phrase was dropped.",), as_of=None)
    store.execute("insert or ignore into payloads values ('x', 'none', 0, x'')")
    page_id = store.execute(
        "insert into pages (search_id, seq, kind, request, status, media_type, sha256, detail, cursor, fetched_at) "
        "values (?, 1, 'records', 'made up', 200, 'text/plain', 'x', '{}', '', '2022-07-31')",
        (search_id,),
    ).lastrowid
    for record in records:
        (kept,) = keeper.keep([record])
        store.execute("insert or ignore into found values (?, ?, ?)", (search_id, kept.record_id, page_id))
        store.many(
            "insert or ignore into found_lines values (?, ?, ?)",
            [(search_id, kept.record_id, number) for number in matcher.lines(record) if number <= 4],
        )
    if site:
        store.execute("update searches set offered = reported where id = ?", (search_id,))
        store.many(
            "insert into pages (search_id, seq, kind, request, status, media_type, sha256, detail, cursor, fetched_at) "
            "values (?, ?, ?, 'made up', 200, 'text/plain', 'x', ?, '', '2022-07-31')",
            [(search_id, 2, "robots", '{"kind": "robots"}'), (search_id, 3, "records", '{"kind": "html"}')],
        )
    runs.end_search(store, search_id, state, error="" if state == "complete" else "it did not answer")


def small_review(path: Path) -> Store:
    """A store with one run: ten papers of PubMed, four of CINAHL (two the same as PubMed's), three of a site (one the
    same), one of a register. 18 records, 15 works."""
    store = open_store(path)
    add_run(
        store,
        {
            "pubmed": [paper(number, year=2015 + number) for number in range(1, 11)],
            "cinahl": [
                paper(1, source="cinahl", doi="10.1000/1"),
                paper(2, source="cinahl", doi="10.1000/2"),
                paper(21, source="cinahl"),
                paper(22, source="cinahl"),
            ],
            "nasp": [paper(3, source="nasp", doi="10.1000/3"), paper(31, source="nasp"), paper(32, source="nasp")],
            "prospero": [paper(41, source="prospero")],
        },
        site=("nasp",),
    )
    return store


def doubtful_review(path: Path, pairs: int = 24) -> Store:
    """A store with so many pairs that deduplication leaves to people: one title says more, the numbers differ."""
    records = []
    for number in range(1, pairs + 1):
        one = replace(paper(number), identifiers={"pmid": (str(number),)})
        more = {"source_id": str(number + 500), "identifiers": {"pmid": (str(number + 500),)}}
        records += [one, replace(one, title=f"{one.title}: a longer <b>report</b> of it all", **more)]  # type: ignore[arg-type]
    store = open_store(path)
    add_run(store, {"pubmed": records})
    assert len(uncertain(store)) == pairs, "deduplication no longer doubts these pairs: make others"
    return store
