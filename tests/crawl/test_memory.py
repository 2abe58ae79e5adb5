"""The crawl's own process takes no more memory at the end of a large site than at its beginning."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from little_site import Answer, LittleSite, html

from harvester.crawl import Ended, Fetched, Job, Limits, crawl
from harvester.crawl.seen import Seen

AT = "/sites/social-prescribing-network/"
LAST = 1_500


def numbered(path: str) -> Answer:
    """A page that links to twenty others and to twenty that no other page links to."""
    number = int(path.rpartition("/")[2] or 0)
    links = "".join(f'<a href="{AT}p/{number * 20 + step}">x</a>' for step in range(20) if number * 20 + step < LAST)
    links += "".join(f'<a href="{AT}closed/{number}-{step}">y</a>' for step in range(20))
    return html(f"<h1>Page {number}</h1>{links}" + "<p>link worker</p>" * 100)


def children() -> set[int]:
    """The processes that this one has started."""
    return {int(found) for each in Path("/proc/self/task").glob("*/children") for found in each.read_text().split()}


def resident(process: int) -> float:
    """A process's resident memory, in MB."""
    said = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line)
    return int(said["VmRSS"].split()[0]) / 1024


class Measuring:
    """Answers with numbered pages, and measures who asks at some of them: it waits for its answer, so it is there."""

    def __init__(self, *at: int) -> None:
        self.at = at
        self.others = children()
        self.asked = count(1)
        self.measured: dict[int, float] = {}

    def page(self, path: str) -> Answer:
        """A numbered page."""
        if (number := next(self.asked)) in self.at:
            (child,) = children() - self.others
            self.measured[number] = resident(child)
        return numbered(path)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system tells no process's memory in /proc")
@pytest.mark.skipif("coverage" in sys.modules, reason="coverage's own memory grows")
def test_memory_is_flat() -> None:
    """Between page 300 and page 1,500, with 20 new addresses on each, the process grows by less than 2 MB."""
    robots = (200, {"Content-Type": "text/plain"}, f"User-agent: *\nDisallow: {AT}closed/\n".encode())
    measuring = Measuring(300, LAST)
    paths = (AT, *(f"{AT}p/{n}" for n in range(LAST)))
    pages: dict = {"/robots.txt": robots, **dict.fromkeys(paths, measuring.page)}  # type: ignore[type-arg]
    fetched = 0
    with LittleSite(pages) as site:
        job = Job("social-prescribing-network", site.root, sandbox=True, limits=Limits(pages=5_000, depth=50))
        for said in crawl(job):
            fetched += isinstance(said, Fetched) and said.kind == "html"
    assert isinstance(said, Ended)
    assert said.complete
    assert fetched == LAST + 1
    assert measuring.measured[LAST] - measuring.measured[300] < 2.0


@given(st.lists(st.text(max_size=5)))
def test_seen_is_a_set(texts: list[str]) -> None:
    """Every text is new once, found afterwards, and counted once, whatever characters it is made of."""
    seen = Seen()
    assert [seen.add(text) for text in texts] == [text not in texts[:place] for place, text in enumerate(texts)]
    assert all(text in seen for text in texts)
    assert "another text" not in seen
    assert len(seen) == len(set(texts))
