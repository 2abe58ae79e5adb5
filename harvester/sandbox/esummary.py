"""esummary in its two XML versions and JSON, and espell."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

from harvester.sandbox.answers import Answer, World, of_json, of_text, xml_text
from harvester.sandbox.article import Article, articles
from harvester.sandbox.efetch import NoSuchRecords, chosen
from harvester.sandbox.lookup import Lookup
from harvester.sandbox.people import JOURNALS
from harvester.sandbox.pubmed_text import languages_of, printed_date, source_of
from harvester.sandbox.pubmed_xml import issn_of, publication_status
from harvester.sandbox.units import plain
from harvester.sandbox.words import words

_V1 = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20041029/esummary-v1.dtd">\n<eSummaryResult>\n'
)
_V2 = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20160808/esummary_pubmed.dtd">\n<eSummaryResult>\n'
)
_HEADER = {"type": "esummary", "version": "0.3"}
_MOST_JSON = 500
Summary = dict[str, object]


def esummary(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one esummary request."""
    as_json = parameters.get("retmode", "").casefold() == "json"
    try:
        found = chosen(world, parameters, 10_000)
    except NoSuchRecords as failure:
        message = "Empty id list - nothing todo" if "empty" in str(failure) else str(failure)
        if as_json:
            return of_json({"header": _HEADER, "esummaryresult": [message]})
        return of_text(f"{_V1}\t<ERROR>{xml_text(message)}</ERROR>\n</eSummaryResult>\n")
    if as_json:
        if len(found) > _MOST_JSON:
            message = f"Too many UIDs in request. Maximum number of UIDs is {_MOST_JSON} for JSON format output."
            return of_json({"header": _HEADER, "esummaryresult": [message]})
        told = [_summary(article) for article in articles(world.corpus, found, world.today)]
        result: Summary = {"uids": [summary["uid"] for summary in told]}
        result.update({str(summary["uid"]): summary for summary in told})
        return of_json({"header": _HEADER, "result": result})
    told = [_summary(article) for article in articles(world.corpus, found, world.today)]
    if parameters.get("version", "") == "2.0":
        body = "".join(_document(summary) for summary in told)
        build = f"Build-{world.clock:%Y.%m.%d}.06.33"
        return of_text(
            f'{_V2}<DocumentSummarySet status="OK">\n<DbBuild>{build}</DbBuild>\n\n{body}\n</DocumentSummarySet>\n'
            "</eSummaryResult>\n"
        )
    return of_text(_V1 + "".join(_doc_sum(summary) for summary in told) + "</eSummaryResult>\n")


def _summary(article: Article) -> Summary:
    title, abbreviation, _ = JOURNALS[article.journal]
    names = [f"{family} {initials}" if family else initials for family, _, initials in article.authors]
    online = date.fromordinal(article.online) if article.online else None
    ids = [("pubmed", 1, str(article.pmid))]
    if article.doi:
        ids.append(("doi", 3, article.doi))
    if article.pmc:
        ids.append(("pmc", 8, article.pmc))
    history = [("pubmed", article.created), ("entrez", article.entered)]
    if article.indexed:
        history.append(("medline", article.indexed))
    return {
        "uid": str(article.pmid),
        "pubdate": printed_date(article),
        "epubdate": f"{online:%Y %b} {online.day}" if online else "",
        "source": abbreviation,
        "authors": [
            {"name": name, "authtype": "Author" if article.authors[place][0] else "CollectiveName", "clusterid": ""}
            for place, name in enumerate(names)
        ],
        "lastauthor": names[-1] if names else "",
        "title": plain(article.title),
        "sorttitle": " ".join(words(plain(article.title))),
        "volume": article.volume,
        "issue": article.issue,
        "pages": article.pages or article.elocation,
        "lang": article.languages,
        "langnames": languages_of(article),
        "nlmuniqueid": str(9000000 + article.journal),
        "issn": issn_of(article),
        "essn": "",
        "pubtype": article.types,
        "recordstatus": "PubMed - indexed for MEDLINE" if article.indexed else "PubMed",
        "pubstatus": publication_status(article),
        "articleids": [{"idtype": kind, "idtypen": code, "value": value} for kind, code, value in ids],
        "history": [{"pubstatus": kind, "date": f"{date.fromordinal(day):%Y/%m/%d} 06:00"} for kind, day in history],
        "references": [],
        "attributes": ["Has Abstract"] if article.sections else [],
        "pmcrefcount": 0,
        "fulljournalname": plain(title),
        "elocationid": f"doi: {article.doi}" if article.doi else "",
        "doctype": "book" if article.book else "citation",
        "booktitle": "Handbook of Synthetic Community Care" if article.book else "",
        "sortpubdate": f"{date.fromordinal(article.printed or article.online):%Y/%m/%d} 00:00",
        "sortfirstauthor": names[0] if names else "",
        "so": source_of(article),
    }


def _item(name: str, kind: str, value: object) -> str:
    return f'\t<Item Name="{name}" Type="{kind}">{escape(str(value))}</Item>\n'


def _list(name: str, entry: str, values: list[str]) -> str:
    inner = "".join(f"\t\t{_item(entry, 'String', value).strip()}\n" for value in values)
    return (
        f'\t<Item Name="{name}" Type="List">\n{inner}\t</Item>\n'
        if inner
        else f'\t<Item Name="{name}" Type="List"></Item>\n'
    )


def _rows(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(entry) for entry in value]


def _doc_sum(summary: Summary) -> str:
    """Version 1: items."""
    ids = "".join(
        f"\t\t{_item(str(row['idtype']), 'String', row['value']).strip()}\n" for row in _rows(summary["articleids"])
    )
    days = "".join(
        f"\t\t{_item(str(row['pubstatus']), 'Date', row['date']).strip()}\n" for row in _rows(summary["history"])
    )
    parts = [
        f"<DocSum>\n\t<Id>{summary['uid']}</Id>\n",
        _item("PubDate", "Date", summary["pubdate"]),
        _item("EPubDate", "Date", summary["epubdate"]),
        _item("Source", "String", summary["source"]),
        _list("AuthorList", "Author", [str(row["name"]) for row in _rows(summary["authors"])]),
        _item("LastAuthor", "String", summary["lastauthor"]),
        _item("Title", "String", summary["title"]),
        _item("Volume", "String", summary["volume"]),
        _item("Issue", "String", summary["issue"]),
        _item("Pages", "String", summary["pages"]),
        _list("LangList", "Lang", _texts(summary["langnames"])),
        _item("NlmUniqueID", "String", summary["nlmuniqueid"]),
        _item("ISSN", "String", summary["issn"]),
        _item("ESSN", "String", summary["essn"]),
        _list("PubTypeList", "PubType", _texts(summary["pubtype"])),
        _item("RecordStatus", "String", summary["recordstatus"]),
        _item("PubStatus", "String", summary["pubstatus"]),
        f'\t<Item Name="ArticleIds" Type="List">\n{ids}\t</Item>\n',
        f'\t<Item Name="History" Type="List">\n{days}\t</Item>\n',
        _list("References", "Reference", []),
        _item("HasAbstract", "Integer", int(bool(summary["attributes"]))),
        _item("PmcRefCount", "Integer", summary["pmcrefcount"]),
        _item("FullJournalName", "String", summary["fulljournalname"]),
        _item("ELocationID", "String", summary["elocationid"]),
        _item("SO", "String", summary["so"]),
        "</DocSum>\n",
    ]
    return "".join(parts)


def _document(summary: Summary) -> str:
    """Version 2: elements."""

    def tag(name: str, value: object) -> str:
        return f"\t<{name}>{escape(str(value))}</{name}>\n"

    authors = "".join(
        f"\t\t<Author>\n\t\t\t<Name>{escape(str(row['name']))}</Name>\n\t\t\t<AuthType>{row['authtype']}</AuthType>\n"
        "\t\t\t<ClusterID></ClusterID>\n\t\t</Author>\n"
        for row in _rows(summary["authors"])
    )
    ids = "".join(
        f"\t\t<ArticleId>\n\t\t\t<IdType>{row['idtype']}</IdType>\n\t\t\t<IdTypeN>{row['idtypen']}</IdTypeN>\n"
        f"\t\t\t<Value>{escape(str(row['value']))}</Value>\n\t\t</ArticleId>\n"
        for row in _rows(summary["articleids"])
    )
    languages = "".join(f"<string>{code}</string>" for code in _texts(summary["lang"]))
    types = "".join(f"<flag>{escape(name)}</flag>" for name in _texts(summary["pubtype"]))
    days = "".join(
        f"\t\t<PubMedPubDate>\n\t\t\t<PubStatus>{row['pubstatus']}</PubStatus>\n\t\t\t<Date>{row['date']}</Date>\n"
        "\t\t</PubMedPubDate>\n"
        for row in _rows(summary["history"])
    )
    return "".join(
        [
            f'<DocumentSummary uid="{summary["uid"]}">\n',
            tag("PubDate", summary["pubdate"]),
            tag("EPubDate", summary["epubdate"]),
            tag("Source", summary["source"]),
            f"\t<Authors>\n{authors}\t</Authors>\n",
            tag("LastAuthor", summary["lastauthor"]),
            tag("Title", summary["title"]),
            tag("SortTitle", summary["sorttitle"]),
            tag("Volume", summary["volume"]),
            tag("Issue", summary["issue"]),
            tag("Pages", summary["pages"]),
            f"\t<Lang>{languages}</Lang>\n",
            tag("NlmUniqueID", summary["nlmuniqueid"]),
            tag("ISSN", summary["issn"]),
            tag("ESSN", summary["essn"]),
            f"\t<PubType>{types}</PubType>\n",
            tag("RecordStatus", summary["recordstatus"]),
            tag("PubStatus", summary["pubstatus"]),
            f"\t<ArticleIds>\n{ids}\t</ArticleIds>\n",
            f"\t<History>\n{days}\t</History>\n",
            "\t<References>\n\t</References>\n",
            f"\t<Attributes>{''.join(f'<flag>{name}</flag>' for name in _texts(summary['attributes']))}</Attributes>\n",
            tag("PmcRefCount", summary["pmcrefcount"]),
            tag("FullJournalName", summary["fulljournalname"]),
            tag("ELocationID", summary["elocationid"]),
            tag("DocType", summary["doctype"]),
            tag("BookTitle", summary["booktitle"]),
            tag("SortPubDate", summary["sortpubdate"]),
            tag("SortFirstAuthor", summary["sortfirstauthor"]),
            "</DocumentSummary>\n",
        ]
    )


def espell(world: World, parameters: dict[str, str]) -> Answer:
    """Answer one espell request: words that the corpus does not hold are put right where one letter is wrong."""
    query = parameters.get("term", "")
    corrected = " ".join(_spelled(world.lookup, word) for word in query.split())
    return of_text(
        '<?xml version="1.0"?>\n<!DOCTYPE eSpellResult PUBLIC "-//NLM//DTD eSpellResult, 23 November 2004//EN" '
        '"https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd">\n<eSpellResult>\n\t<Database>pubmed</Database>\n'
        f"\t<Query>{xml_text(query)}</Query>\n"
        f"\t<CorrectedQuery>{xml_text(corrected if corrected != query else '')}</CorrectedQuery>\n"
        f"\t<SpelledQuery><Original></Original><Replaced>{xml_text(corrected)}</Replaced></SpelledQuery>\n"
        "\t<ERROR/>\n</eSpellResult>\n"
    )


def _spelled(lookup: Lookup, word: str) -> str:
    known = lookup.index.vocabulary
    low = word.casefold()
    if low in known or not low.isalpha() or not 4 <= len(low) <= 30:
        return word
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(low[:place], low[place:]) for place in range(len(low) + 1)]
    tries = [a + b[1:] for a, b in cuts if b]
    tries += [a + letter + b[1:] for a, b in cuts if b for letter in letters]
    tries += [a + letter + b for a, b in cuts for letter in letters]
    return next((attempt for attempt in tries if attempt in known), word)
