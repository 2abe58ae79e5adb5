"""What to install so that updates run by themselves: cron, systemd, GitHub Actions, Windows. Prints; installs nothing.

No key is ever written into any of it: each names the place that keys are read from (`.env` in the review's folder with
mode 600, or the service's own secrets). An update that was missed is caught up in one go, because it begins where the
last complete one ended; where the scheduler can make good for a missed start (systemd, Windows), it is told to.

cron: https://man7.org/linux/man-pages/man5/crontab.5.html
systemd: https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html
GitHub: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions
Windows: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from harvester.errors import UsageError

EVERY = ("day", "week", "month")
_KEYS = ("NCBI_API_KEY", "NCBI_EMAIL")


@dataclass(frozen=True, slots=True)
class Job:
    """An update to be run by itself. `command` is the program as it is called, `folder` the review's, `hour` local.

    `words` follow `update STRATEGY`. The minute follows from the strategy's name, so that a department's reviews do
    not all start at once.
    """

    strategy: str
    name: str
    command: tuple[str, ...]
    folder: Path
    every: str = "week"
    hour: int = 3
    words: tuple[str, ...] = ()

    @property
    def minute(self) -> int:
        """Minutes past the hour: 0 to 59, the same for a name at all times."""
        return int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % 60

    @property
    def call(self) -> tuple[str, ...]:
        """The whole command."""
        return (*self.command, "update", self.strategy, *self.words)


@dataclass(frozen=True, slots=True)
class Part:
    """A file to be made: where it goes, what it holds, and the commands that put it to work."""

    file: str
    text: str
    steps: tuple[str, ...] = ()


def parts(job: Job, kind: str) -> list[Part]:
    """What to install for a scheduler. Raises UsageError for a kind, pace or hour that is not known."""
    if kind not in KINDS:
        raise UsageError(f"there is no scheduler {kind!r}", hint=f"Write one of: {', '.join(KINDS)}.")
    if job.every not in EVERY or not 0 <= job.hour <= 23:
        raise UsageError(
            f"every {job.every} at {job.hour} is no time", hint="Write day, week or month; an hour of 0 to 23."
        )
    unsayable = [word for word in (*job.call, str(job.folder)) if any(not sign.isprintable() for sign in word)]
    if unsayable:
        raise UsageError(f"{unsayable[0]!r} holds a control character", hint="Rename the file or folder.")
    return KINDS[kind](job)


def _days(job: Job) -> str:
    """Day of month, month and weekday, as cron writes them."""
    return {"day": "* * *", "week": "* * 1", "month": "1 * *"}[job.every]


def _slug(job: Job) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", job.name).strip("-") or "review"


def _cron(job: Job) -> list[Part]:
    log = shlex.quote(f"{_slug(job)}.log")
    line = f"cd {shlex.quote(str(job.folder))} && {shlex.join(job.call)} >> {log} 2>&1"
    said = line.replace("%", "\\%")  # cron reads a bare % as the end of the line
    text = (
        f"# {job.name}: what is new, every {job.every}. Keys are read from .env in that folder (chmod 600 .env).\n"
        "# A second update of the same store ends at once with 6: a slow one is never overtaken. cron does not\n"
        "# make good for a start that was missed while the machine slept; the next update covers those days.\n"
        f"{job.minute} {job.hour} {_days(job)} {said}\n"
    )
    return [Part("crontab", text, ("crontab -e    # and add these lines",))]


def _systemd(job: Job) -> list[Part]:
    unit = f"harvester-{_slug(job)}"
    at = f"{job.hour:02}:{job.minute:02}:00"
    calendar = {"day": f"*-*-* {at}", "week": f"Mon *-*-* {at}", "month": f"*-*-01 {at}"}[job.every]
    service = (
        f"[Unit]\nDescription=What is new for {_percent(job.name)}\n"
        "Wants=network-online.target\nAfter=network-online.target\n"
        "StartLimitIntervalSec=6h\nStartLimitBurst=4\n\n"
        "[Service]\nType=oneshot\n"
        f"WorkingDirectory={_percent(str(job.folder))}\n"
        "# Keys are read from .env in that folder (chmod 600 .env). Nothing of them is written down here.\n"
        f"ExecStart={' '.join(map(_systemd_word, job.call))}\n"
        "# 4: a source failed, 5: incomplete. What came is kept; the window stays open. Try again in half an hour.\n"
        "Restart=on-failure\nRestartSec=30min\nRestartPreventExitStatus=1 2 3 6 7\n"
        "NoNewPrivileges=yes\nPrivateTmp=yes\n"
    )
    timer = (
        f"[Unit]\nDescription=Every {job.every}: what is new for {_percent(job.name)}\n\n"
        f"[Timer]\nOnCalendar={calendar}\n"
        "# A start that was missed while the machine was off is made good for.\nPersistent=true\n"
        "RandomizedDelaySec=30min\n\n[Install]\nWantedBy=timers.target\n"
    )
    folder = "~/.config/systemd/user"
    return [
        Part(f"{folder}/{unit}.service", service),
        Part(
            f"{folder}/{unit}.timer",
            timer,
            (
                "systemctl --user daemon-reload",
                f"systemctl --user enable --now {unit}.timer",
                "loginctl enable-linger    # so that it runs while nobody is logged in",
            ),
        ),
    ]


def _percent(said: str) -> str:
    return said.replace("%", "%%")


def _systemd_word(word: str) -> str:
    """A word of ExecStart: quoted, with systemd's own specifiers and variables taken literally."""
    said = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return said if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", said) else f'"{said}"'


def _github(job: Job) -> list[Part]:
    words = ("harvester", "update", _within(job), *job.words)
    call = shlex.join((*words, "--tell", "github"))
    env = "".join(f"          {key}: ${{{{ secrets.{key} }}}}\n" for key in _KEYS)
    store = shlex.quote(f"{job.name}.db")
    text = (
        f"name: {_yaml(f'What is new for {job.name}')}\non:\n  schedule:\n"
        f"    - cron: '{job.minute} {job.hour} {_days(job)}'  # UTC\n  workflow_dispatch:\n"
        "permissions:\n  contents: write\n"
        f"concurrency:\n  group: {_yaml(f'harvester-{_slug(job)}')}\n  cancel-in-progress: false\n"
        "jobs:\n  update:\n    runs-on: ubuntu-latest\n    timeout-minutes: 120\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - uses: actions/setup-python@v5\n        with:\n          python-version: '3.12'\n"
        "      - run: pip install .\n"
        "      - name: Update\n        env:\n"
        f"{env}"
        f"        run: {_yaml(call)}\n"
        "      # The store goes back into the repository whatever came of the update: what came is kept.\n"
        "      - name: Keep the store\n        if: always()\n        run: |\n"
        '          git config user.name "github-actions[bot]"\n'
        '          git config user.email "41898282+github-actions[bot]@users.noreply.github.com"\n'
        f"          git add -f {store}\n"
        f"          git diff --cached --quiet || git commit -m {shlex.quote(f'Update of {job.name}')}\n"
        "          git push\n"
    )
    steps = (
        *(f"gh secret set {key}" for key in _KEYS),
        f"git add -f {store}    # after a first `harvester run`: an update needs a store to go on from",
    )
    return [Part(f".github/workflows/{_slug(job)}.yml", text, steps)]


def _within(job: Job) -> str:
    """The strategy as it is named from the repository's own folder."""
    path = Path(job.strategy)
    if not path.is_absolute():
        return job.strategy
    if not path.is_relative_to(job.folder):
        raise UsageError(f"{path} is not in {job.folder}", hint="Call it from the repository that holds the strategy.")
    return path.relative_to(job.folder).as_posix()


def _yaml(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"


def _windows(job: Job) -> list[Part]:
    unit = f"harvester-{_slug(job)}"
    when = {
        "day": "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>",
        "week": "<ScheduleByWeek><DaysOfWeek><Monday /></DaysOfWeek><WeeksInterval>1</WeeksInterval></ScheduleByWeek>",
        "month": "<ScheduleByMonth><DaysOfMonth><Day>1</Day></DaysOfMonth><Months>"
        + "".join(f"<{month} />" for month in _MONTHS)
        + "</Months></ScheduleByMonth>",
    }[job.every]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        f"  <RegistrationInfo><Description>What is new for {escape(job.name)}</Description></RegistrationInfo>\n"
        f"  <Triggers><CalendarTrigger><StartBoundary>2026-01-01T{job.hour:02}:{job.minute:02}:00</StartBoundary>"
        f"<RandomDelay>PT30M</RandomDelay>{when}</CalendarTrigger></Triggers>\n"
        "  <Settings>\n"
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
        "    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>\n"
        "    <StartWhenAvailable>true</StartWhenAvailable>\n"
        "    <ExecutionTimeLimit>PT6H</ExecutionTimeLimit>\n"
        "  </Settings>\n"
        f'  <Actions Context="Author"><Exec><Command>{escape(job.call[0])}</Command>'
        f"<Arguments>{escape(_windows_words(job.call[1:]))}</Arguments>"
        f"<WorkingDirectory>{escape(str(job.folder))}</WorkingDirectory></Exec></Actions>\n"
        '  <Principals><Principal id="Author"><LogonType>S4U</LogonType></Principal></Principals>\n'
        "</Task>\n"
    )
    steps = (f"schtasks /Create /TN {unit} /XML {unit}.xml", "rem Keys are read from .env in the working folder")
    return [Part(f"{unit}.xml", text, steps)]


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _windows_words(words: tuple[str, ...]) -> str:
    import subprocess

    return subprocess.list2cmdline(words)  # the rules of the Microsoft C runtime


KINDS: dict[str, Callable[[Job], list[Part]]] = {
    "cron": _cron,
    "systemd": _systemd,
    "github": _github,
    "windows": _windows,
}
