"""A run against a sandbox that a test kills, or `resume` of it: PubMed in small batches. Called as a process."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from harvester import dedupe, match, plan  # noqa: F401 - loaded here, so that a kill lands in the work
from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sources.base import Source
from harvester.sources.pubmed import PubMed
from harvester.store import open_store
from harvester.strategy import load
from harvester.update import resume

DAY = date(2022, 7, 31)


def find(_name: str) -> Source:
    """PubMed, 20 records a request, so that there is much to cut off."""
    return PubMed(batch=20)


def main(verb: str, path: str, address: str, state: str) -> None:
    """Run or resume."""
    config = Config(given={"NCBI_API_KEY": "made-up"})
    with open_store(path) as store, Http(config, sandbox=address, state=Path(state)) as http:
        print("open", flush=True)
        if verb == "run":
            run(load("link-workers"), store, http, sources=["pubmed"], as_of=DAY, today=DAY, find=find)
        else:
            resume(store, http, today=DAY, find=find)


if __name__ == "__main__":
    main(*sys.argv[1:])
