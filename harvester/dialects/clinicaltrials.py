"""ClinicalTrials.gov: https://clinicaltrials.gov/find-studies/constructing-complex-search-queries.

`AREA[BriefTitle]` before a term, `RANGE[a, b]`; AND binds tighter than OR, so groups are always in
parentheses. There is no documented truncation: whole words are written, else the stem and its plural.
"""

from __future__ import annotations

from harvester.dialects.fanout import WriteOnly, whole_words
from harvester.dialects.infix import InfixWriter
from harvester.query import DateKind, DateLimit, Field, Or, Query, Term, Wild
from harvester.search import LossKind

_FIELDS = {
    "": frozenset({Field.ALL}),
    "BriefTitle": frozenset({Field.TITLE}),
    "BriefSummary": frozenset({Field.ABSTRACT}),
    "Keyword": frozenset({Field.KEYWORD}),
}
_DATES = {
    DateKind.PUBLISHED: "StudyFirstPostDate",
    DateKind.ENTERED: "StudyFirstPostDate",
    DateKind.MODIFIED: "LastUpdatePostDate",
}
_WILD: dict[Wild, str] = {}


class _Writer(InfixWriter):
    name = "clinicaltrials"
    label = "ClinicalTrials.gov"
    tags = _FIELDS
    wild = _WILD

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        return " OR ".join(f"AREA[{tag}]{text}" if tag else text for tag in tags)

    def term(self, term: Term) -> Query | str | None:
        """Whole words for truncated ones."""
        if not term.wildcards:
            return self.quote(term.text, len(term.words) > 1)
        forms = whole_words(self, term, plurals=True)
        return forms[0] if len(forms) == 1 else Or(tuple(forms), term.span)

    near_sign = ""

    def date(self, node: DateLimit) -> str | Query | None:
        if node.kind not in _DATES:
            return super().date(node)
        if node.kind is DateKind.PUBLISHED:
            self.lose(
                LossKind.WIDENED, "published", "a register publishes no articles; the day of first posting is used"
            )
        since, until = self.days(node)
        return f"AREA[{_DATES[node.kind]}]RANGE[{since or 'MIN'}, {until or 'MAX'}]"


class ClinicalTrials(WriteOnly):
    """ClinicalTrials.gov's expert search."""

    name = "clinicaltrials"
    label = "ClinicalTrials.gov"
    docs = "https://clinicaltrials.gov/find-studies/constructing-complex-search-queries"
    writer = _Writer


DIALECT = ClinicalTrials()
