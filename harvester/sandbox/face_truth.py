"""What a right program finds in the faces on a day, by the generator's own knowledge, as truth.py tells it of PubMed.

Each service can say something else of the review's limits, and the truth follows what each can:
Europe PMC: both blocks in title, abstract, keywords; English; years. OpenAlex: title and abstract only; language;
years. Crossref: ranked, then matched here on title and abstract; years. GOV.UK: the same, without years. OAI-PMH: all,
matched here, with the years of the one date that Dublin Core gives. None of them knows headings, so no record is taken
away for being about children.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harvester.sandbox import truth_pubmed as pubmed
from harvester.sandbox.article import articles
from harvester.sandbox.chance import Bools, Ints
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.face_govuk import link
from harvester.sandbox.face_oai import identifier
from harvester.sandbox.face_openalex import number
from harvester.sandbox.face_query import published
from harvester.sandbox.faces import FACES, held
from harvester.sandbox.prose import LAYOUTS


def faces_truth(corpus: Corpus, day: int, first: int, last: int | None) -> dict[str, list[str]]:
    """For each face the ids, as the program keeps them, that the review's search finds on `day`, sorted."""
    return {each.name: ids(corpus, each.name, np.flatnonzero(found(corpus, each.name, day, first, last)).tolist())
            for each in FACES}  # fmt: skip


def found(corpus: Corpus, name: str, day: int, first: int, last: int | None) -> Bools:
    """Which records the review's search finds in a face on `day`, published from `first` to `last` (None: later)."""
    bits = pubmed.term_bits(corpus, day) if name in ("europe-pmc", "greyguide") else _bits_without_keywords(corpus, day)
    there = pubmed.block(bits, "SPLW") & pubmed.block(bits, "LTC") & corpus.visible(day) & held(corpus, name)
    if name == "gov-uk":
        return there  # its days are of revision: no limit of years may drop a page
    if name == "greyguide":
        return there & _by_one_date(corpus, np.flatnonzero(there).tolist(), day, first, last)
    there = there & pubmed.published(corpus, day, first, last)
    return there if name == "crossref" else there & pubmed.english(corpus)


def ids(corpus: Corpus, name: str, indices: Sequence[int]) -> list[str]:
    """The ids under which the program keeps records of a face."""
    if name == "europe-pmc":
        return sorted(f"MED:{corpus.pmid[index]}" for index in indices)
    if name == "openalex":
        return sorted(number(index) for index in indices)
    if name == "gov-uk":
        return sorted(link(index) for index in indices)
    if name == "greyguide":
        return sorted(identifier(index) for index in indices)
    return sorted(f"10.5555/synth.{corpus.base[index]:07d}" for index in indices)


def _bits_without_keywords(corpus: Corpus, day: int) -> Ints:
    terms = np.array(corpus.stock.terms, dtype=np.int64)
    bits = np.zeros(corpus.size, dtype=np.int64)
    for column in corpus.title:
        bits |= terms[column]
    within = np.zeros(corpus.size, dtype=np.int64)
    for column in corpus.abstract:
        within |= terms[column]
    labels = [
        int(np.bitwise_or.reduce([0, *(corpus.stock.terms[corpus.stock.labels[each]] for each in layout if each)]))
        for layout in LAYOUTS
    ]
    within |= np.array(labels, dtype=np.int64)[corpus.layout]
    out: Ints = np.where(corpus.has_abstract(day), bits | within, bits)
    return out


def _by_one_date(corpus: Corpus, indices: Sequence[int], day: int, first: int, last: int | None) -> Bools:
    mask = np.zeros(corpus.size, dtype=np.bool_)
    for each in articles(corpus, indices, day):
        mask[each.index] = first <= published(each)[0] <= (last or 9999)
    return mask
