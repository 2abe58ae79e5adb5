"""A run that a test kills: the made-up source with small delays, or `resume` of it. Called as a process."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes import HTTP, TODAY, Doc, Fake, finder, strategy

from harvester import dedupe, match, plan  # noqa: F401 - loaded here, so that a kill lands in the work
from harvester.http import Http
from harvester.run import run
from harvester.search import Search
from harvester.sources.base import Page
from harvester.store import open_store
from harvester.update import resume


@dataclass
class Slow(Fake):
    """A source that takes `pause` seconds a page."""

    pause: float = 0.0

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """The pages, slowly."""
        for page in super().pages(search, http, cursor):
            time.sleep(self.pause)
            yield page


def sources(pause: float) -> tuple[Slow, Slow]:
    """Two sources that share some works."""
    alpha = [Doc(str(number)) for number in range(60)]
    beta = [Doc(str(number)) for number in range(40, 90)]
    return Slow(alpha, batch=3, pause=pause), Slow(beta, name="beta", batch=3, pause=pause)


def main(verb: str, path: str, pause: float) -> None:
    """Run or resume."""
    both = sources(pause)
    with open_store(path) as store:
        print("open", flush=True)
        if verb == "run":
            run(strategy("alpha", "beta"), store, HTTP, today=TODAY, find=finder(*both))
        else:
            resume(store, HTTP, today=TODAY, find=finder(*both))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
