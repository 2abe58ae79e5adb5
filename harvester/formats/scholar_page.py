"""Google Scholar's result pages as a browser saves them: the hits of one page, their rank kept. Read only.

A hit is a `div.gs_r.gs_or`: its title in `.gs_rt` (with marks such as [PDF]), a line of authors, journal and year in
`.gs_a`, a snippet in `.gs_rs`, which is no abstract. The pages are nobody's interface and may change: a page without
a hit, and without Scholar's own word that there are none, cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harvester import identifiers
from harvester.errors import FormatError
from harvester.formats.base import Reading
from harvester.record import Author, PartialDate, Record, Section

MOST_CHARACTERS = 1 << 24
_HIT = re.compile(r"<div[^>]*\bclass=\"[^\"]*\bgs_or\b[^\"]*\"[^>]*>")
_PREFIX = re.compile(r"\A(?:\[(?:HTML|PDF|BOOK|CITATION|B|C|DOC|TXT)\]\s*)+", re.IGNORECASE)
_NOTHING = re.compile(r"did not match any articles", re.IGNORECASE)


def sniff(head: str) -> bool:
    """Whether this is a page of Google Scholar's."""
    return "<html" in head[:4000].lower() and ("Google Scholar" in head or "gs_r gs_or" in head)


def count(reading: Reading) -> int:
    """How many hits the page's source shows."""
    return sum(len(_HIT.findall(block)) for block in [_text(reading)])


def records(reading: Reading) -> Iterator[Record]:
    """The hits, best first."""
    from lxml import html

    text = _text(reading)
    root: Any = html.document_fromstring(
        text.encode("utf-8", "surrogatepass"), parser=html.HTMLParser(encoding="utf-8")
    )
    hits: list[Any] = root.xpath("//div[contains(concat(' ', @class, ' '), ' gs_or ')]")
    if not hits and not _NOTHING.search(text):
        raise FormatError(
            "is a page of Google Scholar's without a result",
            file=str(reading.file.path),
            hint="Save the page with its results; a robot check has none.",
        )
    first = _first_rank(root, len(hits))
    seen: set[str] = set()
    for place, hit in enumerate(hits):
        made = _record(hit, first + place, reading.source or "google-scholar")
        if made is None:
            reading.reject(0, f"hit {first + place} has no title")
            continue
        if made.source_id in seen:
            made.source_id = f"{made.source_id}#{first + place}"
        seen.add(made.source_id)
        yield made


def _text(reading: Reading) -> str:
    with reading.file.text() as stream:
        return stream.read(MOST_CHARACTERS)


def _first_rank(root: Any, size: int) -> int:
    """The rank of the page's first hit, from `Page 3 of about ...`; 1 where the page does not say."""
    words = " ".join(root.xpath("//*[@id='gs_ab_md']//text()"))
    found = re.search(r"Page (\d+) of", words)
    page = int(found[1]) if found else 1
    return (page - 1) * (10 if size <= 10 else 20) + 1


def _record(hit: Any, rank: int, source: str) -> Record | None:
    titles = hit.xpath(".//*[contains(concat(' ', @class, ' '), ' gs_rt ')]")
    title, kind = heading(_words(titles[0]) if titles else "")
    if not title:
        return None
    line = _words(next(iter(hit.xpath(".//*[contains(concat(' ', @class, ' '), ' gs_a ')]")), None))
    snippet = _words(next(iter(hit.xpath(".//*[contains(concat(' ', @class, ' '), ' gs_rs ')]")), None))
    link = next(iter(titles[0].xpath(".//a/@href")), "")
    link = link if link.startswith(("http://", "https://")) else ""
    authors, journal, year = summary(line)
    doi = identifiers.doi(link)
    return Record(
        source,
        hit.get("data-cid") or hit.get("data-did") or f"rank {rank}: {title[:80]}",
        title,
        kind=kind,
        authors=authors,
        journal=journal,
        published=PartialDate(int(year)) if year else PartialDate(),
        abstract=(Section(snippet, "SNIPPET"),) if snippet else (),
        identifiers={"doi": (doi,)} if doi else {},
        url=link,
        extra={"rank": rank},
    )


def _words(node: Any) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())


def heading(title: str, kind: str = "") -> tuple[str, str]:
    """A hit's title without `[PDF]` and its like, and its genre."""
    marks = _PREFIX.match(title)
    bare = title[marks.end() :] if marks else title
    said = (marks.group() if marks else "") + kind
    return bare, "book" if "book" in said.lower() or "[b]" in said.lower() else "article"


def summary(line: str) -> tuple[tuple[Author, ...], str, str]:
    """The line under a hit, `A Author, B Author - Journal, 2021 - publisher`: authors, journal, year."""
    pieces = [piece.strip() for piece in re.split(r"\s[-\u2013]\s", line.replace("\xa0", " "))]
    middle = pieces[1] if len(pieces) > 1 else ""
    year = re.search(r"(?:^|,\s*|\s)((?:19|20)\d\d)\Z", middle)
    where = middle[: year.start()].rstrip(", ") if year else middle
    if len(pieces) == 2 and not year:
        where = ""  # only a publisher's address
    names = [name.strip(" \u2026.") for name in pieces[0].split(",")]
    return tuple(_author(name) for name in names if name), where.strip(" \u2026"), year.group(1) if year else ""


def _author(name: str) -> Author:
    """`MH Guo`: Scholar prints initials before the family name."""
    initials, _, family = name.rpartition(" ")
    return Author(family, initials=initials)
