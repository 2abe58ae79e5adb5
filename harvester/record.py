"""A bibliographic record as one source gave it, in the one shape that everything else reads.

Only `source`, `source_id` and `title` are required; all else is tolerated as missing. Nothing here asks the
network or the clock. Plain slotted dataclasses: a pydantic model costs four times as much per record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Author:
    """One author. A person has `family`; a group (collective author) has only `collective`."""

    family: str = ""
    given: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliation: str = ""

    @property
    def name(self) -> str:
        """`Family, Given, Suffix` as RIS wants it, or the collective name."""
        if self.collective:
            return self.collective
        if self.family and self.given and not self.suffix:
            return f"{self.family}, {self.given}"
        return ", ".join(part for part in (self.family, self.given or self.initials, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precisely as the source gave it. `text` keeps what was printed ("2019 Nov-Dec", "Winter 2020")."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    text: str = ""

    @property
    def iso(self) -> str:
        """`2022`, `2022-07` or `2022-07-31`: as much as is known; "" when not even the year is."""
        if self.year is None:
            return ""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    @property
    def precision(self) -> str:
        """`day`, `month`, `year` or ``."""
        return {0: "", 4: "year", 7: "month", 10: "day"}[len(self.iso)]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an abstract. `label` is the printed label ("BACKGROUND"), "" where the abstract has none."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """One controlled-vocabulary heading (MeSH), with its subheadings; `major` marks the focus of the record."""

    name: str
    ui: str = ""
    major: bool = False
    subheadings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie to another publication: MEDLINE's CommentsCorrections `RefType` ("RetractionIn", "ErratumFor"...)."""

    kind: str
    citation: str = ""
    pmid: str = ""
    doi: str = ""


@dataclass(slots=True)
class Record:
    """One record of one source.

    `identifiers` maps a scheme ("doi", "pmid", "pmcid", "isbn", ...) to the values in the form of
    harvester.identifiers. `kind` is a RIS-like genre: article, book, chapter, thesis, report, web, conference,
    other. `extra` holds what the source said and no field here says; it is kept, exported where possible,
    and never interpreted.
    """

    source: str
    source_id: str
    title: str
    version: str = ""
    kind: str = "article"
    vernacular_title: str = ""
    authors: tuple[Author, ...] = ()
    editors: tuple[Author, ...] = ()
    journal: str = ""
    journal_abbreviation: str = ""
    book_title: str = ""
    publisher: str = ""
    place: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: PartialDate = field(default_factory=PartialDate)
    published_online: PartialDate = field(default_factory=PartialDate)
    entered: PartialDate = field(default_factory=PartialDate)
    modified: PartialDate = field(default_factory=PartialDate)
    abstract: tuple[Section, ...] = ()
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    relations: tuple[Relation, ...] = ()
    identifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    issns: tuple[str, ...] = ()
    url: str = ""
    status: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def doi(self) -> str:
        """The first DOI, or ""."""
        return self.identifiers.get("doi", ("",))[0]

    @property
    def pmid(self) -> str:
        """The PubMed number, or ""."""
        return self.identifiers.get("pmid", ("",))[0]

    @property
    def abstract_text(self) -> str:
        """The abstract as one text, labelled parts as `LABEL: text`, one a line."""
        return "\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in self.abstract)

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON values; fields that hold their default are left out, but for the required ones.

        Written out because dataclasses.asdict, which copies deeply, takes several times as long.
        """
        plain: dict[str, Any] = {"source": self.source, "source_id": self.source_id, "title": self.title}
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value == default:
                continue
            if name in _PARTS:
                plain[name] = [_plain(part) for part in value]
            elif isinstance(value, PartialDate):
                plain[name] = _plain(value)
            else:
                plain[name] = value
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Record:
        """The inverse of `to_dict`, also after a round through JSON."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name, kind in _PARTS.items():
            if name in values and kind is not Heading:
                values[name] = tuple(kind(**part) for part in values[name])
        if "headings" in values:
            values["headings"] = tuple(
                Heading(**{**part, "subheadings": tuple(part.get("subheadings", ()))}) for part in values["headings"]
            )
        for name in ("published", "published_online", "entered", "modified"):
            if name in values:
                values[name] = PartialDate(**values[name])
        for name in ("languages", "publication_types", "keywords", "issns"):
            if name in values:
                values[name] = tuple(values[name])
        if "identifiers" in values:
            values["identifiers"] = {scheme: tuple(found) for scheme, found in values["identifiers"].items()}
        return cls(**values)

    def content_hash(self) -> str:
        """A sha256 of all that the record says, the same for the same content in any process."""
        from hashlib import sha256  # OpenSSL is 3.5 MB: not before it is needed

        return sha256(self.to_json().encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> str:
        """`to_dict` as JSON text, keys sorted, so that the same content gives the same text in any process."""
        try:
            return _json(self)
        except TypeError:  # a source that gave a number for a text: the general way takes it
            return _ENCODER.encode(self.to_dict())


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PARTS: dict[str, type[Any]] = {
    "authors": Author,
    "editors": Author,
    "abstract": Section,
    "headings": Heading,
    "relations": Relation,
}
_DEFAULTS: dict[str, Any] = {
    each.name: each.default_factory() if callable(each.default_factory) else each.default
    for each in fields(Record)
    if each.name not in ("source", "source_id", "title")
}
_NAMES: dict[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((each.name, "" if each.default is MISSING else each.default) for each in fields(kind))
    for kind in (Author, Section, Heading, Relation, PartialDate)
}
# Parts whose first field is required keep it even when it is empty.
_REQUIRED = {Section: "text", Heading: "name", Relation: "kind"}


def _plain(part: Any) -> dict[str, Any]:
    kind = type(part)
    plain = {name: value for name, default in _NAMES[kind] if (value := getattr(part, name)) != default}
    if kind in _REQUIRED:
        plain.setdefault(_REQUIRED[kind], "")
    return plain


# The same text as _ENCODER.encode(record.to_dict()), written out: every record that comes is hashed by it, and this
# takes half the time. tests/store/test_record_json.py holds the two against each other.


def _json(record: Record) -> str:
    written = []
    for name, write, default in _WRITERS:
        value = getattr(record, name)
        if value != default:
            written.append(f'"{name}":{write(value)}')
    return "{" + ",".join(written) + "}"


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ",".join(map(_quote, values)) + "]"


def _authors(authors: tuple[Author, ...]) -> str:
    written = []
    for author in authors:
        parts = []
        if author.affiliation:
            parts.append('"affiliation":' + _quote(author.affiliation))
        if author.collective:
            parts.append('"collective":' + _quote(author.collective))
        if author.family:
            parts.append('"family":' + _quote(author.family))
        if author.given:
            parts.append('"given":' + _quote(author.given))
        if author.initials:
            parts.append('"initials":' + _quote(author.initials))
        if author.orcid:
            parts.append('"orcid":' + _quote(author.orcid))
        if author.suffix:
            parts.append('"suffix":' + _quote(author.suffix))
        written.append("{" + ",".join(parts) + "}")
    return "[" + ",".join(written) + "]"


def _headings(headings: tuple[Heading, ...]) -> str:
    written = []
    for heading in headings:
        parts = ['"major":true'] if heading.major else []
        parts.append('"name":' + _quote(heading.name))
        if heading.subheadings:
            parts.append('"subheadings":' + _texts(heading.subheadings))
        if heading.ui:
            parts.append('"ui":' + _quote(heading.ui))
        written.append("{" + ",".join(parts) + "}")
    return "[" + ",".join(written) + "]"


def _sections(sections: tuple[Section, ...]) -> str:
    written = [
        f'{{"label":{_quote(part.label)},"text":{_quote(part.text)}}}'
        if part.label
        else f'{{"text":{_quote(part.text)}}}'
        for part in sections
    ]
    return "[" + ",".join(written) + "]"


def _others(values: Any) -> str:
    return _ENCODER.encode([_plain(value) for value in values])


def _date(value: PartialDate) -> str:
    parts = []
    if value.day is not None:
        parts.append(f'"day":{value.day:d}')
    if value.month is not None:
        parts.append(f'"month":{value.month:d}')
    if value.text:
        parts.append('"text":' + _quote(value.text))
    if value.year is not None:
        parts.append(f'"year":{value.year:d}')
    return "{" + ",".join(parts) + "}"


def _writer(name: str, default: Any) -> Callable[[Any], str]:
    special: dict[str, Callable[[Any], str]] = {
        "authors": _authors,
        "editors": _authors,
        "headings": _headings,
        "abstract": _sections,
    }
    if name in special:
        return special[name]
    if name in _PARTS:
        return _others
    if isinstance(default, PartialDate):
        return _date
    if isinstance(default, tuple):
        return _texts
    return _quote if isinstance(default, str) else _ENCODER.encode


_quote: Callable[[str], str] = json.encoder.encode_basestring
_NOTHING = object()  # what no value equals: required fields are always written
_WRITERS: tuple[tuple[str, Callable[[Any], str], Any], ...] = tuple(
    (each.name, _writer(each.name, _DEFAULTS.get(each.name, "")), _DEFAULTS.get(each.name, _NOTHING))
    for each in sorted(fields(Record), key=lambda each: each.name)
)
