"""The limit on requests a second: kept by threads and processes together, whatever happens to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import ConfigError
from harvester.http.limiter import MARGIN, Limiter, state_dir


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.now += seconds


def times(limiter: Limiter, clock: Clock, count: int) -> list[float]:
    """When each of `count` requests may go, from the first."""
    found = []
    for _ in range(count):
        limiter.wait()
        found.append(clock.now)
    return [round(each - found[0], 3) for each in found]


def most_in_a_second(moments: list[float]) -> int:
    """The most requests in any second that begins with a request, as a sliding window counts."""
    return max(sum(1 for each in moments if begin <= each < begin + 1.0) for begin in moments)


def test_three_a_second_go_soon_and_then_wait(tmp_path: Path) -> None:
    """Three at a small distance, then three more a second and the margin after them."""
    clock = Clock()
    limiter = Limiter("x", 3, folder=tmp_path, margin=0.08, clock=clock, sleep=clock.sleep)
    assert times(limiter, clock, 7) == [0, 0.1, 0.2, 1.08, 1.18, 1.28, 2.16]


@pytest.mark.parametrize(
    ("per_second", "expected"), [(0.5, [0, 2.08, 4.16]), (1, [0, 1.08, 2.16]), (1.5, [0, 0.747, 1.493])]
)
def test_slow_limits_are_spaced(tmp_path: Path, per_second: float, expected: list[float]) -> None:
    """Below two a second every request waits for the one before it."""
    clock = Clock()
    limiter = Limiter("x", per_second, folder=tmp_path, margin=0.08, clock=clock, sleep=clock.sleep)
    assert times(limiter, clock, 3) == expected


@given(st.lists(st.floats(0, 2), min_size=1, max_size=40), st.sampled_from([1, 3, 10]))
def test_no_second_ever_holds_too_many(pauses: list[float], per_second: int) -> None:
    """However the requests come, a sliding second never holds more than the limit."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        limiter = Limiter("x", per_second, folder=Path(folder), clock=clock, sleep=clock.sleep)
        moments = []
        for pause in pauses:
            clock.now += pause
            limiter.wait()
            moments.append(clock.now)
        assert most_in_a_second(moments) <= per_second


def test_a_request_that_may_arrive_late_is_counted_late(tmp_path: Path) -> None:
    """The handshake of a new connection does not eat the margin."""
    clock = Clock()
    limiter = Limiter("x", 1, folder=tmp_path, margin=0.08, clock=clock, sleep=clock.sleep)
    limiter.wait(late=0.3)
    limiter.wait()
    assert clock.now == pytest.approx(1001.38)


def test_limits_of_different_names_do_not_meet(tmp_path: Path) -> None:
    """A sandbox on another port is another limit."""
    clock = Clock()
    one = Limiter("h-1-open", 1, folder=tmp_path, clock=clock, sleep=clock.sleep)
    two = Limiter("h-2-open", 1, folder=tmp_path, clock=clock, sleep=clock.sleep)
    one.wait()
    two.wait()
    assert clock.now == 1000.0


def test_a_second_client_sees_what_the_first_sent(tmp_path: Path) -> None:
    """The moments stand in a file, not in the program."""
    clock = Clock()
    Limiter("x", 1, folder=tmp_path, clock=clock, sleep=clock.sleep).wait()
    Limiter("x", 1, folder=tmp_path, clock=clock, sleep=clock.sleep).wait()
    assert clock.now == pytest.approx(1000 + 1 + MARGIN)


@pytest.mark.parametrize("content", [b"", b"{", b'{"moments": ["x"], "not_before": 0}', b"[]", b"\xff\xfe"])
def test_a_damaged_file_is_read_as_a_full_burst(tmp_path: Path, content: bytes) -> None:
    """A process killed while writing makes the next one careful, not fast."""
    clock = Clock()
    (tmp_path / "x.json").write_bytes(content)
    Limiter("x", 3, folder=tmp_path, margin=0.08, clock=clock, sleep=clock.sleep).wait()
    assert clock.now == pytest.approx(1001.08)


def test_moments_from_before_a_restart_of_the_machine_are_passed_over(tmp_path: Path) -> None:
    """A clock that began anew does not hold the program for days."""
    (tmp_path / "x.json").write_text(json.dumps({"moments": [9e6, 9e6, 9e6], "not_before": 9e6}))
    clock = Clock(5.0)
    Limiter("x", 3, folder=tmp_path, clock=clock, sleep=clock.sleep).wait()
    assert clock.now == 5.0


def test_a_hold_is_kept_by_all(tmp_path: Path) -> None:
    """After a complaint nobody sends anything for a while."""
    clock = Clock()
    Limiter("x", 3, folder=tmp_path, clock=clock, sleep=clock.sleep).hold(20)
    Limiter("x", 3, folder=tmp_path, clock=clock, sleep=clock.sleep).wait()
    assert clock.now == pytest.approx(1020)


def test_threads_and_processes_keep_one_limit(tmp_path: Path) -> None:
    """Three processes with three threads each, one of them killed, stay near ten a second together."""
    script = (
        "import sys, time, threading\n"
        "from pathlib import Path\n"
        "from harvester.http.limiter import Limiter\n"
        "limiter = Limiter('x', 10, folder=Path(sys.argv[1]))\n"
        "def work():\n"
        "    for _ in range(4):\n"
        "        limiter.wait()\n"
        "        print(time.monotonic(), flush=True)\n"
        "threads = [threading.Thread(target=work) for _ in range(3)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    killer = threading.Timer(0.8, processes[2].kill)
    killer.start()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    killer.cancel()
    moments = [float(line) for output in outputs for line in output.split()]
    assert len(moments) >= 24
    # Without the limit all would come at once; on a busy machine a moment is printed late.
    assert most_in_a_second(sorted(moments)) <= 15


def test_a_lock_left_by_a_killed_process_is_free(tmp_path: Path) -> None:
    """The lock is the operating system's: it goes with its holder."""
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom harvester.http.limiter import Limiter\n"
        "limiter = Limiter('x', 3, folder=Path(sys.argv[1]))\n"
        "with limiter._locked():\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    began = time.monotonic()
    Limiter("x", 3, folder=tmp_path).wait()
    assert time.monotonic() - began < 5


def test_the_folder_can_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HARVESTER_STATE_DIR is taken as it is."""
    monkeypatch.setenv("HARVESTER_STATE_DIR", str(tmp_path / "state"))
    assert state_dir() == tmp_path / "state"


def test_a_home_that_cannot_be_written_leaves_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container without a home still keeps the limit."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.delenv("HARVESTER_STATE_DIR", raising=False)
    monkeypatch.setattr("platformdirs.user_state_path", lambda _name: blocked / "state")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert state_dir().parent == tmp_path


def test_no_folder_at_all_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a place for it there is no limit, so nothing is sent."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("HARVESTER_STATE_DIR", str(blocked / "state"))
    with pytest.raises(ConfigError, match="cannot be written"):
        state_dir()


def test_the_file_is_nobody_elses_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is the user's own."""
    monkeypatch.setenv("HARVESTER_STATE_DIR", str(tmp_path / "state"))
    assert state_dir().stat().st_mode & 0o077 == 0 or os.name == "nt"
