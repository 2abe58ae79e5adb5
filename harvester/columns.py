"""What the columns of reference tables are called: by reference managers, databases, screening programs and people."""

from __future__ import annotations

import re

MEANINGS: dict[str, str] = {
    "id": "id", "key": "id", "record id": "id", "accession number": "id", "an": "id", "ut unique wos id": "id",
    "eid": "id", "covidence": "id", "item id": "id", "source id": "id",
    "source": "source", "database": "source", "search source": "source",
    "kind": "kind", "entrytype": "kind", "type of reference": "kind",
    "title": "title", "article title": "title", "document title": "title", "primary title": "title", "t1": "title",
    "ti": "title",
    "original title": "other title", "translated title": "other title",
    "abstract": "abstract", "abstract note": "abstract", "notes abstract": "abstract", "ab": "abstract",
    "author": "authors", "authors": "authors", "first authors": "authors", "author names": "authors",
    "authors names": "authors", "author full names": "authors", "author s": "authors", "au": "authors",
    "year": "year", "publication year": "year", "published year": "year", "pubyear": "year", "py": "year",
    "date": "date", "publication date": "date", "date published": "date", "date of publication": "date",
    "cover date": "date", "published": "date",
    "journal": "journal", "journal name": "journal", "journal title": "journal", "secondary title": "journal",
    "publication title": "journal", "source title": "journal", "container title": "journal",
    "journal book": "journal", "publication name": "journal", "journal source": "journal",
    "booktitle": "book", "book title": "book",
    "volume": "volume", "vl": "volume",
    "issue": "issue", "number": "issue", "issue number": "issue",
    "pages": "pages", "page": "pages", "page range": "pages", "pagination": "pages",
    "start page": "start", "page start": "start", "first page": "start", "beginning page": "start",
    "article number": "article number", "art no": "article number",
    "end page": "end", "page end": "end", "last page": "end", "ending page": "end",
    "doi": "doi", "digital object identifier": "doi",
    "pmid": "pmid", "pubmed id": "pmid", "medline pmid": "pmid", "pubmedid": "pmid",
    "pmcid": "pmcid", "issn": "issn", "issns": "issn", "isbn": "isbn",
    "url": "url", "urls": "url", "link": "url",
    "language": "language", "language of original document": "language", "keywords": "keywords",
    "author keywords": "keywords", "manual tags": "keywords", "publisher": "publisher", "place": "place",
    "document type": "types", "item type": "types", "publication type": "types", "type": "types",
}  # fmt: skip
"""The meaning of a column, by its name as `plain_name` makes it. Of several with one meaning the first here counts
where rows are read for deduplication, the first in the file elsewhere."""

_PLAIN = re.compile(r"[^a-z0-9]+")


def plain_name(column: str) -> str:
    """A column's name in lower case, with single blanks for all that is neither a letter nor a digit."""
    return _PLAIN.sub(" ", column.lower()).strip()
