"""`count` and `sources`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.cli import invoke

TOML = """
[review]
name = "small"
title = "A small one"

[[block]]
name = "A"
title = "People"
terms = ["link work*", "zzzqqq"]

[sources]
use = ["pubmed"]
"""


@pytest.fixture
def strategy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A strategy file in a folder of its own, without credentials."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_STATE_DIR", str(tmp_path / "state"))
    for name in ("NCBI_API_KEY", "NCBI_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "small.toml").write_text(TOML, encoding="utf-8")
    return str(tmp_path / "small.toml")


def test_count_prints_the_numbered_table(strategy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line with its hits as JSON; a phrase that was not found is a warning on its line."""
    assert invoke(["count", strategy, "--sandbox", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["source"] == "pubmed"
    assert lines[0]["text"] == '"link work*"[tiab]'
    assert lines[0]["hits"] > 0
    assert lines[1]["hits"] == 0
    assert any("zzzqqq" in warning for warning in lines[1]["warnings"])


def test_count_says_warnings_aloud(strategy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The table goes to stdout, the warnings to stderr with their line."""
    assert invoke(["count", strategy, "--sandbox"]) == 0
    shown = capsys.readouterr()
    assert "text as sent" in shown.out
    assert "warning: pubmed line 2" in shown.err


def test_count_against_an_earlier_one(strategy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line beside what it found then; a line that was sent otherwise then has nothing to be compared with."""
    assert invoke(["count", strategy, "--sandbox", "--json"]) == 0
    earlier = json.loads(capsys.readouterr().out)
    found = earlier["lines"][0]["hits"]
    earlier["lines"][0]["hits"] += 5
    earlier["lines"][1]["text"] = "another"
    (tmp_path / "then.json").write_text(json.dumps(earlier), encoding="utf-8")
    assert invoke(["count", strategy, "--sandbox", "--json", "--against", str(tmp_path / "then.json")]) == 0
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert (lines[0]["hits"], lines[0]["was"], lines[1]["was"]) == (found, found + 5, None)
    assert invoke(["count", strategy, "--sandbox", "--against", str(tmp_path / "then.json")]) == 0
    shown = capsys.readouterr()
    assert f"pubmed line 1 finds {found:,}, where it found {found + 5:,}" in shown.err
    assert " was " in shown.out
    assert invoke(["count", strategy, "--sandbox", "--against", strategy]) == 2


def test_count_without_a_network_ends_with_4_and_no_zero(strategy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A source that could not be asked has no hits, which is not zero."""
    assert invoke(["count", strategy, "--sandbox", "http://127.0.0.1:9", "--json"]) == 4
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert answer["lines"]
    assert all(line["hits"] is None for line in answer["lines"])
    assert "could not be reached" in answer["errors"][0]["message"]
    assert "hint:" in shown.err


def test_sources_say_what_they_need(
    strategy: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key PubMed is faster; the key itself is not shown."""
    assert invoke(["sources", "pubmed", "--json"]) == 0
    (before,) = json.loads(capsys.readouterr().out)
    monkeypatch.setenv("NCBI_API_KEY", "SECRETSECRET")
    assert invoke(["sources", "pubmed", "--json"]) == 0
    text = capsys.readouterr().out
    (after,) = json.loads(text)
    assert (before["per_second"], after["per_second"]) == (3, 10)
    assert before["reach"] == 9999
    assert before["windows"] == ["entered", "modified", "published"]
    assert [(each["env"], each["required"], each["present"]) for each in after["credentials"]] == [
        ("NCBI_API_KEY", False, True),
        ("NCBI_EMAIL", False, False),
    ]
    assert "SECRETSECRET" not in text


def test_all_sources_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a source, and one source in full."""
    assert invoke(["sources"]) == 0
    assert "pubmed" in capsys.readouterr().out
    assert invoke(["sources", "pubmed"]) == 0
    assert "9,999 records a search" in capsys.readouterr().out


def test_an_unknown_source_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the hand is a usage error with a suggestion."""
    assert invoke(["sources", "pubmd"]) == 2
    assert "pubmed" in capsys.readouterr().err
