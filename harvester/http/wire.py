"""What happens on the wire: statuses, broken connections, proxies, the size of a body."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from harvester.errors import Changed, Refused
from harvester.http.answer import Answer, TryAgain
from harvester.http.redact import redact


class NotReached(Exception):
    """The server was not reached at all."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def whole(blocks: Iterator[bytes], max_body: int, source: str) -> bytes:
    """All blocks as one. Raises Changed for more than `max_body` bytes."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        size += len(block)
        if size > max_body:
            raise Changed(
                f"an answer of more than {max_body >> 20} MB", source=source, hint="Report it: no such answer is known."
            )
        held.append(block)
    return b"".join(held)


def check_status(answer: Answer, source: str, secrets: Sequence[str]) -> None:
    """Raises TryAgain for what passes and Refused for what does not."""
    if answer.status < 300:
        return
    said = redact(" ".join(answer.text[:200].split()), secrets)
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise TryAgain(f"HTTP {answer.status}: {said}", limited=answer.status == 429)
    if answer.status in (401, 403):
        hint = "Check the key or the permission that this source needs (`harvester sources`)."
    elif answer.status in (413, 414):
        hint = "The query is too long for this source: split it."
    else:
        hint = "Check the query in the source's own search page."
    raise Refused(f"HTTP {answer.status}: {said}", source=source, hint=hint)


def retry_after(text: str) -> float | None:
    """The seconds of a Retry-After header, a number or a date, or None."""
    from email.utils import parsedate_to_datetime

    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def is_loopback(address: str) -> bool:
    """Whether `address` is on this machine."""
    name = urlsplit(address).hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def proxies(address: str) -> dict[str, str]:
    """The proxies that the environment asks for; never one for this machine itself."""
    if is_loopback(address):
        return {}
    from requests.utils import get_environ_proxies

    found: dict[str, str] = get_environ_proxies(address)
    return found


def certificates() -> str | bool:
    """The bundle of certificates that the environment names, or requests' own."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def host(address: str) -> str:
    """Host and port of an address, without anyone's name or password."""
    return urlsplit(address).netloc.rpartition("@")[2] or address


def advice(address: str) -> str:
    """What to try when `address` does not answer."""
    if is_loopback(address):
        return "Is the sandbox running? Start it with `harvester sandbox`, or give --sandbox without an address."
    return "Check the network (and HTTPS_PROXY), then try again; nothing found so far is lost (`harvester resume`)."


def was_reached(error: BaseException) -> bool:
    """Whether a connection error came after the connection stood (reset, closed) and so may pass at once."""
    names = _names(error)
    return bool(
        names & {"ProtocolError", "RemoteDisconnected", "ConnectionResetError", "BrokenPipeError", "ReadTimeoutError"}
    ) and not (names & {"NewConnectionError", "NameResolutionError", "ConnectionRefusedError", "gaierror"})


def innermost(error: BaseException) -> str:
    """The innermost cause in words that hold no address: a class name and the system's own text."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.strerror and not hasattr(cause, "request"):
            return cause.strerror
    return sorted(_names(error) - {"ConnectionError", "MaxRetryError"} or {"no connection"})[0]


def _names(error: BaseException) -> set[str]:
    return {type(cause).__name__ for cause in _causes(error)}


def _causes(error: BaseException) -> list[BaseException]:
    """`error` and whatever it wraps, innermost last, as far as ten deep."""
    found: list[BaseException] = []
    todo: list[object] = [error]
    while todo and len(found) < 10:
        each = todo.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            todo += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found


def day_of(header: str) -> date | None:
    """The day, by UTC, of a Date header (RFC 9110, 5.6.7); None where there is none that can be read."""
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
