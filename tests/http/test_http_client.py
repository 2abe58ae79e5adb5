"""The HTTP client: it tries again what passes, refuses what does not, and lets no credential out."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from harvester.config import Config
from harvester.errors import Changed, ConfigError, HarvesterError, Refused, Unavailable
from harvester.http import Answer, Http, TryAgain, redact

URL = "https://example.org/api"
SECRET = "abc123SECRETkey"
FORM = {"term": "x", "api_key": SECRET, "email": "me@example.org"}


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """The time of a test."""
    return Clock()


@pytest.fixture
def http(tmp_path: Path, clock: Clock) -> Iterator[Http]:
    """A client that waits for nothing."""
    with Http(state=tmp_path, clock=clock, sleep=clock.sleep, chance=lambda: 1.0) as client:
        yield client


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    """Answers in place of the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as found:
        yield found


def test_a_post_carries_its_parameters_in_the_body(http: Http, mock: responses.RequestsMock) -> None:
    """No address holds a parameter, so no proxy's or server's log does."""
    mock.post(URL, body=b"<ok/>", content_type="text/xml; charset=UTF-8")
    answer = http.ask(URL, params=FORM, per_second=3)
    assert answer.body == b"<ok/>"
    assert answer.media_type == "text/xml"
    sent = mock.calls[0].request
    assert sent.url == URL
    assert sent.body == b"term=x&api_key=abc123SECRETkey&email=me%40example.org"


def test_the_request_that_is_kept_holds_no_credential(http: Http, mock: responses.RequestsMock) -> None:
    """What goes to the store shows the term and hides key and address."""
    mock.post(URL, body=b"ok")
    assert http.ask(URL, params=FORM).request == f"POST {URL} term=x&api_key=REDACTED&email=REDACTED"


def test_every_request_has_timeouts(http: Http, mock: responses.RequestsMock) -> None:
    """A server that falls silent cannot hold the program for ever."""
    mock.post(URL, body=b"ok")
    http.ask(URL)
    assert mock.calls[0].request.req_kwargs["timeout"] == (10.0, 60.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(http: Http, mock: responses.RequestsMock, clock: Clock, status: int) -> None:
    """Twice as long a pause each time; the third answer counts."""
    mock.post(URL, status=status, body=b"busy")
    mock.post(URL, status=status, body=b"busy")
    mock.post(URL, body=b"ok")
    assert http.ask(URL, per_second=100).body == b"ok"
    assert sum(clock.slept) == pytest.approx(3.0, abs=0.4)


def test_retry_after_is_obeyed(http: Http, mock: responses.RequestsMock, clock: Clock) -> None:
    """The server's own number of seconds is the least that is waited."""
    mock.post(URL, status=429, headers={"Retry-After": "17"})
    mock.post(URL, body=b"ok")
    http.ask(URL, per_second=100)
    assert sum(clock.slept) >= 17


def test_a_retry_after_of_hours_is_told_at_once(http: Http, mock: responses.RequestsMock, clock: Clock) -> None:
    """Nobody waits for hours in front of a silent program."""
    mock.post(URL, status=503, headers={"Retry-After": "7200"})
    with pytest.raises(Unavailable, match="7200"):
        http.ask(URL)
    assert len(mock.calls) == 1


@pytest.mark.parametrize("text", ["soon", "Wed, 99 Foo", ""])
def test_an_unreadable_retry_after_is_passed_over(http: Http, mock: responses.RequestsMock, text: str) -> None:
    """A malformed header costs nothing but the usual pause."""
    mock.post(URL, status=503, headers={"Retry-After": text})
    mock.post(URL, body=b"ok")
    assert http.ask(URL).body == b"ok"


def test_the_tries_are_bounded(http: Http, mock: responses.RequestsMock) -> None:
    """After six tries the failure is told, with what the server said and what to do."""
    mock.post(URL, status=502, body=b"Bad Gateway")
    with pytest.raises(Unavailable, match="HTTP 502: Bad Gateway") as caught:
        http.ask(URL, source="pubmed")
    assert len(mock.calls) == 6
    assert caught.value.exit_code == 4
    assert caught.value.source == "pubmed"
    assert caught.value.hint


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414])
def test_a_refusal_is_not_tried_again(http: Http, mock: responses.RequestsMock, status: int) -> None:
    """A 4xx is final."""
    mock.post(URL, status=status, body=b"no")
    with pytest.raises(Refused, match=str(status)):
        http.ask(URL)
    assert len(mock.calls) == 1


def test_a_judge_may_ask_for_another_try(http: Http, mock: responses.RequestsMock) -> None:
    """What counts as an answer is the source's own rule."""
    mock.post(URL, body=b"<html>Sorry</html>", content_type="text/html")
    mock.post(URL, body=b"<data/>", content_type="text/xml")

    def judge(answer: Answer) -> None:
        if answer.is_html:
            raise TryAgain("a web page came")

    assert http.ask(URL, judge=judge).body == b"<data/>"


def test_a_complaint_of_too_many_requests_stops_every_client_of_the_machine(
    tmp_path: Path, mock: responses.RequestsMock, clock: Clock
) -> None:
    """The pause is written where all processes look."""
    mock.post(URL, status=429, headers={"Retry-After": "30"})
    mock.post(URL, body=b"ok")
    mock.post(URL, body=b"ok")
    one = Http(state=tmp_path, clock=clock, sleep=clock.sleep, chance=lambda: 1.0, tries=1)
    two = Http(state=tmp_path, clock=clock, sleep=clock.sleep, chance=lambda: 1.0, tries=2)
    began = clock.now
    two.ask(URL, per_second=3)
    assert clock.now - began >= 30
    one.ask(URL, per_second=3)
    assert len(mock.calls) == 3


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        (requests.ConnectTimeout("x"), 6),
        (requests.ReadTimeout("x"), 6),
        (requests.exceptions.ChunkedEncodingError("x"), 6),
        (requests.exceptions.ContentDecodingError("x"), 6),
        (requests.ConnectionError(ConnectionResetError(104, "Connection reset by peer")), 6),
        (requests.ConnectionError(OSError(111, "Connection refused")), 3),
        (requests.exceptions.SSLError("certificate verify failed"), 3),
        (requests.exceptions.InvalidHeader("x"), 3),
    ],
)
def test_broken_connections_end_as_unavailable(
    http: Http, mock: responses.RequestsMock, failure: Exception, tries: int
) -> None:
    """Whatever breaks below, it is the source's failure and is tried a bounded number of times."""
    mock.post(URL, body=failure)
    with pytest.raises(Unavailable):
        http.ask(URL)
    assert len(mock.calls) == tries


def test_no_error_shows_a_credential(
    http: Http, mock: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither message, traceback, exception chain nor log holds the key or the address, whoever quotes them."""
    caplog.set_level(logging.DEBUG)
    failures: list[Any] = [
        {"body": requests.ConnectionError(f"Max retries exceeded with url: /?api_key={SECRET}&email=me%40example.org")},
        {"body": requests.exceptions.InvalidURL(f"{URL}?api_key={SECRET}")},
        {"status": 500, "body": f'{{"error":"bad","api-key":"{SECRET}"}}'},
        {"status": 400, "body": f"unknown key {SECRET} of me@example.org"},
        {"status": 302, "headers": {"Location": f"https://elsewhere.example/?api_key={SECRET}"}},
    ]
    for failure in failures:
        mock.reset()
        mock.post(URL, **failure)
        with pytest.raises(HarvesterError) as caught:
            http.ask(URL, params=FORM, source="pubmed")
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.hint + caplog.text
        assert SECRET not in shown
        assert "me@example.org" not in shown
        assert "me%40example.org" not in shown


def test_redaction_finds_credentials_in_any_dress() -> None:
    """Parameters, JSON fields and plain mentions, encoded or not."""
    secret = "k/y+1 2"
    text = f'a?api_key=zzz&b=1 token=yyy {{"api-key": "xxx"}} https://me:pw@host/ {secret} k%2Fy%2B1%202 k%2Fy%2B1+2'
    shown = redact(text, [secret])
    assert shown == (
        'a?api_key=REDACTED&b=1 token=REDACTED {"api-key": "REDACTED"} https://REDACTED@host/ '
        "REDACTED REDACTED REDACTED"
    )


def test_redaction_leaves_a_query_alone() -> None:
    """A term that speaks of keys is not a credential."""
    assert redact("term=key+worker*&retmax=5") == "term=key+worker*&retmax=5"


def test_a_redirect_to_another_host_is_refused(http: Http, mock: responses.RequestsMock) -> None:
    """A query and its credentials go to nobody but the source."""
    mock.get(URL, status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(Refused, match="elsewhere"):
        http.get(URL)
    mock.post(URL, status=307, headers={"Location": f"{URL}/there"})
    with pytest.raises(Refused, match="sends on"):
        http.ask(URL)


def test_a_redirect_within_the_host_is_followed(http: Http, mock: responses.RequestsMock) -> None:
    """A GET that lacks its slash still arrives."""
    mock.get(URL, status=301, headers={"Location": "/api/"})
    mock.get(f"{URL}/", body=b"there")
    assert http.get(URL).body == b"there"


def test_redirects_do_not_go_round_for_ever(http: Http, mock: responses.RequestsMock) -> None:
    """A circle ends as a refusal."""
    mock.get(URL, status=301, headers={"Location": URL})
    with pytest.raises(Refused, match="circle"):
        http.get(URL)


def test_a_body_has_a_bound(http: Http, mock: responses.RequestsMock) -> None:
    """An endless answer does not fill the memory."""
    mock.post(URL, body=b"x" * 3000)
    with pytest.raises(Changed, match="more than"):
        http.ask(URL, max_body=2000)


def test_a_sandbox_gets_every_request(tmp_path: Path, mock: responses.RequestsMock, clock: Clock) -> None:
    """One base address stands for all hosts; the path stays."""
    mock.post("http://127.0.0.1:8123/api", body=b"ok")
    with Http(sandbox="http://127.0.0.1:8123/", state=tmp_path, clock=clock, sleep=clock.sleep) as http:
        assert http.sandboxed
        assert http.ask(URL).body == b"ok"


def test_a_map_of_bases_moves_only_the_hosts_it_names(tmp_path: Path) -> None:
    """Other hosts are asked where they are."""
    http = Http(base={"example.org": "http://localhost:99/x"}, state=tmp_path)
    assert http.address("https://example.org/a?b=c") == "http://localhost:99/x/a?b=c"
    assert http.address("https://example.com/a") == "https://example.com/a"
    assert not http.sandboxed


@pytest.mark.parametrize("address", ["", "127.0.0.1:80", "ftp://x", "http://", "nonsense"])
def test_a_base_that_is_no_address_is_refused(address: str) -> None:
    """A slip in --sandbox is told before anything is sent."""
    with pytest.raises(ConfigError, match="not an http address"):
        Http(sandbox=address)


@pytest.mark.parametrize(
    ("sandbox", "given"),
    [(None, SECRET), ("http://127.0.0.1:1", SECRET), ("http://[::1]:1", SECRET), ("https://127.evil.example", "")],
)
def test_credentials_go_to_the_owner_or_to_this_machine_only(sandbox: str | None, given: str) -> None:
    """An overridden address elsewhere never sees a key."""
    http = Http(Config(given={"NCBI_API_KEY": SECRET}), sandbox=sandbox)
    assert http.credential("NCBI_API_KEY", URL) == given


def test_loopback_goes_through_no_proxy(
    http: Http, mock: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy of the environment serves the outside, not this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    mock.get("http://127.0.0.1:5000/", body=b"ok")
    mock.get(URL, body=b"ok")
    http.get("http://127.0.0.1:5000/")
    http.get(URL)
    kwargs = [call.request.req_kwargs["proxies"] for call in mock.calls]  # type: ignore[attr-defined]
    assert "http" not in kwargs[0]
    assert kwargs[1]["https"] == "http://proxy.example:3128"


def serve(*answers: bytes) -> str:
    """A server on this machine that gives each connection the next answer, raw; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listener:
            for answer in answers:
                peer, _ = listener.accept()
                with peer:
                    peer.recv(65536)
                    peer.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def raw(body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    """An HTTP/1.1 answer."""
    size = str(len(body) if length is None else length).encode()
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: " + size, b"Connection: close", *headers, b"", body])


def test_a_body_shorter_than_promised_is_tried_again(http: Http) -> None:
    """A connection that closes early gives no answer."""
    address = serve(raw(b"half", length=100), raw(b"whole"))
    assert http.get(address).body == b"whole"


def test_a_connection_that_closes_at_once_is_tried_again(http: Http) -> None:
    """A reset before the first byte is passing."""
    assert http.get(serve(b"", raw(b"ok"))).body == b"ok"


def test_gzip_is_unpacked(http: Http) -> None:
    """The body is what the server packed."""
    assert http.get(serve(raw(gzip.compress(b"<data/>"), b"Content-Encoding: gzip"))).body == b"<data/>"


def test_damaged_gzip_is_tried_again(http: Http) -> None:
    """A body that cannot be unpacked is no answer."""
    damaged = raw(b"\x1f\x8b nonsense nonsense", b"Content-Encoding: gzip")
    assert http.get(serve(damaged, raw(b"ok"))).body == b"ok"


def test_a_bomb_of_gzip_is_bounded(http: Http) -> None:
    """The bound is on what was unpacked."""
    bomb = raw(gzip.compress(b"0" * 20_000_000), b"Content-Encoding: gzip")
    with pytest.raises(Changed, match="more than"):
        http.get(serve(bomb), max_body=1_000_000)
