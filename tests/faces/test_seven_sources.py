"""One run over seven sources on the sandbox: each finds what its truth says, and together they are the union."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harvester.config import Config
from harvester.http import Http
from harvester.run import run
from harvester.sandbox import Sandbox
from harvester.store import Store, open_store
from harvester.strategy import read

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))
from fake_pubmed import Clock

DAY = date(2022, 7, 31)
ASKED = ("pubmed", "europe-pmc", "openalex", "crossref", "greyguide", "gov-uk", "social-prescribing-network")
NAMED = ("europe-pmc", "openalex", "crossref", "greyguide", "gov-uk")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Store, dict[str, Any]]]:
    """The run's report, its store, and the truth of the same day."""
    folder = tmp_path_factory.mktemp("six")
    text = (Path(__file__).resolve().parents[2] / "queries" / "link-workers.toml").read_text(encoding="utf-8")
    clock = Clock()
    with (
        Sandbox(3000, DAY, rate_limit=False) as sandbox,
        open_store(folder / "six.db") as store,
        Http(Config(), sandbox=sandbox.address, state=folder, clock=clock, sleep=clock.sleep) as http,
    ):
        strategy = read(text, "link-workers.toml", "0" * 64)
        report = run(strategy, store, http, sources=ASKED, as_of=None, today=DAY)
        yield report.said, store, sandbox.truth(DAY)["searches"][DAY.isoformat()]


def kept(store: Store, source: str) -> list[str]:
    """The ids that are kept of a source."""
    rows = store.rows("select source_id from records where source = ? order by source_id", (source,))
    return [row["source_id"] for row in rows]


def test_every_source_is_complete(done: tuple[dict[str, Any], Store, dict[str, Any]]) -> None:
    """No source failed and none came short."""
    states = {source["name"]: (source["state"], source["error"]) for source in done[0]["sources"]}
    assert states == dict.fromkeys(ASKED, ("complete", None))


@pytest.mark.parametrize("name", NAMED)
def test_a_face_gives_what_its_truth_says(done: tuple[dict[str, Any], Store, dict[str, Any]], name: str) -> None:
    """Exactly the records that the generator knows the review's search to find there, and more than a few."""
    expected = done[2]["faces"][name]
    assert kept(done[1], name) == expected
    assert len(expected) >= 3


def test_the_union_is_the_truth(done: tuple[dict[str, Any], Store, dict[str, Any]]) -> None:
    """The records of all seven are PubMed's, the site's and the faces', none more and none less."""
    said, _, truth = done
    sites = sum(len(paths) for name, paths in truth["sites"].items() if name in ASKED)
    assert said["records"] == len(truth["limited"]) + sites + sum(len(ids) for ids in truth["faces"].values())


def test_the_same_record_in_two_sources_is_one_work(done: tuple[dict[str, Any], Store, dict[str, Any]]) -> None:
    """A record of Europe PMC's that PubMed has too is in PubMed's work, always."""
    apart = done[1].rows(
        "select p.source_id from records p join work_records a on a.record_id = p.id "
        "join records e on e.source = 'europe-pmc' and e.source_id = 'MED:' || p.source_id "
        "join work_records b on b.record_id = e.id where p.source = 'pubmed' and a.work_id <> b.work_id"
    )
    assert [row["source_id"] for row in apart] == []


def test_what_was_fetched_and_what_matched_are_both_told(
    done: tuple[dict[str, Any], Store, dict[str, Any]],
) -> None:
    """A source that is matched here says how many it gave and how many of these the strategy wants."""
    told = {source["name"]: source for source in done[0]["sources"]}
    for name in ("crossref", "greyguide"):
        assert told[name]["offered"] > told[name]["reported"] == told[name]["retrieved"]
