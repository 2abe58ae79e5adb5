"""The sandbox stands by itself."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import urllib.request
from datetime import date
from pathlib import Path

import harvester.sandbox
from harvester.sandbox import Sandbox

GROUND = ("harvester.sandbox", "harvester.errors", "harvester.window", "harvester.identifiers")


def test_it_imports_nothing_of_what_it_is_to_test() -> None:
    """Only the ground: no dialect, no matcher, no source, wherever in a module the import stands."""
    folder = Path(harvester.sandbox.__file__).parent
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            wrong = [name for name in names if name.startswith("harvester") and not name.startswith(GROUND)]
            assert wrong == [], file.name


def test_its_verb_costs_nothing_until_it_runs() -> None:
    """`harvester sandbox --help` imports neither numpy nor the sandbox."""
    code = (
        "import sys; from harvester.cli import invoke; code = invoke(['sandbox', '--help']); "
        "sys.exit(code or ('numpy' in sys.modules) * 10 + ('harvester.sandbox.server' in sys.modules) * 20)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_truth_file_over_http(shared_server: Sandbox) -> None:
    """/truth.json is what `truth` gives, of the clock's day or of another."""
    for day, query in ((date(2022, 7, 31), ""), (date(2023, 1, 1), "?as_of=2023-01-01")):
        with urllib.request.urlopen(f"{shared_server.address}/truth.json{query}") as answer:
            told = json.loads(answer.read())
        assert told == json.loads(json.dumps(shared_server.truth(day)))
        assert told["as_of"] == day.isoformat()
        assert day.isoformat() in told["searches"]


def test_a_small_corpus_has_a_truth_and_a_site_too() -> None:
    """Ten records are enough for every part to answer."""
    with Sandbox(10, rate_limit=False) as server:
        truth = server.truth()
        assert truth["records"] == 10
        base = f"{server.address}/sites/social-prescribing-network/"
        with urllib.request.urlopen(f"{base}sitemap.xml") as answer:
            assert answer.read().count(b"<loc>") > 20
