"""A strategy or a query in other languages: what `harvester translate` does, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from harvester.dialects import get
from harvester.dialects.base import Translation
from harvester.dialects.compose import adults, compose, languages, limited, published
from harvester.dialects.vocabulary import expand
from harvester.errors import StrategyError
from harvester.query import Query
from harvester.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one language: a translation, or the error that says why there is none."""

    dialect: str
    translation: Translation | None
    error: StrategyError | None = None


def read_query(text: str, dialect: str = "pubmed") -> Query:
    """A query or line set in a database's own language as a tree. Raises StrategyError, UsageError."""
    return get(dialect).read(text)


def translate(
    what: Strategy | Query,
    to: str,
    *,
    on: date | None = None,
    limits: bool = False,
    vocabulary: Mapping[str, int] | None = None,
) -> Translation:
    """A strategy (its blocks; with `limits` its limits too) or a query in the language `to`, and what was lost.

    `on` is the day whose rules apply (default: the strategy's own date, else today). `vocabulary` holds words and how
    often they stand somewhere: truncated words that `[expand]` does not list are written out from it where a database
    cannot truncate. Raises StrategyError where the search cannot be said, UsageError for an unknown language.
    """
    (found,) = translate_all(what, (to,), on=on, limits=limits, vocabulary=vocabulary)
    if found.translation is None:
        assert found.error is not None
        raise found.error
    return found.translation


def translate_all(
    what: Strategy | Query,
    to: Iterable[str],
    *,
    on: date | None = None,
    limits: bool = False,
    vocabulary: Mapping[str, int] | None = None,
) -> list[Outcome]:
    """`translate` into several languages; one that cannot say the search is an outcome with an error.

    Raises StrategyError when the strategy cannot be read, UsageError for an unknown language.
    """
    dialects = [get(name) for name in to]
    today = datetime.now(UTC).date()
    given: Mapping[str, tuple[str, ...]] = {}
    day = on or today
    query = what if not isinstance(what, Strategy) else compose(what).core
    if isinstance(what, Strategy):
        given, day = what.expansions, what.rules_date(on, today)
        if limits:
            found = [languages(what), published(what.limits.published), adults(what)]
            query = limited(query, [limit for limit in found if limit])
    expansions, more = expand(query, vocabulary, given) if vocabulary is not None else (given, [])
    outcomes = []
    for dialect in dialects:
        try:
            made = dialect.write(query, on=day, expansions=expansions)
        except StrategyError as error:
            told = error
            if isinstance(what, Strategy):
                told = what.error(error.bare_message, error.line, error.column, hint=error.hint)
            outcomes.append(Outcome(dialect.name, None, told))
            continue
        # Only a language that wrote a stem out lost what the vocabulary lacks.
        said = "\n".join(loss.what for loss in made.losses)
        lost = tuple(loss for loss in more if loss.what in said)
        outcomes.append(Outcome(dialect.name, replace(made, losses=(*made.losses, *lost))))
    return outcomes
