"""`report`: what a librarian hands in and a review team prints, from the store alone.

Files, in one folder: report.html (one self-contained page), prisma-flow.svg and PRISMA.csv, prisma-s.md and
prisma-s.docx, lines.csv, and search-history/, one JSON file a search.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

from harvester.errors import UsageError
from harvester.formats import replacing
from harvester.prisma.counts import flow_from_store
from harvester.prisma.document import to_docx, to_markdown
from harvester.prisma.draw import draw
from harvester.prisma.history import histories
from harvester.prisma.prisma_s import document, items
from harvester.prisma.table import read_flow, write_table
from harvester.prisma.text import clean
from harvester.report.gather import Facts, gather
from harvester.report.page import page_html
from harvester.report.parts import Parts
from harvester.store import Store

__all__ = ["report"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(
    store: Store,
    folder: Path | str,
    *,
    run: int | None = None,
    known: Path | None = None,
    prisma: Path | None = None,
    previous: int | None = None,
    png: bool = False,
    made_at: datetime | None = None,
) -> list[Path]:
    """Write the report of `run` (default: the last) into `folder`; returns the files, the page first.

    `known` is a reference file of studies known to be relevant. `prisma` is a flow entered by hand (PRISMA.csv or
    TOML) that takes the place of the store's; `previous` is the last run of the review's previous version, which
    makes it the flow of an updated review. `png` draws the flow as PNG too. The store is only read. Raises
    UsageError, FormatError, StoreError before anything is written.
    """
    folder = Path(folder)
    facts = gather(store, run, known=known)
    number = facts.run["run"]
    flow = read_flow(prisma) if prisma else flow_from_store(store, number, previous=previous)
    title = (facts.strategy.title if facts.strategy else "") or facts.run["strategy"]
    svg = draw(flow, title=f"PRISMA 2020 flow diagram: {title}" if title else "")
    made = (made_at or datetime.now(UTC)).isoformat(timespec="minutes")
    parts = Parts(facts, flow, svg, prisma.name if prisma else "", items(store, number), made)
    blocks = document(store, number, title=f"PRISMA-S: {title}" if title else "")
    files: dict[str, bytes] = {
        "report.html": _bytes(page_html(parts)),
        "prisma-flow.svg": _bytes(svg),
        "PRISMA.csv": _bytes(write_table(flow)),
        "prisma-s.md": _bytes(to_markdown(blocks)),
        "prisma-s.docx": to_docx(blocks),
        "lines.csv": _bytes(_lines(facts)),
    }
    for name, history in histories(store, number).items():
        files[f"search-history/{name}"] = _bytes(json.dumps(history, ensure_ascii=False, indent=2) + "\n")
    if png:
        files["prisma-flow.png"] = _png(svg)
    return _write(folder, files)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _write(folder: Path, files: dict[str, bytes]) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="Name a folder for the report.")
    written = []
    for name, content in files.items():
        path = folder / name
        with replacing(path) as out:
            out.write(content)
        written.append(path)
    return written


def _lines(facts: Facts) -> str:
    """The line table as CSV: one row a line and source. Empty where a count is not known."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(
        ("source", "line", "block", "strategy", "text as sent", "hits", "since last run", "kept", "new", "unique")
    )
    by_line = {(line.number, line.label): line for line in facts.lines}
    for search in (each for each in facts.this_run if not each.is_late):
        for sent in search.lines:
            line = by_line.get((sent.number, sent.label))
            counts = (line.hits.get(search.source), line.drift(search.source)) if line else (sent.hits, None)
            yields = (line.answered, line.new, line.alone) if line else (None, None, None)
            texts = (search.source, sent.number, sent.block, sent.label, sent.text)
            table.writerow(["" if value is None else _guarded(value) for value in (*texts, *counts, *yields)])
    return out.getvalue()


def _guarded(value: object) -> object:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, int):
        return value
    text = clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _png(svg: str) -> bytes:
    try:
        import resvg_py
    except ImportError as error:
        raise UsageError(
            "drawing PNG needs the package resvg-py", hint="Install it: pip install 'harvester[png]'"
        ) from error
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=2))
