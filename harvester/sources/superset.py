"""What to ask a source that cannot be asked the strategy itself: something wider, so that nothing is lost, only added.

The strategy is then matched here, exactly, on what came. Two forms: `lucene`, one Boolean text without what Lucene-like
services lack (wildcards inside phrases, proximity, fields); `phrases`, several bags of words for services that rank.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from harvester.errors import UsageError
from harvester.query import And, DateKind, DateLimit, Heading, Near, Not, Or, Query, Term, Word, fold, walk
from harvester.window import DateField, Window, first_day, last_day

if TYPE_CHECKING:
    from harvester.search import Search

SHORTEST = 3  # letters before a wildcard: shorter stems are refused or too wide in most Lucene services


def tree(search: Search) -> Query:
    """The strategy's own tree, from the text that the search carries. Raises StrategyError."""
    from harvester.dialects import get

    return get("generic").read(search.text)


def lucene(query: Query, *, wild: bool = True) -> str:
    """`query` widened to AND, OR, whole phrases and words truncated at their end, in no field.

    A phrase with a wildcard becomes its words joined by AND; a proximity too; NOT takes nothing away. `wild` False:
    truncated words are left out, and a term of nothing else matches everything. Raises UsageError when nothing is left.
    """
    text = fold(query, lambda node, below: _lucene(node, below, wild=wild))
    if not text:
        raise UsageError(
            "nothing of this search can be asked there", hint="Give whole words for its truncated ones under [expand]."
        )
    return _bare(text)


def _lucene(node: Query, below: list[str], *, wild: bool) -> str:
    """A text, "" for what matches everything."""
    if isinstance(node, Or):
        return "" if "" in below else "(" + " OR ".join(dict.fromkeys(below)) + ")"
    if isinstance(node, And | Near):
        return _all([each for each in below if each])
    if isinstance(node, Not):
        return below[0]
    if isinstance(node, Heading):
        return _phrase(node.name.replace(",", " ").split())
    return _all(_runs(node.words, wild=wild)) if isinstance(node, Term) else ""


def _runs(words: tuple[Word, ...], *, wild: bool) -> list[str]:
    """Whole words that stand together as one phrase, truncated ones alone."""
    found: list[str] = []
    run: list[str] = []
    for word in words:
        if word.literal:
            run.append(str(word))
            continue
        found += [_phrase(run), _stem(word) if wild else ""]
        run = []
    return [each for each in (*found, _phrase(run)) if each]


def _all(parts: list[str]) -> str:
    found = list(dict.fromkeys(parts))
    if len(found) < 2:
        return found[0] if found else ""
    return "(" + " AND ".join(found) + ")"


def _phrase(words: list[str]) -> str:
    inside = " ".join(" ".join(words).replace('"', " ").replace("\\", " ").split())
    return f'"{inside}"' if inside else ""


def _stem(word: Word) -> str:
    """A truncated word as its letters before the first wildcard and a star; "" where that says nothing."""
    first = word.parts[0]
    clean = isinstance(first, str) and first.isalnum() and len(first) >= SHORTEST
    return f"{first}*" if clean else ""


def _bare(text: str) -> str:
    """Without the outermost parentheses, where they hold all."""
    if not text.startswith("("):
        return text
    depth, quoted = 0, False
    for place, sign in enumerate(text):
        quoted ^= sign == '"'
        if not quoted:
            depth += (sign == "(") - (sign == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]


def phrases(query: Query) -> tuple[str, ...]:
    """The bags of words that stand for `query` in a service that only ranks: one for each term of its narrowest block.

    The narrowest block is the one whose terms have most words. Stars are taken off: a ranking matches stems or nearly.
    """
    blocks = list(query.children) if isinstance(query, And) else [query]
    found = []
    for block in blocks:
        terms = [node for node in walk(block) if isinstance(node, Term)]
        bags = tuple(dict.fromkeys(" ".join(str(word).strip("*?") for word in term.words) for term in terms))
        if bags:
            found.append((sum(len(bag.split()) for bag in bags) / len(bags), bags))
    if not found:
        raise UsageError("there are no words to search for", hint="Write at least one term.")
    return max(found, key=lambda pair: pair[0])[1]


def windows(search: Search) -> tuple[Window, ...]:
    """The days that a record has to lie in: the search's window, and the publication dates among its limits.

    Both can be asked for, so that less is fetched; what is fetched is matched here in any case.
    """
    found = [search.window] if search.window is not None else []
    if search.dialect == "generic" and not any(each.by is DateField.PUBLISHED for each in found):
        query = tree(search)
        for node in query.children if isinstance(query, And) else ():
            if isinstance(node, DateLimit) and node.kind is DateKind.PUBLISHED and not node.last:
                since = first_day(node.since) if node.since else None
                found.append(Window(DateField.PUBLISHED, since, last_day(node.until) if node.until else None))
    return tuple(found)


def days(search: Search, first: date, today: date) -> tuple[date, date]:
    """The days that lie in all windows of a search, open ends closed by the source's first day and by today.

    Where they have no day in common, one day is asked for: what comes is matched here.
    """
    found = windows(search)
    since = max([first, *(each.since for each in found if each.since)])
    until = min([today, *(each.until for each in found if each.until)])
    return since, max(since, until)
