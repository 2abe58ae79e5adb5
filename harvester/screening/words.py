"""The words in which tools and people write a decision."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harvester.screening.keep import EXCLUDE, INCLUDE, MAYBE, NOT_RETRIEVED

LABELS: dict[str, str] = {
    **dict.fromkeys(("include", "included", "in", "yes", "y", "1", "1.0", "true", "accept", "accepted", "relevant",
                     "eligible", "keep"), INCLUDE),
    **dict.fromkeys(("exclude", "excluded", "out", "no", "n", "0", "0.0", "false", "reject", "rejected", "irrelevant",
                     "ineligible"), EXCLUDE),
    **dict.fromkeys(("maybe", "unsure", "unclear"), MAYBE),
    **dict.fromkeys(("not retrieved", "not-retrieved", "no full text", "full text not available"), NOT_RETRIEVED),
}  # fmt: skip
# Said of a record that nobody has decided about yet.
UNDECIDED = frozenset({"", "-1", "-1.0", "nan", "none", "null", "na", "n/a", "undecided", "not seen", "unscreened"})


def verdict_of(text: str) -> str | None:
    """The verdict that `text` says: "" for one that says undecided, None for words that are not known."""
    plain = " ".join(text.split()).casefold()
    return "" if plain in UNDECIDED else LABELS.get(plain)


def named_reason(cells: Mapping[str, str]) -> str:
    """The reason for exclusion that a record of a file with one verdict names in its notes, or ""."""
    found = re.search(r"Exclusion reason:\s*([^;]*)", cells.get("notes", ""), re.IGNORECASE)
    return found.group(1).strip() if found else ""
