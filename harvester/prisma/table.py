"""PRISMA.csv, the table that the R package PRISMA2020 and its web page read and give out; and flows entered by hand.

The rows are those of its template (inst/extdata/PRISMA.csv of https://github.com/prisma-flowdiagram/PRISMA2020).
It has no place for "not known": such a number is written NA, which the package shows as NA.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from harvester.errors import FormatError, UsageError
from harvester.prisma.flow import Flow, Parts
from harvester.prisma.text import clean

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
_DB = "databases and registers"
_NEW = "Identification of new studies via"
_SPLIT = "[separate reasons and numbers using ; e.g. Reason1, xxx; Reason2, xxx; Reason3, xxx]"
_MA = "in meta-analysis"
_PREVIOUS = "Studies included in previous version of review"

# data, node, box, description, boxtext, tooltips, url, the field of Flow whose number it is ("" for titles)
ROWS: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("NA", "node4", "prevstud", "Grey title box; Previous studies", "Previous studies",
     "Grey title box; Previous studies", "prevstud.html", ""),
    ("previous_studies", "node5", "box1", _PREVIOUS, _PREVIOUS, _PREVIOUS, "previous_studies.html",
     "previous_studies"),
    ("previous_reports", "NA", "box1", "Reports of studies included in previous version of review",
     "Reports of studies included in previous version of review", "NA", "previous_reports.html", "previous_reports"),
    ("NA", "node6", "newstud", f"Yellow title box; {_NEW} {_DB}", f"{_NEW} {_DB}", f"Yellow title box; {_NEW} {_DB}",
     "newstud.html", ""),
    ("database_results", "node7", "box2", "Records identified from: Databases", "Databases",
     "Records identified from: Databases and Registers", "database_results.html", "databases"),
    ("database_specific_results", "NA", "box2", "Records identified from: specific databases", "Specific Databases",
     "NA", "database_results.html", "databases_by_name"),
    ("register_results", "NA", "box2", "Records identified from: Registers", "Registers", "NA", "NA", "registers"),
    ("register_specific_results", "NA", "box2", "Records identified from: specific registers", "Specific Registers",
     "NA", "database_results.html", "registers_by_name"),
    ("NA", "node16", "othstud", f"Grey title box; {_NEW} other methods", f"{_NEW} other methods",
     f"Grey title box; {_NEW} other methods", "othstud.html", ""),
    ("website_results", "node17", "box11", "Records identified from: Websites", "Websites",
     "Records identified from: Websites, Organisations and Citation Searching", "website_results.html", "websites"),
    ("organisation_results", "", "box11", "Records identified from: Organisations", "Organisations", "NA", "NA",
     "organisations"),
    ("citations_results", "NA", "box11", "Records identified from: Citation searching", "Citation searching", "NA",
     "NA", "citations"),
    ("duplicates", "node8", "box3", "Duplicate records", "Duplicate records", "Duplicate records", "duplicates.html",
     "duplicates"),
    ("excluded_automatic", "NA", "box3", "Records marked as ineligible by automation tools",
     "Records marked as ineligible by automation tools", "NA", "NA", "automatic"),
    ("excluded_other", "NA", "box3", "Records removed for other reasons", "Records removed for other reasons", "NA",
     "NA", "removed_otherwise"),
    ("records_screened", "node9", "box4", f"Records screened ({_DB})", "Records screened", f"Records screened ({_DB})",
     "records_screened.html", "screened"),
    ("records_excluded", "node10", "box5", f"Records excluded ({_DB})", "Records excluded",
     f"Records excluded ({_DB})", "records_excluded.html", "excluded"),
    ("dbr_sought_reports", "node11", "box6", f"Reports sought for retrieval ({_DB})", "Reports sought for retrieval",
     f"Reports sought for retrieval ({_DB})", "dbr_sought_reports.html", "sought"),
    ("dbr_notretrieved_reports", "node12", "box7", f"Reports not retrieved ({_DB})", "Reports not retrieved",
     f"Reports not retrieved ({_DB})", "dbr_notretrieved_reports.html", "not_retrieved"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval (other)", "Reports sought for retrieval",
     "Reports sought for retrieval (other)", "other_sought_reports.html", "other_sought"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved (other)", "Reports not retrieved",
     "Reports not retrieved (other)", "other_notretrieved_reports.html", "other_not_retrieved"),
    ("dbr_assessed", "node13", "box8", f"Reports assessed for eligibility ({_DB})", "Reports assessed for eligibility",
     f"Reports assessed for eligibility ({_DB})", "dbr_assessed.html", "assessed"),
    ("dbr_excluded", "node14", "box9", f"Reports excluded ({_DB}): {_SPLIT}", "Reports excluded",
     f"Reports excluded ({_DB})", "dbrexcludedrecords.html", "reports_excluded"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility (other)",
     "Reports assessed for eligibility", "Reports assessed for eligibility (other)", "other_assessed.html",
     "other_assessed"),
    ("other_excluded", "node21", "box15", f"Reports excluded (other): {_SPLIT}", "Reports excluded",
     "Reports excluded (other)", "other_excluded.html", "other_reports_excluded"),
    ("new_studies", "node15", "box10", "New studies included in review", "New studies included in review",
     "New studies included in review", "new_studies.html", "new_studies"),
    ("new_reports", "NA", "box10", "Reports of new included studies", "Reports of new included studies", "NA", "NA",
     "new_reports"),
    ("total_studies", "node22", "box16", "Total studies included in review", "Total studies included in review",
     "Total studies included in review", "total_studies.html", "total_studies"),
    ("total_reports", "NA", "box16", "Reports of total included studies", "Reports of total included studies", "NA",
     "NA", "total_reports"),
    ("identification", "node1", "identification", "Blue identification box", "Identification",
     "Blue identification box", "identification.html", ""),
    ("screening", "node2", "screening", "Blue screening box", "Screening", "Blue screening box", "screening.html", ""),
    ("included", "node3", "included", "Blue included box", "Included", "Blue included box", "included.html", ""),
    ("total_studies_ma", "node23", "box17", f"Total studies included {_MA}", f"Total studies included {_MA}",
     f"Total studies included {_MA}", "total_studies_meta_analysis.html", "-"),
    ("total_reports_ma", "NA", "box17", f"Reports of total included studies {_MA}",
     f"Reports of total included studies {_MA}", "NA", "NA", "-"),
)  # fmt: skip
_PARTS_OF = {"reports_excluded": "reasons", "other_reports_excluded": "other_reasons"}
_FIELDS = {each.name for each in fields(Flow)}
_LISTS = {"databases_by_name", "registers_by_name", "reasons", "other_reasons"}
_SHOWN_UNKNOWN = {"NA", "", "xxx", "n/a", "na"}


def write_table(flow: Flow) -> str:
    """PRISMA.csv of `flow`, in the columns, rows and order of the template."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in ROWS:
        table.writerow([*row[:7], _cell(flow, row[7])])
    return out.getvalue()


def _cell(flow: Flow, name: str) -> str:
    if name in ("", "-"):
        return "0"  # titles, and the meta-analysis, which is no matter of a search
    parts: Parts = getattr(flow, _PARTS_OF.get(name, name)) if name in _PARTS_OF or name in _LISTS else ()
    if parts:
        return "; ".join(f"{_listed(label)}, {'NA' if count is None else count}" for label, count in parts)
    value = getattr(flow, name)
    return "NA" if value is None or value == () else str(value)


def _listed(label: str) -> str:
    """A name as it may stand in a list of the table, whose separators are `,` and `;`; no formula at its head."""
    plain = " ".join(clean(label).replace(";", " -").replace(",", " -").split())
    return plain.lstrip("=+@-") or "unnamed"


def read_flow(path: Path) -> Flow:
    """A flow entered by hand: PRISMA.csv of the R package, or a TOML file whose keys are the fields of Flow.

    In TOML a breakdown is a table: `databases = {PubMed = 1200, CINAHL = 1283}`; its total is the sum. Raises
    UsageError for a file that is not there, FormatError for one that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint="Check the name.") from error
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", file=str(path), hint="Save it as UTF-8.") from error
    return _from_toml(text, path) if path.suffix.lower() == ".toml" else _from_table(text, path)


def _from_table(text: str, path: Path) -> Flow:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not {"data", "n"} <= set(rows.fieldnames or ()):
        hint = f"Its first line has to be {','.join(COLUMNS)}."
        raise FormatError("is not a PRISMA.csv: it has no columns `data` and `n`", file=str(path), line=1, hint=hint)
    names = {row[0]: row[7] for row in ROWS if row[7] not in ("", "-")}
    values: dict[str, Any] = {}
    for row in rows:
        name, text_ = names.get(row["data"] or ""), (row["n"] or "").strip()
        if name is None:
            continue
        if name in _LISTS or (name in _PARTS_OF and re.search(r"[^\d, ]", text_)):
            parts = tuple(_part(piece, path, rows.line_num) for piece in re.split(r";\s*", text_) if piece.strip())
            if all(count is None for _, count in parts):
                continue  # the template's own "Reason1, xxx"
            values[_PARTS_OF.get(name, name)] = parts
            if name in _PARTS_OF:
                values[name] = _sum(parts)
        else:
            values[name] = _count(text_, path, rows.line_num)
    return Flow(**values)


def _part(text: str, path: Path, line: int) -> tuple[str, int | None]:
    label, _, count = text.partition(",")
    return label.strip(), _count(count.strip(), path, line)


def _count(text: str, path: Path, line: int) -> int | None:
    if text in _SHOWN_UNKNOWN:
        return None
    plain = text.replace(",", "").replace(" ", "")
    if not plain.isascii() or not plain.isdigit():
        raise FormatError(f"{text!r} is not a number", file=str(path), line=line, hint="Write 2483 or 2,483, or NA.")
    return int(plain)


def _sum(parts: Parts) -> int | None:
    counts = [count for _, count in parts if count is not None]
    return sum(counts) if len(counts) == len(parts) else None


def _from_toml(text: str, path: Path) -> Flow:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"is not TOML: {error}", file=str(path), hint="Check the line it names.") from error
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in _FIELDS:
            raise UsageError(f"{path}: unknown key {key!r}", hint=f"Known: {', '.join(sorted(_FIELDS))}.")
        if isinstance(value, dict):
            total, by_name = _total_of(key)
            if not total or not all(_is_count(count) for count in value.values()):
                raise UsageError(
                    f"{path}: {key} is not written like this", hint="Only databases, registers and reasons have parts."
                )
            values[by_name] = tuple((str(label), count) for label, count in value.items())
            values.setdefault(total, _sum(values[by_name]))
        elif key == "notes" and isinstance(value, list) and all(isinstance(note, str) for note in value):
            values[key] = tuple(value)
        elif (
            (key == "unknown" and isinstance(value, str))
            or (key == "updated" and isinstance(value, bool))
            or (key not in {*_LISTS, "unknown", "updated", "notes"} and _is_count(value))
        ):
            values[key] = value
        elif key == "updated":
            raise UsageError(f"{path}: updated has to be true or false", hint="Write updated = true.")
        else:
            raise UsageError(f"{path}: {key} has to be a number from 0 up", hint=f"Write {key} = 136, or leave it out.")
    return Flow(**values)


def _total_of(key: str) -> tuple[str, str]:
    """(field of the total, field of its parts) for a key that may hold a table."""
    parts = {"databases": "databases_by_name", "registers": "registers_by_name", **_PARTS_OF}
    back = {by_name: total for total, by_name in parts.items()}
    return (key, parts[key]) if key in parts else (back.get(key, ""), key)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
