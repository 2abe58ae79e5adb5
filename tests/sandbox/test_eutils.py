"""The E-utilities as clients meet them: over HTTP, in XML and JSON, and through Bio.Entrez."""

from __future__ import annotations

import io
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from Bio import Entrez, Medline
from lxml import etree

from harvester.sandbox import Sandbox
from harvester.sandbox.article import articles
from harvester.sandbox.corpus import LAST_DAY, Corpus
from harvester.sandbox.pubmed_xml import article_set

NAVIGATORS = '"community navigator*"[tiab]'
DTDS = Path(Entrez.__file__).parent / "DTDs"


def call(server: Sandbox, service: str, *, post: bool = False, **parameters: object) -> bytes:
    """The body of one answer."""
    data = urllib.parse.urlencode({"db": "pubmed", **parameters})
    address = f"{server.address}/entrez/eutils/{service}.fcgi"
    request = urllib.request.Request(address, data.encode()) if post else f"{address}?{data}"
    with urllib.request.urlopen(request, timeout=20) as answer:
        body: bytes = answer.read()
        return body


def search(server: Sandbox, term: str, **parameters: object) -> dict[str, Any]:
    """One esearch in JSON."""
    result: dict[str, Any] = json.loads(call(server, "esearch", term=term, retmode="json", **parameters))[
        "esearchresult"
    ]
    return result


@pytest.fixture(scope="module")
def large() -> Iterator[Sandbox]:
    """A corpus with more records than PubMed gives of one search."""
    with Sandbox(14_000, rate_limit=False) as server:
        yield server


@pytest.fixture
def entrez(shared_server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Bio.Entrez, pointed at the sandbox: its functions hold NCBI's addresses, so the opener below sends them here."""
    original = Entrez.urlopen if hasattr(Entrez, "urlopen") else urllib.request.urlopen

    def here(request: Any, *rest: Any, **more: Any) -> Any:
        address = request.full_url if isinstance(request, urllib.request.Request) else request
        moved = address.replace("https://eutils.ncbi.nlm.nih.gov", shared_server.address)
        data = request.data if isinstance(request, urllib.request.Request) else None
        return original(urllib.request.Request(moved, data=data), *rest, **more)

    monkeypatch.setattr(Entrez, "urlopen", here)
    monkeypatch.setattr(Entrez, "email", "someone@example.org")
    return Entrez


def test_esearch_counts_and_lists(shared_server: Sandbox) -> None:
    """retmax is 20 unless said, retstart goes on where the page before ended, the newest comes first."""
    first = search(shared_server, NAVIGATORS)
    assert first["retmax"] == "20"
    assert len(first["idlist"]) == 20
    every = search(shared_server, NAVIGATORS, retmax=9999)
    assert len(every["idlist"]) == int(every["count"]) == int(first["count"])
    assert every["idlist"] == sorted(every["idlist"], key=int, reverse=True)
    assert search(shared_server, NAVIGATORS, retstart=20, retmax=5)["idlist"] == every["idlist"][20:25]
    assert search(shared_server, NAVIGATORS, rettype="count") == {"count": first["count"]}
    assert set(search(shared_server, NAVIGATORS, sort="relevance", retmax=9999)["idlist"]) == set(every["idlist"])


def test_xml_and_json_say_the_same(shared_server: Sandbox) -> None:
    """Both forms carry the count, the ids, the translation and the warnings."""
    term = f'{NAVIGATORS} OR xylophone[tiab] OR "health quality"[tiab] AND (community OR of)'
    told = search(shared_server, term, retmax=7)
    tree = etree.fromstring(call(shared_server, "esearch", term=term, retmax=7))
    assert tree.findtext("Count") == told["count"]
    assert [node.text for node in tree.findall("IdList/Id")] == told["idlist"]
    assert tree.findtext("QueryTranslation") == told["querytranslation"]
    assert (
        [n.text for n in tree.findall("ErrorList/PhraseNotFound")]
        == told["errorlist"]["phrasesnotfound"]
        == ["xylophone"]
    )
    quoted = [n.text for n in tree.findall("WarningList/QuotedPhraseNotFound")]
    assert quoted == told["warninglist"]["quotedphrasesnotfound"] == ['"health quality"[Title/Abstract]']
    ignored = [n.text for n in tree.findall("WarningList/PhraseIgnored")]
    assert ignored == told["warninglist"]["phrasesignored"] == ["of"]


def test_every_answer_is_valid_by_its_dtd(shared_server: Sandbox) -> None:
    """By the DTDs that Bio.Entrez brings along (elink's is not deterministic; Bio.Entrez reads it below)."""
    pmids = ",".join(search(shared_server, "all[sb]", retmax=30)["idlist"])
    for service, name, parameters in (
        ("esearch", "esearch.dtd", {"term": f"{NAVIGATORS} OR xylophone[tiab]", "usehistory": "y"}),
        ("esearch", "esearch.dtd", {"term": "mental health"}),
        ("epost", "epost.dtd", {"id": pmids}),
        ("esummary", "esummary-v1.dtd", {"id": pmids}),
        ("einfo", "einfo.dtd", {}),
    ):
        tree = etree.fromstring(call(shared_server, service, **parameters))
        dtd = etree.DTD(str(DTDS / name))
        assert dtd.validate(tree), (service, dtd.error_log)


def test_no_records_are_said_in_words(shared_server: Sandbox) -> None:
    """Zero hits are a count and a message, not an error."""
    told = search(shared_server, "xylophone[tiab]")
    assert told["count"] == "0"
    assert told["warninglist"]["outputmessages"] == ["No items found."]


def test_an_unknown_sort_is_ignored_with_a_warning(shared_server: Sandbox) -> None:
    """The message is NCBI's."""
    told = search(shared_server, NAVIGATORS, sort="date")
    assert told["warninglist"]["outputmessages"] == ["Unknown sort schema 'date' ignored"]


def test_more_than_9999_are_cut_with_a_warning(large: Sandbox) -> None:
    """A larger retmax is clamped, the count stays true."""
    told = search(large, "all[sb]", retmax=20_000)
    assert int(told["count"]) > 12_000
    assert len(told["idlist"]) == 9_999
    assert told["retmax"] == "9999"
    assert told["warninglist"]["outputmessages"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]


def test_the_last_page_within_reach_is_cut(large: Sandbox) -> None:
    """retstart=9500, retmax=500 gives 499 with a warning; retstart=9998 gives one."""
    told = search(large, "all[sb]", retstart=9500, retmax=500)
    assert len(told["idlist"]) == 499
    assert told["warninglist"]["outputmessages"] == ["Restrictions achieved. start and count adjusted to 9500, 499"]
    assert len(search(large, "all[sb]", retstart=9998, retmax=10)["idlist"]) == 1


def test_a_start_beyond_reach_is_an_error_that_is_not_json(large: Sandbox) -> None:
    """ERROR inside status 200; its JSON holds a raw line break, as NCBI's does."""
    body = call(large, "esearch", term="all[sb]", retstart=9999, retmode="json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    assert "'retstart' cannot be larger than 9998" in json.loads(body, strict=False)["esearchresult"]["ERROR"]
    tree = etree.fromstring(call(large, "esearch", term="all[sb]", retstart=9999))
    assert (tree.findtext("ERROR") or "").startswith("Search Backend failed: Exception:\n'retstart'")


def test_history_does_not_lift_the_limit(large: Sandbox) -> None:
    """efetch from a WebEnv ends at 9,999 too: in silence across the limit, with status 400 beyond it."""
    kept = search(large, "all[sb]", usehistory="y", retmax=0)
    where = {"WebEnv": kept["webenv"], "query_key": kept["querykey"], "rettype": "uilist", "retmode": "text"}
    assert len(call(large, "efetch", retstart=9900, retmax=500, **where).split()) == 99
    with pytest.raises(HTTPError) as refused:
        call(large, "efetch", retstart=9999, retmax=500, **where)
    assert refused.value.code == 400
    assert b"cannot be larger than 9998" in refused.value.read()


def test_slices_by_day_of_entry_add_up(large: Sandbox) -> None:
    """What one search cannot list, windows of [crdt] and PMID ranges can, without loss."""
    every = int(search(large, "all[sb]", retmax=0)["count"])
    pmids: set[str] = set()
    for low, high in (("2000", "2017"), ("2018", "2020/04/14"), ("2020/04/15", "2020/04/15"), ("2020/04/16", "3000")):
        told = search(large, f"{low}:{high}[crdt]", retmax=9999)
        assert len(told["idlist"]) == int(told["count"])
        pmids |= set(told["idlist"])
    assert len(pmids) == every
    middle = sorted(map(int, pmids))[every // 2]
    ranges = (f"1:{middle}[uid]", f"{middle + 1}:99999999[uid]")
    assert sum(int(search(large, term, retmax=0)["count"]) for term in ranges) == every


def test_history_holds_searches_and_joins_them(shared_server: Sandbox) -> None:
    """#1 AND #2 in the same WebEnv; an unknown WebEnv is an error inside status 200."""
    first = search(shared_server, NAVIGATORS, usehistory="y")
    second = search(shared_server, "chronic[tiab]", usehistory="y", WebEnv=first["webenv"])
    assert second["webenv"] == first["webenv"]
    assert (first["querykey"], second["querykey"]) == ("1", "2")
    both = search(shared_server, "#1 AND #2", WebEnv=first["webenv"], retmax=999)
    assert both["idlist"] == search(shared_server, f"{NAVIGATORS} AND chronic[tiab]", retmax=999)["idlist"]
    assert search(shared_server, "#1", WebEnv="MCID_gone") == {"ERROR": "Unable to obtain query #1"}


def test_date_parameters(shared_server: Sandbox) -> None:
    """datetype with mindate and maxdate, or reldate, do what the same tags do."""
    by_tag = search(shared_server, f"{NAVIGATORS} AND 2020/01/01:2020/12/31[crdt]", retmax=999)["idlist"]
    told = search(shared_server, NAVIGATORS, datetype="crdt", mindate="2020/01/01", maxdate="2020/12/31", retmax=999)
    assert told["idlist"] == by_tag != []
    assert told["querytranslation"].endswith("2020/01/01:2020/12/31[Date - Create]")
    relative = search(shared_server, "all[sb]", datetype="crdt", reldate=30, retmax=999)
    assert relative["idlist"] == search(shared_server, "2022/07/01:2022/07/31[crdt]", retmax=999)["idlist"]


def test_einfo_tells_the_clock(shared_server: Sandbox) -> None:
    """LastUpdate is the clock's day, Count what exists on it."""
    tree = etree.fromstring(call(shared_server, "einfo"))
    assert (tree.findtext("DbInfo/LastUpdate") or "").startswith("2022/07/31")
    assert tree.findtext("DbInfo/Count") == search(shared_server, "all[sb]")["count"]
    told = json.loads(call(shared_server, "einfo", retmode="json"))["einforesult"]["dbinfo"][0]
    assert told["lastupdate"].startswith("2022/07/31")


def test_every_record_is_valid_by_the_dtd_of_2025(library: Corpus) -> None:
    """PubmedArticleSet after pubmed_250101.dtd, for all 6,000 records."""
    xml = article_set(library, articles(library, list(range(6000)), LAST_DAY))
    tree = etree.fromstring(xml.encode())
    dtd = etree.DTD(str(DTDS / "pubmed_250101.dtd"))
    assert dtd.validate(tree), dtd.error_log[0]
    assert len(tree) == 6000
    assert {node.tag for node in tree} == {"PubmedArticle", "PubmedBookArticle"}


def test_efetch_by_ids_by_history_by_post(shared_server: Sandbox) -> None:
    """The same records, however they are asked for; a long id list goes by POST."""
    kept = search(shared_server, NAVIGATORS, usehistory="y", retmax=500)
    ids = ",".join(kept["idlist"])
    by_ids = call(shared_server, "efetch", post=True, id=ids)
    by_history = call(shared_server, "efetch", WebEnv=kept["webenv"], query_key=kept["querykey"], retmax=500)
    assert by_ids == by_history
    found = re.findall(rb'<PMID Version="\d">(\d+)</PMID>(?=<Date|<Article)', by_ids)
    assert [pmid.decode() for pmid in found] == kept["idlist"]
    assert call(shared_server, "efetch", id=ids, rettype="uilist", retmode="text").decode().split() == kept["idlist"]


def test_unknown_and_deleted_pmids_are_simply_absent(library: Corpus) -> None:
    """No error and no placeholder: fewer records than were asked for."""
    index = int((library.deleted > 0).nonzero()[0][0])
    pmid, gone = int(library.pmid[index]), date.fromordinal(int(library.deleted[index]))
    with Sandbox(6000, gone, rate_limit=False) as server:
        there = search(server, "all[sb]", retmax=1)["idlist"][0]
        listed = {"rettype": "uilist", "retmode": "text"}
        assert call(server, "efetch", id=f"{pmid},{there},1", **listed).decode().split() == [there]
        server.clock = date.fromordinal(gone.toordinal() - 1)
        assert call(server, "efetch", id=str(pmid), **listed).decode().split() == [str(pmid)]


def test_medline_format_is_read_by_bio(shared_server: Sandbox) -> None:
    """Bio.Medline finds ids, titles and abstracts in what efetch writes as text."""
    ids = search(shared_server, f"{NAVIGATORS} AND hasabstract[sb]", retmax=15)["idlist"]
    text = call(shared_server, "efetch", id=",".join(ids), rettype="medline", retmode="text").decode()
    read = list(Medline.parse(io.StringIO(text)))
    assert [record["PMID"] for record in read] == ids
    assert all(record["AB"] for record in read)
    assert all(record.get("TI") or record.get("BTI") for record in read)
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d 06:00", record["CRDT"][0]) for record in read)


def test_bio_entrez_lives_on_it(entrez: Any) -> None:
    """A plain Bio.Entrez client: esearch with history, efetch, esummary, elink, epost, einfo, espell, all by `read`."""
    found = entrez.read(entrez.esearch(db="pubmed", term=NAVIGATORS, usehistory="y", retmax=10))
    assert int(found["Count"]) > 40
    fetched = entrez.read(
        entrez.efetch(db="pubmed", WebEnv=found["WebEnv"], query_key=found["QueryKey"], retmax=10, retmode="xml")
    )
    read = [str(a["MedlineCitation"]["PMID"]) for a in fetched["PubmedArticle"]]
    read += [str(a["BookDocument"]["PMID"]) for a in fetched["PubmedBookArticle"]]
    assert sorted(read) == sorted(str(pmid) for pmid in found["IdList"])
    summaries = entrez.read(entrez.esummary(db="pubmed", id=",".join(found["IdList"])))
    assert [s["Id"] for s in summaries] == list(found["IdList"])
    assert all(s["Title"] for s in summaries)
    links = entrez.read(entrez.elink(dbfrom="pubmed", db="pubmed", id=found["IdList"], linkname="pubmed_pubmed_refs"))
    assert len(links) == 10
    assert any(link["LinkSetDb"] for link in links)
    kept = entrez.read(entrez.elink(dbfrom="pubmed", db="pubmed", id=",".join(found["IdList"]), cmd="neighbor_history"))
    assert kept[0]["LinkSetDbHistory"][0]["QueryKey"] == "1"
    posted = entrez.read(entrez.epost("pubmed", id=",".join(found["IdList"])))
    again = entrez.read(
        entrez.esearch(db="pubmed", term="all[sb]", WebEnv=posted["WebEnv"], query_key=posted["QueryKey"])
    )
    assert again["Count"] == "10"
    assert entrez.read(entrez.einfo(db="pubmed"))["DbInfo"][0]["LastUpdate"].startswith("2022/07/31")
    assert entrez.read(entrez.espell(db="pubmed", term="comunity"))["CorrectedQuery"] == "community"


def test_citations_run_both_ways(shared_server: Sandbox) -> None:
    """Whoever is among the references of a record has it among its citing records; efetch lists the same."""
    asked = {"dbfrom": "pubmed", "retmode": "json"}
    for pmid in search(shared_server, "2022[crdt]", retmax=60)["idlist"]:
        told = json.loads(call(shared_server, "elink", linkname="pubmed_pubmed_refs", id=pmid, **asked))
        if "linksetdbs" in told["linksets"][0]:
            break
    cited = told["linksets"][0]["linksetdbs"][0]["links"]
    back = json.loads(call(shared_server, "elink", linkname="pubmed_pubmed_citedin", id=cited[0], **asked))
    assert pmid in back["linksets"][0]["linksetdbs"][0]["links"]
    tree = etree.fromstring(call(shared_server, "efetch", id=pmid))
    listed = [node.text for node in tree.findall(".//Reference//ArticleId")]
    assert set(cited) <= set(listed)


def test_summaries_in_json(shared_server: Sandbox) -> None:
    """Version 2 in JSON: one entry a uid; nothing to do is said; more than 500 are refused."""
    ids = search(shared_server, "all[sb]", retmax=501)["idlist"]
    told = json.loads(call(shared_server, "esummary", id=",".join(ids[:3]), retmode="json"))["result"]
    assert told["uids"] == ids[:3]
    assert told[ids[0]]["title"]
    assert json.loads(call(shared_server, "esummary", retmode="json"))["esummaryresult"] == [
        "Empty id list - nothing todo"
    ]
    many = json.loads(call(shared_server, "esummary", post=True, id=",".join(ids), retmode="json"))
    assert many["esummaryresult"][0].startswith("Too many UIDs in request.")
    tree = etree.fromstring(call(shared_server, "esummary", id=ids[0], version="2.0"))
    assert tree.find("DocumentSummarySet/DocumentSummary").get("uid") == ids[0]


def test_wrong_requests_are_told_so(shared_server: Sandbox) -> None:
    """An unknown database, an empty term, an empty id list."""
    assert search(shared_server, "cat", db="cats") == {"ERROR": "Invalid db name specified: cats"}
    assert search(shared_server, "") == {"ERROR": "Empty term and query_key - nothing todo"}
    with pytest.raises(HTTPError) as refused:
        call(shared_server, "efetch", id="")
    assert refused.value.code == 400
