"""`harvester init`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester import strategy
from harvester.cli import invoke


def test_a_started_review_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that `init` writes is a strategy of that name which `load` accepts as it stands."""
    monkeypatch.chdir(tmp_path)
    assert invoke(["init", "falls-prevention", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": ["falls-prevention.toml"]}
    loaded = strategy.load("falls-prevention.toml")
    assert loaded.name == "falls-prevention"
    assert [block.name for block in loaded.blocks] == ["POPULATION", "INTERVENTION"]
    assert loaded.sources == ("pubmed",)


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of that name stays as it is, and the call ends with exit 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("kept", encoding="utf-8")
    assert invoke(["init", "mine"]) == 2
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("name", ["../up", "a/b", "Falls", "", "x" * 99])
def test_a_name_cannot_leave_the_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is a path, or not lower-case words, is refused and nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert invoke(["init", name]) == 2
    assert list(tmp_path.iterdir()) == []
