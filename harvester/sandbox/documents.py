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
from harvester.sandbox.site_plans import PLANS, Row, SitePlan
from harvester.sandbox.truth_pubmed import FIRST_SEARCH, REVIEW, block, limited
from harvester.sandbox.units import plain


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a site. `path` is below the site's own; `terms` are the bits of Table 1's terms in its text.

    `style` says where its metadata are: jsonld, citation (Highwire tags), og (Open Graph), dublin (Dublin Core), bare
    and long (only what is read), pdf (in the file).
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
        return self.style == "pdf"


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
    plan = PLANS[site]
    found = [_planned(corpus, site, number, row) for number, row in enumerate(plan.documents)]
    found += [_newsletter(corpus, site, month) for month in plan.newsletters]
    found += _repeated(corpus, plan)
    return tuple(sorted(found, key=lambda document: document.path))


def _planned(corpus: Corpus, site: int, number: int, row: Row) -> Document:
    section, about, style, day = row
    text = _Text(corpus, 10_000 * site + number)
    lead, middle, key = _ABOUT[about]
    title = f"{text.take(lead)} {text.take(middle)}{text.take('tail')}"
    summary = text.take(key)
    body = [text.take("background/neutral"), summary, text.take("results/neutral"), text.take("conclusion/neutral")]
    if style == "long":  # a page that only its length shows to be more than a list
        body += [text.take("methods/neutral") for _ in range(10)]
    published = date.fromisoformat(day)
    names = [_name(corpus, text.salt, place) for place in range(1 + number % 3)]
    code = f"{draw(corpus.seed, text.salt, 600) % 36**8:08x}"[:8]
    if section == "media":
        path = f"media/{code}/{_slug(title)}.pdf"
    else:
        path = f"media/{code}/{_slug(title)}" if section == "download" else f"{section}/{_slug(title)}"
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


def _repeated(corpus: Corpus, plan: SitePlan) -> list[Document]:
    """Pages about articles that the first search finds in PubMed, others that only the update finds, and a PDF.

    No two sites repeat the same article.
    """
    alone = (corpus.relation == 0) & (corpus.companion < 0) & ~corpus.book & _in_title(corpus)
    first = limited(corpus, FIRST_SEARCH, *REVIEW) & alone
    found = np.flatnonzero(first & (corpus.created < FIRST_SEARCH - 120)).tolist()
    early = found[plan.skip : plan.skip + len(plan.early)]
    autumn = date(2022, 9, 15).toordinal()
    late = limited(corpus, autumn + 60, *REVIEW) & alone
    late &= (corpus.created > FIRST_SEARCH) & (corpus.created <= autumn + 60)
    chosen = list(zip(plan.early, early, strict=False))
    chosen += [(6, index) for index in np.flatnonzero(late).tolist()[slice(*plan.late)]]
    return [_repeat(corpus, plan, place, index) for place, index in chosen]


def _in_title(corpus: Corpus) -> Bools:
    """Records that hold both blocks in their title: a page that repeats it needs no more to match."""
    terms = np.array(corpus.stock.terms, dtype=np.int64)
    bits = np.zeros(corpus.size, dtype=np.int64)
    for column in corpus.title:
        bits |= terms[column]
    return block(bits, "SPLW") & block(bits, "LTC")


def _repeat(corpus: Corpus, plan: SitePlan, place: int, index: int) -> Document:
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
    if place == 5:
        path, style = f"media/{0xA11CE + index:08x}/{_slug(title)}.pdf", "pdf"
    else:
        path, style = (
            f"{plan.section}/{_slug(title)}",
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
