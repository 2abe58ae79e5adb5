"""`harvester recall`: known-relevant studies, found or missed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import db_option, emit_json, json_option, say, table

if TYPE_CHECKING:
    from harvester.match import Known


@click.command("recall")
@click.argument("strategy")
@click.argument("known", metavar="KNOWN")
@click.option("--from", "language", metavar="DIALECT", default="", help="The language of a .txt strategy.")
@db_option
@json_option
def command(strategy: str, known: str, language: str, db: str | None, *, as_json: bool) -> None:
    """Say which known-relevant studies a strategy finds or misses.

    KNOWN is a reference file, a list of PubMed numbers or DOIs, or a JSON file with `studies`. Each is judged by its
    title and abstract; with a store (--db) also by what the sources gave.
    """
    from harvester.cli.common import db_path
    from harvester.match import Matcher, verdict
    from harvester.strategy import load

    loaded = load(strategy, language)
    studies = _studies(known)
    stored = _stored(db_path(db, loaded.name), studies)
    matcher = Matcher(loaded)
    found: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for study in studies:
        sources, fuller = stored.get(study.id, ((), study))
        judged = verdict(matcher, fuller)
        row: dict[str, Any] = {"id": study.id, "title": study.title or fuller.title, "sources": list(sources)}
        row["lines"] = list(judged.lines)
        if judged.found or sources:
            found.append(row)
        elif not fuller.record.title:
            unknown.append(row | {"lost_at": ["its title is not known: import a record of it"]})
        else:
            why = list(judged.lost_at)
            missed.append(row | {"lost_at": why, "sure": judged.sure})
    if as_json:
        emit_json({"known": len(studies), "found": found, "missed": missed, "unknown": unknown})
        return
    rows = [("found", row["title"], ", ".join(row["sources"]) or "matches here") for row in found]
    rows += [
        ("missed" if row["sure"] else "missed, no abstract", row["title"], "; ".join(row["lost_at"])) for row in missed
    ]
    rows += [("unknown", row["id"], row["lost_at"][0]) for row in unknown]
    click.echo(table(("verdict", "study", "where"), [(kind, str(title)[:70], where) for kind, title, where in rows]))
    say(f"{len(found)} of {len(studies)} found, {len(missed)} missed, {len(unknown)} not to be judged.")


def _studies(path: str) -> list[Known]:
    from harvester import formats
    from harvester.errors import UsageError
    from harvester.match import read_known
    from harvester.match.known import from_records

    file = Path(path)
    if not file.is_file():
        raise UsageError(f"there is no file {path}", hint="Name a reference file, a list of PMIDs, or a JSON file.")
    if file.suffix.lower() in (".txt", ".json", ".csv", ""):
        studies = read_known(file.read_text(encoding="utf-8-sig"))
        if studies is not None:
            return studies
    return from_records(list(formats.read(path)))


def _stored(path: Path, studies: list[Known]) -> dict[str, tuple[tuple[str, ...], Known]]:
    """What the store holds of each study: the sources whose searches found it, and its fullest record."""
    if not path.is_file():
        return {}
    from harvester.match import Known, normalise
    from harvester.store import open_store
    from harvester.store.read import each_record

    by_key: dict[str, Known] = {}
    for study in studies:
        for scheme, values in study.record.identifiers.items():
            by_key.update({f"{scheme}:{value}": study for value in values})
        if study.record.title:
            by_key[normalise(study.record.title).strip()] = study
    found: dict[str, tuple[tuple[str, ...], Known]] = {}
    with open_store(path, write=False) as store:
        for number, record in each_record(store):
            keys = [f"{scheme}:{value}" for scheme, values in record.identifiers.items() for value in values]
            match = [by_key[key] for key in (*keys, normalise(record.title).strip()) if key in by_key]
            if not match:
                continue
            study = match[0]
            sql = "select distinct source from found join searches on searches.id = search_id where record_id = ?"
            sources = tuple(row["source"] for row in store.rows(sql, (number,)))
            before = found.get(study.id, ((), study))
            fuller = record if record.abstract or not before[1].record.title else before[1].record
            merged = tuple(dict.fromkeys((*before[0], *sources)))
            found[study.id] = (merged, Known(study.id, study.title or record.title, fuller))
    return found
