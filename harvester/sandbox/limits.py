"""The rate limit of E-utilities: 3 requests in any second, 10 with an api_key, counted as they arrive."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

from harvester.sandbox.answers import JSON, Answer, of_text


class RateLimit:
    """A window of one second that slides over the arrival of requests, one window for each key.

    Only admitted requests fill the window, so that a client which slows down gets in again at once.
    """

    def __init__(self, *, without_key: int = 3, with_key: int = 10) -> None:
        self.without_key = without_key
        self.with_key = with_key
        self._seen: dict[str, deque[float]] = {}
        self._lock = Lock()

    def refuse(self, api_key: str, client: str, arrived: float | None = None) -> Answer | None:
        """None to admit the request, else NCBI's answer to one too many (429, JSON, no Retry-After)."""
        now = time.monotonic() if arrived is None else arrived
        limit = self.with_key if api_key else self.without_key
        with self._lock:
            seen = self._seen.setdefault(api_key or client, deque())
            while seen and now - seen[0] >= 1.0:
                seen.popleft()
            if len(seen) < limit:
                seen.append(now)
                return None
        shown = "redacted" if api_key else client
        body = f'{{"error":"API rate limit exceeded","api-key":"{shown}","count":"{limit + 1}","limit":"{limit}"}}\n'
        return of_text(body, JSON, 429)
