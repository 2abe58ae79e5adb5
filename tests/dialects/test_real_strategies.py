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
from harvester.formats import pubmed_xml
from harvester.match import Index
from harvester.query import Query

DAY = date(2026, 11, 22)
READ = ("generic", "pubmed", "ovid", "wos", "ebsco", "cochrane", "scopus", "proquest", "europepmc")


def strategies(shared: Path) -> dict[str, tuple[str, Query]]:
    """Every published strategy with the language it is in. Two that are filed under Ovid are PubMed's."""
    found: dict[str, tuple[str, Query]] = {}
    for row in map(json.loads, (shared / "queries" / "real_strategies.jsonl").read_text(encoding="utf-8").splitlines()):
        name = "pubmed" if row["database"] == "pubmed" or "[tiab]" in row["strategy"] else "ovid"
        if row["id"] != "tar-CD008686":
            found[row["id"]] = (name, get(name).read(row["strategy"]))
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


@pytest.mark.slow
def test_what_reports_no_loss_finds_the_same_records(shared_data: Path) -> None:
    """Read back and evaluated on 20,788 real records, a translation without loss finds exactly the same ones."""
    with gzip.open(shared_data / "pubmed" / "pubmed21n1298.xml.gz") as file:
        index = Index(enumerate(pubmed_xml.read(file)))
    different, compared, found = [], 0, 0
    with index:
        for name, (source, query) in strategies(shared_data).items():
            wanted = None
            for target in READ:
                if target == source:
                    continue
                try:
                    made = get(target).write(query, on=DAY)
                except StrategyError:
                    continue
                if made.losses:
                    continue
                if wanted is None:
                    wanted = sorted(index.matches(query))
                if sorted(index.matches(get(target).read(made.text))) != wanted:
                    different.append((name, source, target))
                compared += 1
                found += bool(wanted)
    assert different == []
    assert compared >= 35
    assert found >= 15
