"""What FTS5 is asked for a term: exactly what it means where FTS5 can say that, else something wider.

FTS5 takes a star at the end of any word of a phrase. Other wildcards are written out from the words that the index
holds; where too many words answer, the phrase is asked for with a star or with a hole, and the text is judged later.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from harvester.errors import UsageError
from harvester.match.evaluate import normalise
from harvester.query import ANY, Near, Or, Query, Term, Wild, Word

Vocabulary = Callable[[str], Iterable[str]]
#: One word of a phrase, as alternatives in the language of FTS5; None is a hole, where anything may stand.
_Slot = list[str] | None
_MOST_PHRASES = 64  # ways of writing out one phrase
_A_QUESTION = 100  # alternatives in one MATCH


@dataclass(frozen=True, slots=True)
class Wanted:
    """Alternatives to ask FTS5 for. `anything`: nothing narrows it. `exact`: no text has to be judged afterwards."""

    alternatives: tuple[str, ...] = ()
    exact: bool = True
    anything: bool = False

    def texts(self) -> Iterator[str]:
        """The alternatives, some in each MATCH."""
        for start in range(0, len(self.alternatives), _A_QUESTION):
            yield " OR ".join(self.alternatives[start : start + _A_QUESTION])


_ANYTHING = Wanted(exact=False, anything=True)


def wanted(term: Term, vocabulary: Vocabulary) -> Wanted:
    """What to ask for a word or a phrase."""
    slots: list[_Slot] = []
    exact = True
    for word in term.words:
        if word.literal:
            slots.extend([f'"{token}"'] for token in normalise(str(word)).split())
            continue
        made, sure = _truncated(word, vocabulary, alone=len(term.words) == 1)
        slots.extend(made)
        exact = exact and sure
    if not slots:
        return Wanted()  # nothing but marks: it is in no text
    few = math.prod(len(slot or ()) for slot in slots) <= _MOST_PHRASES
    if (exact and few) or (len(slots) == 1 and slots[0]):
        return Wanted(tuple(" + ".join(words) for words in itertools.product(*(slot or [] for slot in slots))), exact)
    runs = [list(run) for whole, run in itertools.groupby(slots, bool) if whole]
    if any(slot is not None and not slot for slot in slots):
        return Wanted()
    if not runs:
        return _ANYTHING
    asked: list[str] = []
    for run in runs:
        narrow = [slot for slot in run if slot]
        if math.prod(map(len, narrow)) > _MOST_PHRASES:
            asked.extend(f"({' OR '.join(slot)})" for slot in narrow if len(slot) <= _MOST_PHRASES)
        else:
            asked.append("(" + " OR ".join(" + ".join(words) for words in itertools.product(*narrow)) + ")")
    return Wanted((" AND ".join(asked),), exact=False) if asked else _ANYTHING


def near_phrases(node: Near, vocabulary: Vocabulary) -> Wanted:
    """What to ask for a proximity: its sides not too far from each other, or at least all there."""
    sides = [_side(operand, vocabulary) for operand in node.operands]
    if any(not side.anything and not side.alternatives for side in sides):
        return Wanted()
    plain = [side.alternatives for side in sides if not side.anything and _phrases_only(side)]
    if len(plain) == len(sides) and math.prod(map(len, plain)) <= _MOST_PHRASES:
        made = []
        for chosen in itertools.product(*plain):
            # FTS5 counts all words in the middle, those of a side too: leave room for every side.
            reach = node.distance + sum(text.count('"') // 2 for text in chosen)
            made.append(f"NEAR({' '.join(chosen)}, {reach})")
        return Wanted(tuple(made), exact=False)
    asked = [f"({' OR '.join(side.alternatives)})" for side in sides if not side.anything]
    return Wanted((" AND ".join(asked),), exact=False) if asked else _ANYTHING


def _side(node: Query, vocabulary: Vocabulary) -> Wanted:
    if isinstance(node, Term):
        return wanted(node, vocabulary)
    if isinstance(node, Near):
        inner = near_phrases(node, vocabulary)
        return Wanted(tuple(f"({text})" for text in inner.alternatives), exact=False, anything=inner.anything)
    if isinstance(node, Or):
        made = [_side(child, vocabulary) for child in node.children]
        texts = tuple(dict.fromkeys(text for side in made for text in side.alternatives))
        return Wanted(texts, all(side.exact for side in made), any(side.anything for side in made))
    raise UsageError("a proximity can only join terms", hint="Put AND or NOT outside of the proximity.")


def _phrases_only(side: Wanted) -> bool:
    return not any("(" in text or " OR " in text or " AND " in text for text in side.alternatives)


def _truncated(word: Word, vocabulary: Vocabulary, *, alone: bool) -> tuple[list[_Slot], bool]:
    """The slots of a word with wildcards, and whether they say exactly what it means."""
    parts = [part if isinstance(part, Wild) else normalise(part.replace("\n", " ")) for part in word.parts]
    texts = [part for part in parts if isinstance(part, str)]
    if len(parts) == 2 and parts[1] == ANY and texts and texts[0].split() and not texts[0].endswith(" "):
        *before, last = texts[0].split()
        return [*([f'"{token}"'] for token in before), [f'"{last}" *']], True
    if any(" " in text or not text for text in texts) or not texts:
        return [None], False  # marks beside a wildcard: one word or several
    pattern = re.compile("".join(re.escape(part) if isinstance(part, str) else _repeat(part) for part in parts))
    stem = parts[0] if isinstance(parts[0], str) else ""
    found = sorted({f'"{token}"' for token in vocabulary(stem) if pattern.fullmatch(token)})
    if alone or len(found) <= _MOST_PHRASES:
        return [found], True
    return [[f'"{stem}" *'] if stem else None], False


def _repeat(wild: Wild) -> str:
    return f"\\S{{{wild.minimum},{'' if wild.maximum is None else wild.maximum}}}"
