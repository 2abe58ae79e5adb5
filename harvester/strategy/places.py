"""Where each key and value of a TOML file stands. tomllib gives the values but not their places.

The scanner trusts that tomllib has already accepted the text: it only has to keep its place, not to judge.
"""

from __future__ import annotations

import re
from bisect import bisect_right

Path = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]\}#\n\r]+")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_LINE_END = re.compile(r"\\[ \t]*\r?\n[ \t\r\n]*")
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


class Places:
    """The places of everything in one TOML text.

    `keys` gives the offset of each key (the last one, where a dotted key is reopened), `values` the start and end of
    each value. A path is made of keys and, inside arrays and arrays of tables, numbers from 0.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._tables: dict[Path, int] = {}
        self._scan()

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character of the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def of(self, path: Path) -> tuple[int, int]:
        """Line and column of the key at `path`, of its nearest parent where it has none."""
        while path:
            if path in self.keys:
                return self.line_column(self.keys[path])
            if path in self.values:
                return self.line_column(self.values[path][0])
            path = path[:-1]
        return 1, 1

    def characters(self, path: Path) -> tuple[int, ...]:
        """For the string at `path`: the offset in the text of each of its characters, and of its closing quote."""
        start, end = self.values[path]
        raw = self.text[start:end]
        fence = 3 if raw[:3] in ('"""', "'''") else 1
        first, last = start + fence, end - fence
        escapes = raw[0] == '"'
        if fence == 3:
            first += 2 if self.text.startswith("\r\n", first) else self.text.startswith("\n", first)
        offsets: list[int] = []
        at = first
        while at < last:
            if escapes and self.text[at] == "\\":
                folded = _LINE_END.match(self.text, at) if fence == 3 else None
                if folded:
                    at = folded.end()
                    continue
                offsets.append(at)
                found = _ESCAPE.match(self.text, at)
                at = found.end() if found else at + 1
            elif self.text.startswith("\r\n", at):  # tomllib reads it as one newline
                at += 1
                offsets.append(at)
                at += 1
            else:
                offsets.append(at)
                at += 1
        return (*offsets, last)

    def _scan(self) -> None:
        at, table = self._space(0), ()  # type: int, Path
        while at < len(self.text):
            if self.text.startswith("[[", at):
                keys, at = self._key(at + 2)
                base = (*self._resolve(keys[:-1]), keys[-1][0])
                number = self._tables.get(base, -1) + 1
                self._tables[base] = number
                self.keys[base] = self.keys[(*base, number)] = keys[-1][1]
                table = (*base, number)
                at = self.text.index("]]", at) + 2
            elif self.text[at] == "[":
                keys, at = self._key(at + 1)
                table = self._resolve(keys)
                self.keys[table] = keys[-1][1]
                at = self.text.index("]", at) + 1
            else:
                at = self._pair(at, table)
            at = self._space(at)

    def _resolve(self, keys: list[tuple[str, int]]) -> Path:
        path: Path = ()
        for name, offset in keys:
            path = (*path, name)
            self.keys.setdefault(path, offset)
            if path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _pair(self, at: int, table: Path) -> int:
        keys, at = self._key(at)
        path = table
        for name, offset in keys:
            path = (*path, name)
            self.keys.setdefault(path, offset)
        at = self.text.index("=", at) + 1
        return self._value(self._blank(at), path)

    def _key(self, at: int) -> tuple[list[tuple[str, int]], int]:
        keys: list[tuple[str, int]] = []
        while True:
            at = self._blank(at)
            if self.text[at] in "\"'":
                end = self._string_end(at)
                keys.append((_unquote(self.text[at:end]), at))
            else:
                found = _BARE.match(self.text, at)
                end = found.end() if found else at + 1
                keys.append((self.text[at:end], at))
            at = self._blank(end)
            if not self.text.startswith(".", at):
                return keys, at
            at += 1

    def _value(self, at: int, path: Path) -> int:
        start = at
        first = self.text[at]
        if first in "\"'":
            at = self._string_end(at)
        elif first == "[":
            at, number = self._space(at + 1), 0
            while self.text[at] != "]":
                at = self._space(self._value(at, (*path, number)))
                number += 1
                if self.text[at] == ",":
                    at = self._space(at + 1)
            at += 1
        elif first == "{":
            at = self._space(at + 1)
            while self.text[at] != "}":
                at = self._space(self._pair(at, path))
                if self.text[at] == ",":
                    at = self._space(at + 1)
            at += 1
        else:
            found = _SCALAR.match(self.text, at)
            at = start + len(found.group(0).rstrip()) if found else at + 1
        self.values[path] = (start, at)
        return at

    def _string_end(self, at: int) -> int:
        quote = self.text[at]
        fence = quote * 3 if self.text.startswith(quote * 3, at) else quote
        at += len(fence)
        while not self.text.startswith(fence, at):
            at += 2 if quote == '"' and self.text[at] == "\\" else 1
        at += len(fence)
        if len(fence) == 3:  # up to two quotes may stand before the closing three
            while self.text.startswith(quote, at):
                at += 1
        return at

    def _space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at


def _unquote(raw: str) -> str:
    if raw[0] == "'":
        return raw[1:-1]

    def plain(found: re.Match[str]) -> str:
        code = found.group(0)[1:]
        return chr(int(code[1:], 16)) if code[0] in "uUx" and len(code) > 1 else _SHORT.get(code, code)

    return _ESCAPE.sub(plain, raw[1:-1])
