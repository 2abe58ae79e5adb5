"""A PDF read: its metadata and its first pages, within bounds. Broken and encrypted ones are named, never skipped."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, field

from harvester.formats import normal
from harvester.record import Author, PartialDate
from harvester.sources.site_html import written_day

MOST_PAGES = 300
MOST_TEXT = 1_000_000  # characters
FIRST_PAGE = 3_000  # characters that may hold the date of publication
MOST_CONTENT = 8 << 20  # bytes of one page's drawing orders, unpacked
_PDF_DATE = re.compile(r"D?:?(\d{4})(\d{2})?(\d{2})?")
_DOI = re.compile(r"(?:doi(?:\.org)?[:/ ]\s*)(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
# What programs write for a title when nobody gave one.
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word|powerpoint|document\d*|slide \d|.*\.(?:docx?|indd|pdf|pptx?))\b", re.IGNORECASE
)


@dataclass(slots=True)
class Pdf:
    """What a PDF says. `pages` counts all, `read` those that were read for `text`; `cut`: that was shortened."""

    title: str = ""
    authors: tuple[Author, ...] = ()
    published: PartialDate = field(default_factory=PartialDate)
    date_by: str = ""  # pdf-text where the first page and the metadata agree on the year, else which of them spoke
    date_sure: bool = False
    subject: str = ""
    language: str = ""  # what the file says of itself (/Lang)
    keywords: tuple[str, ...] = ()
    text: str = ""
    doi: str = ""
    pages: int = 0
    read: int = 0
    cut: bool = False


def read(body: bytes) -> Pdf:
    """A PDF read. Raises ValueError when it is broken, encrypted, or no PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("the PDF is encrypted: open it with its password and import it by hand")
        found = Pdf(pages=len(reader.pages))
        _metadata(reader.metadata or {}, found)
        found.language = _language(reader)
        _text(reader, found)
    except (
        PyPdfError,
        OSError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        AssertionError,
    ) as error:
        raise ValueError(f"the PDF cannot be read: {type(error).__name__}: {error}"[:300]) from error
    _date(found)
    if not found.title:
        found.title = first_line(found.text)
    if not found.doi and (known := _DOI.search(found.text[:5000])):
        from harvester import identifiers

        found.doi = identifiers.doi(known[1])
    return found


def _metadata(said: object, found: Pdf) -> None:
    get = getattr(said, "get", lambda _name: None)

    def text(name: str) -> str:
        value = get(name)
        return " ".join(str(value).split()) if value is not None else ""

    title = text("/Title")
    found.title = "" if _NO_TITLE.match(title) else title
    found.authors = tuple(normal.person(part) for part in people(text("/Author")))
    found.subject = text("/Subject")
    found.keywords = tuple(part for part in re.split(r"\s*[;,]\s*", text("/Keywords")) if part)
    if known := _PDF_DATE.match(text("/CreationDate") or text("/ModDate")):
        found.published = normal.date("/".join((known[1], known[2] or "", known[3] or "")))


def _language(reader: object) -> str:
    said = getattr(reader, "root_object", {}).get("/Lang")
    return str(said).strip() if isinstance(said, str) else ""


def _date(found: Pdf) -> None:
    """A file's own date is often that of a later export, and a date on its first page may be of something else.

    Only where both name the same year is the date sure.
    """
    written = written_day(found.text[:FIRST_PAGE])
    if written.year and (written.year == found.published.year or not found.published.year):
        found.date_sure = written.year == found.published.year
        found.published, found.date_by = written, "pdf-text"
    elif found.published.year:
        found.date_by = "pdf-metadata"


def _text(reader: object, found: Pdf) -> None:
    length = 0
    pieces = []
    for page in getattr(reader, "pages")[:MOST_PAGES]:  # noqa: B009 - pypdf is imported where it is used
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > MOST_CONTENT:
            continue  # a drawing, or a bomb
        text = page.extract_text() or ""
        found.read += 1
        pieces.append(text)
        length += len(text)
        if length > MOST_TEXT:
            break
    found.cut = length > MOST_TEXT
    found.text = "\n".join(pieces)[:MOST_TEXT].strip()


def people(text: str) -> list[str]:
    """The names in one line: between semicolons or `and`; between commas where every part is more than one word."""
    names = [part for part in re.split(r"\s*;\s*|\s+and\s+|\s*&\s*", text) if part]
    parts = [part.strip() for name in names for part in name.split(",") if part.strip()]
    return parts if len(parts) > len(names) and all(" " in part for part in parts) else names


def first_line(text: str) -> str:
    """The first line that may be a title: long enough, with letters."""
    for line in text.split("\n")[:30]:
        flat = " ".join(line.split())
        if 10 <= len(flat) <= 300 and sum(letter.isalpha() for letter in flat) > len(flat) / 2:
            return flat
    return ""
