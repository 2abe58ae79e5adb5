"""PubMed XML as a reference file: found by its content, counted, read; broken articles named. Synthetic throughout."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from harvester import formats
from harvester.errors import FormatError


def article(number: int, title: str = "Link workers") -> str:
    """One small article of four lines."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">\n<PMID Version="1">{number}</PMID>\n'
        f"<Article PubModel='Print'><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation>\n"
        "<PubmedData><PublicationStatus>ppublish</PublicationStatus></PubmedData></PubmedArticle>\n"
    )


def article_set(*articles: str) -> str:
    """A file with these articles."""
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>\n{"".join(articles)}</PubmedArticleSet>\n'


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_pubmed_file_is_found_and_counted(tmp_path: Path, packed: bool) -> None:
    """Whatever it is called, packed or not: stated equals parsed, and the records are PubMed's."""
    path = tmp_path / "download.txt"
    body = article_set(*(article(n) for n in range(1, 4))).encode()
    path.write_bytes(gzip.compress(body) if packed else body)
    reading = formats.open_file(path)
    assert [(one.source, one.source_id, one.pmid) for one in reading] == [
        ("pubmed", "1", "1"),
        ("pubmed", "2", "2"),
        ("pubmed", "3", "3"),
    ]
    assert (reading.format, reading.stated, reading.parsed) == ("pubmed-xml", 3, 3)


def test_articles_are_counted_across_the_blocks_of_a_large_file(tmp_path: Path) -> None:
    """Ten thousand articles, more than two megabytes: none is counted twice or missed where a block ends."""
    path = tmp_path / "large.xml"
    path.write_text(article_set(*(article(n) for n in range(1, 10_001))))
    reading = formats.open_file(path)
    assert sum(1 for _ in reading) == 10_000
    assert reading.stated == 10_000


def test_a_broken_article_is_named_with_its_line_and_the_rest_is_offered(tmp_path: Path) -> None:
    """The second of three is not well-formed: exit 7 names line 7 and its PMID; --keep-readable gives the others."""
    path = tmp_path / "a.xml"
    path.write_text(article_set(article(1), article(2, "<i>open"), article(3)))
    with pytest.raises(FormatError, match=r"a\.xml:7: holds 3 records, of which 2 could be read: line 7: PMID 2: not"):
        list(formats.read(path))
    assert [one.source_id for one in formats.read(path, keep_readable=True)] == ["1", "3"]


def test_a_file_cut_short_is_never_taken_for_whole(tmp_path: Path) -> None:
    """Cut inside an article or between two, the file is refused after what it holds was given."""
    whole = article_set(article(1), article(2))
    for cut in (whole.rindex("<PMID"), whole.rindex("</PubmedArticleSet>")):
        path = tmp_path / "a.xml"
        path.write_text(whole[:cut])
        with pytest.raises(FormatError, match="cut short"):
            list(formats.read(path))


def test_a_pmid_that_comes_twice_is_two_records(tmp_path: Path) -> None:
    """The second keeps a name of its own, and it is said."""
    path = tmp_path / "a.xml"
    path.write_text(article_set(article(1), article(1, "Another version")))
    reading = formats.open_file(path)
    assert [one.source_id for one in reading] == ["1", "1#2"]
    assert reading.warnings == ["article 2: the PMID 1 comes a second time"]
