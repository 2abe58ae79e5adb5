"""Messages: what they say of a run, and that they get where they are sent, or that it is said that they did not."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from fakes import HTTP, TODAY, Doc, Fake, finder, strategy
from lxml import etree

from harvester.config import Config
from harvester.errors import ConfigError, HarvesterError, UsageError
from harvester.notify import News, channel, feed, gather, markdown, send, subject, text
from harvester.notify.channels import preview
from harvester.notify.say import slack, teams
from harvester.run import run
from harvester.store import Store, open_store
from harvester.update import update

LATER = date(2023, 5, 31)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "review.db") as opened:
        yield opened


def updated(store: Store, *new: Doc, source: Fake | None = None) -> dict[str, Any]:
    """The report of an update that finds these documents."""
    source = source or Fake([Doc("old")])
    run(strategy(), store, HTTP, today=TODAY, find=finder(source))
    source.docs += new
    return update(strategy(), store, HTTP, today=LATER, find=finder(source)).said


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes POSTs and answers with `status`; what it got."""
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/secret-path", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as one message takes (RFC 5321), with `AUTH` refused."""

    got: list[str]

    def handle(self) -> None:
        """One conversation."""
        self.wfile.write(b"220 here\r\n")
        data = False
        while line := self.rfile.readline():
            if data:
                if line == b".\r\n":
                    data = False
                    self.wfile.write(b"250 kept\r\n")
                else:
                    self.got.append(line.decode())
                continue
            verb = line[:4].upper()
            if verb == b"DATA":
                data = True
                self.wfile.write(b"354 go on\r\n")
            elif verb == b"AUTH":
                self.wfile.write(b"535 no\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
            elif verb == b"EHLO":
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            else:
                self.wfile.write(b"250 yes\r\n")


@contextmanager
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """A mail server on the loopback address: its port, and the lines of what it got."""
    got: list[str] = []
    handler = type("Box", (Mailbox,), {"got": got})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1], got
        finally:
            server.shutdown()
            thread.join()


def test_nothing_new_is_told(store: Store) -> None:
    """With nothing new the message says so, and that the source answered."""
    said = updated(store)
    assert subject(gather(store, said)) == "made-up: 0 new, the source answered"


def test_a_failure_is_never_a_zero(store: Store) -> None:
    """A source that is down makes the message say that what is new is not known, with the hint."""
    source = Fake([Doc("old")])
    run(strategy(), store, HTTP, today=TODAY, find=finder(source))
    source.down = True
    news = gather(store, update(strategy(), store, HTTP, today=LATER, find=finder(source)).said)
    assert subject(news) == "made-up: what is new is not known, no source answered in full"
    assert "Alpha: failed, - found, - new records; alpha: could not be reached Try again later." in text(news)
    assert not news.complete


def test_new_works_are_named_with_links(store: Store) -> None:
    """Each new work stands with its title, year and DOI; retracted ones with the reason."""
    source = Fake([Doc("old")])
    run(strategy(), store, HTTP, today=TODAY, find=finder(source))
    source.docs[0].notice = "RetractionIn"
    source.docs[0].entered = date(2022, 7, 20)  # inside the overlap, so that it comes again
    source.docs.append(Doc("n1", date(2023, 1, 1), title="Link workers & <b>mental</b> health"))
    said = update(strategy(), store, HTTP, today=LATER, find=finder(source)).said
    news = gather(store, said, files=["new.ris"])
    shown = text(news)
    assert shown.startswith(
        "made-up: 1 new, 1 retracted, the source answered\nRun 2 (update), from 2022-07-01 to 2023-05-31."
    )
    assert "- Link workers & <b>mental</b> health [2020] https://doi.org/10.1000/n1\n" in shown
    assert "(RetractionIn) https://doi.org/10.1000/old" in shown
    assert "Files: new.ris" in shown
    assert "Link workers & \\<b\\>mental\\</b\\> health](https://doi.org/10.1000/n1)" in markdown(news)


def test_what_is_left_out_is_said(store: Store) -> None:
    """A message names twenty works and says how many more there are, and how to have them."""
    said = updated(store, *(Doc(f"n{number}", date(2023, 1, 1)) for number in range(23)))
    shown = text(gather(store, said))
    assert "New (23):" in shown
    assert "and 3 more: `harvester export OUT --only new --run 2` has them all" in shown


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
def test_webhooks_get_json(store: Store, kind: str) -> None:
    """A webhook gets one JSON document that holds the subject; the preview shows the very same."""
    news = gather(store, updated(store, Doc("n1", date(2023, 1, 1))))
    with listening() as (address, got):
        name = {"slack": "HARVESTER_SLACK_WEBHOOK", "teams": "HARVESTER_TEAMS_WEBHOOK", "webhook": "HARVESTER_WEBHOOK"}[
            kind
        ]
        send(channel(kind), news, Config(given={name: address}))
    (body,) = got
    assert "made-up: 1 new, the source answered" in json.dumps(json.loads(body))
    assert json.loads(preview(channel(kind), news)) == json.loads(body)


def test_a_webhook_that_fails_is_said_without_its_address(store: Store) -> None:
    """An error status and an unreachable address are errors of exit code 1 that do not show the secret address."""
    news = gather(store, updated(store))
    with listening(500) as (address, _), pytest.raises(HarvesterError, match="HTTP 500") as failed:
        send(channel("slack"), news, Config(given={"HARVESTER_SLACK_WEBHOOK": address}))
    assert failed.value.exit_code == 1
    assert "secret-path" not in str(failed.value) + failed.value.hint
    with pytest.raises(HarvesterError) as failed:
        send(channel("webhook"), news, Config(given={"HARVESTER_WEBHOOK": "http://127.0.0.1:9/secret-path"}))
    assert "secret-path" not in str(failed.value)
    with pytest.raises(ConfigError, match="https"):
        send(channel("webhook"), news, Config(given={"HARVESTER_WEBHOOK": "http://example.org/secret-path"}))


def test_mail_is_sent(store: Store) -> None:
    """A mail has subject, sender, addressees and the text, and asks for no automatic answers."""
    news = gather(store, updated(store, Doc("n1", date(2023, 1, 1))))
    with mailbox() as (port, got):
        config = Config(given={"HARVESTER_SMTP": f"smtp://127.0.0.1:{port}", "HARVESTER_MAIL_FROM": "from@example.org"})
        send(channel("email:a@example.org,b@example.org"), news, config)
    mail = "".join(got)
    assert "Subject: made-up: 1 new, the source answered\r\n" in mail
    assert "To: a@example.org, b@example.org\r\n" in mail
    assert "Auto-Submitted: auto-generated\r\n" in mail
    assert "https://doi.org/10.1000/n1" in mail


def test_mail_that_is_refused_does_not_show_the_password(store: Store) -> None:
    """A refused password is said with its code and without the password."""
    news = gather(store, updated(store))
    with mailbox() as (port, got):
        config = Config(given={"HARVESTER_SMTP": f"smtp://me%40example.org:s3cret@127.0.0.1:{port}"})
        with pytest.raises(HarvesterError, match=r"SMTPAuthenticationError \(535\)") as failed:
            send(channel("email:a@example.org"), news, config)
    assert "s3cret" not in str(failed.value) + failed.value.hint
    assert got == []


def test_files_and_step_summaries_are_added_to(store: Store, tmp_path: Path) -> None:
    """A file and GitHub's step summary get the Markdown at their end."""
    news = gather(store, updated(store))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    send(channel("github"), news, Config(environ={"GITHUB_STEP_SUMMARY": str(summary)}))
    send(channel(f"file:{summary}"), news, Config())
    said = summary.read_text()
    assert said.startswith("before\n## made-up: 0 new, the source answered\n")
    assert said.count("## made-up") == 2
    with pytest.raises(ConfigError, match="GITHUB_STEP_SUMMARY"):
        send(channel("github"), news, Config())


@pytest.mark.parametrize("spec", ["", "pigeon", "email", "email:nobody", "email:a@b\nBcc: c@d", "slack:x", "file"])
def test_a_misspelt_way_is_a_usage_error(spec: str) -> None:
    """What is no way to tell is refused with a list of those there are."""
    with pytest.raises(UsageError) as wrong:
        channel(spec)
    assert wrong.value.hint


def test_long_messages_are_cut_and_say_so(store: Store) -> None:
    """Slack's section stays within 3,000 characters and Teams' card within its bytes; both say that they are cut."""
    docs = (Doc(f"n{number}", date(2023, 1, 1), title=f"Link work {number} " + "ü" * 2000) for number in range(20))
    news = gather(store, updated(store, *docs))
    section = slack(news)["blocks"][1]["text"]["text"]
    assert len(section) <= 3000
    assert "cut here" in section
    card = json.dumps(teams(news), ensure_ascii=False)
    assert len(card.encode()) < 28_000
    assert "cut here" in card


def test_the_feed_is_atom_and_keeps_its_ids(store: Store, tmp_path: Path) -> None:
    """Works of updates stand in the feed, newest first, with ids that stay; what XML forbids is replaced."""
    source = Fake([Doc("old")])
    run(strategy(), store, HTTP, today=TODAY, find=finder(source))
    source.docs.append(Doc("n1", date(2023, 1, 1), title="Link & work\x0b <i>"))
    update(strategy(), store, HTTP, today=LATER, find=finder(source))
    path = tmp_path / "new.atom"
    assert feed(store, "made-up", path) == 1
    name = "{http://www.w3.org/2005/Atom}"
    first = etree.parse(path).getroot()
    assert [each.findtext(f"{name}title") for each in first.findall(f"{name}entry")] == ["Link & work\ufffd <i>"]
    source.docs.append(Doc("n2", date(2023, 6, 1)))
    update(strategy(), store, HTTP, today=date(2023, 6, 30), find=finder(source))
    assert feed(store, "made-up", path) == 2
    ids = [each.findtext(f"{name}id") for each in etree.parse(path).getroot().findall(f"{name}entry")]
    assert ids == ["tag:harvester.invalid,2026:made-up:work:3", "tag:harvester.invalid,2026:made-up:work:2"]
    assert not list(tmp_path.glob("*.part"))


def test_a_message_is_a_value(store: Store) -> None:
    """Two gatherings of one run are equal."""
    said = updated(store, Doc("n1", date(2023, 1, 1)))
    news = gather(store, said)
    assert isinstance(news, News)
    assert news == gather(store, said)
