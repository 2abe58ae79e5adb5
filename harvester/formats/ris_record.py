"""One RIS record's tags as a Record. What no field takes is kept under its tag in `extra["ris"]`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from harvester import identifiers
from harvester.formats import normal
from harvester.formats.base import NO_TITLE, Reading
from harvester.formats.ris_tags import DATABASES, KINDS, PARTS, SOURCES, TYPES
from harvester.kinds import kind_of
from harvester.record import Author, PartialDate, Record, Section

Fields = list[tuple[str, str]]

_PMC = re.compile(r"PMC\d{3,9}\Z")
_MEMBER = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*):(\S.*)\Z", re.DOTALL)
_PUBMED_URL = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/)(\d{1,8})(?:[/?#]|\Z)")
_BETWEEN_MEMBERS = re.compile(r"; (?=[a-z0-9]+(?:-[a-z0-9]+)*:)")
_ONLY_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?10\.\d{4,9}/\S+\Z", re.IGNORECASE)
_COCHRANE_PMID = re.compile(r"(?:PUBMED|PMID|PM):?\s*(\d{4,8})\b", re.IGNORECASE)
_PMID_NOTE = re.compile(r"\bPMID:?\s*(\d{4,8})\b")
_SPLIT_KEYWORDS = re.compile(r"\s*;\s+|\s*;\Z")
_ID_LENGTH = 6  # reference managers number their records 1, 2, 3 in ID; a database's own id is longer


class Tags:
    """The values of a record by tag; taken ones are struck, so that what is left can be kept."""

    __slots__ = ("values",)

    def __init__(self, fields: Fields) -> None:
        values: dict[str, list[str]] = {}
        get = values.get
        for tag, said in fields:
            if value := said.strip():
                there = get(tag)
                if there is None:
                    values[tag] = [value]
                else:
                    there.append(value)
        self.values = values

    def all(self, *tags: str) -> list[str]:
        """Every value of the tags, in the order of the tags; taken."""
        return [value for tag in tags for value in self.values.pop(tag, ())]

    def first(self, *tags: str) -> str:
        """The first value of the first of the tags that is there; taken. Equal ones under the other tags go too."""
        found = ""
        for tag in tags:
            values = self.values.get(tag)
            if not values:
                continue
            if not found:
                found = values[0]
            if values[0] == found:
                self.drop(tag)
        return found

    def one(self, tag: str) -> str:
        """The first value of a tag; taken. `first` for one tag, faster."""
        values = self.values.pop(tag, None)
        if values is None:
            return ""
        if len(values) > 1:
            self.values[tag] = values[1:]
        return values[0]

    def drop(self, tag: str) -> None:
        """Strike the tag's first value."""
        values = self.values[tag]
        if len(values) == 1:
            del self.values[tag]
        else:
            del values[0]

    def keep(self, tag: str, value: str) -> None:
        """Put a value back, behind the tag's others."""
        self.values.setdefault(tag, []).append(value)

    def put_back(self, tag: str, value: str) -> None:
        """Put a value back, before the tag's others."""
        self.values.setdefault(tag, []).insert(0, value)


_NEVER = PartialDate()


def record_of(fields: Fields, line: int, reading: Reading, seen_ids: set[str]) -> Record:
    """The record whose tags these are; `seen_ids` makes ids unique within the file.

    This is the hot path of every RIS file: tags that are seldom there are looked for together.
    """
    tags = Tags(fields)
    values = tags.values
    kind = _kind(tags)
    if not values:
        reading.warn(line, "the record holds nothing but its type")
    title = tags.first("TI", "T1", "CT") or (tags.first("BT") if kind == "book" else "") or tags.one("ST")
    if not title:
        reading.warn(line, "the record has no title")
    elif "TI" in values:
        reading.warn(line, "the record has two titles: the TY of another may be missing; the second is kept as a tag")
    journal, abbreviation, book_title = _container(tags, kind)
    source = _source(tags)
    found, publication_types = _identifiers(tags, source)
    issns = _serials(tags, found) if "SN" in values else ()
    members = _members(tags) if "C8" in values else []
    accession = tags.one("AN")
    abstract = tags.first("AB", "N2")
    editors: tuple[Author, ...] = ()
    if "ED" in values or ("A2" in values and kind in PARTS):
        editors = tuple(map(normal.name, tags.all(*(("ED", "A2") if kind in PARTS else ("ED",)))))
    record = Record(
        source=reading.source or (members[0][0] if members else source) or "file",
        source_id="",
        title=title or NO_TITLE,
        kind=kind,
        vernacular_title=tags.one("TT"),
        authors=tuple(map(normal.name, [*values.pop("AU", ()), *values.pop("A1", ())])),
        editors=editors,
        journal=journal,
        journal_abbreviation=abbreviation,
        book_title=book_title,
        publisher=tags.one("PB"),
        place=tags.one("CY") if "PP" not in values else tags.first("CY", "PP"),
        volume=tags.one("VL") or tags.one("VO"),
        issue=tags.one("IS") or tags.one("CP"),
        pages=normal.join_pages(tags.one("SP"), tags.one("EP")),
        published=_published(tags),
        published_online=_NEVER,
        entered=_NEVER,
        modified=_NEVER,
        abstract=(Section(abstract),) if abstract else (),
        languages=tuple(values.pop("LA", ())),
        publication_types=publication_types,
        keywords=_keywords(tags),
        identifiers=found,
        issns=issns,
        url=tags.one("UR"),
    )
    if accession:
        _place_accession(record, accession, source, members)
        if accession not in (record.pmid, members[0][1] if members else accession):
            tags.put_back("AN", accession)
    if len(members) > 1:
        record.extra["members"] = [f"{name}:{number}" for name, number in members]
    if values:
        record.extra["ris"] = values
    record.source_id = _source_id(record, members[0][1] if members else accession, tags)
    if record.source_id in seen_ids:
        reading.warn(line, f"the id {record.source_id!r} comes a second time")
        record.source_id = _free(record.source_id, seen_ids)
    seen_ids.add(record.source_id)
    return record


def _kind(tags: Tags) -> str:
    said = tags.values.pop("TY", None)
    if said is None:
        return "other"
    stated = said[0]
    kind = KINDS.get(stated)
    if kind is None:
        kind = KINDS.get(stated.upper()) or kind_of(stated) or "other"
    if TYPES[kind] != stated:
        tags.keep("TY", stated)
    return kind


def _source(tags: Tags) -> str:
    """The source that DB and DP name, "" when they name none that is known; what they said stays where it differs."""
    databases = tags.values.get("DB")
    platforms = tags.values.get("DP")
    if databases is None and platforms is None:
        return ""
    source = ""
    for name in databases or ():
        source = source or SOURCES.get(name.lower(), "")
    if not databases and platforms and platforms[0] in ("NLM", "NCBI"):
        source = "pubmed"
    label, platform = DATABASES.get(source, ("", ""))
    if databases == [label]:
        del tags.values["DB"]
    if platforms == [platform]:
        del tags.values["DP"]
    return source


_ABBREVIATIONS = ("J2", "JO", "JA", "J1")


def _container(tags: Tags, kind: str) -> tuple[str, str, str]:
    """The journal, its abbreviation, and the book or proceedings that hold the record."""
    book_title = tags.one("BT")
    if kind in PARTS:
        book_title = tags.one("T2") or book_title
        journal = tags.first("JF", "JO")
    else:
        journal = tags.first("JF", "T2") or tags.one("JO")
    abbreviation = ""
    for tag in _ABBREVIATIONS:
        if tag not in tags.values:
            continue
        value = tags.one(tag)
        if value == journal:
            continue
        if abbreviation and value != abbreviation:
            tags.keep(tag, value)
        abbreviation = abbreviation or value
    if not journal and not book_title:
        journal = abbreviation
    return journal, abbreviation, book_title


_HIDING = frozenset({"DOI", "L3", "U5", "PMID", "PMC", "PMCID", "C2", "C3", "C5"})
_TELLING = ("UR", "L2", "LK", "N1")
# Notes of ris_write.py about another work: the numbers in them are not this one's.
_OF_ANOTHER = re.compile(
    r"Related work, |(?:Erratum|Comment|Retraction|Partial ?retraction|Expression ?of ?concern|Update|Republished|"
    r"Corrected ?and ?republished|Retracted ?and ?republished) (?:in|for|on|of|from): ",
    re.IGNORECASE,
)


def _identifiers(tags: Tags, source: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The identifiers, wherever exporters hide them, and the types of work that share M3 with a DOI."""
    values = tags.values
    found: dict[str, list[str]] = {}

    def add(scheme: str, value: str) -> bool:
        if not value:
            return False
        there = found.setdefault(scheme, [])
        if value not in there:
            there.append(value)
        return True

    hidden = not _HIDING.isdisjoint(values)
    for tag in ("DO", "DOI", "L3") if hidden else ("DO",):
        for value in values.pop(tag, ()):
            if not add("doi", identifiers.doi(value)):
                tags.keep(tag, value)
    types = values.pop("M3", ())
    if types and any("10." in value for value in types):
        types = [value for value in types if not (_ONLY_DOI.match(value) and add("doi", identifiers.doi(value)))]
    if "doi" not in found:
        _told_doi(tags, add)
    if hidden:
        _hidden(tags, source, add)
    if "UR" in values or "N1" in values:
        _mentioned(tags, source, add)
    return {scheme: tuple(there) for scheme, there in found.items()}, tuple(types)


def _told_doi(tags: Tags, add: Callable[[str, str], bool]) -> None:
    """A DOI in an address or a note, where it is called one."""
    for tag in _TELLING:
        for value in tags.values.get(tag, ()):
            if (
                "doi" in value.lower()
                and not _OF_ANOTHER.match(value)
                and add("doi", identifiers.doi(_after_doi(value)))
            ):
                return


def _hidden(tags: Tags, source: str, add: Callable[[str, str], bool]) -> None:
    """What stands in tags that were not made for it."""
    for value in tags.all("U5"):
        known = _MEMBER.match(value)
        if not (known and add(known[1], known[2])):
            tags.keep("U5", value)
    for value in tags.all("PMID"):
        if not add("pmid", identifiers.pmid(value)):
            tags.keep("PMID", value)
    for tag in ("PMC", "PMCID"):
        for value in tags.all(tag):
            if not add("pmcid", identifiers.pmcid(value)):
                tags.keep(tag, value)
    _numbers(tags, source, add)


def _numbers(tags: Tags, source: str, add: Callable[[str, str], bool]) -> None:
    """PMIDs and PMCIDs in C2 (Scopus, EndNote), C3 (Cochrane) and C5 (Embase). The tags keep their values."""
    values = tags.values
    databases = {name.lower() for name in values.get("DB", ())}
    for value in values.get("C2", ()):
        if _PMC.match(value):
            add("pmcid", value)
        elif "scopus" in databases and value.isdigit():
            add("pmid", identifiers.pmid(value))
    if "C2" in values and all(_PMC.match(value) for value in values["C2"]):
        del values["C2"]
    for value in values.get("C3", ()):
        if known := _COCHRANE_PMID.search(value):
            add("pmid", known[1])
    if "embase" in databases:
        for value in values.get("C5", ()):
            add("pmid", identifiers.pmid(value))


def _mentioned(tags: Tags, source: str, add: Callable[[str, str], bool]) -> None:
    """PMIDs in PubMed's addresses, and in the notes of other databases' records."""
    for value in tags.values.get("UR", ()):
        if "pubmed" in value and (known := _PUBMED_URL.search(value)):
            add("pmid", known[1])
    if source != "pubmed":
        for value in tags.values.get("N1", ()):
            if "PMID" in value and not _OF_ANOTHER.match(value) and (known := _PMID_NOTE.search(value)):
                add("pmid", known[1])


def _after_doi(value: str) -> str:
    return value[value.lower().index("doi") :]


def _serials(tags: Tags, found: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    issns: list[str] = []
    books = list(found.get("isbn", ()))
    for value in tags.all("SN"):
        serial, book, rest = normal.serials(value)
        if rest:
            tags.keep("SN", value)
        issns += [one for one in serial if one not in issns]
        books += [one for one in book if one not in books]
    if books:
        found["isbn"] = tuple(books)
    return tuple(issns)


def _members(tags: Tags) -> list[tuple[str, str]]:
    """The (source, id) pairs in C8, where this program keeps them."""
    values = tags.values.get("C8", [])
    if len(values) != 1:
        return []
    pairs = [_MEMBER.match(part) for part in _BETWEEN_MEMBERS.split(values[0])]
    if not all(pairs):
        return []
    tags.all("C8")
    return [(pair[1], pair[2]) for pair in pairs if pair]


def _place_accession(record: Record, accession: str, source: str, members: list[tuple[str, str]]) -> None:
    """AN is a PMID in records of PubMed; elsewhere it is that database's own number."""
    own = not members or members[0] == ("pubmed", accession)
    if source == "pubmed" and own and "pmid" not in record.identifiers and identifiers.pmid(accession):
        record.identifiers["pmid"] = (identifiers.pmid(accession),)
    elif _PMC.match(accession) and "pmcid" not in record.identifiers:
        record.identifiers["pmcid"] = (accession,)


_DATES = ("PY", "Y1", "DA")


def _published(tags: Tags) -> PartialDate:
    """The most precise date of the year that PY (or Y1, or DA) names; what says something else is kept."""
    said: list[tuple[str, str, PartialDate]] = [
        (tag, value, normal.date(value)) for tag in _DATES if tag in tags.values for value in tags.values.pop(tag)
    ]
    if len(said) == 1:
        return said[0][2]
    if len(said) == 2 and said[0][2].year is not None:
        # PY with the year and DA with the day, as most files have it.
        first, second = said[0][2], said[1][2]
        if first.month is None and second.year == first.year and second.month and not (first.text or second.text):
            return second
    best, taken = _NEVER, ""
    for place, (tag, value, when) in enumerate(said):
        if when.year is None and best.year is not None and tag == "DA":
            # EndNote's DA says `Jun` where PY says the year.
            when = normal.date(f"{best.year} {value}")  # noqa: PLW2901
            if when.text:
                continue
            said[place] = (tag, value, when)
        if when.year == best.year and best.year is not None:
            precise, known = len(when.iso), len(best.iso)
            if precise > known or (precise == known and when.iso == best.iso and when.text and not best.text):
                best, taken = when, value
        elif best.year is None and (when.year or not best.text):
            best, taken = when, value
    for tag, value, when in said:
        if value != taken and (when.text or not best.iso.startswith(when.iso)):
            tags.keep(tag, value)
    return best


def _keywords(tags: Tags) -> tuple[str, ...]:
    """The keywords: one a tag, or several in one tag behind semicolons or on lines of their own."""
    values = tags.values.pop("KW", None)
    if values is None:
        return ()
    if len(values) == 1 and ";" in values[0]:
        values = [part for part in _SPLIT_KEYWORDS.split(values[0]) if part]
    labels = tags.values.get("LB", ())
    return tuple(value for value in values if value not in labels) if labels else tuple(values)


def _source_id(record: Record, accession: str, tags: Tags) -> str:
    """The database's own id; else one made of what the record says, the same in every reading."""
    if accession:
        return accession
    if record.source == "pubmed" and record.pmid:
        return record.pmid
    for value in tags.values.get("ID", ()):
        if len(value) >= _ID_LENGTH and any(letter.isdigit() for letter in value) and " " not in value:
            return value
    return content_id(record)


def content_id(record: Record) -> str:
    """An id for a record that has none: a digest of what identifies it, so that the same file gives the same ids."""
    if record.title == NO_TITLE:
        return f"sha:{record.content_hash()[:20]}"
    said = "\x1f".join(
        (
            record.title,
            record.doi,
            record.journal,
            record.published.iso,
            record.volume,
            record.issue,
            record.pages,
            "\x1e".join(author.name for author in record.authors),
            record.url,
        )
    )
    return "sha:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]


def _free(taken: str, seen_ids: set[str]) -> str:
    number = 2
    while f"{taken}#{number}" in seen_ids:
        number += 1
    return f"{taken}#{number}"
