"""`from harvester import ...`: names load when asked for, and docs/python.md is true."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import harvester

ROOT = Path(__file__).resolve().parents[1]


def test_importing_harvester_loads_nothing_more() -> None:
    """The package alone is in memory after `import harvester`."""
    code = "import harvester, sys; print([name for name in sys.modules if name.startswith('harvester.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", harvester.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each name of the face leads to something."""
    assert getattr(harvester, name) is not None


def test_another_name_is_refused() -> None:
    """A name that is none is an AttributeError, as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        harvester.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_type_checkers_see_the_same_names() -> None:
    """The stub beside it declares what the face gives."""
    tree = ast.parse((ROOT / "harvester" / "__init__.pyi").read_text(encoding="utf-8"))
    declared = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert declared | {"__version__"} == set(harvester.__all__)


@pytest.mark.parametrize("before", ["", "import harvester.dedupe; ", "from harvester.dedupe import Result; "])
def test_dedupe_can_be_called_whatever_was_imported_before(before: str) -> None:
    """`from harvester import dedupe` gives what can be called, also after the room of that name was imported."""
    code = f"{before}from harvester import dedupe; print(dedupe([{{'title': 'a'}}]).works)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of docs/python.md print what the page says."""
    monkeypatch.chdir(tmp_path)
    outcome = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert outcome.attempted > 15
    assert outcome.failed == 0
