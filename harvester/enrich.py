"""Enrichment: what other services know of a kept work and its own sources do not say. Optional, and recorded as such.

Missing abstracts, DOIs and PubMed numbers, open-access addresses, retraction notices. Values are kept beside the
records (table `enrichments`) with who said them and when; no record is changed, and nothing here counts as a search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from harvester.errors import HarvesterError, Refused, UsageError
from harvester.http import Answer
from harvester.record import Record
from harvester.search import Search
from harvester.sources.api import json_object
from harvester.sources.citations import by_doi
from harvester.sources.citations_base import chunks, records_of
from harvester.sources.crossref import EMAIL, Crossref
from harvester.sources.europepmc import EuropePmc
from harvester.store import Store

if TYPE_CHECKING:
    from harvester.http import Http

FIELDS = ("abstract", "doi", "pmid", "pmcid", "open-access", "retraction")
UNPAYWALL = "https://api.unpaywall.org/v2/"
_NOTICES = ("RetractionIn", "PartialRetractionIn", "ExpressionOfConcernIn")
_RETRACTED = "retracted publication"


@dataclass(frozen=True, slots=True)
class Known:
    """A kept record that something may be added to: its identifiers, whether it has an abstract or says a notice."""

    id: int
    doi: str
    pmid: str
    abstract: bool
    notice: bool = False


# What a service says: the record, the field, the value.
Said = tuple[Known, str, str]


def enrich(
    store: Store, http: Http, *, by: Sequence[str] = ("crossref", "europe-pmc"), limit: int = 0
) -> dict[str, Any]:
    """Ask services about the kept works that they were not asked about; returns what came, as JSON values.

    One record of each work is asked about, the first that has a DOI or a PubMed number. `limit` asks about so many
    works at most (0: all). A service that fails fails alone, is named under `failed`, and what it said is kept.
    Raises UsageError for an unknown service, StoreError.
    """
    unknown = [name for name in by if name not in SERVICES]
    if unknown:
        raise UsageError(f"{unknown[0]!r} enriches nothing", hint=f"Known: {', '.join(SERVICES)}.")
    found: dict[tuple[str, str], int] = {}
    failed, asked = [], {}
    for name in dict.fromkeys(by):
        waiting = list(_waiting(store, name))[: limit or None]
        asked[name] = len(waiting)
        try:
            for part in chunks(waiting, 40):
                said = [each for each in SERVICES[name](part, http) if _wanted(*each)]
                _keep(store, name, part, said)
                for _, field, _ in said:
                    found[name, field] = found.get((name, field), 0) + 1
        except HarvesterError as error:
            failed.append({"source": name, "error": str(error), "hint": error.hint})
    return {
        "asked": asked,
        "found": [{"source": name, "field": field, "records": n} for (name, field), n in sorted(found.items())],
        "retracted": retracted(store),
        "failed": failed,
    }


def retracted(store: Store) -> list[dict[str, Any]]:
    """The kept works of which a service says that they are retracted or doubted."""
    rows = store.rows(
        "select r.source, r.source_id, r.title, m.work_id as work, e.value as notice, e.source as by "
        "from enrichments e join records r on r.id = e.record_id left join work_records m on m.record_id = r.id "
        "where e.field = 'retraction' order by r.id, e.source"
    )
    return [dict(row) for row in rows]


def _waiting(store: Store, service: str) -> Iterator[Known]:
    rows = store.rows(
        "select min(r.id) as id, max(r.abstract <> '') as abstract, "
        "max(r.data like '%\"RetractionIn\"%' or r.data like '%retracted publication%') as notice, "
        "max((select value from identifiers i where i.record_id = r.id and i.scheme = 'doi' limit 1)) as doi, "
        "max((select value from identifiers i where i.record_id = r.id and i.scheme = 'pmid' limit 1)) as pmid "
        "from records r left join work_records m on m.record_id = r.id group by coalesce(m.work_id, -r.id) order by 1"
    )
    done = {
        row["record_id"]
        for row in store.rows("select record_id from enrichments where source = ? and field = 'asked'", (service,))
    }
    for row in rows:
        if row["id"] not in done and (row["doi"] or row["pmid"]):
            yield Known(row["id"], row["doi"] or "", row["pmid"] or "", bool(row["abstract"]), bool(row["notice"]))


def _wanted(known: Known, field: str, value: str) -> bool:
    """Only what the work lacks is an enrichment."""
    has = {
        "abstract": known.abstract,
        "doi": bool(known.doi),
        "pmid": bool(known.pmid),
        "retraction": known.notice,
    }
    return bool(value) and not has.get(field, False)


def _keep(store: Store, service: str, part: Sequence[Known], said: Sequence[Said]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [(known.id, "asked", "", service, now) for known in part]
    rows += [(known.id, field, value, service, now) for known, field, value in said]
    with store.transaction():
        store.many(
            "insert or ignore into enrichments (record_id, field, value, source, fetched_at) values (?, ?, ?, ?, ?)",
            rows,
        )


def _of_record(known: Known, record: Record) -> Iterator[Said]:
    yield known, "abstract", record.abstract_text
    for scheme in ("doi", "pmid", "pmcid"):
        for value in record.identifiers.get(scheme, ())[:1]:
            yield known, scheme, value
    notices = {tie.kind for tie in record.relations if tie.kind in _NOTICES}
    notices |= {kind for kind in record.publication_types if kind.lower() == _RETRACTED}
    for notice in sorted(notices):
        yield known, "retraction", notice


def _crossref(part: Sequence[Known], http: Http) -> Iterator[Said]:
    known = {each.doi: each for each in part if each.doi}
    for linked in by_doi(Crossref(), http, list(known)):
        for record in linked.records:
            if record.source_id in known:
                yield from _of_record(known[record.source_id], record)


def _europe_pmc(part: Sequence[Known], http: Http) -> Iterator[Said]:
    by_pmid = {each.pmid: each for each in part if each.pmid}
    by_number = {each.doi: each for each in part if each.doi}
    parts = [f"(EXT_ID:{each} AND SRC:MED)" for each in by_pmid]
    parts += [f'DOI:"{each.doi}"' for each in part if each.doi and not each.pmid]
    text = " OR ".join(parts)
    source = EuropePmc()
    for linked in records_of(source, source.pages(Search(source.info.name, "europepmc", text, text), http)):
        for record in linked.records:
            known = by_pmid.get(record.pmid) or by_number.get(record.doi)
            if known is not None:
                yield from _of_record(known, record)


def _unpaywall(part: Sequence[Known], http: Http) -> Iterator[Said]:
    """https://unpaywall.org/products/api: one DOI a request, 100,000 a day, an e-mail address in each."""
    email = http.credential(EMAIL, UNPAYWALL)
    if not email:
        raise Refused(f"needs {EMAIL}, which is not set", source="unpaywall", hint=f"Set {EMAIL} to your address.")
    for known in part:
        if known.doi:
            held = _looked_up(f"{UNPAYWALL}{quote(known.doi, safe='/')}", email, http)
            place = held.get("best_oa_location") or {}
            yield known, "open-access", str(place.get("url_for_pdf") or place.get("url") or "")


def _looked_up(url: str, email: str, http: Http) -> dict[str, Any]:
    """Unpaywall's word on one DOI; nothing for one that it does not know (404)."""
    held: list[dict[str, Any]] = []

    def judge(answer: Answer) -> None:
        held[:] = [json_object(answer, "unpaywall")]

    def refusal(answer: Answer) -> None:
        if answer.status == 404:
            raise _UnknownError

    try:
        http.get(
            url, params={"email": email}, source="unpaywall", per_second=5, keyed=True, judge=judge, refusal=refusal
        )
    except _UnknownError:
        return {}
    return held[0]


class _UnknownError(Exception):
    """The service does not know the work."""


SERVICES: dict[str, Callable[[Sequence[Known], Any], Iterator[Said]]] = {
    "crossref": _crossref,
    "europe-pmc": _europe_pmc,
    "unpaywall": _unpaywall,
}


def of_record(store: Store, record_id: int) -> list[dict[str, str]]:
    """What is added to a record: field, value, source, fetched_at; what was only asked is left out."""
    rows = store.rows(
        "select field, value, source, fetched_at from enrichments where record_id = ? and field <> 'asked' "
        "order by field, source, value",
        (record_id,),
    )
    return [dict(row) for row in rows]
