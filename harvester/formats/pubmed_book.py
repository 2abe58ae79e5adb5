"""A PubmedBookArticle (NCBI Bookshelf) as a Record: a book, or a chapter of one."""

from __future__ import annotations

from typing import Any

from harvester import identifiers
from harvester.formats.pubmed_dates import from_element
from harvester.formats.pubmed_parts import abstract, add_identifier, article_ids, author, history, text
from harvester.record import Author, PartialDate, Record

NO_TITLE = "[No title]"


def book_record(node: Any) -> Record:
    """The record in a PubmedBookArticle element. Raises ValueError when it has no PMID.

    It is a chapter when it has a title of its own beside the book's, else a book.
    """
    record = Record("pubmed", "", "", kind="book")
    found: dict[str, list[str]] = {}
    chapter_authors: list[Author] = []
    for part in node:
        if part.tag == "BookDocument":
            _document(part, record, found, chapter_authors)
        elif part.tag == "PubmedBookData":
            _book_data(part, record, found)
    if not record.source_id:
        raise ValueError("the book has no PMID")
    if record.title and record.title != record.book_title:
        record.kind = "chapter"
    if chapter_authors:
        if record.authors and record.kind == "chapter":
            record.extra["book_authors"] = [person.name for person in record.authors]
        record.authors = tuple(chapter_authors)
    record.title = record.title or record.book_title or record.vernacular_title or NO_TITLE
    record.url = f"https://pubmed.ncbi.nlm.nih.gov/{record.source_id}/"
    numbers = [record.source_id, *(number for number in found.pop("pmid", []) if number != record.source_id)]
    found["pmid"] = numbers
    record.identifiers = {scheme: tuple(values) for scheme, values in found.items()}
    return record


def _document(node: Any, record: Record, found: dict[str, list[str]], chapter_authors: list[Author]) -> None:  # noqa: PLR0912 - one branch a tag
    extra = record.extra
    for child in node:
        tag = child.tag
        if tag == "PMID" and not record.source_id:
            record.source_id = text(child)
            record.version = child.get("Version") or ""
        elif tag == "ArticleIdList":
            article_ids(child, found)
        elif tag == "Book":
            _book(child, record, found)
        elif tag == "ArticleTitle":
            record.title = text(child)
        elif tag == "VernacularTitle":
            record.vernacular_title = text(child)
        elif tag == "Language":
            record.languages += (text(child),)
        elif tag == "AuthorList":
            people = [author(part) for part in child]
            if child.get("Type") == "editors":
                record.editors += tuple(people)
            else:
                chapter_authors.extend(people)
        elif tag == "PublicationType":
            record.publication_types += (text(child),)
        elif tag == "Abstract":
            record.abstract, notice = abstract(child)
            if notice:
                extra["copyright"] = notice
        elif tag == "KeywordList":
            record.keywords += tuple(words for part in child if (words := text(part)))
        elif tag == "Pagination":
            record.pages = text(child[0]) if len(child) else ""
        elif tag == "ContributionDate":
            extra["contribution_date"] = _shown(from_element(child))
        elif tag == "DateRevised":
            record.modified = from_element(child)
        elif tag == "InvestigatorList":
            extra["investigators"] = [author(part).name for part in child]
        elif tag in ("LocationLabel", "ItemList"):
            extra.setdefault("locations", []).append(text(child))


def _book(node: Any, record: Record, found: dict[str, list[str]]) -> None:  # noqa: PLR0912 - one branch a tag
    extra = record.extra
    for child in node:
        tag = child.tag
        if tag == "BookTitle":
            record.book_title = text(child)
        elif tag == "Publisher":
            for part in child:
                if part.tag == "PublisherName":
                    record.publisher = text(part)
                elif part.tag == "PublisherLocation":
                    record.place = text(part)
        elif tag == "PubDate":
            record.published = from_element(child)
        elif tag == "AuthorList":
            people = tuple([author(part) for part in child])
            if child.get("Type") == "editors":
                record.editors += people
            else:
                record.authors += people
        elif tag == "Volume":
            record.volume = text(child)
        elif tag == "Isbn":
            add_identifier(found, "isbn", text(child).replace("-", ""))
        elif tag == "ELocationID":
            if child.get("ValidYN") != "N":
                add_identifier(found, child.get("EIdType") or "other", text(child))
        elif tag == "ISSN" and (normal := identifiers.issn(text(child))):
            record.issns += (normal,)
        elif tag in _TEXTS and (words := text(child)):
            extra[_TEXTS[tag]] = words
        elif tag in ("BeginningDate", "EndingDate"):
            extra["beginning_date" if tag == "BeginningDate" else "ending_date"] = _shown(from_element(child))


_TEXTS = {
    "Edition": "edition",
    "CollectionTitle": "collection_title",
    "VolumeTitle": "volume_title",
    "Medium": "medium",
    "ReportNumber": "report_number",
}


def _book_data(node: Any, record: Record, found: dict[str, list[str]]) -> None:
    for child in node:
        if child.tag == "ArticleIdList":
            article_ids(child, found)
        elif child.tag == "History":
            record.extra["history"], record.entered = history(child)
        elif child.tag == "PublicationStatus":
            record.extra["publication_status"] = text(child)


def _shown(day: PartialDate) -> str:
    return day.iso or day.text
