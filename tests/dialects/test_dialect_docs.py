"""docs/dialects.md is true: its table names every dialect, its examples run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from harvester.dialects import get, names
from harvester.errors import StrategyError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "dialects.md"


def test_the_examples_run() -> None:
    """The Python in the page prints what the page says."""
    outcome = doctest.testfile(str(DOCS), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_table_names_every_dialect_and_whether_it_reads() -> None:
    """One row a dialect; `yes` under read where a query is read, `no` where reading is refused."""
    reads: dict[str, str] = {}
    for row in re.findall(r"^\| (`.*?) \|.*?\| (yes|no) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE):
        reads.update(dict.fromkeys(re.findall(r"`(\w+)`", row[0]), row[1]))
    found = {}
    for name in names():
        try:
            get(name).read("coach")
            found[name] = "yes"
        except StrategyError:
            found[name] = "no"
    assert found == reads
