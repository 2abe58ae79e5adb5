"""The same promise over the wire: PubMed in a sandbox, cut off twenty times."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from test_resume import content

from harvester.sandbox import Sandbox
from harvester.store import open_store
from harvester.store.check import problems

VICTIM = Path(__file__).with_name("victim_pubmed.py")


def victim(verb: str, path: Path, address: str, state: Path) -> subprocess.Popen[str]:
    """A process that runs or resumes, once it has the store open."""
    process = subprocess.Popen(
        [sys.executable, str(VICTIM), verb, str(path), address, str(state)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.slow
def test_killed_at_twenty_random_moments_it_ends_the_same(tmp_path: Path) -> None:
    """PubMed's records, works, closed windows and counts are those of an undisturbed run."""
    with Sandbox(as_of=date(2022, 7, 31)) as sandbox:
        address = sandbox.address
        assert victim("run", tmp_path / "whole.db", address, tmp_path).wait() == 0
        with open_store(tmp_path / "whole.db", write=False) as whole:
            wanted = content(whole)
        assert len(wanted["records"]) > 100
        chance = random.Random(20230531)
        path = tmp_path / "cut.db"
        verb = "run"
        for _ in range(20):
            process = victim(verb, path, address, tmp_path)
            time.sleep(chance.uniform(0.0, 0.3))
            process.kill()
            assert process.wait() != 0
            with open_store(path) as store:
                verb = "resume" if store.value("select count(*) from runs") else "run"
        assert victim(verb, path, address, tmp_path).wait() == 0
    with open_store(path) as store:
        got = content(store)
        for matter in ("records", "works", "found", "lines", "searches", "windows", "runs", "identifiers"):
            assert got[matter] == wanted[matter], matter
        assert list(problems(store)) == []
