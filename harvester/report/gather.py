"""What a report tells, gathered from the store. Counting only; nothing here is text for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harvester.errors import UsageError
from harvester.prisma.searches import SearchFacts, searches, strategy_of
from harvester.prisma.searches import labels as labels_of
from harvester.record import Record
from harvester.related import listed
from harvester.report.known import read_known
from harvester.report.lines import LineRow, line_table
from harvester.screening.agreement import Agreement, agreement
from harvester.screening.find import find
from harvester.screening.keep import CONFLICT, EXCLUDE, STAGES, Outcome, is_screened, outcomes
from harvester.store import Store, decisions, runs, summary
from harvester.store.read import NEW_WORKS
from harvester.strategy import Strategy


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One work in a list: enough to find it again."""

    id: int
    title: str
    year: int | None
    journal: str
    doi: str
    pmid: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A study that is known to be relevant: found (as which work, told by what) or missed (why)."""

    title: str
    work: int | None
    by: str
    why: str
    sources: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screening:
    """What was screened: works by (stage, verdict), reasons for exclusion by stage, works in conflict with what each
    reviewer said, how far two reviewers agree, decided records of files that are no work here."""

    verdicts: dict[tuple[str, str], int]
    reasons: dict[tuple[str, str], int]
    conflicts: list[tuple[WorkRow, Outcome]]
    agreement: list[tuple[str, Agreement]]
    unmatched: list[dict[str, Any]]


@dataclass(slots=True)
class Facts:
    """Everything of one report. `run` is the run it speaks of; counts are of all up to it unless they say `new`.
    `related` are the relations between works, `folded` how many works would be shown with another one.

    `works` maps a work to its sources. `unjudged` are records not judged for duplicates yet; then works are unknown.
    """

    run: dict[str, Any]
    strategy: Strategy | None
    searches: list[SearchFacts]
    labels: dict[str, str]
    records: int
    unjudged: int
    works: dict[int, frozenset[str]]
    years: Counter[int | None]
    records_by_source: Counter[str]
    new: list[WorkRow]
    lines: list[LineRow]
    unlined: int
    undecided: list[dict[str, Any]]
    decided: list[dict[str, Any]]
    history: list[dict[str, Any]]
    screening: Screening | None = None
    known: list[Known] | None = None
    related: list[dict[str, Any]] = field(default_factory=list)
    folded: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def duplicates(self) -> int | None:
        """Records that are another record's duplicate; None as long as not all are judged."""
        return None if self.unjudged else self.records - len(self.works)

    @property
    def only(self) -> Counter[str]:
        """How many works each source alone found."""
        return Counter(next(iter(sources)) for sources in self.works.values() if len(sources) == 1)

    @property
    def overlaps(self) -> list[tuple[tuple[str, ...], int]]:
        """How many works each set of sources found, the largest first."""
        counted = Counter(tuple(sorted(sources)) for sources in self.works.values())
        return sorted(counted.items(), key=lambda each: (-each[1], each[0]))

    @property
    def this_run(self) -> list[SearchFacts]:
        """The searches of the run itself."""
        return [search for search in self.searches if search.run == self.run["run"]]


def gather(store: Store, run: int | None = None, *, known: Path | None = None) -> Facts:
    """The facts of `run` (default: the last one). Raises UsageError when there is no such run."""
    from harvester.dedupe.related import fold

    number = run if run is not None else store.value("select max(id) from runs where kind <> 'recheck'")
    if number is None:
        raise UsageError(f"{store.path} holds no run yet", hint="Search first: `harvester run STRATEGY`.")
    if runs.run_row(store, number) is None:
        raise UsageError(f"there is no run {number} in {store.path}", hint="`harvester history` lists them.")
    found = searches(store, number)
    labels = labels_of(found)
    works: dict[int, set[str]] = {}
    years: Counter[int | None] = Counter()
    by_source: Counter[str] = Counter()
    unjudged = 0
    for row in store.rows(_RECORDS, {"run": number}):
        by_source[row["source"]] += 1
        if row["work_id"] is None:
            unjudged += 1
        else:
            works.setdefault(row["work_id"], set()).add(row["source"])
    for row in store.rows(_YEARS, {"run": number}):
        years[row["year"]] += row["works"]
    lines, unlined = line_table(store, number, found)
    facts = Facts(
        run=summary.report(store, number),
        strategy=strategy_of(store, number),
        searches=found,
        labels=labels,
        records=sum(by_source.values()),
        unjudged=unjudged,
        works={work: frozenset(sources) for work, sources in works.items()},
        years=years,
        records_by_source=by_source,
        new=_new_works(store, number),
        lines=lines,
        unlined=unlined,
        undecided=decisions.uncertain(store),
        decided=_decided(store),
        history=[summary.report(store, row["id"]) for row in store.rows(_RUNS, {"run": number})],
    )
    facts.related = [each for each in listed(store) if each["companion"] in works and each["main"] in works]
    sure = ((each["companion"], each["main"]) for each in facts.related if each["sure"])
    facts.folded = len(fold(sure))
    facts.screening = _screening(store, facts)
    if known is not None:
        facts.known = _known(store, facts, read_known(known))
    return facts


_FOUND = (
    "select distinct f.record_id from found f join searches s on s.id = f.search_id "
    "where s.kind <> 'recheck' and s.run_id <= :run"
)
_RECORDS = f"""
    select r.id, r.source, m.work_id from records r left join work_records m on m.record_id = r.id
    where r.id in ({_FOUND})
"""  # noqa: S608 - our own constant
# A work's year: that of its merged record, else of the one record that it is.
_YEARS = f"""
    select year, count(*) as works from (
        select coalesce(json_extract(w.merged, '$.published.year'), min(r.year)) as year
        from works w join work_records m on m.work_id = w.id join records r on r.id = m.record_id
        where r.id in ({_FOUND}) group by w.id)
    group by year
"""  # noqa: S608 - our own constant
_RUNS = "select id from runs where id <= :run and kind <> 'recheck' order by id"


def _new_works(store: Store, run: int) -> list[WorkRow]:
    return _work_rows(store, NEW_WORKS, {"run": run})


def _works(store: Store, ids: Sequence[int]) -> list[WorkRow]:
    return _work_rows(store, "select value from json_each(:ids)", {"ids": json.dumps(list(ids))})


def _work_rows(store: Store, which: str, parameters: dict[str, Any]) -> list[WorkRow]:
    """The works that the query `which`, one of our own, names; the newest first."""
    rows = store.rows(
        f"select w.id, coalesce(json_extract(w.merged, '$.title'), r.title) as title, "  # noqa: S608 - constants
        "coalesce(json_extract(w.merged, '$.published.year'), r.year) as year, "
        "coalesce(json_extract(w.merged, '$.journal'), r.journal) as journal, "
        "group_concat(distinct a.source) as sources, "
        "(select i.value from identifiers i join work_records n on n.record_id = i.record_id "
        "where n.work_id = w.id and i.scheme = 'doi' order by n.record_id limit 1) as doi, "
        "(select i.value from identifiers i join work_records n on n.record_id = i.record_id "
        "where n.work_id = w.id and i.scheme = 'pmid' order by n.record_id limit 1) as pmid "
        "from works w join records r on r.id = w.id join work_records m on m.work_id = w.id "
        f"join records a on a.id = m.record_id where w.id in ({which}) group by w.id "
        "order by year desc nulls last, title, w.id",
        parameters,
    )
    return [
        WorkRow(
            row["id"],
            row["title"],
            row["year"],
            row["journal"] or "",
            row["doi"] or "",
            row["pmid"] or "",
            tuple(sorted(row["sources"].split(","))),
        )
        for row in rows
    ]


def _decided(store: Store) -> list[dict[str, Any]]:
    rows = store.rows(
        "select d.*, a.title as title_a, b.title as title_b from decisions d join records a on a.id = d.record_a "
        "join records b on b.id = d.record_b where d.undone_at is null order by d.id"
    )
    return [dict(row) for row in rows]


def _screening(store: Store, facts: Facts) -> Screening | None:
    if not is_screened(store):
        return None
    found = [each for (work, _), each in sorted(outcomes(store).items()) if work in facts.works]
    reasons = Counter((each.stage, each.reason) for each in found if each.verdict == EXCLUDE and each.reason)
    in_conflict = [each for each in found if each.verdict == CONFLICT]
    told = {row.id: row for row in _works(store, [each.work for each in in_conflict])}
    return Screening(
        dict(Counter((each.stage, each.verdict) for each in found)),
        dict(reasons.most_common()),
        [(told[each.work], each) for each in in_conflict],
        [
            (stage, pair)
            for stage in STAGES
            for pair in agreement(dict(each.votes) for each in found if each.stage == stage)
        ],
        [
            dict(row)
            for row in store.rows(
                "select f.file, u.position, u.title, u.doi, u.pmid, u.verdict, u.why from screening_unmatched u "
                "join screening_files f on f.id = u.file_id where f.id in (select max(id) from screening_files "
                "group by sha256, stage) order by f.id, u.position"
            )
        ],
    )


def _known(store: Store, facts: Facts, records: Iterable[Record]) -> list[Known]:
    """Which of the known studies are among the works that the report's runs found."""
    wanted = list(records)
    work_of = {row[0]: row[1] for row in store.rows("select record_id, work_id from work_records")}
    told = []
    for record, match in zip(wanted, find(store, wanted), strict=True):
        work = work_of[match.record] if match.record is not None else None
        if work is None or work not in facts.works:
            why = match.why or "it is in the store, but no search up to this run found it"
            told.append(Known(record.title, None, "", why, (), ()))
            continue
        told.append(
            Known(record.title, work, match.by, "", tuple(sorted(facts.works[work])), _lines_of(store, facts, work))
        )
    return told


def _lines_of(store: Store, facts: Facts, work: int) -> tuple[str, ...]:
    labels = {line.number: line.label for line in facts.lines if line.is_term}
    rows = store.rows(
        "select distinct l.number from found_lines l join work_records m on m.record_id = l.record_id "
        "join searches s on s.id = l.search_id join runs n on n.id = s.run_id "
        "where m.work_id = ? and n.terms_sha256 = (select terms_sha256 from runs where id = ?) order by 1",
        (work, facts.run["run"]),
    )
    return tuple(labels[row[0]] for row in rows if row[0] in labels)


def sources_in_order(facts: Facts) -> Sequence[str]:
    """The sources, those with the most records first."""
    return sorted(facts.labels, key=lambda source: (-facts.records_by_source[source], source))
