"""Faults on request: a plan says at which request the sandbox misbehaves, and how.

    plan   = fault *("," fault)
    fault  = kind "@" when [":" service]
    when   = n | n "-" m | "every" n
    kind   = one of KINDS

Requests to E-utilities are counted from 1. With a service (`429@2:efetch`) only that service's requests are counted,
for that fault alone. `slow` may be given seconds: `slow=2.5@4`; `clock` days, also back: `clock=-400@3`; `delete`,
`merge` and `correct` a number of records, which the corpus' seed chooses: `delete=5@2:efetch`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from harvester.errors import UsageError
from harvester.sandbox.chance import draw

KINDS: dict[str, str] = {
    "429": "API rate limit exceeded (status 429, JSON)",
    "429-in-200": "the same body with status 200",
    "html500": "an HTML page with status 500",
    "html200": "an HTML page with status 200",
    "502": "Bad Gateway with an empty body",
    "503": "Service Unavailable with Retry-After: 1",
    "truncated": "the body cut in half, its length stated as such: nothing on the wire says that it is short",
    "short": "half of the body, then the connection is closed: fewer bytes than Content-Length promised",
    "json-error-in-200": "an esearch error body with status 200 (its message says that the backend failed)",
    "xml-error-in-200": "an ERROR element with status 200",
    "empty": "status 200 and no body",
    "reset": "the connection is closed without an answer",
    "slow": "the answer comes after 5 seconds (slow=SECONDS for another number)",
    "count-drift": "esearch counts three records more than there are",
    "webenv-expired": "the WebEnv of the request is unknown from now on",
    "repeat-page": "efetch gives the page before once more",
    "drop-record": "efetch leaves the last record of the page out",
    "drop-page": "efetch gives an empty page",
    "drip": "the body comes in twenty pieces over 20 seconds (drip=SECONDS for another number)",
    "bad-xml": "an unescaped ampersand in the body",
    "clock": "the sandbox's clock moves by so many days and stays there (clock=-400: back; one day on unless said)",
    "delete": "so many of the records that Table 1 finds are deleted from that day on (1 unless said)",
    "merge": "so many second PMIDs of an article are merged into its first and gone (1 unless said)",
    "correct": "so many of the records that Table 1 finds are corrected on that day, as version 2 (1 unless said)",
    "seeded": "seeded=S@everyN: about each Nth of 10,000 requests has a fault that passes; seed S says which",
}
# What a seeded plan is drawn from: one request fails, the next need not.
PASSING = (
    "429", "429-in-200", "html500", "html200", "502", "truncated", "short", "xml-error-in-200", "empty", "reset",
    "webenv-expired", "repeat-page", "drop-record", "drop-page",
)  # fmt: skip
_SEEDED = 10_000  # requests
_FAULT = re.compile(
    r"(?P<kind>[a-z0-9-]+)(?:=(?P<value>-?[0-9]{1,4}(?:\.[0-9]+)?))?@(?P<when>[0-9]{1,9}(?:-[0-9]{1,9})?|every[0-9]{1,9})(?::(?P<service>[a-z]+))?\Z"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `value` is seconds for `slow`, days for `clock`, records for `delete`, `merge` and `correct`."""

    kind: str
    first: int
    last: int
    every: int = 0
    service: str = ""
    value: float = 0.0

    def strikes(self, number: int) -> bool:
        """Does it strike the request of this number?"""
        return number % self.every == 0 if self.every else self.first <= number <= self.last


def read_plan(text: str) -> tuple[Fault, ...]:
    """Read a plan. Raises UsageError, naming what cannot be read."""
    faults: list[Fault] = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        found = _FAULT.match(part)
        if found is None or found["kind"] not in KINDS:
            known = ", ".join(KINDS)
            raise UsageError(f"{part!r} is not a fault", hint=f"Write KIND@N, with one of: {known}.")
        repeated = found["when"].startswith("every")
        first, _, last = found["when"].removeprefix("every").partition("-")
        if int(first) < 1:
            raise UsageError(f"{part!r}: requests are counted from 1", hint="Write 1 or more after the @.")
        value = float(found["value"] or 0)
        if value < 0 and found["kind"] != "clock":
            raise UsageError(f"{part!r}: less than nothing", hint="Only the clock goes back: clock=-30@2.")
        if found["kind"] == "seeded":
            if not repeated or found["service"]:
                raise UsageError(f"{part!r} is not a fault", hint="Write seeded=7@every10: a seed, and how often.")
            faults.extend(_seeded(int(value), int(first)))
            continue
        faults.append(
            Fault(
                kind=found["kind"],
                first=int(first),
                last=int(last or first),
                every=int(first) if repeated else 0,
                service=found["service"] or "",
                value=value,
            )
        )
    return tuple(faults)


def _seeded(seed: int, every: int) -> Iterator[Fault]:
    for number in range(1, _SEEDED + 1):
        if draw(seed, number, 701) % every == 0:
            yield Fault(PASSING[draw(seed, number, 702) % len(PASSING)], number, number)


def _single(fault: Fault) -> bool:
    return fault.first == fault.last and not fault.every and not fault.service


class Plan:
    """A plan at work: it counts the requests. Thread-safe."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        self._at = {fault.first: fault for fault in faults if _single(fault)}
        self._others = [fault for fault in faults if self._at.get(fault.first) is not fault]
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def next(self, service: str) -> tuple[Fault, ...]:
        """The faults that strike this request to `service` (esearch, efetch, ...)."""
        if not self.faults:
            return ()
        with self._lock:
            self._counts[""] += 1
            self._counts[service] += 1
            single = self._at.get(self._counts[""])
            others = (
                fault
                for fault in self._others
                if fault.service in ("", service) and fault.strikes(self._counts[fault.service])
            )
            return (*((single,) if single else ()), *others)
