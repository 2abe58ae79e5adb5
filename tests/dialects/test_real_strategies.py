"""Real strategies: read, written for every database, and evaluated on real records."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from harvester.dialects import get, names
from harvester.dialects.reader import guess
from harvester.errors import StrategyError
from harvester.match import Matcher
from harvester.query import Query
from harvester.record import Heading, Record, Section

DAY = date(2026, 11, 22)
READ = ("generic", "pubmed", "ovid", "wos", "ebsco", "cochrane", "scopus", "proquest", "europepmc")
RECORDS = 150


def strategies(shared: Path) -> dict[str, tuple[str, Query]]:
    """Every published strategy with the language it is in. Two that are filed under Ovid are PubMed's."""
    found: dict[str, tuple[str, Query]] = {}
    for row in map(json.loads, (shared / "queries" / "real_strategies.jsonl").read_text(encoding="utf-8").splitlines()):
        name = "pubmed" if row["database"] == "pubmed" or "[tiab]" in row["strategy"] else "ovid"
        if row["id"] != "tar-CD008686":
            found[row["id"]] = (name, get(name).read(row["strategy"]))
    return found


def records(shared: Path) -> list[Record]:
    """Some real records, titles, abstracts, keywords and headings."""
    from lxml import etree

    found: list[Record] = []
    with gzip.open(shared / "pubmed" / "pubmed21n1298.xml.gz") as file:
        for _, node in etree.iterparse(file, tag="PubmedArticle"):
            paths = (".//ArticleTitle", ".//Abstract/AbstractText", ".//Keyword", ".//MeshHeading/DescriptorName")
            texts = [["".join(part.itertext()) for part in node.iterfind(path)] for path in paths]
            title, abstract, keywords, headings = texts
            found.append(
                Record("pubmed", node.findtext(".//PMID"), title[0], abstract=tuple(Section(text) for text in abstract),
                       keywords=tuple(keywords), headings=tuple(Heading(name) for name in headings))
            )  # fmt: skip
            node.clear()
            if len(found) == RECORDS:
                return found
    return found


def test_a_strategy_that_is_no_query_is_diagnosed(shared_data: Path) -> None:
    """One of the published ones is prose and PubMed mixed: the reader names the place and the language."""
    rows = (shared_data / "queries" / "real_strategies.jsonl").read_text(encoding="utf-8").splitlines()
    text = next(row["strategy"] for row in map(json.loads, rows) if row["id"] == "tar-CD008686")
    with pytest.raises(StrategyError) as caught:
        get("ovid").read(text)
    assert (caught.value.line, caught.value.column) == (2, 25)
    assert "--from pubmed" in caught.value.hint


def test_every_target_speaks_its_own_language_only(shared_data: Path) -> None:
    """Written for any database, no trace of the source's syntax is left, and the target's reader takes it."""
    for source, query in strategies(shared_data).values():
        for name in names():
            try:
                made = get(name).write(query, on=DAY)
            except StrategyError:
                continue
            if name in READ:
                get(name).read(made.text)
            if name not in (source, "generic"):
                assert guess(made.text) != source


def test_what_reports_no_loss_finds_the_same_records(shared_data: Path) -> None:
    """Read back by its own dialect and evaluated on real records, a lossless translation finds exactly the same."""
    sample = records(shared_data)
    compared = 0
    for source, query in strategies(shared_data).values():
        wanted = None
        for name in READ:
            if name == source:
                continue
            try:
                made = get(name).write(query, on=DAY)
            except StrategyError:
                continue
            if made.losses:
                continue
            if wanted is None:
                matcher = Matcher(query)
                wanted = [matcher.matches(record) for record in sample]
            other = Matcher(get(name).read(made.text))
            assert [other.matches(record) for record in sample] == wanted
            compared += 1
    assert compared >= 30
