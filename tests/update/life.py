"""One month of a review's life in a process of its own, which a test may kill: `update`, or `resume` of one cut off."""

from __future__ import annotations

from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from harvester import dedupe, match, plan, screening  # noqa: F401 - loaded here, so that a kill lands in the work
from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sources.base import Source
from harvester.sources.pubmed import PubMed
from harvester.store import open_store, works
from harvester.strategy import load
from harvester.update import resume, update


class Clock:
    """A clock that nobody has to wait for."""

    time = 0.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let `seconds` go by."""
        self.time += seconds


def find(_name: str) -> Source:
    """PubMed in small pages: there is much to cut off."""
    return PubMed(batch=25)


def month(verb: str, path: Path, address: str, day: date, told: Connection | None) -> None:
    """Run, update (`full`) or resume as of `day`; says (run, exit code, report, ids of the new works' records)."""
    clock = Clock()
    config = Config(given={"NCBI_API_KEY": "made-up-key-0123"})
    strategy = load("link-workers")
    state = path.with_name("limits")
    with (
        Http(config, sandbox=address, state=state, clock=clock, sleep=clock.sleep) as http,
        open_store(path) as store,
    ):
        if verb == "run":
            report = run(strategy, store, http, sources=["pubmed"], today=day, find=find)
        elif verb == "resume":
            report = resume(store, http, today=day, find=find)
        else:
            report = update(strategy, store, http, sources=["pubmed"], full=verb == "full", today=day, find=find)
        new = [[source_id for _, _, source_id in work.members] for work in works(store, run=report.run_id, only="new")]
    if told is not None:
        told.send((report.run_id, report.exit_code, report.said, new))
        told.close()
