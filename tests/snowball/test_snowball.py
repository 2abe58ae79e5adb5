"""Citation searching: on the sandbox against the generator's own references, and on made-up answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import responses

from harvester.config import Config
from harvester.errors import UsageError
from harvester.http import Http
from harvester.sandbox import Sandbox
from harvester.sandbox.article import references
from harvester.snowball import Followed, seeds_of, snowball
from harvester.sources.citations import provider, seed
from harvester.sources.citations_base import Seed
from harvester.store import Store, open_store

DAY = date(2022, 7, 31)


def still(_seconds: float) -> None:
    """Wait for nothing."""


def client(folder: Path, **settings: Any) -> Http:
    """A client that never waits; its clock runs a second at every look."""
    ticks = iter(range(10**9))
    return Http(Config(), state=folder, clock=lambda: float(next(ticks)), sleep=still, **settings)


@dataclass
class World:
    """A sandbox, a store, and two seeds with what the generator says they cite and are cited by."""

    sandbox: Sandbox
    store: Store
    http: Http
    seeds: list[int]

    def cited(self, index: int) -> set[int]:
        """The records that `index` cites and that exist."""
        corpus, today = self.sandbox.world.corpus, self.sandbox.world.today
        return {other for other in references(corpus, index, today) if corpus.visible(today)[other]}

    def citing(self, index: int) -> set[int]:
        """The records that cite `index` and exist: all of the corpus is looked through."""
        corpus, today = self.sandbox.world.corpus, self.sandbox.world.today
        there = corpus.visible(today)
        return {o for o in range(corpus.size) if there[o] and index in references(corpus, o, today)}

    def pmids(self, indices: set[int]) -> set[str]:
        """PubMed numbers of records."""
        return {str(self.sandbox.world.corpus.pmid[index]) for index in indices}

    def follow(self, **settings: Any) -> Followed:
        """A snowball run from the seeds."""
        names = [str(self.sandbox.world.corpus.pmid[index]) for index in self.seeds]
        return snowball(self.store, self.http, seeds_of(names), **settings)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A small sandbox and an empty store."""
    with (
        Sandbox(1000, DAY, rate_limit=False) as sandbox,
        open_store(tmp_path / "snow.db") as store,
        client(tmp_path, sandbox=sandbox.address) as http,
    ):
        made = World(sandbox, store, http, [])
        corpus, today = sandbox.world.corpus, sandbox.world.today
        there = corpus.visible(today)
        made.seeds = [i for i in range(400, 900, 2) if there[i] and len(made.cited(i)) > 1][:2]
        yield made


def found(report: Followed, by: str, direction: str) -> set[str]:
    """The ids that a provider linked, in one direction."""
    return {e["source_id"] for e in report.said["edges"] if (e["by"], e["direction"]) == (by, direction)}


@pytest.mark.parametrize("by", ["pubmed", "europe-pmc", "openalex"])
def test_both_directions_are_the_generators_own(world: World, by: str) -> None:
    """What the seeds cite and what cites them, exactly, as far as the service has the records."""
    report = world.follow(by=[by])
    cited = set().union(*(world.cited(index) for index in world.seeds))
    citing = set().union(*(world.citing(index) for index in world.seeds))
    if by == "openalex":  # it has every second record
        backward = {f"W{4_900_000_000 + index}" for index in cited if index % 2 == 0}
        forward = {f"W{4_900_000_000 + index}" for index in citing if index % 2 == 0}
    else:
        prefix = "MED:" if by == "europe-pmc" else ""
        backward = {prefix + number for number in world.pmids(cited)}
        forward = {prefix + number for number in world.pmids(citing)}
    assert found(report, by, "backward") == backward
    assert found(report, by, "forward") == forward
    assert cited
    assert citing
    assert report.exit_code == 0


def test_a_work_that_three_services_name_is_one(world: World) -> None:
    """Records of one work from several services are one work, and each edge keeps who said it."""
    report = world.follow(by=["pubmed", "europe-pmc"])
    works = {e["work"] for e in report.said["edges"]}
    assert report.said["works"] == len(works)
    by_work = {work: {e["by"] for e in report.said["edges"] if e["work"] == work} for work in works}
    assert all(said == {"pubmed", "europe-pmc"} for said in by_work.values())


def test_a_second_round_begins_from_what_is_new(world: World) -> None:
    """With depth 2 the works found become seeds; each edge names the seed that led there."""
    one = world.follow(by=["pubmed"], directions=["backward"])
    first = {e["source_id"] for e in one.said["edges"]}
    with open_store(world.store.path.with_name("two.db")) as store:
        two = snowball(
            store,
            world.http,
            seeds_of([str(world.sandbox.world.corpus.pmid[index]) for index in world.seeds]),
            by=["pubmed"],
            directions=["backward"],
            depth=2,
        )
    further = {e["source_id"] for e in two.said["edges"]}
    second = set().union(*(world.pmids(world.cited(world.sandbox.world.corpus.index_of(int(n)))) for n in first))
    assert further == first | second
    assert further > first


def test_the_same_again_brings_nothing_new(world: World) -> None:
    """A snowball run counts as new only what no run had before."""
    first, again = world.follow(by=["pubmed"]), world.follow(by=["pubmed"])
    assert first.said["new"] == first.said["works"] > 0
    assert again.said["new"] == 0
    assert again.said["kind"] == "snowball"


def test_a_service_that_knows_no_seed_is_not_zero(world: World) -> None:
    """Crossref knows no PubMed numbers: it was not searched, and the others are whole."""
    report = world.follow(by=["pubmed", "crossref"])
    told = {source["name"]: source for source in report.said["sources"]}
    assert told["crossref"]["state"] == "not-searched"
    assert told["crossref"]["reported"] is None
    assert "none of the seeds" in told["crossref"]["error"]
    assert told["pubmed"]["state"] == "complete"


def test_a_service_that_fails_fails_alone(world: World) -> None:
    """OpenAlex without its key fails by name; what PubMed gave is kept; exit code 4."""
    with client(world.store.path.parent, base={"eutils.ncbi.nlm.nih.gov": world.sandbox.address}) as http:
        report = snowball(
            world.store,
            http,
            seeds_of([str(world.sandbox.world.corpus.pmid[world.seeds[0]])]),
            by=["pubmed", "openalex"],
        )
    told = {source["name"]: source for source in report.said["sources"]}
    assert told["openalex"]["state"] == "failed"
    assert "OPENALEX_API_KEY" in told["openalex"]["error"]
    assert told["openalex"]["retrieved"] is None
    assert told["pubmed"]["state"] == "complete"
    assert report.exit_code == 4


def work(number: int) -> dict[str, Any]:
    """A made-up work as Crossref gives it."""
    return {"DOI": f"10.5555/made.{number}", "type": "journal-article", "title": [f"Made up, number {number}"]}


def linked(name: str, folder: Path, direction: str, answers: dict[str, Any]) -> tuple[list[str], int, bool]:
    """What a provider links to a made-up seed: record ids, how many unnamed, whether it knows the seed."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, client(folder) as http:

        def reply(request: Any) -> tuple[int, dict[str, str], str]:
            for part, answer in answers.items():
                if part in request.url:
                    return 200, {"Content-Type": "application/json"}, json.dumps(answer)
            return 404, {"Content-Type": "application/json"}, '{"error": "not found"}'

        mock.add_callback(responses.GET, re.compile(".*"), reply)
        came = list(provider(name).links(Seed("10.5555/seed"), direction, http))
    records = [record.source_id for one in came for record in one.records]
    return records, sum(one.unnamed for one in came), all(one.known for one in came)


def test_crossref_counts_what_it_cannot_name(tmp_path: Path) -> None:
    """Two references have DOIs, of which Crossref has one; a third is only printed: two links are unnamed."""
    seeded = {"reference": [{"DOI": "10.5555/MADE.1"}, {"DOI": "10.5555/made.2"}, {"unstructured": "A book, 1901"}]}
    answers = {
        "10.5555%2Fseed": {"message": seeded},
        "filter=": {"message": {"items": [work(1)], "total-results": 1}},
    }
    assert linked("crossref", tmp_path, "backward", answers) == (["10.5555/made.1"], 2, True)


def test_opencitations_names_by_doi(tmp_path: Path) -> None:
    """Its pairs name works by several schemes; those with a DOI come from Crossref, the others are counted."""
    pairs = [
        {"citing": "omid:br/1 doi:10.5555/made.1 pmid:7", "cited": "omid:br/9 doi:10.5555/seed"},
        {"citing": "omid:br/2", "cited": "omid:br/9 doi:10.5555/seed"},
    ]
    answers = {"opencitations": pairs, "filter=": {"message": {"items": [work(1)], "total-results": 1}}}
    assert linked("opencitations", tmp_path, "forward", answers) == (["10.5555/made.1"], 1, True)


def test_semantic_scholar_turns_its_pages(tmp_path: Path) -> None:
    """Listings follow `next`; a paper without an id is counted, not dropped."""
    answers = {
        "offset=0": {"offset": 0, "next": 2, "data": [{"citedPaper": {"paperId": "a", "title": "A"}},
                                                      {"citedPaper": {"paperId": None, "title": "lost"}}]},
        "offset=2": {"offset": 2, "data": [{"citedPaper": {"paperId": "b", "title": "B"}}]},
    }  # fmt: skip
    assert linked("semantic-scholar", tmp_path, "backward", answers) == (["a", "b"], 1, True)


@pytest.mark.parametrize("name", ["crossref", "opencitations", "semantic-scholar"])
def test_an_unknown_seed_is_said_so(tmp_path: Path, name: str) -> None:
    """A service that answers 404 does not know the work: that is no empty list."""
    assert linked(name, tmp_path, "backward", {}) == ([], 0, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [("https://doi.org/10.5555/A.b", "doi:10.5555/a.b"), ("doi:10.5555/x", "doi:10.5555/x"), ("PMID: 123", "pmid:123")],
)
def test_a_seed_is_read(text: str, name: str) -> None:
    """DOIs in any dress and PubMed numbers are seeds."""
    assert seed(text).name == name


def test_what_is_no_seed_is_refused(tmp_path: Path) -> None:
    """A word is no seed, and a file whose records have no identifiers gives none."""
    with pytest.raises(UsageError, match="neither a DOI nor a PubMed number"):
        seed("link worker")
    bare = tmp_path / "bare.ris"
    bare.write_text("TY  - JOUR\nTI  - Made up\nER  - \n", encoding="utf-8")
    with pytest.raises(UsageError, match="1 records have neither"):
        seeds_of([str(bare)])


def test_seeds_come_from_files_too(tmp_path: Path) -> None:
    """The records of a reference file are seeds, each work once."""
    file = tmp_path / "seeds.ris"
    one = "TY  - JOUR\nTI  - Made up\nDO  - 10.5555/one\nER  - \n"
    file.write_text(one + one.replace("one", "two"), encoding="utf-8")
    assert [each.name for each in seeds_of([str(file), "10.5555/ONE", "77"])] == [
        "doi:10.5555/one",
        "doi:10.5555/two",
        "pmid:77",
    ]


def test_known_studies_are_seeds_and_those_without_a_number_are_named(tmp_path: Path) -> None:
    """A file of known studies gives seeds; what has no identifier is named, not dropped in silence."""
    file = tmp_path / "known.json"
    studies = [{"title": "One", "doi": "10.5555/one"}, {"title": "Without"}, {"title": "Three", "pmid": "33"}]
    file.write_text(json.dumps({"studies": studies}), encoding="utf-8")
    left_out: list[str] = []
    assert [each.name for each in seeds_of([str(file)], left_out)] == ["doi:10.5555/one", "pmid:33"]
    assert left_out == ["Without"]


def test_the_reviews_own_studies_are_seeds(shared_data: Path) -> None:
    """Of the eighteen included studies those with a DOI or a PubMed number are seeds, the others are named."""
    left_out: list[str] = []
    found = seeds_of([str(shared_data / "included18.json")], left_out)
    assert len(found) + len(left_out) == 18
    assert len(found) >= 10
