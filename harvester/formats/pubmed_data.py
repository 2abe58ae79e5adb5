"""The tail of an article, `<PubmedData>`: history, status, ids, references.

It is a third of an article's elements or more, flat, and always laid out in the same way. So it is read by regular
expressions, and only where they find every date and every id that is there; all else goes to the XML parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harvester.formats.pubmed_dates import NOTHING, iso_day, known_day
from harvester.record import PartialDate

_DATE = (
    r'<PubMedPubDate PubStatus="([a-z-]+)">\s*<Year>(\d{4})</Year>\s*<Month>(\d\d?)</Month>\s*<Day>(\d\d?)</Day>'
    r"(?:\s*<(?:Hour|Minute|Second)>\d*</(?:Hour|Minute|Second)>)*\s*</PubMedPubDate>"
)
_ID = r'<ArticleId IdType="([a-z-]+)">([^<>&]*)</ArticleId>'
_STATUS = re.compile(r"<PublicationStatus>([^<>&]*)</PublicationStatus>")
_DATES = re.compile(_DATE)
_IDS = re.compile(_ID)
_END = b"</PubmedArticle>"


@dataclass(slots=True)
class Tail:
    """What PubmedData says: the day of each status, the day of entry (EDAT), and (kind, value) of each id."""

    history: dict[str, str]
    entered: PartialDate
    status: str
    ids: list[tuple[str, str]]


def cut_tail(piece: bytes) -> tuple[bytes, Tail | None]:
    """An article without its tail, and the tail read; or the article as it is, and None."""
    begin = piece.find(b"<PubmedData>")
    if begin < 0 or not piece.endswith(_END):
        return piece, None
    # What the article cites is read by nothing here; it is always the last thing in the tail.
    references = piece.find(b"<ReferenceList>", begin)
    try:
        tail = _read(piece[begin : references if references > 0 else -len(_END)].decode())
    except UnicodeDecodeError:
        return piece, None  # the parser says what is wrong with it
    return (piece, None) if tail is None else (piece[:begin] + _END, tail)


def _read(data: str) -> Tail | None:
    dates, ids, status = _DATES.findall(data), _IDS.findall(data), _STATUS.search(data)
    # `<PubMedPubDate`, `<PublicationStatus` and `<PubmedData`, `<ArticleId` and its list, all of them and nothing else.
    known = len(dates) + (status is not None) + 1
    if data.count("<Pub") != known or data.count("<ArticleId") != len(ids) + 1 or data.count("List>") != 2:
        return None
    days: dict[str, str] = {}
    entered = NOTHING
    for kind, year, month, day in dates:
        iso = iso_day(year, month, day)
        if not iso:
            return None
        if kind not in days:
            days[kind] = iso
            if kind == "entrez" or (kind == "pubmed" and entered is NOTHING):
                entered = known_day(year, month, day)
    return Tail(days, entered, status.group(1).strip() if status else "", ids)
