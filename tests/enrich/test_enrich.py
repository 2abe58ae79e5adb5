"""Enrichment: beside the records, with who said it; asked once; a service that fails fails alone. All made up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import responses

from harvester.config import Config
from harvester.enrich import enrich, of_record
from harvester.errors import UsageError
from harvester.http import Http
from harvester.importing import take_in
from harvester.store import Store, open_store

RIS = (
    "TY  - JOUR\nTI  - A first invented study\nAN  - 1\nDO  - 10.5555/one\nAB  - It has one.\nER  - \n\n"
    "TY  - JOUR\nTI  - Something else about navigators in town\nAN  - 2\nDO  - 10.5555/two\nER  - \n\n"
    "TY  - JOUR\nTI  - A third, which has no identifier at all\nAN  - 3\nER  - \n"
)
CROSSREF = {
    "message": {
        "items": [
            {"DOI": "10.5555/one", "type": "journal-article", "title": ["A"], "abstract": "<jats:p>Other.</jats:p>"},
            {
                "DOI": "10.5555/two",
                "type": "journal-article",
                "title": ["Something else"],
                "abstract": "<jats:p>Found at Crossref.</jats:p>",
                "updated-by": [{"type": "retraction", "DOI": "10.5555/notice"}],
            },
        ],
        "total-results": 2,
    }
}
EMPTY = {"hitCount": 0, "request": {"cursorMark": "*"}, "resultList": {"result": []}}
OPEN = {"doi": "10.5555/two", "best_oa_location": {"url": "https://example.org/two", "url_for_pdf": None}}


def still(_seconds: float) -> None:
    """Wait for nothing."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with three made-up records, of which two have DOIs and one an abstract."""
    file = tmp_path / "three.ris"
    file.write_text(RIS, encoding="utf-8")
    with open_store(tmp_path / "a.db") as opened:
        take_in(opened, [file], "cinahl", searched_on=date(2022, 7, 14))
        yield opened


def asked(store: Store, answers: dict[str, Any], **settings: Any) -> tuple[dict[str, Any], list[str]]:
    """What `enrich` says when the services answer so (a number is a status), and the addresses that were asked."""
    heard: list[str] = []

    def reply(request: Any) -> tuple[int, dict[str, str], str]:
        heard.append(request.url)
        for part, answer in answers.items():
            if part in request.url:
                status = answer if isinstance(answer, int) else 200
                return status, {"Content-Type": "application/json"}, json.dumps(answer)
        return 404, {"Content-Type": "application/json"}, "{}"

    config = Config(given={"NCBI_EMAIL": "you@example.org"})
    ticks = iter(range(10**9))
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        Http(config, state=store.path.parent, clock=lambda: float(next(ticks)), sleep=still) as http,
    ):
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(".*"), reply)
        return enrich(store, http, **settings), heard


def number(store: Store, doi: str) -> int:
    """The store's number of the record with this DOI."""
    return int(store.value("select record_id from identifiers where scheme = 'doi' and value = ?", (doi,)))


def test_what_lacks_is_added_and_what_is_there_is_not(store: Store) -> None:
    """The missing abstract and the retraction come beside the second record; the first keeps its own abstract only."""
    said, _ = asked(store, {"crossref": CROSSREF, "europepmc": EMPTY})
    assert said["found"] == [
        {"source": "crossref", "field": "abstract", "records": 1},
        {"source": "crossref", "field": "retraction", "records": 1},
    ]
    added = of_record(store, number(store, "10.5555/two"))
    assert [(each["field"], each["value"], each["source"]) for each in added] == [
        ("abstract", "Found at Crossref.", "crossref"),
        ("retraction", "RetractionIn", "crossref"),
    ]
    assert of_record(store, number(store, "10.5555/one")) == []
    assert [each["notice"] for each in said["retracted"]] == ["RetractionIn"]


def test_no_record_changes(store: Store) -> None:
    """The records say after it what they said before."""
    before = [row["content_hash"] for row in store.rows("select content_hash from records order by id")]
    asked(store, {"crossref": CROSSREF, "europepmc": EMPTY})
    assert [row["content_hash"] for row in store.rows("select content_hash from records order by id")] == before


def test_nobody_is_asked_twice(store: Store) -> None:
    """A work that a service was asked about is not asked about again; one without an identifier never is."""
    first, _ = asked(store, {"crossref": CROSSREF}, by=["crossref"])
    again, heard = asked(store, {"crossref": CROSSREF}, by=["crossref"])
    assert first["asked"] == {"crossref": 2}
    assert again["asked"] == {"crossref": 0}
    assert heard == []
    assert [each["notice"] for each in again["retracted"]] == ["RetractionIn"]


def test_open_access_comes_from_unpaywall(store: Store) -> None:
    """The address of the best copy; a DOI that Unpaywall does not know is no error."""
    said, heard = asked(store, {"10.5555/two": OPEN}, by=["unpaywall"])
    assert [(one["field"], one["records"]) for one in said["found"]] == [("open-access", 1)]
    assert of_record(store, number(store, "10.5555/two"))[0]["value"] == "https://example.org/two"
    assert len(heard) == 2


def test_a_service_that_fails_fails_alone(store: Store) -> None:
    """Europe PMC is down: it is named, Crossref's word is kept, and Europe PMC will be asked again."""
    said, _ = asked(store, {"api.crossref": CROSSREF, "europepmc": 500})
    assert [one["source"] for one in said["failed"]] == ["europe-pmc"]
    assert {one["source"] for one in said["found"]} == {"crossref"}
    again, _ = asked(store, {"europepmc": EMPTY})
    assert again["asked"] == {"crossref": 0, "europe-pmc": 2}


def test_an_unknown_service_is_refused(store: Store) -> None:
    """Names are checked before anything is asked."""
    with pytest.raises(UsageError, match="enriches nothing"):
        asked(store, {}, by=["nobody"])


def test_a_real_answer_of_unpaywall(shared_data: Path, store: Store) -> None:
    """The recorded answer gives the address that stands in it."""
    held = json.loads((shared_data / "payloads" / "unpaywall" / "fastpaper_unpaywall_lookup.json").read_bytes())
    asked(store, {"10.5555/two": held}, by=["unpaywall"])
    added = of_record(store, number(store, "10.5555/two"))
    assert [each["value"] for each in added] == ["https://www.nature.com/articles/nature12373.pdf"]
