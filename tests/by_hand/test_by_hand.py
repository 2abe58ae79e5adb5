"""Sources that people search: not searched is never zero, and an import is a search like any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from harvester.http import Http
from harvester.importing import take_in
from harvester.run import run
from harvester.sources import get
from harvester.sources.base import Page
from harvester.store import Store, open_store, pages
from harvester.strategy import read

HTTP: Http = None  # type: ignore[assignment]  # nobody is asked
TEXT = """
[review]
name = "by-hand"
title = "A made-up review"

[[block]]
name = "A"
title = "Workers"
terms = ["link worker*"]

[sources]
use = ["cinahl"]
"""
RIS = (
    "TY  - JOUR\nTI  - Invented link workers\nAN  - 1001\nDO  - 10.5555/one\nER  - \n\n"
    "TY  - JOUR\nTI  - Made-up navigators\nAN  - 1002\nER  - \n"
)


def told(store: Store) -> dict[str, Any]:
    """What a run says of CINAHL."""
    report = run(read(TEXT, "by-hand.toml", "0" * 64), store, HTTP, today=date(2023, 1, 2))
    assert report.exit_code == 0
    found: dict[str, Any] = report.said["sources"][0]
    return found


def test_a_source_that_nobody_searched_is_not_zero(tmp_path: Path) -> None:
    """The run is done, and of CINAHL it says not searched, no number, and what to do."""
    with open_store(tmp_path / "a.db") as store:
        said = told(store)
    assert (said["state"], said["reported"], said["retrieved"]) == ("not-searched", None, None)
    assert "never imported" in said["error"]
    assert "harvester import FILE --source cinahl" in said["hint"]


def test_an_import_is_a_search_of_its_own(tmp_path: Path) -> None:
    """Its records are kept and counted under the source; the next run says when it was imported last."""
    file = tmp_path / "export.ris"
    file.write_text(RIS, encoding="utf-8")
    with open_store(tmp_path / "a.db") as store:
        done = take_in(store, [file], "cinahl", searched_on=date(2022, 7, 14))
        said = told(store)
        kept = [row["source_id"] for row in store.rows("select source_id from records where source = 'cinahl'")]
    assert done.files[0].new == 2
    assert len(kept) == 2
    assert "imported last: 2 records of 2022-07-14" in said["error"]


def test_a_kept_export_can_be_told_anew(tmp_path: Path) -> None:
    """The file that was imported is a page: the source reads the same records from it, and what it cannot read."""
    file = tmp_path / "export.ris"
    file.write_text(RIS, encoding="utf-8")
    with open_store(tmp_path / "a.db") as store:
        take_in(store, [file], "cinahl", searched_on=date(2022, 7, 14))
        row = store.one("select * from pages")
        assert row is not None
        body = pages.body(store, row["sha256"])
        ids = [each["source_id"] for each in store.rows("select source_id from records order by source_id")]
    source = get("cinahl")
    page = Page("records", "file", 200, body, source_day(), "", detail={"file": "export.ris"})
    records = [source.record(item) for item in source.items(page)]
    assert sorted(record.source_id for record in records) == ids
    assert {record.source for record in records} == {"cinahl"}


def source_day() -> Any:
    """A moment; which does not matter."""
    from datetime import UTC, datetime

    return datetime(2022, 7, 14, tzinfo=UTC)
