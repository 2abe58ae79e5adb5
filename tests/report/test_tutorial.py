"""The tutorial's commands, run one after another as a newcomer would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMANDS = re.findall(r"```console\n\$ (.*?)\n```", (DOCS / "tutorial.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_every_command_of_the_tutorial_works(tmp_path: Path) -> None:
    """Each command ends with 0 in the order of the page; `serve` answers with its addresses; the files are there."""
    assert len(COMMANDS) == 8
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        assert program == "harvester"
        called = [sys.executable, "-m", "harvester", *arguments]
        if "serve" in arguments:
            pytest.importorskip("datasette", reason="datasette is not installed (harvester[ui])")
            with subprocess.Popen(called, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment) as server:
                assert server.stdout is not None
                assert server.stdout.readline().startswith("http://127.0.0.1:")
                assert "/-/harvester/open?token=" in server.stdout.readline()
                server.terminate()
            continue
        done = subprocess.run(called, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
    assert (tmp_path / "report" / "report.html").is_file()
    flow = (tmp_path / "report" / "PRISMA.csv").read_text(encoding="utf-8")
    assert "records_excluded,node10,box5" in flow


def test_every_picture_and_link_is_there() -> None:
    """What the pages of this room show or lead to within the docs exists."""
    for name in ("tutorial.md", "report.md", "prisma.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (DOCS / target).is_file(), f"{name}: {target}"
