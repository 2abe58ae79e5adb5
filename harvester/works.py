"""Works: the store's records judged by the deduplication, kept with the reasons, and all of it reversible.

A work's id is the smallest record id in it, so it depends on the records alone: the same records give the same
works, whatever was cut off, undone or run twice in between.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from harvester.errors import StrategyError
from harvester.record import Record
from harvester.store import Store, decisions, each_record
from harvester.store.near import Near
from harvester.strategy import Duplicates
from harvester.strategy.duplicates import read_duplicates
from harvester.work import FOLDS

if TYPE_CHECKING:
    from harvester.dedupe import Decision, Evidence
    from harvester.dedupe.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging came to. `conflicts` are numbers of decisions that contradict later ones and were not followed,
    `unknown` the records that the strategy's table [dedupe] names and the store has not."""

    records: int
    works: int
    uncertain: int
    conflicts: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def duplicates(self) -> int:
        """How many records are another record's duplicate."""
        return self.records - self.works


def judge(store: Store, run_id: int | None = None, *, anew: bool = False) -> Judged:
    """Bring works up to date with the records and the decisions by hand.

    Only what came, changed or was decided since is judged, against the index that the store keeps; the outcome is that
    of judging everything, which `anew` does (and which is done when the rules are not those of the index). Nothing is
    written when nothing is new. `run_id` is the run that the evidence is put down to. Raises StoreError.
    """
    settle(store, run_id, anew=anew)
    return _standing(store)


def settle(store: Store, run_id: int | None = None, *, anew: bool = False) -> None:
    """As `judge`, without counting what all of it comes to: that costs what the store holds."""
    new, gone, _ = decisions.by_strategy(store, _named(_settings(store)))
    nothing_new = not (new or gone or _new_decisions(store) or _stale(store))
    if not anew and nothing_new and _index_holds(store):
        return
    with store.transaction():
        _judge(store, run_id, anew=anew)


def decide(store: Store, a: int, b: int, verdict: str, *, by: str) -> int:
    """Keep a decision by hand about two records and apply it; returns its number. Raises UsageError, StoreError."""
    with store.transaction():
        number = decisions.add(store, a, b, verdict, by)
        _judge(store, None)
    return number


def undo(store: Store, number: int) -> None:
    """Take a decision back: the works are as they would be without it. Raises UsageError, StoreError."""
    with store.transaction():
        decisions.undo(store, number)
        _judge(store, None)


# Records that are not judged yet, or say something else than when they were. Only runs since the last judging are
# looked through; the run that it was done in as well, unless that one was complete and so is never taken up again.
_UNJUDGED = (
    "from records r indexed by records_changed_run left join work_records m on m.record_id = r.id "
    "where m.content_hash is not r.content_hash and r.changed_run >= "
    "coalesce((select d.run_id + (b.state = 'complete') from dedupe_state d join runs b on b.id = d.run_id), 0)"
)


def _stale(store: Store) -> bool:
    return bool(store.value(f"select exists (select 1 {_UNJUDGED})"))


def _near(store: Store) -> Near:
    from harvester.dedupe.incremental import Kept

    return Near(store, Kept)


def _index_holds(store: Store) -> bool:
    return _near(store).state()[0] == _rules(_settings(store))


def _settings(store: Store) -> Duplicates:
    """What the strategy of the newest run says in its table [dedupe]; nothing where it is not a strategy file."""
    text = store.value("select strategy_text from runs where strategy_text <> '' order by id desc limit 1")
    try:
        found = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:  # a search in a database's own language
        return Duplicates()
    return read_duplicates(found.get("dedupe", {}), _wrong)


def _wrong(where: tuple[str | int, ...], message: str, hint: str) -> NoReturn:
    raise StrategyError(message, hint=hint)


def _rules(settings: Duplicates) -> str:
    """All that works depend on beside records and decisions."""
    from harvester.dedupe.incremental import rules

    said = [sorted(settings.fold), settings.prefer, sorted(settings.ignore), settings.joined_from]
    return f"{rules()} {json.dumps(said)}"


def _named(settings: Duplicates) -> list[tuple[str, str, str]]:
    """The pairs that the strategy has decided, by the records' sources and ids."""
    return [*((a, b, "same") for a, b in settings.same), *((a, b, "different") for a, b in settings.different)]


def _row(record: Record, record_id: int, settings: Duplicates) -> Prepared:
    """A record as it is compared, without what the strategy ignores."""
    from harvester.dedupe import from_record, prepare

    row = from_record(record, record_id)
    for field in settings.ignore:
        setattr(row, field, "")
    return prepare(row)


def _fold(settings: Duplicates) -> frozenset[str]:
    return frozenset(FOLDS[name] for name in settings.fold)


def _new_decisions(store: Store) -> bool:
    return _near(store).state()[1] != {row["id"] for row in decisions.standing(store)}


def _standing(store: Store) -> Judged:
    return Judged(
        store.value("select count(*) from records"),
        store.value("select count(*) from works"),
        len(decisions.uncertain(store)),
        conflicts(store),
        tuple(decisions.by_strategy(store, _named(_settings(store)))[2]),
    )


def _by_hand(store: Store) -> list[Decision]:
    from harvester.dedupe import Decision

    return [Decision(row["record_a"], row["record_b"], row["verdict"]) for row in decisions.standing(store)]


def conflicts(store: Store) -> tuple[int, ...]:
    """Numbers of the decisions that contradict later ones, and so are not followed."""
    from harvester.dedupe import contradictory

    broken = {(each.a, each.b, each.verdict) for each in contradictory(_by_hand(store))}
    return tuple(
        row["id"] for row in decisions.standing(store) if (row["record_a"], row["record_b"], row["verdict"]) in broken
    )


def _judge(store: Store, run_id: int | None, *, anew: bool = False) -> None:
    settings = _settings(store)
    decisions.follow_strategy(store, _named(settings))
    if anew or not _index_holds(store):
        _judge_all(store, run_id, settings)
    else:
        _judge_new(store, run_id, settings)
    _near(store).stamp(_rules(settings), (row["id"] for row in decisions.standing(store)))
    # A record is only ever kept or changed by the newest run.
    store.execute("update dedupe_state set run_id = (select max(id) from runs)")


def _judge_all(store: Store, run_id: int | None, settings: Duplicates) -> None:
    from harvester.dedupe import dedupe_prepared
    from harvester.dedupe.incremental import entries

    rows = [_row(record, record_id, settings) for record_id, record in each_record(store)]
    found, copies = dedupe_prepared(
        rows, decisions=_by_hand(store), fold=_fold(settings), joined_from=settings.joined_from
    )
    merge_again = _near(store).state()[0] != _rules(settings)
    clusters = [[int(key) for key in cluster] for cluster in found.clusters]
    _keep_works(store, clusters, settings, merge_again=merge_again)
    wanted = {(each.a, each.b) for each in found.evidence}
    gone = [tuple(row) for row in store.rows("select record_a, record_b from evidence") if tuple(row) not in wanted]
    _keep_evidence(store, run_id, found.evidence, gone)
    near = _near(store)
    near.clear()
    numbers = [int(row.key) for row in rows]
    keys: list[tuple[int, int]] = []

    def written() -> Iterator[tuple[int, object]]:
        for number, kept, of in entries(rows, {numbers[copy]: numbers[place] for copy, place in copies.items()}):
            keys.extend((key, number) for key in of)
            yield number, kept

    near.put(written(), ())
    keys.sort()  # in the order of the table: several times as fast
    near.put((), keys)


def _judge_new(store: Store, run_id: int | None, settings: Duplicates) -> None:
    from harvester.dedupe.incremental import dedupe_new

    near = _near(store)
    changed = near.state()[1] ^ {row["id"] for row in decisions.standing(store)}
    redecided = {
        end
        for row in store.rows(
            "select record_a, record_b from decisions where id in (select value from json_each(?))",
            (json.dumps(list(changed)),),
        )
        for end in row
    }
    fresh = [row[0] for row in store.rows(f"select r.id {_UNJUDGED}")]
    changes = dedupe_new(
        near,
        [_row(record, record_id, settings) for record_id, record in _numbered(store, fresh)],
        decisions=_by_hand(store),
        redecided=redecided,
        fold=_fold(settings),
        joined_from=settings.joined_from,
    )
    _keep_works(store, changes.clusters, settings)
    _keep_evidence(store, run_id, changes.evidence, changes.gone)


def _keep_works(
    store: Store, clusters: Sequence[Sequence[int]], settings: Duplicates, *, merge_again: bool = False
) -> None:
    """Write what differs from what is kept, of the records in `clusters`: whole works of before, put together anew.

    Foreign keys: works first, then their records, then what is left empty."""
    ids = (json.dumps([number for cluster in clusters for number in cluster]),)
    was = {
        row[0]: (row[1], row[2])
        for row in store.rows(
            "select record_id, work_id, content_hash from work_records "
            "where record_id in (select value from json_each(?))",
            ids,
        )
    }
    now = {
        row[0]: (row[1], row[2])
        for row in store.rows(
            "select id, content_hash, first_run from records where id in (select value from json_each(?))", ids
        )
    }
    sizes: dict[int, int] = {}
    for work_id, _ in was.values():
        sizes[work_id] = sizes.get(work_id, 0) + 1
    new_works: list[tuple[int, int, str | None]] = []
    members: list[tuple[int, int, str]] = []
    for cluster in clusters:
        work_id = min(cluster)
        moved = [
            (record_id, work_id, now[record_id][0])
            for record_id in cluster
            if was.get(record_id) != (work_id, now[record_id][0])
        ]
        if not moved and sizes.get(work_id) == len(cluster) and not (merge_again and len(cluster) > 1):
            continue
        first_run = min(now[record_id][1] for record_id in cluster)
        new_works.append((work_id, first_run, _merged(store, cluster, settings)))
        members += moved
    store.many(
        "insert into works (id, first_run, merged) values (?, ?, ?) "
        "on conflict (id) do update set first_run = excluded.first_run, merged = excluded.merged",
        new_works,
    )
    store.many(
        "insert into work_records (record_id, work_id, content_hash) values (?, ?, ?) on conflict (record_id) "
        "do update set work_id = excluded.work_id, content_hash = excluded.content_hash",
        members,
    )
    store.many(
        "delete from works where id = ? and not exists (select 1 from work_records where work_id = works.id)",
        [(work_id,) for work_id in sizes],
    )


def _merged(store: Store, cluster: Sequence[int], settings: Duplicates) -> str | None:
    """The best field of each record as JSON; None for a single record, which is its own best."""
    from harvester.dedupe.merge import PREFER, merge

    if len(cluster) == 1:
        return None
    return merge(list(_records_of(store, cluster)), prefer=settings.prefer or PREFER).to_json()


def _records_of(store: Store, ids: Sequence[int]) -> Iterator[Record]:
    return (record for _, record in _numbered(store, ids))


def _numbered(store: Store, ids: Sequence[int]) -> Iterator[tuple[int, Record]]:
    for row in store.rows(
        "select id, data from records where id in (select value from json_each(?)) order by id", (json.dumps(ids),)
    ):
        yield row["id"], Record.from_dict(json.loads(row["data"]))


def _keep_evidence(
    store: Store, run_id: int | None, evidence: Iterable[Evidence], gone: Iterable[tuple[object, ...]]
) -> None:
    """Keep evidence, and forget pairs that are none any more; a pair that is judged as before keeps its run."""
    store.many("delete from evidence where record_a = ? and record_b = ?", gone)
    store.many(
        "insert into evidence (record_a, record_b, verdict, score, reasons, relation, vetoed, run_id) "
        "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (record_a, record_b) do update set verdict = excluded.verdict, "
        "score = excluded.score, reasons = excluded.reasons, relation = excluded.relation, vetoed = excluded.vetoed, "
        "run_id = excluded.run_id where verdict <> excluded.verdict or reasons <> excluded.reasons",
        [
            (
                min(int(each.a), int(each.b)),
                max(int(each.a), int(each.b)),
                str(each.verdict),
                each.score,
                json.dumps(list(each.reasons), ensure_ascii=False),
                each.relation,
                int(each.vetoed),
                run_id,
            )
            for each in evidence
        ],
    )
