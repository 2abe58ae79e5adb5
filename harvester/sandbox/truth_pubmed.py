"""What Table 1 must find in the synthetic PubMed, by the generator's own knowledge: the terms that each unit was made
with. No query is read and no phrase is looked up here; tests hold the result against the words of the rendered texts.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from harvester.sandbox.chance import Bools, Ints
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.headings import CHILDREN_ONLY
from harvester.sandbox.phrases import BLOCKS
from harvester.sandbox.prose import LAYOUTS

FIRST_SEARCH = date(2022, 7, 31).toordinal()
UPDATE_SEARCH = date(2023, 5, 31).toordinal()
OVERLAP = 30
REVIEW = (2017, 2022)


def term_bits(corpus: Corpus, clock: int) -> Ints:
    """For each record the terms of Table 1 in its title, abstract and keywords, as bits, as far as shown on `clock`."""
    terms = np.array(corpus.stock.terms, dtype=np.int64)
    bits = np.zeros(corpus.size, dtype=np.int64)
    for column in (*corpus.title, *corpus.keywords):
        bits |= terms[column]
    within = np.zeros(corpus.size, dtype=np.int64)
    for column in corpus.abstract:
        within |= terms[column]
    labels = []
    for layout in LAYOUTS:
        total = 0
        for label in layout:
            total |= corpus.stock.terms[corpus.stock.labels[label]] if label else 0
        labels.append(total)
    within |= np.array(labels, dtype=np.int64)[corpus.layout]
    shown = corpus.has_abstract(clock)
    out: Ints = np.where(shown, bits | within, bits)
    return out


def block(bits: Ints, name: str) -> Bools:
    """Which records hold a term of a block."""
    mask = sum(1 << number for number in BLOCKS[name])
    out: Bools = (bits & mask) != 0
    return out


def found(corpus: Corpus, clock: int) -> Bools:
    """Both blocks, no limits, on the day `clock`."""
    bits = term_bits(corpus, clock)
    return block(bits, "SPLW") & block(bits, "LTC") & corpus.visible(clock)


def english(corpus: Corpus) -> Bools:
    """Records in English, also among other languages. English is the first of prose.LANGUAGES."""
    out: Bools = (corpus.language == 0) | (corpus.second_language == 0)
    return out


def published(corpus: Corpus, clock: int, first: int, last: int | None) -> Bools:
    """Published in the years `first` to `last` (None: later too), by the electronic or the printed date."""
    low = date(first, 1, 1).toordinal()
    high = date(last, 12, 31).toordinal() if last else date.max.toordinal()
    printed = (corpus.printed >= low) & (corpus.printed <= high) & (corpus.print_known <= clock)
    online = (corpus.online != 0) & (corpus.online >= low) & (corpus.online <= high)
    out: Bools = printed | online
    return out


def children_only(corpus: Corpus, clock: int) -> Bools:
    """Indexed, by `clock`, with children and without adults. What is not indexed is not among them; books never are."""
    out: Bools = np.isin(corpus.age, list(CHILDREN_ONLY)) & corpus.has_headings(clock) & ~corpus.book
    return out


def limited(corpus: Corpus, clock: int, first: int, last: int | None) -> Bools:
    """Both blocks with the review's limits: English, published in those years, not about children only."""
    wanted = found(corpus, clock) & english(corpus) & published(corpus, clock, first, last)
    return wanted & ~children_only(corpus, clock)


def updated(corpus: Corpus, clock: int) -> Bools:
    """The update search on the day `clock`: entered since 30 days before the first search, published from 2017."""
    since = FIRST_SEARCH - OVERLAP
    return limited(corpus, clock, REVIEW[0], None) & (corpus.created >= since)
