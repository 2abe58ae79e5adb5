"""Which works of a store are another's preprint, protocol, conference abstract, correction, comment or older version.

Read from the evidence that deduplication keeps, and from what the records themselves state (MEDLINE's "Erratum for",
Crossref's "is preprint of"). Nothing is written: a relation is shown or folded by whoever asks, works stay works.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harvester.record import Record
from harvester.store import Store

if TYPE_CHECKING:
    from harvester.dedupe import Link
    from harvester.dedupe.prepare import Prepared

# MEDLINE's RefTypes, which connectors give for others' words, too: the relation, and whether who says so is the
# companion. https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
_STATED: dict[str, tuple[str, bool]] = {
    "ErratumFor": ("correction", True), "ErratumIn": ("correction", False),
    "RetractionOf": ("correction", True), "RetractionIn": ("correction", False),
    "PartialRetractionOf": ("correction", True), "PartialRetractionIn": ("correction", False),
    "ExpressionOfConcernFor": ("correction", True), "ExpressionOfConcernIn": ("correction", False),
    "CommentOn": ("comment", True), "CommentIn": ("comment", False),
    "UpdateIn": ("update", True), "UpdateOf": ("update", False),
    "CorrectedandRepublishedIn": ("update", True), "CorrectedandRepublishedFrom": ("update", False),
}  # fmt: skip
_WORDS = {
    "preprint": "preprint", "update": "older version", "protocol": "protocol",
    "conference abstract": "conference abstract", "correction": "correction", "comment": "comment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Related:
    """Work `companion` is the `relation` of work `main`. `sure`: it may be folded; `why`, in words."""

    companion: int
    main: int
    relation: str
    sure: bool
    why: str

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "companion": self.companion,
            "main": self.main,
            "relation": self.relation,
            "sure": self.sure,
            "why": self.why,
        }

    def said_of(self, work: int) -> str:
        """What the other work is, seen from `work`: its "protocol", or what it is the "protocol of"."""
        name = _WORDS[self.relation]
        return name if work == self.main else f"{name} of"

    def other(self, work: int) -> int:
        """The other one of the two."""
        return self.companion if work == self.main else self.main


def related(store: Store) -> list[Related]:
    """All relations between works, in order of the works; each pair once a relation, the surest reason first."""
    work_of = {row["record_id"]: row["work_id"] for row in store.rows("select record_id, work_id from work_records")}
    found: dict[tuple[int, int, str], Related] = {}
    for link in (*_stated(store), *_by_evidence(store)):
        if link.companion not in work_of or link.main not in work_of:
            continue
        ends = work_of[link.companion], work_of[link.main]
        known = found.get((*ends, link.relation))
        if ends[0] != ends[1] and (known is None or (link.sure and not known.sure)):
            found[(*ends, link.relation)] = Related(*ends, link.relation, link.sure, link.why)
    return [found[key] for key in sorted(found)]


def listed(store: Store) -> list[dict[str, Any]]:
    """All relations between works, each with the titles of the two, for lists and reports."""
    return [
        {
            **each.to_dict(),
            "companion_title": _cited(store, each.companion),
            "main_title": _cited(store, each.main),
        }
        for each in related(store)
    ]


def of_works(relations: Iterable[Related]) -> dict[int, list[Related]]:
    """The relations of each work that has any, as companion or as main work."""
    found: dict[int, list[Related]] = {}
    for each in relations:
        found.setdefault(each.companion, []).append(each)
        found.setdefault(each.main, []).append(each)
    return found


def told(store: Store, relations: Iterable[Related], fold_into: Mapping[int, int]) -> dict[int, list[str]]:
    """What a reader of each work should know, a sentence a relation: "protocol: Title (Journal, 2019; doi 10...)".

    `fold_into` says which works are shown with which other one.
    """
    found: dict[int, list[str]] = {}
    for work, each_of in of_works(relations).items():
        for each in each_of:
            sure = "" if each.sure else "perhaps "
            with_it = " (folded into this one)" if fold_into.get(each.other(work)) == work else ""
            cited = _cited(store, each.other(work))
            found.setdefault(work, []).append(f"{sure}{each.said_of(work)}{with_it}: {cited}")
    return found


def _cited(store: Store, work: int) -> str:
    """A work in a line; its number is that of its first record."""
    row = store.one("select title, journal, year from records where id = ?", (work,))
    assert row is not None
    numbers = {
        each["scheme"]: each["value"]
        for each in store.rows(
            "select scheme, value from identifiers where record_id in (select record_id from work_records "
            "where work_id = ?) and scheme in ('doi', 'pmid') order by scheme, value desc",
            (work,),
        )
    }
    said = [", ".join(str(part) for part in (row["journal"], row["year"]) if part)]
    said += [f"doi {numbers['doi']}"] if "doi" in numbers else []
    said += [f"PMID {numbers['pmid']}"] if "pmid" in numbers else []
    return f"{row['title']} ({'; '.join(part for part in (*said, f'work {work}') if part)})"


def folded(relations: Iterable[Related], names: Iterable[str]) -> dict[int, int]:
    """Each work that is shown with another one when `names` are folded ("preprints", "protocols", ...), with that one.

    Raises UsageError for a name that is not there.
    """
    from harvester.dedupe import companions_of
    from harvester.dedupe.related import fold

    wanted = companions_of(names)
    return fold((each.companion, each.main) for each in relations if each.sure and each.relation in wanted)


def _by_evidence(store: Store) -> list[Link]:
    from harvester.dedupe import Evidence, Key, Verdict
    from harvester.dedupe.related import links

    evidence = [
        Evidence(row["record_a"], row["record_b"], Verdict(row["verdict"]), row["score"],
                 tuple(json.loads(row["reasons"])), row["relation"], bool(row["vetoed"]))
        for row in store.rows("select * from evidence where relation <> '' and verdict = 'different' order by 1, 2")
    ]  # fmt: skip
    rows: dict[Key, Prepared] = dict(_prepared(store, {end for each in evidence for end in (each.a, each.b)}))
    return links(evidence, rows.__getitem__)


def _prepared(store: Store, ids: Iterable[Any]) -> Iterator[tuple[int, Prepared]]:
    from harvester.dedupe import from_record, prepare

    for row in store.rows(
        "select id, data from records where id in (select value from json_each(?))", (json.dumps(sorted(ids)),)
    ):
        yield row["id"], prepare(from_record(Record.from_dict(json.loads(row["data"])), row["id"]))


def _stated(store: Store) -> Iterator[Link]:
    """What the records themselves say, as far as the store has the other one."""
    from harvester.dedupe import Link
    from harvester.dedupe.genre import Genre

    for row in store.rows("select id, data from records where instr(data, '\"relations\"') order by id"):
        for said in json.loads(row["data"]).get("relations", ()):
            kind = said.get("kind", "")
            if kind not in _STATED:
                continue
            relation, is_companion = _STATED[kind]
            for other in _named(store, said):
                companion, main = (row["id"], other) if is_companion else (other, row["id"])
                if companion == main:
                    continue
                if relation == "update":
                    (_, older), *_ = _prepared(store, [companion])
                    relation = "preprint" if older.genre & Genre.PREPRINT else "update"
                yield Link(companion, main, relation, True, f"stated by its source ({kind})")


def _named(store: Store, said: dict[str, str]) -> set[int]:
    """The records that a source's statement names, by PMID or DOI."""
    return {
        row["record_id"]
        for scheme in ("pmid", "doi")
        if said.get(scheme)
        for row in store.rows(
            "select record_id from identifiers where scheme = ? and value = ?", (scheme, said[scheme])
        )
    }
