"""One site crawled politely, in a child process: Twisted's reactor starts only once in a process.

The child (`harvester.crawl.child`) runs a Scrapy spider, found by its name in "harvester.spiders", and sends what it
fetched back over a pipe, one JSON line a page. The pipe is the bound: a child that is ahead waits.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import harvester
from harvester.errors import Changed, HarvesterError, Refused, Unavailable

_log = logging.getLogger(__name__)

SILENCE = 300.0  # seconds without a page or a sign of life before the child is given up
_LONGEST_LINE = 64 << 20
# What the child may know of this process: enough to start Python and to reach the network, no credentials.
_ENVIRONMENT = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a crawl stops and says so: pages, links from the start, seconds in all, bytes of one page."""

    pages: int = 2_000
    depth: int = 8
    seconds: float = 3_600.0
    bytes: int = 20_000_000
    # Seconds between the beginnings of two requests; AutoThrottle makes it twice as long as the site takes to answer.
    delay: float = 1.0
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """What the child is to do. `start` is the site's address, with a slash at its end: nothing outside is asked.

    `sandbox` allows the loopback address, and only at `start`'s own port. `contact` is an e-mail address.
    """

    spider: str
    start: str
    contact: str = ""
    sandbox: bool = False
    polite: bool = False  # ask a sandbox as slowly as a real site
    limits: Limits = field(default_factory=Limits)
    # For the spider `configured`: begin, sitemaps, allow, deny. `home` is the path of the owner's own start.
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    home: str = "/"
    listed: bool = False  # ask only for what the lists at its `begin` name, in their order: a site's own search
    cache: str = ""  # a folder for answers that may be asked for with conditions; "" keeps none


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer of the site. `kind` is robots, sitemap, feed, html or pdf; `detail` holds header values and hints."""

    kind: str
    url: str
    status: int
    media_type: str
    body: bytes
    fetched_at: datetime
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """An address that gave no page. `what` is gone, forbidden (by robots), outside, loop, other, sitemap (one that
    cannot be read), too-large or failed.

    Only `failed` and `too-large` mean that something may be missing.
    """

    what: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The crawl is over. `reason` is finished, or the limit that stopped it.

    `left` counts the addresses that looked like traps and were not asked for, by what they looked like.
    """

    reason: str
    stats: dict[str, Any]
    left: dict[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether the spider had nothing left to do."""
        return self.reason == "finished"


def crawl(job: Job, *, source: str = "") -> Iterator[Fetched | Problem | Ended]:
    """Everything a site gave, as it comes; Ended is the last.

    Raises Unavailable when the site cannot be reached or the child dies, Refused when its robots.txt forbids the
    start or the site says no, Changed when a spider cannot work with what it found. Closing the iterator ends
    the child.
    """
    source = source or job.spider
    with (
        tempfile.TemporaryDirectory(prefix="harvester-crawl-", ignore_cleanup_errors=True) as queue,
        tempfile.TemporaryFile() as errors,
        _child(errors) as child,
    ):
        assert child.stdin
        assert child.stdout
        child.stdin.write(json.dumps({**asdict(job), "queue": queue}).encode() + b"\n")
        child.stdin.flush()  # it stays open: its end tells the child that nobody is listening
        ended = False
        for line in _lines(child, source):
            message = json.loads(line)
            said = _read(message, source)
            ended = isinstance(said, Ended)
            if said is not None:
                yield said
        child.wait()
        if not ended:
            errors.seek(0, os.SEEK_END)
            errors.seek(max(0, errors.tell() - 4000))
            said_last = errors.read().decode(errors="replace").strip()
            _log.error("crawl of %s: %s", source, said_last)
            last = said_last.rsplit("\n", 1)[-1][:300]
            raise Unavailable(
                f"the crawl ended before its time{': ' + last if last else ''}",
                source=source,
                hint="Try again; if it happens again, report it with the log.",
            )


def _read(message: dict[str, Any], source: str) -> Fetched | Problem | Ended | None:
    kind = message.pop("type")
    if kind == "page":
        message["body"] = base64.b64decode(message["body"])
        message["fetched_at"] = datetime.fromisoformat(message["fetched_at"])
        return Fetched(**message)
    if kind == "problem":
        return Problem(**message)
    if kind == "ended":
        return Ended(**message)
    if kind == "error":
        errors: dict[str, type[HarvesterError]] = {"unavailable": Unavailable, "refused": Refused}
        wanted = errors.get(message["what"], Changed)
        raise wanted(message["why"], source=source, hint=message["hint"])  # type: ignore[call-arg]
    return None  # a sign of life


class _child:  # noqa: N801 - a context manager that reads as a noun
    """The child process, ended when it is left."""

    def __init__(self, errors: IO[bytes]) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        package = str(Path(harvester.__file__).resolve().parents[1])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), package)))
        # -P: a file named like a module in the current folder shall not be imported in its place.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "harvester.crawl.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    _log.debug("the crawl's process had ended already")
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _lines(child: subprocess.Popen[bytes], source: str) -> Iterator[bytes]:
    """The child's lines; it is killed when it falls silent."""
    assert child.stdout
    silent = threading.Event()

    def give_up() -> None:
        silent.set()
        child.kill()

    while True:
        watch = threading.Timer(SILENCE, give_up)
        watch.daemon = True
        watch.start()
        try:
            line = child.stdout.readline(_LONGEST_LINE)
        finally:
            watch.cancel()
        if silent.is_set():
            raise Unavailable(
                f"the crawl said nothing for {SILENCE:.0f} seconds", source=source, hint="Try again later."
            )
        if not line:
            return
        if not line.endswith(b"\n"):
            raise Unavailable("the crawl's process was cut off", source=source, hint="Try again.")
        yield line
