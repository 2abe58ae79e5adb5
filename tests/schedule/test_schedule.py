"""What `schedule` prints is what the schedulers take, whatever stands in names and paths; keys are never in it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from harvester.cli import invoke
from harvester.errors import UsageError
from harvester.schedule import KINDS, Job, parts

ODD = Job(
    strategy="/srv/my reviews/link & 100%.toml",
    name="link & 100%",
    command=("/opt/a b/python", "-m", "harvester"),
    folder=Path("/srv/my reviews"),
    words=("--tell", "email:a@example.org"),
)


def plain(every: str = "week") -> Job:
    """A job with nothing odd about it."""
    return Job("link-workers", "link-workers", ("/usr/bin/harvester",), Path("/srv/review"), every=every)


@pytest.mark.parametrize(("every", "days"), [("day", "* * *"), ("week", "* * 1"), ("month", "1 * *")])
def test_cron(every: str, days: str) -> None:
    """One line with the time, the folder, the command and a log."""
    (part,) = parts(plain(every), "cron")
    lines = [line for line in part.text.splitlines() if not line.startswith("#")]
    assert lines == [f"8 3 {days} cd /srv/review && /usr/bin/harvester update link-workers >> link-workers.log 2>&1"]


def test_cron_quotes() -> None:
    """Blanks and ampersands are quoted for the shell, and cron's per cent sign is escaped."""
    line = parts(ODD, "cron")[0].text.splitlines()[-1].split(" ", 5)[5]
    assert "%" not in line.replace("\\%", "")
    assert shlex.split(line.replace("\\%", "%"))[:8] == [
        "cd",
        "/srv/my reviews",
        "&&",
        "/opt/a b/python",
        "-m",
        "harvester",
        "update",
        "/srv/my reviews/link & 100%.toml",
    ]


def test_systemd() -> None:
    """The timer makes good for missed starts and spreads them; the service tries again after 4 and 5 only."""
    service, timer = parts(ODD, "systemd")
    assert "Persistent=true\n" in timer.text
    assert "RandomizedDelaySec=30min\n" in timer.text
    assert "WorkingDirectory=/srv/my reviews\n" in service.text
    assert (
        'ExecStart="/opt/a b/python" -m harvester update "/srv/my reviews/link & 100%%.toml" --tell '
        "email:a@example.org\n" in service.text
    )
    assert "RestartPreventExitStatus=1 2 3 6 7\n" in service.text
    assert service.file == "~/.config/systemd/user/harvester-link-100.service"


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_systemd_takes_it(tmp_path: Path, every: str) -> None:
    """systemd's own check finds nothing wrong with the time."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed")
    (when,) = [
        line.removeprefix("OnCalendar=")
        for line in parts(plain(every), "systemd")[1].text.splitlines()
        if line.startswith("OnCalendar=")
    ]
    assert subprocess.run([tool, "calendar", when], capture_output=True, check=False).returncode == 0


def test_github() -> None:
    """The workflow is YAML: a schedule, secrets by name only, one run at a time, the store kept whatever came."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    (part,) = parts(ODD, "github")
    flow = yaml.safe_load(part.text)
    assert flow[True]["schedule"] == [{"cron": "46 3 * * 1"}]
    assert flow["concurrency"] == {"group": "harvester-link-100", "cancel-in-progress": False}
    steps = flow["jobs"]["update"]["steps"]
    assert shlex.split(steps[3]["run"]) == [
        "harvester",
        "update",
        "link & 100%.toml",
        "--tell",
        "email:a@example.org",
        "--tell",
        "github",
    ]
    assert steps[3]["env"]["NCBI_API_KEY"] == "${{ secrets.NCBI_API_KEY }}"
    assert steps[4]["if"] == "always()"


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_windows(every: str) -> None:
    """The task is XML of the Task Scheduler's namespace; a missed start is made good for, two never run at once."""
    (part,) = parts(Job(**{**{name: getattr(ODD, name) for name in ODD.__slots__}, "every": every}), "windows")
    task = etree.fromstring(part.text.encode())
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert task.findtext(f".//{space}StartWhenAvailable") == "true"
    assert task.findtext(f".//{space}MultipleInstancesPolicy") == "IgnoreNew"
    assert task.findtext(f".//{space}Command") == "/opt/a b/python"
    assert task.findtext(f".//{space}Arguments") == (
        '-m harvester update "/srv/my reviews/link & 100%.toml" --tell email:a@example.org'
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_written_down(kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys of the environment are in none of it."""
    monkeypatch.setenv("NCBI_API_KEY", "made-up-key-0123")
    assert invoke(["schedule", "link-workers", "--print", kind, "--json"]) == 0
    said = capsys.readouterr()
    assert "made-up-key" not in said.out + said.err
    assert all(part["text"] for part in json.loads(said.out)["files"])


@pytest.mark.parametrize(
    "job",
    [plain("year"), Job("x", "x", ("h",), Path("/srv"), hour=24), Job("x\ny", "x", ("h",), Path("/srv"))],
    ids=["pace", "hour", "line feed"],
)
def test_what_cannot_be_said_is_refused(job: Job) -> None:
    """A pace or an hour that does not exist and a line feed in a name are usage errors."""
    with pytest.raises(UsageError):
        parts(job, "cron")
