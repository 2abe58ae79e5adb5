"""The whole of it: records in, works and evidence out. The small library here is made up."""

from __future__ import annotations

import csv
import gc
import gzip
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import formats
from harvester.dedupe import Decision, Verdict, dedupe, dedupe_prepared
from harvester.dedupe.block import LIMIT, pairs
from harvester.dedupe.files import rows
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import Row
from harvester.errors import UsageError
from harvester.record import PartialDate, Record

TOPICS = ("link workers", "community navigators", "health coaches", "social brokers", "wellbeing officers")
PEOPLE = ("multimorbidity", "chronic pain", "diabetes mellitus", "long term conditions", "heart failure")


def library(seed: int = 1) -> list[dict[str, Any]]:
    """Twenty-five works, each told by one to three sources in their own way; `work` is the truth."""
    chance = random.Random(seed)
    told = []
    for number, (topic, people) in enumerate((topic, people) for topic in TOPICS for people in PEOPLE):
        title = f"Experiences of {topic} who support adults living with {people}: a qualitative study"
        families = chance.sample(["Smith", "Jones", "Okafor", "Lee", "Garcia", "Novak", "Kowalski", "Tanaka"], 3)
        first = {
            "ID": f"a{number}",
            "work": number,
            "title": title,
            "author": " and ".join(f"{family}, A. B." for family in families),
            "year": "2020",
            "journal": "Journal of Integrated Care",
            "volume": str(10 + number),
            "number": "2",
            "pages": f"{100 + number}-{120 + number}",
            "doi": f"10.1000/jic.{number}",
        }
        second = {
            **first,
            "ID": f"b{number}",
            "title": title.upper(),
            "author": "".join(f"{family}A.B." for family in families),
            "journal": "J Integr Care",
            "doi": "",
        }
        third = {"ID": f"c{number}", "work": number, "title": f"{title}.", "year": "2020", "doi": first["doi"]}
        told += [first, second, third][: 1 + number % 3]
    chance.shuffle(told)
    return told


def truth(records: list[dict[str, Any]]) -> list[list[str]]:
    """The works as lists of IDs, as `Result.clusters` has them."""
    works: dict[int, list[str]] = {}
    for record in records:
        works.setdefault(record["work"], []).append(record["ID"])
    return sorted(sorted(ids) for ids in works.values())


def test_the_library_is_found() -> None:
    """Every work is found, none is lost, and each joined pair says why."""
    records = library()
    result = dedupe(records)
    assert truth(records) == result.clusters
    assert (result.records, result.works, result.duplicates) == (len(records), 25, len(records) - 25)
    assert all(each.reasons for each in result.evidence)
    assert result.uncertain == []


@settings(max_examples=20, deadline=None)
@given(st.randoms(), st.integers(1, 5))
def test_order_does_not_matter(chance: Any, seed: int) -> None:
    """The same records in any order give the same clusters and the same evidence."""
    records = library(seed)
    expected = dedupe(records)
    chance.shuffle(records)
    found = dedupe(records)
    assert expected.clusters == found.clusters
    assert expected.evidence == found.evidence


def test_deduplicating_what_is_unique_finds_nothing() -> None:
    """One record of each work: all of them stay."""
    first = {cluster[0] for cluster in dedupe(library()).clusters}
    unique = [record for record in library() if record["ID"] in first]
    assert dedupe(unique).duplicates == 0


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_decisions_are_kept(data: st.DataObject) -> None:
    """What a person decided holds in the result, whichever records it is about."""
    records = library()
    ids = [record["ID"] for record in records]
    a, b = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    verdict = data.draw(st.sampled_from(["same", "different"]))
    if a == b:
        return
    result = dedupe(records, decisions=[Decision(a, b, verdict)])
    together = any(a in cluster and b in cluster for cluster in result.clusters)
    assert together is (verdict == "same")
    assert result.conflicts == []
    assert truth(records) == dedupe(records).clusters


def test_a_thousand_copies_are_one_work_quickly() -> None:
    """Copies cost one comparison each, and a hand may still take one out."""
    record = library()[0]
    copies = [{**record, "ID": f"x{number:04}"} for number in range(1000)]
    result = dedupe(copies)
    assert result.works == 1
    assert len(result.evidence) == 999
    apart = dedupe(copies, decisions=[Decision("x0000", "x0500", "different")])
    assert ["x0500"] in [cluster for cluster in apart.clusters if "x0000" not in cluster]


def test_bare_copies_stay_apart() -> None:
    """Records that say almost nothing, and say the same, are not joined: an editorial has many namesakes."""
    assert dedupe([{"title": "Editorial"}, {"title": "Editorial"}]).works == 2
    assert dedupe([{"title": ""}, {"title": ""}, {"year": "2020"}]).works == 3


def test_large_blocks_are_refined_and_not_dropped() -> None:
    """Many records that share a key are divided, and the two that are one work still meet."""
    crowd = [
        Row(f"k{number:04}", "Editorial comment", authors=f"Author{chr(97 + number % 26)}{number}", year="2020",
            journal="J", volume=str(number), pages=f"{number}-{number + 1}")
        for number in range(20 * LIMIT)
    ]  # fmt: skip
    crowd.append(
        Row("z", "Editorial comment", "Authorb27", "2020", "J", volume="27", pages="27-28"),
    )
    prepared = [prepare(row) for row in crowd]
    found = set(pairs(prepared))
    assert (27, len(crowd) - 1) in found
    assert len(found) < 60 * len(crowd)


def test_keys_must_differ_and_profiles_exist() -> None:
    """Two records of one ID, and a profile that is not there, are refused with what to do."""
    with pytest.raises(UsageError, match="two records have the key"):
        dedupe([{"ID": "1", "title": "a"}, {"ID": "1", "title": "b"}])
    with pytest.raises(UsageError) as error:
        dedupe([], profile="none")
    assert "versions" in error.value.hint


def test_data_frames_are_taken() -> None:
    """Whatever gives its rows by `to_dict("records")`, as pandas and polars do, is taken as a list of mappings."""

    class Frame:
        def to_dict(self, orient: str) -> list[dict[str, Any]]:
            assert orient == "records"
            return library()

        def __iter__(self) -> Any:
            return iter(["ID", "title"])

    assert dedupe(Frame()).clusters == dedupe(library()).clusters  # type: ignore[arg-type]


def test_nothing_is_nothing() -> None:
    """No records, no works."""
    result = dedupe([])
    assert (result.clusters, result.evidence, result.records) == ([], [], 0)


def test_a_page_of_a_site_joins_the_paper_it_shows() -> None:
    """A page with the title and year of a paper is that work; one with its DOI and half its title is asked about."""
    title = "What link workers do: a national survey of social prescribing in general practice"
    paper = Record(
        source="pubmed",
        source_id="1",
        title=title,
        journal="BMJ Open",
        published=PartialDate(2021, 4),
        identifiers={"doi": ("10.1136/bmjopen-1",)},
    )
    page = Record(source="nasp", source_id="https://x.example/1", title=title, kind="web", published=PartialDate(2021))
    other = Record(
        source="nasp",
        source_id="https://x.example/2",
        title="What link workers do",
        kind="web",
        identifiers={"doi": ("10.1136/bmjopen-1",)},
    )
    result = dedupe([paper, page, other])
    assert result.clusters == [["nasp:https://x.example/1", "pubmed:1"], ["nasp:https://x.example/2"]]
    assert [(each.a, each.b) for each in result.uncertain] == [("nasp:https://x.example/2", "pubmed:1")]


def scores(found: list[list[Any]], truth_of: dict[str, str]) -> tuple[int, int, int]:
    """Works lost, duplicates left, and wrong pairs, by the definitions of the labelled sets."""
    kept = Counter(truth_of[cluster[0]] for cluster in found)
    lost = len(set(truth_of.values()) - set(kept))
    left = sum(count - 1 for count in kept.values())
    wrong = sum(
        (sum(sizes.values()) ** 2 - sum(size**2 for size in sizes.values())) // 2
        for sizes in (Counter(truth_of[key] for key in cluster) for cluster in found)
    )
    return lost, left, wrong


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("stroke", 1),
        ("haematology", 18),
        ("diabetes", 0),
        ("cytology_screening", 0),
        ("neuroimaging", 1),
        ("surface_microbiome", 0),
        ("digital_work", 4),
    ],
)
def test_labelled_sets_lose_no_work(shared_data: Path, name: str, left: int) -> None:
    """On the labelled sets no work is lost, no pair is wrong, and few duplicates are left."""
    folder = shared_data / "dedup" / name
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth_of = {row["ID"]: row["cluster"] for row in csv.DictReader(file)}
    with gzip.open(folder / "records.csv.gz", "rt", newline="", encoding="utf-8") as text:
        result = dedupe(csv.DictReader(text), profile="versions")
    lost, remaining, wrong = scores(result.clusters, truth_of)
    assert (lost, wrong) == (0, 0)
    assert remaining <= left
    assert all(each.verdict is not Verdict.SAME or each.score >= 0.9 for each in result.evidence)


@pytest.mark.parametrize("ending", ["ris", "nbib", "bib", "xml", "json", "jsonl", "xlsx"])
def test_formats_change_no_judgement(shared_data: Path, tmp_path: Path, ending: str) -> None:
    """A labelled set that was converted to another format comes to the clusters that it came to as it was."""
    source = shared_data / "dedup" / "stroke" / "records.csv.gz"
    name = {"json": "csl-json", "xml": "endnote-xml"}.get(ending, "")
    formats.write(tmp_path / f"made.{ending}", formats.read(source), name)
    straight = list(rows([source]))
    converted = list(rows([tmp_path / f"made.{ending}"]))
    for row, whole in zip(converted, straight, strict=True):
        row.key = whole.key
    assert dedupe(converted, profile="versions").clusters == dedupe(straight, profile="versions").clusters


@pytest.mark.parametrize("wanted", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was(*, wanted: bool) -> None:
    """Judging pauses the search for cycles of objects, and leaves it as it was found, also after an error."""
    (gc.enable if wanted else gc.disable)()
    try:
        dedupe([{"ID": "1", "title": "Link workers in practice"}])
        assert gc.isenabled() is wanted
        with pytest.raises(AttributeError):
            dedupe_prepared([None])  # type: ignore[list-item]
        assert gc.isenabled() is wanted
    finally:
        gc.enable()
