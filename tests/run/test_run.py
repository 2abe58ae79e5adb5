"""`run`: what comes is kept, what fails is said, and a window closes only when the counts agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import HTTP, TEXT, TODAY, Doc, Fake, finder, strategy

from harvester.conduct import RunReport
from harvester.errors import Changed, Incomplete, Unavailable, UsageError
from harvester.intake import kept_page
from harvester.run import run, terms_sha256
from harvester.store import Store, open_store, works
from harvester.store.check import problems
from harvester.update import resume
from harvester.window import DateField


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def docs(count: int) -> list[Doc]:
    """So many documents, ids from 1."""
    return [Doc(str(number)) for number in range(1, count + 1)]


def go(store: Store, *sources: Fake, **options: object) -> RunReport:
    """Run the small strategy on these sources."""
    names = [source.name for source in sources]
    return run(strategy(*names), store, HTTP, today=TODAY, find=finder(*sources), **options)  # type: ignore[arg-type]


def windows(store: Store) -> list[tuple[object, ...]]:
    """The closed windows."""
    return [tuple(row) for row in store.rows("select source, window_by, since, until from windows order by source")]


def test_a_whole_run_is_kept_and_closes_its_window(store: Store) -> None:
    """All records come, know their search, page and lines, and the window closes by the source's own index day."""
    report = go(store, Fake(docs(5), as_of=date(2022, 7, 29)))
    assert report.exit_code == 0
    assert {
        name: report.said[name] for name in ("kind", "since", "until", "records", "duplicates", "works", "new")
    } == {
        "kind": "run",
        "since": None,
        "until": "2022-07-29",
        "records": 5,
        "duplicates": 0,
        "works": 5,
        "new": 5,
    }
    (source,) = report.said["sources"]
    assert (source["name"], source["state"], source["reported"], source["retrieved"]) == ("alpha", "complete", 5, 5)
    assert source["warnings"] == ["a phrase was dropped"]
    assert windows(store) == [("alpha", "entered", None, "2022-07-29")]
    assert store.value("select count(distinct page_id) from found") == 3
    # link worker*, health coach, block A, chronic illness*, mental health, block B, the whole
    assert [row[0] for row in store.rows("select distinct number from found_lines order by 1")] == [1, 2, 3, 4, 5, 6, 7]
    assert len(list(works(store, run=1, only="new"))) == 5
    assert list(problems(store)) == []


def test_the_page_is_kept_as_it_came(store: Store) -> None:
    """A kept page gives back the very bytes, and its request, for a better connector to read again."""
    source = Fake(docs(1))
    go(store, source)
    page = kept_page(store, 2)
    assert (page.kind, page.request, page.status) == ("records", "page 1", 200)
    assert b'"id": "1"' in page.body
    assert [source.record(item).source_id for item in source.items(page)] == ["1"]


def test_a_source_that_is_down_claims_nothing(store: Store) -> None:
    """A source that cannot be reached is failed with its hint; counts are None, not zero; no window closes; exit 4."""
    report = go(store, Fake([], down=True))
    assert report.exit_code == 4
    (source,) = report.said["sources"]
    assert (source["state"], source["reported"], source["retrieved"], source["new"]) == ("failed", None, None, None)
    assert source["error"] == "alpha: could not be reached"
    assert source["hint"] == "Try again later."
    assert (report.said["records"], report.said["works"], report.said["new"]) == (None, None, None)
    assert windows(store) == []


@pytest.mark.parametrize("error", [Unavailable("gone", source="alpha"), Changed("odd", source="alpha")])
def test_others_go_on_when_one_fails(store: Store, error: Exception) -> None:
    """A source that fails midway fails alone: what it gave is kept, the other is complete, the exit code is 4."""
    report = go(store, Fake(docs(5), faults={2: error}), Fake([Doc("b1")], name="beta"))
    assert report.exit_code == 4
    assert [(each["name"], each["state"], each["retrieved"]) for each in report.said["sources"]] == [
        ("alpha", "failed", 2),
        ("beta", "complete", 1),
    ]
    assert report.said["records"] == 3
    assert windows(store) == [("beta", "entered", None, "2022-07-31")]


def test_a_true_zero_is_a_zero(store: Store) -> None:
    """A source that answers with no hits is complete with 0, and its window closes."""
    report = go(store, Fake([]))
    assert report.exit_code == 0
    (source,) = report.said["sources"]
    assert (source["reported"], source["retrieved"]) == (0, 0)
    assert report.said["records"] == 0
    assert windows(store) == [("alpha", "entered", None, "2022-07-31")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Fake(docs(4), skip={"3"}), "1 of the records that Alpha listed did not come: 3"),
        (Fake(docs(4), hits=7), "Alpha counted 7 records and 4 came"),
        (Fake(docs(4), hits=3, listing=False), "Alpha counted 3 records and 4 came"),
        (Fake(docs(4), faults={2: Incomplete("the count moved")}), "the count moved"),
    ],
)
def test_a_short_answer_is_incomplete(store: Store, source: Fake, said: str) -> None:
    """When what came is not what the source counted or listed the search is incomplete, named, and exits 5."""
    report = go(store, source)
    assert report.exit_code == 5
    (told,) = report.said["sources"]
    assert told["state"] == "incomplete"
    assert told["error"] == said
    assert windows(store) == []


def test_failed_goes_before_incomplete(store: Store) -> None:
    """With one source failed and one incomplete the exit code is 4."""
    assert go(store, Fake([], down=True), Fake(docs(2), name="beta", hits=3)).exit_code == 4


def test_an_unreadable_item_is_kept_named_and_keeps_the_window_open(store: Store) -> None:
    """A broken item is quarantined: counted, named, its page kept; the others come; the window stays open."""
    source = Fake([Doc("1"), Doc("2", broken=True), Doc("3")])
    report = go(store, source)
    assert report.exit_code == 5
    (told,) = report.said["sources"]
    assert (told["retrieved"], told["quarantined"]) == (2, 1)
    assert told["unread"] == [{"id": "2", "why": "cut short"}]
    assert windows(store) == []
    accepted = resume(store, HTTP, today=TODAY, find=finder(source), accept_unread=True)
    assert accepted.exit_code == 0
    assert accepted.said["sources"][0]["quarantined"] == 1
    assert windows(store) == [("alpha", "entered", None, "2022-07-31")]


def test_a_better_connector_reads_what_was_kept(store: Store) -> None:
    """`resume` reads unreadable items again from the kept page, with no request, and closes the window."""
    source = Fake([Doc("1"), Doc("2", broken=True)])
    go(store, source)
    sent = source.sent

    class Better(Fake):
        def items(self, page):  # type: ignore[no-untyped-def]
            return (type(item)(item.source_id, item.position, item.node) for item in super().items(page))

    better = Better(source.docs)
    report = resume(store, HTTP, today=TODAY, find=finder(better))
    assert report.exit_code == 0
    assert (better.sent, source.sent) == (0, sent)
    assert report.said["records"] == 2
    assert windows(store) == [("alpha", "entered", None, "2022-07-31")]


def test_a_failed_run_takes_nothing_away(store: Store) -> None:
    """After a good run, a failed one leaves records, works and windows as they were."""
    go(store, Fake(docs(3)))
    before = [tuple(row) for row in store.rows("select id, content_hash from records")], windows(store)
    report = go(store, Fake(docs(3), faults={1: Unavailable("gone", source="alpha")}))
    assert report.exit_code == 4
    assert ([tuple(row) for row in store.rows("select id, content_hash from records")], windows(store)) == before
    assert len(list(works(store))) == 3


def test_the_same_answer_is_not_read_twice(store: Store) -> None:
    """A page whose bytes are known is neither read nor stored again, and its records are found all the same."""
    go(store, Fake(docs(4)))
    again = Fake(docs(4))
    report = go(store, again)
    assert again.told == 0
    assert (report.said["records"], report.said["new"]) == (4, 0)
    assert store.value("select count(*) from payloads") == 3
    assert store.value("select count(*) from found_lines where search_id = 2") == 28


def test_a_known_answer_is_read_when_the_record_has_moved_on(store: Store) -> None:
    """A record that changed and then goes back to an earlier answer is read from that answer again."""
    first, second = [Doc("1", title="One")], [Doc("1", title="Two")]
    for said in (first, second, first):
        go(store, Fake(said))
    assert store.value("select title from records") == "One"
    assert store.value("select count(*) from record_history") == 2


def test_an_explicit_window_is_one_command(store: Store) -> None:
    """`since` and `until` search those days by the strategy's own date field, and close that window."""
    source = Fake([Doc("1", date(2022, 7, 1)), Doc("2", date(2022, 9, 1))])
    report = run(
        strategy(),
        store,
        HTTP,
        since=date(2022, 8, 1),
        until=date(2023, 5, 31),
        today=date(2023, 6, 10),
        find=finder(source),
    )
    assert (report.said["since"], report.said["until"], report.said["by"]) == ("2022-08-01", "2023-05-31", "entered")
    assert report.said["records"] == 1
    assert windows(store) == [("alpha", "entered", "2022-08-01", "2023-05-31")]


def test_a_window_of_publication_dates(store: Store) -> None:
    """`by` published closes a window of its own kind, which is no ground for an update by entry."""
    report = go(store, Fake(docs(1)), since=date(2017, 1, 1), until=date(2022, 12, 31), by=DateField.PUBLISHED)
    assert report.exit_code == 0
    assert windows(store) == [("alpha", "published", "2017-01-01", "2022-12-31")]


def test_an_import_source_is_not_zero_hits(store: Store) -> None:
    """A source that no program can search is said to be so, with what to do; the run is not spoilt by it."""
    report = go(store, Fake([], name="cinahl", kind="import"), Fake(docs(1)))
    told = report.said["sources"][0]
    assert (told["state"], told["reported"], told["retrieved"]) == ("not-searched", None, None)
    assert "harvester import FILE --source cinahl" in told["hint"]
    assert report.exit_code == 0


def test_a_site_is_matched_here(store: Store) -> None:
    """Of a site's documents those are kept that the strategy matches; how many it offered is said."""
    site = Fake([Doc("1"), Doc("2", title="Opening hours"), Doc("3")], kind="site", windows=(), name="site")
    site.abstracts = False
    report = go(store, site)
    (told,) = report.said["sources"]
    assert (told["state"], told["reported"], told["retrieved"], told["offered"]) == ("complete", 2, 2, 3)
    assert windows(store) == [("site", "entered", None, "2022-07-31")]


def test_a_site_is_matched_anew_by_another_strategy(store: Store) -> None:
    """A site's known answer is read again, so that a strategy which matches less of it keeps less."""
    site = Fake([Doc("1"), Doc("2", title="A health coach and mental health")], kind="site", windows=(), name="site")
    site.abstracts = False
    assert go(store, site).said["records"] == 2
    narrower = strategy("site", text=TEXT.replace('"health coach"', '"health guide"'))
    report = run(narrower, store, HTTP, today=TODAY, find=finder(site))
    assert report.said["records"] == 1


def test_a_bug_in_one_source_is_shown_and_the_others_are_kept(store: Store) -> None:
    """An exception that is no HarvesterError marks its source as failed, the others end, then it is raised."""
    with pytest.raises(ZeroDivisionError):
        go(store, Fake(docs(3), faults={2: ZeroDivisionError("oh")}), Fake(docs(1), name="beta"))
    states = {row["source"]: row["state"] for row in store.rows("select source, state from searches")}
    assert states == {"alpha": "failed", "beta": "complete"}
    assert store.value("select state from runs") == "failed"


def test_nothing_is_started_with_wrong_options(store: Store) -> None:
    """A future day, a window without days, or no source are usage errors, and no run is kept."""
    for options in ({"as_of": date(2030, 1, 1)}, {"by": DateField.ENTERED}):
        with pytest.raises(UsageError):
            go(store, Fake([]), **options)
    assert store.value("select count(*) from runs") == 0


def test_what_decides_the_search_has_a_hash_of_its_own() -> None:
    """Titles and layout leave the terms' hash alone; a term, a limit or an expansion changes it."""
    same = terms_sha256(strategy(text=TEXT.replace("A made-up review", "Another title") + "\n# a comment\n"))
    assert same == terms_sha256(strategy())
    for changed in (
        TEXT.replace("health coach", "health coaches"),
        TEXT.replace("[update]", '[limits]\nlanguage = "english"\n[update]'),
        TEXT + '\n[expand]\n"refer*" = ["refer"]\n',
    ):
        assert terms_sha256(strategy(text=changed)) != same


def test_an_import_is_new_only_in_what_no_search_had_found(store: Store, tmp_path: Path) -> None:
    """Of an export, what a search of any strategy had found before is not new; nor is it for the next search."""
    from harvester import importing

    go(store, Fake(docs(2)))
    file = tmp_path / "export.ris"
    file.write_text(
        "TY  - JOUR\nAN  - a\nTI  - Link workers and mental health in place 1, a study of its own kind\n"
        "DO  - 10.1000/1\nPY  - 2020\nER  - \n"
        "TY  - JOUR\nAN  - b\nTI  - Link workers and mental health in place 3, a study of its own kind\n"
        "DO  - 10.1000/3\nPY  - 2020\nER  - \n"
    )
    done = importing.take_in(store, [file], "cinahl", searched_on=TODAY)
    assert [work.merged.source_id for work in works(store, run=done.run, only="new")] == ["b"]
    assert go(store, Fake(docs(4))).said["new"] == 1
