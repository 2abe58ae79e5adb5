"""Taking in a file of decisions: read, matched to works, kept. What was kept before is never overwritten."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harvester.errors import StoreError, UsageError
from harvester.screening.find import Match, find
from harvester.screening.keep import CONFLICT, FULL_TEXT, STAGES, TITLE_ABSTRACT, Outcome, outcomes
from harvester.screening.read import Entry, read_decisions
from harvester.screening.votes import Vote
from harvester.store import Store
from harvester.store.runs import now


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A decided record of the file that is no work of the store, as far as can be told; `position` is from 1."""

    position: int
    title: str
    doi: str
    pmid: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of decisions came to.

    `records` are in the file, of which `decided` carry a decision and `undecided` none. `works` were decided about;
    `kept` decisions are new, `unchanged` ones stood already. `unmatched` are named one by one, `conflicts` are the
    works whose reviewers differ now, `twice` those that the file itself decides in two ways for one reviewer.
    """

    file: str
    tool: str
    stage: str
    records: int
    decided: int
    undecided: int
    works: int
    kept: int
    unchanged: int
    verdicts: dict[str, int]
    reasons: dict[str, int]
    unmatched: tuple[Unmatched, ...]
    conflicts: tuple[Outcome, ...]
    twice: tuple[int, ...]
    warnings: tuple[str, ...]


def take(
    store: Store,
    path: Path,
    *,
    stage: str = "",
    reviewer: str = "",
    tool: str = "",
    column: str = "",
    decision: str = "",
    reason: str = "",
) -> Taken:
    """Take in the decisions of one file.

    `stage` is title-abstract (the default) or full-text. `reviewer` names who decided, where the file names nobody.
    `decision` (with `reason`) is said of every record: for tools that export one file a group. `column` names the
    column that holds the decision. Raises UsageError, FormatError, StoreError; then nothing is kept.
    """
    stage = stage or TITLE_ABSTRACT
    if stage not in STAGES:
        raise UsageError(f"{stage!r} is no stage of screening", hint=f"Write {' or '.join(STAGES)}.")
    if reason and not decision:
        raise UsageError("--reason goes with --decision exclude", hint="Say the decision too.")
    if not store.value("select exists (select 1 from work_records)"):
        raise StoreError(f"{store.path} holds no works", hint="Search or import first; decisions are about its works.")
    read = read_decisions(path, tool=tool, column=column, whole=decision, reason=reason)
    decided = [entry for entry in read.entries if entry.votes]
    matches = find(store, [entry.record for entry in decided])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with store.transaction():
        cursor = store.execute(
            "insert into screening_files (file, sha256, tool, stage, records, decided, imported_at) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (path.name, digest, read.tool, stage, len(read.entries), len(decided), now()),
        )
        assert cursor.lastrowid is not None
        keeper = _Keeper(store, cursor.lastrowid, stage, reviewer)
        for entry, match in zip(decided, matches, strict=True):
            keeper.keep(entry, match)
    return Taken(
        file=path.name,
        tool=read.tool,
        stage=stage,
        records=len(read.entries),
        decided=len(decided),
        undecided=len(read.entries) - len(decided),
        works=len(keeper.works),
        kept=keeper.kept,
        unchanged=keeper.unchanged,
        verdicts=dict(keeper.verdicts.most_common()),
        reasons=dict(keeper.reasons.most_common()),
        unmatched=tuple(keeper.unmatched),
        conflicts=tuple(
            each for (work, at), each in sorted(outcomes(store).items()) if at == stage and each.verdict == CONFLICT
        ),
        twice=tuple(sorted(keeper.twice)),
        warnings=tuple(read.warnings),
    )


class _Keeper:
    """Writes the decisions of one file; what stands already is not written again."""

    def __init__(self, store: Store, file_id: int, stage: str, reviewer: str) -> None:
        self._store, self._file, self._stage, self._reviewer = store, file_id, stage, reviewer
        self._now = now()
        self._work_of = {row[0]: row[1] for row in store.rows("select record_id, work_id from work_records")}
        self._stands = {
            (row["record_id"], row["reviewer"]): (row["verdict"], row["reason"])
            for row in store.rows(
                "select record_id, reviewer, verdict, reason from screening_decisions where stage = ? order by id",
                (stage,),
            )
        }
        self._said: dict[tuple[int, str], str] = {}
        self.works: set[int] = set()
        self.kept = self.unchanged = 0
        self.verdicts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.unmatched: list[Unmatched] = []
        self.twice: set[int] = set()

    def keep(self, entry: Entry, match: Match) -> None:
        """Keep the votes of one record, or name it as unmatched."""
        if match.record is None:
            self._name(entry, match)
            return
        work = self._work_of[match.record]
        self.works.add(work)
        for vote in _named(entry.votes, self._reviewer):
            if self._said.setdefault((work, vote.reviewer), vote.verdict) != vote.verdict:
                self.twice.add(work)
            self.verdicts[vote.verdict] += 1
            if vote.reason:
                self.reasons[vote.reason] += 1
            if self._stands.get((match.record, vote.reviewer)) == (vote.verdict, vote.reason):
                self.unchanged += 1
                continue
            self._stands[match.record, vote.reviewer] = (vote.verdict, vote.reason)
            self.kept += 1
            self._store.execute(
                "insert into screening_decisions (file_id, record_id, stage, verdict, reason, reviewer, matched_by, "
                "decided_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
                (self._file, match.record, self._stage, vote.verdict, vote.reason, vote.reviewer, match.by, self._now),
            )

    def _name(self, entry: Entry, match: Match) -> None:
        record = entry.record
        verdicts = "; ".join(sorted({vote.verdict for vote in entry.votes}))
        found = Unmatched(entry.position, record.title, record.doi, record.pmid, verdicts, match.why)
        self.unmatched.append(found)
        self._store.execute(
            "insert into screening_unmatched (file_id, position, title, doi, pmid, verdict, why) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (self._file, found.position, found.title, found.doi, found.pmid, found.verdict, found.why),
        )


def _named(votes: Sequence[Vote], reviewer: str) -> list[Vote]:
    return [Vote(vote.verdict, vote.reason, vote.reviewer or reviewer) for vote in votes]


__all__ = ["FULL_TEXT", "TITLE_ABSTRACT", "Taken", "Unmatched", "take"]
