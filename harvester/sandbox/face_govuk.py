"""GOV.UK's search API over the corpus: one record in 64 as a page, ranked by words shared. It refuses what it does not
know.

https://docs.publishing.service.gov.uk/repos/search-api/using-the-search-api.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from harvester.sandbox.answers import Answer, World, of_json
from harvester.sandbox.article import articles
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.face_query import Refusal, abstract, days, evaluate, iso_day
from harvester.sandbox.units import plain

PATH = "/api/search.json"
_MOST = 1500
_EVERY, _WHICH = 64, 33
_KNOWN = frozenset(("q", "count", "start", "fields", "order", "filter_public_timestamp", "filter_organisations"))
_SPAN = re.compile(r"(?:from:(\d{4}-\d\d-\d\d))?,?(?:to:(\d{4}-\d\d-\d\d))?\Z")


def answers(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether a request is for this face."""
    return path == PATH


def holds(corpus: Corpus) -> Bools:
    """Which records GOV.UK has a page of."""
    found: Bools = np.arange(corpus.size) % _EVERY == _WHICH
    return found


def link(index: int) -> str:
    """The path of a record's page."""
    return f"/government/publications/synthetic-{index:07d}"


def answer(world: World, path: str, parameters: Mapping[str, str]) -> Answer:
    """The hits of a bag of words, best first."""
    try:
        start, count, since, until = _asked(parameters)
        mask = holds(world.corpus) & world.corpus.visible(world.today)
        if since or until:
            mask = mask & evaluate(world, days("lr", since, until))
    except (Refusal, ValueError) as refusal:
        return of_json({"error": str(refusal)}, 422)
    wanted = set(_words(parameters.get("q", "")))
    ranked = []
    for article in articles(world.corpus, np.flatnonzero(mask).tolist(), world.today):
        text = " ".join(text for part in abstract(article) for text in part if text)
        score = len(wanted & set(_words(f"{plain(article.title)} {text}")))
        if score:
            ranked.append((-score, article.index, article, text))
    ranked.sort(key=lambda hit: hit[:2])
    results = [
        {
            "title": plain(article.title),
            "description": text,
            "link": link(article.index),
            "public_timestamp": f"{iso_day(article.modified)}T09:30:00Z",
            "organisations": [{"title": "Public Health England", "slug": "public-health-england"}],
            "content_store_document_type": "research",
            "_id": link(article.index),
            "index": "govuk",
        }
        for _, _, article, text in ranked[start : start + count]
    ]
    return of_json(
        {"results": results, "total": len(ranked), "start": start, "aggregates": {}, "suggested_queries": []}
    )


def _asked(parameters: Mapping[str, str]) -> tuple[int, int, str, str]:
    """Start, count and days. Raises Refusal, ValueError."""
    unknown = set(parameters) - _KNOWN
    if unknown:
        raise Refusal(f"Unexpected parameters: {', '.join(sorted(unknown))}")
    start, count = int(parameters.get("start", "0")), int(parameters.get("count", "10"))
    span = _SPAN.match(parameters.get("filter_public_timestamp", ""))
    if span is None or count > _MOST:
        raise Refusal("Invalid value for a parameter")
    return start, count, span[1] or "", span[2] or ""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
