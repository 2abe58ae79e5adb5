"""New records against those that are kept: the same answer as judging all anew, at the cost of the new.

It rests on three facts. Judging a pair looks at the two alone. Which pairs are looked at is decided block by block, and
an index of keys gives the blocks that a new record touches; one that is too large is looked at as a whole, since its
newcomer moves its neighbours. And clusters form within what same pairs and decisions connect, so that the rest stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b, sha256
from importlib.resources import files
from typing import NamedTuple, Protocol

from harvester.dedupe.block import LIMIT, key_hashes, pairs_of
from harvester.dedupe.cluster import UNJOINED, Decision, cluster
from harvester.dedupe.compare import Evidence, Verdict, told
from harvester.dedupe.glance import worth_looking
from harvester.dedupe.odds import SAME_FROM
from harvester.dedupe.own import Judge, judging
from harvester.dedupe.prepare import Prepared, content

Pair = tuple[int, int]
EvidenceRow = tuple[int, int, str, float, str, str, int]
"""Two records, verdict, score, reasons (JSON), relation, vetoed."""


class Kept(NamedTuple):
    """What the index holds of one record: a hash of what it says, the record that it copies, and itself as text."""

    content: int
    original: int | None
    text: str


class Index(Protocol):
    """What deduplication kept of the records that it judged, and the works and evidence that came of it."""

    def kept(self, ids: Iterable[int]) -> dict[int, Kept]:
        """What is kept of these records; none that is not there."""

    def copies_of(self, contents: Iterable[int]) -> list[tuple[int, int]]:
        """(content, record) of every record that says one of these."""

    def copies_from(self, originals: Iterable[int]) -> list[Pair]:
        """(record, original) of every record that is kept as a copy of one of these."""

    def block(self, key: int) -> list[int]:
        """The records that have a key, in order."""

    def drop(self, ids: Iterable[int], keys: Iterable[Pair]) -> None:
        """Forget records, and (key, record)s."""

    def put(self, rows: Iterable[tuple[int, Kept]], keys: Iterable[Pair]) -> None:
        """Keep records that are not there, and (key, record)s."""

    def evidence(self, ids: Iterable[int]) -> list[EvidenceRow]:
        """The evidence about any of these records."""

    def in_works_of(self, ids: Iterable[int]) -> list[int]:
        """All records of the works that these records are in now."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What new records changed: `clusters` replace the works of their records, `evidence` is new or said otherwise,
    pairs `gone` are no evidence any more."""

    clusters: list[list[int]]
    evidence: list[Evidence]
    gone: set[Pair]


@cache
def rules() -> str:
    """A hash of everything that judging depends on: an index made by other rules is of no use."""
    digest = sha256()
    for entry in sorted(files("harvester.dedupe").iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".py"):
            digest.update(entry.read_bytes())
    return digest.hexdigest()


def dump(row: Prepared) -> str:
    """A prepared row as text, but for its key."""
    return json.dumps([getattr(row, name) for name in _FIELDS], ensure_ascii=False, separators=(",", ":"))


def load(key: int, text: str) -> Prepared:
    """The row that `dump` wrote."""
    values, _ = _DECODE(text)
    for place in _TUPLES:
        values[place] = tuple(values[place])
    title = values[0]
    return Prepared(key, title, title.replace(" ", ""), *values[1:])


# The title comes first, as it does in a row; its letters without blanks are made from it again.
_FIELDS = tuple(name for name in Prepared.__slots__ if name not in ("key", "compact"))
_TUPLES = tuple(_FIELDS.index(name) for name in ("names", "dois", "issns"))
_DECODE = json.JSONDecoder().raw_decode  # loads() looks for blanks and byte order marks, a third of its time


def content_hash(row: Prepared) -> int:
    """A 64-bit hash of all that a row says."""
    text = repr(content(row)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), signed=True)


def entries(rows: Iterable[Prepared], original_of: Mapping[int, int]) -> Iterator[tuple[int, Kept, set[int]]]:
    """Records for the index, each with its keys."""
    for row in rows:
        assert isinstance(row.key, int)
        original = original_of.get(row.key)
        yield row.key, Kept(content_hash(row), original, dump(row)), key_hashes(row) if original is None else set()


def dedupe_new(
    index: Index,
    fresh: Iterable[Prepared],
    *,
    decisions: Sequence[Decision] = (),
    redecided: Iterable[int] = (),
    fold: frozenset[str] = frozenset(),
    joined_from: float = SAME_FROM,
) -> Changes:
    """Judge records that are new or say something else now, and bring the index up to date.

    `decisions` are all that stand, `redecided` the records that have one more or less than when the index was made.
    Rows and decisions come by record number.
    """
    return _Newcomers(index, decisions, judging(fold, joined_from)).settle(
        {_number(row): row for row in fresh}, redecided
    )


def _number(row: Prepared) -> int:
    assert isinstance(row.key, int)
    return row.key


class _Newcomers:
    def __init__(self, index: Index, decisions: Sequence[Decision], judge_pair: Judge) -> None:
        self.index = index
        self.decisions = decisions
        self.decided = {key for decision in decisions for key in (decision.a, decision.b)}
        self.judge = judge_pair
        self.rows: dict[int, Prepared] = {}
        self.blocks: dict[int, list[int]] = {}
        self.large: dict[int, set[Pair]] = {}
        self.joins: dict[int, set[int]] = {}
        for decision in decisions:
            if decision.verdict == "same":
                self.joins.setdefault(int(decision.a), set()).add(int(decision.b))
                self.joins.setdefault(int(decision.b), set()).add(int(decision.a))

    def settle(self, fresh: dict[int, Prepared], redecided: Iterable[int]) -> Changes:
        redecided = set(redecided)
        placed, was = self._place(fresh, redecided)
        keys_before = {
            number: key_hashes(self._was(number, kept)) for number, kept in was.items() if kept.original is None
        }
        self._write(placed, was, keys_before)
        old = [_evidence(row) for row in self.index.evidence(placed)]
        gone = {(int(each.a), int(each.b)) for each in old}
        found = {pair: each for pair in self._candidates(placed, keys_before) if (each := self._judged(*pair))}
        for number, original in placed.items():
            if original is not None:
                low, high = min(number, original), max(number, original)
                found[low, high] = self.judge(self._row(low), self._row(high))
        pushed_out = self._stale(placed)
        gone |= pushed_out
        touched = set(placed) | redecided | {end for pair in (*gone, *found) for end in pair}
        return self._cluster(touched, found, gone)

    def _was(self, number: int, kept: Kept) -> Prepared:
        return load(number, kept.text)

    def _row(self, number: int) -> Prepared:
        row = self.rows.get(number)
        if row is None:
            self._load([number])
            row = self.rows[number]
        return row

    def _load(self, numbers: Iterable[int]) -> None:
        missing = [number for number in numbers if number not in self.rows]
        if missing:
            for number, kept in self.index.kept(missing).items():
                self.rows[number] = load(number, kept.text)

    def _place(self, fresh: dict[int, Prepared], redecided: set[int]) -> tuple[dict[int, int | None], dict[int, Kept]]:
        """The records whose place changes, each with its original if it is a copy now; and what was kept of them."""
        was = self.index.kept({*fresh, *redecided})
        self.rows.update(fresh)
        contents = {number: content_hash(row) for number, row in fresh.items()}
        alike: dict[int, set[int]] = {}
        for value, number in self.index.copies_of({*contents.values(), *(kept.content for kept in was.values())}):
            if number not in fresh:
                alike.setdefault(value, set()).add(number)
        for number, value in contents.items():
            alike.setdefault(value, set()).add(number)
        others = self.index.kept({number for group in alike.values() for number in group if number not in was})
        known = {**was, **others}
        placed: dict[int, int | None] = {}
        for group in alike.values():
            for number, original in self._originals(sorted(group)):
                if number in fresh or known[number].original != original:
                    placed[number] = original
        return placed, {number: known[number] for number in placed if number in known}

    def _originals(self, group: Sequence[int]) -> Iterator[tuple[int, int | None]]:
        """As all records together are placed: the first that says this is the original of the others."""
        first = next((number for number in group if number not in self.decided), None)
        for number in group:
            is_copy = (
                first is not None
                and number != first
                and number not in self.decided
                and self.judge(self._row(first), self._row(number)).verdict is Verdict.SAME
            )
            yield number, first if is_copy else None

    def _write(self, placed: dict[int, int | None], was: dict[int, Kept], keys_before: dict[int, set[int]]) -> None:
        original_of = {number: original for number, original in placed.items() if original is not None}
        now = list(entries((self._row(number) for number in placed), original_of))
        self.keys_now = {number: keys for number, _, keys in now if keys}
        self.index.drop(was, ((key, number) for number, keys in keys_before.items() for key in keys))
        self.index.put(
            ((number, kept) for number, kept, _ in now),
            ((key, number) for number, keys in self.keys_now.items() for key in keys),
        )

    def _block(self, key: int) -> list[int]:
        block = self.blocks.get(key)
        if block is None:
            block = self.blocks[key] = self.index.block(key)
        return block

    def _pairs(self, key: int) -> set[Pair]:
        """The pairs to look at of a block that is too large."""
        found = self.large.get(key)
        if found is None:
            block = self._block(key)
            self._load(block)
            found = self.large[key] = set(pairs_of(self.rows, block))
        return found

    def _candidates(self, placed: Mapping[int, object], keys_before: dict[int, set[int]]) -> set[Pair]:
        found: set[Pair] = set()
        for key in {key for keys in self.keys_now.values() for key in keys}:
            block = self._block(key)
            if len(block) > LIMIT:
                found.update(pair for pair in self._pairs(key) if pair[0] in placed or pair[1] in placed)
            elif len(block) > 1:
                self._load(block)
                ours = [number for number in block if number in placed]
                found.update((min(one, other), max(one, other)) for one in ours for other in block if one != other)
        # Whoever leaves a block that was too large brings others nearer to each other.
        for key in {key for keys in keys_before.values() for key in keys}:
            block = self._block(key)
            left = sum(key in keys for keys in keys_before.values())
            if len(block) + left > LIMIT:
                found |= self._pairs(key)
        return found

    def _judged(self, low: int, high: int) -> Evidence | None:
        a, b = self._row(low), self._row(high)
        if not worth_looking(a, b):
            return None
        found = self.judge(a, b)
        return found if told(found) else None

    def _stale(self, placed: Mapping[int, object]) -> set[Pair]:
        """Evidence on pairs of other records that a block grown too large does not look at any more."""
        gone: set[Pair] = set()
        for key in {key for keys in self.keys_now.values() for key in keys}:
            block = self._block(key)
            if len(block) <= LIMIT:
                continue
            members = set(block)
            for row in self.index.evidence(block):
                pair = (row[0], row[1])
                if (
                    members.issuperset(pair)
                    and not (pair[0] in placed or pair[1] in placed)
                    and not self._looked_at(pair)
                ):
                    gone.add(pair)
        return gone

    def _looked_at(self, pair: Pair) -> bool:
        common = key_hashes(self._row(pair[0])) & key_hashes(self._row(pair[1]))
        return any(len(self._block(key)) <= LIMIT or pair in self._pairs(key) for key in common)

    def _cluster(self, touched: set[int], found: dict[Pair, Evidence], gone: set[Pair]) -> Changes:
        members, kept = self._connected(touched, found, gone)
        numbers = sorted(members)
        self._load(numbers)
        place = {number: at for at, number in enumerate(numbers)}
        raw = {pair: each for pair, each in (kept | found).items() if pair[0] in members and pair[1] in members}
        copies = {
            place[number]: place[entry.original]
            for number, entry in self.index.kept(numbers).items()
            if entry.original is not None
        }
        groups, settled, _ = cluster(
            numbers,
            raw.values(),
            self.decisions,
            lambda low, high: self.judge(self._row(numbers[low]), self._row(numbers[high])),
            copies=copies,
        )
        outside = [each for pair, each in found.items() if pair not in raw]
        told_again = {(int(each.a), int(each.b)) for each in (*settled, *outside)}
        return Changes([[numbers[at] for at in group] for group in groups], [*settled, *outside], gone - told_again)

    def _connected(
        self, touched: set[int], found: dict[Pair, Evidence], gone: set[Pair]
    ) -> tuple[set[int], dict[Pair, Evidence]]:
        """All records that the same pairs, decisions, copies and works of before connect with these, and the evidence
        about them that stands, as it was before clustering."""
        by_end: dict[int, set[int]] = {}
        for (low, high), each in found.items():
            if each.verdict is Verdict.SAME:
                by_end.setdefault(low, set()).add(high)
                by_end.setdefault(high, set()).add(low)
        members: set[int] = set()
        kept: dict[Pair, Evidence] = {}
        # Decisions may speak of records that are not there yet.
        edge = set(self.index.kept(touched))
        while edge:
            members |= edge
            reached = set(self.index.in_works_of(edge))
            for row in self.index.evidence(edge):
                if (row[0], row[1]) in gone:
                    continue
                each = _before_clustering(_evidence(row))
                kept[row[0], row[1]] = each
                if each.verdict is Verdict.SAME:
                    reached |= {row[0], row[1]}
            for number, original in self.index.copies_from(edge):
                reached |= {number, original}
            for number, entry in self.index.kept(edge).items():
                if entry.original is not None:
                    reached.add(entry.original)
                reached |= by_end.get(number, set())
                reached |= self.joins.get(number, set())
            edge = set(self.index.kept(reached - members))
        return members, kept


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(row[0], row[1], Verdict(row[2]), row[3], tuple(json.loads(row[4])), row[5], bool(row[6]))


def _before_clustering(each: Evidence) -> Evidence:
    """A same pair that clustering could not follow is kept as uncertain: it is a same pair when works form anew."""
    if each.verdict is Verdict.UNCERTAIN and each.score >= SAME_FROM and each.reasons[-1].startswith(UNJOINED):
        return replace(each, verdict=Verdict.SAME, reasons=each.reasons[:-1])
    return each
