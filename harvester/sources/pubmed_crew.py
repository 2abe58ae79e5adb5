"""A few worker threads whose results come back in the order of the work, never more than so many ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
_Task = tuple["Future[object]", Callable[[], object]]


class Crew:
    """`size` daemon threads, begun when first needed. Unlike concurrent.futures' they do not hold up the end of an
    interrupted process.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Hand in `work`; its result, or what it raised, comes through the future."""
        if len(self._threads) < self._size:
            thread = threading.Thread(target=self._serve, daemon=True, name=f"harvest-{len(self._threads) + 1}")
            self._threads.append(thread)
            thread.start()
        future: Future[T] = Future()
        self._tasks.put((future, work))  # type: ignore[arg-type]  # a Future[T] is used here as Future[object]
        return future

    def stop(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._stopped.set()
        for _ in self._threads:
            self._tasks.put(None)

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, work = task
            if self._stopped.is_set() or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits for it
                future.set_exception(error)
