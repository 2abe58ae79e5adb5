"""Imports run one way: a room imports only from the floors below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the ground up. A room may import only from lower floors, and (packages) from itself.
FLOORS: list[set[str]] = [
    {"__init__", "columns", "errors", "identifiers", "kinds", "window"},
    {"http", "config", "record", "search", "strategy", "query", "work"},
    {"crawl", "dialects", "formats", "match", "lint"},
    {"sources", "dedupe", "store", "sandbox"},
    {
        "plan",
        "intake",
        "line_counts",
        "conduct",
        "works",
        "related",
        "export",
        "prisma",
        "snowball",
        "warc",
        "enrich",
        "screening",
        "schedule",
        "notify",
    },
    {"run", "update", "report", "ui", "importing", "diff"},
    {"demo"},
    {"cli"},
    {"__main__"},
]
# Within a floor, who may use whom: the nouns build on one another.
WITHIN: dict[str, set[str]] = {
    "window": {"errors"},
    "identifiers": {"errors"},
    "work": {"record"},
    "strategy": {"query", "search", "work"},
    "http": {"config"},
    "match": {"dialects"},
    "lint": {"dialects", "match"},
    "works": {"intake"},
    "conduct": {"intake", "line_counts", "screening", "works"},
    "snowball": {"intake", "works"},
    "prisma": {"screening"},
    "export": {"related", "screening"},
    "ui": {"report"},
    "update": {"run"},
}
OUTSIDE = {"spiders", "queries", "db"}


def room(path: Path) -> str:
    """The room that a file of harvester/ stands in."""
    first = path.relative_to(ROOT / "harvester").parts[0]
    return first.removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    """The rooms that a file imports, wherever in it the import stands and however it is written."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "harvester":
            names = [f"harvester.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        rooms |= {
            name.split(".")[1] if "." in name else "__init__" for name in names if name.split(".")[0] == "harvester"
        }
    return rooms


def faults(name: str, source: str) -> list[str]:
    """What a file of room `name` imports and may not."""
    floor_of = {each: number for number, floor in enumerate(FLOORS) for each in floor}
    found = []
    for other in sorted(imported_rooms(source) - {name}):
        if other in OUTSIDE:
            found.append(f"{name} imports {other}, which is found by its name only")
        elif other not in floor_of:
            found.append(f"{name} imports {other}, which has no floor")
        elif floor_of[other] > floor_of[name]:
            found.append(f"{name} imports {other}, which stands above it")
        elif floor_of[other] == floor_of[name] and other != "__init__" and other not in WITHIN.get(name, set()):
            found.append(f"{name} imports {other}, which stands beside it")
    return found


MODULES = sorted((ROOT / "harvester").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_down(path: Path) -> None:
    """Every file of the program imports only from floors below its own."""
    name = room(path)
    assert any(name in floor for floor in FLOORS), f"{name} stands on no floor: add it to FLOORS"
    assert faults(name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import harvester.cli", ["errors imports cli, which stands above it"]),
        ("from harvester import store", ["errors imports store, which stands above it"]),
        ("def f():\n    from harvester.run import run", ["errors imports run, which stands above it"]),
        ("import harvester.spiders.x", ["errors imports spiders, which is found by its name only"]),
        ("from harvester import __version__", []),
        ("import json", []),
    ],
)
def test_a_wrong_import_is_caught(text: str, expected: list[str]) -> None:
    """Plain, from-package and function-level imports that run up are each caught."""
    assert faults("errors", text) == expected


def test_what_stands_outside_imports_nothing_above_the_languages() -> None:
    """Spiders use only the ground, the nouns and the crawl."""
    allowed = {each for floor in FLOORS[:3] for each in floor}
    for path in sorted((ROOT / "spiders").glob("*.py")):
        assert imported_rooms(path.read_text(encoding="utf-8")) - OUTSIDE <= allowed, path.name


def test_no_file_is_a_god_file() -> None:
    """No file of the program is longer than 500 lines."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*MODULES, *(ROOT / "spiders").glob("*.py")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}
