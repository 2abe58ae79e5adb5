"""docs/strategy.md lists every rule of `check` and no other."""

from __future__ import annotations

import re
from pathlib import Path

from harvester.lint import RULES

DOCS = Path(__file__).resolve().parents[2] / "docs" / "strategy.md"


def test_the_documented_rules_are_the_programs_rules() -> None:
    """Code, severity, summary and example stand in the page as they stand in the program."""
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.*?) \| `(.*)` \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    expected = [(rule.code, rule.severity, rule.summary, rule.example) for rule in RULES.values()]
    assert expected == rows
