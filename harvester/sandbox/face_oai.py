"""A repository by OAI-PMH over the corpus: one record in 32, in Dublin Core; what PubMed deletes is deleted here too.

https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np

from harvester.sandbox.answers import Answer, World, of_text, xml_text
from harvester.sandbox.article import Article, articles
from harvester.sandbox.chance import Bools
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.face_query import abstract, iso, iso_day, published
from harvester.sandbox.units import plain

PATHS = ("/oai", "/server/oai/request")  # a plain repository's, and that of DSpace 7
PREFIX = "oai:sandbox.invalid:"
_PAGE = 40
_EVERY, _WHICH = 32, 30  # the fourteenth of its group of sixteen: a companion, so some are duplicates and deleted ones
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>{now}T00:00:00Z</responseDate><request>http://sandbox.invalid/oai</request>"
)


def answers(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether a request is for this face."""
    return path in PATHS and "verb" in parameters


def holds(corpus: Corpus) -> Bools:
    """Which records the repository has."""
    found: Bools = np.arange(corpus.size) % _EVERY == _WHICH
    return found


def identifier(index: int) -> str:
    """A record's OAI identifier."""
    return f"{PREFIX}{index}"


def answer(world: World, path: str, parameters: Mapping[str, str]) -> Answer:  # noqa: PLR0911 - one for each error of the protocol
    """ListRecords, ListIdentifiers, Identify; anything else is badVerb."""
    verb = parameters.get("verb", "")
    if verb == "Identify":
        inside = "<Identify><repositoryName>Sandbox</repositoryName><protocolVersion>2.0</protocolVersion></Identify>"
        return _of(world, inside)
    if verb not in ("ListRecords", "ListIdentifiers"):
        return _error(world, "badVerb", f"{verb} is not a verb here")
    since, until, start = parameters.get("from", ""), parameters.get("until", ""), 0
    if "resumptionToken" in parameters:
        found = re.fullmatch(r"(\d+)!([\d-]*)!([\d-]*)", parameters["resumptionToken"])
        if found is None:
            return _error(world, "badResumptionToken", "unknown token")
        start, since, until = int(found[1]), found[2], found[3]
    elif parameters.get("metadataPrefix") != "oai_dc":
        return _error(world, "cannotDisseminateFormat", "only oai_dc")
    try:
        listed = _listed(world, since, until)
    except ValueError:
        return _error(world, "badArgument", "a date that is none")
    if not listed:
        return _error(world, "noRecordsMatch", "nothing in these days")
    part = listed[start : start + _PAGE]
    made = dict(zip([i for i, _, gone in part if not gone], _articles(world, part), strict=True))
    body = "".join(
        _record(index, stamp, made.get(index), headers=verb == "ListIdentifiers") for index, stamp, _ in part
    )
    after = start + len(part)
    more = f"{after}!{since}!{until}" if after < len(listed) else ""
    token = f'<resumptionToken completeListSize="{len(listed)}" cursor="{start}">{more}</resumptionToken>'
    return _of(world, f"<{verb}>{body}{token if more or start else ''}</{verb}>")


def _listed(world: World, since: str, until: str) -> list[tuple[int, int, bool]]:
    """Index, datestamp, deleted: by datestamp, of those whose datestamp lies in the days."""
    corpus, today = world.corpus, world.today
    low = date.fromisoformat(since).toordinal() if since else 0
    high = date.fromisoformat(until).toordinal() if until else today
    there = holds(corpus) & (corpus.created <= today)
    gone = there & (corpus.deleted > 0) & (corpus.deleted <= today)
    stamps = np.where(gone, corpus.deleted, corpus.modified(today))
    chosen = np.flatnonzero(there & (stamps >= low) & (stamps <= high))
    return sorted(((int(i), int(stamps[i]), bool(gone[i])) for i in chosen), key=lambda one: (one[1], one[0]))


def _articles(world: World, part: list[tuple[int, int, bool]]) -> list[Article]:
    return articles(world.corpus, [index for index, _, gone in part if not gone], world.today)


def _record(index: int, stamp: int, article: Article | None, *, headers: bool) -> str:
    status = "" if article else ' status="deleted"'
    header = (
        f"<header{status}><identifier>{identifier(index)}</identifier><datestamp>{iso_day(stamp)}</datestamp></header>"
    )
    if headers:
        return header
    return f"<record>{header}{_dublin(article) if article else ''}</record>"


def _dublin(article: Article) -> str:
    said = [("title", plain(article.title))]
    said += [("creator", f"{family}, {given}" if family else initials) for family, given, initials in article.authors]
    text = "\n".join(f"{label}: {words}" if label else words for label, words in abstract(article))
    said += [("description", text)] if text else []
    said += [("subject", plain(each)) for each in article.keywords]
    said += [("date", iso(published(article))), ("type", "info:eu-repo/semantics/article")]
    said += [("language", each) for each in article.languages]
    said += [("identifier", f"https://doi.org/{article.doi}")] if article.doi else []
    said += [("identifier", f"https://sandbox.invalid/{article.index}")]
    inside = "".join(f"<dc:{name}>{xml_text(value)}</dc:{name}>" for name, value in said)
    return (
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</oai_dc:dc></metadata>'
    )


def _of(world: World, inside: str) -> Answer:
    return of_text(f"{_HEAD.format(now=world.clock.isoformat())}{inside}</OAI-PMH>\n")


def _error(world: World, code: str, words: str) -> Answer:
    return _of(world, f'<error code="{code}">{xml_text(words)}</error>')
