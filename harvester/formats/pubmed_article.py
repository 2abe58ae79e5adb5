"""A PubmedArticle as a Record.

One loop over the children of each element, since looking a path up for each field costs half as much again.
What has no field of its own goes to `extra`; the cited references stay in the kept page.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from harvester import identifiers
from harvester.formats.pubmed_data import Tail
from harvester.formats.pubmed_dates import day, from_element
from harvester.formats.pubmed_parts import (
    abstract,
    add_article_id,
    add_identifier,
    article_ids,
    author,
    authors,
    history,
    text,
)
from harvester.record import Author, Heading, Record, Relation

NO_TITLE = "[No title]"


def article_record(node: Any, tail: Tail | None = None) -> Record:
    """The record in a PubmedArticle element; `tail` is its PubmedData where that was read beforehand.

    Raises ValueError when it has no PMID.
    """
    record = Record("pubmed", "", "")
    found: dict[str, list[str]] = {}
    for child in node:
        if child.tag == "MedlineCitation":
            _citation(child, record, found)
        elif child.tag == "PubmedData":
            _pubmed_data(child, record, found)
    if tail is not None:
        record.extra["history"] = tail.history
        record.extra["publication_status"] = tail.status
        record.entered = tail.entered
        for kind, value in tail.ids:
            add_article_id(found, kind, value.strip())
    if not record.source_id:
        raise ValueError("the article has no PMID")
    record.title = record.title or record.vernacular_title or NO_TITLE
    record.url = f"https://pubmed.ncbi.nlm.nih.gov/{record.source_id}/"
    numbers = found.setdefault("pmid", [])
    if record.source_id in numbers:
        numbers.remove(record.source_id)
    numbers.insert(0, record.source_id)
    record.identifiers = {scheme: tuple(values) for scheme, values in found.items()}
    return record


def _citation(node: Any, record: Record, found: dict[str, list[str]]) -> None:  # noqa: PLR0912 - one branch a tag
    extra = record.extra
    record.status = node.get("Status") or ""
    if node.get("Owner", "NLM") != "NLM":
        extra["owner"] = node.get("Owner")
    if node.get("IndexingMethod"):
        extra["indexing_method"] = node.get("IndexingMethod")
    keywords: list[str] = []
    for child in node:
        tag = child.tag
        if tag == "Article":
            _article(child, record, found)
        elif tag == "PMID" and not record.source_id:
            record.source_id = text(child)
            record.version = child.get("Version") or ""
        elif tag == "MeshHeadingList":
            record.headings = tuple([_heading(part) for part in child])
        elif tag == "KeywordList":
            keywords.extend(words for part in child if (words := text(part)))
        elif tag == "CommentsCorrectionsList":
            record.relations = tuple([_relation(part) for part in child])
        elif tag == "MedlineJournalInfo":
            _journal_info(child, record)
        elif tag == "DateRevised":
            record.modified = from_element(child)
        elif tag == "DateCompleted":
            extra["date_completed"] = day(child)
        elif tag == "DateCreated":
            extra["date_created"] = day(child)
        elif tag == "ChemicalList":
            extra["chemicals"] = [_chemical(part) for part in child]
        elif tag == "OtherAbstract":
            extra.setdefault("other_abstracts", []).append(_other_abstract(child))
        elif tag == "InvestigatorList":
            extra["investigators"] = [_plain_author(author(part)) for part in child]
        elif tag == "PersonalNameSubjectList":
            extra["personal_name_subjects"] = [author(part).name for part in child]
        elif tag == "OtherID":
            extra.setdefault("other_ids", []).append(f"{child.get('Source') or ''}:{text(child)}".lstrip(":"))
        elif tag in _LISTS:
            extra.setdefault(_LISTS[tag], []).extend(text(part) for part in child)
        elif tag in _TEXTS and (words := text(child)):
            extra.setdefault(_TEXTS[tag], []).append(words)
    record.keywords = tuple(keywords)


_LISTS = {"SupplMeshList": "supplementary_headings", "GeneSymbolList": "gene_symbols"}
_TEXTS = {
    "CitationSubset": "citation_subsets",
    "CoiStatement": "conflicts_of_interest",
    "GeneralNote": "general_notes",
    "SpaceFlightMission": "space_flight_missions",
    "NumberOfReferences": "number_of_references",
}


def _article(node: Any, record: Record, found: dict[str, list[str]]) -> None:  # noqa: PLR0912 - one branch a tag
    extra = record.extra
    if node.get("PubModel"):
        extra["pub_model"] = node.get("PubModel")
    languages: list[str] = []
    for child in node:
        tag = child.tag
        if tag == "AuthorList":
            _authors(child, record)
        elif tag == "Journal":
            _journal(child, record)
        elif tag == "ArticleTitle":
            record.title = text(child)
        elif tag == "Abstract":
            record.abstract, notice = abstract(child)
            if notice:
                extra["copyright"] = notice
        elif tag == "ELocationID":
            if child.get("ValidYN") != "N":
                add_identifier(found, child.get("EIdType") or "other", text(child))
        elif tag == "Language":
            languages.append(text(child))
        elif tag == "Pagination":
            record.pages = _pages(child)
        elif tag == "PublicationTypeList":
            record.publication_types = tuple([text(part) for part in child])
        elif tag == "GrantList":
            extra["grants"] = [
                {_GRANT[part.tag]: text(part) for part in grant if part.tag in _GRANT} for grant in child
            ]
        elif tag == "ArticleDate":
            if child.get("DateType", "Electronic") == "Electronic":
                record.published_online = from_element(child)
        elif tag == "VernacularTitle":
            record.vernacular_title = text(child)
        elif tag == "DataBankList":
            extra["data_banks"] = _data_banks(child)
    record.languages = tuple(languages)


_GRANT = {"GrantID": "id", "Acronym": "acronym", "Agency": "agency", "Country": "country"}


def _authors(node: Any, record: Record) -> None:
    people = authors(node)
    if node.get("Type") == "editors":
        record.editors += people
    else:
        record.authors += people
    if node.get("CompleteYN") == "N":
        record.extra["authors_complete"] = False


def _journal(node: Any, record: Record) -> None:
    for child in node:
        tag = child.tag
        if tag == "JournalIssue":
            for part in child:
                if part.tag == "Volume":
                    record.volume = text(part)
                elif part.tag == "Issue":
                    record.issue = text(part)
                elif part.tag == "PubDate":
                    record.published = from_element(part)
        elif tag == "Title":
            record.journal = text(child)
        elif tag == "ISOAbbreviation":
            record.journal_abbreviation = text(child)
        elif tag == "ISSN":
            _add_issn(record, text(child))


def _journal_info(node: Any, record: Record) -> None:
    for child in node:
        tag = child.tag
        if tag == "ISSNLinking":
            _add_issn(record, text(child))
        elif tag == "MedlineTA":
            record.journal_abbreviation = record.journal_abbreviation or text(child)
            record.extra["medline_ta"] = text(child)
        elif tag == "NlmUniqueID":
            record.extra["nlm_id"] = text(child)
        elif tag == "Country":
            record.extra["country"] = text(child)


def _add_issn(record: Record, value: str) -> None:
    normal = _issn(value)
    if normal and normal not in record.issns:
        record.issns += (normal,)
    elif value and not normal:
        record.extra.setdefault("issn_unread", []).append(value)


@lru_cache(maxsize=1 << 14)
def _issn(value: str) -> str:
    """Journals come again and again, so their numbers are checked once."""
    return identifiers.issn(value)


def _pages(node: Any) -> str:
    printed = first = last = ""
    for child in node:
        if child.tag == "MedlinePgn":
            printed = text(child)
        elif child.tag == "StartPage":
            first = text(child)
        elif child.tag == "EndPage":
            last = text(child)
    return printed or (f"{first}-{last}" if first and last else first)


def _heading(node: Any) -> Heading:
    name = ui = ""
    major = False
    subheadings: list[str] = []
    for child in node:
        if child.get("MajorTopicYN") == "Y":
            major = True
        if child.tag == "DescriptorName":
            name = child.text or ""
            ui = child.get("UI") or ""
        elif child.tag == "QualifierName":
            subheadings.append(child.text or "")
    return Heading(name, ui, major, tuple(subheadings))


def _relation(node: Any) -> Relation:
    citation = pmid = doi = ""
    for child in node:
        if child.tag == "RefSource":
            citation = text(child)
            doi = identifiers.doi(citation)
        elif child.tag == "PMID":
            pmid = text(child)
    return Relation(node.get("RefType") or "", citation, pmid, doi)


def _chemical(node: Any) -> str:
    number = name = ""
    for child in node:
        if child.tag == "RegistryNumber":
            number = child.text or ""
        elif child.tag == "NameOfSubstance":
            name = text(child)
    return f"{name} [{number}]" if number not in ("", "0") else name


def _other_abstract(node: Any) -> dict[str, Any]:
    sections, notice = abstract(node)
    values = {
        "type": node.get("Type") or "",
        "language": node.get("Language") or "",
        "sections": [{"label": part.label, "text": part.text} for part in sections],
        "copyright": notice,
    }
    return {name: value for name, value in values.items() if value}


def _plain_author(person: Author) -> dict[str, str]:
    values = {
        "name": person.name,
        "initials": person.initials,
        "orcid": person.orcid,
        "affiliation": person.affiliation,
    }
    return {name: value for name, value in values.items() if value}


def _data_banks(node: Any) -> list[str]:
    """`Bank/accession` for each accession number (trial registrations among them)."""
    found: list[str] = []
    for bank in node:
        name = bank.findtext("DataBankName") or ""
        numbers = [text(part) for part in bank.iterfind("AccessionNumberList/AccessionNumber")]
        found.extend(f"{name}/{number}" for number in numbers)
        if name and not numbers:
            found.append(name)
    return found


def _pubmed_data(node: Any, record: Record, found: dict[str, list[str]]) -> None:
    for child in node:
        tag = child.tag
        if tag == "ArticleIdList":
            article_ids(child, found)
        elif tag == "History":
            record.extra["history"], record.entered = history(child)
        elif tag == "PublicationStatus":
            record.extra["publication_status"] = text(child)
