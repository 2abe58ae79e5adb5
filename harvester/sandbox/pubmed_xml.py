"""Records as efetch writes them: PubmedArticleSet after the DTD of 2025.

https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd; tests validate the result against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from harvester.sandbox import headings, people
from harvester.sandbox.article import Article
from harvester.sandbox.bibliography import cited_elsewhere
from harvester.sandbox.corpus import DAY, MONTH, MONTHS, SEASON, YEARS, Corpus
from harvester.sandbox.people import JOURNALS

HEAD = (
    '<?xml version="1.0" ?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
FOOT = "</PubmedArticleSet>"
MONTHS_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_CATEGORIES = {
    "BACKGROUND": "BACKGROUND", "INTRODUCTION": "BACKGROUND", "AIM": "OBJECTIVE", "OBJECTIVE": "OBJECTIVE",
    "METHODS": "METHODS", "METHOD": "METHODS", "RESULTS": "RESULTS", "FINDINGS": "RESULTS",
    "CONCLUSIONS": "CONCLUSIONS", "CONCLUSION": "CONCLUSIONS",
}  # fmt: skip


def article_set(corpus: Corpus, found: Iterable[Article]) -> str:
    """The whole document."""
    parts = [HEAD]
    parts.extend(_book(article) if article.book else _article(corpus, article) for article in found)
    parts.append(FOOT)
    return "".join(parts)


def journal_of(article: Article) -> tuple[str, str, str]:
    """Title, abbreviation and country of a record's journal."""
    return JOURNALS[article.journal]


def issn_of(article: Article) -> str:
    """The ISSN of a record's journal."""
    return people.issn(100 + article.journal)


def _ymd(tag: str, ordinal: int, *, pad: bool = True, extra: str = "", time: str = "") -> str:
    when = date.fromordinal(ordinal)
    month, day = (f"{when.month:02d}", f"{when.day:02d}") if pad else (str(when.month), str(when.day))
    name = tag.split(" ", 1)[0]
    return f"<{tag}{extra}><Year>{when.year}</Year><Month>{month}</Month><Day>{day}</Day>{time}</{name}>"


def pub_date(article: Article) -> str:
    """PubDate as printed; the electronic date while no other is known."""
    ordinal, precision = (article.printed, article.precision) if article.printed else (article.online, DAY)
    when = date.fromordinal(ordinal)
    month = MONTHS_SHORT[when.month - 1]
    if precision == DAY:
        inner = f"<Year>{when.year}</Year><Month>{month}</Month><Day>{when.day:02d}</Day>"
    elif precision == MONTH:
        inner = f"<Year>{when.year}</Year><Month>{month}</Month>"
    elif precision == SEASON:
        inner = f"<Year>{when.year}</Year><Season>{_SEASONS[article.pmid % 4]}</Season>"
    elif precision == MONTHS:
        second = MONTHS_SHORT[when.month % 12]
        after = f"{when.year + 1} {second}" if when.month == 12 else second
        inner = f"<MedlineDate>{when.year} {month}-{after}</MedlineDate>"
    elif precision == YEARS:
        inner = f"<MedlineDate>{when.year}-{when.year + 1}</MedlineDate>"
    else:
        inner = f"<Year>{when.year}</Year>"
    return f"<PubDate>{inner}</PubDate>"


def _status(article: Article) -> str:
    if article.indexed:
        return "MEDLINE"
    if article.will_index:
        return "In-Data-Review" if article.pmid % 2 else "In-Process"
    return "PubMed-not-MEDLINE" if article.printed else "Publisher"


def _article(corpus: Corpus, article: Article) -> str:
    title, abbreviation, country = JOURNALS[article.journal]
    issn = people.issn(100 + article.journal)
    ahead = bool(article.online)
    model = "Print-Electronic" if ahead else ("Electronic" if article.elocation else "Print")
    medium = "Internet" if ahead or article.elocation else "Print"
    kind = "Electronic" if medium == "Internet" else "Print"
    volume = f"<Volume>{article.volume}</Volume>" if article.volume else ""
    issue = f"<Issue>{article.issue}</Issue>" if article.issue else ""
    version = f' VersionID="2" VersionDate="{_version_date(article)}"' if article.version == 2 else ""
    revised = _ymd("DateRevised", article.modified)
    completed = _ymd("DateCompleted", article.indexed) if article.indexed else ""
    vernacular = f"<VernacularTitle>{article.vernacular}</VernacularTitle>" if article.vernacular else ""
    online = _ymd("ArticleDate", article.online, extra=' DateType="Electronic"') if ahead else ""
    types = "".join(
        f'<PublicationType UI="{headings.PUBLICATION_TYPES[name]}">{name}</PublicationType>' for name in article.types
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="{_status(article)}" Owner="NLM"{version}>'
        f'<PMID Version="{article.version}">{article.pmid}</PMID>{completed}{revised}<Article PubModel="{model}">'
        f'<Journal><ISSN IssnType="{kind}">{issn}</ISSN><JournalIssue CitedMedium="{medium}">{volume}{issue}'
        f"{pub_date(article)}</JournalIssue><Title>{title}</Title><ISOAbbreviation>{abbreviation}</ISOAbbreviation>"
        f"</Journal><ArticleTitle>{article.title}</ArticleTitle>{_places(article)}{_abstract(article)}"
        f"{_author_list(article)}{''.join(f'<Language>{code}</Language>' for code in article.languages)}"
        f"<PublicationTypeList>{types}</PublicationTypeList>{vernacular}{online}</Article>"
        f"<MedlineJournalInfo><Country>{country}</Country><MedlineTA>{abbreviation}</MedlineTA>"
        f"<NlmUniqueID>{9000000 + article.journal}</NlmUniqueID><ISSNLinking>{issn}</ISSNLinking></MedlineJournalInfo>"
        f"{'<CitationSubset>IM</CitationSubset>' if article.indexed else ''}{_comments(corpus, article)}"
        f"{_mesh(article)}{_keywords(article)}</MedlineCitation>"
        f"<PubmedData>{_history(article)}<PublicationStatus>{publication_status(article)}</PublicationStatus>"
        f"{_ids(article)}{_references(corpus, article)}</PubmedData></PubmedArticle>\n"
    )


def _version_date(article: Article) -> str:
    return f"{date.fromordinal(article.modified):%Y/%m/%d}"


def publication_status(article: Article) -> str:
    """PublicationStatus: ppublish, epublish or aheadofprint."""
    if not article.printed:
        return "aheadofprint"
    return "epublish" if article.elocation and not article.online else "ppublish"


def _places(article: Article) -> str:
    parts = []
    if article.pages:
        start, dash, end = article.pages.partition("-")
        last = f"<EndPage>{start[: max(0, len(start) - len(end))]}{end}</EndPage>" if dash else ""
        parts.append(
            f"<Pagination><StartPage>{start}</StartPage>{last}<MedlinePgn>{article.pages}</MedlinePgn></Pagination>"
        )
    if article.elocation:
        parts.append(f'<ELocationID EIdType="pii" ValidYN="Y">{article.elocation}</ELocationID>')
    if article.doi:
        parts.append(f'<ELocationID EIdType="doi" ValidYN="Y">{article.doi}</ELocationID>')
    return "".join(parts) or "<Pagination><MedlinePgn/></Pagination>"


def _abstract(article: Article) -> str:
    if not article.sections:
        return ""
    texts = []
    for label, text in article.sections:
        category = _CATEGORIES.get(label, "UNASSIGNED")
        attributes = f' Label={quoteattr(label)} NlmCategory="{category}"' if label else ""
        texts.append(f"<AbstractText{attributes}>{text}</AbstractText>")
    rights = "<CopyrightInformation>\u00a9 The Author(s). Synthetic text.</CopyrightInformation>"
    return f"<Abstract>{''.join(texts)}{rights if article.pmid % 4 == 0 else ''}</Abstract>"


def _author_list(article: Article, kind: str = "") -> str:
    if not article.authors:
        return ""
    parts = []
    for place, (family, given, initials) in enumerate(article.authors):
        if not family:
            parts.append(f'<Author ValidYN="Y"><CollectiveName>{escape(initials)}</CollectiveName></Author>')
            continue
        orcid = f'<Identifier Source="ORCID">{article.orcid}</Identifier>' if place == 0 and article.orcid else ""
        where = (
            f"<AffiliationInfo><Affiliation>{article.affiliation}</Affiliation></AffiliationInfo>"
            if article.affiliation and place < 2
            else ""
        )
        parts.append(
            f'<Author ValidYN="Y"><LastName>{family}</LastName><ForeName>{given}</ForeName>'
            f"<Initials>{initials}</Initials>{orcid}{where}</Author>"
        )
    return f'<AuthorList CompleteYN="Y"{kind}>{"".join(parts)}</AuthorList>'


def citation(corpus: Corpus, index: int) -> str:
    """A short citation of a record: journal, year and first page are enough for a reference list."""
    year = date.fromordinal(int(corpus.printed[index])).year
    return f"{JOURNALS[int(corpus.journal[index])][1]}. {year}"


def _comments(corpus: Corpus, article: Article) -> str:
    if not article.links:
        return ""
    parts = [
        f'<CommentsCorrections RefType="{kind}"><RefSource>{citation(corpus, index)}</RefSource>'
        f'<PMID Version="1">{pmid}</PMID></CommentsCorrections>'
        for kind, pmid, index in article.links
    ]
    return f"<CommentsCorrectionsList>{''.join(parts)}</CommentsCorrectionsList>"


def mesh_of(article: Article) -> list[tuple[str, bool, str]]:
    """Heading, major topic and qualifier of each MeSH line, in MEDLINE's order (by name)."""
    if not article.indexed:
        return []
    lines = list(article.topic) + [(name, False, "") for name in article.ages]
    if not any(name == "Mice" for name, _, _ in lines):
        lines.append(("Humans", False, ""))
    return sorted(lines)


def _mesh(article: Article) -> str:
    parts = []
    for name, major, qualifier in mesh_of(article):
        inner = (
            f'<QualifierName UI="{headings.QUALIFIERS[qualifier]}" MajorTopicYN="N">{escape(qualifier)}</QualifierName>'
            if qualifier
            else ""
        )
        parts.append(
            f'<MeshHeading><DescriptorName UI="{headings.UI[name]}" MajorTopicYN="{"Y" if major else "N"}">{name}'
            f"</DescriptorName>{inner}</MeshHeading>"
        )
    return f"<MeshHeadingList>{''.join(parts)}</MeshHeadingList>" if parts else ""


def _keywords(article: Article) -> str:
    if not article.keywords:
        return ""
    inner = "".join(f'<Keyword MajorTopicYN="N">{escape(word)}</Keyword>' for word in article.keywords)
    return f'<KeywordList Owner="NOTNLM">{inner}</KeywordList>'


def _history(article: Article) -> str:
    days = [("pubmed", article.created), ("entrez", article.entered)]
    if article.indexed:
        days.append(("medline", article.indexed))
    if article.pmid % 3 == 0:
        days.insert(0, ("received", article.created - 200))
    time = "<Hour>6</Hour><Minute>0</Minute>"
    inner = "".join(
        _ymd("PubMedPubDate", day, pad=False, extra=f' PubStatus="{status}"', time="" if status == "received" else time)
        for status, day in days
    )
    return f"<History>{inner}</History>"


def _ids(article: Article) -> str:
    parts = [f'<ArticleId IdType="pubmed">{article.pmid}</ArticleId>']
    if article.pmc:
        parts.append(f'<ArticleId IdType="pmc">{article.pmc}</ArticleId>')
    if article.doi:
        parts.append(f'<ArticleId IdType="doi">{article.doi}</ArticleId>')
    if article.elocation:
        parts.append(f'<ArticleId IdType="pii">{article.elocation}</ArticleId>')
    return f"<ArticleIdList>{''.join(parts)}</ArticleIdList>"


def _references(corpus: Corpus, article: Article) -> str:
    parts = [
        f"<Reference><Citation>{citation(corpus, index)}</Citation><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{int(corpus.pmid[index])}</ArticleId></ArticleIdList></Reference>'
        for index in article.references
    ]
    listed = "".join(parts) + cited_elsewhere(corpus.seed, article.index)
    return f"<ReferenceList>{listed}</ReferenceList>" if listed else ""


def _book(article: Article) -> str:
    when = date.fromordinal(article.printed or article.online)
    types = "".join(
        f'<PublicationType UI="{headings.PUBLICATION_TYPES[name]}">{name}</PublicationType>' for name in article.types
    )
    chapter = f'<ArticleTitle book="synth{article.index}" part="ch1">{article.title}</ArticleTitle>'
    doi = f'<ArticleId IdType="doi">{article.doi}</ArticleId>' if article.doi else ""
    return (
        f'<PubmedBookArticle><BookDocument><PMID Version="1">{article.pmid}</PMID><ArticleIdList>'
        f'<ArticleId IdType="bookaccession">NBK{9000000 + article.index}</ArticleId>{doi}</ArticleIdList>'
        "<Book><Publisher><PublisherName>Example House Press</PublisherName><PublisherLocation>Aldmoor (UK)"
        f'</PublisherLocation></Publisher><BookTitle book="synth{article.index}">Handbook of Synthetic Community Care'
        f"</BookTitle><PubDate><Year>{when.year}</Year><Month>{when.month:02d}</Month></PubDate>"
        "<Isbn>9780000000002</Isbn><Medium>Internet</Medium></Book>"
        f"{chapter}{''.join(f'<Language>{code}</Language>' for code in article.languages)}"
        f"{_author_list(article, kind=' Type=' + quoteattr('authors'))}{types}{_abstract(article)}{_keywords(article)}"
        f"{_ymd('DateRevised', article.modified)}</BookDocument><PubmedBookData>{_history(article)}"
        f"<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{article.pmid}</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>\n'
    )
