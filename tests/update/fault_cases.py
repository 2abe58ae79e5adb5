"""The fault matrix as data: what goes wrong, what the program does, what a person reads. `docs/faults.md` is written
from it (`python tests/update/fault_cases.py`), and tests/update/test_faults.py lives through every line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TRIES_AGAIN = "tries again, with growing pauses"
GIVES_UP = "tries six times, then ends; what came is kept"


@dataclass(frozen=True, slots=True)
class Case:
    """One fault of the sandbox (`plan`, as `--faults` takes it) and what comes of it.

    `exit_code` is the run's; `state` its search's; `says` stands in the error that the user reads ("" where there is
    none). After each of them `resume` ends with 0 and the same records as an undisturbed run.
    """

    plan: str
    fault: str
    does: str
    exit_code: int
    state: str
    says: str = ""


def _both(kind: str, fault: str, says: str) -> list[Case]:
    """A fault that passes, and one that stays: of the listing, and of the records."""
    return [
        Case(f"{kind}@1:esearch", f"{fault}, once", TRIES_AGAIN, 0, "complete"),
        Case(f"{kind}@2:efetch", f"{fault}, once, in the middle", TRIES_AGAIN, 0, "complete"),
        Case(f"{kind}@1-999:esearch", f"{fault}, for good, when asked for its count", GIVES_UP, 4, "failed", says),
        Case(f"{kind}@2-999:efetch", f"{fault}, for good, in the middle", GIVES_UP, 4, "failed", says),
    ]


CASES: list[Case] = [
    *_both("429", "too many requests (429, no Retry-After)", "HTTP 429"),
    *_both("429-in-200", "the same inside status 200", "API rate limit exceeded"),
    *_both("html500", "a web page with status 500", "HTTP 500"),
    *_both("html200", "a web page with status 200", "a web page came instead of data"),
    *_both("502", "Bad Gateway", "HTTP 502"),
    *_both("503", "Service Unavailable, with Retry-After", "HTTP 503"),
    *_both("truncated", "half of the body, nothing on the wire says so", "cut short"),
    *_both("short", "the connection ends in the middle of the body", "broke in the middle of the answer"),
    *_both("reset", "the connection is closed without an answer", "the connection was cut"),
    *_both("empty", "an empty body with status 200", "an empty answer"),
    *_both("xml-error-in-200", "an error in XML inside status 200", "Search Backend failed"),
    Case("json-error-in-200@1:esearch", "an error in JSON inside status 200, once", TRIES_AGAIN, 0, "complete"),
    Case(
        "json-error-in-200@1-999:esearch",
        "an error in JSON inside status 200, for good",
        GIVES_UP,
        4,
        "failed",
        "Search Backend failed",
    ),
    Case("slow=0.2@every2", "slow answers", "waits (60 seconds for the next byte, 600 for an answer)", 0, "complete"),
    Case(
        "count-drift@1:esearch",
        "the first count is three too high",
        "counts once more and believes that",
        0,
        "complete",
    ),
    Case(
        "count-drift@1-999:esearch",
        "every count is three too high",
        "asks again, then leaves the window open",
        5,
        "incomplete",
        "counts",
    ),
    Case(
        "webenv-expired@2:efetch",
        "the stored result is forgotten, once",
        "searches again; goes on from there where the list is the same",
        0,
        "complete",
    ),
    Case("webenv-expired@1-999:efetch", "stored results are always forgotten", "asks by number", 0, "complete"),
    Case("repeat-page@2:efetch", "a page comes a second time", "asks by number for what did not come", 0, "complete"),
    Case("repeat-page@1-999:efetch", "each page is the one before", "asks by number", 0, "complete"),
    Case("drop-record@2:efetch", "a page lacks its last record", "asks for it by number", 0, "complete"),
    Case(
        "drop-record@1-999:efetch",
        "every page lacks its last record, also when asked by number",
        "names what did not come; the window stays open",
        5,
        "incomplete",
        "did not come",
    ),
    Case(
        "bad-xml@2:efetch",
        "a record that is not well-formed",
        "keeps it raw, counts and names it; the window stays open",
        5,
        "incomplete",
        "could not be read",
    ),
]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A fault that is not the source's, and the test that shows what happens."""

    fault: str
    does: str
    exit_code: str
    test: str


ELSEWHERE: list[Elsewhere] = [
    Elsewhere(
        "nothing listens at the source's address",
        "three tries, then says so; no count is a zero",
        "4",
        "tests/run/test_run_verbs.py::test_a_source_that_cannot_be_reached",
    ),
    Elsewhere(
        "one source of several fails",
        "the others end; its own window stays open, so that the next update begins before it",
        "4",
        "tests/run/test_run.py::test_others_go_on_when_one_fails",
    ),
    Elsewhere(
        "`kill -9` or Ctrl-C at any moment",
        "`resume` goes on after the last page kept, and ends with the content of an undisturbed run",
        "130 after Ctrl-C",
        "tests/update/test_resume.py::test_cut_off_at_random_moments_it_ends_the_same",
    ),
    Elsewhere(
        "an update fails",
        "nothing that was kept is taken away; the next update searches the same days again",
        "4",
        "tests/update/test_update.py::test_a_failed_update_moves_nothing",
    ),
    Elsewhere(
        "the strategy was changed",
        "all days are searched with it, what is known is subtracted, a note says so",
        "0",
        "tests/update/test_update.py::test_a_changed_strategy_searches_all_days_and_says_so",
    ),
    Elsewhere(
        "a second process on one store",
        "told at once that the store is in use; readers go on",
        "6",
        "tests/store/test_opening.py::test_a_second_writer_is_told_and_a_reader_is_not_held_up",
    ),
    Elsewhere(
        "the disk is full",
        "said; what was kept before is sound",
        "6",
        "tests/store/test_opening.py::test_a_full_disk_is_said_and_what_was_kept_is_sound",
    ),
    Elsewhere(
        "a folder that cannot be written",
        "said; reading goes on",
        "6",
        "tests/store/test_opening.py::test_a_folder_that_cannot_be_written",
    ),
    Elsewhere(
        "a store of a newer version",
        "refused, and left as it is",
        "6",
        "tests/store/test_opening.py::test_a_newer_version_is_refused",
    ),
    Elsewhere(
        "damage inside the store",
        "`verify` names every row that is not what was kept",
        "6",
        "tests/run/test_run_verbs.py::test_damage_is_found",
    ),
]

HEAD = """# What can go wrong, and what happens then

Written by `python tests/update/fault_cases.py` from the cases that `tests/update/test_faults.py` lives through; not
to be edited by hand. Exit codes: 0 all complete, 4 a source failed, 5 incomplete, 6 the store.

## The source misbehaves
Each line is a run of Table 1 against the sandbox, with `--faults PLAN`. Where it ends with 0, the records are those of
the truth file and the window is closed. Where it does not, no record too many is kept, no window is closed, and
`harvester resume`, once the fault has gone, ends with 0 and the same records as an undisturbed run.

| fault | plan | what the program does | exit | state | the user reads |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The text of docs/faults.md."""
    lines = [
        f"| {case.fault} | `{case.plan}` | {case.does} | {case.exit_code} | {case.state} | "
        f"{'... ' + case.says + ' ...' if case.says else ''} |"
        for case in CASES
    ]
    more = [f"| {each.fault} | {each.does} | {each.exit_code} | `{each.test}` |" for each in ELSEWHERE]
    rest = "\n\n## Everything else\n\n| fault | what the program does | exit | shown by |\n|---|---|---|---|\n"
    return HEAD + "\n".join(lines) + rest + "\n".join(more) + "\n"


if __name__ == "__main__":
    Path(__file__).resolve().parents[2].joinpath("docs", "faults.md").write_text(page(), encoding="utf-8")
