"""efetch, epost and the choice of records that they and esummary and elink share."""

from __future__ import annotations

import numpy as np

from harvester.sandbox.answers import TEXT, Answer, Query, World, number, of_text, xml_text
from harvester.sandbox.article import articles
from harvester.sandbox.esearch import REACH, TOO_DEEP
from harvester.sandbox.pubmed_text import as_abstract, as_medline
from harvester.sandbox.pubmed_xml import article_set
from harvester.sandbox.words import digits

_ERROR_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
)


class NoSuchRecords(Exception):
    """The request names no records; the message is NCBI's."""


def ids_of(parameters: dict[str, str]) -> list[int]:
    """The PMIDs of an `id` parameter; what is no number is left out, as NCBI does."""
    parts = parameters.get("id", "").replace(";", ",").replace(" ", ",").split(",")
    return [int(part.split(".")[0]) for part in parts if digits(part.split(".")[0])]


def chosen(world: World, parameters: dict[str, str], default_retmax: int) -> list[int]:
    """Indices of the records that `id`, or WebEnv and query_key, name. Raises NoSuchRecords."""
    environment, key = parameters.get("WebEnv", ""), number(parameters, "query_key", 0)
    retstart = number(parameters, "retstart", 0)
    retmax = number(parameters, "retmax", default_retmax)
    if environment and key:
        query = world.history.get(environment, key)
        if query is None:
            raise NoSuchRecords(f"Unable to obtain query #{key}")
        if retstart > REACH - 1:
            raise NoSuchRecords(TOO_DEEP)
        # Past the limit a page is cut without a word: 9,999 records is all that a history gives.
        return world.existing(query.pmids[retstart : min(retstart + retmax, REACH)].tolist())
    pmids = ids_of(parameters)
    if not pmids:
        raise NoSuchRecords("ID list is empty! Possibly it has no correct IDs.")
    if "retstart" in parameters or "retmax" in parameters:
        pmids = pmids[retstart : retstart + retmax]
    return world.existing(list(dict.fromkeys(pmids)))


def efetch(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one efetch request. Deleted and unknown PMIDs are simply absent."""
    if (parameters.get("db", "pubmed") or "pubmed") != "pubmed":
        return _error(f"Invalid db name specified: {parameters['db']}")
    try:
        found = chosen(world, parameters, REACH)
    except NoSuchRecords as failure:
        return _error(str(failure))
    rettype, retmode = parameters.get("rettype", "").casefold(), parameters.get("retmode", "").casefold()
    if rettype == "uilist" or retmode == "json":
        # efetch knows no JSON for PubMed: asked for it, it lists identifiers as text.
        pmids = [int(world.corpus.pmid[index]) for index in found]
        if retmode == "xml":
            ids = "".join(f"\t<Id>{pmid}</Id>\n" for pmid in pmids)
            return of_text(f'<?xml version="1.0" ?>\n<IdList>\n{ids}</IdList>\n')
        return of_text("".join(f"{pmid}\n" for pmid in pmids), TEXT)
    return _written(world, found, rettype, as_text=retmode == "text")


def _written(world: World, indices: list[int], rettype: str, *, as_text: bool) -> Answer:
    told = articles(world.corpus, indices, world.today)
    if rettype == "medline":
        return of_text(as_medline(world.corpus, told), TEXT)
    if as_text and rettype in ("abstract", ""):
        return of_text(as_abstract(told), TEXT)
    return of_text(article_set(world.corpus, told))


def _error(message: str) -> Answer:
    return of_text(f"{_ERROR_HEAD}<eFetchResult>\n\t<ERROR>{xml_text(message)}</ERROR>\n</eFetchResult>\n", status=400)


def epost(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one epost request: keep a list of PMIDs on the history server."""
    head = (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd"><ePostResult>\n'
    )
    database = parameters.get("db", "pubmed") or "pubmed"
    if database != "pubmed":
        return of_text(
            f"{head}\t<ERROR>Invalid db name specified: {xml_text(database)}</ERROR>\n</ePostResult>\n", status=400
        )
    pmids = ids_of(parameters)
    if not pmids:
        return of_text(f"{head}\t<ERROR>Empty ID list; Nothing to store</ERROR>\n</ePostResult>\n", status=400)
    known = [int(world.corpus.pmid[index]) for index in world.existing(list(dict.fromkeys(pmids)))]
    lost = [pmid for pmid in pmids if pmid not in set(known)]
    environment, key = world.history.add(parameters.get("WebEnv", ""), Query("epost", np.array(known, dtype=np.int64)))
    invalid = "".join(f"\n\t\t<Id>{pmid}</Id>" for pmid in lost)
    listed = f"\t<InvalidIdList>{invalid}\n\t</InvalidIdList>\n" if lost else ""
    return of_text(f"{head}{listed}\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{environment}</WebEnv>\n</ePostResult>\n")
