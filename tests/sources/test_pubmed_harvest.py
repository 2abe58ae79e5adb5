"""All records of a search come, whatever the server does; and when they cannot, that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import responses
from fake_pubmed import FakePubMed, article, article_set, make_http, spread, xml

from harvester.errors import Incomplete, Refused, Unavailable, UsageError
from harvester.search import Search
from harvester.sources.base import Page
from harvester.sources.pubmed import PubMed
from harvester.window import DateField, Window

ALL = Search("pubmed", "pubmed", "all", "all")


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    """Answers in place of the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as found:
        yield found


def harvest(tmp_path: Path, search: Search = ALL, cursor: str = "", **how: int) -> list[Page]:
    """Every page of a harvest from `cursor` on."""
    with make_http(tmp_path) as http:
        return list(PubMed(**how).pages(search, http, cursor))


def expected(pages: list[Page]) -> list[str]:
    """The ids that the pages list."""
    return [each for page in pages for each in page.expected]


def arrived(pages: list[Page]) -> list[str]:
    """The ids of the records that the pages hold."""
    return [item.source_id for page in pages for item in PubMed().items(page)]


def test_a_small_search_lists_its_ids_and_then_gives_every_record(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """One listing, then records in batches, in the listing's order, from the history server."""
    fake = FakePubMed(spread(12)).install(mock)
    pages = harvest(tmp_path, batch=5)
    assert [page.kind for page in pages] == ["ids", "records", "records", "records"]
    assert expected(pages) == [str(number) for number in range(12, 0, -1)]
    assert arrived(pages) == expected(pages)
    assert pages[0].detail["count"] == pages[0].detail["total"] == 12
    assert pages[0].detail["translation"] == "all[All Fields]"
    assert fake.tools() == ["esearch", "efetch", "efetch", "efetch"]
    assert all("WebEnv" in asked for tool, asked in fake.asked if tool == "efetch")


def test_no_hits_is_one_page_that_lists_nothing(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A true zero is an answer of the server's, with its count."""
    FakePubMed({}).install(mock)
    pages = harvest(tmp_path)
    assert [(page.kind, page.expected, page.detail["count"]) for page in pages] == [("ids", (), 0)]


@pytest.mark.parametrize("count", [9999, 10000, 10001, 25000])
def test_more_than_pubmed_lists_is_sliced_and_every_record_comes_once(
    mock: responses.RequestsMock, tmp_path: Path, count: int
) -> None:
    """Slices by the day of creation do not overlap and leave nothing out."""
    FakePubMed(spread(count)).install(mock)
    pages = harvest(tmp_path, batch=2000)
    assert sorted(map(int, arrived(pages))) == list(range(1, count + 1))
    assert sorted(map(int, expected(pages))) == list(range(1, count + 1))


def test_one_huge_day_is_cut_by_numbers(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A day with more records than PubMed lists is cut into ranges of PMIDs."""
    fake = FakePubMed(dict.fromkeys(range(5_000_000, 5_012_345), date(2020, 3, 1))).install(mock)
    pages = harvest(tmp_path, batch=3000)
    assert sorted(map(int, arrived(pages))) == list(range(5_000_000, 5_012_345))
    assert any("[uid]" in asked.get("term", "") for _, asked in fake.asked)


def test_a_search_by_entry_is_sliced_inside_its_window(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """Slices of an update need not look outside its days."""
    fake = FakePubMed(spread(11000, first=date(2022, 7, 1), days=300)).install(mock)
    window = Window(DateField.ENTERED, date(2022, 7, 1), date(2023, 5, 31))
    search = Search("pubmed", "pubmed", "all", "all", window=window)
    pages = harvest(tmp_path, search, batch=3000)
    assert len(set(arrived(pages))) == 11000
    slices = [asked["term"] for tool, asked in fake.asked if tool == "esearch"][1:]
    assert all('"2022' in term or '"2023' in term for term in slices)


def test_records_without_a_day_of_creation_are_found_by_the_rest(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """When the slices do not add up, what lies in none of them is asked for."""
    records: dict[int, date | None] = dict(spread(10500))
    records.update({20001: None, 20002: None})
    FakePubMed(records).install(mock)
    pages = harvest(tmp_path, batch=3000)
    assert {"20001", "20002"} <= set(arrived(pages))
    assert len(set(arrived(pages))) == 10502


def test_slices_that_never_add_up_end_as_incomplete(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A server whose slices hold fewer than its whole is not believed."""

    def hook(_number: int, tool: str, asked: dict[str, str]) -> tuple[int, dict[str, str], str] | None:
        if tool == "esearch" and asked["term"] == "all":
            return xml(fake._esearch(asked)[2].replace("<Count>10500<", "<Count>10600<"))  # type: ignore[union-attr, return-value]
        return None

    fake = FakePubMed(spread(10500), hook).install(mock)
    with make_http(tmp_path) as http:
        came: list[Page] = []
        with pytest.raises(Incomplete, match="10600 records, and 10500 in its slices"):
            came.extend(PubMed(batch=5000).pages(ALL, http))
    assert len(set(arrived(came))) == 10500


def test_a_record_added_meanwhile_is_no_fault(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """The whole is counted again before the slices are doubted."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> None:
        if number == 2:
            fake.records[30000] = date(2023, 5, 31)

    fake = FakePubMed(spread(10500), hook).install(mock)
    pages = harvest(tmp_path, batch=3000)
    assert len(set(arrived(pages))) == 10501


def test_missing_records_are_asked_for_by_number(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A page that left some out is completed by a second one; only the last one's cursor leads on."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> tuple[int, dict[str, str], str | bytes] | None:
        return xml(article_set(article(9), article(8), article(6))) if number == 2 else None

    FakePubMed(spread(9), hook).install(mock)
    pages = harvest(tmp_path, batch=5, workers=1)
    assert arrived(pages) == ["9", "8", "6", "7", "5", "4", "3", "2", "1"]
    assert json.loads(pages[1].cursor)["at"] == 0
    assert json.loads(pages[2].cursor)["at"] == 5


def test_records_that_pubmed_lists_and_does_not_give_are_named(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A deleted record stays expected and is named in the page's detail."""
    FakePubMed(spread(6), deleted={4}).install(mock)
    pages = harvest(tmp_path)
    assert "4" in expected(pages)
    assert "4" not in arrived(pages)
    assert pages[-1].detail["missing"] == ["4"]


def test_a_page_that_comes_twice_is_noticed(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """When the server repeats a page, the records that are due are asked for by number."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> tuple[int, dict[str, str], str | bytes] | None:
        return xml(article_set(article(6), article(5), article(4))) if number == 3 else None

    FakePubMed(spread(6), hook).install(mock)
    pages = harvest(tmp_path, batch=3, workers=1)
    assert arrived(pages) == ["6", "5", "4", "3", "2", "1"]


def test_a_record_nobody_asked_for_is_kept_and_named(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """What came unasked is in the page, and the page says so."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> tuple[int, dict[str, str], str | bytes] | None:
        return xml(article_set(article(2), article(77), article(1))) if number == 2 else None

    FakePubMed(spread(2), hook).install(mock)
    pages = harvest(tmp_path)
    assert pages[1].detail["unexpected"] == ["77"]
    assert arrived(pages) == ["2", "77", "1"]


def test_a_forgotten_history_is_searched_for_anew(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A WebEnv that has expired costs one more search and no record."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> None:
        if number == 3:
            fake.histories.clear()

    fake = FakePubMed(spread(9), hook).install(mock)
    pages = harvest(tmp_path, batch=3, workers=1)
    assert arrived(pages) == expected(pages)
    assert fake.tools().count("esearch") == 2


def test_a_history_that_changed_meanwhile_is_left_for_the_numbers(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """When the new search finds others, the ids that were listed are asked for by number."""

    def hook(number: int, _tool: str, _asked: dict[str, str]) -> None:
        if number == 3:
            fake.histories.clear()
            fake.records[99] = date(2023, 1, 1)

    fake = FakePubMed(spread(9), hook).install(mock)
    pages = harvest(tmp_path, batch=3, workers=1)
    assert arrived(pages) == [str(number) for number in range(9, 0, -1)]


def test_a_listing_shorter_than_its_count_is_asked_for_again(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A count that does not fit its ids is not used."""

    def hook(number: int, tool: str, asked: dict[str, str]) -> tuple[int, dict[str, str], str] | None:
        if number == 1:
            return xml(fake._esearch(asked)[2].replace("<Id>3</Id>", ""))  # type: ignore[union-attr, return-value]
        return None

    fake = FakePubMed(spread(5), hook).install(mock)
    assert len(arrived(harvest(tmp_path))) == 5


def test_a_listing_that_stays_short_ends_as_incomplete(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A server that keeps contradicting itself is never believed."""

    def hook(_number: int, tool: str, asked: dict[str, str]) -> tuple[int, dict[str, str], str] | None:
        if tool == "esearch":
            return xml(fake._esearch(asked)[2].replace("<Id>3</Id>", ""))  # type: ignore[union-attr, return-value]
        return None

    fake = FakePubMed(spread(5), hook).install(mock)
    with pytest.raises(Incomplete, match="counts 5 records"):
        harvest(tmp_path)


@pytest.mark.parametrize("stop", range(1, 9))
def test_a_harvest_cut_off_anywhere_goes_on_from_its_cursor(
    mock: responses.RequestsMock, tmp_path: Path, stop: int
) -> None:
    """The pages before the cut and those from the last cursor on hold every record."""
    FakePubMed(spread(10300)).install(mock)
    first: list[Page] = []
    with make_http(tmp_path) as http:
        for page in PubMed(batch=1500).pages(ALL, http):
            first.append(page)
            if len(first) == stop:
                break
    again = harvest(tmp_path, cursor=first[-1].cursor, batch=1500)
    assert set(map(int, arrived(first) + arrived(again))) == set(range(1, 10301))
    assert len(arrived(again)) == 10300 - len(arrived(first))


def test_a_listing_that_changed_before_a_resume_is_fetched_from_its_beginning(
    mock: responses.RequestsMock, tmp_path: Path
) -> None:
    """A record that appeared among those already fetched is not left out."""
    fake = FakePubMed(spread(9)).install(mock)
    with make_http(tmp_path) as http:
        pages = PubMed(batch=4).pages(ALL, http)
        first = [next(pages), next(pages)]
    fake.records[100] = date(2023, 1, 1)
    again = harvest(tmp_path, cursor=first[-1].cursor, batch=4)
    assert set(arrived(again)) == {*map(str, range(1, 10)), "100"}


def test_a_cursor_of_another_search_begins_anew(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A strategy that was changed is not resumed half-way."""
    FakePubMed(spread(6)).install(mock)
    cursor = harvest(tmp_path, batch=2)[1].cursor
    pages = harvest(tmp_path, Search("pubmed", "pubmed", "(all)", "(all)"), cursor, batch=2)
    assert len(arrived(pages)) == 6


def test_a_cursor_that_is_not_one_is_refused(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """A damaged cursor is a clear error."""
    FakePubMed(spread(6)).install(mock)
    with pytest.raises(UsageError, match="cursor"):
        harvest(tmp_path, cursor="{nonsense")


def test_the_cursor_at_the_end_leads_nowhere(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """Going on after the last page asks for nothing."""
    fake = FakePubMed(spread(6)).install(mock)
    last = harvest(tmp_path)[-1].cursor
    before = len(fake.asked)
    assert harvest(tmp_path, cursor=last) == []
    assert len(fake.asked) == before


def test_only_the_first_ranked_hits(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """`first_n` takes so many of the hits as PubMed ranks them, and no more."""
    fake = FakePubMed(spread(50)).install(mock)
    pages = harvest(tmp_path, Search("pubmed", "pubmed", "all", "all", first_n=7))
    assert len(arrived(pages)) == 7
    assert fake.asked[0][1]["sort"] == "relevance"


def test_more_ranked_hits_than_pubmed_lists_is_refused(tmp_path: Path) -> None:
    """A ranked search cannot be sliced, so it is refused before anything is sent."""
    with pytest.raises(UsageError, match="9999"):
        harvest(tmp_path, Search("pubmed", "pubmed", "all", "all", first_n=10000))


def test_a_refused_query_is_refused_and_not_zero(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """An ERROR inside HTTP 200 is the server's no."""
    FakePubMed({}, lambda *_: xml("<eSearchResult><ERROR>Invalid query syntax</ERROR></eSearchResult>")).install(mock)
    with pytest.raises(Refused, match="Invalid query syntax"):
        harvest(tmp_path)


def test_a_server_that_keeps_failing_is_unavailable(mock: responses.RequestsMock, tmp_path: Path) -> None:
    """After the last try the failure is the source's, with a hint; never an empty result."""
    fake = FakePubMed(spread(5), lambda *_: (503, {}, "overloaded")).install(mock)
    with pytest.raises(Unavailable, match="503") as caught:
        harvest(tmp_path)
    assert caught.value.hint
    assert len(fake.asked) == 6
