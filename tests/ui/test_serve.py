"""The server: who may read, who may write, what a write does, and what is searched and exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_review import doubtful_review, paper

from harvester.cli import invoke
from harvester.errors import UsageError
from harvester.store import Store, decisions, open_store
from harvester.ui import pairs
from harvester.ui.index import refresh

datasette = pytest.importorskip("datasette", reason="datasette is not installed (harvester[ui])")
from harvester.ui import Server, serve  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store with twelve uncertain pairs."""
    path = tmp_path_factory.mktemp("ui") / "review.db"
    doubtful_review(path, 12).close()
    with serve(path, port=0) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with four uncertain pairs."""
    with doubtful_review(tmp_path / "review.db", 4) as opened:
        yield opened


def get(address: str, opener: OpenerDirector | None = None, **headers: str) -> tuple[int, str]:
    """Status and body."""
    return send(Request(address, headers=headers), opener)


def send(request: Request, opener: OpenerDirector | None = None) -> tuple[int, str]:
    """Status and body of any request."""
    try:
        with (opener or build_opener()).open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def entered(server: Server) -> tuple[OpenerDirector, str]:
    """A browser that opened the printed address, and the secret that its page holds."""
    opener = build_opener(HTTPCookieProcessor())
    status, page = get(server.entrance, opener)
    assert status == 200
    return opener, page.split('name="harvester" content="')[1].split('"')[0]


def post(server: Server, path: str, body: object, opener: OpenerDirector | None, **headers: str) -> tuple[int, str]:
    """A write."""
    data = json.dumps(body).encode()
    named = {"Content-Type": "application/json", **headers}
    return send(Request(f"{server.address}/-/harvester/{path}", data=data, headers=named, method="POST"), opener)


def test_the_page_needs_the_token(server: Server) -> None:
    """Without the printed address the page is refused; with a wrong token too."""
    assert get(f"{server.address}/-/harvester/duplicates")[0] == 403
    assert get(f"{server.address}/-/harvester/open?token=wrong")[0] == 403
    assert get(f"{server.address}/-/harvester/queue?reviewer=Ana")[0] == 403
    assert get(f"{server.address}/-/harvester/runs")[0] == 200


def test_no_write_without_cookie_and_secret(server: Server) -> None:
    """A write needs the cookie and the page's secret, both; a form of another site has neither."""
    opener, secret = entered(server)
    body = {"a": 1, "b": 2, "verdict": "same", "reviewer": "Ana"}
    assert post(server, "decide", body, None)[0] == 403
    assert post(server, "decide", body, None, **{"X-Harvester": secret})[0] == 403
    assert post(server, "decide", body, opener)[0] == 403
    assert post(server, "decide", body, opener, **{"X-Harvester": "wrong"})[0] == 403
    assert get(f"{server.address}/-/harvester/decide", opener)[0] == 405


def test_other_host_names_are_refused(server: Server) -> None:
    """A name that leads to the loopback from outside is not answered to."""
    assert get(server.address, Host="evil.example") == (403, "This server does not answer to the name 'evil.example'.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"a": 1, "b": 2, "verdict": "same", "reviewer": ""}, "needs the name of who decides"),
        ({"a": 1, "b": 2, "verdict": "maybe", "reviewer": "Ana"}, "'maybe' is no decision"),
        ({"a": 1, "b": 1, "verdict": "same", "reviewer": "Ana"}, "is one record"),
        ({"a": 1, "b": 99999, "verdict": "same", "reviewer": "Ana"}, "there is no record 99999"),
        ({"a": "x", "b": 2, "verdict": "same", "reviewer": "Ana"}, "'x' is no number"),
        ([], "needs the name of who decides"),
        ("no object", "needs the name of who decides"),
    ],
)
def test_a_wrong_write_is_refused_in_words(server: Server, body: object, said: str) -> None:
    """What cannot be decided is refused with a sentence, and nothing is kept."""
    opener, secret = entered(server)
    status, answer = post(server, "decide", body, opener, **{"X-Harvester": secret})
    assert status == 400
    told = json.loads(answer)
    assert said in told["message"]
    assert told["ok"] is False


def test_a_decision_is_that_of_the_duplicates_verb(server: Server) -> None:
    """A decision is in the store at once under its reviewer's name, and can be taken back by its own reviewer alone."""
    opener, secret = entered(server)
    key = {"X-Harvester": secret}
    status, answer = post(server, "decide", {"a": 4, "b": 3, "verdict": "same", "reviewer": " Ana  B "}, opener, **key)
    assert status == 200
    number = json.loads(answer)["number"]
    queue = json.loads(get(f"{server.address}/-/harvester/queue?reviewer=Ana%20B", opener)[1])
    assert (queue["decided"], queue["left"], queue["last"]["id"]) == (1, 11, number)
    assert post(server, "undo", {"number": number, "reviewer": "Ben"}, opener, **key)[0] == 400
    assert post(server, "undo", {"number": number, "reviewer": "Ana B"}, opener, **key)[0] == 200
    assert json.loads(get(f"{server.address}/-/harvester/queue?reviewer=Ana%20B", opener)[1])["left"] == 12


def test_a_store_in_use_keeps_the_reviewer_informed(server: Server) -> None:
    """While another verb writes, a decision is refused with a sentence and not lost in silence."""
    opener, secret = entered(server)
    with open_store(server._writer._path):
        body = {"a": 5, "b": 6, "verdict": "same", "reviewer": "Ana"}
        status, answer = post(server, "decide", body, opener, **{"X-Harvester": secret})
    assert status == 409
    assert "is in use by another harvester" in json.loads(answer)["message"]


def test_records_are_searched_and_exported_whole(server: Server) -> None:
    """Full-text search finds records, and `.ris` of the view holds all of them, not one page."""
    status, page = get(f"{server.address}/review/records?_search=Cardiff&_size=1")
    assert status == 200
    assert "&lt;b&gt;report&lt;/b&gt;" in page
    assert "<b>report</b>" not in page
    ris = get(f"{server.address}/review/records.ris?_search=Cardiff&_size=1")[1]
    assert ris.count("TY  - ") == 4
    assert get(f"{server.address}/review/records.ris")[1].count("TY  - ") == 24
    assert get(f"{server.address}/review/records.ris?year=1900")[1].count("TY  - ") == 0


def test_the_search_index_follows_the_records(store: Store) -> None:
    """The index is made once, and anew when records came."""
    assert refresh(store)
    assert store.value("select count(*) from records_fts where records_fts match 'leeds'") == 0
    made = store.value("select stands from records_fts_made")
    assert refresh(store)
    assert store.value("select stands from records_fts_made") == made
    from small_review import add_run

    add_run(store, {"pubmed": [paper(900, "Link workers and mental health in Leeds")]})
    assert refresh(store)
    assert store.value("select count(*) from records_fts where records_fts match 'leeds'") == 1


def test_putting_off_and_second_opinions(store: Store) -> None:
    """Pairs put off come last; a second reviewer is given what the first decided only when asked for."""
    first = pairs.queue(store, "Ana")["pairs"][0]
    pairs.put_off(store, first["a"], first["b"], "Ana")
    told = pairs.queue(store, "Ana")
    assert (told["pairs"][-1]["a"], told["pairs"][-1]["later"], told["put_off"]) == (first["a"], True, 1)
    assert pairs.queue(store, "Ben")["put_off"] == 0
    pairs.decide(store, first["a"], first["b"], "different", "Ana")
    assert pairs.queue(store, "Ana")["put_off"] == 0
    assert pairs.queue(store, "Ben")["left"] == 3
    assert pairs.queue(store, "Ben", second=True)["left"] == 4
    pairs.decide(store, first["a"], first["b"], "same", "Ben")
    assert [each["votes"] for each in pairs.agreed(store)["conflicts"]] == [{"Ana": "different", "Ben": "same"}]
    pairs.decide(store, first["a"], first["b"], "same", "consensus")
    assert pairs.agreed(store)["conflicts"] == []
    assert len(decisions.standing(store)) == 3


def test_a_server_that_was_killed_applies_what_was_decided(tmp_path: Path) -> None:
    """Decisions kept by a server that never judged them are applied when the next one starts."""
    path = tmp_path / "review.db"
    with doubtful_review(path, 2) as store:
        before = store.value("select count(*) from works")
        pair = pairs.queue(store, "Ana")["pairs"][0]
        pairs.decide(store, pair["a"], pair["b"], "same", "Ana")
        assert store.value("select count(*) from works") == before
    with serve(path, port=0), open_store(path, write=False) as store:
        assert store.value("select count(*) from works") == before - 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_differences_hold_the_whole_text(left: str, right: str) -> None:
    """The pieces of each side together are its text; equal texts differ nowhere."""
    a, b = pairs.differences(left, right)
    assert ("".join(text for text, _ in a), "".join(text for text, _ in b)) == (left, right)
    if left == right:
        assert not any(differs for _, differs in [*a, *b])


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b", None])
def test_a_reviewer_has_a_name(name: object) -> None:
    """No name, one too long or one with control characters decides nothing."""
    with pytest.raises(UsageError):
        pairs.reviewer_name(name)


def test_a_port_that_is_taken_is_said(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use is a usage error with the one thing to try."""
    doubtful_review(tmp_path / "review.db", 1).close()
    assert invoke(["serve", "--port", str(server.port), "--db", str(tmp_path / "review.db")]) == 2
    assert "--port 0 takes any" in capsys.readouterr().err
