"""A large library with its truth: the sandbox's records as several databases would export them, deduplicated.

    python -m benchmarks.growth_dedupe 100000     # prints one line of JSON

A quarter of the records come again, in capitals, with other authors' shapes, without DOI or with the first page
only. Titles are of few templates, so blocks are large: harder than a real library, where titles are of all subjects.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import date

from harvester.dedupe import Row, dedupe
from harvester.sandbox import corpus as corpora
from harvester.sandbox import people
from harvester.sandbox.article import Article, articles
from harvester.sandbox.relations import SAME_WORK

AT_ONCE = 5000
_SAME = frozenset(int(relation) for relation in SAME_WORK)


def library(count: int, seed: int = 1) -> Iterator[Row]:
    """`count` records; the key of each begins with the number of its work and a slash."""
    corpus = corpora.make(min(count, corpora.MOST), seed)
    chance = random.Random(seed)
    told = 0
    for first in range(0, corpus.size, AT_ONCE):
        for article in articles(corpus, range(first, min(first + AT_ONCE, corpus.size)), corpora.LAST_DAY):
            index = article.index
            work = int(corpus.target[index]) if int(corpus.relation[index]) in _SAME else index
            for export in range(1 if chance.random() < 0.75 else chance.randint(2, 3)):
                if told == count:
                    return
                told += 1
                yield _exported(article, f"{work}/{index}-{export}", export)


def _exported(article: Article, key: str, export: int) -> Row:
    """The record as MEDLINE has it (0), in capitals without DOI (1), or with DOI and first page (2)."""
    if export:
        authors = "".join(f"{family}{initials}." for family, _, initials in article.authors if family)
    else:
        authors = " and ".join(f"{family}, {given}" for family, given, _ in article.authors if family)
    return Row(
        key,
        title=article.title.upper() if export else article.title,
        authors=authors,
        year=str(date.fromordinal(article.printed or article.online or article.created).year),
        journal=people.JOURNALS[article.journal][0],
        volume=article.volume,
        issue=article.issue,
        pages=article.pages.partition("-")[0] if export == 2 else article.pages or article.elocation,
        doi="" if export == 1 else article.doi,
        pmid="" if export else str(article.pmid),
        notes="" if export else "; ".join(article.types),
        abstract=" ".join(text for _, text in article.sections),
    )


class Clocked:
    """Records one by one, and the CPU seconds that making them took."""

    def __init__(self, records: Iterator[Row]) -> None:
        self._records = records
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Row]:
        while True:
            began = time.process_time()
            record = next(self._records, None)
            self.seconds += time.process_time() - began
            if record is None:
                return
            yield record


def main(arguments: list[str]) -> None:
    """Print the CPU seconds, those of making the records left out, and how what was found compares with the truth."""
    count = int(arguments[0])
    making = Clocked(library(count))
    began = time.process_time()
    result = dedupe(making)
    took = time.process_time() - began - making.seconds
    works_of = [{str(key).partition("/")[0] for key in keys} for keys in result.clusters]
    found = {
        "records": result.records, "seconds": took, "works": len(set().union(*works_of)), "found": result.works,
        "impure": sum(len(works) > 1 for works in works_of), "uncertain": len(result.uncertain),
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
