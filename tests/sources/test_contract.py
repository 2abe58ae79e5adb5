"""What every source promises, run over every recorded case of every source.

A case is a folder `tests/sources/<name>/<case>/`: `case.json` and the bodies it names. `answers` are tried in order:
one fits when all of `when` stand in the request's address and body (and it has not been used `times` times).
`expect` holds some of: listed, records (id to title), quarantined, pages, count, raises, message.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from fake_pubmed import make_http

from harvester import errors, sources
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Page, Source

HERE = Path(__file__).parent
KEY, EMAIL = "KEYthatMUSTstayINSIDE", "inside@example.org"
CASES = sorted(path.parent for path in HERE.glob("*/*/case.json"))
# What a source that is asked over an API has to show at the least.
MUST = {"paging", "empty", "refused", "malformed-article", "cut-short"}


@pytest.mark.parametrize("name", sources.names())
def test_every_source_has_its_cases(name: str) -> None:
    """A connector without recorded cases is not proved."""
    source = sources.get(name)
    found = {path.name for path in CASES if path.parent.name == name}
    assert source.info.kind != "api" or found >= MUST


@pytest.mark.parametrize("name", sources.names())
def test_every_source_says_what_it_is(name: str) -> None:
    """Name, label, documents, terms, dialect, rate: nothing is left for the user to guess."""
    info = sources.get(name).info
    assert info.name == name
    assert info.label
    assert info.kind in ("api", "site", "import")
    assert info.docs.startswith("https://")
    assert info.terms.startswith("https://")
    assert info.dialect
    assert 0 < info.per_second <= info.per_second_with_key
    assert info.tried


def replay(case: Path, answers: list[dict[str, Any]]) -> Any:
    """A function that answers a request as the case says; a request that no answer fits is an error of the test."""
    used = [0] * len(answers)

    def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        asked = f"{request.url}& {body}&"
        for number, answer in enumerate(answers):
            if all(part in asked for part in answer["when"]) and used[number] < answer.get("times", 10**9):
                used[number] += 1
                content = (case / answer["file"]).read_text(encoding="utf-8").replace("{KEY}", KEY)
                return answer.get("status", 200), {"Content-Type": answer.get("type", "text/xml")}, content.encode()
        raise AssertionError(f"no answer fits {asked}")

    return reply


def spec_of(path: Path) -> dict[str, Any]:
    """What a case says."""
    found: dict[str, Any] = json.loads((path / "case.json").read_text(encoding="utf-8"))
    return found


def cases(*, expects: str, stateless: bool = False) -> Any:
    """The cases that expect such a thing, as parameters of `case`."""
    chosen = [
        path
        for path in CASES
        if expects in spec_of(path)["expect"]
        and not (stateless and any("times" in answer for answer in spec_of(path)["answers"]))
    ]
    names = [f"{path.parent.name}/{path.name}" for path in chosen]
    return pytest.mark.parametrize("case", chosen, ids=names, indirect=True)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Iterator[tuple[dict[str, Any], Source, Search]]:
    """A case: what it says, its source, its search; the network answers as recorded."""
    path: Path = request.param
    spec = spec_of(path)
    source = type(sources.get(path.parent.name))(**spec.get("settings", {}))
    search = Search(source.info.name, source.info.dialect, spec["search"], spec["search"])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        reply = replay(path, spec["answers"])
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(".*"), reply)
        yield spec, source, search


def credentials(source: Source) -> dict[str, str]:
    """A value for every credential that the source reads; none of them may ever be seen again."""
    values = {"EMAIL": EMAIL, "URL": "https://example.org/oai"}
    return {each.env: values.get(each.env.rpartition("_")[2], KEY) for each in source.info.credentials}


def every_page(source: Source, search: Search, state: Path, cursor: str = "") -> list[Page]:
    """All pages from `cursor` on, asked with credentials."""
    with make_http(state, given=credentials(source)) as http:
        return list(source.pages(search, http, cursor))


@cases(expects="raises")
def test_a_failure_is_told_as_what_it_is(case: tuple[dict[str, Any], Source, Search], tmp_path: Path) -> None:
    """The right error, with what the server said, a hint, the exit code of a failed source, and no credential."""
    spec, source, search = case
    expect = spec["expect"]
    with pytest.raises(getattr(errors, expect["raises"]), match=expect["message"]) as caught:
        every_page(source, search, tmp_path)
    assert caught.value.hint
    assert caught.value.exit_code == expect.get("exit_code", 4)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert KEY not in shown
    assert EMAIL not in shown


@cases(expects="records")
def test_a_case_comes_out_as_it_says(case: tuple[dict[str, Any], Source, Search], tmp_path: Path) -> None:
    """What is listed, what is read, what is quarantined, and in how many pages."""
    spec, source, search = case
    expect = spec["expect"]
    pages = every_page(source, search, tmp_path)
    assert [each for page in pages for each in page.expected] == expect["listed"]
    assert len(pages) == expect["pages"]
    items = [item for page in pages for item in source.items(page)]
    read = {item.source_id: source.record(item) for item in items if not item.error}
    assert {number: record.title for number, record in read.items()} == expect["records"]
    assert [item.source_id for item in items if item.error] == expect.get("quarantined", [])
    for number, record in read.items():
        assert record.source == source.info.name
        assert record.source_id == number
        assert Record.from_dict(json.loads(json.dumps(record.to_dict()))) == record
        assert len(record.content_hash()) == 64


@cases(expects="count")
def test_a_count_comes_out_as_it_says(case: tuple[dict[str, Any], Source, Search], tmp_path: Path) -> None:
    """Hits, translation, warnings and the day of the index."""
    spec, source, search = case
    with make_http(tmp_path, given=credentials(source)) as http:
        counted = asdict(source.count(search, http))
    counted["as_of"] = counted["as_of"] and counted["as_of"].isoformat()
    counted["warnings"] = list(counted["warnings"])
    assert counted == spec["expect"]["count"]


@cases(expects="records")
def test_pages_can_be_kept_and_shown(case: tuple[dict[str, Any], Source, Search], tmp_path: Path) -> None:
    """Cursor and detail are text and JSON; no credential is in anything that is kept; telling twice says the same."""
    _, source, search = case
    for page in every_page(source, search, tmp_path):
        kept = page.request + page.cursor + json.dumps(page.detail) + page.body.decode("utf-8", "replace")
        assert KEY not in kept
        assert EMAIL not in kept
        assert page.fetched_at.tzinfo is not None
        assert page.status == 200
        first = [(item.source_id, item.position, item.error) for item in source.items(page)]
        assert [(item.source_id, item.position, item.error) for item in source.items(page)] == first
        assert [position for _, position, _ in first] == list(range(len(first)))


@cases(expects="records", stateless=True)
def test_every_cursor_leads_to_the_rest(case: tuple[dict[str, Any], Source, Search], tmp_path: Path) -> None:
    """From any page on, what had come and what comes is all of it."""
    _, source, search = case
    pages = every_page(source, search, tmp_path)
    every = {item.source_id for page in pages for item in source.items(page)}
    for cut in range(len(pages)):
        rest = every_page(source, search, tmp_path, pages[cut].cursor)
        got = {item.source_id for page in [*pages[: cut + 1], *rest] for item in source.items(page)}
        assert got == every
