"""The wheel: one name in site-packages, with the strategies, the schema and the spiders in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git tracks and what it would."""
    source = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file() and not name.startswith(("tests/", "benchmarks/", "docs/")):
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_one_name(wheel: Path) -> None:
    """Installing the wheel adds `harvester` to site-packages and nothing else."""
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"harvester"}


def test_the_wheel_holds_what_stands_outside_the_package(wheel: Path) -> None:
    """Strategies, schema and spiders travel inside the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "harvester/queries/link-workers.toml",
        "harvester/db/0001_store.sql",
        "harvester/spiders/__init__.py",
        "harvester/py.typed",
    } <= names


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """From the unpacked wheel alone, the schema and Table 1 can be read."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import importlib.resources as r, sys, harvester;"
        "assert harvester.__file__.startswith(sys.argv[1]), harvester.__file__;"
        "print('create table' in r.files('harvester.db').joinpath('0001_store.sql').read_text());"
        "print('multimorbidit*' in r.files('harvester.queries').joinpath('link-workers.toml').read_text())"
    )
    # -S leaves out site-packages and with it the editable install of the checkout.
    answer = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.split() == ["True", "True"]
