"""OpenAlex' works over the corpus: every second record, title and abstract searched. https://developers.openalex.org/"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from harvester.sandbox import people
from harvester.sandbox.answers import Answer, World, of_json
from harvester.sandbox.article import Article, articles, references
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.face_query import Refusal, abstract, days, evaluate, iso_day, published, whole
from harvester.sandbox.units import plain

PATH = "/works"
BASE = 4_900_000_000  # no real work has such a number
_MOST = 100
CITED_WITHIN = 400  # a record cites at most so many records back (article.references)
_LANGUAGES = {"en": "english", "fr": "french", "de": "german", "es": "spanish"}
_SHORT = {"eng": "en", "fre": "fr", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "dut": "nl", "chi": "zh"}
_VALUE = re.compile(r'"([^"]*)"|([^|"]+)')


def answers(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether a request is for this face; Crossref's works have the same path."""
    return path == PATH and "filter" in parameters and "rows" not in parameters


def holds(corpus: Corpus) -> Bools:
    """Every second record."""
    found: Bools = np.arange(corpus.size) % 2 == 0
    return found


def number(index: int) -> str:
    """The work's id."""
    return f"W{BASE + index}"


def answer(world: World, path: str, parameters: Mapping[str, str]) -> Answer:
    """One page of works."""
    corpus = world.corpus
    try:
        mask = _chosen(world, parameters.get("filter", "")) & holds(corpus) & corpus.visible(world.today)
    except Refusal as refusal:
        return of_json({"error": "Invalid query parameters error.", "message": str(refusal)}, 403)
    found = corpus.newest_first[mask[corpus.newest_first]]
    cursor = parameters.get("cursor", "*")
    start = 0 if cursor == "*" else int(re.sub(r"\D", "", cursor) or 0)
    size = min(_MOST, max(1, int(parameters.get("per_page", "25") or 25)))
    part = found[start : start + size].tolist()
    after = start + len(part)
    return of_json(
        {
            "meta": {
                "count": len(found),
                "per_page": size,
                "next_cursor": f"Ils{after:09d}" if part and after < len(found) else None,
            },
            "results": [_work(each) for each in articles(corpus, part, world.today)],
            "group_by": [],
        }
    )


def _chosen(world: World, text: str) -> Bools:
    """The works of a filter: by identifier, by what they cite, or by a search."""
    corpus = world.corpus
    name, _, value = text.partition(":")
    mask = np.zeros(corpus.size, dtype=np.bool_)
    if name in ("openalex", "cites"):
        wanted = {int(each[1:]) - BASE for each in value.split("|") if re.fullmatch(r"W\d+", each)}
        if name == "openalex":
            mask[[each for each in wanted if 0 <= each < corpus.size]] = True
            return mask
        for each in wanted:
            for other in range(each + 1, min(corpus.size, each + CITED_WITHIN + 1)):
                mask[other] |= each in references(corpus, other, world.today)
        return mask
    if name == "pmid":
        index = corpus.index_of(int(value)) if value.isdecimal() else -1
        mask[[index] if index >= 0 else []] = True
        return mask
    if name == "doi":
        return evaluate(world, f'"{value.removeprefix("https://doi.org/")}"[doi]')
    return evaluate(world, to_pubmed(text))


def to_pubmed(text: str) -> str:
    """A filter in PubMed's words. Raises Refusal for one that the sandbox does not know."""
    since = until = ""
    parts: list[str] = []
    for each in re.findall(r'(?:[^,"]|"[^"]*")+', text):
        name, _, value = each.partition(":")
        if name == "from_publication_date":
            since = value
        elif name == "to_publication_date":
            until = value
        elif name == "language":
            parts.append(f"{_LANGUAGES.get(value, value)}[la]")
        elif name == "title_and_abstract.search.exact":
            terms = [quoted or bare for quoted, bare in _VALUE.findall(value)]
            asked = [f'"{term.strip()}"[{tag}]' for term in terms if term.strip() for tag in ("ti", "ab")]
            parts.append(f"({' OR '.join(asked)})")
        else:
            raise Refusal(f"{name} is not a valid field.")
    if since or until:
        parts.append(days("dp", since, until))
    return " AND ".join(parts)


def _work(article: Article) -> dict[str, Any]:
    title, _, _ = people.JOURNALS[article.journal]
    places: dict[str, list[int]] = {}
    text = " ".join(f"{label}: {words}" if label else words for label, words in abstract(article))
    for place, word in enumerate(text.split()):
        places.setdefault(word, []).append(place)
    address = f"https://openalex.org/{number(article.index)}"
    first, _, last = article.pages.partition("-")
    return {
        "id": address,
        "doi": f"https://doi.org/{article.doi}" if article.doi else None,
        "title": plain(article.title),
        "publication_year": published(article)[0],
        "publication_date": whole(published(article)),
        "ids": {"openalex": address, "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}"},
        "language": "en" if "eng" in article.languages else _SHORT.get(article.languages[0], article.languages[0]),
        "primary_location": {
            "source": {"display_name": title, "issn": [people.issn(100 + article.journal)], "type": "journal"},
            "landing_page_url": f"https://example.org/{article.index}",
        },
        "type": "article",
        "authorships": [
            {"raw_author_name": f"{given} {family}".strip() or initials, "author": {"orcid": None}}
            for family, given, initials in article.authors
        ],
        "biblio": {
            "volume": article.volume or None,
            "issue": article.issue or None,
            "first_page": first or None,
            "last_page": last or None,
        },
        "is_retracted": "Retracted Publication" in article.types,
        "referenced_works": [f"https://openalex.org/{number(each)}" for each in article.references if each % 2 == 0],
        "abstract_inverted_index": places or None,
        "created_date": iso_day(article.created),
        "updated_date": iso_day(article.modified),
    }
