"""Write docs/commands.md from the program's own --help. Run by `make docs`; a test holds the file to it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from harvester.cli import VERBS, cli

HEAD = """# The verbs

Made by `make docs` from the program's own `--help`; do not edit by hand.

Data goes to stdout, messages and progress to stderr. `--json` prints one JSON document. Exit codes: 0 done,
1 other error, 2 usage or configuration, 3 strategy, 4 a source failed, 5 incomplete, 6 store, 7 file format.
"""


def main() -> None:
    """Write the page."""
    parts = [HEAD]
    for verb in VERBS:
        shown = CliRunner().invoke(cli, [verb, "--help"], prog_name="harvester", terminal_width=100)
        parts.append(f"## {verb}\n\n```text\n{shown.output.strip()}\n```\n")
    Path(__file__).with_name("commands.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
