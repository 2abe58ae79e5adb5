"""Ask the searches of a run and keep what comes; a search is complete when its count agrees with what is kept.

A source that fails fails alone: what it gave is kept, nothing claims a zero, the others go on. Asking and reading
happen in a thread for each source; keeping happens here, in the one thread that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from sqlite3 import Row
from typing import TYPE_CHECKING, Any

from harvester import works
from harvester.errors import HarvesterError, Incomplete, StoreError
from harvester.intake import Answered, Heard, Intake, Job, Lines, interleave, listen
from harvester.line_counts import count_lines
from harvester.sources.base import Count, Source
from harvester.store import Store, runs, summary
from harvester.window import DateField, Window

if TYPE_CHECKING:
    from harvester.http import Http

Say = Callable[[str], None]
Find = Callable[[str], Source]
BUG_HINT = "This is a bug in the program: please report it with the traceback. What came before it is kept."


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to: its number, its JSON (harvester.store.summary.report), and the exit code it earns."""

    run_id: int
    said: dict[str, Any]
    exit_code: int


def quiet(_text: str) -> None:
    """Say nothing."""


def find_source(name: str) -> Source:
    """The connector of that name. Raises UsageError when there is none."""
    from harvester import sources

    return sources.get(name)


def records_said(number: int) -> str:
    """So many records, in words."""
    return f"{number:,} record" if number == 1 else f"{number:,} records"


def conduct(
    store: Store,
    run_id: int,
    http: Http,
    *,
    last: date,
    matcher: Lines | None,
    progress: Say = quiet,
    find: Find | None = None,
    accept_unread: bool = False,
    lines: bool | None = None,
) -> RunReport:
    """Ask all searches of a run that are not complete, count their lines, judge duplicates, end the run.

    `last` is the last day that a window may be closed with; `lines` as Strategy.update.lines.
    """
    conductor = Conductor(store, http, Intake(store, run_id, matcher), last, progress, accept_unread)
    bugs: list[Exception] = []
    # What was kept before is looked at again once the new is in, so that only the known is looked at.
    for kinds in ((runs.RUN, runs.UPDATE), (runs.LATE,), (runs.RECHECK,)):
        jobs = []
        for row in runs.current_searches(store, run_id):
            if row["kind"] not in kinds or row["state"] in (runs.COMPLETE, runs.NOT_SEARCHED):
                continue
            job = job_of(store, row, find)
            if row["state"] == runs.INCOMPLETE:
                if conductor.settle(job):
                    continue
                job = _anew(store, row, find)
            jobs.append(job)
        bugs += conductor.ask(jobs)
    progress("counting lines")
    whole = [row for row in runs.current_searches(store, run_id) if _counts(row)]
    count_lines(store, http, [((find or find_source)(row["source"]), row) for row in whole], wanted=lines)
    progress("judging duplicates")
    works.settle(store, run_id)
    with store.transaction():
        runs.end_run(store, run_id)
    if bugs:
        raise bugs[0]
    return RunReport(run_id, included_first(store, summary.report(store, run_id)), summary.exit_code(store, run_id))


def _counts(row: Row) -> bool:
    return row["kind"] in (runs.RUN, runs.UPDATE) and row["state"] == runs.COMPLETE


def included_first(store: Store, said: dict[str, Any]) -> dict[str, Any]:
    """A run's report with `included` on each record of its lists, the studies that screening included first."""
    from harvester.screening import included

    works_in = included(store)
    for name in ("retracted", "corrected", "changed", "vanished"):
        for each in said.get(name, ()):
            each["included"] = each["work"] in works_in
        if name in said:
            said[name].sort(key=lambda each: not each["included"])
    return said


def job_of(store: Store, row: Row, find: Find | None) -> Job:
    """The job that a search's row tells of: from its cursor on."""
    return Job(
        (find or find_source)(row["source"]),
        runs.load_search(store, row),
        row["id"],
        row["kind"],
        row["cursor"],
        row["reported"] is not None,
    )


def _anew(store: Store, row: Row, find: Find | None) -> Job:
    """A new attempt at a search whose count and content did not agree; what it gave is kept."""
    with store.transaction():
        store.execute("update searches set state = 'superseded' where id = ?", (row["id"],))
        search_id = runs.add_search(
            store,
            row["run_id"],
            runs.load_search(store, row),
            kind=row["kind"],
            label=row["label"],
            attempt=row["attempt"] + 1,
        )
    fresh = store.one("select * from searches where id = ?", (search_id,))
    assert fresh is not None
    return job_of(store, fresh, find)


@dataclass(slots=True)
class Conductor:
    """Asks the searches of a run and keeps what comes. `last` is the last day that windows may close with."""

    store: Store
    http: Http
    intake: Intake
    last: date
    progress: Say
    accept_unread: bool = False
    came: dict[int, int] = field(default_factory=dict)

    def settle(self, job: Job) -> bool:
        """Whether an incomplete search is complete once its unread items are read again, or accepted as they are."""
        self.intake.retell(job)
        if not self._agrees(job, runs.progress(self.store, job.search_id)):
            return False
        self._finish(job)
        return True

    def ask(self, jobs: Sequence[Job]) -> list[Exception]:
        """Run the jobs, each in its own thread; returns the exceptions that are bugs, to be raised at the end."""
        if not jobs:
            return []
        for job in jobs:
            with self.store.transaction():
                runs.begin_search(self.store, job.search_id)
        # Where the strategy is matched here, what an answer gave under another strategy says nothing.
        known: dict[int, frozenset[str]] = {
            job.search_id: frozenset()
            if job.is_site or job.kind == runs.LATE
            else self.intake.known_answers(job.search.source)
            for job in jobs
        }
        streams = [listen(job, self.http, known[job.search_id]) for job in jobs]
        bugs: list[Exception] = []
        for place, heard, error in interleave(streams):
            job = jobs[place]
            if heard is not None:
                self._keep(job, heard)
            elif error is None:
                self._finish(job)
            else:
                self._failed(job, error)
                if not isinstance(error, HarvesterError):
                    bugs.append(error)
        return bugs

    def _keep(self, job: Job, heard: Heard) -> None:
        if isinstance(heard, Count):
            self._counted(job, heard)
            return
        assert isinstance(heard, Answered)
        came = self.came.get(job.search_id, 0) + self.intake.take(job, heard)
        self.came[job.search_id] = came
        self.progress(f"{job.source.info.label}: {came:,} kept")

    def _counted(self, job: Job, count: Count) -> None:
        with self.store.transaction():
            runs.counted(
                self.store,
                job.search_id,
                count.hits,
                translation=count.translation,
                warnings=count.warnings,
                as_of=count.as_of,
            )
        self.progress(f"{job.source.info.label}: {count.hits:,} found")

    def _failed(self, job: Job, error: Exception) -> None:
        state = runs.INCOMPLETE if isinstance(error, Incomplete) else runs.FAILED
        if isinstance(error, HarvesterError):
            said, hint = str(error), error.hint
        else:
            said, hint = f"{type(error).__name__}: {error}", BUG_HINT
        with self.store.transaction():
            runs.end_search(self.store, job.search_id, state, error=said, hint=hint)

    def _finish(self, job: Job) -> None:
        """All pages came: complete when the count agrees with what is in the store, and only then."""
        stands = runs.progress(self.store, job.search_id)
        if not self._agrees(job, stands) and not stands.missing and not stands.quarantined:
            # The source's content may have moved while it was asked: its count now decides.
            try:
                self._counted(job, job.source.count(job.search, self.http))
            except StoreError:
                raise
            except HarvesterError as error:
                self._failed(job, error)
                return
            stands = runs.progress(self.store, job.search_id)
        met = job.source.lines_met(job.search) if self._agrees(job, stands) else {}
        with self.store.transaction():
            if not self._agrees(job, stands):
                lacking, hint = _what_lacks(job, stands)
                runs.end_search(self.store, job.search_id, runs.INCOMPLETE, error=lacking, hint=hint)
                return
            if runs.ends_before(self.store, job.search_id):
                said = f"{job.source.info.label} says that its index ends before the days asked for begin"
                hint = "Its clock or ours is wrong. Update again later: the window stays open."
                runs.end_search(self.store, job.search_id, runs.INCOMPLETE, error=said, hint=hint)
                return
            if stands.unmatched or job.source.info.kind == "site":
                # A site's documents that are not what the strategy asks for; of a late search, what was found before.
                offered = "" if job.kind == runs.LATE else "offered = reported, "
                self.store.execute(
                    f"update searches set {offered}reported = reported - ? where id = ?",  # noqa: S608 - our own words
                    (stands.unmatched, job.search_id),
                )
            for number, hits in met.items():
                runs.line_counted(self.store, job.search_id, number, hits, translation="", warnings=())
            runs.end_search(self.store, job.search_id, runs.COMPLETE)
            window = self._closing(job)
            if window is not None:
                runs.close_window(self.store, job.search_id, window)

    def _agrees(self, job: Job, stands: runs.Progress) -> bool:
        if stands.reported is None or stands.missing or (stands.quarantined and not self.accept_unread):
            return False
        wanted = stands.reported if job.search.first_n is None else min(stands.reported, job.search.first_n)
        return stands.distinct + stands.unmatched + stands.quarantined == wanted

    def _closing(self, job: Job) -> Window | None:
        """The window that a complete search closes; None for one that closes none."""
        if job.kind in (runs.LATE, runs.RECHECK) or job.search.first_n is not None:
            return None  # the first so many of a ranking say nothing of the rest
        said = self.store.value("select as_of from searches where id = ?", (job.search_id,))
        last = min(self.last, date.fromisoformat(said)) if said else self.last
        window = job.search.window or Window(DateField.ENTERED)
        if window.by is DateField.PUBLISHED:
            return Window(window.by, window.since, window.until or last)
        until = min(window.until, last) if window.until else last
        return None if window.since and window.since > until else Window(window.by, window.since, until)


def _what_lacks(job: Job, stands: runs.Progress) -> tuple[str, str]:
    source = job.source.info.label
    if stands.quarantined:
        return (
            f"{stands.quarantined:,} of {source}'s items could not be read; they are kept as they came",
            "See `unread` in the report. A later version of the program may read them: `harvester resume`.",
        )
    if stands.missing:
        first = ", ".join(stands.missing[:5])
        more = ", ..." if len(stands.missing) > 5 else ""
        return (
            f"{len(stands.missing):,} of the records that {source} listed did not come: {first}{more}",
            "Try `harvester resume` later: it asks for them again.",
        )
    return (
        f"{source} counted {records_said(stands.reported or 0)} and {stands.distinct + stands.unmatched:,} came",
        "Try `harvester resume` later: it asks for all of them again.",
    )
