"""The command line: arguments in, one call, text out. The only place that prints.

Verbs are loaded when they are called (one file each beside this one), so that `--help` answers at once.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from harvester import __version__
from harvester.errors import HarvesterError

# verb -> (module, what it does in one line). tests/cli/test_verbs.py holds the lines against the verbs' own help.
VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "The whole story, offline: a search, its update, duplicates, RIS files, a report."),
    "init": ("init", "Start a review: a commented strategy file, ready to fill."),
    "sources": ("sources", "List every source: what it can do, what it needs, whether it is ready."),
    "check": ("check", "Lint a strategy for every dialect it is meant for."),
    "translate": ("translate", "Say a strategy in a database's own language, and what was lost."),
    "plan": ("plan", "Show what would be sent, to whom, over which days; sends nothing."),
    "count": ("count", "Print the numbered line table with each line's hits."),
    "run": ("run", "Search, keep, normalise and deduplicate."),
    "update": ("update", "Find what is new since the last complete run."),
    "resume": ("resume", "Take up a run that was cut off, where it was cut off."),
    "import": ("import_", "Take in reference files that a database exported."),
    "snowball": ("snowball", "Follow reference lists and citing works."),
    "enrich": ("enrich", "Ask other services what the kept records lack."),
    "dedupe": ("dedupe", "Join duplicates in the store or in any files."),
    "convert": ("convert", "Turn any reference file into any other."),
    "duplicates": ("duplicates", "List uncertain pairs, and decide them by hand."),
    "match": ("match", "Evaluate a strategy locally on any records."),
    "recall": ("recall", "Say which known-relevant studies a strategy finds or misses."),
    "screen": ("screen", "Take in screening decisions, matched to works."),
    "export": ("export", "Write files for a reference manager, with a manifest."),
    "archive": ("archive", "Write what sites answered as a WARC file."),
    "report": ("report", "Write the search report: one HTML page, PRISMA flow, PRISMA-S, line table."),
    "tell": ("tell", "Tell people what a run came to: mail, Slack, Teams, webhook, GitHub, a feed."),
    "schedule": ("schedule", "Print what to install so that updates run by themselves; installs nothing."),
    "history": ("history", "List the runs kept."),
    "diff": ("diff", "Say what differs between two runs: strategy, counts per line, records."),
    "serve": ("serve", "Show the store in the browser, with the page for uncertain pairs."),
    "verify": ("verify", "Check the store: hashes, counts, orphans."),
    "sandbox": ("sandbox", "Serve a library on the loopback address, over a synthetic corpus."),
}


class LazyGroup(click.Group):
    """A click group that imports a verb's module only when the verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of a review's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"harvester.cli.{VERBS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.group(
    cls=LazyGroup,
    name="harvester",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Shell completion: eval "$(_HARVESTER_COMPLETE=bash_source harvester)" (also zsh_source, fish_source).',
)
@click.version_option(__version__, prog_name="harvester")
@click.option("--db", metavar="FILE", default=None, help="The review's SQLite file (default: <strategy name>.db).")
@click.pass_context
def cli(ctx: click.Context, db: str | None) -> None:
    """A literature search and retrieval harvester for systematic and living reviews.

    Data goes to stdout, messages and progress to stderr. Exit codes: 0 done, 1 other error, 2 usage or
    configuration, 3 strategy, 4 a source failed, 5 incomplete, 6 store, 7 file format.
    """
    ctx.obj = {"db": db}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(invoke(sys.argv[1:] if argv is None else list(argv)))


def invoke(argv: Sequence[str]) -> int:
    """Run the command line; returns the exit code. Only a bug raises."""
    try:
        outcome: Any = cli.main(list(argv), prog_name="harvester", standalone_mode=False)
    except HarvesterError as error:
        _tell(error, as_json="--json" in argv)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. What came is kept; `harvester resume` goes on from there.", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`); devnull keeps the interpreter's own flush quiet.
        sys.stdout = open("/dev/null", "w")  # noqa: PTH123, SIM115 - lives until the process ends
        return 141
    return outcome if isinstance(outcome, int) else 0


def _tell(error: HarvesterError, *, as_json: bool) -> None:
    from harvester.cli.common import emit_json, say

    say(f"error: {error}")
    if error.hint:
        say(f"hint: {error.hint}")
    if as_json:
        emit_json({"error": {"message": str(error), "hint": error.hint, "exit_code": error.exit_code}})
