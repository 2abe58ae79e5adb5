"""`update`, `tell`, `diff` and `history` as a user meets them, on a sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harvester.cli import invoke
from harvester.sandbox import Sandbox

Call = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A small library."""
    with Sandbox(records=1500, as_of=date(2022, 7, 31), rate_limit=False) as server:
        yield server


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a verb in an empty folder; gives its exit code, its JSON (else its text) and what it said on stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NCBI_API_KEY", "made-up-key-0123")

    def called(*words: str) -> tuple[int, Any, str]:
        code = invoke(list(words))
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words else said.out, said.err

    return called


@pytest.fixture
def reviews(tmp_path: Path) -> list[str]:
    """Three strategy files: two that were never run, and one that is no strategy."""
    plain = "[[block]]\nname = 'A'\ntitle = 'A'\nterms = ['{}']\n[sources]\nuse = ['pubmed']\n"
    for name, term in (("one", "community navigator*"), ("two", "health coach")):
        text = f"[review]\nname = '{name}'\ntitle = 'x'\n" + plain.format(term)
        (tmp_path / f"{name}.toml").write_text(text)
    (tmp_path / "wrong.toml").write_text("[review")
    return ["one.toml", "wrong.toml", "two.toml"]


def test_several_reviews(call: Call, sandbox: Sandbox, reviews: list[str], tmp_path: Path) -> None:
    """One that fails does not stop the rest; the table names it; new works give the exit code that was asked for."""
    where = ("--sandbox", sandbox.address)
    sandbox.clock = date(2022, 7, 31)
    for name in ("one.toml", "two.toml"):
        assert call("run", name, *where)[0] == 0
    sandbox.clock = date(2023, 5, 31)
    code, said, err = call("update", *reviews, "--json", *where)
    assert code == 3
    assert [run["strategy"] for run in said["runs"]] == ["one", "two"]
    assert [(each["strategy"], each["exit_code"]) for each in said["errors"]] == [("wrong.toml", 3)]
    assert all(run["new"] > 0 for run in said["runs"])
    assert "error: wrong.toml" in err
    code, out, _ = call("update", "one.toml", "two.toml", "--exit-code-on-new", "9", *where)
    assert code == 0
    assert "2 of 2 strategies updated:" in out
    sandbox.clock = date(2024, 5, 31)
    assert call("update", "one.toml", "--exit-code-on-new", "9", *where)[0] == 9
    assert call("update", "one.toml", "two.toml", "--db", "x.db", *where)[0] == 2
    assert not (tmp_path / "x.db").exists()


def test_telling_after_an_update(call: Call, sandbox: Sandbox, tmp_path: Path) -> None:
    """The message goes to a file and a feed; `tell` shows it again; a channel without its setting fails alone."""
    where = ("--source", "pubmed", "--sandbox", sandbox.address)
    sandbox.clock = date(2022, 7, 31)
    call("run", "link-workers", *where)
    sandbox.clock = date(2023, 5, 31)
    code, out, err = call(
        "update", "link-workers", "--tell", "slack", "--tell", "file:news.md", "--feed", "new.atom", *where
    )
    assert code == 2
    assert "slack needs HARVESTER_SLACK_WEBHOOK" in err
    assert "source answered" in out
    news = (tmp_path / "news.md").read_text()
    shown = call("tell")[1]
    assert shown.splitlines()[0].startswith("link-workers: ")
    assert news.splitlines()[0] == "## " + shown.splitlines()[0].replace("(", "\\(").replace(")", "\\)")
    new = call("history", "--json")[1]["runs"][1]["new"]
    assert (tmp_path / "new.atom").read_text().count("<entry>") == new > 0
    assert call("tell", "--to", "slack", "--dry-run")[0] == 0
    assert call("tell", "--run", "9")[0] == 2
    assert call("update", "link-workers", "--tell", "pigeon", *where)[0] == 2
    assert len(call("history", "--json")[1]["runs"]) == 2


def test_diff_and_history(call: Call, sandbox: Sandbox) -> None:
    """Two runs are compared in a table; a line's and a record's history are told."""
    where = ("--source", "pubmed", "--sandbox", sandbox.address)
    sandbox.clock = date(2022, 7, 31)
    call("run", "link-workers", *where)
    sandbox.clock = date(2023, 5, 31)
    full = call("update", "link-workers", "--full", "--json", *where)[1]["runs"][0]
    code, said, _ = call("diff", "1", "2", "--json")
    assert code == 0
    assert len(said["records"]["added"]) == full["sources"][0]["new"]
    code, out, _ = call("diff", "1", "2")
    assert out.splitlines()[-1].startswith(f"{len(said['records']['added'])} added, ")
    assert "community navigator*" in call("history", "--lines")[1]
    first = said["records"]["added"][0]["source_id"]
    assert "run 2: found in pubmed" in call("history", "--record", first)[1]
    assert call("history", "--record", "nobody")[0] == 2
    assert call("diff", "1", "7")[0] == 2
