"""`resume`: what was cut off at any moment ends as if it had not been."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HTTP, TODAY, Doc, Fake, finder, strategy

from harvester.errors import Unavailable, UsageError
from harvester.run import run
from harvester.store import Store, open_store
from harvester.store.check import problems
from harvester.update import resume

VICTIM = Path(__file__).with_name("victim.py")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def content(store: Store) -> dict[str, Any]:
    """All that a store says, without times, and without numbers that depend on which source answered first."""
    asked = {
        "records": "select source, source_id, content_hash from records",
        "works": "select group_concat(k, '|') from (select m.work_id as w, r.source || ':' || r.source_id as k "
        "from work_records m join records r on r.id = m.record_id order by w, k) group by w",
        "found": "select s.source, r.source_id from found f join searches s on s.id = f.search_id "
        "join records r on r.id = f.record_id",
        "lines": "select s.source, r.source_id, l.number from found_lines l join searches s on s.id = l.search_id "
        "join records r on r.id = l.record_id",
        "searches": "select source, text, state, reported, retrieved, quarantined from searches",
        "windows": "select strategy, source, window_by, since, until from windows",
        "runs": "select kind, state, strategy from runs",
        "pages": "select distinct s.source, p.kind, p.sha256 from pages p join searches s on s.id = p.search_id",
        "identifiers": "select r.source, r.source_id, i.scheme, i.value from identifiers i "
        "join records r on r.id = i.record_id",
    }
    return {name: sorted(tuple(row) for row in store.rows(sql)) for name, sql in asked.items()}


def victim(verb: str, path: Path, pause: float) -> subprocess.Popen[str]:
    """A process that runs or resumes, once it has the store open."""
    process = subprocess.Popen(
        [sys.executable, str(VICTIM), verb, str(path), str(pause)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_cut_off_search_goes_on_at_its_cursor(store: Store) -> None:
    """After a failure on page 3 `resume` asks from there on, and ends as an undisturbed run."""
    source = Fake([Doc(str(number)) for number in range(8)], faults={3: Unavailable("gone", source="alpha")})
    assert run(strategy(), store, HTTP, today=TODAY, find=finder(source)).exit_code == 4
    source.faults, source.sent = {}, 0
    report = resume(store, HTTP, today=TODAY, find=finder(source))
    assert source.sent == 2
    assert (report.exit_code, report.said["records"], report.said["new"]) == (0, 8, 8)
    assert report.said["sources"][0]["error"] is None
    assert store.value("select count(*) from windows") == 1


def test_a_count_that_did_not_agree_is_asked_anew(store: Store) -> None:
    """An incomplete search is asked from its beginning as a second attempt; the first one's finds are kept."""
    source = Fake([Doc(str(number)) for number in range(4)], skip={"2"})
    assert run(strategy(), store, HTTP, today=TODAY, find=finder(source)).exit_code == 5
    source.skip = set()
    report = resume(store, HTTP, today=TODAY, find=finder(source))
    assert (report.exit_code, report.said["records"]) == (0, 4)
    assert [(row["attempt"], row["state"]) for row in store.rows("select * from searches order by id")] == [
        (1, "superseded"),
        (2, "complete"),
    ]
    assert list(problems(store)) == []


def test_a_complete_run_is_not_resumed(store: Store) -> None:
    """With nothing cut off `resume` is a usage error."""
    with pytest.raises(UsageError, match="nothing to resume"):
        resume(store, HTTP)
    run(strategy(), store, HTTP, today=TODAY, find=finder(Fake([Doc("1")])))
    with pytest.raises(UsageError, match="nothing to resume"):
        resume(store, HTTP)


def test_a_window_is_not_closed_later_than_it_was_searched(store: Store) -> None:
    """A run resumed days later closes its window with the day it was planned on."""
    source = Fake([Doc("1")], down=True)
    run(strategy(), store, HTTP, as_of=TODAY, find=finder(source))
    source.down = False
    resume(store, HTTP, find=finder(source))
    assert store.value("select until from windows") == "2022-07-31"


@pytest.mark.parametrize(("stop", "rounds"), [(signal.SIGKILL, 20), (signal.SIGINT, 5)])
def test_cut_off_at_random_moments_it_ends_the_same(tmp_path: Path, stop: signal.Signals, rounds: int) -> None:
    """A run killed at twenty random moments, resumed each time, has the content of an undisturbed run."""
    assert victim("run", tmp_path / "whole.db", 0.0).wait() == 0
    with open_store(tmp_path / "whole.db", write=False) as whole:
        wanted = content(whole)
    assert len(wanted["records"]) == 110
    assert len(wanted["works"]) == 90
    chance = random.Random(20220731)
    path = tmp_path / "cut.db"
    verb = "run"
    for _ in range(rounds):
        process = victim(verb, path, 0.05)
        time.sleep(chance.uniform(0.0, 0.09))
        process.send_signal(stop)
        assert process.wait() != 0
        with open_store(path) as store:
            verb = "resume" if store.value("select count(*) from runs") else "run"
    assert victim(verb, path, 0.0).wait() == 0
    with open_store(path) as store:
        assert content(store) == wanted
        assert list(problems(store)) == []
