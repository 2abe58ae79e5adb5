"""What the small sites hold: reports, news, newsletters and pages, each with the day it appears and what it is about.

Documents that repeat a PubMed record say so in their texts only as sites do: by title, authors, a year, perhaps a DOI.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from harvester.sandbox.article import articles
from harvester.sandbox.chance import Bools, draw
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.people import author
from harvester.sandbox.truth_pubmed import FIRST_SEARCH, REVIEW, block, limited
from harvester.sandbox.units import plain


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a site. `path` is below the site's own; `terms` are the bits of Table 1's terms in its text.

    `style` says where its metadata are: jsonld, citation (Highwire tags), og (Open Graph), bare (only what is read).
    `same_as` is the index of the PubMed record that it repeats, -1 for none.
    """

    path: str
    kind: str
    style: str
    title: str
    authors: tuple[str, ...]
    published: date
    appears: int
    summary: str
    body: tuple[str, ...]
    terms: int
    doi: str = ""
    same_as: int = -1

    @property
    def is_pdf(self) -> bool:
        """Is it a PDF file?"""
        return self.path.endswith(".pdf")


# section, number, what it is about, style, published. Written for July 2022 and May 2023 to differ.
# "both": both blocks of Table 1; "worker", "condition": one; "decoy": only what looks like them; "none".
_PLAN: tuple[tuple[str, str, str, str], ...] = (
    ("resources", "both", "jsonld", "2018-03-12"),
    ("resources", "both", "citation", "2019-06-01"),
    ("resources", "both", "og", "2020-11-20"),
    ("resources", "both", "bare", "2021-02-14"),
    ("resources", "both", "jsonld", "2015-05-05"),
    ("resources", "worker", "jsonld", "2019-09-09"),
    ("resources", "worker", "citation", "2021-08-30"),
    ("resources", "condition", "og", "2020-01-15"),
    ("resources", "decoy", "jsonld", "2018-10-10"),
    ("resources", "decoy", "bare", "2022-03-03"),
    ("resources", "none", "og", "2017-12-01"),
    ("resources", "none", "jsonld", "2022-05-18"),
    ("resources", "both", "jsonld", "2022-10-11"),
    ("resources", "both", "citation", "2023-02-07"),
    ("resources", "decoy", "og", "2023-01-19"),
    ("resources", "both", "jsonld", "2024-04-02"),
    ("news", "both", "og", "2021-06-22"),
    ("news", "worker", "og", "2021-10-01"),
    ("news", "condition", "jsonld", "2022-01-27"),
    ("news", "none", "bare", "2022-06-30"),
    ("news", "decoy", "og", "2022-07-15"),
    ("news", "both", "jsonld", "2022-12-05"),
    ("news", "none", "og", "2023-03-09"),
    ("news", "both", "og", "2023-04-21"),
    ("media", "both", "pdf", "2019-11-04"),
    ("media", "worker", "pdf", "2021-04-19"),
    ("media", "both", "pdf", "2023-03-28"),
)
_NEWSLETTERS = (
    "2021-12", "2022-02", "2022-04", "2022-06", "2022-07", "2022-09", "2022-11", "2023-01", "2023-03", "2023-05",
)  # fmt: skip
_DUPLICATES = 5  # of the records of the first search, and one more PDF
_ABOUT = {
    "both": ("lead/worker", "middle/condition", "conclusion/both"),
    "worker": ("lead/worker", "middle/neutral", "results/worker"),
    "condition": ("lead/neutral", "middle/condition", "background/condition"),
    "decoy": ("lead/decoy", "middle/decoy", "results/decoy"),
    "none": ("lead/neutral", "middle/neutral", "conclusion/neutral"),
}


class _Text:
    """Units drawn for one document, and the terms they hold."""

    def __init__(self, corpus: Corpus, salt: int) -> None:
        self.corpus = corpus
        self.salt = salt
        self.turn = 0
        self.terms = 0

    def take(self, pool: str) -> str:
        units = self.corpus.stock.pools[pool]
        self.turn += 1
        unit = int(units[draw(self.corpus.seed, self.salt, 500 + self.turn) % len(units)])
        self.terms |= self.corpus.stock.terms[unit]
        return plain(self.corpus.stock.xml[unit])


def documents(corpus: Corpus, site: int) -> tuple[Document, ...]:
    """Every document of a site (by its number), whatever the clock says, ordered by path."""
    found = [_planned(corpus, site, number) for number in range(len(_PLAN))]
    found += [_newsletter(corpus, site, month) for month in _NEWSLETTERS]
    found += _repeated(corpus, site)
    return tuple(sorted(found, key=lambda document: document.path))


def _planned(corpus: Corpus, site: int, number: int) -> Document:
    section, about, style, day = _PLAN[number]
    text = _Text(corpus, 10_000 * site + number)
    lead, middle, key = _ABOUT[about]
    title = f"{text.take(lead)} {text.take(middle)}{text.take('tail')}"
    summary = text.take(key)
    body = [text.take("background/neutral"), summary, text.take("results/neutral"), text.take("conclusion/neutral")]
    published = date.fromisoformat(day)
    names = [_name(corpus, text.salt, place) for place in range(1 + number % 3)]
    code = f"{draw(corpus.seed, text.salt, 600) % 36**8:08x}"[:8]
    path = f"media/{code}/{_slug(title)}.pdf" if section == "media" else f"{section}/{_slug(title)}"
    return Document(
        path=path,
        kind="news" if section == "news" else "report",
        style=style,
        title=title,
        authors=tuple(names),
        published=published,
        appears=published.toordinal() + 2,
        summary=summary,
        body=tuple(body),
        terms=text.terms,
        doi=f"10.5555/report.{site}.{number:03d}" if style == "citation" else "",
    )


def _name(corpus: Corpus, salt: int, place: int) -> str:
    family, given, _ = author(draw(corpus.seed, salt, 610 + place))
    return f"{given} {family}"


def _slug(title: str) -> str:
    words = "".join(char if char.isalnum() and char.isascii() else " " for char in title.casefold()).split()
    return "-".join(words[:9])


def _newsletter(corpus: Corpus, site: int, month: str) -> Document:
    text = _Text(corpus, 10_000 * site + 5_000 + int(month.replace("-", "")))
    published = date.fromisoformat(f"{month}-01")
    summary = f"News from our members, {published:%B %Y}."
    body = (summary, text.take("background/neutral"), text.take("results/neutral"))
    return Document(
        path=f"newsletters/{month}",
        kind="newsletter",
        style="og",
        title=f"Newsletter, {published:%B %Y}",
        authors=(),
        published=published,
        appears=published.toordinal(),
        summary=summary,
        body=body,
        terms=text.terms,
    )


def _repeated(corpus: Corpus, site: int) -> list[Document]:
    """Pages about articles that the first search finds in PubMed, one more that only the update finds, and a PDF."""
    alone = (corpus.relation == 0) & (corpus.companion < 0) & ~corpus.book & _in_title(corpus)
    first = limited(corpus, FIRST_SEARCH, *REVIEW) & alone
    early = np.flatnonzero(first & (corpus.created < FIRST_SEARCH - 120))[: _DUPLICATES + 1].tolist()
    autumn = date(2022, 9, 15).toordinal()
    late = limited(corpus, autumn + 60, *REVIEW) & alone
    late &= (corpus.created > FIRST_SEARCH) & (corpus.created <= autumn + 60)
    chosen = early + np.flatnonzero(late)[:1].tolist()
    return [_repeat(corpus, site, place, index) for place, index in enumerate(chosen)]


def _in_title(corpus: Corpus) -> Bools:
    """Records that hold both blocks in their title: a page that repeats it needs no more to match."""
    terms = np.array(corpus.stock.terms, dtype=np.int64)
    bits = np.zeros(corpus.size, dtype=np.int64)
    for column in corpus.title:
        bits |= terms[column]
    return block(bits, "SPLW") & block(bits, "LTC")


def _repeat(corpus: Corpus, site: int, place: int, index: int) -> Document:
    clock = max(int(corpus.created[index]), FIRST_SEARCH)
    article = articles(corpus, [index], clock)[0]
    title = plain(article.title).rstrip(".")
    if place == 1:
        title = title.replace(": ", " - ", 1)
    if place == 2:
        title = title.title().replace("\u2019S", "\u2019s")
    names = [f"{given} {family}" if family else group for family, given, group in article.authors]
    if place == 3:
        names = [f"{family} {initials}" if family else initials for family, _, initials in article.authors]
    terms = 0
    shown = [corpus.title, corpus.abstract] if article.sections else [corpus.title]
    for column in shown:
        for unit in column[:, index].tolist():
            terms |= corpus.stock.terms[unit]
    text = " ".join(plain(part) for _, part in article.sections) or f"{title}."
    published = date.fromordinal(article.online or article.printed)
    if place == _DUPLICATES:
        path, style = f"media/{0xA11CE + index:08x}/{_slug(title)}.pdf", "pdf"
    else:
        path, style = (
            f"resources/{_slug(title)}",
            ("jsonld", "citation", "og", "jsonld", "citation", "og", "jsonld")[place],
        )
    return Document(
        path=path,
        kind="article",
        style=style,
        title=title,
        authors=tuple(names),
        published=published,
        appears=clock if clock > FIRST_SEARCH else int(corpus.created[index]) + 30,
        summary=text[:300].rsplit(" ", 1)[0] if len(text) > 300 else text,
        body=(text,),
        terms=terms,
        doi=article.doi if place != 2 else "",
        same_as=index,
    )
