"""Crossref's works over the corpus: one record in 64, as far as it has a DOI; ranked by words shared, no Boolean.

https://www.crossref.org/documentation/retrieve-metadata/rest-api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from harvester.sandbox import people
from harvester.sandbox.answers import Answer, World, of_json, xml_text
from harvester.sandbox.article import Article, articles
from harvester.sandbox.chance import Bools, draws
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.face_query import Refusal, abstract, days, evaluate, iso_day, published
from harvester.sandbox.units import plain

PATH = "/works"
_MOST = 1000
_EVERY, _WHICH = 64, 9  # the ninth of each group is never a companion, so that no two share a DOI
_DATES = {"pub": "dp", "created": "crdt", "update": "lr"}


def answers(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether a request is for this face."""
    return path == PATH and ("rows" in parameters or "query.bibliographic" in parameters)


def holds(corpus: Corpus) -> Bools:
    """Which records Crossref has."""
    index = np.arange(corpus.size)
    with_doi = draws(corpus.seed, corpus.base, 200) % 12 != 5
    found: Bools = (index % _EVERY == _WHICH) & with_doi
    return found


def answer(world: World, path: str, parameters: Mapping[str, str]) -> Answer:
    """The hits of a bag of words, best first."""
    corpus = world.corpus
    try:
        mask = holds(corpus) & corpus.visible(world.today) & _limits(world, parameters.get("filter", ""))
        start, rows = int(parameters.get("offset", "0") or 0), int(parameters.get("rows", "20") or 0)
    except (Refusal, ValueError) as refusal:
        return of_json(
            {
                "status": "failed",
                "message-type": "validation-failure",
                "message": [{"type": "parameter-not-valid", "value": "", "message": str(refusal)}],
            },
            400,
        )
    wanted = set(_words(parameters.get("query.bibliographic", "")))
    dois = {each.removeprefix("doi:") for each in parameters.get("filter", "").split(",") if each.startswith("doi:")}
    ranked = []
    for article in articles(corpus, np.flatnonzero(mask).tolist(), world.today):
        own = _words(" ".join([plain(article.title), *(text for part in abstract(article) for text in part)]))
        score = len(wanted & set(own))
        if article.doi in dois if dois else score:
            ranked.append((-score, article.index, article))
    ranked.sort(key=lambda hit: hit[:2])
    part = [hit[2] for hit in ranked[start : start + min(rows, _MOST)]]
    return of_json(
        {
            "status": "ok",
            "message-type": "work-list",
            "message-version": "1.0.0",
            "message": {
                "total-results": len(ranked),
                "items": [_work(each) for each in part],
                "items-per-page": rows,
                "query": {"start-index": start, "search-terms": parameters.get("query.bibliographic", "")},
            },
        }
    )


def _limits(world: World, text: str) -> Bools:
    ends: dict[str, dict[str, str]] = {}
    for each in (part for part in text.split(",") if part and not part.startswith("doi:")):
        found = re.fullmatch(r"(from|until)-(\w+)-date:(\d{4}(?:-\d{2}(?:-\d{2})?)?)", each)
        if found is None or found[2] not in _DATES:
            raise Refusal(f"Filter {each} is not known")
        ends.setdefault(found[2], {})[found[1]] = found[3]
    mask = np.ones(world.corpus.size, dtype=np.bool_)
    for kind, span in ends.items():
        mask = mask & evaluate(world, days(_DATES[kind], span.get("from", ""), span.get("until", "")))
    return mask


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _work(article: Article) -> dict[str, Any]:
    title, short, _ = people.JOURNALS[article.journal]
    parts = [number for number in published(article) if number]
    body = "".join(
        (f"<jats:title>{xml_text(label)}</jats:title>" if label else "") + f"<jats:p>{xml_text(text)}</jats:p>"
        for label, text in abstract(article)
    )
    made: dict[str, Any] = {
        "DOI": article.doi,
        "type": "journal-article",
        "title": [article.title],
        "author": [
            {"given": given, "family": family, "affiliation": []} if family else {"name": initials, "affiliation": []}
            for family, given, initials in article.authors
        ],
        "container-title": [title],
        "short-container-title": [short],
        "volume": article.volume,
        "issue": article.issue,
        "page": article.pages,
        "ISSN": [people.issn(100 + article.journal)],
        "published": {"date-parts": [parts]},
        "created": {"date-time": f"{iso_day(article.created)}T00:00:00Z"},
        "URL": f"https://doi.org/{article.doi}",
        "source": "Crossref",
    }
    if body:
        made["abstract"] = body
    return made
