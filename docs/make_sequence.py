"""Write into docs/review-sequence.md what its commands print. Run by `make docs`; a test holds the page to it.

A block of the page is one command after `$ ` and what it prints on stdout; a last line `...` stands for the rest. What
no two calls have in common stands as YYYY-MM-DD (the day of the call) and N.N s.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).with_name("review-sequence.md")
_BLOCK = re.compile(r"^```console\n\$ (.+)\n((?:.*\n)*?)```$", re.MULTILINE)


def play(text: str, folder: Path) -> str:
    """The page with its commands run in `folder`, in order. Raises RuntimeError when one does not end with 0."""

    def answer(block: re.Match[str]) -> str:
        command, shown = block[1], block[2].splitlines()
        printed = run(command, folder).splitlines()
        if shown and shown[-1] == "...":
            printed = [*printed[: len(shown) - 1], "..."]
        return "```console\n" + "\n".join([f"$ {command}", *printed]) + "\n```"

    return _BLOCK.sub(answer, text)


def run(command: str, folder: Path) -> str:
    """What one command of the page prints on stdout."""
    program, *arguments = shlex.split(command)
    if program != "harvester":
        raise RuntimeError(f"{command}: not one of the program's own")
    done = subprocess.run(  # noqa: S603 - the commands of a page of ours, no shell
        [sys.executable, "-m", "harvester", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "NCBI_API_KEY": "any"},  # ten requests a second of the sandbox
    )
    if done.returncode:
        raise RuntimeError(f"{command}: ended with {done.returncode}: {done.stderr}")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return re.sub(r"\(\d+\.\d s\)", "(N.N s)", done.stdout.replace(today, "YYYY-MM-DD"))


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(play(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
