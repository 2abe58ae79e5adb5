"""A limit on requests a second that all processes of one user on one machine keep together.

The rule is a sliding window, as servers count: request n is sent no sooner than `window` seconds after request
n - per_second, with `window` a little over a second. Within a window requests keep a small distance, since those that
arrive together delay one another. That costs less than even spacing. Measured in docs/decisions/0031.

The moments of the last requests stand in a small file, one a host, port and kind of key, under the user's state
folder. The file's lock is the operating system's, so it is free again when a process is killed.
"""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from harvester.errors import ConfigError

# What a request may arrive sooner, or the one before it later, than it was sent: about 0.37 s a request at 3 a second,
# which Bio.Entrez's maintainers found reliable where 0.34 was not; 0.97 of the allowed rate drew 429s.
MARGIN = 0.10
# The distance of two requests, as a part of even spacing.
SPREAD = 0.3
# A moment further ahead than this was written before the machine's clock began anew.
HORIZON = 120.0


def state_dir() -> Path:
    """The folder of the limiter's files: HARVESTER_STATE_DIR, else the user's state folder, else the temporary one.

    Raises ConfigError when none can be written.
    """
    import platformdirs

    told = os.environ.get("HARVESTER_STATE_DIR")
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    places = (
        [Path(told)]
        if told
        else [
            Path(platformdirs.user_state_path("harvester")) / "rate",
            Path(tempfile.gettempdir()) / f"harvester-{user}-rate",
        ]
    )
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(place, os.W_OK | os.X_OK):
            return place
    raise ConfigError(
        f"no folder to keep the request times in: {' and '.join(map(str, places))} cannot be written",
        hint="Set HARVESTER_STATE_DIR to a folder that you may write.",
    )


class Limiter:
    """At most `per_second` requests a second under `name`, over all processes that use the same folder.

    `clock` counts seconds from one start for all processes (time.monotonic does); `sleep` waits.
    """

    def __init__(
        self,
        name: str,
        per_second: float,
        *,
        folder: Path | None = None,
        margin: float = MARGIN,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from filelock import FileLock

        self._burst = max(1, math.floor(per_second))
        self._window = self._burst / per_second + margin
        self._distance = SPREAD / per_second if self._burst > 1 else 0.0
        self._clock = clock
        self._sleep = sleep
        self._here = threading.Lock()
        safe = re.sub(r"[^A-Za-z0-9.-]+", "_", name)
        base = (folder or state_dir()) / safe
        self._file = base.with_name(base.name + ".json")
        self._lock = FileLock(str(base.with_name(base.name + ".lock")), timeout=30)

    def wait(self, *, late: float = 0.0) -> float:
        """Waits for this request's turn and returns the seconds waited.

        `late` is how many seconds later than usual the request may arrive (a new connection's handshake).
        """
        with self._here, self._locked():
            now = self._clock()
            moments, not_before = self._read(now)
            moment = max(now, not_before)
            if moments:
                moment = max(moment, moments[-1] + self._distance)
            if len(moments) >= self._burst:
                moment = max(moment, moments[-self._burst] + self._window)
            self._write(sorted([*moments, moment + late])[-self._burst :], not_before)
        waited = 0.0
        while (left := moment - self._clock()) > 0:
            self._sleep(left)
            waited += left
        return waited

    def hold(self, seconds: float) -> None:
        """Lets no process send anything for `seconds`: the server has said that there were too many."""
        with self._here, self._locked():
            now = self._clock()
            moments, not_before = self._read(now)
            self._write(moments, max(not_before, now + min(seconds, HORIZON)))

    def _locked(self) -> AbstractContextManager[object]:
        return self._lock.acquire(poll_interval=0.002)

    def _read(self, now: float) -> tuple[list[float], float]:
        try:
            held = json.loads(self._file.read_bytes())
            moments = [float(moment) for moment in held["moments"]]
            not_before = float(held["not_before"])
        except FileNotFoundError:
            return [], 0.0
        except (ValueError, KeyError, TypeError):
            # Half written by a process that was killed: as if a full burst had just gone.
            return [now] * self._burst, 0.0
        moments = sorted(moment for moment in moments if moment <= now + HORIZON)
        return moments, not_before if not_before <= now + HORIZON else 0.0

    def _write(self, moments: list[float], not_before: float) -> None:
        self._file.write_text(json.dumps({"moments": moments, "not_before": not_before}), encoding="utf-8")
