"""Deduplication tried on real records exported again: what is joined, asked, passed over in silence, or joined wrongly.

    python -m benchmarks.again_dedupe               # nine exporters, with DOIs and without
    python -m benchmarks.again_dedupe embase html

Each record of one day of PubMed (shared/data/pubmed beside the checkout), without its PMID, meets itself as another
program would have written it. "Two PMIDs": clusters of two; 79 of them are articles that PubMed holds in two languages.
"""

from __future__ import annotations

import gzip
import html
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from harvester.dedupe import Row, dedupe
from harvester.dedupe.row import from_record
from harvester.formats.pubmed_xml import read
from harvester.record import Author, Record

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "pubmed" / "pubmed21n1298.xml.gz"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _people(record: Record) -> list[Author]:
    return [author for author in record.authors if author.family]


def _initials(author: Author) -> str:
    return "".join(word[0] for word in re.split(r"[ -]", author.given) if word) or author.initials


def _pages(record: Record) -> str:
    """`1147-8` as 1147-1148."""
    found = re.fullmatch(r"(\d+)-(\d+)", record.pages)
    if found is None or len(found[2]) >= len(found[1]):
        return record.pages
    return f"{found[1]}-{found[1][: len(found[1]) - len(found[2])]}{found[2]}"


def _abstract(record: Record) -> str:
    return " ".join(part.text for part in record.abstract)


def embase(record: Record) -> dict[str, str]:
    """Initials with points, whole pages."""
    return {
        "title": record.title.rstrip("."),
        "authors": " and ".join(f"{each.family} {'.'.join(_initials(each))}." for each in _people(record)),
        "year": str(record.published.year or ""), "journal": record.journal, "volume": record.volume,
        "issue": record.issue, "pages": _pages(record), "abstract": _abstract(record),
    }  # fmt: skip


def wos(record: Record) -> dict[str, str]:
    """Everything in capitals."""
    authors = "; ".join(f"{each.family}, {_initials(each)}" for each in _people(record))
    found = {**embase(record), "authors": authors}
    return {name: text if name == "abstract" else text.upper() for name, text in found.items()}


def abbreviated(record: Record) -> dict[str, str]:
    """As in a list of references: three authors, MEDLINE's abbreviation of the journal, no abstract."""
    people = _people(record)
    authors = ", ".join(f"{each.family} {_initials(each)}" for each in people[:3])
    return {
        **embase(record), "authors": f"{authors}, et al." if len(people) > 3 else authors, "abstract": "",
        "journal": record.journal_abbreviation or record.journal, "pages": record.pages,
    }  # fmt: skip


def search_engine(record: Record) -> dict[str, str]:
    """Titles and journals cut, four authors, no volume, pages or abstract."""
    people, title = _people(record), record.title.rstrip(".")
    authors = ", ".join(f"{_initials(each)} {each.family}" for each in people[:4])
    return {
        "title": title if len(title) < 140 else f"{title[:135]}…",
        "authors": f"{authors}…" if len(people) > 4 else authors,
        "journal": f"{record.journal[:30]}…" if len(record.journal) > 30 else record.journal,
        "year": str(record.published.year or ""),
    }  # fmt: skip


def ahead(record: Record) -> dict[str, str]:
    """Ahead of print, a year before: DOI, no volume and pages."""
    year = str((record.published.year or 2020) - 1)
    return {**embase(record), "year": year, "volume": "", "issue": "", "pages": "", "doi": _doi(record)}


def _doi(record: Record) -> str:
    return " ".join(record.identifiers.get("doi", ()))


def mojibake(record: Record) -> dict[str, str]:
    """UTF-8 read as Windows-1252."""
    found = embase(record)
    for name, text in found.items():
        try:
            found[name] = text.encode().decode("cp1252")
        except UnicodeDecodeError:
            continue  # this text cannot be read so: an exporter would have stopped here
    return found


def first_page(record: Record) -> dict[str, str]:
    """Ampersands, full names, ISSN, the first page only, no issue, an abstract cut short."""
    return {
        **embase(record), "title": record.title.rstrip(".").replace(" and ", " & "), "issue": "",
        "authors": "; ".join(each.name for each in _people(record)), "pages": record.pages.split("-")[0],
        "journal": record.journal.replace(" and ", " & "), "isbn": " ".join(record.issns),
        "abstract": _abstract(record)[:300],
    }  # fmt: skip


def markup(record: Record) -> dict[str, str]:
    """HTML in title and abstract, the DOI as a link."""
    found = embase(record)
    doi = f"https://doi.org/{_doi(record)}" if _doi(record) else ""
    title, abstract = (html.escape(found[name]) for name in ("title", "abstract"))
    return {**found, "title": f"<b>{title}</b>", "abstract": f"<p>{abstract}</p>", "doi": doi}


def spreadsheet(record: Record) -> dict[str, str]:
    """Authors without separators, pages that became dates."""
    found = embase(record)
    pages = re.fullmatch(r"(\d{1,2})-(\d{1,2})", found["pages"])
    if pages and int(pages[2]) <= 12 and int(pages[1]) <= 31:
        found["pages"] = f"{int(pages[1]):02}-{_MONTHS[int(pages[2]) - 1]}"
    return {**found, "authors": "".join(f"{each.family}{'.'.join(_initials(each))}." for each in _people(record))}


EXPORTERS: dict[str, Callable[[Record], dict[str, str]]] = {
    "embase": embase, "wos": wos, "abbreviated": abbreviated, "search-engine": search_engine, "ahead": ahead,
    "mojibake": mojibake, "first-page": first_page, "markup": markup, "spreadsheet": spreadsheet,
}  # fmt: skip


def _row(key: str, record: Record, *, doi: bool, exporter: Callable[[Record], dict[str, str]] | None = None) -> Row:
    if exporter is not None:
        row = Row(key, **exporter(record))
    else:
        row = from_record(record, key)
        row.pmid = ""
    if not doi:
        row.doi = ""
    return row


def main(arguments: list[str]) -> None:
    """Print a line an exporter, with DOIs and without."""
    if not FILE.is_file():
        print("the records are not beside this checkout")
        return
    with gzip.open(FILE) as file:
        records = list({record.pmid: record for record in read(cast("IO[bytes]", file)) if record.pmid}.values())
    print(
        f"{len(records):,} records\n{'exporter':16}{'DOIs':>6}{'not joined':>12}{'of these asked':>16}{'two PMIDs':>11}"
    )
    for doi in (True, False):
        for name in arguments or EXPORTERS:
            rows = [_row(f"a{record.pmid}", record, doi=doi) for record in records]
            rows += [_row(f"b{record.pmid}", record, doi=doi, exporter=EXPORTERS[name]) for record in records]
            found = dedupe(rows, profile="versions")
            cluster_of = {str(key): number for number, keys in enumerate(found.clusters) for key in keys}
            apart = {each.pmid for each in records if cluster_of[f"a{each.pmid}"] != cluster_of[f"b{each.pmid}"]}
            asked = {str(each.a)[1:] for each in found.uncertain if str(each.a)[1:] == str(each.b)[1:]}
            mixed = sum(len({str(key)[1:] for key in keys}) > 1 for keys in found.clusters)
            print(f"{name:16}{'yes' if doi else 'no':>6}{len(apart):12}{len(apart & asked):16}{mixed:11}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
