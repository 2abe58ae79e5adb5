"""Answers of sites as WARC, read back by warcio. The site is the sandbox's."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from harvester.cli import invoke
from harvester.config import Config
from harvester.errors import UsageError
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.store import open_store
from harvester.strategy import load
from harvester.update import update
from harvester.warc import archive

HOME = "https://socialprescribingacademy.org.uk/"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review that has crawled a site twice: a run and an update."""
    path = tmp_path_factory.mktemp("warc") / "review.db"
    strategy = load("link-workers")
    with (
        Sandbox(records=1000, as_of=date(2022, 7, 31)) as box,
        Http(Config(), sandbox=box.address) as http,
        open_store(path) as store,
    ):
        run(strategy, store, http, sources=["nasp"], as_of=date(2022, 7, 31))
        box.clock = date(2023, 5, 31)
        update(strategy, store, http, sources=["nasp"], until=date(2023, 5, 31))
    return path


def test_every_page_is_in_it_as_it_came(review: Path, tmp_path: Path) -> None:
    """Each kept answer is a record with the owner's address, its time and its bytes; those met again refer to them."""
    out = tmp_path / "sites.warc.gz"
    with open_store(review, write=False) as store:
        done = archive(store, out)
        kept = [
            (json.loads(row["detail"])["url"], row["sha256"])
            for row in store.rows("select detail, sha256 from pages order by id")
        ]
    found, again, kinds = [], 0, []
    with out.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            kinds.append(record.rec_type)
            url = record.rec_headers.get_header("WARC-Target-URI")
            body = record.content_stream().read()
            if record.rec_type == "response":
                found.append((url, hashlib.sha256(body).hexdigest()))
                assert record.http_headers.get_header("Content-Length") == str(len(body))
                assert record.rec_headers.get_header("WARC-Date").endswith("Z")
            elif record.rec_type == "revisit":
                again += 1
                assert record.rec_headers.get_header("WARC-Refers-To-Target-URI") == url
    assert kinds[0] == "warcinfo"
    assert found == list(dict.fromkeys(kept))
    assert (done.responses, done.revisits) == (len(found), again)
    assert len(found) + again == len(kept)
    assert again > 15
    assert all(url.startswith((HOME, "http://127.0.0.1")) for url, _ in found)
    assert done.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_one_run_of_one_site(review: Path, tmp_path: Path) -> None:
    """A run's own archive has no references to others."""
    with open_store(review, write=False) as store:
        done = archive(store, tmp_path / "one.warc", run=1, source="nasp")
        assert done.revisits == 0
        assert (tmp_path / "one.warc").read_bytes().startswith(b"WARC/1.1")
        with pytest.raises(UsageError, match="no answers of sites to write in run 7"):
            archive(store, tmp_path / "none.warc", run=7)
        with pytest.raises(UsageError, match="there already"):
            archive(store, tmp_path / "one.warc")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one.warc"]


def test_the_verb(review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`archive --json` names the file and what is in it."""
    out = tmp_path / "sites.warc.gz"
    assert invoke(["archive", str(out), "--db", str(review), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"][0]["file"] == str(out)
    assert said["responses"] > 40
