"""Which work a record of a screening tool's file is: by its numbers first, then by the deduplicator. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvester.record import Record
from harvester.store import Store, decisions, each_record

_WORDS = re.compile(r"\w+")
_SCHEMES = ("doi", "pmid", "pmcid")
_ALIKE = 0.5  # of the shorter title's words; a number with another title's words is a mistaken number


@dataclass(frozen=True, slots=True)
class Match:
    """The record of the store that a file's record is, and what told so; or why there is none."""

    record: int | None
    by: str = ""
    why: str = ""


def find(store: Store, wanted: Sequence[Record]) -> list[Match]:
    """A match for each of `wanted`, in their order."""
    by_number = _Numbers(store)
    found = [by_number.find(record) for record in wanted]
    open_ = [place for place, match in enumerate(found) if match.record is None and wanted[place].title]
    if open_:
        for place, match in zip(open_, _by_deduplicator(store, [wanted[place] for place in open_]), strict=True):
            if match.record is not None or not found[place].why:
                found[place] = match
    return [match if match.record or match.why else Match(None, why="no work has its numbers") for match in found]


class _Numbers:
    """The store's records by their identifiers and their sources' own ids."""

    def __init__(self, store: Store) -> None:
        self._work_of: dict[int, int] = {}
        self._titles: dict[int, str] = {}
        self._own: dict[tuple[str, str], int] = {}
        for row in store.rows(
            "select r.id, r.source, r.source_id, r.title, m.work_id from records r "
            "join work_records m on m.record_id = r.id order by r.id"
        ):
            self._work_of[row["id"]], self._titles[row["id"]] = row["work_id"], row["title"]
            self._own[row["source"], row["source_id"]] = row["id"]
        self._by: dict[tuple[str, str], list[int]] = {}
        for row in store.rows("select scheme, value, record_id from identifiers order by record_id"):
            if row["record_id"] in self._work_of:
                self._by.setdefault((row["scheme"], row["value"]), []).append(row["record_id"])

    def find(self, record: Record) -> Match:
        """The record with the same number, when all with it are one work and its title is not another's."""
        why = ""
        for by, ids in self._candidates(record):
            alike = [each for each in ids if alike_titles(record.title, self._titles[each])]
            if not alike:
                why = why or f"its {by} is that of {self._titles[ids[0]]!r}"
                continue
            found = {self._work_of[each] for each in alike}
            if len(found) == 1:
                return Match(min(alike), by)
            exact = [each for each in alike if _words(self._titles[each]) == _words(record.title)]
            if len({self._work_of[each] for each in exact}) == 1:
                return Match(min(exact), by)
            why = why or f"its {by} is that of {len(found)} works: {', '.join(map(str, sorted(found)))}"
        return Match(None, why=why)

    def _candidates(self, record: Record) -> Iterable[tuple[str, list[int]]]:
        named = [(record.source, record.source_id)]
        named += [tuple(each.split(":", 1)) for each in record.extra.get("members", ()) if ":" in each]
        own = [self._own[each] for each in named if each in self._own]
        if own:
            yield "id", own
        for scheme in _SCHEMES:
            values = record.identifiers.get(scheme, ())
            ids = sorted({each for value in values for each in self._by.get((scheme, value), ())})
            if ids:
                yield scheme, ids


def alike_titles(a: str, b: str) -> bool:
    """Whether two titles may be one work's: half of the shorter one's words are in the other. A missing one may."""
    x, y = set(_words(a)), set(_words(b))
    if not x or not y:
        return True
    return len(x & y) >= _ALIKE * min(len(x), len(y))


def _words(title: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", title) if not unicodedata.combining(char))
    return _WORDS.findall(plain.casefold())


def _by_deduplicator(store: Store, wanted: Sequence[Record]) -> list[Match]:
    from harvester.dedupe import Decision, dedupe, from_record

    rows = [from_record(record, record_id) for record_id, record in each_record(store)]
    rows += [from_record(record, f"wanted {place}") for place, record in enumerate(wanted)]
    by_hand = [Decision(row["record_a"], row["record_b"], row["verdict"]) for row in decisions.standing(store)]
    result = dedupe(rows, decisions=by_hand)
    work_of = {row[0]: row[1] for row in store.rows("select record_id, work_id from work_records")}
    found: dict[str, Match] = {}
    for cluster in result.clusters:
        ours = [key for key in cluster if isinstance(key, int)]
        works = {work_of[key] for key in ours if key in work_of}
        for key in cluster:
            if isinstance(key, str) and len(works) == 1:
                found[key] = Match(min(ours), "duplicate")
            elif isinstance(key, str) and works:
                found[key] = Match(None, why=f"it is like several works: {', '.join(map(str, sorted(works)))}")
    perhaps: dict[str, list[int]] = {}
    for pair in result.uncertain:
        for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
            if isinstance(one, str) and isinstance(other, int):
                perhaps.setdefault(one, []).append(other)
    return [
        found.get(key) or Match(None, why=_why(perhaps.get(key, [])))
        for key in (f"wanted {place}" for place in range(len(wanted)))
    ]


def _why(perhaps: list[int]) -> str:
    if perhaps:
        return f"perhaps record {', '.join(map(str, perhaps))}, but not surely"
    return "no work is like it"
