"""A PubMed of our own making for tests of the connector: a few lines of E-utilities over invented records.

It understands the text "all" and the slices that the connector cuts from it, nothing else. It stands beside the
sandbox (harvester.sandbox) so that a test can make it fail in exactly one way.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import requests
import responses

from harvester.config import Config
from harvester.http import Http

BASE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
REACH = 9999
_DAYS = re.compile(r'(AND|NOT) \("(\d+)/(\d+)/(\d+)"\[crdt\] : "(\d+)/(\d+)/(\d+)"\[crdt\]\)')
_NUMBERS = re.compile(r"AND \((\d+):(\d+)\[uid\]\)")

Answer = tuple[int, dict[str, str], str | bytes]


def article(pmid: int | str, title: str = "An invented study.") -> str:
    """The smallest article that has an id and a title."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def article_set(*articles: str) -> str:
    """A whole efetch body."""
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"
    )


def spread(count: int, *, first: date = date(2000, 1, 1), days: int = 8000) -> dict[int, date | None]:
    """`count` records with PMIDs from 1, their days of creation spread over `days` days."""
    return {number + 1: first + timedelta(days=number * days // count) for number in range(count)}


@dataclass
class FakePubMed:
    """`records` maps a PMID to its day of creation. `hook` may answer the nth request itself."""

    records: dict[int, date | None]
    hook: Callable[[int, str, dict[str, str]], Answer | None] = lambda _number, _tool, _asked: None
    deleted: set[int] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    histories: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._guard = threading.Lock()

    def install(self, mock: responses.RequestsMock) -> FakePubMed:
        """Answer all requests to NCBI's address."""
        for tool in ("esearch", "efetch", "einfo"):
            mock.add_callback(
                responses.POST, f"{BASE}{tool}.fcgi", lambda request, tool=tool: self.answer(tool, request)
            )
        return self

    def answer(self, tool: str, request: requests.PreparedRequest) -> Answer:
        """One request answered."""
        body = request.body or b""
        text = body.decode() if isinstance(body, bytes) else str(body)
        asked = {name: values[0] for name, values in parse_qs(text).items()}
        with self._guard:
            self.asked.append((tool, asked))
            made = self.hook(len(self.asked), tool, asked)
            return made or getattr(self, f"_{tool}")(asked)

    def tools(self) -> list[str]:
        """The names of the tools asked, in order."""
        return [tool for tool, _ in self.asked]

    def hits(self, term: str) -> list[int]:
        """The PMIDs that a text finds, the newest first."""
        days, numbers = _DAYS.search(term), _NUMBERS.search(term)
        found = []
        for pmid, day in self.records.items():
            if days:
                since, until = date(*map(int, days.groups()[1:4])), date(*map(int, days.groups()[4:7]))
                inside = day is not None and since <= day <= until
                if inside != (days.group(1) == "AND"):
                    continue
            if numbers and not int(numbers.group(1)) <= pmid <= int(numbers.group(2)):
                continue
            found.append(pmid)
        return sorted(found, reverse=True)

    def _esearch(self, asked: dict[str, str]) -> Answer:
        hits = self.hits(asked["term"])
        listed = hits[: min(int(asked.get("retmax", "20")), REACH)]
        stored = ""
        if asked.get("usehistory") == "y":
            name = f"ENV{len(self.histories) + 1}"
            self.histories[name] = listed
            stored = f"<QueryKey>1</QueryKey><WebEnv>{name}</WebEnv>"
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in listed)
        return xml(
            f"<eSearchResult><Count>{len(hits)}</Count><RetMax>{len(listed)}</RetMax><RetStart>0</RetStart>{stored}"
            f"<IdList>{ids}</IdList><TranslationSet/>"
            "<QueryTranslation>all[All Fields]</QueryTranslation></eSearchResult>"
        )

    def _efetch(self, asked: dict[str, str]) -> Answer:
        if "id" in asked:
            pmids = [int(each) for each in asked["id"].split(",")]
        elif asked["WebEnv"] not in self.histories:
            return (
                400,
                {"Content-Type": "text/xml"},
                "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
            )
        else:
            start = int(asked["retstart"])
            pmids = self.histories[asked["WebEnv"]][start : start + int(asked["retmax"])]
        return xml(article_set(*(article(pmid) for pmid in pmids if pmid not in self.deleted)))

    def _einfo(self, _asked: dict[str, str]) -> Answer:
        return xml(
            "<eInfoResult><DbInfo><DbName>pubmed</DbName>"
            "<LastUpdate>2023/05/31 08:14</LastUpdate></DbInfo></eInfoResult>"
        )


def xml(body: str | bytes) -> Answer:
    """A good XML answer."""
    return 200, {"Content-Type": "text/xml; charset=UTF-8"}, body


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.now += seconds


def make_http(state: Path, **settings: Any) -> Http:
    """A client that waits for nothing; `given` are credentials."""
    clock = Clock()
    config = Config(given=settings.pop("given", {}))
    return Http(config, state=state, clock=clock, sleep=clock.sleep, chance=lambda: 1.0, **settings)
