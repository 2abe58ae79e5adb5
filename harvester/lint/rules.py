"""The rules by code, with what each is for and an example that breaks it. docs/strategy.md lists them from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is error (the search is not what it seems), warning (recall may suffer) or info."""

    code: str
    severity: str
    summary: str
    example: str


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("loss-dropped", "error", "A part cannot be said in a database and is left out", "tb*"),
        Rule(
            "loss-narrowed",
            "warning",
            "A translation finds fewer records than the strategy means",
            "social refer* link work*",
        ),
        Rule("loss-widened", "info", "A translation finds more records than the strategy means", "wom?n"),
        Rule("cannot-be-written", "error", "Nothing of the strategy can be said in a database", "tb*"),
        Rule("smart-quotes", "warning", "Typographic quotation marks", "“link worker”"),
        Rule("single-quotes", "warning", "Single quotes around a phrase", "'link worker'"),
        Rule("smart-dashes", "info", "Typographic dashes", "long–term"),
        Rule("unquoted-phrase", "warning", "Several words without quotes before a tag", "link worker[tiab]"),
        Rule("lower-case-operator", "info", "An operator in lower case", "coach and carer"),
        Rule("mixed-operators", "warning", "Different operators side by side without parentheses", "a OR b AND c"),
        Rule("wildcard-in-proximity", "error", "A truncated word inside a proximity phrase", '"social work*"[tiab:~3]'),
        Rule("foreign-wildcard", "warning", "A wildcard of another database", "colo?r[tiab]"),
        Rule("lone-proximity", "warning", "A proximity of a single word", '"coach"[tiab:~3]'),
        Rule("wildcard-in-quotes", "error", "A wildcard inside quotes where none works", '"link work*":ti,ab'),
        Rule("star-before-heading", "warning", "A star in front of a heading", "*Skin[mh]"),
        Rule(
            "too-many-operators",
            "error",
            "More operators than a database takes",
            "50 terms in ALL=( ) of Web of Science",
        ),
        Rule("short-stem", "error", "Fewer characters before a wildcard than a database asks for", "tb*"),
        Rule("leading-wildcard", "error", "A wildcard at the beginning of a word", "*health"),
        Rule("duplicate-term", "warning", "The same term twice", "health coach; Health coach"),
        Rule("swallowed-term", "info", "A term that another's truncation already finds", "coach*; coaches"),
        Rule("hyphen-variant", "info", "A word whose hyphenated or closed form is missing", "comorbidit*"),
        Rule("spelling-variant", "info", "A British or American spelling whose twin is missing", "behaviour*"),
        Rule("plural-variant", "info", "A phrase without its plural among terms that are truncated", "health coach"),
        Rule("indexed-only-limit", "error", "A limit that drops what is not indexed yet", "adult[mh]"),
        Rule(
            "update-by-publication", "warning", "An update that searches by publication date only", 'by = "published"'
        ),
        Rule(
            "entry-date", "info", "edat, which is set back for records that enter late", "2022/08/01:2023/05/31[edat]"
        ),
        Rule("language-limit", "info", "A language limit drops studies in other languages", "english[la]"),
        Rule("unused-line", "warning", "A line that no other line uses", "#2 (unused)"),
        Rule("repeated-line", "warning", "A line named twice in one combination", "#1 OR #1"),
        Rule("unused-expansion", "info", "An expansion that no term needs", '"refer*" = [...]'),
    )
}
