"""Every fault that the sandbox knows, lived through: right in the end, or said; and `docs/faults.md` tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fault_cases import CASES, ELSEWHERE, MOVES, Case, page

from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.sandbox.faults import KINDS, Plan, read_plan
from harvester.sources.base import Source
from harvester.sources.pubmed import PubMed
from harvester.store import open_store
from harvester.strategy import load
from harvester.update import resume

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2022, 7, 31)


class Clock:
    """A clock that nobody has to wait for."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let `seconds` go by."""
        self.time += seconds


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A small library at the end of July 2022."""
    with Sandbox(records=1500, as_of=DAY, rate_limit=False) as server:
        yield server


@pytest.fixture(scope="module")
def truth(sandbox: Sandbox) -> set[str]:
    """What Table 1 finds there, by the generator's own knowledge."""
    found = set(sandbox.truth()["searches"]["2022-07-31"]["limited"])
    assert len(found) > 100
    return found


def find(_name: str) -> Source:
    """PubMed in pages small enough for a middle and an end."""
    return PubMed(batch=50)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.plan)
def test_right_or_said(sandbox: Sandbox, truth: set[str], tmp_path: Path, case: Case) -> None:
    """A run under a fault has the truth or says what it lacks; `resume` without the fault has the truth."""
    sandbox.plan = Plan(read_plan(case.plan))
    clock = Clock()
    config = Config(given={"NCBI_API_KEY": "made-up-key-0123"})
    with (
        Http(config, sandbox=sandbox.address, state=tmp_path / "state", clock=clock, sleep=clock.sleep) as http,
        open_store(tmp_path / "review.db") as store,
    ):
        report = run(load("link-workers"), store, http, sources=["pubmed"], today=DAY, find=find)
        (source,) = report.said["sources"]
        kept = {row[0] for row in store.rows("select source_id from records")}
        assert (report.exit_code, source["state"]) == (case.exit_code, case.state), source["error"]
        assert case.says in (source["error"] or "")
        assert bool(source["error"]) == bool(source["hint"]) == (case.exit_code != 0)
        assert kept <= truth
        assert (kept == truth) == (case.exit_code == 0)
        assert store.value("select count(*) from windows") == (1 if case.exit_code == 0 else 0)
        sandbox.plan = Plan(())
        if case.exit_code:
            report = resume(store, http, today=DAY, find=find)
        assert report.exit_code == 0
        assert {row[0] for row in store.rows("select source_id from records")} == truth
        assert store.value("select count(*) from windows") == 1


def test_no_fault_is_left_out() -> None:
    """Every kind of fault that the sandbox knows has its line, and most strike in the middle of a run, too."""
    plans = [case.plan for case in CASES] + [move.plan for move in MOVES if move.plan]
    assert {plan.split("@")[0].split("=")[0] for plan in plans} == set(KINDS)


def test_the_page_tells_of_these_cases() -> None:
    """docs/faults.md is what the cases say; the tests that it points at exist."""
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == page()
    moving = (ROOT / "tests" / "update" / "test_moving.py").read_text(encoding="utf-8")
    for move in MOVES:
        assert f"def {move.test}(" in moving, move.test
        assert f'"{move.plan}"' in moving
    for each in ELSEWHERE:
        file, _, name = each.test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), each.test
