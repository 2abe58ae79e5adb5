"""Stage 2, block: which pairs of rows are looked at at all.

Each row has a few keys of several sorts; rows that share a key form a block, and the pairs of a block are candidates.
No key is broad by design (none of journal + volume + year), yet some block is always too large: the title
"Editorial", a DOI of a whole volume. Such a block is divided by further properties, and what is still too
large is sorted and each row paired with its neighbours: it is never dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from harvester.dedupe.prepare import Prepared

LIMIT = 60
"""Rows of a block whose pairs are all looked at: at most 1,770 pairs."""
NEIGHBOURS = 12
"""In a block that stays too large, each row is paired with so many next ones in order."""

_COMMON_WORDS = frozenset({"patients", "treatment", "randomized", "randomised", "controlled", "systematic"})


def keys(row: Prepared) -> list[str]:
    """The keys of a row. The first letters say the sort; rows that share one are compared."""
    found = [f"d{doi}" for doi in row.dois]
    if row.pmid:
        found.append(f"p{row.pmid}")
    compact = row.compact
    if compact:
        found.append(f"h{compact[:22]}")
        found.append(f"t{compact[-20:]}")
        longest = sorted(set(row.title.split()), key=lambda word: (-len(word), word))[:3]
        if len(longest) == 3:
            found.append("w" + " ".join(sorted(longest)))
    if row.other:
        found.append(f"h{row.other[:22]}")
    first = row.names[0] if row.names else ""
    if row.start:
        if first:
            found.append(f"a{first} {row.start} {row.volume or row.year}")
        if row.volume and row.year:
            found.append(f"v{row.volume} {row.start} {row.year}")
        if row.end:
            found.append(f"e{row.start} {row.end} {row.year} {row.journal[:2]}")
    if row.abstract:
        found.append(f"b{row.abstract[:36]}")
    return found


def blocks(rows: Sequence[Prepared]) -> Iterator[list[int]]:
    """Groups of places in `rows` that share a key, small enough to compare pair by pair."""
    by_key: dict[str, int | list[int]] = {}
    for place, row in enumerate(rows):
        for key in keys(row):
            seen = by_key.get(key)
            if seen is None:
                by_key[key] = place
            elif isinstance(seen, int):
                if seen != place:
                    by_key[key] = [seen, place]
            elif seen[-1] != place:
                seen.append(place)
    for block in by_key.values():
        if isinstance(block, list):
            yield block


def candidates(rows: Sequence[Prepared]) -> set[int]:
    """The pairs to compare, each as `low * len(rows) + high`."""
    pairs: set[int] = set()
    count = len(rows)
    for block in blocks(rows):
        if len(block) <= LIMIT:
            _all_pairs(block, count, pairs)
        else:
            _refined(rows, block, count, pairs)
    return pairs


def _all_pairs(block: Sequence[int], count: int, pairs: set[int]) -> None:
    for place, low in enumerate(block):
        base = low * count
        for high in block[place + 1 :]:
            pairs.add(base + high)


def _refined(rows: Sequence[Prepared], block: Sequence[int], count: int, pairs: set[int]) -> None:
    """A block too large, divided by first author, by year and by place; what stays too large is sorted."""
    parts: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place in block:
        row = rows[place]
        if row.names:
            parts["name", row.names[0]].append(place)
        parts["start", (row.year, row.volume, row.start)].append(place)
        parts["title", row.compact].append(place)
    for part in parts.values():
        if len(part) <= LIMIT:
            _all_pairs(part, count, pairs)
    for order in (
        lambda place: (rows[place].compact, rows[place].names, rows[place].year, place),
        lambda place: (rows[place].names, rows[place].year, rows[place].compact, place),
        lambda place: (rows[place].year, rows[place].volume, rows[place].start, rows[place].names, place),
    ):
        ordered = sorted(block, key=order)
        for position, one in enumerate(ordered):
            for other in ordered[position + 1 : position + 1 + NEIGHBOURS]:
                pairs.add(min(one, other) * count + max(one, other))
