"""Fits the weights of deduplication on all labelled sets but one, and tries them on that one: what we believe of them.

    python -m benchmarks.fit_dedupe            # leave-one-set-out, and the reliability of the weights that ship
    python -m benchmarks.fit_dedupe --fit      # also print weights fitted on all sets, to be smoothed by hand

Needs the labelled sets (shared/data/dedup beside the checkout).
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from harvester.dedupe import PROFILES, dedupe, glance, odds
from harvester.dedupe.block import pairs
from harvester.dedupe.compare import judge
from harvester.dedupe.contradict import contradiction
from harvester.dedupe.fields import match_titles, outcomes
from harvester.dedupe.glance import worth_comparing
from harvester.dedupe.odds import features
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import from_mapping

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dedup"
FOLD = PROFILES["versions"]
RIDGE = 2.0


def read(name: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The records of a set, and the work that each is of."""
    csv.field_size_limit(1 << 27)
    with gzip.open(DATA / name / "records.csv.gz", "rt", newline="", encoding="utf-8") as text:
        records = list(csv.DictReader(text))
    with (DATA / name / "truth.csv").open(newline="", encoding="utf-8") as file:
        return records, {row["ID"]: row["cluster"] for row in csv.DictReader(file)}


def examples(records: list[dict[str, str]], truth: dict[str, str]) -> list[tuple[tuple[Any, ...], bool]]:
    """What every pair compared says, contradictions apart, and whether it is one work."""
    rows = [prepare(from_mapping(record, record["ID"])) for record in records]
    found = []
    for low, high in set(pairs(rows)):
        a, b = rows[low], rows[high]
        if worth_comparing(a, b):
            said = outcomes(a, b, match_titles(a, b))
            if contradiction(a, b, said, FOLD) is None:
                found.append((features(said), truth[str(a.key)] == truth[str(b.key)]))
    return found


def fit(sets: list[list[tuple[tuple[Any, ...], bool]]]) -> tuple[float, dict[tuple[str, str], float]]:
    """Weights by ridge logistic regression (Newton's method); a set counts by the root of its size."""
    names = sorted({feature for found in sets for said, _ in found for feature in said})
    place = {name: number for number, name in enumerate(names)}
    rows = sum(map(len, sets))
    matrix, target, weight = np.zeros((rows, len(names) + 1)), np.zeros(rows), np.zeros(rows)
    number = 0
    for found in sets:
        for said, same in found:
            matrix[number, [place[feature] for feature in said]] = 1
            target[number], weight[number] = same, len(found) ** -0.5
            number += 1
    matrix[:, -1] = 1
    weight *= rows / weight.sum()
    ridge = np.diag([RIDGE] * len(names) + [1e-6])
    coefficients = np.zeros(len(names) + 1)
    for _ in range(50):
        expected = 1 / (1 + np.exp(-np.clip(matrix @ coefficients, -30, 30)))
        slope = matrix.T @ (weight * (target - expected)) - ridge @ coefficients
        curve = (matrix * (weight * expected * (1 - expected))[:, None]).T @ matrix + ridge
        step = np.linalg.solve(curve, slope)
        coefficients += step
        if abs(step).max() < 1e-6:
            break
    return float(coefficients[-1]), {name: float(coefficients[place[name]]) for name in names}


def score(records: list[dict[str, str]], truth: dict[str, str]) -> tuple[int, int, int]:
    """Works lost, duplicates left, wrong pairs."""
    clusters = dedupe(records, profile="versions").clusters
    kept = Counter(truth[str(cluster[0])] for cluster in clusters)
    wrong = 0
    for cluster in clusters:
        sizes = Counter(truth[str(key)] for key in cluster)
        wrong += (len(cluster) ** 2 - sum(size**2 for size in sizes.values())) // 2
    return len(set(truth.values()) - set(kept)), sum(count - 1 for count in kept.values()), wrong


def sharpness(
    sets: list[list[tuple[tuple[Any, ...], bool]]], bias: float, weights: dict[tuple[str, str], float]
) -> tuple[float, float]:
    """Slope and shift that make log odds of sums of weights, by Platt's logistic regression; sets count as in `fit`."""
    sums = np.array([bias + sum(weights.get(each, 0) for each in said) for found in sets for said, _ in found])
    same = np.array([same for found in sets for _, same in found], dtype=float)
    weight = np.array([len(found) ** -0.5 for found in sets for _ in found])
    matrix, coefficients = np.column_stack((sums, np.ones(len(sums)))), np.array([1.0, 0.0])
    for _ in range(50):
        expected = 1 / (1 + np.exp(-np.clip(matrix @ coefficients, -30, 30)))
        curve = (matrix * (weight * expected * (1 - expected))[:, None]).T @ matrix
        coefficients += np.linalg.solve(curve, matrix.T @ (weight * (same - expected)))
    return float(coefficients[0]), float(coefficients[1])


def scores(records: list[dict[str, str]], truth: dict[str, str]) -> list[tuple[float, bool]]:
    """The score of every pair compared, as it is told, contradictions apart, and whether the pair is one work."""
    rows = [prepare(from_mapping(record, record["ID"])) for record in records]
    found = []
    for low, high in set(pairs(rows)):
        if worth_comparing(rows[low], rows[high]):
            said = judge(rows[low], rows[high], fold=FOLD)
            if not said.vetoed:
                found.append((said.score, truth[str(said.a)] == truth[str(said.b)]))
    return found


def reliability(found: list[tuple[float, bool]]) -> None:
    """Print how often pairs of a score are one work."""
    edges = (0, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0001)
    tally: Counter[tuple[int, bool]] = Counter()
    sums = [0.0] * len(edges)
    for chance, same in found:
        bucket = next(place for place, edge in enumerate(edges[1:]) if chance < edge)
        tally[bucket, same] += 1
        sums[bucket] += chance
    print(f"{'score':>12}{'pairs':>8}{'said':>8}{'were':>8}")
    for bucket in range(len(edges) - 1):
        count = tally[bucket, True] + tally[bucket, False]
        if count:
            label = f"{edges[bucket]:.2f}-{min(1, edges[bucket + 1]):.2f}"
            print(f"{label:>12}{count:8}{sums[bucket] / count:8.3f}{tally[bucket, True] / count:8.3f}")


def weigh_with(bias: float, weights: dict[tuple[str, str], float]) -> None:
    """Put other weights in the place of those that are used from now on."""
    odds.BIAS = glance.BIAS = bias
    shared = odds.WEIGHTS
    assert shared is glance.WEIGHTS
    kept = dict(weights)
    shared.clear()
    shared.update(kept)
    for remembered in (odds._probability, glance._likely, glance._best):
        remembered.cache_clear()


def main(arguments: list[str]) -> None:
    """Print the tables."""
    names = sorted(path.parent.name for path in DATA.glob("*/truth.csv"))
    data = {name: read(name) for name in names}
    said = {name: examples(*data[name]) for name in names}
    shipped = odds.BIAS, dict(odds.WEIGHTS)
    print(f"{'set':20}{'shipped: lost':>15}{'left':>6}{'wrong':>7}{'left out: lost':>17}{'left':>6}{'wrong':>7}")
    for name in names:
        here = score(*data[name])
        bias, weights = fit([said[other] for other in names if other != name])
        weigh_with(bias, weights)  # the experiment's own, in place of those that ship
        there = score(*data[name])
        weigh_with(*shipped)
        print(f"{name:20}{here[0]:15}{here[1]:6}{here[2]:7}{there[0]:17}{there[1]:6}{there[2]:7}", flush=True)
    slopes = [sharpness([said[other] for other in names if other != name], *shipped) for name in names]
    (low, high), shifts = (min(slopes)[0], max(slopes)[0]), [shift for _, shift in slopes]
    print(f"\non any seven sets: slope {low:.2f} to {high:.2f}, shift {min(shifts):.2f} to {max(shifts):.2f}")
    print("\nReliability of the scores that are told, contradictions apart")
    reliability([pair for name in names for pair in scores(*data[name])])
    if "--fit" in arguments:
        bias, weights = fit(list(said.values()))
        print(f"\nbias {bias:.2f}")
        for feature, weight in weights.items():
            print(f"{feature} {weight:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
