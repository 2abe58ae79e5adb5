"""The report looked at in a real browser: wide, on a phone, dark, on paper; nothing is asked for, nothing is cut."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from browsing import chromium, complaints, pixels_cut, serious_faults
from small_review import add_run, paper, small_review

from harvester.report import report

LONG = "A very long title without any end " * 60


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with everything in it: an update, a failed source, long and hostile titles, known studies."""
    folder = tmp_path_factory.mktemp("report")
    known = folder / "known.json"
    known.write_text(json.dumps([{"title": paper(1).title, "doi": "10.1000/1"}, {"title": LONG}]), encoding="utf-8")
    titles = [LONG, "W" * 2000, "<script>document.title='run'</script>", "مراجعة منهجية للأدبيات", "👩‍⚕️ 🧪"]
    with small_review(folder / "review.db") as store:
        add_run(
            store,
            {"pubmed": [paper(200 + place, title) for place, title in enumerate(titles)], "cinahl": []},
            kind="update",
            state="failed",
        )
        return report(store, folder / "out", known=known)[0]


def requests(browser: Any) -> list[str]:
    """Every address that the browser asked for."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
        and message["params"]["request"]["url"].startswith(("file:", "http"))
    ]


@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, False), (False, True)])
def test_nothing_is_cut_and_nothing_is_asked_for(page: Path, dark: bool, phone: bool) -> None:
    """The page never scrolls aside, no text is cut, no script ran, no other file is asked for."""
    with chromium(dark=dark, phone=phone) as browser:
        browser.get(page.as_uri())
        assert browser.title == "made-up: search report, run 2"
        assert pixels_cut(browser) == []
        assert requests(browser) == [page.as_uri()]
        assert complaints(browser) == []


@pytest.mark.parametrize("dark", [False, True])
def test_no_serious_accessibility_fault(page: Path, dark: bool) -> None:
    """axe-core finds nothing serious, in light and in dark."""
    with chromium(dark=dark) as browser:
        browser.get(page.as_uri())
        assert serious_faults(browser) == []


def test_it_prints(page: Path, tmp_path: Path) -> None:
    """Printed, it is a PDF of several pages on A4."""
    with chromium() as browser:
        browser.get(page.as_uri())
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    body = base64.b64decode(printed["data"])
    (tmp_path / "report.pdf").write_bytes(body)
    assert body.startswith(b"%PDF")
    assert body.count(b"/Type /Page\n") + body.count(b"/Type /Page ") >= 3


@pytest.mark.slow
def test_a_large_report_is_small_and_opens_at_once(tmp_path: Path) -> None:
    """A report of 5,000 records stays under 2 MB."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(number) for number in range(1000, 6000)]})
        file = report(store, tmp_path / "out")[0]
    assert file.stat().st_size < 2_000_000
    with chromium() as browser:
        begun = perf_counter()
        browser.get(file.as_uri())
        opened = perf_counter() - begun
        assert browser.find_elements("css selector", "#history")
    assert opened < 20, "it opens in a part of a second; this only catches a page that hangs"
