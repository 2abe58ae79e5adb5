"""Known-relevant studies: read, and where a strategy loses each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from harvester import identifiers
from harvester.errors import UsageError
from harvester.match.evaluate import Matcher
from harvester.record import Author, Record, Section


@dataclass(frozen=True, slots=True)
class Known:
    """A known-relevant study as far as it is described. `record` holds what is known of it."""

    id: str
    title: str
    record: Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a strategy finds a study, judged by what is known of it.

    `lost_at` names the blocks of which no term stands in it. `sure` is False where it has no abstract: what is lost
    then may still be found in the database.
    """

    known: Known
    found: bool
    lines: tuple[int, ...]
    lost_at: tuple[str, ...]
    sure: bool


def verdict(matcher: Matcher, known: Known) -> Verdict:
    """Evaluate one study."""
    lines = matcher.lines(known.record)
    answered = set(lines)
    blocks = [line for line in matcher.numbered if line.kind == "block"]
    lost = tuple(f"line {line.number}: {line.label}" for line in blocks if line.number not in answered)
    found = matcher.numbered[-1].number in answered
    if not found and not lost:
        lost = (f"line {matcher.numbered[-1].number}: {matcher.numbered[-1].label}",)
    return Verdict(known, found, lines, lost, bool(known.record.abstract))


def from_records(records: list[Record]) -> list[Known]:
    """Studies from any reference file."""
    return [Known(record.doi or record.pmid or record.source_id, record.title, record) for record in records]


def read_known(text: str) -> list[Known] | None:
    """Studies from a JSON file with `studies`, or a list of PubMed numbers or DOIs, one a line; None when neither.

    A study of which only a number is known has no title: it can be looked up, not evaluated.
    """
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        return _from_json(stripped)
    rows = [row.strip() for row in text.splitlines() if row.strip() and not row.lstrip().startswith("#")]
    found: list[Known] = []
    for row in rows:
        doi = identifiers.doi(row) if " " not in row else ""
        pmid = identifiers.pmid(row) if re.fullmatch(r"(?i)(?:pmid:?\s*)?\d{1,8}", row) else ""
        if not doi and not pmid:
            return None
        scheme, value = ("doi", doi) if doi else ("pmid", pmid)
        found.append(Known(value, "", Record("known", value, "", identifiers={scheme: (value,)})))
    return found or None


def _from_json(text: str) -> list[Known] | None:
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return None
    studies = data.get("studies") if isinstance(data, dict) else data
    if not isinstance(studies, list) or not all(isinstance(study, dict) for study in studies):
        raise UsageError(
            "this JSON holds no list of studies", hint='Write {"studies": [{"title": "...", "doi": "..."}]}.'
        )
    return [_study(number, study) for number, study in enumerate(studies, 1)]


def _study(number: int, study: dict[str, object]) -> Known:
    def text(name: str) -> str:
        value = study.get(name)
        return str(value).strip() if isinstance(value, (str, int)) else ""

    ids: dict[str, tuple[str, ...]] = {}
    for scheme, read in (("doi", identifiers.doi), ("pmid", identifiers.pmid), ("pmcid", identifiers.pmcid)):
        value = read(text(scheme))
        if value:
            ids[scheme] = (value,)
    authors = study.get("authors")
    names = [str(name).partition(",") for name in authors] if isinstance(authors, list) else []
    abstract = text("abstract")
    name = next((values[0] for values in ids.values()), "") or text("label") or str(number)
    record = Record(
        "known",
        name,
        text("title"),
        authors=tuple(Author(family=family.strip(), given=given.strip()) for family, _, given in names),
        journal=text("journal"),
        abstract=(Section(abstract),) if abstract else (),
        identifiers=ids,
    )
    return Known(name, text("title") or text("label"), record)
