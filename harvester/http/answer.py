"""An answer as it came over the wire, and what a source's judge may say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `request` and `url` are redacted and can be shown; `fetched_at` is UTC; `seconds` it took.

    `server_day` is the day it is there, by UTC, as the server's Date header says (None where it says none).
    """

    status: int
    body: bytes
    media_type: str
    url: str
    request: str
    fetched_at: datetime
    seconds: float = 0.0
    server_day: date | None = None

    @property
    def text(self) -> str:
        """The body as UTF-8 text, undecodable bytes replaced: for messages, not for data."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Whether this is a web page (a server's error page, where data is due)."""
        head = self.body[:400].lstrip().lower()
        return head.startswith((b"<!doctype html", b"<html", b"<head")) or (
            "html" in self.media_type and not head.startswith(b"<?xml")
        )


class TryAgain(Exception):
    """A judge's verdict: this answer is no answer, and asking again may give one.

    `limited` says that the server complained of too many requests: then all processes pause.
    """

    def __init__(self, reason: str, *, limited: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limited = limited


# Looks at an answer with a status below 400 and returns, or raises TryAgain, Refused or Changed.
Judge = Callable[[Answer], None]


def accept(answer: Answer) -> None:
    """The judge that takes whatever came."""
