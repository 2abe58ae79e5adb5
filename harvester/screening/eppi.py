"""EPPI-Reviewer's JSON report: references with codes, code sets that name them.

Codes whose names begin with INCLUDE or EXCLUDE decide ("EXCLUDE on population": the rest is the reason); all others
are coding, not screening. Field names as eppi.ioe.ac.uk's exports have them (`CodeSets`, `Attributes`,
`AttributesList`, `References`, `Codes`, `AttributeId`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvester import identifiers
from harvester.errors import FormatError
from harvester.formats.text import TextFile
from harvester.record import Author, PartialDate, Record
from harvester.screening.keep import EXCLUDE, INCLUDE
from harvester.screening.votes import Told, Vote

_SAYS = re.compile(
    r"\s*(include|exclude)d?\b\s*(?:on|because of|because|due to|:|-)?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_DEEPEST = 50  # code sets nest a few steps


def read(file: TextFile) -> Iterator[Told]:
    """Every reference with its decisions. Raises FormatError for what is no such report."""
    try:
        with file.text() as stream:
            data = json.load(stream)
        names = dict(_codes(data.get("CodeSets", []), 0))
        references = data["References"]
        for item in references:
            votes: list[Vote] = []
            for code in item.get("Codes") or []:
                found = _SAYS.match(names.get(code.get("AttributeId"), ""))
                if found:
                    verdict = INCLUDE if found.group(1).lower() == "include" else EXCLUDE
                    votes.append(Vote(verdict, found.group(2).strip() if verdict == EXCLUDE else ""))
            yield _record(item), {"tags": ""}, _one(votes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FormatError(
            f"is no report of EPPI-Reviewer: {error}", file=str(file.path), hint="Export the references as JSON."
        ) from error


def _one(votes: list[Vote]) -> tuple[Vote, ...]:
    """An item excluded by several codes is excluded once, for all the reasons."""
    out = [vote for vote in votes if vote.verdict == EXCLUDE]
    if not out:
        return tuple(votes[:1])
    return (Vote(EXCLUDE, "; ".join(dict.fromkeys(vote.reason for vote in out if vote.reason))),)


def _codes(nodes: Any, depth: int) -> Iterator[tuple[int, str]]:
    if depth > _DEEPEST:
        raise ValueError("its code sets nest too deep")
    for node in nodes or []:
        if "AttributeId" in node:
            yield node["AttributeId"], str(node.get("AttributeName", ""))
        below = node.get("Attributes") or {}
        yield from _codes(below.get("AttributesList") if isinstance(below, Mapping) else below, depth + 1)


def _record(item: Mapping[str, Any]) -> Record:
    doi = identifiers.doi(str(item.get("DOI") or ""))
    year = str(item.get("Year") or "")
    return Record(
        "file",
        str(item.get("ItemId") or ""),
        str(item.get("Title") or ""),
        authors=tuple(
            Author(family=name.strip()) for name in str(item.get("Authors") or "").split(";") if name.strip()
        ),
        journal=str(item.get("ParentTitle") or ""),
        published=PartialDate(int(year) if year.isdigit() else None),
        identifiers={"doi": (doi,)} if doi else {},
    )
