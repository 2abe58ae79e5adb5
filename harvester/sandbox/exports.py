"""What databases without an open API would export: files of the same corpus, for sources that are searched by hand.

Each database holds a share of the records, some of them weeks before PubMed has them, under accession numbers of its
own. Its file is what Table 1 finds there, by the generator's own knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from harvester.errors import UsageError
from harvester.sandbox import people
from harvester.sandbox import truth_pubmed as pubmed
from harvester.sandbox.article import Article, articles
from harvester.sandbox.chance import Bools, draws
from harvester.sandbox.corpus import WORKER, Corpus
from harvester.sandbox.pubmed_text import languages_of, printed_date
from harvester.sandbox.pubmed_xml import issn_of
from harvester.sandbox.units import plain

READING = "reading.ris"  # one article that nobody's strategy finds, as a colleague would hand it over


@dataclass(frozen=True, slots=True)
class Database:
    """One database: the percentage of the corpus it holds, and how many days before PubMed it has a record. None of
    them has MeSH, so that none can be limited to adults as PubMed is.
    """

    name: str
    ending: str
    salt: int
    share: int
    ahead: int
    write: Callable[[Sequence[Article]], str]


def _ebsco(database: str, first: int) -> Callable[[Sequence[Article]], str]:
    """EBSCOhost's RIS: the accession number in ID, the abstract in N2, `Family,Given`."""

    def write(found: Sequence[Article]) -> str:
        return "".join(_ris(article, database, str(first + article.index)) for article in found)

    return write


def _ris(article: Article, database: str, number: str) -> str:
    title, short, _ = people.JOURNALS[article.journal]
    start, _, end = article.pages.partition("-")
    lines = [
        ("TY", "BOOK" if article.book else "JOUR"),
        ("ID", number),
        ("T1", plain(article.title)),
        *(("AU", f"{family},{given}" if family else initials) for family, given, initials in article.authors),
        ("Y1", _slashed(article)),
        ("N2", _abstract(article)),
        *(("KW", plain(word)) for word in article.keywords),
        ("JF", "" if article.book else plain(title)),
        ("JO", "" if article.book else short),
        ("SN", "" if article.book else issn_of(article)),
        ("VL", article.volume),
        ("IS", article.issue),
        ("SP", start or article.elocation),
        ("EP", start[: len(start) - len(end)] + end if end else ""),
        *(("LA", name) for name in languages_of(article)),
        ("DO", article.doi),
        ("DP", "EBSCOhost"),
        ("DB", database),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def _ciw(found: Sequence[Article]) -> str:
    """Web of Science's tagged form."""
    return "FN Clarivate Analytics Web of Science\nVR 1.0\n" + "".join(map(_tagged, found)) + "EF\n"


def _tagged(article: Article) -> str:
    title, _, _ = people.JOURNALS[article.journal]
    start, _, end = article.pages.partition("-")
    names = [f"{family}, {initials}" for family, _, initials in article.authors if family]
    groups = [initials for family, _, initials in article.authors if not family]
    lines = [
        ("PT", "B" if article.book else "J"),
        ("AU", "\n   ".join(names)),
        ("CA", "\n   ".join(groups)),
        ("TI", plain(article.title).removesuffix(".")),
        ("SO", "" if article.book else plain(title).upper()),
        ("LA", "; ".join(languages_of(article))),
        ("DT", "Article"),
        ("DE", "; ".join(plain(word) for word in article.keywords)),
        ("AB", _abstract(article)),
        ("SN", "" if article.book else issn_of(article)),
        ("PY", _slashed(article)[:4]),
        ("VL", article.volume),
        ("IS", article.issue),
        ("BP", start),
        ("EP", start[: len(start) - len(end)] + end if end else ""),
        ("AR", "" if start else article.elocation),
        ("DI", article.doi),
        ("UT", f"WOS:{900000000000 + article.index:015d}"),
    ]
    return "".join(f"{tag} {value}\n" for tag, value in lines if value) + "ER\n\n"


DATABASES = (
    Database("cinahl", "ris", 501, 35, 21, _ebsco("cin20", 150_000_000)),
    Database("psycinfo", "ris", 502, 30, 0, _ebsco("psyh", 2_000_000)),
    Database("web-of-science", "ciw", 503, 60, 14, _ciw),
)


def write_exports(corpus: Corpus, folder: Path, as_of: date, since: date | None = None) -> list[tuple[Path, int]]:
    """Write every database's file of the day `as_of`, and READING; returns the files and their numbers of records.

    Without `since` the search is the review's first: published 2017 to 2022. With it, an update's: what the database
    took in from that day on, published from 2017. Raises UsageError for a folder that cannot be written.
    """
    found = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for database in DATABASES:
            rows = np.flatnonzero(found_in(corpus, database, as_of, since)).tolist()
            path = folder / f"{database.name}.{database.ending}"
            path.write_bytes(database.write(_articles(corpus, rows, as_of, database.ahead)).encode())
            found.append((path, len(rows)))
        read = reading(corpus, as_of)
        path = folder / READING
        path.write_bytes(_handed_over(_articles(corpus, read, as_of)).encode())
        found.append((path, len(read)))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror or error}", hint="Name a folder of your own."
        ) from None
    return found


def found_in(corpus: Corpus, database: Database, as_of: date, since: date | None = None) -> Bools:
    """Which records a database's search of the day `as_of` finds."""
    clock = as_of.toordinal() + database.ahead
    last = None if since else pubmed.REVIEW[1]
    wanted = pubmed.found(corpus, clock) & pubmed.english(corpus)
    wanted &= pubmed.published(corpus, clock, pubmed.REVIEW[0], last)
    if since:
        wanted &= corpus.created >= since.toordinal() + database.ahead
    held: Bools = wanted & (draws(corpus.seed, corpus.base, database.salt) % 100 < database.share)
    return held


def reading(corpus: Corpus, as_of: date) -> list[int]:
    """The article found by reading: the newest of those that name link workers and no long-term condition."""
    clock = as_of.toordinal()
    wanted = corpus.visible(clock) & (corpus.kind == WORKER) & pubmed.english(corpus) & (corpus.relation == 0)
    wanted &= pubmed.published(corpus, clock, *pubmed.REVIEW) & corpus.has_abstract(clock) & ~corpus.book
    wanted &= ~pubmed.found(corpus, clock)
    rows = np.flatnonzero(wanted)
    return [int(row) for row in rows[np.lexsort((rows, corpus.created[rows]))][-1:]]


def _articles(corpus: Corpus, rows: Sequence[int], as_of: date, ahead: int = 0) -> list[Article]:
    return articles(corpus, rows, as_of.toordinal() + ahead)


def _handed_over(found: Sequence[Article]) -> str:
    """As a reference manager writes it: no database, no accession number."""
    return "".join(_ris(article, "", "").replace("DP  - EBSCOhost\r\n", "") for article in found)


def _abstract(article: Article) -> str:
    return " ".join(f"{label}: {plain(text)}" if label else plain(text) for label, text in article.sections)


def _slashed(article: Article) -> str:
    return printed_date(article)[:4] + "///"
