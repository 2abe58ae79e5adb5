"""Reference files, one format a file. `read` finds the format out from the content; `write` takes its name.

    for record in formats.read("export.ris"): ...
    formats.write("out.ris", records, "ris")

`open_file` gives the same records with the numbers: stated, parsed, rejected, warnings.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from harvester.errors import FormatError, UsageError
from harvester.formats import archive, xlsx
from harvester.formats.base import Reading, Rejected, Writer
from harvester.formats.text import TextFile
from harvester.record import Record

__all__ = [
    "FORMATS",
    "Format",
    "Reading",
    "Rejected",
    "Writer",
    "by_suffix",
    "open_file",
    "read",
    "sniff",
    "write",
    "writer",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name, what people call it, the endings its files have, the module that knows it.

    `reads` and `writes` say what that module offers: `sniff`, `count` and `records`; `writer`, with `options`.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    module: str
    reads: bool = True
    writes: bool = False
    options: tuple[tuple[str, Any], ...] = ()


# In the order in which their signs are looked for: the surest first.
FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("ovid-tagged", "Ovid tagged", (), "ovid_tagged"),
        Format("ris", "RIS", (".ris",), "ris", writes=True),
        Format("nbib", "PubMed / MEDLINE tagged", (".nbib",), "nbib", writes=True),
        Format("pubmed-xml", "PubMed XML", (), "pubmed_xml"),
        Format("endnote-xml", "EndNote XML", (".xml",), "endnote_xml", writes=True),
        Format("wos", "Web of Science tagged", (".ciw",), "wos"),
        Format("ovid", "Ovid labelled", (), "ovid"),
        Format("refworks", "RefWorks tagged", (), "refworks"),
        Format("refer", "Refer / EndNote tagged (.enw)", (".enw",), "refer"),
        Format("scholar-page", "Google Scholar, a saved result page", (".html", ".htm"), "scholar_page"),
        Format("jsonl", "JSON Lines, every field", (".jsonl", ".ndjson"), "jsonl", writes=True),
        Format("csl-json", "CSL-JSON, Publish or Perish JSON", (".json",), "csl", writes=True),
        Format("bibtex", "BibTeX", (".bib",), "bibtex", writes=True),
        Format("csv", "CSV", (".csv",), "table", writes=True),
        Format("zip", "archive of any of these", (), "archive"),
        Format("xlsx", "Excel workbook, its first sheet", (".xlsx",), "xlsx", writes=True),
        Format("tsv", "tab-separated", (".tsv", ".tab"), "table", writes=True, options=(("delimiter", "\t"),)),
    )
}


def _module(form: Format) -> Any:
    return importlib.import_module(f"harvester.formats.{form.module}")


def sniff(path: str | Path) -> str:
    """The name of the format that the file's content is in, whatever its name. Raises FormatError."""
    return _sniff(TextFile(Path(path)))


def _sniff(file: TextFile) -> str:
    if archive.is_archive(file):
        if xlsx.is_workbook(file):
            return "xlsx"
        if file.member:
            raise FormatError("is an archive in an archive", file=file.label, hint="Unpack the outer one by hand.")
        return "zip"
    if file.begins().startswith(archive.ATTACHED):
        raise FormatError(
            "is a PDF, a picture or an old Office file, no reference file",
            file=file.label,
            hint="Export the references themselves, as RIS where there is a choice.",
        )
    head = file.head()
    if not head.strip("\x00 \t\r\n\ufeff"):
        raise FormatError("is empty", file=file.label, hint="Export it again.")
    tried = set()
    for form in FORMATS.values():
        if form.reads and form.module not in tried:
            tried.add(form.module)
            found = _module(form).sniff(head)
            if found:
                return found if isinstance(found, str) else form.name
    first = next((line.strip() for line in head.split("\n") if line.strip()), "")
    raise FormatError(
        f"is in no format that is known here; it begins {first[:60]!r}",
        file=file.label,
        line=1,
        hint=f"Known are {', '.join(form.label for form in FORMATS.values() if form.reads)}.",
    )


def open_file(
    path: str | Path,
    *,
    format: str = "",  # noqa: A002 - what it is called everywhere
    source: str = "",
    keep_readable: bool = False,
    mend: bool = False,
) -> Reading:
    """A reference file ready to be read. `format` "" finds it out. Raises FormatError, UsageError."""
    return open_text(TextFile(Path(path)), format=format, source=source, keep_readable=keep_readable, mend=mend)


def open_text(
    file: TextFile,
    *,
    format: str = "",  # noqa: A002
    source: str = "",
    keep_readable: bool = False,
    mend: bool = False,
) -> Reading:
    """As `open_file`, for a file that may lie in an archive."""
    name = format or _sniff(file)
    form = FORMATS.get(name)
    if form is None or not form.reads:
        raise UsageError(f"{name!r} cannot be read", hint=f"Known: {', '.join(FORMATS)}.")
    return Reading(file, name, _module(form), source=source, keep_readable=keep_readable, mend=mend)


def read(
    path: str | Path,
    *,
    format: str = "",  # noqa: A002 - what it is called everywhere
    source: str = "",
    keep_readable: bool = False,
) -> Iterator[Record]:
    """The records of a reference file, streamed.

    Raises FormatError before the first record when the file cannot be read at all, and after the last when not all
    that it holds could be read (see Reading).
    """
    return iter(open_file(path, format=format, source=source, keep_readable=keep_readable))


def database_label(source: str) -> str:
    """What people call a source: `Web of Science` for `web-of-science`; the name itself where it is not known."""
    from harvester.formats.ris_tags import DATABASES

    return DATABASES.get(source, (source, ""))[0]


def by_suffix(path: str | Path) -> str:
    """The format that a file name's ending asks for; "" when it asks for none."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes if suffix.lower() != ".gz"]
    for form in FORMATS.values():
        if suffixes and suffixes[-1] in form.suffixes:
            return form.name
    return ""


def _written() -> str:
    return ", ".join(form.name for form in FORMATS.values() if form.writes)


def writer(format: str, out: IO[bytes], **options: Any) -> Writer:  # noqa: A002
    """A writer of records in `format` to a binary stream. Raises UsageError for a format that is not written."""
    form = FORMATS.get(format)
    if form is None or not form.writes:
        raise UsageError(f"{format!r} cannot be written", hint=f"Known: {_written()}.")
    made: Writer = _module(form).writer(out, **dict(form.options), **options)
    return made


def write(path: str | Path, records: Iterable[Record], format: str = "", **options: Any) -> int:  # noqa: A002
    """Write records to a file, whole or not at all; returns how many. `format` "" goes by the name's ending.

    `options`: `label` (said of every record), and what the format's own writer takes.
    """
    path = Path(path)
    name = format or by_suffix(path)
    if not name:
        raise UsageError(
            f"no format is known by the ending of {path.name!r}",
            hint=f"Say which (`convert`: --to). Known: {_written()}.",
        )
    written = 0
    with replacing(path) as out:
        target = writer(name, out, **options)
        for record in records:
            target.add(record)
            written += 1
        target.end()
    return written


class replacing:  # noqa: N801 - reads as a verb where it is used
    """A binary file that takes the place of `path` only when it was written whole; otherwise nothing changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> IO[bytes]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._out: IO[bytes] = self._beside.open("wb")
        except OSError as error:
            raise UsageError(
                f"{self._path} cannot be written: {error.strerror or error}", hint="Choose another folder."
            ) from error
        return self._out

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._out.flush()
            os.fsync(self._out.fileno())
        self._out.close()
        if kind is None:
            self._beside.replace(self._path)
        else:
            self._beside.unlink(missing_ok=True)
