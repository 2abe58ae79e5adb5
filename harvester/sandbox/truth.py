"""The truth file: what a right program finds in the sandbox, on which day, and which records are the same work.

All of it comes from the generator's own statements (phrases.py, documents.py, relations.py), none from the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from harvester.sandbox import truth_pubmed as pubmed
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.documents import Document
from harvester.sandbox.face_truth import faces_truth
from harvester.sandbox.phrases import BLOCKS, TERMS
from harvester.sandbox.relations import SAME_WORK, Relation

Truth = dict[str, Any]
_SPLW = sum(1 << number for number in BLOCKS["SPLW"])
_LTC = sum(1 << number for number in BLOCKS["LTC"])


def truth(corpus: Corpus, as_of: date, sites: Mapping[str, Sequence[Document]]) -> Truth:
    """The truth on a day, as JSON values. `sites` are the sites' documents. docs/sandbox.md explains the keys."""
    return _Teller(corpus, sites).tell(as_of)


class _Teller:
    def __init__(self, corpus: Corpus, sites: Mapping[str, Sequence[Document]]) -> None:
        self.corpus = corpus
        self.sites = sites

    def tell(self, as_of: date) -> Truth:
        corpus, today = self.corpus, as_of.toordinal()
        days = {day: self._search(day) for day in sorted({pubmed.FIRST_SEARCH, pubmed.UPDATE_SEARCH, today})}
        return {
            "seed": corpus.seed,
            "records": corpus.size,
            "as_of": as_of.isoformat(),
            "terms": list(TERMS),
            "limits": {"language": "english", "published": list(pubmed.REVIEW), "age": "exclude-children"},
            "searches": {date.fromordinal(day).isoformat(): search for day, search in days.items()},
            "update": self._update(today),
            "clusters": self._clusters(today),
            "related": self._related(today),
            "sites": {name: self._site(name, today) for name in self.sites},
        }

    def _search(self, day: int) -> Truth:
        corpus = self.corpus
        bits = pubmed.term_bits(corpus, day)
        there = corpus.visible(day)
        both = pubmed.found(corpus, day)
        within = pubmed.limited(corpus, day, *pubmed.REVIEW)
        return {
            "in_database": int(there.sum()),
            "unlimited": _pmids(corpus, both),
            "limited": _pmids(corpus, within),
            "lost_to": {
                "language": int((both & ~pubmed.english(corpus)).sum()),
                "published": int((both & ~pubmed.published(corpus, day, *pubmed.REVIEW)).sum()),
                "age": int((both & pubmed.children_only(corpus, day)).sum()),
            },
            "blocks": {name: int((pubmed.block(bits, name) & there).sum()) for name in BLOCKS},
            "term_hits": [int((((bits >> number) & 1 == 1) & there).sum()) for number in range(len(TERMS))],
            "sites": {name: self._matched(name, day, *pubmed.REVIEW) for name in self.sites},
            "faces": faces_truth(corpus, day, *pubmed.REVIEW),
            "records": int(within.sum()) + sum(len(self._matched(n, day, *pubmed.REVIEW)) for n in self.sites),
            "works": len(self._works(day, within, pubmed.REVIEW[1])),
        }

    def _matched(self, site: str, day: int, first: int, last: int | None) -> list[str]:
        return [document.path for document in self._hits(site, day, first, last)]

    def _hits(self, site: str, day: int, first: int, last: int | None) -> list[Document]:
        return [
            document
            for document in self.sites[site]
            if document.appears <= day
            and document.terms & _SPLW
            and document.terms & _LTC
            and first <= document.published.year <= (last or 9999)
        ]

    def _works(self, day: int, mask: Bools, last: int | None) -> set[tuple[str, ...]]:
        """The works among the records of a search: each the sorted ids of its records that were found."""
        corpus = self.corpus
        work = _work_of(corpus)
        groups: dict[int, list[str]] = {}
        for index in np.flatnonzero(mask).tolist():
            groups.setdefault(int(work[index]), []).append(f"pubmed:{corpus.pmid[index]}")
        alone: list[tuple[str, ...]] = []
        for name in self.sites:
            for document in self._hits(name, day, pubmed.REVIEW[0], last):
                key = f"{name}:{document.path}"
                if document.same_as >= 0:
                    groups.setdefault(int(work[document.same_as]), []).append(key)
                else:
                    alone.append((key,))
        return {tuple(sorted(ids)) for ids in groups.values()} | set(alone)

    def _update(self, today: int) -> Truth:
        corpus = self.corpus
        first = pubmed.limited(corpus, pubmed.FIRST_SEARCH, *pubmed.REVIEW)
        found = pubmed.updated(corpus, today)
        new = found & ~first
        visible = corpus.visible(today)
        modified = corpus.modified(today)
        changed = first & visible & (modified > pubmed.FIRST_SEARCH)
        notice = np.where(corpus.companion >= 0, corpus.companion, 0)
        retracted = (corpus.companion >= 0) & (corpus.relation[notice] == Relation.RETRACTION)
        retracted &= (corpus.created[notice] > pubmed.FIRST_SEARCH) & (corpus.created[notice] <= today)
        before = {name: set(self._matched(name, pubmed.FIRST_SEARCH, *pubmed.REVIEW)) for name in self.sites}
        now = {name: self._matched(name, today, pubmed.REVIEW[0], None) for name in self.sites}
        old_works = self._works(pubmed.FIRST_SEARCH, first, pubmed.REVIEW[1])
        known = {identifier for work in old_works for identifier in work}
        all_works = self._works(today, first | found, None)
        return {
            "since": date.fromordinal(pubmed.FIRST_SEARCH - pubmed.OVERLAP).isoformat(),
            "until": date.fromordinal(today).isoformat(),
            "found": _pmids(corpus, found),
            "new": _pmids(corpus, new),
            "new_on_sites": {name: sorted(set(paths) - before[name]) for name, paths in now.items()},
            "new_works": sorted(sorted(work) for work in all_works if not known & set(work)),
            "changed": {
                "modified": _pmids(corpus, changed),
                "indexed": _pmids(corpus, changed & _between(corpus.indexed, today)),
                "printed": _pmids(corpus, changed & _between(corpus.print_known, today)),
                "abstract_came": _pmids(corpus, changed & _between(corpus.abstract_since, today)),
                "new_version": _pmids(corpus, changed & _between(corpus.new_version, today)),
            },
            "retracted": _pmids(corpus, first & retracted),
            "deleted": _pmids(corpus, first & ~visible),
            # Found in July 2022 and no longer by the same search: indexed as children only, or deleted.
            "no_longer_found": _pmids(corpus, first & ~pubmed.limited(corpus, today, *pubmed.REVIEW)),
        }

    def _clusters(self, today: int) -> list[Truth]:
        """Every set of two or more records that are one work and exist today."""
        corpus = self.corpus
        there = corpus.visible(today)
        groups: dict[int, list[str]] = {}
        why: dict[int, set[str]] = {}
        same = np.isin(corpus.relation, [int(relation) for relation in SAME_WORK])
        for index in np.flatnonzero(same & there).tolist():
            target = int(corpus.target[index])
            if there[target]:
                groups.setdefault(target, [f"pubmed:{corpus.pmid[target]}"]).append(f"pubmed:{corpus.pmid[index]}")
                why.setdefault(target, set()).add(Relation(int(corpus.relation[index])).name.lower())
        for name in self.sites:
            for document in self.sites[name]:
                if document.same_as >= 0 and document.appears <= today and there[document.same_as]:
                    group = groups.setdefault(document.same_as, [f"pubmed:{corpus.pmid[document.same_as]}"])
                    group.append(f"{name}:{document.path}")
                    why.setdefault(document.same_as, set()).add("site")
        return [{"ids": sorted(ids), "why": sorted(why[target])} for target, ids in sorted(groups.items())]

    def _related(self, today: int) -> list[Truth]:
        """Pairs that hang together and are not the same work: preprint, erratum, retraction notice and so on."""
        corpus = self.corpus
        there = corpus.visible(today)
        pairs = []
        for index in np.flatnonzero((corpus.relation > 0) & there).tolist():
            relation = Relation(int(corpus.relation[index]))
            target = int(corpus.target[index])
            if relation not in SAME_WORK and there[target]:
                pairs.append(
                    {
                        "kind": relation.name.lower(),
                        "record": f"pubmed:{corpus.pmid[index]}",
                        "of": f"pubmed:{corpus.pmid[target]}",
                    }
                )
        return pairs

    def _site(self, name: str, today: int) -> list[Truth]:
        corpus = self.corpus
        return [
            {
                "path": document.path,
                "kind": document.kind,
                "title": document.title,
                "authors": list(document.authors),
                "published": document.published.isoformat(),
                "appears": date.fromordinal(document.appears).isoformat(),
                "metadata": document.style,
                "doi": document.doi,
                "terms": [number for number in range(len(TERMS)) if document.terms >> number & 1],
                "matches": bool(document.terms & _SPLW and document.terms & _LTC),
                "same_as": f"pubmed:{corpus.pmid[document.same_as]}" if document.same_as >= 0 else "",
            }
            for document in self.sites[name]
            if document.appears <= today
        ]


def _pmids(corpus: Corpus, mask: Bools) -> list[str]:
    return [str(pmid) for pmid in np.sort(corpus.pmid[mask]).tolist()]


def _work_of(corpus: Corpus) -> np.ndarray[tuple[Any, ...], np.dtype[np.int64]]:
    same = np.isin(corpus.relation, [int(relation) for relation in SAME_WORK])
    return np.where(same, corpus.target, np.arange(corpus.size))


def _between(days: np.ndarray[tuple[Any, ...], np.dtype[np.int64]], today: int) -> Bools:
    out: Bools = (days > pubmed.FIRST_SEARCH) & (days <= today)
    return out
