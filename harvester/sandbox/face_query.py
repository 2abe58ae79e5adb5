"""What the faces share: another service's query said as the sandbox's PubMed query, and records in plain words.

This is the sandbox's own path: nothing of the program's dialects is used here, so that the two check each other.
"""

from __future__ import annotations

from datetime import date

from harvester.sandbox.answers import World
from harvester.sandbox.article import Article, day
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import DAY, MONTH
from harvester.sandbox.evaluate import SearchFailed
from harvester.sandbox.units import plain


class Refusal(Exception):
    """The service would refuse this query; the message is its own."""


def days(tag: str, since: str, until: str) -> str:
    """A range of days in PubMed's words; an open end is far out."""
    low = since.replace("-", "/") if since and since != "*" else "1000/01/01"
    high = until.replace("-", "/") if until and until != "*" else "3000/12/31"
    return f'("{low}"[{tag}] : "{high}"[{tag}])'


def evaluate(world: World, text: str) -> Bools:
    """The records that a query in PubMed's words finds today. Raises Refusal."""
    try:
        return world.evaluator.run(text, world.today).mask
    except SearchFailed as error:
        raise Refusal(str(error)) from None


def abstract(article: Article) -> list[tuple[str, str]]:
    """The abstract's parts, label and text, without inline tags."""
    return [(plain(label), plain(text)) for label, text in article.sections]


def published(article: Article) -> tuple[int, int, int]:
    """Year, month (0 unknown), day (0 unknown): the printed date, or the electronic one while there is no other."""
    if not article.printed:
        when = day(article.online) if article.online else day(article.created)
        return when.year, when.month, when.day
    when = day(article.printed)
    if article.precision == DAY:
        return when.year, when.month, when.day
    return (when.year, when.month, 0) if article.precision == MONTH else (when.year, 0, 0)


def iso(parts: tuple[int, int, int]) -> str:
    """A date as precisely as it is known."""
    year, month, number = parts
    return f"{year:04d}" + (f"-{month:02d}" + (f"-{number:02d}" if number else "") if month else "")


def whole(parts: tuple[int, int, int]) -> str:
    """A date with what is unknown as the first."""
    return date(parts[0], parts[1] or 1, parts[2] or 1).isoformat()


def iso_day(ordinal: int) -> str:
    """An ordinal as a day."""
    return day(ordinal).isoformat()
