"""esearch and einfo: searching, with PubMed's limits (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np

from harvester.sandbox.answers import JSON, Answer, Query, World, number, of_json, of_text, xml_text
from harvester.sandbox.chance import Bools, Ints, draws
from harvester.sandbox.dates import span
from harvester.sandbox.evaluate import Notes, SearchFailed, dated
from harvester.sandbox.fields import DATES, FIELDS

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n<eSearchResult>'
)
REACH = 9999
TOO_DEEP = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve "
    "the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that "
    "contains additional logic to batch PubMed search results automatically so that an arbitrary number can be "
    "retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_SORTS = ("", "relevance", "pub_date", "pub+date", "author", "journalname", "journal", "most+recent", "most_recent")
_DATE_TYPES = {"pdat": "dp", "edat": "edat", "mdat": "lr", "crdt": "crdt", "mhda": "mhda"}


@dataclass(slots=True)
class _Result:
    count: int
    retmax: int
    retstart: int
    pmids: list[int]
    query_key: int
    environment: str
    translation: str
    notes: Notes


def esearch(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one esearch request."""
    as_json = parameters.get("retmode", "").casefold() == "json"
    database = parameters.get("db", "pubmed") or "pubmed"
    if database != "pubmed":
        return _error(f"Invalid db name specified: {database}", as_json)
    try:
        result = _search(world, parameters)
    except SearchFailed as failure:
        return _error(str(failure), as_json)
    count_only = parameters.get("rettype", "").casefold() == "count"
    return _as_json(result, count_only) if as_json else _as_xml(result, count_only)


def _search(world: World, parameters: dict[str, str]) -> _Result:
    retstart, retmax = number(parameters, "retstart", 0), number(parameters, "retmax", 20)
    environment = parameters.get("WebEnv", "")
    term = parameters.get("term", "").strip()
    key = number(parameters, "query_key", 0)
    if environment and key:
        if world.history.get(environment, key) is None:
            raise SearchFailed(f"Unable to obtain query #{key}")
        term = f"#{key} AND ({term})" if term else f"#{key}"
    if not term:
        raise SearchFailed("Empty term and query_key - nothing todo")
    if retstart > REACH - 1:
        raise SearchFailed(TOO_DEEP)
    if term.count("(") != term.count(")") and not term.replace("(", "").replace(")", "").strip():
        raise SearchFailed("Search Backend failed: Exception:\nsyntax error in the query")

    def earlier(number_: int) -> Bools:
        query = world.history.get(environment, number_)
        if query is None:
            raise SearchFailed(f"Unable to obtain query #{number_}")
        return world.mask_of(query)

    outcome = world.evaluator.run(term, world.today, earlier=earlier, default_field=parameters.get("field", ""))
    mask, translation, notes = outcome.mask, outcome.translation, outcome.notes
    period = _period(world, parameters)
    if period is not None:
        code, low, high = period
        mask = mask & dated(world.lookup, world.today, code, low, high)
        shown = f"{date.fromordinal(low):%Y/%m/%d}:{date.fromordinal(high):%Y/%m/%d}[{FIELDS[code][0]}]"
        translation = f"({translation}) AND {shown}" if " " in translation else f"{translation} AND {shown}"
    order = _order(world, parameters.get("sort", ""), notes)
    pmids = world.corpus.pmid[order[mask[order]]]
    count = len(pmids)
    wanted = retmax
    if retmax > REACH or retstart + retmax > REACH:
        wanted = REACH - retstart
        if count > retstart + wanted or retmax > REACH:
            notes.messages.append(f"Restrictions achieved. start and count adjusted to {retstart}, {wanted}")
    if not count:
        notes.messages.append("No items found.")
    page = pmids[retstart : retstart + wanted]
    kept, query_key = "", 0
    if parameters.get("usehistory", "").casefold() == "y":
        kept, query_key = world.history.add(environment, Query(term, pmids))
    return _Result(count, min(wanted, len(page)), retstart, page.tolist(), query_key, kept, translation, notes)


def _period(world: World, parameters: dict[str, str]) -> tuple[str, int, int] | None:
    """The range that datetype, mindate, maxdate and reldate ask for."""
    code = _DATE_TYPES.get(parameters.get("datetype", "pdat").casefold(), "dp")
    days = number(parameters, "reldate", 0)
    if days:
        return code, max(1, world.today - days), world.today
    low, high = span(parameters.get("mindate", "")), span(parameters.get("maxdate", ""))
    if low is None or high is None:
        return None  # mindate and maxdate only count together
    return code, low[0], high[1]


def _order(world: World, sort: str, notes: Notes) -> Ints:
    corpus = world.corpus
    name = sort.strip().replace(" ", "+").casefold()
    if name not in _SORTS:
        notes.messages.append(f"Unknown sort schema '{sort}' ignored")
    if name in ("pub_date", "pub+date"):
        latest = np.maximum(np.where(corpus.print_known <= world.today, corpus.printed, 0), corpus.online)
        return np.lexsort((-corpus.pmid, -latest))
    if name == "relevance":
        return np.argsort(draws(corpus.seed, np.arange(corpus.size), 300), kind="stable")
    if name in ("author", "journalname", "journal"):
        keys = corpus.journal if name != "author" else draws(corpus.seed, corpus.base, 211)
        return np.lexsort((-corpus.pmid, keys))
    return corpus.newest_first


def _error(message: str, as_json: bool) -> Answer:
    if as_json:
        # As NCBI does it: the line break in the message is not escaped, so that the body is not valid JSON.
        body = f'{{"header":{{"type":"esearch","version":"0.3"}},"esearchresult":{{"ERROR":{json.dumps(message)}}}}}'
        return of_text(body.replace("\\n", "\n"), JSON)
    return of_text(f"{_HEAD}<ERROR>{xml_text(message)}</ERROR></eSearchResult>\n")


def _as_json(result: _Result, count_only: bool) -> Answer:
    header = {"type": "esearch", "version": "0.3"}
    if count_only:
        return of_json({"header": header, "esearchresult": {"count": str(result.count)}})
    notes = result.notes
    body: dict[str, object] = {
        "count": str(result.count),
        "retmax": str(result.retmax),
        "retstart": str(result.retstart),
    }
    if result.query_key:
        body["querykey"] = str(result.query_key)
        body["webenv"] = result.environment
    body["idlist"] = [str(pmid) for pmid in result.pmids]
    body["translationset"] = [{"from": start, "to": end} for start, end in notes.translations]
    body["querytranslation"] = result.translation
    if notes.phrases_not_found or notes.fields_not_found:
        body["errorlist"] = {
            "phrasesnotfound": notes.phrases_not_found,
            "fieldsnotfound": notes.fields_not_found,
        }
    if notes.phrases_ignored or notes.quoted_not_found or notes.messages:
        body["warninglist"] = {
            "phrasesignored": notes.phrases_ignored,
            "quotedphrasesnotfound": notes.quoted_not_found,
            "outputmessages": notes.messages,
        }
    return of_json({"header": header, "esearchresult": body})


def _tags(tag: str, values: list[str]) -> str:
    return "".join(f"<{tag}>{xml_text(value)}</{tag}>" for value in values)


def _as_xml(result: _Result, count_only: bool) -> Answer:
    if count_only:
        return of_text(f"{_HEAD}\n\t<Count>{result.count}</Count>\n</eSearchResult>\n")
    notes = result.notes
    parts = [
        _HEAD,
        f"<Count>{result.count}</Count><RetMax>{result.retmax}</RetMax><RetStart>{result.retstart}</RetStart>",
    ]
    if result.query_key:
        parts.append(f"<QueryKey>{result.query_key}</QueryKey><WebEnv>{result.environment}</WebEnv>")
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in result.pmids)
    parts.append(f"<IdList>\n{ids}</IdList>" if ids else "<IdList/>")
    sets = "".join(
        f"<Translation>     <From>{xml_text(start)}</From>     <To>{xml_text(end)}</To>    </Translation>"
        for start, end in notes.translations
    )
    parts.append(f"<TranslationSet>{sets}</TranslationSet>" if sets else "<TranslationSet/>")
    parts.append(f"<QueryTranslation>{xml_text(result.translation)}</QueryTranslation>")
    errors = _tags("PhraseNotFound", notes.phrases_not_found) + _tags("FieldNotFound", notes.fields_not_found)
    if errors:
        parts.append(f"<ErrorList>{errors}</ErrorList>")
    warnings = _tags("PhraseIgnored", notes.phrases_ignored) + _tags("QuotedPhraseNotFound", notes.quoted_not_found)
    warnings += _tags("OutputMessage", notes.messages)
    if warnings:
        parts.append(f"<WarningList>{warnings}</WarningList>")
    parts.append("</eSearchResult>\n")
    return of_text("".join(parts))


def einfo(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one einfo request. LastUpdate is the clock's day: a program closes its windows by it."""
    head = (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20190110/einfo.dtd">\n<eInfoResult>\n'
    )
    as_json = parameters.get("retmode", "").casefold() == "json"
    header = {"type": "einfo", "version": "0.3"}
    database = parameters.get("db", "")
    if not database:
        if as_json:
            return of_json({"header": header, "einforesult": {"dblist": ["pubmed"]}})
        return of_text(f"{head}<DbList>\n\n\t<DbName>pubmed</DbName>\n</DbList>\n\n</eInfoResult>\n")
    if database != "pubmed":
        message = f"Can not retrieve DbInfo for db={database}"
        if as_json:
            return of_json({"header": header, "einforesult": {"ERROR": message}})
        return of_text(f"{head}\t<ERROR>{xml_text(message)}</ERROR>\n</eInfoResult>\n")
    day = world.clock
    build, update = f"Build-{day:%Y.%m.%d}.06.33", f"{day:%Y/%m/%d} 06:33"
    count = int(world.corpus.visible(world.today).sum())
    fields = [
        {
            "name": name, "fullname": full, "description": f"{full} (synthetic corpus)", "termcount": "",
            "isdate": "Y" if code in DATES else "N", "isnumerical": "Y" if code == "uid" else "N",
            "singletoken": "N" if code in ("all", "ti", "ab", "tiab", "tw", "ad", "ot") else "Y",
            "hierarchy": "Y" if code in ("mh", "majr", "sh") else "N", "ishidden": "N",
        }
        for code, (full, name, _) in FIELDS.items()
        if name
    ]  # fmt: skip
    links = [
        ("pubmed_pubmed_refs", "References", "Records that a record cites"),
        ("pubmed_pubmed_citedin", "Cited in", "Records that cite a record"),
    ]
    if as_json:
        info = {
            "dbname": "pubmed", "menuname": "PubMed", "description": "PubMed bibliographic record", "dbbuild": build,
            "count": str(count), "lastupdate": update, "fieldlist": fields,
            "linklist": [{"name": n, "menu": m, "description": d, "dbto": "pubmed"} for n, m, d in links],
        }  # fmt: skip
        return of_json({"header": header, "einforesult": {"dbinfo": [info]}})
    tags = {
        "name": "Name", "fullname": "FullName", "description": "Description", "termcount": "TermCount",
        "isdate": "IsDate", "isnumerical": "IsNumerical", "singletoken": "SingleToken", "hierarchy": "Hierarchy",
        "ishidden": "IsHidden",
    }  # fmt: skip
    listed = "".join(
        "<Field>" + "".join(f"<{tags[key]}>{xml_text(value)}</{tags[key]}>" for key, value in f.items()) + "</Field>\n"
        for f in fields
    )
    linked = "".join(
        f"<Link><Name>{n}</Name><Menu>{m}</Menu><Description>{d}</Description><DbTo>pubmed</DbTo></Link>\n"
        for n, m, d in links
    )
    return of_text(
        f"{head}\t<DbInfo>\n\t\t<DbName>pubmed</DbName>\n\t\t<MenuName>PubMed</MenuName>\n"
        f"\t\t<Description>PubMed bibliographic record</Description>\n\t\t<DbBuild>{build}</DbBuild>\n"
        f"\t\t<Count>{count}</Count>\n\t\t<LastUpdate>{update}</LastUpdate>\n\t\t<FieldList>\n{listed}"
        f"\t\t</FieldList>\n\t\t<LinkList>\n{linked}\t\t</LinkList>\n\t</DbInfo>\n\n</eInfoResult>\n"
    )
