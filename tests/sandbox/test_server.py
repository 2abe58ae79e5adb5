"""The server: clock, rate limit, faults, log, and how it speaks HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import UsageError
from harvester.sandbox import Sandbox
from harvester.sandbox.faults import KINDS, PASSING, Plan, read_plan
from harvester.sandbox.limits import RateLimit

SEARCH = "/entrez/eutils/esearch.fcgi?db=pubmed&retmode=json&term=community%5Btiab%5D"
FETCH = "/entrez/eutils/efetch.fcgi?db=pubmed&id={}"


def get(server: Sandbox, path: str) -> tuple[int, bytes]:
    """Status and body of a GET."""
    try:
        with urllib.request.urlopen(server.address + path, timeout=20) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def count(server: Sandbox) -> int:
    """How many records exist."""
    told = json.loads(get(server, SEARCH.replace("community%5Btiab%5D", "all%5Bsb%5D"))[1])
    return int(told["esearchresult"]["count"])


def test_the_clock_can_be_moved() -> None:
    """By attribute and by POST; records come and go with it; a wrong day is refused."""
    with Sandbox(1500, date(2022, 7, 31), rate_limit=False) as server:
        before = count(server)
        server.clock = date(2023, 5, 31)
        after = count(server)
        assert after > before
        request = urllib.request.Request(f"{server.address}/clock?as_of=2022-07-31", method="POST")
        with urllib.request.urlopen(request) as answer:
            assert json.loads(answer.read()) == {"as_of": "2022-07-31"}
        assert server.clock == date(2022, 7, 31)
        assert count(server) == before
        assert get(server, "/clock")[1] == b'{"as_of":"2022-07-31"}'
        with pytest.raises(HTTPError):
            urllib.request.urlopen(urllib.request.Request(f"{server.address}/clock?as_of=soon", method="POST"))


@pytest.mark.parametrize(("key", "limit"), [("", 3), ("a-key", 10)])
def test_the_rate_limit_is_a_sliding_second(key: str, limit: int) -> None:
    """So many requests in any second and no more; the window slides, it does not jump."""
    guard = RateLimit()
    times = [0.1 * number / limit for number in range(limit)]
    assert [guard.refuse(key, "127.0.0.1", at) for at in times] == [None] * limit
    refused = guard.refuse(key, "127.0.0.1", 0.95)
    assert refused is not None
    assert refused.status == 429
    body = json.loads(refused.body)
    assert (body["error"], body["limit"], body["count"]) == ("API rate limit exceeded", str(limit), str(limit + 1))
    assert "a-key" not in refused.body.decode()
    assert guard.refuse(key, "127.0.0.1", 1.001) is None
    assert guard.refuse(key, "127.0.0.1", 1.002) is not None


def test_too_many_requests_are_refused_over_http() -> None:
    """The fourth request within a second draws a 429 without Retry-After; with a key it does not."""
    with Sandbox(50) as server:
        codes = [get(server, SEARCH)[0] for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        assert [get(server, f"{SEARCH}&api_key=secret")[0] for _ in range(6)] == [200] * 6


def test_secrets_are_not_in_the_log() -> None:
    """api_key and email are redacted, in the list and at /requests.json."""
    with Sandbox(50, rate_limit=False) as server:
        get(server, f"{SEARCH}&api_key=topsecret&email=me%40example.org&tool=t")
        assert server.requests[0]["params"]["api_key"] == "redacted"
        assert server.requests[0]["params"]["tool"] == "t"
        assert server.requests[0]["service"] == "esearch"
        told = get(server, "/requests.json")[1]
        assert b"topsecret" not in told
        assert b"example.org" not in told


def test_one_connection_serves_many_requests_and_gzip_is_given_when_asked() -> None:
    """HTTP/1.1 keep-alive; Content-Encoding only for who accepts it."""
    with Sandbox(300, rate_limit=False) as server:
        host = server.address.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=10)
        bodies: list[Any] = []
        for encoding in ("identity", "gzip"):
            connection.request("GET", f"{SEARCH}&retmax=200", headers={"Accept-Encoding": encoding})
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.getheader("Content-Encoding") == "gzip") == (encoding == "gzip")
            assert answer.version == 11
            bodies.append(gzip.decompress(body) if encoding == "gzip" else body)
            sock = connection.sock
        assert bodies[0] == bodies[1]
        assert sock is connection.sock is not None
        form = "db=pubmed&retmode=json&term=community%5Btiab%5D&retmax=200"
        connection.request("POST", "/entrez/eutils/esearch.fcgi", body=form)
        assert connection.getresponse().read() == bodies[0]
        connection.close()


def test_latency_is_added() -> None:
    """Every answer of E-utilities takes at least so long."""
    with Sandbox(50, latency=120, rate_limit=False) as server:
        started = time.monotonic()
        get(server, SEARCH)
        assert time.monotonic() - started >= 0.12
        assert server.requests[0]["milliseconds"] >= 120


def test_faults_strike_where_the_plan_says() -> None:
    """Each kind at its request; what is not struck is as ever."""
    plan = "429@2,html500@3,json-error-in-200@4,empty@5,502@6,503@7,count-drift@8,429-in-200@10,html200@11"
    with Sandbox(200, rate_limit=False, faults=plan) as server:
        told = [get(server, SEARCH) for _ in range(11)]
        right = json.loads(told[0][1])["esearchresult"]["count"]
        assert [status for status, _ in told] == [200, 429, 500, 200, 200, 502, 503, 200, 200, 200, 200]
        assert b"WWW Error 500" in told[2][1]
        assert json.loads(told[3][1])["esearchresult"]["ERROR"].startswith("Search Backend failed")
        assert told[4][1] == b""
        assert json.loads(told[7][1])["esearchresult"]["count"] == str(int(right) + 3)
        assert told[8] == told[0]
        assert json.loads(told[9][1])["error"] == "API rate limit exceeded"
        assert told[10][1].startswith(b"<!DOCTYPE html>")
        assert [entry["fault"] for entry in server.requests][:3] == ["", "429", "html500"]


def test_faults_of_the_wire() -> None:
    """reset closes the connection, short breaks the promise of Content-Length, truncated keeps it."""
    with Sandbox(200, rate_limit=False, faults="reset@1,short@2,truncated@3") as server:
        with pytest.raises((URLError, ConnectionError, http.client.HTTPException)):
            urllib.request.urlopen(server.address + SEARCH)
        with pytest.raises(http.client.IncompleteRead):
            urllib.request.urlopen(server.address + SEARCH).read()
        with pytest.raises(json.JSONDecodeError):
            json.loads(get(server, SEARCH)[1])
        assert get(server, SEARCH)[0] == 200


def test_faults_of_efetch_are_counted_by_service() -> None:
    """`kind@n:service` counts that service's requests alone."""
    plan = "truncated@2:efetch,drop-record@3:efetch,bad-xml@4:efetch,repeat-page@6:efetch,webenv-expired@7:efetch"
    with Sandbox(300, date(2024, 1, 1), rate_limit=False, faults=plan) as server:
        kept = json.loads(get(server, f"{SEARCH}&usehistory=y")[1])["esearchresult"]
        where = f"/entrez/eutils/efetch.fcgi?db=pubmed&WebEnv={kept['webenv']}&query_key=1&retmax=10"
        pages = [get(server, f"{where}&retstart={start}") for start in (0, 0, 0, 0, 0, 10, 0)]
        whole = pages[0][1]
        assert whole.count(b"</PubmedArticle>") + whole.count(b"</PubmedBookArticle>") == 10
        assert pages[1][1] == whole[: len(whole) // 2]
        assert pages[2][1].count(b"</PubmedArticle>") == whole.count(b"</PubmedArticle>") - 1
        assert b"Fish & chips" in pages[3][1]
        assert pages[4][1] == pages[5][1] == whole
        assert pages[6][0] == 400
        assert b"Unable to obtain query #1" in pages[6][1]


@pytest.mark.parametrize(
    "plan", ["429", "429@0", "fire@1", "429@x", "429@every0", "429@1:", "@1", "seeded=7@3", "slow=-1@2"]
)
def test_a_plan_that_cannot_be_read_is_refused(plan: str) -> None:
    """The error names the part and lists what there is."""
    with pytest.raises(UsageError):
        read_plan(plan)


@given(st.sampled_from(sorted(KINDS - {"seeded": ""}.keys())), st.integers(1, 50), st.integers(0, 10))
def test_a_range_strikes_from_first_to_last(kind: str, first: int, more: int) -> None:
    """`kind@3-7` strikes requests 3 to 7 and no other."""
    plan = Plan(read_plan(f"{kind}@{first}-{first + more}"))
    struck = [number for number in range(1, 70) if plan.next("esearch")]
    assert struck == list(range(first, first + more + 1))


def test_a_seeded_plan_is_the_same_every_time() -> None:
    """`seeded=7@every10` strikes about each tenth request, the same ones of the same kinds; another seed, others."""

    def struck(seed: int) -> list[tuple[str, ...]]:
        plan = Plan(read_plan(f"seeded={seed}@every10"))
        return [tuple(fault.kind for fault in plan.next("efetch")) for _ in range(1000)]

    once = struck(7)
    assert once == struck(7)
    assert once != struck(8)
    assert 70 < sum(bool(kinds) for kinds in once) < 130
    assert {kind for kinds in once for kind in kinds} == set(PASSING)


def test_every_nth() -> None:
    """`kind@every5` strikes each fifth request."""
    plan = Plan(read_plan("429@every5"))
    assert [number for number in range(1, 21) if plan.next("efetch")] == [5, 10, 15, 20]


def test_unknown_addresses_are_404() -> None:
    """Neither a service nor a page."""
    with Sandbox(50, rate_limit=False) as server:
        for path in ("/entrez/eutils/nothing.fcgi", "/sites/nobody/", "/etc/passwd", "/sites/../x"):
            assert get(server, path)[0] == 404


def test_a_setting_out_of_range_is_refused() -> None:
    """A negative latency, a port in use."""
    with pytest.raises(UsageError):
        Sandbox(10, latency=-1)
    with Sandbox(10) as server, pytest.raises(UsageError):
        Sandbox(10, port=int(server.address.rpartition(":")[2]))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_verb_prints_one_line_and_ends_cleanly(number: signal.Signals) -> None:
    """`harvester sandbox` prints its address, serves, and ends with 0 on TERM and on Ctrl-C."""
    code = "from harvester.cli import main; main()"
    command = [sys.executable, "-c", code, "sandbox", "--records", "100", "--as-of", "2022-07-31"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}/clock") as answer:
            assert answer.read() == b'{"as_of":"2022-07-31"}'
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in errors


EDIRECT = shutil.which("esearch") is not None and shutil.which("nquire") is not None


@pytest.mark.skipif(not EDIRECT, reason="NCBI EDirect is not installed")
def test_edirect_lives_on_it(tmp_path: Path) -> None:
    """esearch | efetch of NCBI's own command line, pointed here by -base."""
    with Sandbox(2000, date(2022, 7, 31), rate_limit=False) as server:
        base = f"{server.address}/entrez/eutils/"
        script = (
            f"esearch -base {base} -db pubmed -query '\"community navigator*\"[tiab]' | "
            f"efetch -base {base} -format uilist"
        )
        quiet = {**os.environ, "HOME": str(tmp_path), "EMAIL": "someone@example.org"}
        told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, env=quiet, check=True)
        query = "%22community+navigator*%22%5Btiab%5D&retmax=999"
        expected = json.loads(get(server, SEARCH.replace("community%5Btiab%5D", query))[1])["esearchresult"]["idlist"]
        assert sorted(told.stdout.split()) == sorted(expected) != []
