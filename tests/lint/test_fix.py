"""`check --fix`: mends the writing, never the search; comments and layout stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import cli
from harvester.lint.fix import fix
from harvester.strategy import Strategy, read

BEFORE = """# A strategy
[[block]]
name = "A"   # the people
terms = [
    "“link worker”",      # smart
    'long–term',
    "health coach*", # first
    "Health coach*",
    "other", "health coach*"
]
"""
AFTER = """# A strategy
[[block]]
name = "A"   # the people
terms = [
    "\\"link worker\\"",      # smart
    'long-term',
    "health coach*", # first
    "other", 
]
"""  # noqa: W291 - what stood before the removed term stays


def test_a_strategy_file_keeps_its_comments_and_layout() -> None:
    """Typographic marks become plain, doubled terms go, all else stays to the character."""
    text, edits = fix(read(BEFORE))
    assert text == AFTER
    assert [edit.code for edit in edits] == [
        "smart-quotes",
        "smart-quotes",
        "smart-dashes",
        "duplicate-term",
        "duplicate-term",
    ]
    assert fix(read(text)) == (text, [])


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("pubmed", "“link worker”[tiab] and long–term[tiab]", '"link worker"[tiab] AND long-term[tiab]'),
        ("pubmed", "link worker[tiab] or 'social coach'[ti]", '"link worker"[tiab] OR "social coach"[ti]'),
        ("wos", "TS=(link worker)", "TS=(link worker)"),
        ("ovid", "‘link worker’.ti.", '"link worker".ti.'),
    ],
)
def test_a_text_in_a_databases_language(dialect: str, text: str, expected: str) -> None:
    """Only what keeps the tree as it is: an unquoted phrase of Web of Science is an AND, and stays one."""
    assert fix(Strategy("s", "s.txt", text, "", dialect=dialect))[0] == expected


def test_the_file_is_written_and_the_rest_is_said(tmp_path: Path) -> None:
    """`check --fix` rewrites the file, keeps its line ends and its byte order mark, and tells what it did."""
    file = tmp_path / "s.toml"
    file.write_bytes(b"\xef\xbb\xbf" + '[[block]]\r\nterms = ["long–term*"] # x\r\n'.encode())
    done = CliRunner().invoke(cli, ["check", str(file), "--fix", "--for", "ovid"])
    assert file.read_bytes() == b"\xef\xbb\xbf" + b'[[block]]\r\nterms = ["long-term*"] # x\r\n'
    assert "1 mended: smart-dashes" in done.stderr
    assert "mended" not in CliRunner().invoke(cli, ["check", str(file), "--for", "ovid"]).stderr
