"""The servers' own counts of single lines, kept with each run, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from fakes import HTTP, TEXT, TODAY, Doc, Fake, finder, strategy

from harvester.conduct import RunReport
from harvester.config import Config
from harvester.errors import Refused, Unavailable
from harvester.http import Http
from harvester.line_counts import MOST
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.search import Search
from harvester.sources.base import Count
from harvester.store import Store, open_store
from harvester.store.drift import alarms
from harvester.strategy import load
from harvester.update import resume, update

LATER = date(2023, 5, 31)


@dataclass
class Counting(Fake):
    """A source that counts lines: `by_text` says what a line's text finds, or raises."""

    counts_lines = True
    by_text: dict[str, int | Exception] = field(default_factory=dict)
    lines_asked: list[str] = field(default_factory=list)

    def count(self, search: Search, http: Http) -> Count:
        """The hits of a line's text where one is given, else those of the documents."""
        for part, hits in self.by_text.items():
            if part in search.text and " AND " not in search.text and " OR " not in search.text:
                self.lines_asked.append(part)
                if isinstance(hits, Exception):
                    raise hits
                return Count(hits, translation=search.text)
        return super().count(search, http)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def go(store: Store, source: Fake, verb: str = "run", text: str = TEXT, **options: object) -> RunReport:
    """Run or update the small strategy on this source."""
    what = strategy(source.name, text=text)
    if verb == "run":
        return run(what, store, HTTP, today=TODAY, find=finder(source))
    return update(what, store, HTTP, today=LATER, find=finder(source), **options)  # type: ignore[arg-type]


def hits(store: Store, run_id: int) -> list[int | None]:
    """What the server counted of each line."""
    return [
        row[0]
        for row in store.rows(
            "select l.hits from lines l join searches s on s.id = l.search_id where s.run_id = ? order by number",
            (run_id,),
        )
    ]


def test_a_run_keeps_the_count_of_each_term_and_block(store: Store) -> None:
    """Terms and blocks are counted over all days; combinations and limits, which say nothing of a term, are not."""
    source = Counting([Doc("1"), Doc("2")], by_text={"link": 40, "coach": 30, "illness": 500, "mental": 900})
    report = go(store, source)
    assert hits(store, 1) == [40, 30, 500, 900, 2, 2, None]
    (said,) = report.said["sources"]
    assert [(line["label"], line["hits"]) for line in said["lines"][:2]] == [("link worker*", 40), ("health coach", 30)]


def test_sources_that_do_not_count_by_one_request_are_not_asked(store: Store) -> None:
    """Where a line costs more than a request, runs leave it alone, and say no number."""
    source = Fake([Doc("1")])
    report = go(store, source)
    assert hits(store, 1) == [None] * 7
    assert len(source.asked) == 1
    assert "lines" not in report.said["sources"][0]


def test_a_line_that_could_not_be_counted_has_no_number(store: Store) -> None:
    """A refused line is null, named with its reason, and spoils neither the others nor the search."""
    refusal = Refused("no such field", source="alpha", hint="Mend it.")
    source = Counting([Doc("1")], by_text={"link": 40, "coach": refusal, "illness": 500, "mental": 900})
    report = go(store, source)
    assert (report.exit_code, report.said["sources"][0]["state"]) == (0, "complete")
    assert hits(store, 1) == [40, None, 500, 900, 1, 1, None]
    (line,) = [line for line in report.said["sources"][0]["lines"] if line["number"] == 2]
    assert line["hits"] is None
    assert "no such field" in line["warnings"][0]


def test_a_server_that_is_gone_is_asked_for_no_further_line(store: Store) -> None:
    """Each further line would wait for nothing; all of them are named."""
    gone = Unavailable("the connection was cut", source="alpha", hint="Try later.")
    source = Counting([Doc("1")], by_text={"link": 40, "coach": gone, "illness": 500, "mental": 900})
    go(store, source)
    assert source.lines_asked == ["link", "coach"]
    assert hits(store, 1) == [40, None, None, None, None, None, None]
    assert store.value("select count(*) from lines where warnings like '%not counted%'") == 5


def test_resume_counts_what_was_not_counted(store: Store) -> None:
    """A run that was cut off among its lines is taken up there; nothing is asked twice."""
    source = Counting([Doc("1")], by_text={"link": 40, "coach": 30, "illness": 500, "mental": 900})
    go(store, source)
    with store.transaction():
        store.execute("update lines set hits = null where number = 2")
        store.execute("update runs set state = 'running', finished_at = null")
    source.lines_asked.clear()
    resume(store, HTTP, today=TODAY, find=finder(source))
    assert source.lines_asked == ["coach"]
    assert hits(store, 1)[1] == 30


@pytest.mark.parametrize(("said", "number"), [("true", 40), ("false", None)])
def test_the_strategy_may_say_so(store: Store, said: str, number: int | None) -> None:
    """`lines = false` under [update] asks for no line's count."""
    source = Counting([Doc("1")], by_text={"link": 40})
    go(store, source, text=TEXT.replace("overlap_days = 30", f"overlap_days = 30\nlines = {said}"))
    assert hits(store, 1)[0] == number


def test_very_many_lines_are_counted_only_when_asked_for(store: Store) -> None:
    """Above a hundred requests a note says how to have them; none is sent."""
    terms = ", ".join(f'"link worker {number}"' for number in range(MOST))
    text = TEXT.replace('"link worker*", "health coach"', terms)
    source = Counting([Doc("1")], by_text={"link": 40})
    report = go(store, source, text=text)
    assert source.lines_asked == []
    assert "its 104 lines are not counted one by one; `lines = true` under [update]" in report.said["notes"][0]
    later = go(store, source, "update", text=text.replace("overlap_days = 30", "overlap_days = 30\nlines = true"))
    assert len(source.lines_asked) == MOST
    assert "lines are not counted" not in str(later.said.get("notes"))


def test_a_line_that_falls_raises_an_alarm(store: Store) -> None:
    """An update compares each line with its last count, whatever days it searches itself; growth is none."""
    source = Counting([Doc("1")], by_text={"link": 40, "coach": 30, "illness": 500, "mental": 900})
    go(store, source)
    source.by_text |= {"link": 37, "coach": 45, "illness": 510, "mental": 1400}
    report = go(store, source, "update")
    (alarm,) = report.said["alarms"]
    assert alarm.startswith("Alpha: line 4 (mental health) finds 1,400 records, many more than the 900 of run 1; ")
    source.by_text |= {"link": 3, "mental": 1410}
    report = go(store, source, "update")
    assert report.said["alarms"] == [
        "Alpha: line 1 (link worker*) finds 3 records where run 2 found 37; the server gives no reason",
    ]


def test_a_term_that_pubmed_no_longer_finds_is_named(tmp_path: Path) -> None:
    """A phrase that drops out of PubMed's phrase index is the alarm's cause, in PubMed's own words."""
    what = load("link-workers")
    config = Config(given={"NCBI_API_KEY": "made-up-key-0123"})
    with open_store(tmp_path / "r.db") as store:
        for verb, day, unindexed in ((run, TODAY, ()), (update, LATER, ("community navigator*",))):
            with (
                Sandbox(records=1500, as_of=day, rate_limit=False, unindexed=unindexed) as server,
                Http(config, sandbox=server.address, state=tmp_path / "state", sleep=lambda _: None) as http,
            ):
                report = verb(what, store, http, sources=["pubmed"], today=day)
                assert report.exit_code == 0
        found = [each for each in alarms(store, 2) if "line 5 (community navigator*)" in each]
    assert len(found) == 1
    assert "community navigator*" in found[0].partition("run 1 found")[2]
