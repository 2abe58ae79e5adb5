"""Studies known to be relevant, from any reference file or from a plain JSON list of titles and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harvester import formats, identifiers
from harvester.errors import FormatError, UsageError
from harvester.record import Author, PartialDate, Record

MOST_BYTES = 50_000_000  # a list of known studies is short


def read_known(path: Path) -> list[Record]:
    """The studies of a file. Beside reference files it may be JSON: a list of objects, or an object that holds one,
    with `title`, `doi`, `pmid`, `pmcid`, `year`, `authors`, `journal` as far as they are known.

    Raises UsageError, FormatError.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(1).strip() if path.suffix.lower() == ".json" else b""
        if head in (b"{", b"["):
            found = _listed(path)
            if found is not None:
                return found
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint="Check the name.") from error
    return list(formats.read(path))


def _listed(path: Path) -> list[Record] | None:
    """None where the file is some other JSON, which the formats know."""
    if path.stat().st_size > MOST_BYTES:
        raise FormatError("is larger than a list of known studies can be", file=str(path), hint="Take RIS instead.")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"is not JSON: {error}", file=str(path), hint="Check it, or take RIS.") from error
    listed = data if isinstance(data, list) else data.get("studies")
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        return None
    if any("author" in each and "title" in each for each in listed):
        return None  # CSL-JSON
    return [_record(each, place) for place, each in enumerate(listed, 1)]


def _record(data: Mapping[str, Any], place: int) -> Record:
    numbers: dict[str, tuple[str, ...]] = {
        scheme: (value,)
        for scheme, make in (("doi", identifiers.doi), ("pmid", identifiers.pmid), ("pmcid", identifiers.pmcid))
        if (value := make(str(data.get(scheme) or "")))
    }
    year = str(data.get("year") or data.get("date") or "")[:4]
    authors = data.get("authors") or ()
    return Record(
        "file",
        str(place),
        str(data.get("title") or data.get("label") or ""),
        authors=tuple(_author(str(name)) for name in authors) if isinstance(authors, list) else (),
        journal=str(data.get("journal") or ""),
        published=PartialDate(int(year) if year.isdigit() else None),
        identifiers=numbers,
    )


def _author(name: str) -> Author:
    family, _, given = name.partition(",")
    return Author(family=family.strip(), given=given.strip())
