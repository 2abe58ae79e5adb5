"""The connector against the sandbox: another reading of E-utilities than our own fake, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from harvester.config import Config
from harvester.http import Http
from harvester.sandbox import Sandbox
from harvester.search import Search, SearchLine
from harvester.sources.pubmed import PubMed

LINK = Search("pubmed", "pubmed", '"link work*"[tiab]', '"link work*"[tiab]')


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A small library on 31 July 2022."""
    with Sandbox(records=1500, as_of=date(2022, 7, 31), rate_limit=False) as found:
        yield found


def client(sandbox: Sandbox, state: Path) -> Http:
    """A client that does not wait between tries."""
    return Http(Config(), sandbox=sandbox.address, state=state, margin=-0.9, chance=lambda: 0.0)


def read(http: Http, search: Search = LINK, batch: int = 20) -> tuple[set[str], set[str]]:
    """The ids that are listed, and those of the records that are read."""
    source = PubMed(batch=batch)
    pages = list(source.pages(search, http))
    listed = {each for page in pages for each in page.expected}
    return listed, {source.record(item).source_id for page in pages for item in source.items(page)}


def test_every_record_of_a_search_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """What is counted is listed, and what is listed comes."""
    with client(sandbox, tmp_path) as http:
        counted = PubMed().count(LINK, http)
        listed, got = read(http)
    assert counted.hits == len(listed) > 20
    assert listed == got
    assert counted.as_of == date(2022, 7, 31)
    assert "link work*" in counted.translation


def test_lines_are_counted_in_order(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each line has its own count, whichever answer came first; a line without text has none."""
    lines = tuple(SearchLine(n, "A", text) for n, text in enumerate(["all[sb]", "", "zzzqqq[tiab]", "english[la]"], 1))
    with client(sandbox, tmp_path) as http:
        found = list(PubMed().count_lines(Search("pubmed", "pubmed", "x", "x", lines=lines), http))
    assert [line.number for line, _ in found] == [1, 2, 3, 4]
    everything, none, nothing, english = (count for _, count in found)
    assert none is None
    assert everything is not None
    assert nothing is not None
    assert english is not None
    assert everything.hits > english.hits > 0
    assert nothing.hits == 0
    assert any("zzzqqq" in warning for warning in nothing.warnings)


@pytest.mark.parametrize(
    "faults",
    ["429@2", "html500@2", "truncated@3", "json-error-in-200@1", "reset@2", "webenv-expired@3", "repeat-page@3"],
)
def test_a_fault_costs_no_record(tmp_path: Path, faults: str) -> None:
    """Each of the faults that E-utilities show is overcome."""
    with Sandbox(records=600, as_of=date(2022, 7, 31), rate_limit=False) as plain, client(plain, tmp_path) as http:
        expected, _ = read(http)
    with Sandbox(records=600, as_of=date(2022, 7, 31), rate_limit=False, faults=faults) as bad:
        with client(bad, tmp_path) as http:
            listed, got = read(http, batch=8)
        assert any(each["fault"] for each in bad.requests)
    assert listed == got == expected
