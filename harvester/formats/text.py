"""Bytes of unknown origin as text: compression, byte order marks, encodings, line ends. Always streamed.

A reference file says nothing about its encoding, and guesses go wrong in silence, so the whole file is looked at
before it is parsed: UTF-8 when it is valid, otherwise the eight-bit set it was most likely written in, and always
with the number of bytes that did not fit.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from harvester.errors import FormatError

# What a packed file may unfold to. An export of a million references is below 5 GB.
MOST_BYTES = 8 << 30
BLOCK = 1 << 20
# What zipfile, gzip and zlib raise for damaged, encrypted or strangely packed files.
BROKEN_PACKING = (
    zipfile.BadZipFile, zlib.error, KeyError, IndexError, ValueError, EOFError, OSError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
_MOST_IN_MEMORY = 256 << 20
_GZIP = b"\x1f\x8b"
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# UTF-8 that was read as Windows-1252 or Latin-1 and written as UTF-8 again: `Ã©`, `â€™`, `Â `.
_TWICE = re.compile(
    b"\xc3\x83(?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac)"
    b"|\xc3\xa2(?:\xe2\x82\xac|\xc2\x80)(?:\xc2[\x80-\xbf]|\xc5[\x92\x93]|\xcb\x9c|\xe2..)"
    b"|\xc3\x82\xc2[\xa0-\xbf]"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as Windows-1252: the commonest stray set in exports."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return bytes(error.object[error.start : error.end]).decode("cp1252", errors="replace"), error.end


codecs.register_error("harvester-mixed", _as_cp1252)


@dataclass(slots=True)
class TextFile:
    """One reference file, opened as often as needed. `encoding` is found on first use; `notes` say what was odd.

    `member` names a file inside the archive at `path`; "" is the file itself.
    """

    path: Path
    encoding: str = ""
    errors: str = "strict"
    notes: list[str] = field(default_factory=list)
    member: str = ""

    @property
    def label(self) -> str:
        """How the file is called in messages: its path, and its name inside an archive."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    def raw(self) -> IO[bytes]:
        """The file's bytes, unpacked. Raises FormatError when it cannot be opened."""
        try:
            stream = self._opened()
            head = stream.read(2)
            stream.seek(0)
        except OSError as error:
            raise FormatError(
                f"cannot be read: {error.strerror or error}",
                file=self.label,
                hint="Check the name and that the file may be read.",
            ) from error
        except BROKEN_PACKING as error:
            raise FormatError(
                f"cannot be unpacked: {error}", file=self.label, hint="Export or download the file again."
            ) from error
        if head == _GZIP:
            return io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=stream), self.label))
        return stream

    def _opened(self) -> IO[bytes]:
        if not self.member:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as packed:  # the stream keeps the archive open as long as it needs it
            return packed.open(self.member)

    def seekable(self) -> IO[bytes]:
        """The bytes as a stream that may be read in any order. Raises FormatError, also when they are too many."""
        if not self.member:
            return self.raw()
        with self.raw() as stream:
            body = stream.read(_MOST_IN_MEMORY + 1)
        if len(body) > _MOST_IN_MEMORY:
            raise FormatError(
                f"is larger than {_MOST_IN_MEMORY >> 20} MB", file=self.label, hint="Take it out of the archive."
            )
        return io.BytesIO(body)

    def begins(self, length: int = 8) -> bytes:
        """The first bytes. Raises FormatError when it cannot be opened or unpacked."""
        try:
            with self.raw() as stream:
                return stream.read(length)
        except BROKEN_PACKING as error:
            raise FormatError(
                f"cannot be unpacked: {error}", file=self.label, hint="Export or download the file again."
            ) from error

    def text(self) -> io.TextIOWrapper:
        """The file as text: CRLF, LF and CR all come as LF."""
        if not self.encoding:
            self.find_encoding()
        return io.TextIOWrapper(self.raw(), encoding=self.encoding, errors=self.errors, newline=None)

    def blocks(self) -> Iterator[str]:
        """The text in pieces of about a megabyte that end at a line's end."""
        with self.text() as stream:
            while block := stream.read(BLOCK):
                yield block if block.endswith("\n") else block + stream.readline()

    def head(self, characters: int = 65536) -> str:
        """The first `characters` of the text."""
        with self.text() as stream:
            return stream.read(characters)

    def find_encoding(self) -> None:
        """Read the bytes once and settle `encoding`. Raises FormatError when the packing is broken."""
        try:
            with self.raw() as stream:
                self._look_at(stream)
        except BROKEN_PACKING as error:
            raise FormatError(
                f"cannot be unpacked: {error}", file=self.label, hint="Export or download the file again."
            ) from error

    def _look_at(self, stream: IO[bytes]) -> None:
        block = stream.read(BLOCK)
        for mark, encoding in _BOMS:
            if block.startswith(mark):
                self.encoding = encoding
                if encoding != "utf-8-sig":
                    self.errors = "replace"
                    return
                break
        if not self.encoding and (unmarked := _utf16_without_mark(block)):
            self.encoding, self.errors = unmarked, "replace"
            self.notes.append(f"no byte order mark; read as {unmarked.upper()}")
            return
        bad = good = 0
        line_feeds = returns = 0
        left = b""
        twice = 0
        sample = b""
        while block:
            line_feeds = line_feeds or block.count(b"\n")
            returns = returns or block.count(b"\r")
            if left or not block.isascii():
                right, wrong, left = _judge(left + block)
                good += right
                bad += wrong
                for found in _TWICE.finditer(block):
                    twice += 1
                    sample = sample or found.group()
            block = stream.read(BLOCK)
        bad += len(left)
        if not bad:
            self.encoding = self.encoding or "utf-8"
            if twice:
                places = "1 place looks" if twice == 1 else f"{twice} places look"
                self.notes.append(f"{places} decoded wrongly ({sample.decode()!r}): --mend puts such text right")
        elif good > bad:
            self.encoding, self.errors = self.encoding or "utf-8", "harvester-mixed"
            self.notes.append(f"{bad} bytes are not UTF-8 and were read as Windows-1252")
        elif returns and not line_feeds:
            # Only a Mac before 2001 ended lines with a bare return.
            self.encoding, self.errors = "mac_roman", "replace"
            self.notes.append("not UTF-8; lines end with CR alone, so read as MacRoman")
        else:
            self.encoding, self.errors = "cp1252", "replace"
            self.notes.append(f"not UTF-8 ({bad} bytes); read as Windows-1252")


def _judge(block: bytes) -> tuple[int, int, bytes]:
    """How many letters beyond ASCII are UTF-8, how many bytes are not, and the unfinished letter at the end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(block)
    except UnicodeDecodeError:
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        found = _NOT_ASCII.findall(decoder.decode(block))
        bad = sum("\udc80" <= letter <= "\udcff" for letter in found)
        return len(found) - bad, bad, decoder.getstate()[0]
    return len(_NOT_ASCII.findall(text)), 0, decoder.getstate()[0]


class _Bounded(io.RawIOBase):
    """A stream that ends in an error rather than unfold without end."""

    def __init__(self, stream: gzip.GzipFile, label: str) -> None:
        self._stream = stream
        self._label = label
        self._left = MOST_BYTES

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` from the packed stream."""
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise FormatError(
                f"unpacks to more than {MOST_BYTES >> 30} GB",
                file=self._label,
                hint="Unpack it and split it, or check where it came from.",
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what lies beneath too."""
        self._stream.close()
        super().close()


def _utf16_without_mark(block: bytes) -> str:
    """`utf-16-le` or `utf-16-be` when every other byte of the beginning is zero, else ""."""
    sample = block[:400]
    if len(sample) < 8:
        return ""
    if sample[1::2].count(0) > 0.8 * len(sample[1::2]) and 0 not in sample[::2]:
        return "utf-16-le"
    if sample[::2].count(0) > 0.8 * len(sample[::2]) and 0 not in sample[1::2]:
        return "utf-16-be"
    return ""
