"""What is decided about each work, from the decisions that stand.

A decision stands until the same reviewer decides the same record at the same stage anew. A work's outcome at a
stage is what all its reviewers say; where they differ it is a conflict, until the reviewer `consensus` has decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harvester.store import Store

TITLE_ABSTRACT, FULL_TEXT = "title-abstract", "full-text"
STAGES = (TITLE_ABSTRACT, FULL_TEXT)
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED, CONFLICT = "include", "exclude", "maybe", "not-retrieved", "conflict"
VERDICTS = (INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED)
CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decided about a work at a stage: a verdict or `conflict`, why, and what each reviewer said."""

    work: int
    stage: str
    verdict: str
    reason: str
    votes: tuple[tuple[str, str], ...]


def outcomes(store: Store) -> dict[tuple[int, str], Outcome]:
    """The outcome of every work that was decided about, by (work id, stage)."""
    votes: dict[tuple[int, str], dict[str, tuple[str, str]]] = {}
    for row in standing(store):
        # Rows come in the order of their ids: of two records of one work, the later decision is the reviewer's.
        votes.setdefault((row[0], row[1]), {})[row[2]] = (row[3], row[4])
    return {key: _settle(*key, said) for key, said in votes.items()}


def standing(store: Store) -> Iterable[tuple[int, str, str, str, str]]:
    """(work, stage, reviewer, verdict, reason) of every decision that stands, oldest first."""
    rows = store.rows(
        "select m.work_id, d.stage, d.reviewer, d.verdict, d.reason from screening_decisions d "
        "join work_records m on m.record_id = d.record_id where d.id in (select max(id) from screening_decisions "
        "group by record_id, stage, reviewer) order by d.id"
    )
    return (tuple(row) for row in rows)


def _settle(work: int, stage: str, said: dict[str, tuple[str, str]]) -> Outcome:
    votes = tuple(sorted((reviewer, verdict) for reviewer, (verdict, _) in said.items()))
    if CONSENSUS in said:
        return Outcome(work, stage, *said[CONSENSUS], votes)
    verdicts = {verdict for verdict, _ in said.values()}
    reasons = sorted({reason for _, reason in said.values() if reason}, key=str.casefold)
    if len(verdicts) == 1:
        return Outcome(work, stage, verdicts.pop(), "; ".join(reasons), votes)
    if verdicts == {INCLUDE, MAYBE}:
        return Outcome(work, stage, INCLUDE if stage == TITLE_ABSTRACT else CONFLICT, "", votes)
    return Outcome(work, stage, CONFLICT, "", votes)


def included(store: Store) -> set[int]:
    """The works that screening keeps: included at full text; where no full text was ever assessed, at title and
    abstract.

    A work in conflict is not among them: `outcomes` names it.
    """
    found = outcomes(store)
    stage = FULL_TEXT if any(stage == FULL_TEXT for _, stage in found) else TITLE_ABSTRACT
    return {work for (work, at), outcome in found.items() if at == stage and outcome.verdict == INCLUDE}


def is_screened(store: Store) -> bool:
    """Whether any decision is kept."""
    return bool(store.value("select exists (select 1 from screening_decisions)"))
