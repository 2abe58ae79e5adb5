"""The verbs run, update, resume, history, verify and duplicates as a user meets them, on a sandbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harvester.cli import invoke
from harvester.sandbox import Sandbox

Call = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose clock stands at the end of July 2022."""
    with Sandbox(as_of=date(2022, 7, 31)) as server:
        yield server


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a verb in an empty folder; gives its exit code, its JSON and what it said on stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NCBI_API_KEY", "made-up-key-0123")

    def called(*words: str) -> tuple[int, Any, str]:
        code = invoke([*words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out), said.err

    return called


def test_a_search_its_update_and_what_is_kept(call: Call, sandbox: Sandbox, tmp_path: Path) -> None:
    """The July 2022 run, the May 2023 update, the history, a sound store; the key is nowhere in it."""
    sandbox.clock = date(2022, 7, 31)
    where = ("--sandbox", sandbox.address)
    code, said, _ = call("run", "link-workers", "--source", "pubmed", "--as-of", "2022-07-31", *where)
    assert code == 0
    (first,) = said["runs"]
    (source,) = first["sources"]
    assert (first["kind"], first["since"], first["until"]) == ("run", None, "2022-07-31")
    assert (source["name"], source["state"]) == ("pubmed", "complete")
    assert source["reported"] == source["retrieved"] == first["records"] > 100
    assert first["works"] == first["new"] == first["records"] - first["duplicates"]

    sandbox.clock = date(2023, 5, 31)
    code, said, err = call("update", "link-workers", "--source", "pubmed", "--until", "2023-05-31", *where)
    assert code == 0
    (second,) = said["runs"]
    assert (second["kind"], second["since"], second["until"]) == ("update", "2022-07-01", "2023-05-31")
    assert 0 < second["new"] < second["works"] < first["works"]
    assert second["vanished"] == []
    assert all(f"retracted: pubmed {each['source_id']}" in err for each in second["retracted"])

    code, said, _ = call("history")
    assert (code, [run["kind"] for run in said["runs"]]) == (0, ["run", "update"])
    assert said["runs"][0]["records"] == first["records"]
    assert call("verify")[:2] == (0, {"problems": []})
    assert call("resume", *where)[0] == 2
    with sqlite3.connect(tmp_path / "link-workers.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "made-up-key" not in dump


def test_a_source_that_cannot_be_reached(call: Call) -> None:
    """With nothing listening the run ends with 4, says what to try, and no count is a zero."""
    code, said, err = call("run", "link-workers", "--source", "pubmed", "--sandbox", "http://127.0.0.1:9")
    assert code == 4
    (run,) = said["runs"]
    assert (run["records"], run["works"], run["duplicates"], run["new"]) == (None, None, None, None)
    assert (run["sources"][0]["reported"], run["sources"][0]["retrieved"]) == (None, None)
    assert "could not be reached" in err
    assert "hint:" in err


def test_text_says_one_sentence_at_the_end(call: Call, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json a table and a closing sentence stand on stdout, losses and warnings on stderr."""
    sandbox.clock = date(2022, 7, 31)
    assert invoke(["run", "link-workers", "--source", "pubmed", "--sandbox", sandbox.address]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].split() == ["source", "state", "found", "kept", "new", "records"]
    assert lines[-1].endswith("the source answered.")
    assert "widened: PubMed" in said.err


def test_duplicates_are_decided_and_undone(call: Call, sandbox: Sandbox) -> None:
    """A decision is listed, joins two works, and undone gives back what was there."""
    sandbox.clock = date(2022, 7, 31)
    call("run", "link-workers", "--source", "pubmed", "--sandbox", sandbox.address)
    before = call("duplicates")[1]
    works = call("history")[1]["runs"][0]["works"]
    code, said, err = call("duplicates", "--decide", "1", "2", "same")
    assert code == 0
    assert "Decision 1 is kept" in err
    assert [(each["record_a"], each["record_b"], each["verdict"]) for each in said["decisions"]] == [(1, 2, "same")]
    assert call("history")[1]["runs"][0]["works"] == works - 1
    assert call("duplicates", "--undo", "1")[1] == before
    assert call("history")[1]["runs"][0]["works"] == works
    assert call("duplicates", "--decide", "1", "x", "same")[0] == 2


def test_damage_is_found(call: Call, sandbox: Sandbox, tmp_path: Path) -> None:
    """verify names a record that is not what was kept, a damaged answer and a count that is off; it ends with 6."""
    sandbox.clock = date(2022, 7, 31)
    call("run", "link-workers", "--source", "pubmed", "--sandbox", sandbox.address)
    with sqlite3.connect(tmp_path / "link-workers.db") as connection:
        connection.execute("update records set data = replace(data, 'pubmed', 'pubmod') where id = 3")
        connection.execute("update payloads set body = x'00' where rowid = (select min(rowid) from payloads)")
        connection.execute("update searches set retrieved = retrieved - 1")
        connection.execute("insert into works (id, first_run) values (99999, 1)")
    connection.close()
    code, said, _ = call("verify")
    assert code == 6
    found = [(each["kind"], each["what"]) for each in said["problems"]]
    assert [kind for kind, _ in found] == ["hash", "hash", "count", "orphan"]
    assert "record 3 (pubmed " in found[1][1]
    assert found[3][1] == "work 99999 has no records"


@pytest.mark.parametrize("verb", ["history", "verify", "duplicates", "resume", "update"])
def test_a_missing_store_is_said(call: Call, verb: str) -> None:
    """Verbs that need a store end with 6 and make no file when it is not there."""
    words = [verb, "link-workers"] if verb == "update" else [verb]
    code, said, err = call(*words, "--db", "none.db")
    assert code == 6
    assert said["error"]["exit_code"] == 6
    assert "there is no store" in err
    assert not Path("none.db").exists()
