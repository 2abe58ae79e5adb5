"""The stock of text pieces ("units"): parts of titles, sentences, keywords, labels, each with the terms it holds.

A record is a row of unit numbers; its text is made only when asked for. Unit 0 is empty.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import numpy as np

from harvester.sandbox import prose
from harvester.sandbox.chance import Units, draw
from harvester.sandbox.phrases import (
    BOUNDARY,
    CONDITION_DECOYS,
    CONDITIONS,
    LABELS,
    WORKER_DECOYS,
    WORKERS,
)

_GAP = re.compile(r"\{(\w+)(\^?)\}")
_TAG = re.compile(r"</?[a-z]+>")
SECTIONS = ("background", "background", "aim", "methods", "methods", "results", "results", "results", "conclusion")


def plain(xml: str) -> str:
    """The text of a unit without inline tags and entities."""
    return html.unescape(_TAG.sub("", xml))


@dataclass
class Stock:
    """Every unit: its XML, and as a bit mask the terms of Table 1 that it holds. `pools` groups them by use."""

    xml: list[str] = field(default_factory=lambda: [""])
    terms: list[int] = field(default_factory=lambda: [0])
    pools: dict[str, Units] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    def add(self, xml: str, terms: int = 0) -> int:
        """Take one unit in and return its number."""
        self.xml.append(xml)
        self.terms.append(terms)
        return len(self.xml) - 1


class _Writer:
    """Fills the gaps of templates, always in the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.turn = 0
        self.terms = 0
        self.worker = 0
        self.condition = 0

    def next(self) -> int:
        self.turn += 1
        return draw(self.seed, self.turn, 977)

    def write(self, template: str) -> tuple[str, int]:
        self.terms = 0
        return _GAP.sub(self._fill, template), self.terms

    def _fill(self, gap: re.Match[str]) -> str:
        text = self._word(gap.group(1))
        return _capital(text) if gap.group(2) else text

    def _word(self, name: str) -> str:
        if name in ("W", "O", "M"):
            return self._worker(name)
        if name == "C":
            return self._condition()
        if name == "D":
            plural = [form[2:] for form in WORKER_DECOYS if form[0] == "p"]
            return plural[self.next() % len(plural)]
        if name == "n":
            return str(3 + self.next() % 95)
        if name == "p":
            return str(2 + self.next() % 90)
        stock = {"E": CONDITION_DECOYS, "place": prose.PLACES, "who": prose.PEOPLE, "thing": prose.OUTCOMES,
                 "design": prose.DESIGNS, "Design": prose.DESIGNS}[name]  # fmt: skip
        word = stock[self.next() % len(stock)]
        return _capital(word) if name == "Design" else word

    def _worker(self, gap: str) -> str:
        """The terms take turns, so that each occurs; the form among a term's own is by chance."""
        wanted = {"W": "p", "O": "s", "M": "psm"}[gap]
        while True:
            term = self.worker % len(WORKERS)
            self.worker += 1
            forms = [form for form in WORKERS[term] if form[0] in wanted]
            if forms:
                break
        form = forms[self.next() % len(forms)]
        self.terms |= 1 << term
        text = form[2:]
        if form[0] == "s":
            text = ("an " if text[0] in "aeiou" else "a ") + text
        return text

    def _condition(self) -> str:
        term = len(WORKERS) + self.condition % len(CONDITIONS)
        self.condition += 1
        self.terms |= 1 << term
        forms = CONDITIONS[term]
        return forms[self.next() % len(forms)]


def _capital(text: str) -> str:
    place = text.find(">") + 1 if text.startswith("<") else 0
    return text[:place] + text[place : place + 1].upper() + text[place + 1 :]


def build(seed: int) -> Stock:
    """The whole stock of a seed: some ten thousand units."""
    stock = Stock()
    writer = _Writer(seed)

    def pool(name: str, templates: tuple[str, ...], times: int) -> None:
        numbers = []
        for template in templates:
            for _ in range(times if "{" in template else 1):
                numbers.append(stock.add(*writer.write(template)))
        stock.pools[name] = np.array(numbers, dtype=np.uint16)

    for kind, times in (("worker", 56), ("neutral", 11), ("far", 1)):
        pool(f"lead/{kind}", prose.LEADS[kind], times)
    for kind, times in (("condition", 100), ("neutral", 12), ("far", 1)):
        pool(f"middle/{kind}", prose.MIDDLES[kind], times)
    pool("tail", prose.TAILS, 120)
    for section, kinds in prose.SENTENCES.items():
        for kind, templates in kinds.items():
            pool(f"{section}/{kind}", templates, 130 if kind in ("worker", "condition", "both") else 60)
    decoy_leads = tuple(f"Working with {form[2:]}: support for" for form in WORKER_DECOYS)
    decoy_middles = tuple(f"{{who}} with {form}" for form in CONDITION_DECOYS)
    pool("lead/decoy", decoy_leads, 1)
    pool("middle/decoy", decoy_middles, 5)
    pool("keyword/neutral", prose.KEYWORDS, 1)
    pool("keyword/far", prose.FAR_KEYWORDS, 1)
    pool("keyword/decoy", tuple(form[2:] for form in WORKER_DECOYS) + CONDITION_DECOYS, 1)
    for name, forms, cut in (("worker", WORKERS, 2), ("condition", CONDITIONS, 0)):
        numbers = [stock.add(plain(f)[cut:], 1 << term) for term, group in forms.items() for f in group]
        stock.pools[f"keyword/{name}"] = np.array(numbers, dtype=np.uint16)
    bounds = [stock.add(text, sum(1 << term for term in terms)) for text, terms in BOUNDARY]
    stock.pools["boundary"] = np.array(bounds, dtype=np.uint16)
    for layout in prose.LAYOUTS:
        for label in layout:
            if label and label not in stock.labels:
                stock.labels[label] = stock.add(label, sum(1 << term for term in LABELS.get(label, ())))
    return stock
