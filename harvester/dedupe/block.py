"""Stage 2, block: which pairs of rows are looked at at all.

Each row has a few keys of several sorts; rows that share a key form a block, and the pairs of a block are candidates.
No key is broad by design (none of journal + volume + year), yet some block is always too large: the title
"Editorial", a DOI of a whole volume. Such a block is divided by further properties, and what is still too
large is sorted and each row paired with its neighbours: it is never dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from harvester.dedupe.prepare import Prepared

LIMIT = 40
"""Rows of a block whose pairs are all looked at: at most 780 pairs."""
PART_LIMIT = 8
"""The same for the parts of a block that was too large."""
NEIGHBOURS = 2
"""In a block that is too large, each row is paired with so many next ones in each order."""
_NEAR_TITLES = 32
"""Letters at the beginning in which the titles of neighbours agree."""

Keys = Callable[[Prepared], Sequence[str]]
Values = Callable[[Prepared], tuple[Any, ...]]


def _dois(row: Prepared) -> Sequence[str]:
    return row.dois


def _pmid(row: Prepared) -> Sequence[str]:
    return (row.pmid,) if row.pmid else ()


def _title_head(row: Prepared) -> Sequence[str]:
    heads = (row.compact[:22], row.other[:22])
    return [head for head in heads if head]


def _title_tail(row: Prepared) -> Sequence[str]:
    return (row.compact[-20:],) if row.compact else ()


def _longest_words(row: Prepared) -> Sequence[str]:
    words = sorted(row.title.split())
    words.sort(key=len)
    longest = words[-3:]
    if len(set(longest)) < 3:
        longest = sorted(sorted(set(words)), key=len)[-3:]
    longest.sort()
    return (" ".join(longest),) if len(longest) == 3 else ()


def _author_and_page(row: Prepared) -> Sequence[str]:
    if not row.start or not row.names:
        return ()
    return [f"{row.names[0]} {row.start} {number}" for number in (f"v{row.volume}", row.year) if number not in ("v", 0)]


def _volume_and_page(row: Prepared) -> Sequence[str]:
    return (f"{row.volume} {row.start} {row.year}",) if row.start and row.volume and row.year else ()


def _page_range(row: Prepared) -> Sequence[str]:
    return (f"{row.start} {row.end} {row.year} {row.journal[:2]}",) if row.end else ()


def _abstract_head(row: Prepared) -> Sequence[str]:
    return (row.abstract[:36],) if row.abstract else ()


KEYS: tuple[Keys, ...] = (
    _dois,
    _pmid,
    _title_head,
    _title_tail,
    _longest_words,
    _author_and_page,
    _volume_and_page,
    _page_range,
    _abstract_head,
)
"""The sorts of keys. One after another, so that memory holds the blocks of one sort at a time."""


def pairs(rows: Sequence[Prepared]) -> Iterator[tuple[int, int]]:
    """The places, lower first, of every two rows to look at; two that share several keys come as often."""
    for keys in KEYS:
        for block in _blocks(rows, keys):
            yield from pairs_of(rows, block)


def pairs_of(rows: Sequence[Prepared] | Mapping[int, Prepared], block: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pairs to look at of one block: places in `rows`, in order. Some may come twice."""
    return combinations(block, 2) if len(block) <= LIMIT else _refined(rows, block)


def key_hashes(row: Prepared) -> set[int]:
    """All keys of a row as 64-bit numbers that are the same tomorrow and elsewhere. Keys of two sorts never meet."""
    from hashlib import blake2b  # OpenSSL is 3.5 MB, of which lists and files have no use

    return {
        int.from_bytes(blake2b(f"{sort} {key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
        for sort, keys in enumerate(KEYS)
        for key in keys(row)
    }


def _blocks(rows: Sequence[Prepared], keys: Keys) -> Iterator[list[int]]:
    """Places in `rows` that share a key, two or more. Keys are held as hashes: a clash costs a look."""
    first: dict[int, int] = {}
    blocks: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        for key in keys(row):
            hashed = hash(key)
            other = first.setdefault(hashed, place)
            if other != place:
                block = blocks.get(hashed)
                if block is None:
                    blocks[hashed] = [other, place]
                elif block[-1] != place:
                    block.append(place)
    del first
    yield from blocks.values()


def _refined(rows: Sequence[Prepared] | Mapping[int, Prepared], block: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A block too large, divided by place and by title; and by what ORDERS says, and sorted where that leaves many."""
    parts: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place in block:
        row = rows[place]
        parts["place", (row.year, row.volume, row.start)].append(place)
        parts["title", row.compact].append(place)
    for part in parts.values():
        if 1 < len(part) <= PART_LIMIT:
            yield from combinations(part, 2)
    for each in ORDERS:
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for place in block:
            groups[each.agree(rows[place])].append(place)
        for group in groups.values():
            if 1 < len(group) <= each.whole:
                yield from combinations(group, 2)
            elif len(group) > 1:
                yield from _neighbours(rows, group, each.values)


def _neighbours(
    rows: Sequence[Prepared] | Mapping[int, Prepared], group: Sequence[int], values: Values
) -> Iterator[tuple[int, int]]:
    ordered = sorted(group, key=lambda place: values(rows[place]))
    for step in range(1, NEIGHBOURS + 1):
        for one, other in zip(ordered, ordered[step:], strict=False):
            yield (one, other) if one < other else (other, one)


class Order(NamedTuple):
    """How a block that is too large is sorted. Neighbours have to `agree` in some values; up to `whole` rows that agree
    are all paired."""

    agree: Values
    values: Values
    whole: int = 0


ORDERS = (
    Order(lambda row: (row.compact[:_NEAR_TITLES],), lambda row: (row.compact, row.names, row.year, row.start)),
    Order(lambda row: row.names[:1], lambda row: (row.names, row.compact, row.year, row.start), PART_LIMIT),
    Order(lambda row: (row.year, row.volume), lambda row: (row.start, row.compact)),
)
"""By title, by first author, by place."""
