"""Stage 4, cluster: from judged pairs to works.

The surest pairs join first. Two groups join only when no pair across them contradicts, looked at anew where blocking
had not paired them: a ~ b and b ~ c do not join a and c if those contradict. Decisions by hand come before all else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harvester.dedupe.compare import Evidence, Verdict
from harvester.dedupe.row import Key

UNJOINED = "joining them would join "
"""How the reason begins why two rows that are likely the same were not joined."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of two records: "same" or "different"."""

    a: Key
    b: Key
    verdict: str


class Groups:
    """Disjoint groups of places, with pairs that must never come together."""

    def __init__(self, count: int) -> None:
        self._group = list(range(count))
        self._members: dict[int, list[int]] = {}
        self._forbidden: dict[int, set[int]] = {}

    def group(self, place: int) -> int:
        """The group that a place belongs to now."""
        return self._group[place]

    def members(self, group: int) -> list[int]:
        """The places of a group."""
        return self._members.get(group) or [group]

    def forbid(self, a: int, b: int) -> bool:
        """Keep two places apart from now on; False when they are together already."""
        if self._group[a] == self._group[b]:
            return False
        self._forbidden.setdefault(a, set()).add(b)
        self._forbidden.setdefault(b, set()).add(a)
        return True

    def forbidden(self, one: int, other: int) -> bool:
        """Whether some member of one group must not join some member of the other."""
        members = set(self.members(other))
        return any(
            not members.isdisjoint(self._forbidden[place]) for place in self.members(one) if place in self._forbidden
        )

    def join(self, one: int, other: int) -> None:
        """Make one group of two; the name of the larger stays."""
        if len(self.members(one)) < len(self.members(other)):
            one, other = other, one
        moved = self.members(other)
        self._members[one] = [*self.members(one), *moved]
        for place in moved:
            self._group[place] = one
        self._members.pop(other, None)

    def all(self) -> list[list[int]]:
        """Every group, sorted, in order of its first place."""
        found: dict[int, list[int]] = {}
        for place, group in enumerate(self._group):
            found.setdefault(group, []).append(place)
        return sorted(found.values())


def cluster(
    keys: Sequence[Key],
    evidence: Iterable[Evidence],
    decisions: Sequence[Decision],
    judge: Callable[[int, int], Evidence],
    *,
    copies: Mapping[int, int] | None = None,
) -> tuple[list[list[int]], list[Evidence], list[Decision]]:
    """Places of `keys` in groups; the evidence with what clustering changed; the decisions that could not be kept.

    `judge` compares two places anew, the lower first. A later decision counts before an earlier one. `copies` maps
    places to others that say the very same, so that what holds for one holds for both.
    """
    place_of = {key: place for place, key in enumerate(keys)}
    groups = Groups(len(keys))
    conflicts = _decide(groups, place_of, decisions)
    joiner = _Joiner(groups, keys, judge, copies or {})
    for place, original in (copies or {}).items():
        groups.join(groups.group(original), groups.group(place))
    settled: list[Evidence] = []
    joining: list[tuple[float, int, int, Evidence]] = []
    for found in evidence:
        low, high = place_of[found.a], place_of[found.b]
        joiner.known.add((low, high))
        if found.verdict is Verdict.SAME and high not in joiner.copies:
            joining.append((-found.score, low, high, found))
            continue
        settled.append(found)
        if found.vetoed:
            groups.forbid(low, high)
    joining.sort(key=lambda each: each[:3])
    settled.extend(joiner.join(low, high, found) for _, low, high, found in joining)
    settled.sort(key=lambda each: (place_of[each.a], place_of[each.b]))
    return groups.all(), settled, conflicts


def contradictory(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that contradict later ones, and are not followed."""
    place_of: dict[Key, int] = {}
    for decision in decisions:
        for key in (decision.a, decision.b):
            place_of.setdefault(key, len(place_of))
    return _decide(Groups(len(place_of)), place_of, decisions)


def _decide(groups: Groups, place_of: dict[Key, int], decisions: Sequence[Decision]) -> list[Decision]:
    conflicts = []
    for decision in reversed(decisions):
        if decision.a not in place_of or decision.b not in place_of:
            continue
        a, b = place_of[decision.a], place_of[decision.b]
        if decision.verdict == "different":
            if not groups.forbid(a, b):
                conflicts.append(decision)
        elif groups.forbidden(groups.group(a), groups.group(b)):
            conflicts.append(decision)
        elif groups.group(a) != groups.group(b):
            groups.join(groups.group(a), groups.group(b))
    return conflicts


class _Joiner:
    """Joins groups as far as no pair across them contradicts."""

    def __init__(
        self, groups: Groups, keys: Sequence[Key], judge: Callable[[int, int], Evidence], copies: Mapping[int, int]
    ) -> None:
        self._groups = groups
        self._keys = keys
        self._judge = judge
        self.copies = copies
        self.known: set[tuple[int, int]] = set()

    def join(self, low: int, high: int, found: Evidence) -> Evidence:
        """Join the groups of two places; where that cannot be, the evidence comes back as uncertain and says why."""
        groups = self._groups
        one, other = groups.group(low), groups.group(high)
        if one == other:
            return found
        why = f"{UNJOINED}records that contradict"
        if not groups.forbidden(one, other):
            against = self._contradiction(one, other)
            if against is None:
                groups.join(one, other)
                return found
            groups.forbid(*against)
            why = f"{UNJOINED}{self._keys[against[0]]} and {self._keys[against[1]]}, which contradict"
        return replace(found, verdict=Verdict.UNCERTAIN, reasons=(*found.reasons, why))

    def _contradiction(self, one: int, other: int) -> tuple[int, int] | None:
        """The first pair across two groups that contradicts and that blocking had not looked at, or None."""
        for a in self._groups.members(one):
            for b in self._groups.members(other):
                pair = (a, b) if a < b else (b, a)
                if pair not in self.known and a not in self.copies and b not in self.copies:
                    self.known.add(pair)
                    if self._judge(*pair).vetoed:
                        return pair
        return None
