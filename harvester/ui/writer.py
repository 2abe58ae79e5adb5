"""The one way from the browser into the store: decisions are kept at once, the works follow a moment later.

Judging all records after each decision would make the reviewer wait, so a thread does it when no decision has come
for a moment, and when the server ends. A server that was killed in between judges when it is started again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from harvester import works
from harvester.errors import HarvesterError
from harvester.store import Store, open_store

T = TypeVar("T")
QUIET_SECONDS = 1.5


class Writer:
    """Writes to the store, one call at a time, each opening and closing it: other verbs may write in between."""

    def __init__(self, path: Path, *, quiet: float = QUIET_SECONDS) -> None:
        self._path = path
        self._quiet = quiet
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self.failure = ""  # why the works do not follow the decisions at the moment

    def __call__(self, act: Callable[[Store], T]) -> T:
        """Do `act` with the store open for writing, and see to it that the works follow. Raises HarvesterError."""
        with self._lock:
            with open_store(self._path, create=False) as store:
                done = act(store)
            self._later()
        return done

    def read(self, act: Callable[[Store], T]) -> T:
        """Do `act` with the store open for reading."""
        with open_store(self._path, write=False) as store:
            return act(store)

    def close(self) -> None:
        """Let the works follow what was decided last."""
        with self._lock:
            waiting = self._timer is not None
            if self._timer is not None:
                self._timer.cancel()
        if waiting:
            self.judge()

    def judge(self) -> None:
        """Bring the works up to date now. A store in use is no loss: the decisions are kept, the next time does it."""
        with self._lock:
            self._timer = None
            try:
                with open_store(self._path, create=False) as store:
                    works.judge(store, anew=True)
                self.failure = ""
            except HarvesterError as error:
                self.failure = f"decisions are kept, but not applied yet: {error}"
                self._later()

    def _later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._quiet, self.judge)
        self._timer.daemon = True
        self._timer.start()
