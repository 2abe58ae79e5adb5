"""Every field of 1,000 real records, as Bio.Entrez reads them and as we do."""

from __future__ import annotations

import gzip
import html
import io
import re
from pathlib import Path
from typing import Any

import pytest

from harvester.record import Record
from harvester.sources import pubmed_xml

FILE = "pubmed/pubmed21n1298.xml.gz"
WANTED = 1000
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
)


@pytest.fixture(scope="module")
def sample(shared_data: Path) -> bytes:
    """Every twentieth article of the file, cut out by lines: `<PubmedArticle>` and its end stand alone there."""
    path = shared_data / FILE
    if not path.is_file():
        pytest.skip(f"{FILE} is not beside this checkout")
    kept: list[bytes] = []
    number = -1
    with gzip.open(path, "rb") as file:
        for line in file:
            if line.strip() == b"<PubmedArticle>":
                number += 1
                if number == 20 * WANTED:
                    break
            if number >= 0 and number % 20 == 0 and line.strip() != b"</PubmedArticleSet>":
                kept.append(line)
    return HEAD + b"".join(kept) + b"</PubmedArticleSet>"


@pytest.fixture(scope="module")
def ours(sample: bytes) -> list[Record]:
    """The sample as we read it."""
    return list(pubmed_xml.read(io.BytesIO(sample)))


@pytest.fixture(scope="module")
def theirs(sample: bytes) -> list[Any]:
    """The sample as Bio.Entrez reads it."""
    from Bio import Entrez

    return list(Entrez.read(io.BytesIO(sample))["PubmedArticle"])


def plain(text: Any) -> str:
    """Bio keeps inline markup as literal tags; we keep its text."""
    return " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", str(text))).split(" ")).strip() if text else ""


def squeezed(text: str) -> str:
    """Blanks are not compared: markup that was laid out over lines has them anywhere."""
    return re.sub(r"\s+", "", text)


def field_pairs(record: Record, article: Any) -> dict[str, tuple[Any, Any]]:
    """Each field as (ours, Bio's)."""
    citation, data = article["MedlineCitation"], article["PubmedData"]
    paper = citation["Article"]
    journal = paper["Journal"]
    issue = journal["JournalIssue"]
    abstract = paper.get("Abstract", {})
    sections = [part for part in abstract.get("AbstractText", []) if plain(part) or part.attributes.get("Label")]
    people = list(paper.get("AuthorList", []))
    ids: dict[str, set[str]] = {}
    for each in data.get("ArticleIdList", []):
        ids.setdefault(each.attributes["IdType"], set()).add(str(each))
    for each in paper.get("ELocationID", []):
        if each.attributes["ValidYN"] == "Y":
            ids.setdefault(each.attributes["EIdType"], set()).add(str(each))
    return {
        "pmid": (record.source_id, str(citation["PMID"])),
        "version": (record.version, citation["PMID"].attributes["Version"]),
        "status": (record.status, citation.attributes["Status"]),
        "title": (
            squeezed(record.title),
            squeezed(plain(paper["ArticleTitle"]) or plain(paper.get("VernacularTitle")) or "[No title]"),
        ),
        "vernacular": (record.vernacular_title, plain(paper.get("VernacularTitle"))),
        "journal": (record.journal, plain(journal.get("Title"))),
        "abbreviation": (record.journal_abbreviation, plain(journal.get("ISOAbbreviation"))),
        "volume": (record.volume, plain(issue.get("Volume"))),
        "issue": (record.issue, plain(issue.get("Issue"))),
        "pages": (record.pages, plain(paper.get("Pagination", {}).get("MedlinePgn"))),
        "published": (bio_date(issue["PubDate"]), (record.published.iso, record.published.text)),
        "online": (record.published_online.iso, bio_day(next(iter(paper.get("ArticleDate", [])), {}))),
        "revised": (record.modified.iso, bio_day(citation.get("DateRevised", {}))),
        "completed": (record.extra.get("date_completed", ""), bio_day(citation.get("DateCompleted", {}))),
        "languages": (list(record.languages), [str(each) for each in paper["Language"]]),
        "types": (list(record.publication_types), [str(each) for each in paper["PublicationTypeList"]]),
        "families": ([each.family for each in record.authors], [plain(each.get("LastName")) for each in people]),
        "given": ([each.given for each in record.authors], [plain(each.get("ForeName")) for each in people]),
        "initials": ([each.initials for each in record.authors], [plain(each.get("Initials")) for each in people]),
        "suffixes": ([each.suffix for each in record.authors], [plain(each.get("Suffix")) for each in people]),
        "groups": (
            [squeezed(each.collective) for each in record.authors],
            [squeezed(plain(each.get("CollectiveName"))) for each in people],
        ),
        "affiliations": (
            [squeezed(each.affiliation) for each in record.authors],
            [
                squeezed("; ".join(plain(part["Affiliation"]) for part in each.get("AffiliationInfo", [])))
                for each in people
            ],
        ),
        "orcids": (
            [each.orcid.replace("-", "") for each in record.authors],
            [
                "".join(re.findall(r"[\dX]+\Z", str(part).replace("-", ""))[0] for part in each.get("Identifier", []))
                for each in people
            ],
        ),
        "abstract": (
            [squeezed(part.text) for part in record.abstract],
            [squeezed(plain(part)) for part in sections],
        ),
        "labels": (
            [part.label for part in record.abstract],
            [part.attributes.get("Label", "") for part in sections],
        ),
        "copyright": (record.extra.get("copyright", ""), plain(abstract.get("CopyrightInformation"))),
        "headings": (
            [(each.name, each.ui, each.subheadings) for each in record.headings],
            [
                (
                    str(each["DescriptorName"]),
                    each["DescriptorName"].attributes["UI"],
                    tuple(str(part) for part in each["QualifierName"]),
                )
                for each in citation.get("MeshHeadingList", [])
            ],
        ),
        "major": (
            [each.major for each in record.headings],
            [
                any(part.attributes["MajorTopicYN"] == "Y" for part in [each["DescriptorName"], *each["QualifierName"]])
                for each in citation.get("MeshHeadingList", [])
            ],
        ),
        "keywords": (
            [squeezed(each) for each in record.keywords],
            [squeezed(plain(each)) for part in citation["KeywordList"] for each in part if plain(each)],
        ),
        "relations": (
            [(each.kind, squeezed(each.citation), each.pmid) for each in record.relations],
            [
                (each.attributes["RefType"], squeezed(plain(each["RefSource"])), str(each.get("PMID", "")))
                for each in citation.get("CommentsCorrectionsList", [])
            ],
        ),
        "doi": (set(record.identifiers.get("doi", ())), {each.lower() for each in ids.get("doi", ())}),
        "pii": (set(record.identifiers.get("pii", ())), ids.get("pii", set())),
        "pmcid": (set(record.identifiers.get("pmcid", ())), {each.split(".")[0] for each in ids.get("pmc", ())}),
        "chemicals": (
            [re.sub(r" \[[^\]]*\]\Z", "", each) for each in record.extra.get("chemicals", [])],
            [str(each["NameOfSubstance"]) for each in citation.get("ChemicalList", [])],
        ),
        "grants": (
            [each.get("id", "") for each in record.extra.get("grants", [])],
            [plain(each.get("GrantID")) for each in paper.get("GrantList", [])],
        ),
        "history": (
            set(record.extra["history"].items()),
            {(each.attributes["PubStatus"], bio_day(each)) for each in data["History"]},
        ),
        "investigators": (
            len(record.extra.get("investigators", [])),
            len([each for part in [citation.get("InvestigatorList", [])] for each in part]),
        ),
        "other abstracts": (
            [
                squeezed("".join(part["text"] for part in each["sections"]))
                for each in record.extra.get("other_abstracts", [])
            ],
            [squeezed("".join(plain(part) for part in each["AbstractText"])) for each in citation["OtherAbstract"]],
        ),
        "issn": (record.issns[:1], (str(journal["ISSN"]),) if "ISSN" in journal else record.issns[:1]),
        "linking issn": (citation["MedlineJournalInfo"].get("ISSNLinking", "") in {*record.issns, ""}, True),
        "nlm id": (record.extra["nlm_id"], str(citation["MedlineJournalInfo"]["NlmUniqueID"])),
        "publication status": (record.extra["publication_status"], str(data["PublicationStatus"])),
    }


def bio_day(parts: Any) -> str:
    """A Year, Month, Day of Bio's as ISO text."""
    if not parts:
        return ""
    return "-".join(
        f"{int(parts[name]):0{width}}" for name, width in (("Year", 4), ("Month", 2), ("Day", 2)) if name in parts
    )


def bio_date(parts: Any) -> tuple[str, str]:
    """A PubDate of Bio's as (ISO text, what was printed where that is more)."""
    if "MedlineDate" in parts:
        printed = str(parts["MedlineDate"])
        months = {word for word in re.findall("[A-Z][a-z]{2}", printed) if word in MONTHS}
        years = set(re.findall(r"\d{4}", printed))
        year = re.findall(r"\d{4}", printed)[0]
        one = len(months) == 1 and len(years) == 1
        return (f"{year}-{MONTHS.index(months.pop()) + 1:02d}" if one else year), printed
    if "Season" in parts:
        return str(parts["Year"]), f"{parts['Year']} {parts['Season']}"
    iso = str(parts["Year"])
    if "Month" in parts:
        month = str(parts["Month"])
        iso += f"-{int(month) if month.isdecimal() else MONTHS.index(month) + 1:02d}"
        if "Day" in parts:
            iso += f"-{int(parts['Day']):02d}"
    return iso, ""


def test_every_field_of_a_thousand_records_agrees_with_bio(ours: list[Record], theirs: list[Any]) -> None:
    """No field of any record differs, markup and blanks apart."""
    assert len(ours) == len(theirs) == WANTED
    differ: dict[str, list[tuple[str, Any, Any]]] = {}
    for record, article in zip(ours, theirs, strict=True):
        for name, (mine, bio) in field_pairs(record, article).items():
            if mine != bio:
                differ.setdefault(name, []).append((record.source_id, mine, bio))
    assert {name: (len(found), found[:2]) for name, found in differ.items()} == {}
