"""Chance that depends on nothing but (seed, index, salt): any record can be made again alone, in any order.

The mixing function is splitmix64 (Steele, Lea, Flood 2014), once over whole numpy arrays and once over one integer;
both give the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Units = NDArray[np.uint16]

_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15
_SALT = 0xD1B54A32D192ED03
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def draw(seed: int, index: int, salt: int) -> int:
    """A number below 2**63 that is always the same for the same three arguments."""
    z = (seed * _GOLDEN + index * _SALT + salt * _SECOND + _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * _FIRST) & _MASK
    z = ((z ^ (z >> 27)) * _SECOND) & _MASK
    return (z ^ (z >> 31)) >> 1


def draws(seed: int, index: Ints, salt: int) -> Ints:
    """`draw` for every index of an array."""
    start = np.uint64((seed * _GOLDEN + salt * _SECOND + _GOLDEN) & _MASK)
    z = index.astype(np.uint64) * np.uint64(_SALT) + start
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
    out: Ints = ((z ^ (z >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)
    return out


def choose(choices: Any, numbers: Ints) -> Any:
    """For each number the element of the array `choices` that it falls on."""
    return choices[numbers % len(choices)]
