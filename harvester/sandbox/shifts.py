"""Faults that change what there is, not how it is answered: the clock moves, records go or are corrected.

Which records it strikes, the corpus' seed decides. The truth file tells of the world as it is afterwards.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from harvester.sandbox import truth_pubmed as pubmed
from harvester.sandbox.answers import World
from harvester.sandbox.chance import Bools, draws
from harvester.sandbox.faults import Fault
from harvester.sandbox.relations import Relation

_SECOND = [int(Relation.DUPLICATE), int(Relation.MERGED)]


def shift(world: World, fault: Fault) -> None:
    """Let a fault change the world. Those that only spoil answers change nothing."""
    number = int(fault.value) or 1
    if fault.kind == "clock":
        world.clock += timedelta(days=number)
    elif fault.kind in ("delete", "merge"):
        struck = _chosen(world, _found(world) if fault.kind == "delete" else _seconds(world), number)
        world.corpus.deleted[struck] = world.today
    elif fault.kind == "correct":
        world.corpus.new_version[_chosen(world, _found(world), number)] = world.today


def _found(world: World) -> Bools:
    """What the review's strategy finds today."""
    return pubmed.limited(world.corpus, world.today, pubmed.REVIEW[0], None)


def _seconds(world: World) -> Bools:
    """Second PMIDs of articles, found today."""
    second: Bools = np.isin(world.corpus.relation, _SECOND) & _found(world)
    return second


def _chosen(world: World, among: Bools, number: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    rows = np.flatnonzero(among)
    order = np.argsort(draws(world.corpus.seed, rows, 601), kind="stable")
    return rows[order[:number]]
