"""Europe PMC's search over the corpus: all records, as source MED. https://europepmc.org/RestfulWebService"""

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
from harvester.sandbox.face_query import Refusal, abstract, days, evaluate, iso_day, published
from harvester.sandbox.units import plain

PATHS = ("/europepmc/webservices/rest/search", "/europepmc/webservices/rest/searchPOST")
_MOST = 1000
CITED_WITHIN = 400  # a record cites at most so many records back (article.references)
_LINKS = re.compile(r"/europepmc/webservices/rest/MED/(\d+)/(references|citations)")
_FIELDS = {"TITLE_ABS": "tiab", "TITLE": "ti", "ABSTRACT": "ab", "KW": "ot", "AUTH": "au"}
_DATES = {"FIRST_PDATE": "dp", "CREATION_DATE": "crdt", "FIRST_IDATE": "crdt", "UPDATE_DATE": "lr"}
_TOKEN = re.compile(
    r'\s*(?:(?P<sign>[()])|(?P<operator>AND|OR|NOT)(?=[\s(])|(?P<field>[A-Z_]+):(?:\[(?P<span>[^\]]*)\]|"(?P<phrase>[^"]*)"'
    r'|(?P<word>[^\s()"]+))|"(?P<bare>[^"]*)"|(?P<loose>[^\s()"]+))'
)


def answers(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether a request is for this face."""
    return path in PATHS or _LINKS.fullmatch(path) is not None


def holds(corpus: Corpus) -> Bools:
    """All records."""
    return np.ones(corpus.size, dtype=np.bool_)


def answer(world: World, path: str, parameters: Mapping[str, str]) -> Answer:
    """One page of a search, or what a record cites or is cited by. A query that cannot be read is an errCode with
    HTTP 200, as there."""
    linked = _LINKS.fullmatch(path)
    if linked:
        return _links(world, int(linked[1]), linked[2], max(1, int(parameters.get("page", "1") or 1)))
    try:
        mask = evaluate(world, to_pubmed(parameters.get("query", "")))
    except Refusal as refusal:
        return of_json({"version": "6.9", "errCode": 400, "errMsg": str(refusal)})
    corpus = world.corpus
    found = corpus.newest_first[mask[corpus.newest_first]]
    mark = parameters.get("cursorMark", "*")
    start = 0 if mark == "*" else int(re.sub(r"\D", "", mark) or 0)
    size = min(_MOST, max(1, int(parameters.get("pageSize", "25") or 25)))
    part = found[start : start + size].tolist()
    made = [_result(each) for each in articles(corpus, part, world.today)]
    return of_json(
        {
            "version": "6.9",
            "hitCount": len(found),
            "nextCursorMark": f"AoI{start + len(part):09d}" if part else mark,
            "request": {"queryString": parameters.get("query", ""), "cursorMark": mark, "pageSize": size},
            "resultList": {"result": made},
        }
    )


def _links(world: World, pmid: int, verb: str, page: int) -> Answer:
    """The references or citations of a record, a thousand a page."""
    corpus = world.corpus
    index = corpus.index_of(pmid)
    there = corpus.visible(world.today)
    found: list[int] = []
    if index >= 0 and verb == "references":
        found = [other for other in references(corpus, index, world.today) if there[other]]
    elif index >= 0:
        near = range(index + 1, min(corpus.size, index + CITED_WITHIN + 1))
        found = [other for other in near if there[other] and index in references(corpus, other, world.today)]
    listed = [{"id": str(corpus.pmid[other]), "source": "MED"} for other in found[(page - 1) * _MOST : page * _MOST]]
    one = verb.removesuffix("s")
    return of_json({"version": "6.9", "hitCount": len(found), f"{one}List": {one: listed}})


def to_pubmed(text: str) -> str:
    """A Europe PMC query in PubMed's words. Raises Refusal for a field that the sandbox does not know."""
    parts: list[str] = []
    place = 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise Refusal(f"Invalid query near {text[place : place + 20]!r}")
        place = found.end()
        parts.append(_token(found))
    return " ".join(parts)


def _token(found: re.Match[str]) -> str:
    if found["sign"] or found["operator"]:
        return found["sign"] or found["operator"]
    name = found["field"] or ""
    if name in _DATES and found["span"] is not None:
        since, _, until = found["span"].partition(" TO ")
        return days(_DATES[name], since.strip(), until.strip())
    value = found["phrase"] or found["word"] or found["bare"] or found["loose"] or ""
    if name == "LANG":
        return f"{value}[la]"
    if name == "SRC":
        return days("crdt", "", "") if value == "MED" else "0[uid]"
    if name in ("EXT_ID", "DOI"):
        return f"{value}[uid]" if name == "EXT_ID" else f'"{value}"[doi]'
    if name and name not in _FIELDS:
        raise Refusal(f"Unknown field {name}")
    if "*" in value and " " in value:
        raise Refusal("wildcards inside phrases are not supported")
    return f'"{value}"[{_FIELDS.get(name, "tiab")}]'


def _result(article: Article) -> dict[str, Any]:
    title, short, _ = people.JOURNALS[article.journal]
    year, month, _ = published(article)
    parts = abstract(article)
    made: dict[str, Any] = {
        "id": str(article.pmid),
        "source": "MED",
        "pmid": str(article.pmid),
        "title": article.title,
        "authorList": {
            "author": [
                {"fullName": f"{family} {initials}", "lastName": family, "firstName": given, "initials": initials}
                if family
                else {"collectiveName": initials}
                for family, given, initials in article.authors
            ]
        },
        "journalInfo": {
            "volume": article.volume,
            "issue": article.issue,
            "yearOfPublication": year,
            "monthOfPublication": month,
            "journal": {"title": title, "medlineAbbreviation": short, "issn": people.issn(100 + article.journal)},
        },
        "pubYear": str(year),
        "pageInfo": article.pages,
        "language": article.languages[0],
        "pubTypeList": {"pubType": article.types},
        "keywordList": {"keyword": [plain(each) for each in article.keywords]},
        "dateOfCreation": iso_day(article.created),
        "firstIndexDate": iso_day(article.created),
        "dateOfRevision": iso_day(article.modified),
    }
    if article.doi:
        made["doi"] = article.doi
    if article.pmc:
        made["pmcid"] = article.pmc
    if parts:
        made["abstractText"] = "".join(f"<h4>{label}</h4>{text}" if label else text for label, text in parts)
    return made
