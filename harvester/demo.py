"""`demo`: the reference review's story, lived through on the sandbox, with nothing from the network.

The search of July 2022, the update of May 2023, what was new, RIS files of both, and the search report. The library
is synthetic (harvester.sandbox); the program that searches it is the one that searches PubMed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from harvester import strategy as strategies
from harvester.conduct import RunReport, quiet
from harvester.config import Config
from harvester.errors import UsageError
from harvester.export import export
from harvester.http import Http
from harvester.report import report
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.store import Store, open_store
from harvester.update import update

STRATEGY = "link-workers"
FIRST = date(2022, 7, 31)
SECOND = date(2023, 5, 31)
MARKER = "demo.json"  # a folder that holds it was made by `demo`, and may be made anew


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo did: both runs as `run --json` says them, the files it wrote, and the exit code it earned."""

    runs: tuple[dict[str, Any], ...]
    files: tuple[Path, ...]
    exit_code: int


def demo(
    folder: Path,
    *,
    progress: Callable[[str], None] = quiet,
    stage: Callable[[str], None] = quiet,
) -> DemoReport:
    """Live the story through in `folder`, which is made; an earlier demo in it is replaced.

    `progress` is told of every page, `stage` of every part of the story. Raises UsageError when the folder holds
    something that is not a demo's; else as `run` and `update`.
    """
    _make_room(folder)
    reports: list[RunReport] = []
    strategy = strategies.load(STRATEGY)
    strategy_file = folder / f"{STRATEGY}.toml"
    (folder / MARKER).write_text("{}\n", encoding="utf-8")  # a demo that is cut off can be made anew
    strategy_file.write_text(strategy.raw, encoding="utf-8")
    files = [strategy_file]
    stage("Starting a library on the loopback address...")
    # No credentials of the user's are read: nothing here is theirs. Any key gets ten requests a second of the sandbox.
    with (
        Sandbox(as_of=FIRST) as server,
        Http(Config(given={"NCBI_API_KEY": "demo"}), sandbox=server.address) as http,
        open_store(folder / f"{STRATEGY}.db") as store,
    ):
        files.append(store.path)
        stage(f"Searching it as of {FIRST}...")
        reports.append(run(strategy, store, http, as_of=FIRST, progress=progress))
        files += _export(store, folder / "2022-07_all", "all", reports[-1])
        server.clock = SECOND
        stage(f"Moving its clock to {SECOND}, and updating...")
        reports.append(update(strategy, store, http, until=SECOND, progress=progress))
        files += _export(store, folder / "2023-05_new", "new", reports[-1])
        stage("Writing the report...")
        files += report(store, folder / "report", previous=reports[0].run_id)
    said = DemoReport(
        tuple(each.said for each in reports),
        (*files, folder / MARKER),
        next((each.exit_code for each in reports if each.exit_code), 0),
    )
    document = {"runs": said.runs, "files": [str(file) for file in said.files]}
    (folder / MARKER).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return said


def _export(store: Store, folder: Path, only: str, done_run: RunReport) -> list[Path]:
    folder.mkdir()
    done = export(store, folder, only=only, run=done_run.run_id)
    return [*(file.file for file in done.files), done.manifest]


def _make_room(folder: Path) -> None:
    """Make the folder, empty of an earlier demo. Only what a demo writes is ever removed."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="Name a folder for the demo.")
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        return
    if not (folder / MARKER).is_file():
        raise UsageError(f"{folder} holds something else", hint="Name a new or an empty folder: harvester demo DIR")
    for part in ("2022-07_all", "2023-05_new", "report/search-history", "report"):
        for file in (folder / part).glob("*"):
            file.unlink()
        if (folder / part).is_dir():
            (folder / part).rmdir()
    for file in folder.glob(f"{STRATEGY}.*"):
        file.unlink()
    (folder / MARKER).unlink()
