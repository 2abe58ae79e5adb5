"""How far two reviewers agree: Cohen's kappa (https://doi.org/10.1177/001316446002000104)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers over what both decided: how many, how many alike, kappa (None where it is not defined)."""

    a: str
    b: str
    both: int
    alike: int
    kappa: float | None

    @property
    def share(self) -> float:
        """The share decided alike, from 0 to 1; 0 where nothing was decided by both."""
        return self.alike / self.both if self.both else 0.0


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two reviewers' verdicts on the same things.

    None where it is not defined: nothing decided by both, or both gave one and the same verdict throughout.
    """
    if not pairs:
        return None
    total = len(pairs)
    seen = sum(a == b for a, b in pairs) / total
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[verdict] * second[verdict] for verdict in first) / total**2
    return None if chance == 1 else (seen - chance) / (1 - chance)


def agreement(votes: Iterable[Mapping[str, str]], *, leave_out: Iterable[str] = ("", "consensus")) -> list[Agreement]:
    """Every two reviewers who decided the same things. `votes` holds, for each thing, verdicts by reviewer."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    skip = set(leave_out)
    for each in votes:
        for a, b in combinations(sorted(set(each) - skip), 2):
            pairs.setdefault((a, b), []).append((each[a], each[b]))
    return [
        Agreement(a, b, len(found), sum(x == y for x, y in found), kappa(found))
        for (a, b), found in sorted(pairs.items())
    ]
