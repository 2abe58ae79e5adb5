"""With the network off every source fails by its name; none of them says zero."""

from __future__ import annotations

import contextlib
import re
import socket
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
import requests
import responses
from fake_pubmed import Clock, make_http

from harvester import plan, sources
from harvester.config import Config
from harvester.errors import Refused, SourceError, Unavailable
from harvester.http import Http
from harvester.strategy import read
from harvester.window import DateField, Window

STRATEGY = """
[review]
name = "made-up"
title = "A made-up review"

[[block]]
name = "A"
title = "Workers"
terms = ["link worker*", "social refer* link work*"]

[[block]]
name = "B"
title = "Conditions"
terms = ["mental health"]

[sources]
use = ["pubmed"]

[expand]
"refer*" = ["refer", "referral"]
"""
ASKED = [name for name in sources.names() if sources.get(name).info.kind == "api"]


@pytest.fixture
def nowhere(tmp_path: Path) -> Http:
    """A client whose every request goes to a port of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    clock = Clock()
    return Http(Config(), base=f"http://127.0.0.1:{port}", state=tmp_path, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("name", ASKED)
def test_an_unreachable_source_is_unavailable_by_name(nowhere: Http, name: str) -> None:
    """Neither its count nor its records are zero: both raise, exit code 4, the name before, a hint behind."""
    source = sources.get(name)
    search = plan.make(read(STRATEGY, "made-up.toml", "0" * 64), source.info, on=date(2026, 1, 1))
    for ask in (lambda: source.count(search, nowhere), lambda: list(source.pages(search, nowhere))):
        with pytest.raises(Unavailable, match=f"^{name}: .*could not be reached") as caught:
            ask()
        assert caught.value.exit_code == 4
        assert caught.value.hint


@pytest.mark.parametrize("name", ASKED)
def test_a_source_without_its_key_says_which(tmp_path: Path, name: str) -> None:
    """What needs a credential and has none is refused before anything is sent, naming the variable."""
    source = sources.get(name)
    needed = [each.env for each in source.info.credentials if each.required]
    if not needed:
        pytest.skip("needs no credential")
    search = plan.make(read(STRATEGY, "made-up.toml", "0" * 64), source.info, on=date(2026, 1, 1))
    with Http(Config(), state=tmp_path) as http, pytest.raises(Refused) as caught:
        source.count(search, http)
    assert isinstance(caught.value, SourceError)
    assert any(env in str(caught.value) + caught.value.hint for env in needed)


@pytest.mark.parametrize("name", [name for name in sources.names() if sources.get(name).info.kind == "import"])
def test_a_source_searched_by_hand_is_refused(nowhere: Http, name: str) -> None:
    """What no program can search says how its records are had, and has a text to paste."""
    source = sources.get(name)
    search = plan.make(read(STRATEGY, "made-up.toml", "0" * 64), source.info, on=date(2026, 1, 1))
    assert "mental health" in search.text
    with pytest.raises(Refused, match="cannot be searched by a program") as caught:
        source.count(search, nowhere)
    assert f"--source {name}" in caught.value.hint


def sent(name: str, window: Window, state: Path) -> str:
    """All that is sent for a search of a window, addresses and bodies, read plainly; every answer is a refusal."""
    source = sources.get(name)
    search = plan.make(
        read(STRATEGY, "made-up.toml", "0" * 64), source.info, window=window, kind="update", on=date(2026, 1, 1)
    )
    heard: list[str] = []

    def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        heard.append(unquote_plus(f"{request.url} {body}"))
        if "uidauth" in str(request.url) or "CreateSession" in str(request.url):
            return (
                200,
                {"Content-Type": "application/json"},
                '{"AuthToken": "tokenAAAA", "SessionToken": "sessionBBBB"}',
            )
        return 400, {"Content-Type": "text/plain"}, "no"

    given = {"OAI_PMH_URL": "https://example.org/oai", "GREYGUIDE_OAI_URL": "https://example.org/oai"}
    given |= {each.env: "you@example.org" if "EMAIL" in each.env else "some-key" for each in source.info.credentials
              if not each.env.endswith("URL")}  # fmt: skip
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, make_http(state, given=given) as http:
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(".*"), reply)
        with contextlib.suppress(SourceError):
            list(source.pages(search, http))
    return " ".join(heard)


@pytest.mark.parametrize(("name", "by"), [(name, by) for name in ASKED for by in sources.get(name).info.windows])
def test_a_window_reaches_the_source(tmp_path: Path, name: str, by: DateField) -> None:
    """The first day of a window is in what is sent, in the source's own way of writing days, months or years."""
    asked = sent(name, Window(by, date(2021, 8, 3), date(2023, 5, 31)), tmp_path)
    assert any(day in asked for day in ("2021-08-03", "2021/08/03", "20210803", "2021-08", "=2021", "[2021"))


@pytest.mark.parametrize("name", ASKED)
def test_a_window_is_asked_for_or_said_to_be_lost(name: str) -> None:
    """A source that honours a date field is sent the window; one that does not says that everything is asked for."""
    info = sources.get(name).info
    strategy = read(STRATEGY, "made-up.toml", "0" * 64)
    for by in DateField:
        window = Window(by, date(2022, 8, 1), date(2023, 5, 31))
        made = plan.make(strategy, info, window=window, kind="update", on=date(2026, 1, 1))
        assert (made.window == window) == (by in info.windows)
        assert (by in info.windows) != any(loss.what == str(window) for loss in made.losses)
