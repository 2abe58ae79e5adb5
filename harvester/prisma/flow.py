"""The numbers of a PRISMA 2020 flow diagram. What is not known is None, never zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Parts = tuple[tuple[str, int | None], ...]  # (name, how many): databases by name, reasons for exclusion


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow diagram. The fields follow its boxes, from the top.

    `databases` and `registers` are totals; the `_by_name` fields break them down where that is known. `excluded` are
    the records left out on title and abstract. `reports_excluded` has its reasons in `reasons`. The `other_` fields
    are the column of other methods. `updated` makes it the flow of an updated review though no number of previous
    studies is known. `unknown` is what stands in the place of a number that is None.
    """

    databases: int | None = None
    databases_by_name: Parts = ()
    registers: int | None = None
    registers_by_name: Parts = ()
    duplicates: int | None = None
    automatic: int | None = None
    removed_otherwise: int | None = None
    screened: int | None = None
    excluded: int | None = None
    sought: int | None = None
    not_retrieved: int | None = None
    assessed: int | None = None
    reports_excluded: int | None = None
    reasons: Parts = ()
    websites: int | None = None
    organisations: int | None = None
    citations: int | None = None
    other_sought: int | None = None
    other_not_retrieved: int | None = None
    other_assessed: int | None = None
    other_reports_excluded: int | None = None
    other_reasons: Parts = ()
    new_studies: int | None = None
    new_reports: int | None = None
    previous_studies: int | None = None
    previous_reports: int | None = None
    total_studies: int | None = None
    total_reports: int | None = None
    updated: bool = False
    unknown: str = "not stated"
    notes: tuple[str, ...] = ()

    @property
    def is_update(self) -> bool:
        """Whether this is the flow of an updated review (the templates "v2"): there are previous studies."""
        return bool(self.updated or self.previous_studies or self.previous_reports)

    @property
    def has_other_methods(self) -> bool:
        """Whether there is a column of other methods."""
        return any((self.websites, self.organisations, self.citations, self.other_sought, self.other_assessed)) or bool(
            self.other_reasons
        )

    def faults(self) -> list[str]:
        """Where the numbers contradict one another, in words. Unknown numbers contradict nothing."""
        return [*self._sums(), *self._order()]

    def _sums(self) -> Iterator[str]:
        totals = (
            ("databases", self.databases, self.databases_by_name),
            ("registers", self.registers, self.registers_by_name),
            ("reports excluded", self.reports_excluded, self.reasons),
            ("reports excluded (other methods)", self.other_reports_excluded, self.other_reasons),
        )
        for name, total, parts in totals:
            counts = [count for _, count in parts]
            if total is not None and counts and None not in counts:
                told = sum(count for count in counts if count is not None)
                if told != total:
                    yield f"{name}: {total:,}, but its parts add up to {told:,}"
        before = _known(self.databases, self.registers or 0)
        removed = (self.duplicates, self.automatic or 0, self.removed_otherwise or 0)
        steps = (
            ("records screened", self.screened, before, removed),
            ("reports sought", self.sought, self.screened, (self.excluded,)),
            ("reports assessed", self.assessed, self.sought, (self.not_retrieved,)),
            ("reports assessed (other methods)", self.other_assessed, self.other_sought, (self.other_not_retrieved,)),
        )
        for name, result, start, taken in steps:
            lost = _known(*taken)
            if result is not None and start is not None and lost is not None and start - lost != result:
                yield f"{name}: {result:,}, but {start:,} less {lost:,} is {start - lost:,}"
        total = _known(self.previous_studies, self.new_studies)
        if self.is_update and None not in (self.total_studies, total) and total != self.total_studies:
            yield f"total studies: {self.total_studies:,}, but previous and new ones are {total:,}"

    def _order(self) -> Iterator[str]:
        pairs = (
            ("duplicates", self.duplicates, "records identified", _known(self.databases, self.registers or 0)),
            ("records excluded", self.excluded, "records screened", self.screened),
            ("reports excluded", self.reports_excluded, "reports assessed", self.assessed),
            ("reports excluded (other)", self.other_reports_excluded, "those assessed", self.other_assessed),
        )
        for name, few, of, many in pairs:
            if few is not None and many is not None and few > many:
                yield f"{name}: {few:,}, more than {of}: {many:,}"


def _known(*counts: int | None) -> int | None:
    """The sum, or None when one of them is not known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
