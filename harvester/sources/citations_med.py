"""Citations as PubMed (elink), Europe PMC and Semantic Scholar know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from harvester.http import Answer, Http
from harvester.search import Search
from harvester.sources import fields
from harvester.sources.api import Request, json_object
from harvester.sources.base import Page
from harvester.sources.citations_base import BACKWARD, Linked, Provider, Seed, chunks, lookup, records_of
from harvester.sources.europepmc import EuropePmc
from harvester.sources.pubmed import PubMed
from harvester.sources.pubmed_eutils import BASE, EMAIL, KEY, PER_SECOND, PER_SECOND_WITH_KEY, Eutils
from harvester.sources.semanticscholar import FIELDS, SemanticScholar, paper
from harvester.sources.semanticscholar import KEY as S2_KEY

_REST = "https://www.ebi.ac.uk/europepmc/webservices/rest"
_S2 = "https://api.semanticscholar.org/graph/v1/paper"


class OfPubMed(Provider):
    """PubMed: elink's pubmed_pubmed_refs and pubmed_pubmed_citedin, which know what PubMed Central's articles cite.

    https://www.ncbi.nlm.nih.gov/books/NBK25499/
    """

    name, label = "pubmed", "PubMed"

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What PubMed links to `seed`."""
        number = seed.pmid or self._number(seed.doi, http)
        if not number:
            yield Linked(None, known=False)
            return
        name = "pubmed_pubmed_refs" if direction == BACKWARD else "pubmed_pubmed_citedin"
        answer, wanted = self._elink(number, name, http)
        yield Linked(
            Page("citations", answer.request, answer.status, answer.body, answer.fetched_at, "", answer.media_type)
        )
        source = PubMed()
        came: set[str] = set()
        for part in chunks(wanted, 200):
            text = " OR ".join(f"{each}[uid]" for each in part)
            for linked in records_of(source, source.pages(Search("pubmed", "pubmed", text, text), http)):
                came.update(record.source_id for record in linked.records)
                yield linked
        yield Linked(None, unnamed=len(set(wanted) - came))

    def _number(self, doi: str, http: Http) -> str:
        found, _ = Eutils(http).search(f'"{doi}"[doi]', limit=2)
        return found.ids[0] if len(found.ids) == 1 else ""

    def _elink(self, number: str, name: str, http: Http) -> tuple[Answer, list[str]]:
        key, email = http.credential(KEY, BASE), http.credential(EMAIL, BASE)
        params = {"dbfrom": "pubmed", "db": "pubmed", "id": number, "linkname": name, "retmode": "json"}
        who = {"tool": "harvester", "api_key": key, "email": email}
        held: list[dict[str, Any]] = []

        def judge(answer: Answer) -> None:
            held[:] = [json_object(answer, self.name, "linksets")]

        answer = http.ask(
            f"{BASE}elink.fcgi",
            params=params | {each: value for each, value in who.items() if value},
            source=self.name,
            per_second=PER_SECOND_WITH_KEY if key else PER_SECOND,
            keyed=bool(key),
            judge=judge,
        )
        sets = [one for each in held[0]["linksets"] for one in each.get("linksetdbs") or ()]
        return answer, [str(link) for each in sets if each.get("linkname") == name for link in each.get("links") or ()]


class OfEuropePmc(Provider):
    """Europe PMC: its references and citations modules. https://europepmc.org/RestfulWebService"""

    name, label = "europe-pmc", "Europe PMC"

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What Europe PMC links to `seed`."""
        source = EuropePmc()
        text = f"(EXT_ID:{seed.pmid} AND SRC:MED)" if seed.pmid else f'DOI:"{seed.doi}"'
        search = Search(source.info.name, "europepmc", text, text)
        nodes = [node for page in source.pages(search, http) for node in source.nodes(page.body)]
        if not nodes:
            yield Linked(None, known=False)
            return
        wanted: list[str] = []
        for node in nodes[:1]:
            yield from self._listed(source, http, f"{node['source']}/{quote(str(node['id']))}", direction, wanted)
        came: set[str] = set()
        for part in chunks(list(dict.fromkeys(wanted)), 100):
            pairs = [each.partition(":") for each in part]
            text = " OR ".join(f"(EXT_ID:{number} AND SRC:{where})" for where, _, number in pairs)
            for linked in records_of(source, source.pages(Search(self.name, "europepmc", text, text), http)):
                came.update(record.source_id for record in linked.records)
                yield linked
        yield Linked(None, unnamed=len(set(wanted) - came))

    def _listed(self, source: EuropePmc, http: Http, work: str, direction: str, wanted: list[str]) -> Iterator[Linked]:
        """The pages that list the links; the ids they name are put into `wanted`."""
        verb, one = ("references", "reference") if direction == BACKWARD else ("citations", "citation")
        got, page_number = 0, 1
        while True:
            params = {"page": str(page_number), "pageSize": "1000", "format": "json"}
            found = lookup(source, http, Request(f"{_REST}/{work}/{verb}", params))
            if found is None:
                return
            page, held = found
            listed = (held.get(f"{one}List") or {}).get(one) or []
            named = [f"{each['source']}:{each['id']}" for each in listed if each.get("id") and each.get("source")]
            wanted += named
            got += len(listed)
            yield Linked(page, unnamed=len(listed) - len(named))
            if not listed or got >= int(held.get("hitCount") or 0):
                return
            page_number += 1


class OfSemanticScholar(Provider):
    """Semantic Scholar: references and citations of a paper, with the papers' own fields."""

    name, label = "semantic-scholar", "Semantic Scholar"

    def links(self, seed: Seed, direction: str, http: Http) -> Iterator[Linked]:
        """What Semantic Scholar links to `seed`."""
        source = SemanticScholar()
        key = http.credential(S2_KEY, _S2)
        which = f"DOI:{seed.doi}" if seed.doi else f"PMID:{seed.pmid}"
        verb, side = ("references", "citedPaper") if direction == BACKWARD else ("citations", "citingPaper")
        at = "0"
        while at:
            found = lookup(
                source,
                http,
                Request(
                    f"{_S2}/{quote(which, safe=':/')}/{verb}",
                    {"fields": FIELDS, "limit": "1000", "offset": at},
                    {"x-api-key": key} if key else {},
                    secrets=(key,),
                    keyed=bool(key),
                ),
            )
            if found is None:
                yield Linked(None, known=False)
                return
            page, held = found
            papers = [each.get(side) or {} for each in held.get("data") or ()]
            records = tuple(paper(each, self.name) for each in papers if each.get("paperId"))
            yield Linked(page, records, len(papers) - len(records))
            at = fields.text(held.get("next")) if papers else ""
