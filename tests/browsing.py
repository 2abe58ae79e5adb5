"""A headless Chromium for the tests that look at pages; they are skipped where it or selenium is not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def chromium(*, width: int = 1280, height: int = 900, dark: bool = False, phone: bool = False) -> Iterator[Any]:
    """A browser of that size; `dark` and `phone` are what they say. Skips the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (harvester[browser])")
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        if dark:
            features = [{"name": "prefers-color-scheme", "value": "dark"}]
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        if phone:
            size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield browser
    finally:
        browser.quit()


def complaints(browser: Any) -> list[str]:
    """What the browser complained of: scripts that failed, what a policy refused, files that were not there."""
    return [entry["message"] for entry in browser.get_log("browser") if "favicon.ico" not in entry["message"]]


def serious_faults(browser: Any) -> list[str]:
    """Serious and critical accessibility faults that axe-core finds; the test is skipped without it.

    `AXE_CORE` names its axe.min.js (npm install axe-core).
    """
    path = os.environ.get("AXE_CORE", "")
    if not path or not Path(path).is_file():
        pytest.skip("AXE_CORE names no axe.min.js")
    # By the debugging protocol, which a page's own policy does not bind.
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": Path(path).read_text(encoding="utf-8")})
    said = browser.execute_async_script(
        "const done = arguments[0]; axe.run().then(done, (e) => done({error: '' + e}));"
    )
    assert "error" not in said, said
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in said["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def pixels_cut(browser: Any) -> list[str]:
    """Elements whose text is wider than their box and cannot be scrolled to; the page itself must not scroll aside."""
    return list(
        browser.execute_script(
            """
            const found = [];
            if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
              found.push('page: ' + document.documentElement.scrollWidth);
            for (const e of document.querySelectorAll('h1,h2,h3,p,li,td,th,button,summary,pre,.tile,.note')) {
              if (!e.offsetParent) continue;
              const way = getComputedStyle(e).overflowX;
              if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth && way !== 'auto' && way !== 'scroll')
                found.push(e.tagName + ': ' + e.textContent.slice(0, 60));
            }
            return found;
            """
        )
    )
