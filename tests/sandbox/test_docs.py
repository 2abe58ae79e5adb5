"""docs/sandbox.md against the program."""

from __future__ import annotations

import re
from pathlib import Path

from harvester.cli.sandbox import command
from harvester.sandbox.faults import KINDS
from harvester.sandbox.fields import FIELDS

TEXT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_option_is_documented() -> None:
    """No option of the verb is missing from the page, none is there that the verb lacks."""
    options = {name for option in command.params for name in option.opts if name.startswith("--")}
    assert set(re.findall(r"^\| `(--[a-z-]+)", TEXT, re.MULTILINE)) == options


def test_every_fault_is_documented() -> None:
    """The table of faults has all kinds and no other."""
    table = TEXT.split("| kind |")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:] if line.startswith("|")]
    assert {kind for row in rows for kind in re.findall(r"`([^`]+)`", row)} == set(KINDS)


def test_every_field_is_documented() -> None:
    """The list of fields is the program's."""
    listed = re.search(r"Fields: `([^`]+)`", TEXT)
    assert listed is not None
    assert set(listed.group(1).split()) == {*FIELDS} - {"majr:noexp"}
