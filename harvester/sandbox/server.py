"""The sandbox: an HTTP server on the loopback address, with a clock, a rate limit and faults on request."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from harvester.errors import UsageError
from harvester.sandbox import corpus as corpora
from harvester.sandbox.answers import HTML, TEXT, Answer, World, of_json, of_text
from harvester.sandbox.documents import Document, documents
from harvester.sandbox.faces import face
from harvester.sandbox.faults import Fault, Plan, read_plan
from harvester.sandbox.limits import RateLimit
from harvester.sandbox.services import SERVICES, spoil
from harvester.sandbox.shifts import shift
from harvester.sandbox.sites import SITES, Visitor, serve
from harvester.sandbox.truth import truth
from harvester.sandbox.words import digits
from harvester.window import first_day

_SECRET = frozenset({"api_key", "email"})
_MOST_BODY = 20_000_000
_LOGGED = 100_000
_PIECES = 20  # of a body that drips


class Sandbox:
    """A library to play with. Use as a context manager, or `start()` and `stop()`.

    `records` 1 to 1,000,000; `as_of` the clock's day (None: the corpus' last day); `latency` milliseconds added to
    every answer; `faults` a plan (faults.py); `rules_on` the day whose wildcard rules apply (None: today's);
    `unindexed` phrases that the phrase index is to lack; `traps` makes the small sites hard to crawl (site_traps.py).
    Raises UsageError for a setting out of range.
    """

    def __init__(
        self,
        records: int = 6000,
        as_of: date | None = None,
        *,
        seed: int = 1,
        latency: float = 0.0,
        faults: str = "",
        port: int = 0,
        rate_limit: bool = True,
        rules_on: date | None = None,
        unindexed: tuple[str, ...] = (),
        traps: bool = False,
    ) -> None:
        if latency < 0:
            raise UsageError("a latency below 0", hint="Give milliseconds, 0 or more.")
        self.records = records
        self.seed = seed
        self.latency = latency / 1000
        self.traps = traps
        self.plan = Plan(read_plan(faults))
        self.limit = RateLimit() if rate_limit else None
        self.world = World(
            corpora.make(records, seed),
            as_of or date.fromordinal(corpora.LAST_DAY),
            rules_on=rules_on,
            unindexed=unindexed,
        )
        self._log: list[dict[str, Any]] = []
        self._lock = Lock()
        self._thread: Thread | None = None
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise UsageError(f"port {port} cannot be used: {error}", hint="Give another port, or 0 for any.") from None
        self._server.sandbox = self

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def clock(self) -> date:
        """The day it is in the sandbox. Setting it moves the clock, also backwards."""
        return self.world.clock

    @clock.setter
    def clock(self, day: date) -> None:
        self.world.clock = day

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests so far: at, method, path, service, params (redacted), status, bytes, milliseconds, fault."""
        with self._lock:
            return [dict(entry) for entry in self._log]

    def strike(self, fault: Fault) -> None:
        """Let a fault change the world, where it is one that does."""
        with self._lock:
            shift(self.world, fault)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._log.clear()

    def truth(self, as_of: date | None = None) -> dict[str, Any]:
        """What the generator knows to be found and to be the same work, on a day (None: the clock's)."""
        return truth(self.world.corpus, as_of or self.clock, self.sites)

    @cached_property
    def sites(self) -> dict[str, Sequence[Document]]:
        """The documents of every small site, whatever the clock says."""
        return {name: documents(self.world.corpus, site.number) for name, site in SITES.items()}

    def start(self) -> Sandbox:
        """Serve in a thread of its own."""
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self._thread.start()
        return self

    def serve(self) -> None:
        """Serve in this thread until `stop` is called from another one or an exception ends it."""
        try:
            self._server.serve_forever(0.2)
        finally:
            self._server.server_close()

    def stop(self) -> None:
        """End the server and free its port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def note(self, entry: dict[str, Any]) -> None:
        """Log a request; only the latest hundred thousand are kept."""
        with self._lock:
            self._log.append(entry)
            if len(self._log) > _LOGGED:
                del self._log[: _LOGGED // 10]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sandbox: Sandbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a bug of ours is."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "harvester-sandbox"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = -1  # one write for head and body: no waiting on delayed acknowledgements
    server: _Server

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer: the time it is, on the day of the sandbox's clock."""
        if timestamp is not None:
            return super().date_time_string(timestamp)
        now = datetime.combine(self.server.sandbox.clock, datetime.now(UTC).time(), UTC)
        return super().date_time_string(now.timestamp())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing on stderr: the log is at /requests.json."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle(b"")

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._handle(b"")

    def do_POST(self) -> None:
        """Answer a POST; its body holds parameters as a form does."""
        length = self.headers.get("Content-Length", "0")
        if not digits(length) or int(length) > _MOST_BODY:
            self.close_connection = True
            self._send(of_text("the body is too large or of unknown length\n", TEXT, 413))
            return
        self._handle(self.rfile.read(int(length)))

    def _handle(self, body: bytes) -> None:
        started = time.monotonic()
        sandbox = self.server.sandbox
        address = urlsplit(self.path)
        fields = parse_qs(address.query, keep_blank_values=True)
        if body:
            for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items():
                fields.setdefault(name, []).extend(values)
        service = _service(address.path)
        sent, fault = self._answer(address.path, service, fields, started)
        pause = sandbox.latency + sum(f.value or 5.0 for f in fault if f.kind == "slow")
        spent = time.monotonic() - started
        if service and pause > spent:
            time.sleep(pause - spent)
        # Logged before it is sent, so that whoever has the answer also finds its entry.
        sandbox.note(
            {
                "at": datetime.now(UTC).isoformat(),
                "method": self.command,
                "path": address.path,
                "service": service,
                "params": {n: "redacted" if n in _SECRET else ",".join(v)[:2000] for n, v in fields.items()},
                "status": sent.status if sent else 0,
                "bytes": len(sent.body) if sent else 0,
                "milliseconds": round((time.monotonic() - started) * 1000, 3),
                "fault": ",".join(f.kind for f in fault),
            }
        )
        if sent is None:
            self._reset()
            return
        drip = sum(f.value or 20.0 for f in fault if f.kind == "drip")
        self._send(sent, short=any(f.kind == "short" for f in fault), drip=drip)

    def _answer(self, path: str, service: str, fields: dict[str, list[str]], arrived: float) -> tuple[Any, Any]:
        sandbox = self.server.sandbox
        if not service:
            visitor = Visitor({n: v[-1] for n, v in fields.items()}, dict(self.headers.items()), sandbox.traps)
            return _elsewhere(sandbox, self.command, path, visitor), ()
        faults = sandbox.plan.next(service)
        for fault in faults:
            sandbox.strike(fault)
        if sandbox.limit is not None:
            key = fields.get("api_key", [""])[-1]
            refused = sandbox.limit.refuse(key, self.client_address[0], arrived)
            if refused is not None:
                return refused, ()
        if service not in SERVICES:
            return of_text("<html><body><h1>404 Not Found</h1></body></html>\n", HTML, 404), faults
        if any(fault.kind == "reset" for fault in faults):
            return None, faults
        parameters = {name: values[-1] for name, values in fields.items()}
        return spoil(sandbox.world, service, parameters, fields, faults), faults

    def _send(self, answer: Answer, *, short: bool = False, drip: float = 0.0) -> None:
        body = answer.body
        headers = dict(answer.headers)
        if len(body) > 500 and "gzip" in self.headers.get("Accept-Encoding", "") and "pdf" not in answer.media_type:
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        if short:
            body = body[: len(body) // 2]
            self.close_connection = True
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            size = -(-len(body) // _PIECES) or 1
            for start in range(0, len(body), size) if drip else ():
                self.wfile.write(body[start : start + size])
                self.wfile.flush()
                time.sleep(drip / _PIECES)
            if not drip:
                self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _service(path: str) -> str:
    head, _, name = path.rpartition("/")
    return name.removesuffix(".fcgi") if head == "/entrez/eutils" and name.endswith(".fcgi") else ""


def _truth(sandbox: Sandbox, as_of: str) -> Answer:
    try:
        day = first_day(as_of) if as_of else None
    except UsageError as error:
        return of_json({"error": str(error)}, 400)
    return Answer(json.dumps(sandbox.truth(day), ensure_ascii=False).encode(), "application/json; charset=UTF-8")


def _elsewhere(sandbox: Sandbox, method: str, path: str, visitor: Visitor) -> Answer:
    """What is not E-utilities: the clock, the log, the truth file, other services' faces, the small sites."""
    parameters = visitor.query
    if path == "/clock":
        if method == "POST":
            try:
                sandbox.clock = first_day(parameters.get("as_of", ""))
            except UsageError as error:
                return of_json({"error": str(error)}, 400)
        return of_json({"as_of": sandbox.clock.isoformat()})
    if path == "/requests.json":
        return of_json(sandbox.requests)
    if path == "/truth.json":
        return _truth(sandbox, parameters.get("as_of", ""))
    other = face(path, parameters)
    if other is not None:
        return other.answer(sandbox.world, path, parameters)
    return serve(sandbox.sites, sandbox.clock, sandbox.address, path, visitor)
