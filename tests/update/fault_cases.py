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
    Case("drop-page@2:efetch", "a page comes empty", "asks by number for what did not come", 0, "complete"),
    Case(
        "drop-page@1-999:efetch",
        "every page comes empty",
        "names what did not come; the window stays open",
        5,
        "incomplete",
        "did not come",
    ),
    Case(
        "drip=0.4@2:efetch",
        "an answer drips in (slow loris)",
        "waits (60 seconds for the next byte, 600 for an answer)",
        0,
        "complete",
    ),
    Case(
        "seeded=7@every4",
        "one request in four fails, each in another way, as a seed has it",
        "all of the above",
        0,
        "complete",
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
class Move:
    """What there is moves while it is asked, or between two updates; `test` lives through it."""

    plan: str
    fault: str
    does: str
    exit_code: str
    test: str


MOVES: list[Move] = [
    Move(
        "delete=5@2:efetch",
        "records are deleted after they were listed and before they came",
        "names them, the window stays open; `resume` asks anew and is complete without them",
        "5, then 0",
        "test_records_deleted_while_they_are_fetched",
    ),
    Move(
        "delete=5@1",
        "records are deleted at the source between two searches",
        "keeps them; `update --full` tells each as vanished, once",
        "0",
        "test_records_deleted_or_merged_between_searches",
    ),
    Move(
        "merge=3@1",
        "second PMIDs of articles are merged into the first",
        "keeps their records, joined with the first as one work; `update --full` tells them as vanished",
        "0",
        "test_records_deleted_or_merged_between_searches",
    ),
    Move(
        "correct=4@1",
        "records kept long ago are corrected",
        "the next update has the new text and says what changed; the old one stays in the history",
        "0",
        "test_corrections_that_come_late",
    ),
    Move(
        "clock=-400@1:efetch",
        "the server's clock goes back in the middle of a run",
        "names what did not come; the window stays open, and is later closed only up to the day the server says",
        "5, then 0",
        "test_the_servers_clock_goes_back_in_a_run",
    ),
    Move(
        "clock=-400@1",
        "the server's clock stands before the days that an update asks for",
        "an answer of nothing is not believed: incomplete, the window stays open",
        "5",
        "test_the_servers_clock_stands_before_the_update",
    ),
    Move(
        "clock=200@2:efetch",
        "the server's clock jumps ahead in the middle of a run",
        "closes the window with the day that the count was made",
        "0",
        "test_the_servers_clock_jumps_ahead",
    ),
    Move(
        "",
        "this machine's clock jumps ahead",
        "closes the window with the day that the server says, by its index or by its Date header",
        "0",
        "test_our_clock_is_ahead",
    ),
    Move(
        "",
        "this machine's clock goes back before the days already searched",
        "asks nothing, and says which day the clock says",
        "2",
        "test_our_clock_goes_back",
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
        "a run was killed and nobody took it up",
        "`history` shows it as interrupted, a live one as running; what it kept is told by the next update",
        "0",
        "tests/update/test_disk.py::test_a_run_killed_long_ago",
    ),
    Elsewhere(
        "the server ceases to find a term of the strategy",
        "an alarm names the line, its counts then and now, and what the server says of it",
        "0",
        "tests/run/test_line_counts.py::test_a_term_that_pubmed_no_longer_finds_is_named",
    ),
    Elsewhere(
        "a line's own count fails",
        "it has none (null, never 0) and is named; the search is complete all the same",
        "0",
        "tests/run/test_line_counts.py::test_a_line_that_could_not_be_counted_has_no_number",
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
        "said; what was kept before is sound, and `resume` goes on once there is room",
        "6",
        "tests/update/test_disk.py::test_a_disk_that_fills_up",
    ),
    Elsewhere(
        "the store's file may not grow (a quota)",
        "said; what was kept before is sound, and `resume` goes on without the limit",
        "6",
        "tests/update/test_disk.py::test_a_file_that_may_not_grow",
    ),
    Elsewhere(
        "a folder that cannot be written",
        "said; reading goes on",
        "6",
        "tests/update/test_disk.py::test_a_folder_that_cannot_be_written",
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

MOVED = """

## What there is moves
Faults of the source's content and of clocks, lived through by `tests/update/test_moving.py`. In the end the store has
what the truth file says of the world as it then is.

| fault | plan | what the program does | exit | shown by |
|---|---|---|---|---|
"""


def page() -> str:
    """The text of docs/faults.md."""
    lines = [
        f"| {case.fault} | `{case.plan}` | {case.does} | {case.exit_code} | {case.state} | "
        f"{'... ' + case.says + ' ...' if case.says else ''} |"
        for case in CASES
    ]
    moves = [
        f"| {each.fault} | {f'`{each.plan}`' if each.plan else ''} | {each.does} | {each.exit_code} | `{each.test}` |"
        for each in MOVES
    ]
    more = [f"| {each.fault} | {each.does} | {each.exit_code} | `{each.test}` |" for each in ELSEWHERE]
    rest = "\n\n## Everything else\n\n| fault | what the program does | exit | shown by |\n|---|---|---|---|\n"
    return HEAD + "\n".join(lines) + MOVED + "\n".join(moves) + rest + "\n".join(more) + "\n"


if __name__ == "__main__":
    Path(__file__).resolve().parents[2].joinpath("docs", "faults.md").write_text(page(), encoding="utf-8")
