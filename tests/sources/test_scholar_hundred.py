"""Google Scholar, the first hundred hits of one phrase, as the review took them: by SerpApi, rank kept, no more."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from fake_pubmed import make_http

from harvester.errors import Refused
from harvester.run import run
from harvester.sources import get
from harvester.store import open_store
from harvester.strategy import read

TEXT = """
[review]
name = "hundred"
title = "A made-up review"

[[block]]
name = "A"
title = "Workers"
terms = ["social prescribing link worker*"]

[sources]
use = ["google-scholar-serpapi"]

[sources.google-scholar-serpapi]
query = '"social prescribing link worker"'
first = 100
"""


def reply(request: Any) -> tuple[int, dict[str, str], str]:
    """Twenty made-up hits from `start` on, of about 12,300."""
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}
    assert asked["q"] == '"social prescribing link worker"'
    start = int(asked["start"])
    hits = [
        {
            "position": place,
            "title": f"Invented hit {start + place}",
            "result_id": f"id{start + place}",
            "publication_info": {"summary": "A Muster - Journal of Invented Studies, 2021 - example.org"},
            "snippet": "None of it is real",
        }
        for place in range(20)
    ]
    answer = {
        "search_parameters": {"q": asked["q"], "start": start},
        "search_information": {"total_results": 12300},
        "organic_results": hits,
        "serpapi_pagination": {"next": "https://serpapi.com/search.json?start=20"},
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(answer)


def test_a_hundred_hits_with_their_rank_and_no_more(tmp_path: Path) -> None:
    """Five pages, ranks 1 to 100, complete, and no window is closed: the rest of the ranking was not seen."""
    strategy = read(TEXT, "hundred.toml", "0" * 64)
    with (
        responses.RequestsMock() as mock,
        make_http(tmp_path, given={"SERPAPI_API_KEY": "KEYthatMUSTstayINSIDE"}) as http,
        open_store(tmp_path / "a.db") as store,
    ):
        mock.add_callback(responses.GET, re.compile("https://serpapi.com/.*"), reply)
        report = run(strategy, store, http, today=date(2022, 7, 31))
        data = [json.loads(row["data"]) for row in store.rows("select data from records order by id")]
        closed = store.value("select count(*) from windows")
        pages = store.value("select count(*) from pages")
    assert report.said["sources"][0]["state"] == "complete"
    assert sorted(each["extra"]["rank"] for each in data) == list(range(1, 101))
    assert (closed, pages) == (0, 5)


def test_scholar_itself_is_never_asked(tmp_path: Path) -> None:
    """The source of that name only takes files: Scholar's robots.txt forbids asking it."""
    from harvester.search import Search

    source = get("google-scholar")
    assert source.info.kind == "import"
    with pytest.raises(Refused, match="cannot be searched by a program"), make_http(tmp_path) as http:
        list(source.pages(Search("google-scholar", "scholar", "x", "x"), http))
