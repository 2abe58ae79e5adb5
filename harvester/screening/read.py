"""Files of decisions as the tools write them, each decision with the record that it is about.

Where the tools put it: Rayyan in the notes (`RAYYAN-INCLUSION: {"Name"=>"Included"}`, `RAYYAN-EXCLUSION-REASONS:`);
ASReview in a column `asreview_label` or `included`, in RIS as `ASReview_relevant` (asreview.readthedocs.io);
Covidence as one file a status, with `Exclusion reason:` in its notes; EPPI-Reviewer's JSON as codes; EndNote as one
file a group; Zotero as tags. Everything else is a table with a column for the decision.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harvester.columns import MEANINGS, plain_name
from harvester.errors import FormatError, UsageError
from harvester.formats import open_file
from harvester.formats.text import TextFile
from harvester.record import Record
from harvester.screening import eppi
from harvester.screening.keep import EXCLUDE, INCLUDE, MAYBE, NOT_RETRIEVED, VERDICTS
from harvester.screening.votes import Told, Vote
from harvester.screening.words import LABELS, named_reason, verdict_of

TOOLS = ("rayyan", "covidence", "asreview", "eppi", "endnote", "zotero", "csv")
_LARGEST_CELL = 1 << 24
_INCLUSION = re.compile(r"RAYYAN-INCLUSION:\s*\{(.*?)\}\s*(?:\||\n|$)", re.DOTALL)
_VOTE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?(\w+)"?')
_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*([^|]*)")
_COVIDENCE = re.compile(r"Exclusion reason:\s*([^;]*)", re.IGNORECASE)
_ASREVIEW = re.compile(r"\bASReview_(relevant|irrelevant|not_seen)\b", re.IGNORECASE)
_DECISION = (
    "decision", "verdict", "final decision", "screening decision", "screening", "status", "asreview label", "included",
    "include", "final included", "label included", "included label", "included final", "included flag", "inclusion",
)  # fmt: skip
_REASON = ("reason", "reasons", "exclusion reason", "exclusion reasons", "reason for exclusion")
_REVIEWER = ("reviewer", "reviewer name", "screener", "screened by", "decided by", "asreview user name")


@dataclass(slots=True)
class Entry:
    """One record of a file, from 1, with what was decided about it (nothing, perhaps)."""

    position: int
    record: Record
    votes: tuple[Vote, ...] = ()


@dataclass(slots=True)
class Decisions:
    """A file of decisions as read. `named_by` says what in it told which tool wrote it."""

    tool: str
    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_decisions(path: Path, *, tool: str = "", column: str = "", whole: str = "", reason: str = "") -> Decisions:
    """The decisions of a file. `column` names the column that holds them; `whole` is a verdict for every record.

    Raises UsageError where the file does not say what was decided, FormatError where it cannot be read or a decision
    is in words that are not known: nothing is guessed and nothing passed over.
    """
    if tool and tool not in TOOLS:
        raise UsageError(f"no tool is known by the name {tool!r}", hint=f"Known: {', '.join(TOOLS)}.")
    if whole and whole not in VERDICTS:
        raise UsageError(f"{whole!r} is no decision", hint=f"Write {', '.join(VERDICTS)}.")
    records, found_tool, warnings = _records(path, tool)
    if column and not any(plain_name(column) in cells for _, cells, _ in records):
        raise UsageError(f"{path.name} has no column {column!r}", hint="Check its first line.")
    read = Decisions(found_tool, warnings=warnings)
    for position, (record, cells, votes) in enumerate(records, 1):
        told = (
            (Vote(whole, reason or named_reason(cells)),) if whole else votes or _votes(cells, column, path, position)
        )
        read.entries.append(Entry(position, record, told))
    if not read.entries:
        raise FormatError("holds no record", file=str(path), hint="Export it again.")
    if not any(entry.votes for entry in read.entries):
        raise UsageError(
            f"{path.name} does not say what was decided about any of its {len(read.entries)} records",
            hint="Name the column with --column NAME, or say it for the whole file: --decision include.",
        )
    return read


def _records(path: Path, tool: str) -> tuple[list[Told], str, list[str]]:
    file = TextFile(path)
    head = file.head(65536).lstrip("\ufeff \t\r\n")
    if head.startswith("{") and '"References"' in file.head(1 << 24):
        return list(eppi.read(file)), "eppi", []
    if _is_bare_table(head):
        return _bare(file), tool or "csv", []
    reading = open_file(path)
    told: list[Told] = [(record, _cells(record, {}), ()) for record in reading]
    return told, tool or _tool(told, reading.format), list(file.notes)


def _tool(told: list[Told], format_: str) -> str:
    names = {name for _, cells, _ in told[:50] for name in cells}
    notes = " ".join(cells.get("notes", "") + cells.get("n1", "") for _, cells, _ in told[:50])
    if "RAYYAN-" in notes:
        return "rayyan"
    if "ASReview_" in notes or any(name.startswith("asreview") for name in names):
        return "asreview"
    if "Exclusion reason:" in notes:
        return "covidence"
    if format_ == "endnote":
        return "endnote"
    return "zotero" if "manual tags" in names else "csv"


def _cells(record: Record, more: Mapping[str, str]) -> dict[str, str]:
    """What a record says outside its fields, by the plain form of its column or tag, with its keywords as tags."""
    cells = {plain_name(name): text for name, text in record.extra.get("columns", {}).items() if isinstance(text, str)}
    for tag, values in record.extra.get("ris", {}).items():
        cells.setdefault(plain_name(tag), " | ".join(map(str, values)))
    for name in ("endnote", "labels", "groups"):
        value = record.extra.get(name)
        if isinstance(value, (list, tuple)):
            cells.setdefault(name, " | ".join(map(str, value)))
    cells["tags"] = "\n".join(record.keywords)
    return {**cells, **more}


def _votes(cells: Mapping[str, str], column: str, path: Path, position: int) -> tuple[Vote, ...]:
    if column:
        return _in_column(cells, plain_name(column), path, position)
    notes = "\n".join(cells[name] for name in ("notes", "n1", "user notes") if name in cells)
    found = _INCLUSION.search(notes)
    if found:
        return tuple(_rayyan(found.group(1), notes, path, position))
    seen = _ASREVIEW.search(notes)
    if seen:
        said = {"relevant": INCLUDE, "irrelevant": EXCLUDE}.get(seen.group(1).lower())
        return (Vote(said, "", cells.get("asreview user name", "")),) if said else ()
    for name in _DECISION:
        if cells.get(name):
            return _in_column(cells, name, path, position)
    left_out = _COVIDENCE.search(notes)
    if left_out:
        return (Vote(EXCLUDE, left_out.group(1).strip()),)
    return _tagged(cells["tags"])


def _in_column(cells: Mapping[str, str], name: str, path: Path, position: int) -> tuple[Vote, ...]:
    text = cells.get(name, "")
    verdict = verdict_of(text)
    if verdict is None:
        raise FormatError(
            f"record {position}: {text!r} in column {name!r} is no decision that is known",
            file=str(path),
            hint=f"Write one of: {', '.join(sorted(LABELS))}.",
        )
    if not verdict:
        return ()
    reviewer = next((cells[each] for each in _REVIEWER if cells.get(each)), "")
    reason = next((cells[each] for each in _REASON if cells.get(each)), "") if verdict != INCLUDE else ""
    return (Vote(verdict, reason.strip(), reviewer.strip()),)


def _rayyan(votes: str, notes: str, path: Path, position: int) -> Iterator[Vote]:
    listed = _REASONS.search(notes)
    reason = "; ".join(part.strip() for part in listed.group(1).split(",") if part.strip()) if listed else ""
    for name, word in _VOTE.findall(votes):
        said = {"included": INCLUDE, "excluded": EXCLUDE, "maybe": MAYBE, "true": INCLUDE, "false": EXCLUDE}.get(
            word.lower()
        )
        if said is None:
            if word.lower() in ("undecided", "null", "nil"):
                continue
            raise FormatError(
                f"record {position}: Rayyan's {word!r} is no decision that is known",
                file=str(path),
                hint="Known are Included, Excluded and Maybe.",
            )
        yield Vote(said, reason if said == EXCLUDE else "", name)


def _tagged(tags: str) -> tuple[Vote, ...]:
    """Decisions written as tags: `include`, `exclude: wrong population`, `maybe`."""
    found = []
    for tag in tags.split("\n"):
        word, mark, reason = re.split(r"(\s*[:=]\s*|$)", tag.strip().lstrip("#"), maxsplit=1)
        verdict = verdict_of(word) if len(word) > 2 else None
        if verdict and not word.strip().isdigit() and word.casefold() not in ("yes", "true", "accept", "relevant"):
            found.append(Vote(verdict, reason.strip() if mark.strip() and verdict in (EXCLUDE, NOT_RETRIEVED) else ""))
    return tuple(found)


def _is_bare_table(head: str) -> bool:
    """A table that names its records by a number alone: it has no title column, so no reader of references takes it."""
    first = _key_row(head.split("\n", 1)[0])
    meant = {MEANINGS.get(cell) for cell in first}
    return len(first) > 1 and "title" not in meant and bool(meant & {"id", "doi", "pmid", "pmcid"})


def _key_row(line: str) -> list[str]:
    return [plain_name(cell) for cell in next(csv.reader([line], delimiter=_delimiter(line)), [])]


def _delimiter(line: str) -> str:
    return max(("\t", ",", ";"), key=line.count)


def _bare(file: TextFile) -> list[Told]:
    from harvester import identifiers

    csv.field_size_limit(_LARGEST_CELL)
    told: list[Told] = []
    with file.text() as whole:
        first = whole.readline().lstrip("\ufeff")
        names = _key_row(first)
        try:
            rows = list(csv.reader(whole, delimiter=_delimiter(first)))
        except csv.Error as error:
            raise FormatError(f"is not a table: {error}", file=str(file.path), hint="Save it again.") from error
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(names):
            raise FormatError(
                f"has {len(row)} cells where the header has {len(names)}",
                file=str(file.path),
                line=line,
                hint="Mend it.",
            )
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        meant = {MEANINGS[name]: cell for name, cell in cells.items() if name in MEANINGS}
        numbers: dict[str, tuple[str, ...]] = {
            scheme: (value,)
            for scheme, make in (("doi", identifiers.doi), ("pmid", identifiers.pmid), ("pmcid", identifiers.pmcid))
            if (value := make(meant.get(scheme, "")))
        }
        record = Record(meant.get("source") or "file", meant.get("id", ""), "", identifiers=numbers)
        told.append((record, {"tags": "", **cells}, ()))
    return told
