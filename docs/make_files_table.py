"""Write the table of files tried in docs/files.md: what each was found to be, and how many records it stated and gave.

    python docs/make_files_table.py FOLDER...

Only names and numbers go in, nothing that a file holds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from harvester import formats
from harvester.errors import FormatError

BEGIN, END = "<!-- files tried: made by docs/make_files_table.py -->\n", "<!-- end of files tried -->\n"
_QUOTED = re.compile(r"""['"].*['"]""")
NOT_FILES = {".md"}  # what lies beside the files and says where they come from


def tried(folders: list[Path]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """(file, format, stated, read, rejected, why) of every file below the folders, in the order of their names."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.suffix in NOT_FILES:
                continue
            name = path.relative_to(folder.parent).as_posix()
            try:
                reading = formats.open_file(path, keep_readable=True)
                for _ in reading:
                    pass
            except FormatError as error:
                yield name, "", "", "", "", _without_content(error.message.removeprefix(f"{path}"))
                continue
            why = "; ".join(f"{piece.where}: {piece.why}" for piece in reading.rejected[:2])
            yield (
                name, reading.format, str(reading.stated), str(reading.parsed), str(len(reading.rejected)),
                _without_content(why),
            )  # fmt: skip


def _without_content(text: str) -> str:
    return _QUOTED.sub("...", text).replace("|", "/").lstrip(": ")


def main(folders: list[Path]) -> None:
    """Put the table in its place."""
    rows = list(tried(folders))
    told = [row for row in rows if row[1]]
    stated, given = (sum(int(row[place]) for row in told) for place in (2, 3))
    lines = [
        BEGIN,
        f"{len(rows)} files; {len(told)} of them read, {stated:,} records stated, {given:,} given.\n\n",
        "| file | format found | stated | read | rejected | why |\n|---|---|---|---|---|---|\n",
        *(f"| {' | '.join(row)} |\n" for row in rows),
        END,
    ]
    page = Path(__file__).with_name("files.md")
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(before + "".join(lines) + after, encoding="utf-8")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
