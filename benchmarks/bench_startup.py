"""How long `harvester --help` takes beside a bare click program of as many verbs. Aim: within twice."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
import click
@click.group()
def cli():
    "A bare click program."
for number in range(20):
    cli.add_command(click.Command(f"verb{number}", help="Does something."))
cli()
"""
RUNS = 15


def seconds(command: list[str]) -> float:
    """CPU seconds of one run of a command, children included."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def main() -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        commands = {
            "bare click": [sys.executable, str(bare), "--help"],
            "harvester --help": [sys.executable, "-m", "harvester", "--help"],
            "harvester run --help": [sys.executable, "-m", "harvester", "run", "--help"],
        }
        for command in commands.values():
            seconds(command)
        taken: dict[str, list[float]] = {name: [] for name in commands}
        walls: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                began = time.perf_counter()
                taken[name].append(seconds(command))
                walls[name].append(time.perf_counter() - began)
    base, base_wall = statistics.median(taken["bare click"]), statistics.median(walls["bare click"])
    print(f"{'command':24}{'CPU ms':>8}{'ratio':>7}{'wall ms':>9}{'ratio':>7}")
    for name in commands:
        cpu, wall = statistics.median(taken[name]), statistics.median(walls[name])
        print(f"{name:24}{cpu * 1000:8.0f}{cpu / base:7.2f}{wall * 1000:9.0f}{wall / base_wall:7.2f}")


if __name__ == "__main__":
    main()
