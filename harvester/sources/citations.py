"""Who cites whom: what a work cites (backward) and what cites it (forward), as six services know it.

Each provider is asked for one seed at a time and gives pages with the records that it links to the seed. What it knows
of and cannot name (a reference without an identifier, a work that it no longer has) is counted: `Linked.unnamed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from harvester.errors import UsageError
from harvester.http import Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources.api import Request
from harvester.sources.base import Source
from harvester.sources.citations_base import BACKWARD, FORWARD, Linked, Provider, Seed, chunks, lookup, records_of
from harvester.sources.citations_med import OfEuropePmc, OfPubMed, OfSemanticScholar
from harvester.sources.crossref import EMAIL, Crossref, work
from harvester.sources.crossref import URL as CROSSREF
from harvester.sources.openalex import OpenAlex


class OfOpenAlex(Provider):
    """OpenAlex: `referenced_works` of the seed, and the filter `cites`."""

    name, label = "openalex", "OpenAlex"

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What OpenAlex links to `seed`."""
        source = OpenAlex()
        text = f"doi:{seed.doi}" if seed.doi else f"pmid:{seed.pmid}"
        nodes = [node for page in source.pages(_search(source, text), http) for node in source.nodes(page.body)]
        if not nodes:
            yield Linked(None, known=False)
        for node in nodes:
            if direction == FORWARD:
                yield from records_of(source, source.pages(_search(source, f"cites:{source.identify(node)}"), http))
                continue
            wanted = [each.rpartition("/")[2] for each in node.get("referenced_works") or ()]
            came: set[str] = set()
            for part in chunks(wanted, 50):
                for linked in records_of(source, source.pages(_search(source, f"openalex:{'|'.join(part)}"), http)):
                    came.update(record.source_id for record in linked.records)
                    yield linked
            yield Linked(None, unnamed=len(set(wanted) - came))


class OfCrossref(Provider):
    """Crossref: the references that publishers deposit. Who cites a work Crossref tells only its members."""

    name, label, directions = "crossref", "Crossref", (BACKWARD,)

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What Crossref links to `seed`; a seed without a DOI it cannot know."""
        source = Crossref()
        found = lookup(source, http, _crossref(http, f"{CROSSREF}/{quote(seed.doi, safe='')}")) if seed.doi else None
        if found is None:
            yield Linked(None, known=False)
            return
        page, held = found
        listed = (held.get("message") or {}).get("reference") or []
        wanted = list(dict.fromkeys(each["DOI"].lower() for each in listed if each.get("DOI")))
        yield Linked(page, unnamed=sum(not each.get("DOI") for each in listed))
        yield from by_doi(source, http, wanted)


class OfOpenCitations(Provider):
    """OpenCitations' index: pairs of identifiers, CC0. The records themselves come from Crossref.

    API: https://opencitations.net/index/api/v2
    """

    name, label = "opencitations", "OpenCitations"

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What OpenCitations links to `seed`. An unknown work and one without links look the same there."""
        source = Crossref()
        verb, side = ("references", "cited") if direction == BACKWARD else ("citations", "citing")
        which = f"doi:{seed.doi}" if seed.doi else f"pmid:{seed.pmid}"
        found = lookup(
            source, http, Request(f"https://api.opencitations.net/index/v2/{verb}/{quote(which, safe=':/')}")
        )
        if found is None or not found[1].get("list"):
            yield Linked(found[0] if found else None, known=False)
            return
        page, held = found
        named = [re.search(r"(?:^|\s)doi:(\S+)|\A(10\.\S+)", str(each.get(side, ""))) for each in held["list"]]
        wanted = list(dict.fromkeys((one[1] or one[2]).lower() for one in named if one))
        yield Linked(page, unnamed=sum(one is None for one in named))
        yield from by_doi(source, http, wanted)


def by_doi(source: Crossref, http: Http, dois: Sequence[str]) -> Iterator[Linked]:
    """The works with these DOIs, forty at once; those that Crossref does not have are counted as unnamed."""
    for part in chunks(dois, 40):
        asked = _crossref(http, CROSSREF, {"filter": ",".join(f"doi:{each}" for each in part), "rows": str(len(part))})
        found = lookup(source, http, asked)
        if found is None:
            yield Linked(None, unnamed=len(part))
            continue
        records = tuple(work(node, source.info.name) for node in found[1]["message"].get("items") or ())
        yield Linked(found[0], records, len(set(part) - {record.source_id for record in records}))


def _crossref(http: Http, url: str, params: dict[str, str] | None = None) -> Request:
    email = http.credential(EMAIL, CROSSREF)
    more = {"mailto": email} if email else {}
    return Request(url, {**(params or {}), **more}, secrets=(email,), keyed=bool(email))


def _search(source: Source, text: str) -> Search:
    return Search(source.info.name, source.info.dialect, text, text)


def provider(name: str) -> Provider:
    """The provider of that name. Raises UsageError."""
    known: dict[str, type[Provider]] = {
        each.name: each for each in (OfPubMed, OfEuropePmc, OfOpenAlex, OfCrossref, OfOpenCitations, OfSemanticScholar)
    }
    if name not in known:
        raise UsageError(f"{name!r} knows no citations", hint=f"Known: {', '.join(known)}.")
    return known[name]()


PROVIDERS = ("pubmed", "europe-pmc", "openalex", "crossref", "opencitations", "semantic-scholar")


def seed(text: str) -> Seed:
    """A seed from a DOI (bare, with `doi:`, or as an address) or a PubMed number. Raises UsageError."""
    from harvester import identifiers

    found = identifiers.doi(text)
    number = "" if found else identifiers.pmid(text)
    if not found and not number:
        raise UsageError(f"{text!r} is neither a DOI nor a PubMed number", hint="Write 10.1000/x, or 12345678.")
    return Seed(found, number)


def of_record(record: Record) -> Seed | None:
    """A record as a seed; None when it has neither a DOI nor a PubMed number."""
    return Seed(record.doi, record.pmid) if record.doi or record.pmid else None
