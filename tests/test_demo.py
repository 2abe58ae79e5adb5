"""`harvester demo`: its numbers are the sandbox's truth, and its files hold what they say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy

from harvester.cli import invoke
from harvester.cli.demo import text
from harvester.demo import demo
from harvester.sandbox import Sandbox

SITES = ("nasp", "oxford-sprn", "social-prescribing-network")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A demo's folder and its JSON."""
    folder = tmp_path_factory.mktemp("demo") / "story"
    report = demo(folder)
    assert report.exit_code == 0
    return folder, {"runs": list(report.runs), "files": [str(file) for file in report.files]}


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    """What the sandbox states of both days."""
    with Sandbox(as_of=date(2023, 5, 31)) as server:
        return server.truth()


def test_the_search_of_july_2022_finds_the_truth(told: tuple[Path, dict[str, Any]], truth: dict[str, Any]) -> None:
    """Each source's count, the records and the works of the first search are those of the truth file."""
    first, said = told[1]["runs"][0], truth["searches"]["2022-07-31"]
    pubmed, *sites = first["sources"]
    assert (first["kind"], first["since"], first["until"]) == ("run", None, "2022-07-31")
    assert (pubmed["name"], *(site["name"] for site in sites)) == ("pubmed", *SITES)
    assert {source["state"] for source in first["sources"]} == {"complete"}
    assert pubmed["reported"] == pubmed["retrieved"] == len(said["limited"])
    for site in sites:
        assert site["reported"] == site["retrieved"] == len(said["sites"][site["name"]]) > 0
    assert (first["records"], first["works"]) == (said["records"], said["works"])
    assert first["duplicates"] == said["records"] - said["works"]
    assert first["new"] == said["works"]


def test_the_update_of_may_2023_announces_the_new_works(
    told: tuple[Path, dict[str, Any]], truth: dict[str, Any]
) -> None:
    """The update finds what entered since, and its new works and retractions are those of the truth file."""
    second, said = told[1]["runs"][1], truth["update"]
    assert (second["kind"], second["since"], second["until"]) == ("update", "2022-07-01", "2023-05-31")
    assert second["sources"][0]["retrieved"] == len(said["found"])
    assert second["new"] == len(said["new_works"])
    assert sorted(record["source_id"] for record in second["retracted"]) == said["retracted"]


def test_the_updates_ris_holds_the_new_works_and_nothing_else(
    told: tuple[Path, dict[str, Any]], truth: dict[str, Any]
) -> None:
    """Every new work of the truth file is in the RIS files of the update once, and nothing else is."""
    held = [
        record
        for file in sorted((told[0] / "2023-05_new").glob("*.ris"))
        for record in rispy.loads(file.read_text(encoding="utf-8"))
    ]
    assert len(held) == len(truth["update"]["new_works"])
    pmids = {record["accession_number"] for record in held if record.get("name_of_database") == "PubMed"}
    wanted = {
        key.removeprefix("pubmed:")
        for work in truth["update"]["new_works"]
        for key in work
        if key.startswith("pubmed:")
    }
    assert pmids <= wanted
    assert len(wanted - pmids) == sum(
        sum(key.startswith("pubmed:") for key in work) - 1
        for work in truth["update"]["new_works"]
        if any(key.startswith("pubmed:") for key in work)
    )


def test_the_readme_shows_what_the_demo_prints(told: tuple[Path, dict[str, Any]]) -> None:
    """The table in the README is the one that `make demo` ends with, to the letter."""
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{text(tuple(told[1]['runs']))}\n```" in readme


def test_every_file_named_is_there(told: tuple[Path, dict[str, Any]]) -> None:
    """The files that the demo names exist, and its JSON says the same as what it returned."""
    folder, said = told
    assert all(Path(file).is_file() for file in said["files"])
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8")) == said


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """A folder that is not a demo's is refused with exit 2 and nothing in it changes."""
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert invoke(["demo", str(tmp_path)]) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
