"""Deduplication: which records describe one work, and why.

    from harvester.dedupe import dedupe
    result = dedupe([{"ID": "1", "title": ...}, ...])

Five stages, a file each: prepare, block, compare, cluster, merge. Each is a pure function of its arguments; the
result does not depend on the order of the records.
"""

from __future__ import annotations

import gc
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Integral
from operator import attrgetter
from types import ModuleType
from typing import Any, cast

from harvester.dedupe.block import pairs
from harvester.dedupe.cluster import Decision, cluster, contradictory
from harvester.dedupe.compare import Evidence, Verdict, told
from harvester.dedupe.glance import worth_looking
from harvester.dedupe.merge import merge
from harvester.dedupe.odds import SAME_FROM
from harvester.dedupe.own import Judge, judging
from harvester.dedupe.prepare import Prepared, content, prepare
from harvester.dedupe.related import COMPANIONS, Link, links
from harvester.dedupe.related import fold as fold_works
from harvester.dedupe.row import Key, Row, from_mapping, from_record
from harvester.errors import UsageError
from harvester.record import Record
from harvester.work import FOLDS

__all__ = [
    "COMPANIONS",
    "FOLDS",
    "PROFILES",
    "Decision",
    "Evidence",
    "Key",
    "Link",
    "Result",
    "Row",
    "Verdict",
    "companions_of",
    "contradictory",
    "dedupe",
    "dedupe_prepared",
    "from_mapping",
    "from_record",
    "merge",
    "prepare",
    "relations_of",
]

PROFILES: dict[str, frozenset[str]] = {
    "works": frozenset(),
    "versions": frozenset({"preprint", "update"}),
}
"""What counts as one work. `works` keeps a preprint, its paper and each update of a Cochrane review apart and tells
their relation; `versions` counts them as duplicates, as the labelled sets do."""


@dataclass(frozen=True, slots=True)
class Result:
    """What deduplication found.

    `clusters` holds every record's key once, singles too: each cluster sorted, clusters in order of their first key.
    `evidence` tells of every pair that is the same, uncertain, or related or contradicted though alike. `conflicts`
    are decisions by hand that contradict later ones and were not followed. `links` tells which record is about another
    one's study: its protocol, preprint, conference abstract, correction, comment or older version.
    """

    clusters: list[list[Key]]
    evidence: list[Evidence]
    conflicts: list[Decision]
    links: tuple[Link, ...] = ()

    @property
    def cluster_of(self) -> dict[Key, int]:
        """The number of each record's cluster, from 1: `frame["cluster"] = frame["ID"].map(result.cluster_of)`."""
        return {key: number for number, keys in enumerate(self.clusters, 1) for key in keys}

    @property
    def records(self) -> int:
        """How many records went in."""
        return sum(map(len, self.clusters))

    @property
    def works(self) -> int:
        """How many works they are."""
        return len(self.clusters)

    @property
    def duplicates(self) -> int:
        """How many records are another record's duplicate."""
        return self.records - self.works

    def folded(self, names: Iterable[str]) -> dict[int, int]:
        """Which cluster is shown with which other one, by their places in `clusters`, when these companions are folded.

        `names` are of COMPANIONS. Only sure links are followed; a companion of two works stays where it is. Raises
        UsageError for a name that is not there.
        """
        relations = companions_of(names)
        cluster_of = {key: number for number, keys in enumerate(self.clusters) for key in keys}
        return fold_works(
            (cluster_of[each.companion], cluster_of[each.main])
            for each in self.links
            if each.sure and each.relation in relations
        )

    @property
    def uncertain(self) -> list[Evidence]:
        """The pairs that a person should look at, the likeliest first; none that are in one cluster anyhow."""
        cluster_of = {key: number for number, keys in enumerate(self.clusters) for key in keys}
        found = [
            each
            for each in self.evidence
            if each.verdict is Verdict.UNCERTAIN and cluster_of[each.a] != cluster_of[each.b]
        ]
        return sorted(found, key=lambda each: -each.score)


def dedupe(
    records: Iterable[Row | Record | Mapping[str, object]],
    *,
    decisions: Sequence[Decision] = (),
    profile: str = "works",
    fold: Iterable[str] = (),
) -> Result:
    """Find the records that describe one work.

    Records may be rows, harvested records (key `source:source_id`), mappings (key: column `ID`, else their number from
    1) or a data frame (pandas, polars, Arrow) of such columns. Memory grows with the records' titles, not with their
    abstracts. `decisions` are by hand, the latest last, and stand above everything. `fold` names versions that count as
    one work beside those of the profile: "preprints", "updates". Raises UsageError for a key that comes twice, or a
    profile or versions that do not exist.
    """
    folded = relations_of(profile, fold)
    with _without_cycles():
        rows = list(map(prepare, _rows(records)))
    _sort(rows)
    for one, other in itertools.pairwise(rows):
        if one.key == other.key:
            raise UsageError(f"two records have the key {one.key!r}", hint="Give every record an ID of its own.")
    return dedupe_prepared(rows, decisions=decisions, fold=folded)[0]


def _sort(rows: list[Prepared]) -> None:
    """By key, numbers before text."""
    try:
        rows.sort(key=attrgetter("key"))
    except TypeError:  # keys of both sorts
        rows.sort(key=lambda row: (isinstance(row.key, str), row.key))


def companions_of(names: Iterable[str]) -> frozenset[str]:
    """The relations that names of COMPANIONS stand for. Raises UsageError for an unknown one."""
    asked = list(names)
    for name in asked:
        if name not in COMPANIONS:
            raise UsageError(f"{name!r} cannot be folded", hint=f"It may be: {', '.join(COMPANIONS)}.")
    return frozenset(COMPANIONS[name] for name in asked)


def relations_of(profile: str, fold: Iterable[str] = ()) -> frozenset[str]:
    """The relations that count as the same work by a profile and by FOLDS. Raises UsageError for unknown names."""
    if profile not in PROFILES:
        raise UsageError(f"there is no profile {profile!r}", hint=f"Profiles: {', '.join(sorted(PROFILES))}.")
    names = list(fold)
    for name in names:
        if name not in FOLDS:
            raise UsageError(f"{name!r} cannot be folded", hint=f"It may be: {', '.join(FOLDS)}.")
    return PROFILES[profile] | {FOLDS[name] for name in names}


def dedupe_prepared(
    rows: Sequence[Prepared],
    *,
    decisions: Sequence[Decision] = (),
    fold: frozenset[str] = frozenset(),
    joined_from: float = SAME_FROM,
) -> tuple[Result, dict[int, int]]:
    """What `dedupe` does, of rows that are prepared and in order of their keys.

    `fold` names the relations that count as the same work; pairs below `joined_from` are put to a person. Also the
    places of copies, each with the place of its original.
    """
    with _without_cycles():
        return _deduped(rows, decisions, judging(fold, joined_from))


@contextmanager
def _without_cycles() -> Iterator[None]:
    """No search for cycles of objects meanwhile: none are made here, and looking at a million rows again and again
    takes a fifth of the time."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


def _deduped(
    rows: Sequence[Prepared], decisions: Sequence[Decision], judge_pair: Judge
) -> tuple[Result, dict[int, int]]:
    decided = {key for decision in decisions for key in (decision.a, decision.b)}
    copies = dict(_copies(rows, decided, judge_pair))
    originals_of = {place: original for place, (original, _) in copies.items()}
    originals = [place for place in range(len(rows)) if place not in copies]
    groups, evidence, conflicts = cluster(
        [row.key for row in rows],
        itertools.chain((found for _, found in copies.values()), _judged(rows, originals, judge_pair)),
        decisions,
        lambda low, high: judge_pair(rows[low], rows[high]),
        copies=originals_of,
    )
    related = {end for each in evidence if each.relation for end in (each.a, each.b)}
    by_key = {row.key: row for row in rows if row.key in related} if related else {}
    clusters = [[rows[place].key for place in group] for group in groups]
    return Result(clusters, evidence, conflicts, tuple(links(evidence, by_key.__getitem__))), originals_of


def _copies(
    rows: Sequence[Prepared], decided: set[Key], judge_pair: Judge
) -> Iterator[tuple[int, tuple[int, Evidence]]]:
    """Places of rows that say the very same as an earlier one: each with that one, and the evidence.

    A thousand copies are a thousand pairs then, and not half a million. Rows that a person has decided about are not
    among them, nor are copies too bare to be one work for certain.
    """
    first: dict[tuple[object, ...], int] = {}
    for place, row in enumerate(rows):
        if row.key in decided:
            continue
        original = first.setdefault(content(row), place)
        if original != place:
            found = judge_pair(rows[original], row)
            if found.verdict is Verdict.SAME:
                yield place, (original, found)


def _judged(rows: Sequence[Prepared], places: Sequence[int], judge_pair: Judge) -> Iterator[Evidence]:
    chosen = rows if len(places) == len(rows) else [rows[place] for place in places]
    count = len(chosen)
    seen: set[int] = set()
    for low, high in pairs(chosen):
        a, b = chosen[low], chosen[high]
        if low * count + high in seen or not worth_looking(a, b):
            continue
        seen.add(low * count + high)
        found = judge_pair(a, b)
        if told(found):
            yield found


def _rows(records: Iterable[Row | Record | Mapping[str, object]] | Any) -> Iterator[Row]:
    for number, each in enumerate(_each(records), 1):
        if isinstance(each, Row):
            yield each
        elif isinstance(each, Record):
            yield from_record(each)
        else:
            key = next((value for name, value in each.items() if str(name).strip().lower() == "id"), None)
            yield from_mapping(each, _key(key, number))


def _each(records: Any) -> Iterable[Any]:
    """The rows of a data frame as mappings, without importing any of the libraries; all else as it is."""
    if hasattr(records, "iter_rows"):  # polars
        return cast("Iterable[Any]", records.iter_rows(named=True))
    if hasattr(records, "to_pylist"):  # an Arrow table
        return cast("Iterable[Any]", records.to_pylist())
    if hasattr(records, "to_dict"):  # pandas and what behaves as it does
        if hasattr(records, "notna"):  # its missing values take many shapes
            records = records.astype(object).where(records.notna(), None)
        return cast("Iterable[Any]", records.to_dict("records"))
    return cast("Iterable[Any]", records)


def _key(value: object, number: int) -> Key:
    if value is None or value == "" or value != value:  # noqa: PLR0124 - "not a number" is unlike itself
        return number
    return int(value) if isinstance(value, Integral) else str(value)


class _Callable(ModuleType):
    """`from harvester import dedupe; dedupe(records)` works, whether that name is this room or its function."""

    def __call__(self, records: Iterable[Row | Record | Mapping[str, object]], **options: Any) -> Result:
        return dedupe(records, **options)


sys.modules[__name__].__class__ = _Callable
