"""`update`: from the last closed window less the overlap, minus all that was ever found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from fakes import HTTP, TEXT, TODAY, Doc, Fake, finder, strategy

from harvester.conduct import RunReport
from harvester.errors import Unavailable, UsageError
from harvester.http import Http
from harvester.run import run
from harvester.search import Search
from harvester.sources.base import Count
from harvester.store import Store, open_store, works
from harvester.store.check import problems
from harvester.strategy import Strategy
from harvester.update import update
from harvester.window import DateField, Window

LATER = date(2023, 5, 31)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def first(store: Store, *sources: Fake, what: Strategy | None = None) -> RunReport:
    """The first search, of July 2022."""
    names = [source.name for source in sources]
    return run(what or strategy(*names), store, HTTP, today=TODAY, find=finder(*sources))


def later(store: Store, *sources: Fake, what: Strategy | None = None, **options: object) -> RunReport:
    """The update of May 2023."""
    names = [source.name for source in sources]
    return update(what or strategy(*names), store, HTTP, today=LATER, find=finder(*sources), **options)  # type: ignore[arg-type]


def ids(said: list[dict[str, object]]) -> list[object]:
    """The source's ids in a list of a report."""
    return [each["source_id"] for each in said]


def test_an_update_asks_for_the_days_since_less_the_overlap(store: Store) -> None:
    """The update's window begins 30 days before the last closed one's end, and what is known is not new."""
    source = Fake([Doc("old"), Doc("late", date(2022, 7, 20))])
    first(store, source)
    source.docs += [Doc("new", date(2022, 9, 1)), Doc("indexed-late", date(2022, 7, 10))]
    report = later(store, source)
    assert source.asked[-1].window == Window(DateField.ENTERED, date(2022, 7, 1), LATER)
    assert (report.said["since"], report.said["until"]) == ("2022-07-01", "2023-05-31")
    assert (report.said["records"], report.said["new"]) == (3, 2)
    assert [work.merged.source_id for work in works(store, run=2, only="new")] == ["new", "indexed-late"]
    assert (report.said["changed"], report.said["vanished"], report.said["retracted"]) == ([], [], [])
    assert report.exit_code == 0


def test_nothing_new_is_a_message_too(store: Store) -> None:
    """An update without finds is complete, says 0 new, and moves the window on."""
    source = Fake([Doc("old")])
    first(store, source)
    report = later(store, source)
    assert (report.said["new"], report.said["records"], report.exit_code) == (0, 0, 0)
    assert store.value("select max(until) from windows") == "2023-05-31"


def test_without_a_complete_search_there_is_nothing_to_update(store: Store) -> None:
    """An update before any window is closed is a usage error that says what to run."""
    with pytest.raises(UsageError, match="no complete search") as caught:
        later(store, Fake([]))
    assert "harvester run made-up" in caught.value.hint
    first(store, Fake([Doc("1")], hits=2))
    with pytest.raises(UsageError, match="no complete search"):
        later(store, Fake([]))


def test_a_failed_update_moves_nothing(store: Store) -> None:
    """After a failed update the next one begins where the failed one did."""
    source = Fake([Doc("old")])
    first(store, source)
    source.down = True
    failed = later(store, source)
    assert (failed.exit_code, failed.said["new"]) == (4, None)
    source.down = False
    report = later(store, source)
    assert report.said["since"] == "2022-07-01"


def test_a_gap_is_not_jumped_over(store: Store) -> None:
    """An explicit later window that does not touch the first leaves the days between to the update."""
    source = Fake([Doc("old"), Doc("between", date(2022, 10, 1))])
    first(store, source)
    run(strategy(), store, HTTP, since=date(2023, 1, 1), until=date(2023, 3, 1), today=LATER, find=finder(source))
    assert later(store, source).said["since"] == "2022-07-01"


def test_a_window_that_touches_moves_the_start(store: Store) -> None:
    """The review's own rerun of August 2022 to March 2023 counts as searched."""
    source = Fake([Doc("old")])
    first(store, source)
    source.docs.append(Doc("n", date(2022, 10, 1)))
    explicit = run(
        strategy(), store, HTTP, since=date(2022, 8, 1), until=date(2023, 3, 31), today=LATER, find=finder(source)
    )
    assert explicit.said["new"] == 1
    assert later(store, source).said["since"] == "2023-03-01"


def test_a_changed_strategy_searches_all_days_and_says_so(store: Store) -> None:
    """With other terms than the last complete search's, all days are asked, the known is subtracted, a note says so."""
    source = Fake([Doc("old")])
    first(store, source)
    source.docs.append(Doc("older", date(2019, 1, 1)))
    report = later(store, source, what=strategy(text=TEXT.replace("health coach", "health guide")))
    assert source.asked[-1].window == Window(DateField.ENTERED, None, LATER)
    assert (report.said["since"], report.said["new"]) == (None, 1)
    assert "the strategy changed" in report.said["notes"][0]
    again = later(store, source, what=strategy(text=TEXT.replace("health coach", "health guide")))
    assert again.said["since"] == "2023-05-01"


def test_a_source_added_later_is_searched_whole(store: Store) -> None:
    """A source without a complete search is asked for all days, the others only for the new ones."""
    alpha, beta = Fake([Doc("a")]), Fake([Doc("b")], name="beta")
    first(store, alpha)
    report = later(store, alpha, beta)
    assert {each["name"]: each["window"]["since"] for each in report.said["sources"]} == {
        "alpha": "2022-07-01",
        "beta": None,
    }
    assert report.said["new"] == 1


def test_a_source_without_dates_is_searched_whole_and_subtracted(store: Store) -> None:
    """A site that knows no dates gives all again; only what is unknown is new."""
    site = Fake([Doc("a"), Doc("b")], kind="site", windows=())
    first(store, site)
    site.docs.append(Doc("c"))
    report = later(store, site)
    assert (report.said["records"], report.said["new"]) == (3, 1)
    assert "searched whole" in report.said["notes"][0]


def test_a_site_does_not_blur_the_days_of_an_update(store: Store) -> None:
    """Beside a source with dates, a site that is searched whole leaves the update's first day as it is."""
    alpha, site = Fake([Doc("a")]), Fake([Doc("s")], name="site", kind="site", windows=())
    first(store, alpha, site)
    assert later(store, alpha, site).said["since"] == "2022-07-01"


def test_a_strategy_that_is_changed_back_goes_on_where_it_was(store: Store) -> None:
    """What was searched with these very terms counts, though other terms were searched since."""
    source = Fake([Doc("old")])
    first(store, source)
    other = strategy(text=TEXT.replace("health coach", "health guide"))
    assert later(store, source, what=other).said["since"] is None
    assert later(store, source).said["since"] == "2022-07-01"


def test_full_says_what_vanished(store: Store) -> None:
    """`full` asks all days; what complete searches once found and this one does not has vanished, yet is kept."""
    source = Fake([Doc("stays"), Doc("goes")])
    first(store, source)
    source.docs = [Doc("stays"), Doc("new", date(2023, 1, 1))]
    assert later(store, source).said["vanished"] == []
    report = later(store, source, full=True)
    assert ids(report.said["vanished"]) == ["goes"]
    assert store.value("select count(*) from records") == 3
    assert report.said["new"] == 0


def test_a_failed_full_search_makes_nothing_vanish(store: Store) -> None:
    """What a failed or short source did not return has not vanished."""
    source = Fake([Doc("a"), Doc("b"), Doc("c")])
    first(store, source)
    source.faults = {2: Unavailable("gone", source="alpha")}
    assert later(store, source, full=True).said["vanished"] == []


def test_a_change_and_a_retraction_are_told_apart(store: Store) -> None:
    """A record found again that says something else is changed; one that gained a notice is retracted, too."""
    source = Fake([Doc("a", date(2022, 7, 20)), Doc("b", date(2022, 7, 21)), Doc("c", date(2022, 7, 22))])
    first(store, source)
    source.docs[0].title = "A new title about link workers"
    source.docs[1].notice = "RetractionIn"
    report = later(store, source)
    assert ids(report.said["changed"]) == ["a", "b"]
    assert ids(report.said["retracted"]) == ["b"]
    assert report.said["retracted"][0]["why"] == ["RetractionIn"]
    assert report.said["new"] == 0


BOTH = (DateField.ENTERED, DateField.MODIFIED)


def test_what_was_revised_is_looked_at_again_where_the_source_knows_revisions(store: Store) -> None:
    """A retraction of a record that entered long ago is found by its day of revision, and so is a record that answers
    only since it was revised: that one is new, told once, and found by a search of its own.
    """
    source = Fake([Doc("old", date(2019, 5, 5))], windows=BOTH)
    first(store, source)
    source.docs[0].notice = "RetractionIn"
    source.docs[0].revised = date(2023, 2, 2)
    source.docs.append(Doc("late", date(2018, 1, 1), revised=date(2023, 2, 2)))
    source.docs.append(Doc("new", date(2023, 2, 1), revised=date(2023, 2, 2)))
    report = later(store, source)
    assert report.exit_code == 0
    assert ids(report.said["retracted"]) == ["old"]
    assert (report.said["records"], report.said["new"]) == (2, 2)
    assert [(each["name"], each["retrieved"]) for each in report.said["sources"]] == [("alpha", 1)]
    (late,) = report.said["late"]
    assert (late["state"], late["reported"], late["retrieved"], late["new"]) == ("complete", 1, 1, 1)
    assert "rechecked" not in report.said
    again = later(store, source)
    assert (again.said["new"], again.said["late"][0]["retrieved"]) == (0, 0)
    assert list(problems(store)) == []


@dataclass
class ById(Fake):
    """A source that can be asked for records by their ids: in `gone` are those that answer the strategy no longer."""

    gone: frozenset[str] = frozenset()

    def revised(self, search: Search, ids: Sequence[str]) -> Search:
        """The ids in the text, one after another."""
        return replace(search, text="ids " + " ".join(ids))

    def _found(self, search: Search) -> list[Doc]:
        if search.text.startswith("ids "):
            named = search.text.split()[1:]
            return [doc for doc in self.docs if doc.id in named and doc.id in self.gone and doc.revised]
        return [doc for doc in super()._found(search) if doc.id not in self.gone]


def test_kept_records_that_answer_no_longer_are_asked_for_by_id(store: Store) -> None:
    """A retracted record that the strategy finds no longer is asked for by its id."""
    source = ById([Doc("a"), Doc("b")], windows=BOTH)
    first(store, source)
    source.docs[1].notice, source.docs[1].revised, source.gone = "RetractionIn", date(2023, 2, 2), frozenset({"b"})
    report = later(store, source)
    assert ids(report.said["retracted"]) == ["b"]
    assert [each["query"] for each in report.said["rechecked"]] == ["ids b a"]
    assert report.said["new"] == 0


def test_included_studies_are_looked_at_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all kept records can be asked for by id, included ones are, a note says so, and a retraction
    of an included study stands first and says so.
    """
    monkeypatch.setattr("harvester.update.BY_ID", 2)
    source = ById([Doc("a"), Doc("b"), Doc("c")], windows=BOTH)
    first(store, source)
    store.execute(
        "insert into screening_files (file, sha256, tool, stage, records, decided, imported_at) "
        "values ('f.csv', '', 'csv', 'full-text', 1, 1, '2022-09-01')"
    )
    store.execute(
        "insert into screening_decisions (file_id, record_id, stage, verdict, reason, reviewer, matched_by, "
        "decided_at) values (1, 1, 'full-text', 'include', '', '', 'doi', '2022-09-01')"
    )
    for doc in source.docs:
        doc.notice, doc.revised = "RetractionIn", date(2023, 2, 2)
    source.docs.reverse()
    source.gone = frozenset({"a", "c"})
    report = later(store, source)
    assert report.said["rechecked"][0]["query"] == "ids a c"
    assert [(each["source_id"], each["included"]) for each in report.said["retracted"]] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert (
        "alpha: 2 of its kept records are looked at again by their ids, included studies first; the others"
        in report.said["notes"][0]
    )


def test_days_of_revision_that_were_not_looked_at_are_looked_at_later(store: Store) -> None:
    """An update whose look at revised records failed leaves those days to the next one, though its window closed."""
    source = Fake([Doc("old", date(2019, 5, 5))], windows=BOTH)
    first(store, source)
    source.docs[0].notice, source.docs[0].revised = "RetractionIn", date(2022, 9, 9)

    class Broken(Fake):
        def count(self, search: Search, http: Http) -> Count:
            if search.window and search.window.by is DateField.MODIFIED:
                raise Unavailable("gone", source="alpha", hint="Later.")
            return super().count(search, http)

    assert later(store, Broken(source.docs, windows=BOTH)).exit_code == 4
    assert store.value("select max(until) from windows") == "2023-05-31"
    report = update(strategy(), store, HTTP, today=date(2023, 7, 31), find=finder(source))
    assert report.said["since"] == "2023-05-01"
    assert ids(report.said["retracted"]) == ["old"]


def test_what_vanished_is_told_once(store: Store) -> None:
    """A second full update says nothing of what the first one missed; what comes back and goes again is told again."""
    source = Fake([Doc("a"), Doc("b")])
    first(store, source)
    gone = source.docs.pop()
    assert ids(later(store, source, full=True).said["vanished"]) == ["b"]
    assert ids(later(store, source, full=True).said["vanished"]) == []
    source.docs.append(gone)
    later(store, source, full=True)
    source.docs.pop()
    assert ids(later(store, source, full=True).said["vanished"]) == ["b"]


def test_what_a_killed_run_kept_is_told_by_the_next(store: Store) -> None:
    """New works and changes that a killed update kept, and never told, are news of the update after it."""
    source = Fake([Doc("old", date(2022, 7, 20))])
    first(store, source)
    source.docs[0].notice = "RetractionIn"
    source.docs.append(Doc("new", date(2023, 2, 1)))
    later(store, source)
    store.execute("update runs set state = 'running', finished_at = null where id = 2")
    store.execute("delete from windows where id = 2")
    report = later(store, source)
    assert (report.said["new"], report.said["sources"][0]["new"]) == (1, 1)
    assert ids(report.said["retracted"]) == ["old"]
    assert later(store, source).said["new"] == 0


def test_until_ends_the_update_earlier(store: Store) -> None:
    """`until` searches to that day and closes the window there; a day to come is a usage error."""
    source = Fake([Doc("old")])
    first(store, source)
    source.docs += [Doc("n1", date(2022, 9, 1)), Doc("n2", date(2023, 3, 1))]
    report = later(store, source, until=date(2022, 12, 31))
    assert (report.said["until"], report.said["new"]) == ("2022-12-31", 1)
    assert store.value("select max(until) from windows") == "2022-12-31"
    with pytest.raises(UsageError, match="still to come"):
        later(store, source, until=date(2024, 1, 1))


def test_new_means_new_to_this_strategy(store: Store) -> None:
    """In a store shared by two strategies, what another one found is new to the one that had not found it."""
    source = Fake([Doc("shared")])
    first(store, source)
    other = first(store, source, what=strategy(text=TEXT.replace('"made-up"', '"other"')))
    assert other.said["new"] == 1
