"""The language of a document: as it says itself, else by its words, with how sure that is. It never drops one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

SURE = 0.9  # a guess below is kept beside the record and not said to be its language
FEWEST_WORDS = 20  # fewer tell no language
MOST_TEXT = 5_000  # characters that are looked at
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*\Z")


@dataclass(frozen=True, slots=True)
class Language:
    """A language tag, where it comes from ("text": guessed from the words), and of a guess its probability."""

    tag: str
    by: str
    sure: float | None = None


def language(said: str, said_by: str, text: str) -> Language | None:
    """What a document says of itself; where it says nothing that is a language tag, what its words look like.

    The guess is py3langid's, a fixed model that comes with it: the same text gives the same answer anywhere.
    """
    if _TAG.match(said.strip()):
        return Language(said.strip(), said_by)
    if said.strip().isalpha() and len(said.strip()) > 3:
        return Language(said.strip().lower(), said_by)  # "English"
    words = text[:MOST_TEXT].split()
    if len(words) < FEWEST_WORDS:
        return None
    tag, sure = _identifier().classify(" ".join(words))
    return Language(str(tag), "text", round(float(sure), 3))


@cache
def _identifier() -> Any:
    """The model, loaded once (some 60 MB): documents that say their language do not need it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
