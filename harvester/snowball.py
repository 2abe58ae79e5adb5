"""Citation searching: from seeds to what they cite and what cites them, as a run of its own.

Every provider is one search of the run (kind `snowball`); each record keeps which seeds led to it, in which direction,
by whose word (table `citations`). A provider that fails fails alone. With a depth over 1 the works that are new become
seeds of the next round, until nothing is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester import works
from harvester.errors import HarvesterError, Incomplete, UsageError
from harvester.intake import Answered, Intake, Item, Job
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Source, SourceInfo
from harvester.sources.by_hand import ByHand
from harvester.sources.citations import of_record, provider, seed
from harvester.sources.citations_base import BOTH, Linked, Provider, Seed
from harvester.store import Store, pages, runs, summary
from harvester.window import DateField, Window

if TYPE_CHECKING:
    from harvester.http import Http

KIND = "snowball"
DEFAULT = ("pubmed", "europe-pmc", "openalex", "crossref")


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run of citations came to: its number, its JSON (a run's, with `edges`), the exit code it earns."""

    run_id: int
    said: dict[str, Any]
    exit_code: int


@dataclass(slots=True)
class _Told:
    """What one provider said: how many links it could not name, which seeds it does not know, what failed."""

    unnamed: int = 0
    unknown: list[str] = field(default_factory=list)
    error: HarvesterError | None = None


def seeds_of(given: Sequence[str], left_out: list[str] | None = None) -> list[Seed]:
    """Seeds from DOIs, PubMed numbers, reference files and files of known studies, each once.

    A record that has neither a DOI nor a PubMed number is no seed; its title is put into `left_out`. Raises UsageError
    for a text that is none of these and when no seed is left, and FormatError.
    """
    found: dict[str, Seed] = {}
    lost: list[str] = [] if left_out is None else left_out
    for text in given:
        if Path(text).is_file():
            for record in _records_of(Path(text)):
                one = of_record(record)
                if one is None:
                    lost.append(record.title or record.source_id)
                else:
                    found.setdefault(one.name, one)
        else:
            one = seed(text)
            found.setdefault(one.name, one)
    if not found:
        raise UsageError(
            f"no seed has a DOI or a PubMed number ({len(lost)} records have neither)",
            hint="harvester snowball 10.1000/x 12345678 included.ris",
        )
    return list(found.values())


def _records_of(path: Path) -> Iterator[Record]:
    """The records of a reference file, or of a list of known studies as `harvester recall` takes it."""
    from harvester import formats
    from harvester.match import read_known

    if path.suffix.lower() in (".txt", ".json", ".csv", ""):
        known = read_known(path.read_text(encoding="utf-8-sig", errors="replace"))
        if known is not None:
            yield from (each.record for each in known)
            return
    yield from formats.read(path)


def snowball(
    store: Store,
    http: Http,
    seeds: Sequence[Seed],
    *,
    directions: Sequence[str] = BOTH,
    by: Sequence[str] = DEFAULT,
    depth: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Followed:
    """Follow the citations of `seeds`. The report is a run's, with `edges`. Raises UsageError and StoreError.

    Providers that fail are in the report; its exit code is 4 then, or 5 when links were listed that did not come.
    """
    if depth < 1:
        raise UsageError("a depth below 1 follows nothing", hint="--depth 1 follows the seeds themselves.")
    chosen = [provider(name) for name in dict.fromkeys(by)]
    options = {"seeds": [each.name for each in seeds], "directions": list(directions), "by": list(by), "depth": depth}
    until = Window(DateField.ENTERED, None, datetime.now(UTC).date())
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun(KIND, "", "", "", "", options, until))
        ids = {one.name: _add(store, run_id, one, seeds, directions) for one in chosen}
    intake = Intake(store, run_id, None)
    told = {one.name: _Told() for one in chosen}
    going, seen = list(seeds), {each.name for each in seeds}
    for level in range(1, depth + 1):
        if progress is not None:
            progress(f"citations, depth {level}: {len(going)} seeds")
        before = _records(store, run_id)
        asked = [(each, direction) for each in going for direction in directions]
        for one in chosen:
            if told[one.name].error is None:
                _follow(intake, http, one, ids[one.name], asked=asked, told=told[one.name])
        fresh = _new_seeds(store, run_id, before)
        going = [each for each in fresh if each.name not in seen]
        seen.update(each.name for each in going)
        if not going:
            break
    with store.transaction():
        for one in chosen:
            _end(store, ids[one.name], told[one.name], len(seeds))
    works.judge(store, run_id)
    with store.transaction():
        runs.end_run(store, run_id)
    said = summary.report(store, run_id) | {"edges": edges(store, run_id)}
    return Followed(run_id, said, summary.exit_code(store, run_id))


def _add(store: Store, run_id: int, one: Provider, seeds: Sequence[Seed], directions: Sequence[str]) -> int:
    """The search of one provider. A direction that it does not know is a loss, and said so."""
    from harvester.search import Loss, LossKind

    lacking = [each for each in directions if each not in one.directions]
    losses = tuple(
        Loss(LossKind.DROPPED, f"{each} citations", f"{one.label} does not tell them; others are asked")
        for each in lacking
    )
    text = f"{' and '.join(directions)} citations of {', '.join(each.name for each in seeds)}"
    search = Search(one.name, "generic", text, text, losses=losses)
    return runs.add_search(store, run_id, search, kind=KIND, label=f"{one.label} (citations)", state=runs.RUNNING)


def _follow(
    intake: Intake, http: Http, one: Provider, search_id: int, *, asked: Iterable[tuple[Seed, str]], told: _Told
) -> None:
    """Ask one provider for every seed and direction that it knows; its first failure ends it."""
    job = Job(_source(one), Search(one.name, "generic", "", ""), search_id, KIND)
    for each, direction in asked:
        if direction not in one.directions:
            continue
        try:
            for linked in one.links(each, direction, http):
                _keep(intake, job, linked, each, direction)
                told.unnamed += linked.unnamed
                if not linked.known and each.name not in told.unknown:
                    told.unknown.append(each.name)
        except HarvesterError as error:
            told.error = error
            return


def _source(one: Provider) -> Source:
    """What intake wants to know of a provider: nothing is matched here, and its records name their own source."""
    info = SourceInfo(
        name=one.name, label=one.label, kind="import", docs="", terms="", dialect="generic", windows=(),
        per_second=1, per_second_with_key=1,
    )  # fmt: skip
    return ByHand(one.name, info)


def _keep(intake: Intake, job: Job, linked: Linked, each: Seed, direction: str) -> None:
    """One page with its records, and whose word and which seed they stand for."""
    if linked.page is None:
        return
    items = [Item(place, record.source_id, record) for place, record in enumerate(linked.records)]
    intake.take(job, Answered(pages.pack(linked.page), items))
    store = intake.store
    with store.transaction():
        store.many(
            "insert or ignore into citations (search_id, record_id, seed, direction) "
            "select ?, id, ?, ? from records where source = ? and source_id = ?",
            [(job.search_id, each.name, direction, record.source, record.source_id) for record in linked.records],
        )


def _end(store: Store, search_id: int, told: _Told, seeds: int) -> None:
    """Close a provider's search: what it linked and gave, what it could not name, what it does not know.

    One that knows none of the seeds was not searched: that is no zero.
    """
    came = store.value("select count(*) from found where search_id = ?", (search_id,))
    warnings = []
    if told.unnamed:
        warnings.append(f"{told.unnamed} links have no identifier, or lead to works that it does not have.")
    if told.unknown:
        warnings.append(f"It does not know {', '.join(told.unknown)}.")
    if told.error is None and not came and len(told.unknown) >= seeds:
        store.execute(
            "update searches set state = ?, error = ?, hint = ?, finished_at = ? where id = ?",
            (
                runs.NOT_SEARCHED,
                "it knows none of the seeds",
                "Give the seeds' DOIs, or ask others.",
                runs.now(),
                search_id,
            ),
        )
    elif told.error is None:
        runs.counted(store, search_id, came, translation="", warnings=warnings, as_of=None)
        runs.end_search(store, search_id, runs.COMPLETE)
    else:
        state = runs.INCOMPLETE if isinstance(told.error, Incomplete) else runs.FAILED
        hint = (
            told.error.hint if "resume" not in told.error.hint else "Try `harvester snowball` again; what came is kept."
        )
        runs.end_search(store, search_id, state, error=str(told.error), hint=hint)


def _records(store: Store, run_id: int) -> set[int]:
    rows = store.rows(
        "select distinct f.record_id from found f join searches s on s.id = f.search_id where s.run_id = ?", (run_id,)
    )
    return {row["record_id"] for row in rows}


def _new_seeds(store: Store, run_id: int, before: set[int]) -> list[Seed]:
    """The records that this round brought and no earlier run had, as seeds, each work's identifiers once."""
    found: dict[str, Seed] = {}
    for row in store.rows(
        "select r.id, (select value from identifiers where record_id = r.id and scheme = 'doi' limit 1) as doi, "
        "(select value from identifiers where record_id = r.id and scheme = 'pmid' limit 1) as pmid "
        "from records r where r.first_run = ? order by r.id",
        (run_id,),
    ):
        if row["id"] not in before and (row["doi"] or row["pmid"]):
            one = Seed(row["doi"] or "", row["pmid"] or "")
            found.setdefault(one.name, one)
    return list(found.values())


def edges(store: Store, run_id: int) -> list[dict[str, Any]]:
    """Every link of a run: seed, direction, by whose word, and the record and work that it leads to."""
    rows = store.rows(
        "select c.seed, c.direction, s.source as by, r.id as record, r.source, r.source_id, r.title, m.work_id as work "
        "from citations c join searches s on s.id = c.search_id join records r on r.id = c.record_id "
        "left join work_records m on m.record_id = r.id where s.run_id = ? order by c.seed, c.direction, s.id, r.id",
        (run_id,),
    )
    return [dict(row) for row in rows]
