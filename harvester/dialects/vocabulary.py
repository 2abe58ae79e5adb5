"""Whole words for truncated ones, from words that somebody has: a list, or the titles and abstracts already found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from harvester.query import Query, Term, Wild, Word, walk
from harvester.search import Loss, LossKind

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LISTED = re.compile(r"([^\s,;]+)(?:[\t,; ]+(\d+))?\Z")
#: Words written out for one stem. Phrases multiply them, and databases refuse what grows too long.
MOST_WORDS = 40


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in `texts`, in small letters; a hyphenated word also counts for each of its parts."""
    found: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(text.casefold()):
            found[word] += 1
            if "-" in word:
                found.update(word.split("-"))
    return found


def read_list(text: str) -> Counter[str]:
    """A list of words, one a line, each with its number behind a tab, comma or blank or with none; `#` is a comment.

    Raises ValueError with the number of a line that is no word.
    """
    found: Counter[str] = Counter()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        stripped = line.partition("#")[0].strip()
        if not stripped:
            continue
        row = _LISTED.match(stripped)
        if row is None:
            raise ValueError(f"line {number} is no single word: {stripped[:40]!r}")
        found[row[1].casefold()] += int(row[2] or 1)
    return found


def expand(
    query: Query, vocabulary: Mapping[str, int], given: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[dict[str, tuple[str, ...]], list[Loss]]:
    """Expansions for every truncated word of `query`: `given` as they are, the others from `vocabulary`, the most
    frequent first and at most MOST_WORDS. The losses name what was left out; a stem that no word
    begins with has no expansion."""
    made = dict(given or {})
    losses: list[Loss] = []
    in_order = sorted(vocabulary)
    for key, word in _truncated(query).items():
        if key in made:
            continue
        found = sorted(_begun(word, in_order), key=lambda each: (-vocabulary[each], each))
        if not found:
            continue  # the language itself says then what became of it
        made[key] = tuple(sorted(found[:MOST_WORDS]))
        if len(found) > MOST_WORDS:
            rest = ", ".join(found[MOST_WORDS : MOST_WORDS + 10]) + (", ..." if len(found) > MOST_WORDS + 10 else "")
            why = f"written out as the {MOST_WORDS} commonest of the {len(found)} words there are, without {rest}"
            losses.append(Loss(LossKind.NARROWED, key, why))
    return made, losses


def _truncated(query: Query) -> dict[str, Word]:
    return {
        str(word).casefold(): word
        for node in walk(query)
        if isinstance(node, Term)
        for word in node.words
        if not word.literal
    }


def _begun(word: Word, in_order: list[str]) -> list[str]:
    pattern = re.compile(
        "".join(
            f".{{{part.minimum},{'' if part.maximum is None else part.maximum}}}"
            if isinstance(part, Wild)
            else re.escape(part.casefold())
            for part in word.parts
        )
    )
    first = word.parts[0]
    stem = first.casefold() if isinstance(first, str) else ""
    start, end = bisect_left(in_order, stem), bisect_left(in_order, stem + "\U0010ffff")
    return [each for each in in_order[start:end] if pattern.fullmatch(each)]
