"""Other services over the same corpus: Europe PMC, OpenAlex, Crossref, GOV.UK, a repository by OAI-PMH.

Each holds a part of the corpus, under ids of its own. The table says which paths and parameters each answers; the
sandbox stands in for all hosts at once, so a path alone does not always tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from harvester.sandbox import face_crossref, face_europepmc, face_govuk, face_oai, face_openalex
from harvester.sandbox.answers import Answer, World
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Face:
    """One service: its source's name in the program, whether it answers a request, its answer, what it holds."""

    name: str
    answers: Callable[[str, Mapping[str, str]], bool]
    answer: Callable[[World, str, Mapping[str, str]], Answer]
    holds: Callable[[Corpus], Bools]


FACES = (
    Face("europe-pmc", face_europepmc.answers, face_europepmc.answer, face_europepmc.holds),
    Face("openalex", face_openalex.answers, face_openalex.answer, face_openalex.holds),
    Face("crossref", face_crossref.answers, face_crossref.answer, face_crossref.holds),
    Face("gov-uk", face_govuk.answers, face_govuk.answer, face_govuk.holds),
    Face("greyguide", face_oai.answers, face_oai.answer, face_oai.holds),
)


def face(path: str, parameters: Mapping[str, str]) -> Face | None:
    """The face that answers such a request, or None."""
    return next((each for each in FACES if each.answers(path, parameters)), None)


def held(corpus: Corpus, name: str) -> Bools:
    """Which records the face of that name holds, at any time."""
    found = next(each for each in FACES if each.name == name).holds(corpus)
    return np.asarray(found, dtype=np.bool_)
