"""What travels between the server and the services behind it, and the clock that they share."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from xml.sax.saxutils import escape

import numpy as np

from harvester.sandbox.chance import Ints
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.evaluate import Evaluator
from harvester.sandbox.lookup import Lookup
from harvester.sandbox.words import digits

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
HTML = "text/html; charset=UTF-8"


@dataclass(slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes
    media_type: str = XML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def of_text(text: str, media_type: str = XML, status: int = 200) -> Answer:
    """An answer of a text, in UTF-8."""
    return Answer(text.encode(), media_type, status)


def of_json(value: object, status: int = 200) -> Answer:
    """An answer of a JSON document, without blanks as NCBI writes it."""
    return Answer(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON, status)


@dataclass(slots=True)
class Query:
    """One search kept on the history server: its PMIDs in result order, and the mask's indices."""

    text: str
    pmids: Ints


class History:
    """WebEnvs and their numbered queries. The oldest WebEnv goes when there are more than a thousand."""

    def __init__(self) -> None:
        self._environments: dict[str, dict[int, Query]] = {}
        self._made = 0
        self._lock = Lock()

    def add(self, environment: str, query: Query) -> tuple[str, int]:
        """Keep a query in `environment` ("" or an unknown one: a new one); returns its WebEnv and query_key."""
        with self._lock:
            if environment not in self._environments:
                self._made += 1
                environment = f"MCID_{self._made:024x}"
                self._environments[environment] = {}
                while len(self._environments) > 1000:
                    self._environments.pop(next(iter(self._environments)))
            queries = self._environments[environment]
            key = len(queries) + 1
            queries[key] = query
            return environment, key

    def get(self, environment: str, key: int) -> Query | None:
        """The query, or None where there is no such WebEnv or key."""
        with self._lock:
            return self._environments.get(environment, {}).get(key)

    def forget(self, environment: str) -> None:
        """Expire a WebEnv."""
        with self._lock:
            self._environments.pop(environment, None)


class World:
    """The corpus, the search over it, and the day it is."""

    def __init__(self, corpus: Corpus, as_of: date, *, rules_on: date | None, unindexed: tuple[str, ...]) -> None:
        self.corpus = corpus
        self.lookup = Lookup(corpus)
        self.evaluator = Evaluator(self.lookup, rules_on=rules_on, unindexed=unindexed)
        self.history = History()
        self.clock = as_of

    @property
    def today(self) -> int:
        """The clock's day as an ordinal."""
        return self.clock.toordinal()

    def existing(self, pmids: list[int]) -> list[int]:
        """Indices of those PMIDs that exist today, in the order asked; the others are simply left out."""
        found = []
        for pmid in pmids:
            index = self.corpus.index_of(pmid)
            if index >= 0 and self._exists(index):
                found.append(index)
        return found

    def _exists(self, index: int) -> bool:
        gone = int(self.corpus.deleted[index])
        return int(self.corpus.created[index]) <= self.today and not 0 < gone <= self.today

    def mask_of(self, query: Query) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """A kept query as a mask."""
        mask = self.lookup.none()
        corpus = self.corpus
        ascending = corpus.newest_first[::-1]
        mask[ascending[np.searchsorted(corpus.pmid, query.pmids, sorter=ascending)]] = True
        return mask


def xml_text(text: str) -> str:
    """Text for use between tags; what XML 1.0 cannot hold becomes a question mark."""
    return escape(_NOT_XML.sub("?", text))


def number(parameters: dict[str, str], name: str, default: int) -> int:
    """A parameter as a number, `default` where it is missing or none."""
    text = parameters.get(name, "").strip()
    return int(text) if digits(text) else default
