"""Two years of a living review on the sandbox: monthly updates, most with faults, each with a kill -9, and in the end
the store holds what the truth file says, every new work was told once, and no month claimed more than it had.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from life import month

from harvester.sandbox import Sandbox
from harvester.sandbox.faults import Plan, read_plan
from harvester.sandbox.truth_pubmed import limited
from harvester.store import Store, open_store, works
from harvester.store.changes import notices
from harvester.store.check import problems

PASSING = ["429@2", "html500@3", "truncated@2:efetch", "reset@2", "short@1:efetch", "webenv-expired@2:efetch",
           "repeat-page@2:efetch", "drop-record@1:efetch", "empty@2", "count-drift@1:esearch", ""]  # fmt: skip
STAYING = ["html500@1-999:efetch", "count-drift@1-999:esearch", "drop-record@1-999:efetch", "bad-xml@1-999:efetch",
           "429@2-999", "truncated@2-999:efetch"]  # fmt: skip
MONTHS = [date(2022 + number // 12, number % 12 + 1, 28) for number in range(7, 31)]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["life"])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A library at the end of July 2022."""
    with Sandbox(records=800, seed=6, as_of=date(2022, 7, 28), rate_limit=False) as server:
        yield server


def live(verb: str, path: Path, sandbox: Sandbox, kill_after: float | None = None) -> Any:
    """One call in a process of its own; what it told, or None when it was killed before it could."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=month, args=(verb, path, sandbox.address, sandbox.clock, theirs))
    process.start()
    theirs.close()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    try:
        said = ours.recv()
    except EOFError:
        said = None
    process.join()
    return said


def unfinished(path: Path) -> bool:
    """Whether the newest run of a store was cut off."""
    with open_store(path, write=False) as store:
        return bool(store.value("select state = 'running' from runs order by id desc limit 1"))


def last_run(path: Path) -> int:
    """The number of the newest run."""
    with open_store(path, write=False) as store:
        return int(store.value("select max(id) from runs"))


def new_of(path: Path, run: int) -> list[list[str]]:
    """What `harvester tell --run` names as new: the records of each new work."""
    with open_store(path, write=False) as store:
        return [[source_id for _, _, source_id in work.members] for work in works(store, run=run, only="new")]


def truth(sandbox: Sandbox, day: date) -> set[str]:
    """What the strategy of an update finds on a day, by the generator's own knowledge."""
    corpus = sandbox.world.corpus
    return {str(pmid) for pmid in corpus.pmid[limited(corpus, day.toordinal(), 2017, None)].tolist()}


def check_month(store: Store, said: dict[str, Any], code: int, wanted: set[str]) -> None:
    """A month that claims to be complete has all that there is; one that does not says what failed."""
    for each in [*said["sources"], *said.get("rechecked", [])]:
        if each["state"] == "complete":
            assert each["reported"] == each["retrieved"]
            assert each["quarantined"] == 0
        else:
            assert code in (4, 5)
            assert each["error"]
    closed = store.value(
        "select count(*) from windows w join searches s on s.id = w.search_id where run_id = ?", (said["run"],)
    )
    assert (code, said["state"] == "complete", closed) in [
        (0, True, 1),
        (4, False, 0),
        (5, False, 0),
        (4, False, 1),
        (5, False, 1),
    ]
    if code == 0:
        assert wanted <= {row[0] for row in store.rows("select source_id from records")}


@pytest.mark.slow
def test_two_years(tmp_path: Path, sandbox: Sandbox) -> None:
    """24 months with faults and a kill -9 in each; then one full update with nothing wrong."""
    path = tmp_path / "review.db"
    chance = random.Random(2022)
    run, code, said, new = live("run", path, sandbox)
    assert code == 0
    told: dict[int, list[list[str]]] = {run: new}
    every: set[str] = {each for ids in new for each in ids}
    codes: list[int] = []
    retracted: list[str] = []
    for day in MONTHS:
        sandbox.clock = day
        every |= truth(sandbox, day)
        sandbox.plan = Plan(read_plan(chance.choice(STAYING if chance.random() < 0.3 else PASSING)))
        cut = live("update", path, sandbox, kill_after=chance.uniform(0.0, 0.5))
        if cut is not None or not unfinished(path):
            told[last_run(path)] = new_of(path, last_run(path))
            retracted += [each["source_id"] for each in (cut[2]["retracted"] if cut else ())]
        again = "resume" if unfinished(path) and chance.random() < 0.5 else "update"
        run, code, said, new = live(again, path, sandbox)
        told[run] = new
        codes.append(code)
        retracted += [each["source_id"] for each in said["retracted"]]
        with open_store(path, write=False) as store:
            check_month(store, said, code, truth(sandbox, day))
    sandbox.plan = Plan(())
    run, code, said, new = live("full", path, sandbox)
    told[run] = new
    assert code == 0
    retracted += [each["source_id"] for each in said["retracted"]]
    vanished = [each["source_id"] for each in said["vanished"]]

    assert 0 in codes
    assert {4, 5} & set(codes)
    with open_store(path, write=False) as store:
        kept = {row[0] for row in store.rows("select source_id from records")}
        clusters = [[each for _, _, each in work.members] for work in works(store)]
        gained = {
            row["source_id"]
            for row in store.rows(
                "select source_id, data from records where id in (select record_id from record_history)"
            )
            if notices(row["data"])
        }
        assert list(problems(store)) == []
    assert truth(sandbox, MONTHS[-1]) <= kept <= every
    assert set(vanished) == kept - truth(sandbox, MONTHS[-1])
    names = [each for found in told.values() for ids in found for each in ids]
    assert len(names) == len(set(names))
    assert all(set(ids) & set(names) for ids in clusters)
    assert sorted(retracted) == sorted(gained)
    assert gained
