"""One record of the corpus as it stands on one day, in plain words: what the renderers write out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from harvester.sandbox import headings, people, prose
from harvester.sandbox.chance import draw
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.relations import REF_TYPES, SAME_WORK, Relation

Name = tuple[str, str, str]  # family, given names, initials; ("", "", group) for a collective author


@dataclass(slots=True)
class Article:
    """A record on the day of the clock. Texts are XML; days are ordinals, 0 none."""

    index: int
    pmid: int
    version: int
    title: str
    vernacular: str
    sections: list[tuple[str, str]]  # label, text
    keywords: list[str]
    languages: list[str]
    authors: list[Name]
    orcid: str
    affiliation: str
    journal: int
    volume: str
    issue: str
    pages: str
    elocation: str
    doi: str
    pmc: str
    printed: int  # 0 while only the electronic date is known
    precision: int
    online: int
    created: int
    entered: int
    indexed: int  # 0 while not indexed
    will_index: bool
    modified: int
    types: list[str]
    topic: headings.Topic
    ages: tuple[str, ...]
    links: list[tuple[str, int, int]]  # RefType, PMID, index
    references: list[int]
    book: bool


def articles(corpus: Corpus, indices: Sequence[int], clock: int) -> list[Article]:
    """The records of `indices` on the day `clock`."""
    rows = np.array(indices, dtype=np.int64)
    if not len(rows):
        return []
    take = {
        name: getattr(corpus, name)[rows].tolist()
        for name in (
            "pmid", "created", "entered", "indexed", "printed", "precision", "online", "print_known", "abstract_since",
            "new_version", "relation", "target", "companion", "base", "layout", "language", "second_language", "topic",
            "age", "journal", "type_set", "book",
        )
    }  # fmt: skip
    take["title"] = corpus.title[:, rows].T.tolist()
    take["abstract"] = corpus.abstract[:, rows].T.tolist()
    take["keywords"] = corpus.keywords[:, rows].T.tolist()
    names = list(take)
    return [
        _article(corpus, index, dict(zip(names, values, strict=True)), clock)
        for index, values in zip(rows.tolist(), zip(*take.values(), strict=True), strict=True)
    ]


def _article(corpus: Corpus, index: int, row: dict[str, Any], clock: int) -> Article:
    seed, base, relation = corpus.seed, row["base"], Relation(row["relation"])
    chance = draw(seed, base, 200)
    own = draw(seed, index, 201)
    known = row["print_known"] <= clock
    links = _links(corpus, index, row, clock)
    types = list(headings.TYPE_SETS[row["type_set"]])
    if any(kind == "RetractionIn" for kind, _, _ in links):
        types.append("Retracted Publication")
    language = prose.LANGUAGES[row["language"]][0]
    languages = [language]
    if row["second_language"] >= 0:
        languages.append(prose.LANGUAGES[row["second_language"]][0])
    if language != "eng":
        types.append("English Abstract")
    modified = max(
        [row["created"]]
        + [
            day
            for day in (row["indexed"], row["print_known"], row["abstract_since"], row["new_version"])
            if day <= clock
        ]
        + [int(corpus.created[other]) for _, _, other in links if other == row["companion"]]
    )
    indexed = row["indexed"] if 0 < row["indexed"] <= clock else 0
    electronic = chance % 3 == 0
    first = 1 + chance // 7 % 1900
    return Article(
        index=index,
        pmid=row["pmid"],
        version=2 if 0 < row["new_version"] <= clock else 1,
        title=_title(corpus, row["title"], language),
        vernacular=_vernacular(language, chance),
        sections=_sections(corpus, row, clock),
        keywords=[corpus.stock.xml[unit] for unit in row["keywords"] if unit],
        languages=languages,
        authors=_authors(seed, index if relation is Relation.COMMENT else base),
        orcid=_orcid(chance) if chance % 5 == 0 else "",
        affiliation=people.AFFILIATIONS[chance // 11 % len(people.AFFILIATIONS)] if chance % 4 else "",
        journal=row["journal"],
        volume="" if relation is Relation.PREPRINT or not known else str(1 + chance // 13 % 60),
        issue=_issue(relation, chance, known),
        pages=_pages(first, 4 + chance // 17 % 14, chance, electronic=electronic) if known else "",
        elocation=f"e{first:06d}" if electronic else "",
        doi="" if chance % 12 == 5 else f"10.5555/synth.{base if relation in SAME_WORK else index:07d}",
        pmc=f"PMC{90000000 + index}" if own % 3 == 0 else "",
        printed=row["printed"] if known else 0,
        precision=row["precision"],
        online=row["online"],
        created=row["created"],
        entered=row["entered"],
        indexed=indexed,
        will_index=row["indexed"] > 0,
        modified=modified,
        types=types,
        topic=headings.TOPICS[row["topic"]] if indexed else (),
        ages=headings.AGES[row["age"]] if indexed else (),
        links=links,
        references=references(corpus, index, clock),
        book=bool(row["book"]),
    )


def _title(corpus: Corpus, units: list[int], language: str) -> str:
    prefix, lead, middle, tail = (corpus.stock.xml[unit] for unit in units)
    title = f"{lead} {middle}{tail}."
    if prefix:
        title = f"{prefix} {title}"
    return title if language == "eng" else f"[{title[:-1]}]."


def _vernacular(language: str, chance: int) -> str:
    if language == "eng":
        return ""
    return prose.VERNACULAR[language].format(place=prose.PLACES[chance // 5 % len(prose.PLACES)]) + "."


def _sections(corpus: Corpus, row: dict[str, Any], clock: int) -> list[tuple[str, str]]:
    if not row["layout"] or row["abstract_since"] > clock:
        return []
    sections: list[tuple[str, list[str]]] = []
    for label, unit in zip(prose.LAYOUTS[row["layout"]], row["abstract"], strict=True):
        if not unit:
            continue
        if label or not sections:
            sections.append((label, []))
        sections[-1][1].append(corpus.stock.xml[unit])
    return [(label, " ".join(sentences)) for label, sentences in sections]


def _authors(seed: int, index: int) -> list[Name]:
    chance = draw(seed, index, 210)
    style = chance % 64
    if style == 0:
        return []
    names: list[Name] = [] if style == 1 else [_author(seed, index, place) for place in range(1 + chance // 64 % 7)]
    if style in (1, 2):
        names.append(("", "", people.GROUPS[chance // 1024 % len(people.GROUPS)]))
    return names


def _author(seed: int, index: int, place: int) -> Name:
    return people.author(draw(seed, index, 211 + place))


def _orcid(chance: int) -> str:
    """An ORCID iD with its ISO 7064 check digit, from a block that ORCID has not given out."""
    digits = f"0009999{chance % 10**8:08d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    text = digits + ("X" if rest == 10 else str(rest))
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def _issue(relation: Relation, chance: int, known: bool) -> str:
    if relation is Relation.MEETING:
        return "Suppl 1"
    if relation is Relation.PREPRINT or not known or chance % 5 == 1:
        return ""
    return str(1 + chance // 19 % 12)


def _pages(first: int, count: int, chance: int, *, electronic: bool) -> str:
    """Pages as MEDLINE prints them: the last page without the digits it shares, most often.

    Half of the articles without pages have their number there (as BMJ Open's have), the others have nothing.
    """
    if electronic:
        return f"e{first:06d}" if chance // 23 % 2 else ""
    last = str(first + count)
    start = str(first)
    if chance % 3 != 1 and len(start) == len(last):
        keep = next((place for place in range(len(last)) if last[place] != start[place]), len(last) - 1)
        last = last[keep:]
    return f"{start}-{last}"


def _links(corpus: Corpus, index: int, row: dict[str, Any], clock: int) -> list[tuple[str, int, int]]:
    links = []
    relation = Relation(row["relation"])
    if relation in REF_TYPES and row["target"] >= 0 and int(corpus.created[row["target"]]) <= clock:
        links.append((REF_TYPES[relation][0], int(corpus.pmid[row["target"]]), row["target"]))
    other = row["companion"]
    if other >= 0 and int(corpus.created[other]) <= clock:
        kind = Relation(int(corpus.relation[other]))
        if kind in REF_TYPES:
            links.append((REF_TYPES[kind][1], int(corpus.pmid[other]), other))
    return links


def references(corpus: Corpus, index: int, clock: int) -> list[int]:
    """Indices of the records that a record cites: earlier ones of the same neighbourhood, at most eight."""
    start = max(0, index - 400)
    if not index or draw(corpus.seed, index, 230) % 4 == 0:
        return []
    found = []
    for place in range(1 + draw(corpus.seed, index, 231) % 8):
        other = start + draw(corpus.seed, index, 232 + place) % (index - start)
        if corpus.created[other] < corpus.created[index] and other not in found:
            found.append(other)
    return found


def day(ordinal: int) -> date:
    """An ordinal as a date."""
    return date.fromordinal(ordinal)
