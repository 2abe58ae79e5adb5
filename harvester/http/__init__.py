"""How the program asks over HTTP: one client, passed as an argument, for all sources.

It waits for its turn (a limit kept by all processes of the machine), sets timeouts, keeps connections, takes gzip,
tries again after what passes (429, 5xx, broken connections, an HTML page or a cut body where data is due), and ends
with Unavailable, Refused or Changed. What a good answer is, each source's judge says. Credentials travel in the body
of a POST and are taken out of whatever is kept, logged or raised.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from harvester import __version__
from harvester.config import Config
from harvester.errors import ConfigError, Refused, Unavailable
from harvester.http.answer import Answer, Judge, TryAgain, accept
from harvester.http.limiter import MARGIN, Limiter
from harvester.http.redact import redact
from harvester.http.wire import (
    NotReached,
    advice,
    certificates,
    check_status,
    day_of,
    host,
    innermost,
    is_loopback,
    proxies,
    retry_after,
    was_reached,
    whole,
)

if TYPE_CHECKING:
    import requests

__all__ = ["Answer", "Http", "Judge", "TryAgain", "accept", "redact"]

_log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0
DEADLINE = 600.0  # one answer, from first to last byte
MAX_BODY = 128 << 20
TRIES = 6
TRIES_UNREACHED = 3  # name not found, connection refused: seldom cured within seconds
LONGEST_WAIT = 60.0
# A new connection's handshake delays the request's arrival; on the loopback address it does not.
HANDSHAKE = 0.3
_BLOCK = 1 << 16
_SECRET_PARAMETERS = ("api_key", "email")


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as it will be sent, as often as it takes. `query` is the form or the address's query."""

    method: str
    address: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    source: str
    max_body: int
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def shown(self) -> str:
        """The request as people and the store may see it."""
        return redact(f"{self.method} {self.address}" + (f" {self.query}" if self.query else ""), self.secrets)


class Http:
    """The client. Use as a context manager, from any number of threads.

    `base` sends requests elsewhere: one address for all hosts, or a map from a host to an address
    ("eutils.ncbi.nlm.nih.gov" -> "http://127.0.0.1:8080"); paths are kept. `sandbox` is the same as a single `base`.
    `clock`, `sleep` and `chance` are for tests; `tries` bounds how often one request is sent; `margin` (seconds) and
    `state` (a folder) are the limiter's.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        sandbox: str | None = None,
        base: str | Mapping[str, str] | None = None,
        tries: int = TRIES,
        margin: float = MARGIN,
        state: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.config = config or Config()
        base = base if sandbox is None else sandbox
        self._base: Mapping[str, str] = {"*": base} if isinstance(base, str) else dict(base or {})
        for address in self._base.values():
            if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
                raise ConfigError(f"{address!r} is not an http address", hint="Write it like http://127.0.0.1:8080.")
        self._tries = tries
        self._margin = margin
        self._state = state
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._mine = threading.local()
        self._guard = threading.Lock()
        self._sessions: list[requests.Session] = []
        self._limiters: dict[tuple[str, float], Limiter] = {}

    def __enter__(self) -> Http:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        with self._guard:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
            self._mine = threading.local()

    @property
    def sandboxed(self) -> bool:
        """Whether every request goes to one given address instead of the sources' owners."""
        return "*" in self._base

    def address(self, url: str) -> str:
        """Where a request for `url` really goes."""
        parts = urlsplit(url)
        base = self._base.get(parts.hostname or "") or self._base.get("*")
        if base is None:
            return url
        there = urlsplit(base)
        return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + parts.path, parts.query, ""))

    def credential(self, name: str, url: str) -> str:
        """The credential `name` for a request to `url`, or "".

        Someone else's server never gets it: an overridden address only when it is on this machine.
        """
        address = self.address(url)
        if address != url and not is_loopback(address):
            return ""
        return self.config.get(name)

    def get(self, url: str, *, params: Mapping[str, str] | None = None, **how: Any) -> Answer:
        """`ask` with GET."""
        return self.ask(url, params=params, method="GET", **how)

    def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        source: str = "",
        per_second: float = 1.0,
        keyed: bool = False,
        judge: Judge = accept,
        refusal: Judge = accept,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        max_body: int = MAX_BODY,
        data: str | None = None,
        secrets: tuple[str, ...] = (),
    ) -> Answer:
        """One answer that `judge` takes. `params` go into the body of a POST or the address of a GET.

        `per_second` bounds the rate for the address's host and port over all processes; `keyed` requests (those with
        a credential) have a limit of their own. `refusal` looks at a 4xx first and may raise something better than the
        plain Refused. Raises Refused for a 4xx and whatever the judge refuses, Changed for a body over `max_body`
        bytes, Unavailable after the last try. `data` is a POST's body where it is no form (say what it is in
        `headers`); `secrets` are credentials in headers or data, taken out of whatever is kept, logged or raised.
        """
        call = _Call(
            method, self.address(url), urlencode(dict(params or {})) if data is None else data, dict(headers or {}),
            source, max_body,
            (*secrets, *(value for name in _SECRET_PARAMETERS if (value := (params or {}).get(name)))),
        )  # fmt: skip
        limiter = self._limiter(call.address, per_second, keyed=keyed)
        host_name = host(call.address)
        reason = f"{host_name} was not asked"
        tries = 0
        for number in range(1, self._tries + 1):
            # The session is made first: what comes between the turn and the sending would make the request late.
            fresh = self._session_is_fresh()
            limiter.wait(late=HANDSHAKE if fresh and not is_loopback(call.address) else 0.0)
            tries = number
            asked: float | None = None
            limited = False
            try:
                answer, asked = self._once(call)
                limited = answer.status == 429
                if 400 <= answer.status < 500 and not limited:
                    refusal(answer)
                check_status(answer, source, call.secrets)
                judge(answer)
            except TryAgain as verdict:
                reason = f"{host_name} gave no answer that can be trusted: {redact(verdict.reason, call.secrets)}"
                limited = limited or verdict.limited
            except NotReached as error:
                reason = f"{host_name} could not be reached: {redact(error.reason, call.secrets)}"
                if number >= TRIES_UNREACHED:
                    break
            else:
                return answer
            _log.info("%s: try %d of %d failed: %s", source or "http", number, self._tries, reason)
            if number < self._tries:
                self._pause(number, asked, limiter if limited else None, source)
        raise Unavailable(f"{reason} (in {tries} tries)", source=source, hint=advice(call.address))

    def _pause(self, number: int, asked: float | None, limiter: Limiter | None, source: str) -> None:
        """Waits before the next try: what the server asked for, else twice as long each time, less a random part."""
        seconds = min(LONGEST_WAIT, 0.5 * 2**number) * (0.5 + 0.5 * self._chance())
        if asked is not None:
            if asked > 10 * LONGEST_WAIT:
                raise Unavailable(f"it asks to be left alone for {asked:.0f} s", source=source, hint="Try again later.")
            seconds = max(asked, seconds)
        if limiter is not None:
            limiter.hold(seconds)  # every process that asks there waits, this one among them
        else:
            self._sleep(seconds)

    def _once(self, call: _Call) -> tuple[Answer, float | None]:
        """One request and its whole answer, and the seconds of its Retry-After. Raises TryAgain and NotReached.

        The exceptions of requests hold the address and the body: they are never chained.
        """
        import requests

        started = self._clock()
        try:
            with self._send(call) as response:
                body = whole(self._read(response, started), call.max_body, call.source)
        except requests.Timeout:
            raise TryAgain(f"no answer within {READ_TIMEOUT:.0f} s") from None
        except requests.exceptions.ChunkedEncodingError:
            raise TryAgain("the connection broke in the middle of the answer") from None
        except requests.exceptions.ContentDecodingError:
            raise TryAgain("the answer's compression is damaged") from None
        except requests.exceptions.SSLError as error:
            raise NotReached(f"the connection is not trustworthy (TLS): {innermost(error)}") from None
        except requests.ConnectionError as error:
            if was_reached(error):
                raise TryAgain("the connection was cut") from None
            raise NotReached(innermost(error)) from None
        except requests.RequestException as error:
            raise NotReached(f"the request could not be sent ({type(error).__name__})") from None
        answer = Answer(
            status=response.status_code,
            body=body,
            media_type=response.headers.get("Content-Type", "").split(";")[0].strip().lower(),
            url=redact(response.url, call.secrets),
            request=call.shown,
            fetched_at=datetime.now(UTC),
            seconds=self._clock() - started,
            server_day=day_of(response.headers.get("Date", "")),
        )
        return answer, retry_after(response.headers.get("Retry-After", ""))

    def _send(self, call: _Call) -> requests.Response:
        """The response, its body not yet read; follows redirects of a GET within the host, refuses all others."""
        session = self._session()
        post = call.method == "POST"
        form = {"Content-Type": "application/x-www-form-urlencoded"} if post else {}
        target = call.address
        if call.query and not post:
            target += ("&" if "?" in target else "?") + call.query
        for _ in range(4):
            response = session.request(
                call.method,
                target,
                data=call.query.encode() if post else None,
                headers={**form, **call.headers},
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
                stream=True,
                proxies=proxies(target),
                verify=certificates(),
            )
            if response.status_code not in (301, 302, 303, 307, 308):
                return response
            response.close()
            there = urljoin(target, response.headers.get("Location", ""))
            if post or urlsplit(there)[:2] != urlsplit(target)[:2]:
                raise Refused(
                    f"{host(target)} sends on to {redact(host(there), call.secrets)}",
                    source=call.source,
                    hint="The service may have moved; the program does not follow it to another address.",
                )
            target = there
        raise Refused(f"{host(target)} sends on in a circle", source=call.source, hint="Try again later.")

    def _read(self, response: requests.Response, started: float) -> Iterator[bytes]:
        for block in response.iter_content(_BLOCK):
            if self._clock() - started > DEADLINE:
                raise TryAgain(f"the answer did not end within {DEADLINE:.0f} s")
            yield block

    def _session_is_fresh(self) -> bool:
        """Whether this thread had no session until now; it has one after."""
        before = getattr(self._mine, "session", None)
        return self._session() is not before

    def _session(self) -> requests.Session:
        """This thread's session: requests does not promise that threads may share one."""
        found: requests.Session | None = getattr(self._mine, "session", None)
        if found is None:
            import requests

            found = requests.Session()
            found.trust_env = False  # no .netrc; proxies and certificates are looked up below
            found.headers["User-Agent"] = f"harvester/{__version__}"
            found.headers["Accept-Encoding"] = "gzip, deflate"
            self._mine.session = found
            with self._guard:
                self._sessions.append(found)
        return found

    def _limiter(self, address: str, per_second: float, *, keyed: bool) -> Limiter:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        name = f"{parts.hostname}-{port}-{'key' if keyed else 'open'}"
        with self._guard:
            found = self._limiters.get((name, per_second))
            if found is None:
                found = Limiter(
                    name, per_second, folder=self._state, margin=self._margin, clock=self._clock, sleep=self._sleep
                )
                self._limiters[name, per_second] = found
        return found
