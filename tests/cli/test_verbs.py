"""The frame of the command line: every verb is there, documented, and quick to ask for help."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import VERBS, cli, invoke
from harvester.errors import Incomplete, StrategyError, Unavailable

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ["scrapy", "sqlite_utils", "Bio", "requests", "lxml", "rapidfuzz", "numpy", "pypdf", "twisted"]


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_says_what_the_verb_says(verb: str) -> None:
    """The one-line help in the table of verbs is the first line of the verb's own help."""
    command = cli.get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    assert command.name == verb
    assert (command.help or "").strip().splitlines()[0] == VERBS[verb][1]


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_imports_nothing_heavy(verb: str) -> None:
    """`--help` of the program and of every verb answers without importing a heavy package."""
    code = (
        "import sys; from harvester.cli import invoke\n"
        f"code = invoke([{verb!r}, '--help'] if {verb!r} else ['--help'])\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('heavy:', heavy, 'code:', code)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "heavy: [] code: 0"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_speaks_json(verb: str) -> None:
    """Every verb takes --json, except the one that serves."""
    command = cli.get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    options = {name for parameter in command.params for name in parameter.opts}
    assert ("--json" in options) == (verb != "sandbox")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    """Every verb has its part in docs/commands.md, holding its --help as the program prints it."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    printed = CliRunner().invoke(cli, [verb, "--help"], prog_name="harvester", terminal_width=100).output
    assert f"## {verb}\n" in text
    assert printed.strip() in text, "run `make docs`"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StrategyError("no such block", file="q.toml", line=3, column=7, hint="Add one."), 3),
        (Unavailable("no answer", source="pubmed", hint="Try later."), 4),
        (Incomplete("3 of 5 came"), 5),
    ],
)
def test_errors_become_exit_codes(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours ends with its code, its message on stderr, and in JSON on stdout when asked."""

    def raise_it(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", raise_it)
    assert invoke(["run", "x", "--json"]) == code
    out, err = capsys.readouterr()
    assert f"error: {error}" in err
    assert json.loads(out)["error"] == {"message": str(error), "hint": error.hint, "exit_code": code}  # type: ignore[attr-defined]


def test_a_bug_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not an error of ours is not hidden."""

    def raise_it(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "main", raise_it)
    with pytest.raises(ZeroDivisionError):
        invoke(["run"])


def test_an_unknown_verb_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt verb ends with exit 2 and says so on stderr."""
    assert invoke(["serach"]) == 2
    assert "No such command 'serach'" in capsys.readouterr().err
