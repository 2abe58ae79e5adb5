"""The numbered line table: each line's hits by source, and what it alone brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from harvester.errors import HarvesterError
from harvester.prisma.searches import SearchFacts
from harvester.store import Store
from harvester.strategy import read as read_strategy


@dataclass(slots=True)
class LineRow:
    """One line. `hits` are the sources' own counts by source (None: not counted), `before` those of the last run
    that the same terms had been sent in. `answered`, `new` and `alone` count records kept: those that answer the
    line, those of them that the run found first, and those that no other term of the line's block finds. They are
    evaluated here on title, abstract and keywords, and None for lines that are no term.
    """

    number: int
    block: str
    label: str
    is_term: bool
    hits: dict[str, int | None] = field(default_factory=dict)
    before: dict[str, int | None] = field(default_factory=dict)
    answered: int | None = None
    new: int | None = None
    alone: int | None = None

    def drift(self, source: str) -> int | None:
        """How far the source's count has moved since; None where one of the two is not known."""
        now, then = self.hits.get(source), self.before.get(source)
        return None if now is None or then is None else now - then


def line_table(store: Store, run: int, found: Sequence[SearchFacts]) -> tuple[list[LineRow], int]:
    """The lines of `run`, and how many records kept answer no term here (found by what is not evaluated here)."""
    row = store.one("select terms_sha256, strategy_text, strategy, strategy_sha256 from runs where id = ?", (run,))
    if row is None or not row["strategy_text"]:
        return [], 0
    terms = _terms(row["strategy_text"], row["strategy"], row["strategy_sha256"])
    same = {each[0] for each in store.rows("select id from runs where terms_sha256 = ?", (row["terms_sha256"],))}
    lines: dict[tuple[int, str], LineRow] = {}
    for search in found:
        if search.run == run and not search.is_late:
            before = [each for each in found if each.run < run and each.run in same and not each.is_late]
            earlier = [each for each in before if each.source == search.source]
            _add(lines, search, _comparable(search, earlier), terms)
    rows = sorted(lines.values(), key=lambda line: line.number)
    unlined = _yields(store, run, rows)
    return rows, unlined


def _add(lines: dict[tuple[int, str], LineRow], search: SearchFacts, last: SearchFacts | None, terms: set[int]) -> None:
    was = {(line.number, line.label): _hits(last, line.number) for line in last.lines} if last else {}
    for line in search.lines:
        row = lines.setdefault(
            (line.number, line.label),
            LineRow(line.number, line.block, line.label, line.number in terms),
        )
        row.hits[search.source] = _hits(search, line.number)
        row.before[search.source] = was.get((line.number, line.label))


def _hits(search: SearchFacts, number: int) -> int | None:
    line = next(line for line in search.lines if line.number == number)
    if line.hits is None and line.text == search.text:
        return search.reported  # the whole search was counted when it was sent
    return line.hits


def _comparable(search: SearchFacts, earlier: Sequence[SearchFacts]) -> SearchFacts | None:
    """The last search over as much as this one: counts of a window and of all days say nothing of one another."""
    return next((each for each in reversed(earlier) if bool(each.window) == bool(search.window)), None)


def _terms(text: str, name: str, sha256: str) -> set[int]:
    """The numbers of the lines that are terms."""
    from harvester.dialects.compose import compose

    try:
        return {line.number for line in compose(read_strategy(text, name, sha256)).lines if line.kind == "term"}
    except HarvesterError:
        return set()  # a text that today's program cannot read has lines, but none that it can call a term


def _yields(store: Store, run: int, rows: list[LineRow]) -> int:
    """Fill in what the terms answered; returns how many records answer none of them."""
    block_of = {row.number: row.block for row in rows if row.is_term}
    if not block_of:
        return 0
    answers: dict[int, set[int]] = {}
    firsts: dict[int, int] = {}
    found = store.rows(
        "select f.record_id, l.number, r.first_run from found f join searches s on s.id = f.search_id "
        "join runs n on n.id = s.run_id join records r on r.id = f.record_id "
        "left join found_lines l on l.search_id = f.search_id and l.record_id = f.record_id "
        "where s.kind <> 'recheck' and n.id <= :run "
        "and n.terms_sha256 = (select terms_sha256 from runs where id = :run)",
        {"run": run},
    )
    for each in found:
        numbers = answers.setdefault(each["record_id"], set())
        firsts[each["record_id"]] = each["first_run"]
        if each["number"] in block_of:
            numbers.add(each["number"])
    answered: Counter[int] = Counter()
    new: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    for record, numbers in answers.items():
        in_block = Counter(block_of[number] for number in numbers)
        for number in numbers:
            answered[number] += 1
            new[number] += firsts[record] == run
            alone[number] += in_block[block_of[number]] == 1
    for row in rows:
        if row.is_term:
            row.answered, row.new, row.alone = answered[row.number], new[row.number], alone[row.number]
    return sum(not numbers for numbers in answers.values())
