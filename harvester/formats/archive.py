"""A .zip of reference files, read in place: nothing is unpacked to disk, so no name in it can lead anywhere.

Refused are archives that unfold to too much (by their own statement, which zipfile holds them to), have too many
files, are encrypted, or hold another archive.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from harvester.errors import FormatError
from harvester.formats.base import Reading, Rejected
from harvester.formats.text import BROKEN_PACKING, MOST_BYTES, TextFile
from harvester.record import Record

MOST_FILES = 1000
# Exports shrink to a fifth or a tenth; what shrinks a hundredfold and is large holds no references.
MOST_RATIO = 100
SMALL = 32 << 20  # bytes that any file may unfold to
_ZIP = b"PK\x03\x04"
# Begins of files that come along with references and are none: PDF, PNG, JPEG, GIF, old Office files.
ATTACHED = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")


def is_archive(file: TextFile) -> bool:
    """Whether the file is a zip. That it is no workbook has to be asked before."""
    return file.begins().startswith(_ZIP)


def sniff(_head: str) -> bool:
    """No text is an archive; `is_archive` is asked before."""
    return False


def members(path: Path) -> list[str]:
    """The names of the files in the archive, in its order. Raises FormatError for what is not to be unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            found = [one for one in packed.infolist() if not one.is_dir() and not _hidden(one.filename)]
    except BROKEN_PACKING as error:
        raise FormatError(
            f"is a broken archive: {error}", file=str(path), hint="Export or download the file again."
        ) from error
    if len(found) > MOST_FILES:
        raise _refused(path, f"holds {len(found)} files, more than {MOST_FILES}")
    if sum(one.file_size for one in found) > MOST_BYTES:
        raise _refused(path, f"unpacks to more than {MOST_BYTES >> 30} GB")
    for one in found:
        if one.flag_bits & 1:
            raise _refused(path, f"is encrypted ({shown(one.filename)})")
        if one.file_size > SMALL and one.file_size > MOST_RATIO * one.compress_size:
            raise _refused(path, f"unfolds {one.file_size // max(1, one.compress_size)} times ({shown(one.filename)})")
    names = [one.filename for one in found]
    if len(set(names)) < len(names):
        raise _refused(path, "holds two files of one name")
    if not names:
        raise FormatError("is an archive without files", file=str(path), hint="Export it again.")
    return names


def _refused(path: Path, why: str) -> FormatError:
    return FormatError(f"{why}; it was not read", file=str(path), hint="Unpack it by hand and check what it holds.")


def _hidden(name: str) -> bool:
    """What macOS and Windows put into archives by themselves."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini") or parts[-1].startswith("._")


def shown(name: str) -> str:
    """A member's name as it may be printed: no control characters, not too long."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 80 else f"{plain[:38]}...{plain[-38:]}"


def count(reading: Reading) -> int:
    """The sum of what the files in it hold. Files that cannot be reference files at all are counted as nothing."""
    found = 0
    for inner in _inner(reading):
        if isinstance(inner, Reading):
            try:
                found += inner.count()
            except FormatError:
                continue  # said when it is read
    return found


def records(reading: Reading) -> Iterator[Record]:
    """The records of every file in it, one after the other; what is said of a file names it."""
    seen: set[str] = set()
    for inner in _inner(reading):
        if not isinstance(inner, Reading):
            name, attached, why = inner
            if attached:
                reading.warn(0, f"{name}: left out: not a reference file")
            else:
                reading.rejected.append(Rejected(0, why, member=name))
            continue
        name = shown(inner.file.member)
        for record in _until_broken(inner):
            wanted, number = record.source_id, 2
            while record.source_id in seen:
                record.source_id = f"{wanted}#{number}"
                number += 1
            if record.source_id != wanted:
                reading.warn(0, f"{name}: the id {wanted!r} comes a second time")
            seen.add(record.source_id)
            yield record
        reading.warn(0, f"{name}: {inner.format}, {inner.stated} records")
        reading.warnings.extend(f"{name}: {text}" for text in inner.warnings)
        reading.rejected.extend(Rejected(piece.line, piece.why, piece.raw, name) for piece in inner.rejected)


def _until_broken(inner: Reading) -> Iterator[Record]:
    """The records of one file; what ends them early is rejected, so that the other files are still read."""
    try:
        yield from inner
    except FormatError as error:
        inner.reject(error.line, _bare(error, inner.file))


def _inner(reading: Reading) -> Iterator[Reading | tuple[str, bool, str]]:
    """A reading of each file, or its name, whether it is an attachment, and why it cannot be read."""
    from harvester.formats import open_text

    for name in members(reading.file.path):
        file = TextFile(reading.file.path, member=name)
        try:
            begin = file.begins()
        except FormatError as error:
            yield shown(name), False, _bare(error, file)
            continue
        if begin.startswith(ATTACHED):
            yield shown(name), True, ""
            continue
        if not begin:
            yield shown(name), False, "is empty"
            continue
        try:
            yield open_text(file, source=reading.source, keep_readable=True)
        except FormatError as error:
            yield shown(name), False, _bare(error, file)


def _bare(error: FormatError, file: TextFile) -> str:
    """What an error says, without the name of the file before it."""
    return re.sub(rf"\A{re.escape(file.label)}(?::\d+)?: ", "", error.message)
