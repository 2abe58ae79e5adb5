"""Sets of record numbers as integers, a bit a record: Python's own `&`, `|`, `~` and bit_count() are fast on them.

numpy only packs and unpacks them.
"""

from __future__ import annotations


class Bits:
    """Sets of the numbers 0 to `size` - 1."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.all = (1 << size) - 1

    def of(self, numbers: str | None) -> int:
        """The set of numbers written with commas between them; None is none."""
        import numpy as np

        if not numbers:
            return 0
        flags = np.zeros(self.size, dtype=np.uint8)
        flags[np.fromstring(numbers, dtype=np.int64, sep=",")] = 1
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    def of_rows(self, rows: list[int]) -> int:
        """The set of these numbers."""
        import numpy as np

        flags = np.zeros(self.size, dtype=np.uint8)
        flags[np.array(rows, dtype=np.int64)] = 1
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    def rows(self, bits: int) -> list[int]:
        """The numbers in a set, in order."""
        import numpy as np

        packed = np.frombuffer(bits.to_bytes((self.size + 7) // 8, "little"), dtype=np.uint8)
        found: list[int] = np.flatnonzero(np.unpackbits(packed, bitorder="little")).tolist()
        return found
