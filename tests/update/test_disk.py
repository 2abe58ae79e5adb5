"""A full disk, a file that may not grow, a folder that cannot be written: said, exit code 6, and nothing lost."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harvester.sandbox import Sandbox
from harvester.store import open_store
from harvester.store.check import problems

DAY = date(2022, 7, 31)
AS_ROOT = os.geteuid() == 0


def as_anyone() -> None:
    """Takes from root its leave to write everywhere (CAP_DAC_OVERRIDE, number 1), by PR_CAPBSET_DROP (24)."""
    if AS_ROOT:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A library at the end of July 2022."""
    with Sandbox(as_of=DAY, rate_limit=False) as server:
        yield server


def harvester(folder: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The program as a user calls it, in a folder."""
    where = {"HARVESTER_STATE_DIR": str(folder / "state"), "NCBI_API_KEY": "made-up-key-0123"}
    return subprocess.run(
        [sys.executable, "-m", "harvester", *words],
        cwd=folder,
        env={**os.environ, **where},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def kept(path: Path) -> set[str]:
    """The PMIDs in a store, which has to be sound."""
    with open_store(path, write=False) as store:
        assert list(problems(store)) == []
        return {row[0] for row in store.rows("select source_id from records")}


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Any]:
    """A disk of that size, and what gives it another. Skips where none can be made."""
    folder.mkdir()
    if (
        not AS_ROOT
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode
    ):
        pytest.skip("only root, where it may mount, can make a disk that is full")
    try:
        yield lambda how: subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("size", ["200k", "1500k"], ids=["before anything is kept", "in the middle"])
def test_a_disk_that_fills_up(sandbox: Sandbox, tmp_path: Path, size: str) -> None:
    """The run ends with 6 and says that the disk is full; with room, `resume` or `run` ends with all records."""
    where = ("--sandbox", sandbox.address)
    with small_disk(tmp_path / "disk", size) as grow:
        folder, path = tmp_path / "disk", tmp_path / "disk" / "link-workers.db"
        done = harvester(folder, "run", "link-workers", "--source", "pubmed", *where)
        assert (done.returncode, "the disk is full" in done.stderr, "Traceback" in done.stderr) == (6, True, False)
        assert "Make room, then `harvester resume`" in done.stderr
        grow("size=60m")
        if size == "1500k":
            told = harvester(folder, "history")
            assert "interrupted" in told.stdout
            assert "`harvester resume` goes on with it" in told.stderr
            assert harvester(folder, "resume", *where).returncode == 0
        else:
            assert harvester(folder, "run", "link-workers", "--source", "pubmed", *where).returncode == 0
        assert kept(path) == set(sandbox.truth()["searches"]["2022-07-31"]["limited"])
        # The disk is then mounted for reading only: reading goes on, writing is refused and changes nothing.
        grow("ro")
        assert harvester(folder, "history").returncode == 0
        done = harvester(folder, "update", "link-workers", "--source", "pubmed", *where)
        assert done.returncode == 6
        assert "cannot be written: Read-only file system" in done.stderr


def test_a_file_that_may_not_grow(sandbox: Sandbox, tmp_path: Path) -> None:
    """Under a limit on the size of files (a quota) the run ends with 6; without it `resume` has all records."""
    where = ("--sandbox", sandbox.address)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    done = harvester(tmp_path, "run", "link-workers", "--source", "pubmed", *where, preexec_fn=limit)
    assert (done.returncode, "Traceback" in done.stderr) == (6, False)
    assert "Check the disk and its free space" in done.stderr
    assert kept(tmp_path / "link-workers.db") < set(sandbox.truth()["searches"]["2022-07-31"]["limited"])
    assert harvester(tmp_path, "resume", *where).returncode == 0
    assert kept(tmp_path / "link-workers.db") == set(sandbox.truth()["searches"]["2022-07-31"]["limited"])


def test_a_folder_that_cannot_be_written(sandbox: Sandbox) -> None:
    """Who may only read a store reads it; a writer is told, with 6, and nothing is changed."""
    folder = Path(tempfile.mkdtemp())
    try:
        assert harvester(folder, "sandbox", "--exports", "x", "--records", "500").returncode == 0
        assert harvester(folder, "import", "x/cinahl.ris", "--source", "cinahl", "--db", "r.db").returncode == 0
        before = (folder / "r.db").read_bytes()
        folder.chmod(0o555)
        assert harvester(folder, "history", preexec_fn=as_anyone).returncode == 0
        assert harvester(folder, "verify", preexec_fn=as_anyone).returncode == 0
        for name in ("r.db", "new.db"):
            words = ("run", "link-workers", "--source", "pubmed", "--db", name, "--sandbox", sandbox.address)
            done = harvester(folder, *words, preexec_fn=as_anyone)
            assert (done.returncode, "Traceback" in done.stderr) == (6, False), done.stderr
            assert "cannot be written" in done.stderr
        assert (folder / "r.db").read_bytes() == before
        assert not (folder / "new.db").exists()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_run_killed_long_ago(sandbox: Sandbox, tmp_path: Path) -> None:
    """A run that was killed is shown as interrupted, also when newer ones are there; a live one as running."""
    path = tmp_path / "link-workers.db"
    harvester(tmp_path, "run", "link-workers", "--source", "pubmed", "--sandbox", sandbox.address)
    with open_store(path) as store:
        with store.transaction():
            store.execute(
                "insert into runs select id + 1, kind, strategy, strategy_sha256, strategy_text, terms_sha256, "
                "options, window_by, since, until, as_of, 'running', program_version, started_at, null from runs"
            )
        assert " running " in harvester(tmp_path, "history").stdout
    told = harvester(tmp_path, "history")
    assert " interrupted " in told.stdout
    assert "Run 2 was cut off, and nobody works at it" in told.stderr
    words = ("update", "link-workers", "--source", "pubmed", "--sandbox", sandbox.address)
    assert harvester(tmp_path, *words).returncode == 0
    told = harvester(tmp_path, "history")
    assert ["interrupted" in line for line in told.stdout.splitlines()[2:]] == [False, True, False]
    assert "cut off" not in told.stderr
