"""The pages about sources are held to the program: the table is generated, the cookbook is run."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import responses
from fake_pubmed import make_http

from harvester import sources
from harvester.errors import UsageError
from harvester.search import Search

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_table_of_sources_is_the_programs() -> None:
    """docs/sources.md holds the table that docs/make_sources.py makes now."""
    sys.path.insert(0, str(DOCS))
    try:
        import make_sources  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(DOCS))
    text = make_sources.PAGE.read_text(encoding="utf-8")
    assert make_sources.page(text) == text


def test_every_source_is_in_the_table() -> None:
    """No source of the register is left out of the page."""
    text = (DOCS / "sources.md").read_text(encoding="utf-8")
    assert [name for name in sources.SOURCES if f"| `{name}`: " not in text] == []


def block(language: str) -> str:
    """The one block in a language on the cookbook page."""
    text = (DOCS / "adding-a-source.md").read_text(encoding="utf-8")
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The cookbook's source, found through its entry point as another package's would be."""
    (tmp_path / "toy_library.py").write_text(block("python"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    line = re.search(r'(toy-library) = "(.*?)"', block("toml"))
    assert line is not None
    point = EntryPoint(line[1], line[2], sources.GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: [point] if group == sources.GROUP else [])
    yield sources.get("toy-library")
    sys.modules.pop("toy_library", None)


def test_another_packages_source_is_listed(toy: Any) -> None:
    """An entry point is enough to be among the sources, after the program's own."""
    assert sources.names()[-1] == toy.info.name == "toy-library"


def test_the_cookbooks_case_comes_out_as_it_says(toy: Any, tmp_path: Path) -> None:
    """The page's source over the page's case: its count, its records, its pages."""
    case = json.loads(block("json"))
    search = Search("toy-library", "generic", case["search"], case["search"])
    with responses.RequestsMock() as mock, make_http(tmp_path) as http:

        def reply(request: Any) -> tuple[int, dict[str, str], str]:
            fit = next(each for each in case["answers"] if all(part in request.url for part in each["when"]))
            return 200, {"Content-Type": "application/json"}, json.dumps(fit["body"])

        mock.add_callback(responses.GET, re.compile(".*"), reply)
        assert toy.count(search, http).hits == len(case["expect"]["records"])
        pages = list(toy.pages(search, http))
    records = [toy.record(item) for page in pages for item in toy.items(page)]
    assert {record.source_id: record.title for record in records} == case["expect"]["records"]
    assert len(pages) == case["expect"]["pages"]
    assert records[0].published.iso == "2021"


def test_a_broken_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source whose package is damaged is an error that says which, not a traceback."""
    point = EntryPoint("broken-library", "no_such_package_anywhere:Source", sources.GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: [point])
    with pytest.raises(UsageError, match=r"broken-library.*no_such_package_anywhere"):
        sources.get("broken-library")
