"""Strategies over many records at once: SQLite FTS5 finds the words, bitmaps combine them.

An index is built once from records and then answers every line of a strategy. It says exactly what `Matcher` says of
each record, one by one: FTS5 sees the text after `normalise`, with a tokenizer that changes nothing more, and only
answers what it can answer exactly (words, phrases, truncation at the end of a word). All else is asked of it widely
and then judged by the Matcher's own test on the text kept here: proximity, and wildcards inside words.

Depth and width of a tree cost time in proportion: operators are integers' `&`, `|` and `~`. See
docs/decisions/0015.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from harvester.dialects.compose import Numbered
from harvester.match.bits import Bits
from harvester.match.evaluate import Matcher, View, fields_of, normalise
from harvester.match.phrases import Wanted, near_phrases, wanted
from harvester.match.tally import LineTally
from harvester.query import (
    TEXT_FIELDS,
    And,
    DateKind,
    DateLimit,
    Field,
    Heading,
    Limit,
    LimitKind,
    Near,
    Not,
    Or,
    Query,
    Term,
    children,
    walk,
)
from harvester.record import Heading as RecordHeading
from harvester.record import PartialDate, Record
from harvester.strategy import Strategy

#: Between two values of one field: no word of a normalised text holds it, so no phrase runs over it.
_GAP = " \ue000 "
_TEXT = tuple(field for field in Field if field in TEXT_FIELDS)
_REST = tuple(field for field in fields_of(Record("", "", "")) if field not in TEXT_FIELDS)
_BATCH = 500
_KEPT_BYTES = 256 * 1024 * 1024  # of bitmaps of terms, kept for the next question
_DATES = {DateKind.PUBLISHED: "published", DateKind.ENTERED: "entered", DateKind.MODIFIED: "modified"}

#: Two bitmaps: records that surely answer, and records that may (a limit on what a record does not state).
_Answer = tuple[int, int]


class Index:
    """Records, ready for any number of strategies.

    `records` are Records, which are then numbered from 1, or pairs of a number of your own and a Record, such as
    `each_record(store)` gives. They are read once and not kept. `path` names a new file for the index; "" keeps it in
    memory. Raises FileExistsError when the file is there already. An index belongs to one thread.
    """

    def __init__(self, records: Iterable[Record | tuple[int, Record]], path: str | Path = "") -> None:
        if path and Path(path).exists():
            raise FileExistsError(f"{path} is there already")
        self.ids = array("q")
        self._db = sqlite3.connect(str(path) or ":memory:", isolation_level=None)
        self._kept: OrderedDict[Query, _Answer] = OrderedDict()
        self._kept_bytes = 0
        try:
            self._build(records)
        except BaseException:
            self._db.close()
            raise
        self._bits = Bits(len(self.ids))

    def __len__(self) -> int:
        return len(self.ids)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; a file of it stays where it is."""
        self._db.close()

    def matches(self, what: Strategy | Query) -> list[int]:
        """The numbers of the records that answer a query, or may do so for all that is known; in the order given.

        What cannot be judged here is in `Matcher(what).unknown`. Raises StrategyError, UsageError.
        """
        _, may = self._answer(Matcher(what).query, {})
        return [self.ids[row] for row in self._bits.rows(may)]

    def count(self, query: Query) -> int:
        """How many records answer a query."""
        return self._answer(query, {})[1].bit_count()

    def count_lines(self, what: Strategy | Query) -> list[LineTally]:
        """The numbered table: each line's hits, and for a term the hits that no other term of its block found."""
        numbered = Matcher(what).numbered
        known: dict[int, _Answer] = {}
        found = {line.number: self._answer(line.query, known)[1] for line in numbered}
        unique = _unique(numbered, found)
        return [
            LineTally(
                line.number, line.kind, line.block, line.label, found[line.number].bit_count(), unique.get(line.number)
            )
            for line in numbered
        ]

    def forget(self) -> None:
        """Drop the bitmaps kept from earlier questions; the index itself stays."""
        self._kept.clear()
        self._kept_bytes = 0

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self, records: Iterable[Record | tuple[int, Record]]) -> None:
        run = self._db.execute
        run("pragma journal_mode = off")
        run("pragma synchronous = off")
        run("pragma cache_size = -65536")
        run("begin")
        for name, columns in (("words", _TEXT), ("rest", _REST)):
            # `ascii` takes every character beyond ASCII as part of a word: normalise has made blanks of what is none.
            run(f"create virtual table {name} using fts5({', '.join(map(_column, columns))}, tokenize = 'ascii')")
            run(f"create virtual table {name}_vocabulary using fts5vocab({name}, row)")
        run("create table facts (row integer primary key, languages, types, published, entered, modified)")
        run("create table headings (name, row, major, subheadings)")
        numbered = iter(records)
        while batch := list(itertools.islice(numbered, _BATCH)):
            self._add(batch)
        run("create index headings_name on headings (name)")
        for name in ("words", "rest"):
            run(f"insert into {name} ({name}) values ('optimize')")  # noqa: S608 - two names of ours
        run("commit")

    def _add(self, batch: list[Record | tuple[int, Record]]) -> None:
        texts: dict[str, list[tuple[object, ...]]] = {"words": [], "rest": []}
        facts: list[tuple[object, ...]] = []
        headings: list[tuple[object, ...]] = []
        for item in batch:
            row = len(self.ids)
            number, record = item if isinstance(item, tuple) else (row + 1, item)
            self.ids.append(number)
            readers = fields_of(record)
            for name, columns in (("words", _TEXT), ("rest", _REST)):
                texts[name].append((row, *(_joined(readers[field]()) for field in columns)))
            dates = (record.published.iso, record.entered.iso, record.modified.iso)
            facts.append((row, json.dumps(record.languages), json.dumps(record.publication_types), *dates))
            headings.extend(
                (found.name.casefold(), row, found.major, json.dumps(found.subheadings)) for found in record.headings
            )
        for name, columns in (("words", _TEXT), ("rest", _REST)):
            marks = ", ".join("?" * (len(columns) + 1))
            names = ", ".join(map(_column, columns))
            self._db.executemany(f"insert into {name} (rowid, {names}) values ({marks})", texts[name])  # noqa: S608
        self._db.executemany("insert into facts values (?, ?, ?, ?, ?, ?)", facts)
        self._db.executemany("insert into headings values (?, ?, ?, ?)", headings)

    # --- answering ------------------------------------------------------------------------------------------------

    def _answer(self, query: Query, known: dict[int, _Answer]) -> _Answer:
        """The tree from its leaves up. `known` holds parts already answered, by identity: lines share their parts."""
        stack: list[tuple[Query, bool]] = [(query, False)]
        while stack:
            node, ready = stack.pop()
            if id(node) in known:
                continue
            if isinstance(node, (And, Or, Not)) and not ready:
                stack.append((node, True))
                stack.extend((child, False) for child in children(node))
            elif isinstance(node, (And, Or, Not)):
                known[id(node)] = self._joined(node, [known[id(child)] for child in children(node)])
            else:
                known[id(node)] = self._leaf(node)
        return known[id(query)]

    def _joined(self, node: And | Or | Not, parts: list[_Answer]) -> _Answer:
        if isinstance(node, Not):
            (keep, keep_may), (drop, drop_may) = parts
            return keep & ~drop_may, keep_may & ~drop
        sure, may = parts[0]
        for one, other in parts[1:]:
            sure, may = (sure & one, may & other) if isinstance(node, And) else (sure | one, may | other)
        return sure, may

    def _leaf(self, node: Query) -> _Answer:
        found = self._kept.get(node)
        if found is not None:
            self._kept.move_to_end(node)
            return found
        if isinstance(node, Term):
            rows = self._term(node)
            found = (rows, rows)
        elif isinstance(node, Near):
            rows = self._near(node)
            found = (rows, rows)
        else:
            found = self._fact(node)
        self._kept[node] = found
        self._kept_bytes += len(self.ids) // 8
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._kept.popitem(last=False)
            self._kept_bytes -= len(self.ids) // 8
        return found

    def _term(self, term: Term) -> int:
        if term.mapped and len(term.words) > 1 and not term.fields:
            rows = self._bits.all
            for word in term.words:
                rows &= self._term(Term((word,), term.fields))
            return rows
        asked = wanted(term, self._vocabulary)
        rows = self._asked(asked, term.fields)
        return rows if asked.exact else self._judged(term, rows, term.fields)

    def _near(self, node: Near) -> int:
        leaves = [leaf for leaf in walk(node) if isinstance(leaf, Term)]
        every = any(not leaf.fields or Field.ALL in leaf.fields for leaf in leaves)
        fields: frozenset[Field] = frozenset() if every else frozenset().union(*(leaf.fields for leaf in leaves))
        asked = near_phrases(node, self._vocabulary)
        return self._judged(node, self._asked(asked, fields), fields)

    def _asked(self, asked: Wanted, fields: frozenset[Field]) -> int:
        """The records that answer one of the alternatives of `asked` in one of `fields`."""
        if asked.anything:
            return self._bits.all
        rows = 0
        for name, columns in (("words", _TEXT), ("rest", _REST)):
            chosen = [column for column in columns if not fields or Field.ALL in fields or column in fields]
            if not chosen:
                continue
            only = "" if len(chosen) == len(columns) else f"{{{' '.join(map(_column, chosen))}}} : "
            for text in asked.texts():
                sql = f"select group_concat(rowid) from {name} where {name} match ?"  # noqa: S608 - names of ours
                rows |= self._bits.of(self._db.execute(sql, (f"{only}({text})",)).fetchone()[0])
        return rows

    def _judged(self, node: Query, rows: int, fields: frozenset[Field]) -> int:
        """Those of `rows` whose text the Matcher's own test takes."""
        judge = Matcher(node).judge
        everything = not fields or Field.ALL in fields
        tables = [
            (name, columns)
            for name, columns in (("words", _TEXT), ("rest", _REST))
            if everything or fields.intersection(columns)
        ]
        kept: list[int] = []
        for batch in _batches(self._bits.rows(rows)):
            texts: dict[int, dict[Field, str]] = {row: {} for row in batch}
            marks = ", ".join("?" * len(batch))
            for name, columns in tables:
                names = ", ".join(map(_column, columns))
                sql = f"select rowid, {names} from {name} where rowid in ({marks})"  # noqa: S608 - names of ours
                for row, *values in self._db.execute(sql, batch):
                    texts[row].update(zip(columns, values, strict=True))
            kept += [row for row, text in texts.items() if judge(_Kept(text)) is not False]
        return self._bits.of_rows(kept)

    def _vocabulary(self, stem: str) -> Iterator[str]:
        """Every word that begins with `stem`."""
        for name in ("words", "rest"):
            sql = f"select term from {name}_vocabulary where term >= ? and term < ?"  # noqa: S608 - names of ours
            for (term,) in self._db.execute(sql, (stem, stem + "\U0010ffff")):
                if term != _GAP.strip():
                    yield term

    def _fact(self, node: Query) -> _Answer:
        """A heading, a limit or a date: judged once for each distinct value, by the Matcher's own test."""
        judge = Matcher(node).judge
        sure = may = 0
        for record, rows in self._values(node):
            outcome = judge(View(record))
            if outcome is not False:
                may |= rows
                sure |= rows if outcome else 0
        return sure, may

    def _values(self, node: Query) -> Iterator[tuple[Record, int]]:
        if isinstance(node, Heading):
            sql = "select major, subheadings, group_concat(row) from headings where name = ? group by 1, 2"
            for major, subheadings, rows in self._db.execute(sql, (node.name.casefold(),)):
                heading = RecordHeading(node.name, "", bool(major), tuple(json.loads(subheadings)))
                yield Record("", "", "", headings=(heading,)), self._bits.of(rows)
            return
        column = ""
        if isinstance(node, Limit):
            column = {LimitKind.LANGUAGE: "languages", LimitKind.PUBLICATION_TYPE: "types"}.get(node.kind, "")
        elif isinstance(node, DateLimit):
            column = _DATES.get(node.kind, "")
        if not column:
            yield Record("", "", ""), self._bits.all
            return
        sql = f"select {column}, group_concat(row) from facts group by 1"  # noqa: S608 - a name of ours
        for value, rows in self._db.execute(sql):
            record = Record("", "", "")
            if column == "languages":
                record.languages = tuple(json.loads(value))
            elif column == "types":
                record.publication_types = tuple(json.loads(value))
            else:
                setattr(record, column, _date(value))
            yield record, self._bits.of(rows)


class _Kept(View):
    """A record's text as the index keeps it."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[Field, str]) -> None:
        super().__init__(Record("", "", ""))
        self._fields = fields

    def text(self, fields: frozenset[Field]) -> str:
        """The fields as one text; each value between newlines."""
        every = not fields or Field.ALL in fields
        parts = [text for field, text in self._fields.items() if every or field in fields]
        return "\n" + "\n".join(parts).replace(_GAP, "\n") + "\n"


def _date(iso: str) -> PartialDate:
    parts = [int(part) for part in iso.split("-")] if iso else []
    return PartialDate(*parts, *[None] * (3 - len(parts)))  # type: ignore[arg-type]  # three numbers, no text


def _column(field: Field) -> str:
    return f"in_{field.name.lower()}"


def _joined(values: Iterable[str]) -> str:
    return _GAP.join(normalise(value.replace("\n", " ")) for value in values)


def _batches(rows: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _unique(numbered: tuple[Numbered, ...], found: dict[int, int]) -> dict[int, int]:
    """For each term, how many records no other term of its block finds."""
    blocks: dict[str, list[int]] = {}
    for line in numbered:
        if line.kind == "term":
            blocks.setdefault(line.block, []).append(line.number)
    unique: dict[int, int] = {}
    for numbers in blocks.values():
        once = twice = 0
        for number in numbers:
            twice |= once & found[number]
            once |= found[number]
        unique.update((number, (found[number] & ~twice).bit_count()) for number in numbers)
    return unique
