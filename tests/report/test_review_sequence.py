"""docs/review-sequence.md: the reference review's searches, command by command, with the numbers on the page."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.slow
def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    """Run in an empty folder, each command ends with 0 and prints what the page has, number by number."""
    spec = importlib.util.spec_from_file_location("make_sequence", DOCS / "make_sequence.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    text = made.PAGE.read_text(encoding="utf-8")
    assert text.count("$ harvester import") == 7
    assert made.play(text, tmp_path).splitlines() == text.splitlines()
    assert (tmp_path / "report" / "report.html").is_file()
    assert (tmp_path / "july-2022.ris.manifest.json").is_file()
