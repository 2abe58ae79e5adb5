"""Keeping parsed records: the store beside raw executemany and sqlite-utils, on the same rows and tables.

Aims: within 1.25 times of raw executemany from the same records; the same file again at least 4 times faster.
Reads the 20,788 real PubMed records beside the checkout where they are, else as many made-up ones. CPU seconds, the
least of ROUNDS, each contender in a process of its own on a new file; WAL and synchronous NORMAL for all.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvester.intake import Answered, Intake, Job, read
from harvester.record import Author, PartialDate, Record, Section
from harvester.search import Search
from harvester.sources.base import Page
from harvester.sources.pubmed import PubMed
from harvester.store import Store, open_store, pages, runs
from harvester.store.records import RecordKeeper

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "pubmed" / "pubmed21n1298.xml.gz"
BATCH = 500
ROUNDS = 3
TABLES = {"records": 19, "identifiers": 3, "authors": 3, "subjects": 4, "relations": 6}
NEW_RUN = runs.NewRun("run", "bench", "", "", "", {}, None)


def made_up(count: int = 20_000) -> list[Record]:
    """Synthetic records of a likely size."""
    return [
        Record(
            "pubmed",
            str(number),
            f"A made-up study of link workers, number {number}",
            authors=tuple(
                Author(f"Family{place}", "Given", "G", affiliation="A made-up place. " * 6) for place in range(6)
            ),
            journal="Journal of examples",
            published=PartialDate(2021, 5),
            abstract=(Section("Nothing of this is true. " * 60),),
            keywords=("made up", "synthetic"),
            identifiers={"pmid": (str(number),), "doi": (f"10.1000/{number}",)},
        )
        for number in range(count)
    ]


def plain_rows(record_id: int, record: Record) -> dict[str, list[tuple[Any, ...]]]:
    """A record's rows as a short script would make them; the same rows that the store writes."""
    from hashlib import sha256

    data = record.to_json()
    subjects = [
        ("major" if each.major else "heading", "/".join((each.name, *each.subheadings))) for each in record.headings
    ]
    subjects += [("keyword", word) for word in record.keywords]
    subjects += [("type", word) for word in record.publication_types]
    subjects += [("language", word) for word in record.languages]
    return {
        "records": [
            (
                record_id,
                record.source,
                record.source_id,
                record.version,
                record.kind,
                record.title,
                record.journal,
                record.published.year,
                record.published.iso,
                record.volume,
                record.issue,
                record.pages,
                "; ".join(record.languages),
                record.entered.iso,
                record.abstract_text,
                sha256(data.encode()).hexdigest(),
                data,
                1,
                1,
            )
        ],
        "identifiers": [(record_id, scheme, value) for scheme, some in record.identifiers.items() for value in some],
        "authors": [(record_id, place, author.name) for place, author in enumerate(record.authors, 1)],
        "subjects": [(record_id, place, *subject) for place, subject in enumerate(subjects, 1)],
        "relations": [
            (record_id, place, tie.kind, tie.pmid, tie.doi, tie.citation)
            for place, tie in enumerate(record.relations, 1)
        ],
    }


def batches(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """The records, BATCH at a time."""
    for start in range(0, len(records), BATCH):
        yield records[start : start + BATCH]


def row_batches(records: Sequence[Record]) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """The rows of each batch, one record for an id (the newest version is last in the file)."""
    newest = list({record.source_id: record for record in records}.values())
    record_id = 0
    for batch in batches(newest):
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for record in batch:
            record_id += 1
            for table, some in plain_rows(record_id, record).items():
                rows[table] += some
        rows["identifiers"] = list(dict.fromkeys(rows["identifiers"]))
        yield rows


COLUMNS = {
    "records": "id, source, source_id, version, kind, title, journal, year, published, volume, issue, pages, language, "
    "entered, abstract, content_hash, data, first_run, changed_run",
    "identifiers": "record_id, scheme, value",
    "authors": "record_id, position, name",
    "subjects": "record_id, position, kind, term",
    "relations": "record_id, position, kind, pmid, doi, citation",
}


def write_raw(store: Store, some: Iterator[dict[str, list[tuple[Any, ...]]]]) -> None:
    """Plain executemany, a transaction a batch."""
    connection = store.connection
    for rows in some:
        connection.execute("begin")
        for table, count in TABLES.items():
            marks = ", ".join("?" * count)
            connection.executemany(f"insert into {table} ({COLUMNS[table]}) values ({marks})", rows[table])
        connection.execute("commit")


def raw(store: Store, records: Sequence[Record]) -> float:
    """Rows made from the records and written by executemany, with no look-ups."""
    began = time.process_time()
    write_raw(store, row_batches(records))
    return time.process_time() - began


def raw_ready(store: Store, records: Sequence[Record]) -> float:
    """Only the executemany: the rows lie ready."""
    ready = list(row_batches(records))
    gc.collect()
    gc.freeze()
    began = time.process_time()
    write_raw(store, iter(ready))
    return time.process_time() - began


def keeper(store: Store, records: Sequence[Record]) -> float:
    """The store's own way: known, changed and older records told apart."""
    keep = RecordKeeper(store, 1)
    began = time.process_time()
    for batch in batches(records):
        with store.transaction():
            keep.keep(batch)
    return time.process_time() - began


def keeper_again(store: Store, records: Sequence[Record]) -> float:
    """The same records once more."""
    keeper(store, records)
    return keeper(store, records)


def utils(store: Store, records: Sequence[Record]) -> float:
    """sqlite-utils' upsert_all, the whole of a batch in one transaction."""
    keys = {
        "records": "id",
        "identifiers": ("scheme", "value", "record_id"),
        "authors": ("record_id", "position"),
        "subjects": ("record_id", "position"),
        "relations": ("record_id", "position"),
    }
    names = {table: columns.split(", ") for table, columns in COLUMNS.items()}
    database = store.db
    began = time.process_time()
    for rows in row_batches(records):
        with database.atomic():
            for table, some in rows.items():
                if some:
                    upserts = [dict(zip(names[table], row, strict=True)) for row in some]
                    database[table].upsert_all(upserts, pk=keys[table], batch_size=BATCH)
    return time.process_time() - began


CONTENDERS: dict[str, Callable[[Store, Sequence[Record]], float]] = {
    "raw executemany": raw,
    "raw, rows ready made": raw_ready,
    "the store": keeper,
    "the same records again": keeper_again,
    "sqlite-utils upserts": utils,
}


def articles() -> Iterator[bytes]:
    """The real file in pages of BATCH articles, as efetch would send them."""
    page: list[bytes] = []
    with gzip.open(FILE) as file:
        article: list[bytes] = []
        for line in file:
            if line.lstrip().startswith((b"<PubmedArticle>", b"<PubmedBookArticle>")):
                article = []
            article.append(line)
            if line.rstrip().endswith((b"</PubmedArticle>", b"</PubmedBookArticle>")):
                page.append(b"".join(article))
                if len(page) == BATCH:
                    yield b"<PubmedArticleSet>" + b"".join(page) + b"</PubmedArticleSet>"
                    page = []
    if page:
        yield b"<PubmedArticleSet>" + b"".join(page) + b"</PubmedArticleSet>"


def the_file_twice(folder: Path) -> tuple[float, float, int]:
    """CPU seconds of reading and keeping the real file page by page, of the same again, and how many records."""
    source = PubMed()
    taken = []
    with open_store(folder / "file.db") as store:
        for _ in range(2):
            search = Search("pubmed", "pubmed", "", "")
            with store.transaction():
                run_id = runs.start_run(store, NEW_RUN)
                search_id = runs.add_search(store, run_id, search, kind="run", label="PubMed")
            job, intake = Job(source, search, search_id, "run"), Intake(store, run_id, None)
            known = intake.known_answers("pubmed")
            spent = 0.0
            for number, body in enumerate(articles()):
                page = Page("records", f"page {number}", 200, body, datetime.now(UTC), str(number))
                began = time.process_time()
                packed = pages.pack(page, known)
                items = None if packed.sha256 in known else read(source, page)
                intake.take(job, Answered(packed, items))
                spent += time.process_time() - began
            taken.append(spent)
        return taken[0], taken[1], store.value("select count(*) from items where record_id is not null") // 2


def one(name: str, pickled: str, folder: str) -> None:
    """Run one contender in this process; prints its CPU seconds and peak memory."""
    records = pickle.loads(Path(pickled).read_bytes())
    gc.collect()
    gc.freeze()  # the records in memory are the benchmark's doing, not the contender's
    with open_store(Path(folder) / "one.db") as store:
        with store.transaction():
            runs.start_run(store, NEW_RUN)
        spent = CONTENDERS[name](store, records)
        kept = store.value("select count(*) from records")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"cpu": spent, "kept": kept, "peak": peak}))


def main() -> None:
    """Print the table and the ratios."""
    if FILE.is_file():
        from harvester.sources import pubmed_xml

        with gzip.open(FILE) as file:
            records = list(pubmed_xml.read(file))
        print(f"{len(records):,} real PubMed records")
    else:
        records = made_up()
        print(f"{len(records):,} made-up records (the real ones are not beside this checkout)")
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        pickled = Path(folder) / "records.pickle"
        pickled.write_bytes(pickle.dumps(records))
        del records
        for _ in range(ROUNDS):
            for name in CONTENDERS:
                with tempfile.TemporaryDirectory(dir=folder) as own:
                    answer = subprocess.run(
                        [sys.executable, "-m", "benchmarks.bench_ingest", "--one", name, str(pickled), own],
                        check=True,
                        capture_output=True,
                        text=True,
                        cwd=Path(__file__).resolve().parents[1],
                        env={**os.environ, "PYTHONHASHSEED": "0"},
                    )
                said = json.loads(answer.stdout)
                spent[name] = min(spent.get(name, said["cpu"]), said["cpu"])
        base = spent["raw executemany"]
        print(f"{'contender':28}{'CPU s':>8}{'x raw':>8}")
        for name, seconds in spent.items():
            print(f"{name:28}{seconds:8.2f}{seconds / base:8.2f}")
        print(f"store / raw executemany: {spent['the store'] / base:.2f} (aim: at most 1.25)")
        print(f"store / same records again: {spent['the store'] / spent['the same records again']:.1f}")
        if FILE.is_file():
            first, again, kept = the_file_twice(Path(folder))
            print(
                f"the file, page by page, {kept:,} items read and kept: {first:.2f}; the same file again: {again:.2f}"
            )
            print(f"first / again: {first / again:.1f} (aim: at least 4)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        main()
