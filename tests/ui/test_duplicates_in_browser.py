"""The page for uncertain pairs, driven by keyboard in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from browsing import chromium, complaints, pixels_cut, serious_faults
from small_review import doubtful_review

from harvester.store import decisions, open_store

pytest.importorskip("datasette", reason="datasette is not installed (harvester[ui])")


def until(true: Callable[[], Any]) -> None:
    """Wait until it is true, ten seconds at most."""
    end = monotonic() + 10
    while not true():
        assert monotonic() < end, "it did not happen"
        sleep(0.02)


def state(browser: Any) -> str:
    """What the page says of how far one is."""
    return str(browser.find_element("id", "state").text)


def begin(browser: Any, entrance: str, name: str, *, second: bool = False) -> None:
    """Open the page, say one's name, and wait for the keyboard to be the page's."""
    browser.get(entrance)
    if second:
        browser.find_element("id", "second").click()
    field = browser.find_element("id", "reviewer")
    field.clear()
    field.send_keys(name, "\n")
    until(lambda: state(browser))
    until(lambda: "Nothing left" in state(browser) or browser.switch_to.active_element.get_attribute("id") == "same")


def press(browser: Any, key: str, then: str) -> None:
    """Press a key and wait for the page to say so."""
    browser.switch_to.active_element.send_keys(key)
    until(lambda: then in state(browser))


@pytest.mark.slow
def test_twenty_pairs_by_keyboard_are_kept(tmp_path: Path) -> None:
    """Twenty decided, one undone, one put off; after a reload and after a restart all of it is kept."""
    from harvester.ui import serve

    path = tmp_path / "review.db"
    doubtful_review(path).close()
    with chromium() as browser:
        with serve(path, port=0) as server:
            begin(browser, server.entrance, "Ana")
            assert state(browser) == "0 decided by you, 24 left"
            assert browser.find_elements("css selector", "mark")
            assert "<b>report</b>" in browser.find_element("id", "fields").text
            assert not browser.find_elements("css selector", "#fields b")
            for done in range(1, 21):
                press(browser, "s" if done % 2 else "d", f"{done} decided by you, {24 - done} left")
            press(browser, "u", "19 decided by you, 5 left")
            press(browser, "l", "19 decided by you, 5 left, 1 of them put off")
            browser.refresh()
            begin(browser, server.entrance, "Ana")
            assert state(browser) == "19 decided by you, 5 left, 1 of them put off"
            assert complaints(browser) == []
        with open_store(path, write=False) as store:
            kept = decisions.standing(store)
            works = store.value("select count(*) from works")
        assert len(kept) == 19
        assert {row["decided_by"] for row in kept} == {"Ana"}
        assert works == 48 - 10
        with serve(path, port=0) as server:
            begin(browser, server.entrance, "Ana")
            assert state(browser) == "19 decided by you, 5 left, 1 of them put off"


def test_two_reviewers_see_how_far_they_agree(tmp_path: Path) -> None:
    """A second name gets the pairs the first decided, blind; agreement and the conflict are shown, and settled."""
    from harvester.ui import serve

    path = tmp_path / "review.db"
    doubtful_review(path, 3).close()
    with chromium() as browser, serve(path, port=0) as server:
        begin(browser, server.entrance, "Ana")
        for done, key in enumerate("sds", 1):
            press(browser, key, f"{done} decided by you")
        begin(browser, server.entrance, "Ben")
        assert state(browser) == "Nothing left to decide. 0 decided by you."
        begin(browser, server.entrance, "Ben", second=True)
        assert state(browser) == "0 decided by you, 3 left"
        assert "Ana" not in browser.find_element("id", "pair").text
        for done, key in enumerate("sdd", 1):
            press(browser, key, f"{done} decided by you")
        until(lambda: "of 3" in browser.find_element("id", "agreement").text)
        assert browser.find_element("id", "agreement").text == "Ana and Ben: 2 of 3 pairs alike, Cohen's kappa 0.40"
        assert "Ana: same, Ben: different" in browser.find_element("id", "conflicts").text
        browser.find_element("css selector", "#conflicts button").click()
        until(lambda: browser.find_elements("css selector", "#fields tr"))
        browser.find_element("id", "same").click()
        until(lambda: not browser.find_elements("css selector", "#conflicts li"))


@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, False), (False, True)])
def test_the_page_is_whole_and_accessible(tmp_path: Path, dark: bool, phone: bool) -> None:
    """In light, dark and on a phone nothing is cut and axe-core finds no serious fault."""
    from harvester.ui import serve

    path = tmp_path / "review.db"
    doubtful_review(path, 2).close()
    with serve(path, port=0) as server, chromium(dark=dark, phone=phone) as browser:
        begin(browser, server.entrance, "Ana")
        until(lambda: browser.find_elements("css selector", "#fields tr"))
        browser.save_screenshot(str(tmp_path / "page.png"))
        assert pixels_cut(browser) == []
        assert complaints(browser) == []
        assert serious_faults(browser) == []
