"""The flow's numbers from the store: what was found and joined, and what screening decided.

Counted are records that are kept, each once for its source, however many runs found it; what a run counted and could
not keep is said in the notes. A record of other methods (sites, search engines, citation searching) that is a
duplicate of one from a database belongs to the database's column; the templates have no box for it, so the notes
say how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from harvester.prisma.flow import Flow
from harvester.screening.keep import CONFLICT, EXCLUDE, FULL_TEXT, INCLUDE, NOT_RETRIEVED, TITLE_ABSTRACT, Outcome
from harvester.screening.keep import outcomes as screening_outcomes
from harvester.store import Store

# Where a source's records stand in the diagram; every other source is a database.
REGISTERS = frozenset({"prospero", "clinicaltrials", "clinical-trials", "isrctn", "ictrp", "osf-registries"})
WEBSITES = frozenset({"google-scholar", "google-scholar-serpapi", "gov-uk"})
DATABASE, REGISTER, WEBSITE, ORGANISATION, CITATION = "database", "register", "website", "organisation", "citation"
NOT_SCREENED = "not screened yet"
NO_REASON = "No reason given"


@dataclass(slots=True)
class _Found:
    """What the searches in question found: records by arm and source, and the works of each column."""

    records: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_databases: set[int] = field(default_factory=set)
    by_others: set[int] = field(default_factory=set)
    earlier: set[int] = field(default_factory=set)
    unjudged: int = 0

    def arm(self, arm: str) -> int | None:
        """How many records of one arm; None where it has no source."""
        counts = [count for (where, _), count in self.records.items() if where == arm]
        return sum(counts) if counts else None

    def by_name(self, arm: str) -> tuple[tuple[str, int | None], ...]:
        """The arm's sources, the largest first."""
        found = [(label, count) for (where, label), count in self.records.items() if where == arm]
        return tuple(sorted(found, key=lambda each: (-each[1], each[0])))


def flow_from_store(store: Store, run: int | None = None, *, previous: int | None = None) -> Flow:
    """The flow of all that was found up to `run` (default: everything).

    With `previous`, the number of the last run of the review's previous version, it is the flow of an updated
    review: what that run and those before it found is left out, and the works of theirs that screening included are
    the previous studies. Numbers that need screening are None as long as nothing was screened.
    """
    found = _found(store, run, previous)
    outcomes = screening_outcomes(store)
    notes: list[str] = []
    databases = sum(count for (arm, _), count in found.records.items() if arm in (DATABASE, REGISTER))
    others = sum(found.records.values()) - databases
    duplicates: int | None = databases - len(found.by_databases)
    if found.unjudged:
        duplicates = None
        notes.append(f"{found.unjudged:,} records are not judged for duplicates yet.")
    elif others > len(found.by_others):
        notes.append(
            f"Of the {others:,} records from other methods, {others - len(found.by_others):,} are duplicates of one "
            "another or of records from databases and registers."
        )
    notes.extend(_unread(store, run, previous))
    left = _screened(outcomes, found.by_databases)
    right = _screened(outcomes, found.by_others)
    notes.extend(left.notes(len(found.by_databases), "databases and registers"))
    notes.extend(right.notes(len(found.by_others), "other methods"))
    included = _included(outcomes, found.by_databases | found.by_others)
    before = _included(outcomes, found.earlier) if previous is not None else None
    both = None if included is None or before is None else included + before
    return Flow(
        databases=found.arm(DATABASE),
        databases_by_name=found.by_name(DATABASE),
        registers=found.arm(REGISTER),
        registers_by_name=found.by_name(REGISTER),
        duplicates=duplicates,
        automatic=0,  # the program removes nothing but duplicates
        removed_otherwise=0,
        screened=left.screened,
        excluded=left.excluded,
        sought=left.sought,
        not_retrieved=left.not_retrieved,
        assessed=left.assessed,
        reports_excluded=left.reports_excluded,
        reasons=left.reasons,
        websites=found.arm(WEBSITE),
        organisations=found.arm(ORGANISATION),
        citations=found.arm(CITATION),
        other_sought=right.sought,
        other_not_retrieved=right.not_retrieved,
        other_assessed=right.assessed,
        other_reports_excluded=right.reports_excluded,
        other_reasons=right.reasons,
        new_studies=included,
        new_reports=included,
        previous_studies=before,
        previous_reports=before,
        total_studies=both,
        total_reports=both,
        updated=previous is not None,
        unknown=NOT_SCREENED,
        notes=tuple(notes),
    )


def _found(store: Store, run: int | None, previous: int | None) -> _Found:
    """Which records the runs in question found first, and whose works they are."""
    found = _Found()
    rows = store.rows(
        # The shorter label is the source's own: where it was asked for citations, more is said behind it.
        "select f.record_id, r.source, min(s.label) as label, "
        "max(s.id in (select search_id from pages where kind = 'robots')) as crawled, "
        "min(n.kind = 'snowball') as snowballed, min(n.id) as first, m.work_id "
        "from found f join searches s on s.id = f.search_id join runs n on n.id = s.run_id "
        "join records r on r.id = f.record_id left join work_records m on m.record_id = f.record_id "
        "where s.kind <> 'recheck' and (:run is null or n.id <= :run) group by f.record_id",
        {"run": run},
    )
    for row in rows:
        if previous is not None and row["first"] <= previous:
            if row["work_id"] is not None:
                found.earlier.add(row["work_id"])
            continue
        arm = _arm(row["source"], crawled=bool(row["crawled"]), snowballed=bool(row["snowballed"]))
        found.records[arm, row["label"] or row["source"]] += 1
        if row["work_id"] is None:
            found.unjudged += 1
        elif arm in (DATABASE, REGISTER):
            found.by_databases.add(row["work_id"])
        else:
            found.by_others.add(row["work_id"])
    # A work that an earlier search had found is a duplicate now, whatever column found it again.
    found.by_databases -= found.earlier
    found.by_others -= found.earlier | found.by_databases
    return found


def _arm(source: str, *, crawled: bool, snowballed: bool) -> str:
    if snowballed:
        return CITATION
    if source in REGISTERS:
        return REGISTER
    if source in WEBSITES:
        return WEBSITE
    return ORGANISATION if crawled else DATABASE


def _unread(store: Store, run: int | None, previous: int | None) -> Iterable[str]:
    """Searches that are not whole and records that could not be read, each said once."""
    rows = list(
        store.rows(
            "select s.source, s.run_id, s.label, s.state, s.reported, s.retrieved, s.quarantined from searches s "
            "where s.kind <> 'recheck' and s.state <> 'superseded' and (:run is null or s.run_id <= :run) "
            "and (:previous is null or s.run_id > :previous) order by s.id",
            {"run": run, "previous": previous},
        )
    )
    searched = {row["source"] for row in rows if row["state"] != "not-searched"}
    said: dict[str, None] = {}
    for row in rows:
        where = f"{row['label']}, run {row['run_id']}"
        if row["quarantined"]:
            said[f"{where}: {row['quarantined']:,} records came that could not be read; they are not counted."] = None
        if row["state"] == "not-searched":
            if row["source"] not in searched:
                said[f"{row['label']}: not searched by the program, and no export of it was taken in."] = None
        elif row["state"] != "complete":
            reported = "an unknown number of" if row["reported"] is None else f"{row['reported']:,}"
            said[f"{where}: {row['state']}; {reported} records were found, {row['retrieved'] or 0:,} are kept."] = None
    return said


@dataclass(slots=True)
class _Screened:
    """One column's screening. All None as long as nothing of it was screened."""

    screened: int | None = None
    excluded: int | None = None
    sought: int | None = None
    not_retrieved: int | None = None
    assessed: int | None = None
    reports_excluded: int | None = None
    reasons: tuple[tuple[str, int | None], ...] = ()
    in_conflict: int = 0

    def notes(self, works: int, where: str) -> Iterable[str]:
        """What the boxes cannot say."""
        if self.screened is not None and self.screened < works:
            yield f"{works - self.screened:,} of {works:,} works from {where} are not screened yet."
        if self.in_conflict:
            yield f"{self.in_conflict:,} works from {where} have decisions that conflict; no later box counts them."


def _screened(outcomes: dict[tuple[int, str], Outcome], works: set[int]) -> _Screened:
    first = {work: found for (work, stage), found in outcomes.items() if stage == TITLE_ABSTRACT and work in works}
    second = {work: found for (work, stage), found in outcomes.items() if stage == FULL_TEXT and work in works}
    if not first and not second:
        return _Screened()
    excluded = {work for work, found in first.items() if found.verdict == EXCLUDE and work not in second}
    undecided = {work for work, found in first.items() if found.verdict == CONFLICT and work not in second}
    seen = first.keys() | second.keys()
    column = _Screened(len(seen), len(excluded), len(seen - excluded - undecided), in_conflict=len(undecided))
    if not any(stage == FULL_TEXT for _, stage in outcomes):
        return column
    reasons: Counter[str] = Counter()
    for found in second.values():
        if found.verdict == EXCLUDE:
            reasons[found.reason or NO_REASON] += 1
    column.not_retrieved = sum(found.verdict == NOT_RETRIEVED for found in second.values())
    column.assessed = sum(found.verdict != NOT_RETRIEVED for found in second.values())
    column.reports_excluded = sum(reasons.values())
    column.reasons = tuple(
        (reason, reasons[reason]) for reason in sorted(reasons, key=lambda each: (-reasons[each], each))
    )
    column.in_conflict += sum(found.verdict == CONFLICT for found in second.values())
    return column


def _included(outcomes: dict[tuple[int, str], Outcome], works: set[int]) -> int | None:
    if not any(stage == FULL_TEXT for _, stage in outcomes):
        return None
    return sum(
        stage == FULL_TEXT and work in works and found.verdict == INCLUDE for (work, stage), found in outcomes.items()
    )
