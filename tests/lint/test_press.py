"""The page for a peer review."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from harvester.cli import cli
from harvester.lint import RULES, Message
from harvester.lint.press import ELEMENTS, press
from harvester.strategy import read


def test_every_rule_has_its_heading() -> None:
    """No rule is without a heading, none has two, and no heading names a rule that is none."""
    named = [code for codes, _ in ELEMENTS.values() for code in codes]
    assert sorted(named) == sorted(RULES)


def test_it_says_that_it_is_no_review_and_leaves_nothing_out() -> None:
    """The label stands at the top; a finding of no known rule still stands on the page."""
    strategy = read('[[block]]\nterms = ["coach"]\n')
    page = press(strategy, [Message("new-rule", "error", "a < b*", 2, 11), Message("short-stem", "error", "tb*", 3, 1)])
    assert page.index("This is not a peer review") < page.index("## Translation")
    assert "- error, line 2, column 11: a &lt; b\\*." in page
    assert page.index("tb\\*") > page.index("## Text word searching")
    assert page.count("The program found nothing here") == 5


def test_check_writes_the_page(tmp_path: Path) -> None:
    """`check --press OUT.md` writes it beside the usual output."""
    file, out = tmp_path / "s.toml", tmp_path / "press.md"
    file.write_text('[[block]]\nterms = ["coach*", "coaches"]\n')
    done = CliRunner().invoke(cli, ["check", str(file), "--press", str(out)])
    assert "swallowed-term" in done.stdout
    assert "is found by" in out.read_text(encoding="utf-8")
