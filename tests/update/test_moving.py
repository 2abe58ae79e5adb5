"""What there is moves: records go or are corrected at the source, clocks jump; nothing is claimed that is not so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from life import Clock

from harvester.conduct import RunReport
from harvester.config import Config
from harvester.errors import UsageError
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.sandbox.faults import Plan, read_plan
from harvester.sandbox.truth_pubmed import limited
from harvester.sources.base import Source
from harvester.sources.europepmc import EuropePmc
from harvester.sources.pubmed import PubMed
from harvester.store import Store, open_store, works
from harvester.strategy import load
from harvester.update import resume, update

FIRST, LATER = date(2022, 7, 31), date(2023, 5, 31)


def find(_name: str) -> Source:
    """PubMed in pages small enough for a middle, one after another, so that a fault always strikes the same one."""
    return PubMed(batch=50, workers=1)


@dataclass
class Life:
    """A sandbox and a review's store."""

    sandbox: Sandbox
    http: Http
    store: Store

    def do(self, verb: Any, plan: str = "", **options: Any) -> RunReport:
        """Run, update or resume under a plan of faults."""
        self.sandbox.plan = Plan(read_plan(plan))
        if verb is resume:
            return resume(self.store, self.http, find=find, **options)
        report: RunReport = verb(load("link-workers"), self.store, self.http, sources=["pubmed"], find=find, **options)
        return report

    def kept(self) -> set[str]:
        """The PMIDs in the store."""
        return {row[0] for row in self.store.rows("select source_id from records")}

    def truth(self, day: date, last: int | None = None) -> set[str]:
        """What the strategy finds in the world as it is, on a day; an update's, unless `last` says the last year."""
        corpus = self.sandbox.world.corpus
        return {str(pmid) for pmid in corpus.pmid[limited(corpus, day.toordinal(), 2017, last)].tolist()}

    def windows(self) -> list[tuple[object, ...]]:
        """The closed windows."""
        return [tuple(row) for row in self.store.rows("select since, until from windows order by id")]


@contextmanager
def living(path: Path) -> Iterator[Life]:
    """A library of 3,000 records at the end of July 2022, and an empty store."""
    clock = Clock()
    config = Config(given={"NCBI_API_KEY": "made-up-key-0123"})
    with (
        Sandbox(records=3000, as_of=FIRST, rate_limit=False) as server,
        Http(config, sandbox=server.address, state=path / "state", clock=clock, sleep=clock.sleep) as http,
        open_store(path / "review.db") as store,
    ):
        yield Life(server, http, store)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A life that begins."""
    with living(tmp_path) as begun:
        yield begun


def error_of(report: RunReport) -> str:
    """What the first search's error says."""
    said: str = report.said["sources"][0]["error"] or ""
    return said


def test_records_deleted_while_they_are_fetched(life: Life) -> None:
    """What was listed and is gone is named, and nothing is claimed; asked anew, the search is whole without it."""
    before = life.truth(FIRST, 2022)
    report = life.do(run, "delete=5@2:efetch", today=FIRST)
    gone = before - life.truth(FIRST, 2022)
    assert len(gone) == 5
    assert report.exit_code == 5
    assert error_of(report).startswith("5 of the records that PubMed listed did not come: ")
    assert {each.strip() for each in error_of(report).partition(": ")[2].split(",")} == gone
    assert life.windows() == []
    report = life.do(resume, today=FIRST)
    assert (report.exit_code, life.kept()) == (0, life.truth(FIRST, 2022))
    assert life.windows() == [(None, "2022-07-31")]


@pytest.mark.parametrize("plan", ["delete=5@1", "merge=3@1"])
def test_records_deleted_or_merged_between_searches(life: Life, plan: str) -> None:
    """What a source no longer has stays kept, is told as vanished by a full update, and not again."""
    life.do(run, today=FIRST)
    life.sandbox.clock = LATER
    before = life.truth(LATER)
    first = life.kept()
    report = life.do(update, plan, today=LATER)
    gone = before - life.truth(LATER)
    assert len(gone) == (5 if plan.startswith("delete") else 3)
    assert (report.exit_code, report.said["vanished"]) == (0, [])
    assert first <= life.kept()
    report = life.do(update, today=LATER, full=True)
    told = {each["source_id"] for each in report.said["vanished"]}
    assert gone & first <= told == first - life.truth(LATER)
    assert life.kept() == first | life.truth(LATER)
    assert life.do(update, today=LATER, full=True).said["vanished"] == []
    if plan.startswith("merge"):
        together = [{source_id for _, _, source_id in work.members} for work in works(life.store)]
        assert all(any(pmid in ids and len(ids) > 1 for ids in together) for pmid in gone & first)


def test_corrections_that_come_late(life: Life) -> None:
    """Records kept long ago and corrected since have their new text after the next update, which says so."""
    life.do(run, today=FIRST)
    life.sandbox.clock = LATER
    report = life.do(update, "correct=4@1", today=LATER)
    corpus = life.sandbox.world.corpus
    struck = {str(pmid) for pmid in corpus.pmid[corpus.new_version == LATER.toordinal()].tolist()}
    told = {each["source_id"]: each["what"] for each in report.said["changed"]}
    old = {
        row[0] for row in life.store.rows("select source_id from records where first_run = 1 and changed_run = 2")
    } & struck
    assert len(struck) == 4
    assert old
    assert all("version 2" in told[pmid] for pmid in old)
    assert {row[0] for row in life.store.rows("select source_id from records where version = '2'")} >= struck
    assert life.store.value("select count(*) from record_history") >= len(old)


def test_the_servers_clock_goes_back_in_a_run(life: Life) -> None:
    """What is not there any more is missed by name; the window closes only as far as the server then says."""
    report = life.do(run, "clock=-400@1:efetch", today=FIRST)
    assert report.exit_code == 5
    assert "did not come" in error_of(report)
    assert life.windows() == []
    report = life.do(resume, today=FIRST)
    assert report.exit_code == 0
    assert life.windows() == [(None, "2021-06-26")]
    life.sandbox.clock = LATER
    report = life.do(update, today=LATER)
    assert (report.exit_code, report.said["since"]) == (0, "2021-05-27")
    assert life.truth(LATER) <= life.kept()


def test_the_servers_clock_stands_before_the_update(life: Life) -> None:
    """A server whose index ends before an update's days begin has not answered it, though it answers 0."""
    life.do(run, today=FIRST)
    life.sandbox.clock = LATER
    report = life.do(update, "clock=-400@1", today=LATER)
    assert (report.exit_code, report.said["state"]) == (5, "incomplete")
    assert error_of(report) == "PubMed says that its index ends before the days asked for begin"
    assert life.windows() == [(None, "2022-07-31")]
    life.sandbox.clock = LATER
    assert life.do(update, today=LATER).exit_code == 0
    assert life.truth(LATER) <= life.kept()


def test_the_servers_clock_jumps_ahead(life: Life) -> None:
    """The window closes with the day of the count; what came in between is found by the next update."""
    report = life.do(run, "clock=200@2:efetch", today=LATER)
    assert report.exit_code == 0
    assert life.windows() == [(None, "2022-07-31")]
    life.sandbox.clock = LATER
    life.do(update, today=LATER)
    assert life.truth(LATER) <= life.kept()


def test_a_server_whose_clock_went_back_a_little_raises_an_alarm(life: Life) -> None:
    """An index that ends before the day it ended with last time is told; nothing is lost by it."""
    life.do(run, today=FIRST)
    life.sandbox.clock = date(2022, 7, 20)
    report = life.do(update, today=FIRST)
    assert report.exit_code == 0
    assert report.said["alarms"][0] == (
        "PubMed says that its index ends on 2022-07-20, and in run 1 said 2022-07-31: its clock went back, or had been "
        "ahead"
    )


def test_our_clock_is_ahead(life: Life) -> None:
    """Whatever this machine says, a window ends with the day that the server says: days to come stay to be searched."""
    plan = ""
    life.do(run, plan, today=FIRST)
    life.sandbox.clock = date(2022, 12, 31)
    assert life.do(update, today=date(2030, 1, 1)).exit_code == 0
    assert life.windows()[-1] == ("2022-07-01", "2022-12-31")
    life.sandbox.clock = LATER
    report = life.do(update, today=LATER)
    assert (report.exit_code, report.said["since"]) == (0, "2022-12-01")
    assert life.truth(LATER) <= life.kept()


def test_our_clock_is_ahead_of_a_server_that_names_no_day_of_its_index(life: Life, tmp_path: Path) -> None:
    """The Date header of the answer is believed, where a source does not say up to which day it is indexed."""
    with open_store(tmp_path / "epmc.db") as store:
        what = load("link-workers")
        report = run(what, store, life.http, sources=["europe-pmc"], today=date(2030, 1, 1), find=lambda _: EuropePmc())
        assert report.exit_code == 0
        assert store.value("select until from windows") == "2022-07-31"


def test_our_clock_goes_back(life: Life) -> None:
    """An update that would end before it begins asks nothing and names the clock; with --until it says what to do."""
    life.do(run, today=FIRST)
    asked = len(life.sandbox.requests)
    with pytest.raises(UsageError, match="this machine's clock says 2022-05-01") as caught:
        life.do(update, today=date(2022, 5, 1))
    assert caught.value.hint.startswith("Set the clock")
    with pytest.raises(UsageError, match="2022-05-01 lies before the days that an update can begin with") as caught:
        life.do(update, today=FIRST, until=date(2022, 5, 1))
    assert "--as-of 2022-05-01" in caught.value.hint
    assert len(life.sandbox.requests) == asked


def test_an_update_as_of_a_past_day_is_the_update_of_that_day(life: Life) -> None:
    """`--until` begins where an update would have begun on that day, though later days are searched already."""
    life.do(run, today=FIRST)
    life.sandbox.clock = LATER
    life.do(update, today=LATER)
    kept = life.kept()
    report = life.do(update, today=LATER, until=date(2023, 1, 15))
    assert (report.said["since"], report.said["until"], report.exit_code) == ("2022-07-01", "2023-01-15", 0)
    assert (report.said["new"], life.kept()) == (0, kept)
    report = life.do(update, today=LATER, until=LATER)
    assert (report.said["since"], report.said["until"]) == ("2022-12-16", "2023-05-31")
    report = life.do(update, today=LATER)
    assert report.said["since"] == "2023-05-01"


def test_europe_pmc_is_asked_again_for_what_it_revised(life: Life, tmp_path: Path) -> None:
    """Kept records that were corrected since are refreshed by their ids, whatever days they entered on."""
    with open_store(tmp_path / "epmc.db") as store:
        what = load("link-workers")
        chosen: Any = {"sources": ["europe-pmc"], "find": lambda _: EuropePmc()}
        assert run(what, store, life.http, today=FIRST, **chosen).exit_code == 0
        life.sandbox.clock = LATER
        life.sandbox.strike(read_plan("correct=6@1")[0])
        report = update(what, store, life.http, today=LATER, **chosen)
        assert report.exit_code == 0
        (again,) = report.said["rechecked"]
        assert (again["state"], again["reported"]) == ("complete", again["retrieved"])
        struck = {
            f"MED:{pmid}"
            for pmid in life.sandbox.world.corpus.pmid[
                life.sandbox.world.corpus.new_version == LATER.toordinal()
            ].tolist()
        }
        old = {row[0] for row in store.rows("select source_id from records where first_run = 1")} & struck
        assert old
        assert old <= {each["source_id"] for each in report.said["changed"]}
        assert store.value("select count(*) from records where source = 'europe-pmc'") > again["retrieved"] > len(old)
