"""What there is to tell of a run, gathered from its report and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from harvester.record import Record
from harvester.store import Store, works

NAMED = 20  # works or records named in a message; the counts are whole, and what is left out is said


@dataclass(frozen=True, slots=True)
class Item:
    """A work or a record as a message names it. `why` is what became of it; `included` by screening."""

    title: str
    where: str
    link: str
    why: str = ""
    included: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One source of the run. Numbers are None where they are not known."""

    label: str
    state: str
    found: int | None
    new: int | None
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One message. `new` counts new works (None: not known); each tuple names at most `NAMED`, of as many as
    `counts` says.
    """

    strategy: str
    run: int
    kind: str
    since: str
    until: str
    new: int | None
    sources: tuple[Asked, ...]
    works: tuple[Item, ...]
    retracted: tuple[Item, ...]
    corrected: tuple[Item, ...]
    changed: tuple[Item, ...]
    vanished: tuple[Item, ...]
    counts: Mapping[str, int]
    alarms: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every source that a program can ask answered in full."""
        return all(each.state in ("complete", "not-searched") for each in self.sources)

    @property
    def answered(self) -> str:
        """How many sources answered, in words."""
        asked = [each for each in self.sources if each.state != "not-searched"]
        whole = sum(each.state == "complete" for each in asked)
        if whole < len(asked):
            return f"only {whole} of {len(asked)} sources answered in full" if whole else "no source answered in full"
        return "the source answered" if whole == 1 else f"all {whole} sources answered"


def gather(store: Store, said: Mapping[str, Any], files: Sequence[str] = ()) -> News:
    """The message about a run, from its report (`harvester.store.summary.report`). Raises StoreError."""
    lists = {name: said.get(name) or [] for name in ("retracted", "corrected", "changed", "vanished")}
    told = () if not said["new"] else islice(works(store, run=said["run"], only="new"), NAMED)
    links = _links(store, [each["record"] for found in lists.values() for each in found[:NAMED]])
    named = {name: tuple(_record(each, links) for each in found[:NAMED]) for name, found in lists.items()}
    return News(
        strategy=said["strategy"],
        run=said["run"],
        kind=said["kind"],
        since=said["since"] or "",
        until=said["until"] or "",
        new=said["new"],
        sources=tuple(
            Asked(
                each["label"],
                each["state"],
                each["reported"],
                each.get("new"),
                each["error"] or "",
                each["hint"] or "",
            )
            for each in [*said["sources"], *_apart(said)]
        ),
        works=tuple(Item(each.merged.title, _where(each.merged), link(each.merged)) for each in told),
        counts={name: len(found) for name, found in lists.items()},
        alarms=tuple(said.get("alarms", ())),
        notes=tuple(said.get("notes", ())),
        files=tuple(files),
        **named,
    )


def _apart(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The searches for what was revised, where there is anything to say of them."""
    found = [{**each, "label": f"{each['label']} (revised since)"} for each in said.get("late", ())]
    found += [{**each, "label": f"{each['label']} (kept records)"} for each in said.get("rechecked", ())]
    return [each for each in found if each["error"] or each.get("new")]


def link(record: Record) -> str:
    """Where a reader finds it: its DOI, else PubMed, else its own address, else nothing."""
    if record.doi:
        return f"https://doi.org/{record.doi}"
    if record.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"
    return record.url if record.url.startswith(("https://", "http://")) else ""


def _where(record: Record) -> str:
    return ", ".join(part for part in (record.journal or record.book_title, record.published.iso[:4]) if part)


def _record(said: Mapping[str, Any], links: Mapping[int, str]) -> Item:
    why = ", ".join(said.get("why") or said.get("what") or ())
    where = f"{said['source']} {said['source_id']}"
    return Item(said["title"], where, links.get(said["record"], ""), why, bool(said.get("included")))


def _links(store: Store, ids: Sequence[int]) -> dict[int, str]:
    import json

    return {
        row["id"]: link(Record.from_dict(json.loads(row["data"])))
        for row in store.rows(
            "select id, data from records where id in (select value from json_each(?))", (json.dumps(list(ids)),)
        )
    }
