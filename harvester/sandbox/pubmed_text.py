"""Records as efetch writes them in text: MEDLINE (.nbib) and the plain abstract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from harvester.sandbox.article import Article
from harvester.sandbox.corpus import DAY, MONTH, MONTHS, SEASON, YEARS, Corpus
from harvester.sandbox.people import JOURNALS
from harvester.sandbox.prose import LANGUAGES
from harvester.sandbox.pubmed_xml import MONTHS_SHORT, citation, issn_of, mesh_of, publication_status
from harvester.sandbox.units import plain

_SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_COMMENT_TAGS = {
    "RetractionIn": "RIN", "RetractionOf": "ROF", "ErratumIn": "EIN", "ErratumFor": "EFR", "CommentIn": "CIN",
    "CommentOn": "CON", "UpdateIn": "UIN", "UpdateOf": "UOF",
    "ExpressionOfConcernIn": "ECI", "ExpressionOfConcernFor": "ECF",
}  # fmt: skip


def printed_date(article: Article) -> str:
    """The publication date as MEDLINE prints it: `2021 Sep 14`, `2020 Nov-Dec`, `2019 Winter`, `2018-2019`, `2018`."""
    ordinal, precision = (article.printed, article.precision) if article.printed else (article.online, DAY)
    when = date.fromordinal(ordinal)
    month = MONTHS_SHORT[when.month - 1]
    if precision == DAY:
        return f"{when.year} {month} {when.day}"
    if precision == MONTH:
        return f"{when.year} {month}"
    if precision == SEASON:
        return f"{when.year} {_SEASONS[article.pmid % 4]}"
    if precision == MONTHS:
        return (
            f"{when.year} Dec-{when.year + 1} Jan"
            if when.month == 12
            else f"{when.year} {month}-{MONTHS_SHORT[when.month]}"
        )
    return f"{when.year}-{when.year + 1}" if precision == YEARS else str(when.year)


def as_medline(corpus: Corpus, found: Iterable[Article]) -> str:
    """The records in MEDLINE format, each after a blank line."""
    return "".join(f"\n{_medline(corpus, article)}" for article in found)


def _medline(corpus: Corpus, article: Article) -> str:
    lines = [*_heads(article), *_people(article), *_kinds(article)]
    for kind, pmid, index in article.links:
        lines.append((_COMMENT_TAGS[kind], f"{citation(corpus, index)}. PMID: {pmid}"))
    for name, major, qualifier in mesh_of(article):
        lines.append(("MH", ("*" if major else "") + name + (f"/{qualifier}" if qualifier else "")))
    if article.keywords:
        lines += [("OTO", "NOTNLM"), *(("OT", plain(word)) for word in article.keywords)]
    days = (("EDAT", article.entered), ("MHDA", article.indexed or article.entered), ("CRDT", article.created))
    lines += [(tag, f"{date.fromordinal(day):%Y/%m/%d} 06:00") for tag, day in days]
    lines += [
        ("PMC", article.pmc),
        ("AID", f"{article.doi} [doi]" if article.doi else f"{article.pmid} [pii]"),
        ("PST", publication_status(article)),
        ("SO", source_of(article)),
    ]
    return "".join(f"{tag:<4}- {_wrapped(text)}\n" for tag, text in lines if text)


_Lines = list[tuple[str, str]]  # an empty text is not written


def _compact(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%Y%m%d}" if ordinal else ""


def _heads(article: Article) -> _Lines:
    medium = "Electronic" if article.elocation or article.online else "Print"
    abstract = " ".join(f"{label}: {plain(part)}" if label else plain(part) for label, part in article.sections)
    return [
        ("PMID", str(article.pmid)),
        ("OWN", "NLM"),
        ("STAT", "MEDLINE" if article.indexed else "Publisher"),
        ("DCOM", _compact(article.indexed)),
        ("LR", _compact(article.modified)),
        ("IS", "" if article.book else f"{issn_of(article)} ({medium})"),
        ("VI", article.volume),
        ("IP", article.issue),
        ("DP", printed_date(article)),
        ("BTI" if article.book else "TI", plain(article.title)),
        ("PG", article.pages or article.elocation),
        ("LID", f"{article.doi} [doi]" if article.doi else ""),
        ("AB", abstract),
    ]


def _people(article: Article) -> _Lines:
    lines: _Lines = []
    for place, (family, given, initials) in enumerate(article.authors):
        if not family:
            lines.append(("CN", initials))
            continue
        lines += [("FAU", f"{family}, {given}"), ("AU", f"{family} {initials}")]
        if place == 0 and article.orcid:
            lines.append(("AUID", f"ORCID: {article.orcid}"))
        if place < 2:
            lines.append(("AD", plain(article.affiliation)))
    return lines


def _kinds(article: Article) -> _Lines:
    title, abbreviation, country = JOURNALS[article.journal]
    lines = [("LA", code) for code in article.languages] + [("PT", name) for name in article.types]
    lines += [("TT", article.vernacular), ("DEP", _compact(article.online))]
    if not article.book:
        lines += [("PL", country), ("TA", abbreviation), ("JT", plain(title)), ("JID", str(9000000 + article.journal))]
    return lines


def source_of(article: Article) -> str:
    """The citation line: journal, date, volume, pages, DOI."""
    place = article.volume + (f"({article.issue})" if article.issue else "")
    pages = article.pages or article.elocation
    where = f";{place}" if place else ""
    where += f":{pages}" if pages else ""
    doi = f" doi: {article.doi}." if article.doi else ""
    return f"{JOURNALS[article.journal][1]}. {printed_date(article)}{where}.{doi}"


def _wrapped(text: str) -> str:
    """MEDLINE's lines: at most 87 characters, goes on after six blanks."""
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + len(word) + 1 > 81:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
    return "\n      ".join(rows)


def as_abstract(found: Iterable[Article]) -> str:
    """Numbered citations with their abstracts, as people read them."""
    parts = []
    for number, article in enumerate(found, 1):
        names = ", ".join(f"{family} {initials}" if family else initials for family, _, initials in article.authors)
        text = "\n".join(f"{label}: {plain(part)}" if label else plain(part) for label, part in article.sections)
        blocks = [f"{number}. {source_of(article)}", plain(article.title), f"{names}." if names else "", text]
        blocks.append(f"PMID: {article.pmid}")
        parts.append("\n\n".join(block for block in blocks if block))
    return "\n\n\n".join(parts) + "\n"


def languages_of(article: Article) -> list[str]:
    """Full names of a record's languages."""
    return [name.capitalize() for code in article.languages for short, name, _ in LANGUAGES if short == code]
