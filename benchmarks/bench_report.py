"""The report of 5,000 records: seconds to write, size, seconds to open in Chromium (where that is installed)."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

RECORDS = 5_000


def main() -> None:
    """Print the measures."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from small_review import add_run, paper

    from harvester.report import report
    from harvester.store import open_store

    with tempfile.TemporaryDirectory() as folder:
        with open_store(Path(folder) / "review.db") as store:
            add_run(store, {"pubmed": [paper(number) for number in range(1, RECORDS + 1)]})
            begun = perf_counter()
            page = report(store, Path(folder) / "out")[0]
            written = perf_counter() - begun
        print(f"report of {RECORDS:,} records: {written:.2f} s to write, {page.stat().st_size / 1e6:.2f} MB")
        print(f"opened in Chromium in {_opened(page)}")


def _opened(page: Path) -> str:
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
    except ImportError:
        return "an unknown time: selenium is not installed"
    if binary is None or driver is None:
        return "an unknown time: chromium and chromedriver are not installed"
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.get("about:blank")
        begun = perf_counter()
        browser.get(page.as_uri())
        return f"{perf_counter() - begun:.2f} s"
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
