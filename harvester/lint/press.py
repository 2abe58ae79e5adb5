"""A page to peer-review a search by: what `check` found, under the six headings of PRESS 2015.

McGowan et al. 2016, doi:10.1016/j.jclinepi.2016.01.021, names the headings. The page is not a peer review: a person
has to make one, and the questions that no program can answer are left open for that person.
"""

from __future__ import annotations

from collections.abc import Iterable

from harvester.lint.check import Message
from harvester.strategy import Strategy

_TEXT = "duplicate-term swallowed-term hyphen-variant plural-variant short-stem leading-wildcard foreign-wildcard"
_SYNTAX = (
    "smart-quotes single-quotes smart-dashes lower-case-operator unquoted-phrase wildcard-in-quotes spelling-variant "
    "unused-line repeated-line unused-expansion too-many-operators"
)
_LIMITS = "indexed-only-limit update-by-publication entry-date language-limit"

#: heading -> (rules that speak to it, what is left to the reviewer)
ELEMENTS: dict[str, tuple[frozenset[str], str]] = {
    "Translation of the research question": (
        frozenset({"loss-dropped", "loss-narrowed", "loss-widened", "cannot-be-written"}),
        "Do the blocks match the question? Is one too broad, too narrow, or missing?",
    ),
    "Boolean and proximity operators": (
        frozenset({"mixed-operators", "wildcard-in-proximity", "lone-proximity"}),
        "Are the operators and distances what was meant? Does a NOT take away what is relevant?",
    ),
    "Subject headings": (
        frozenset({"star-before-heading"}),
        "Are the headings relevant, exploded where they should be, and none missing?",
    ),
    "Text word searching": (frozenset(_TEXT.split()), "Are synonyms, abbreviations and other spellings there?"),
    "Spelling, syntax and line numbers": (frozenset(_SYNTAX.split()), "Is every line used as it was meant to be?"),
    "Limits and filters": (frozenset(_LIMITS.split()), "Is each limit needed, and is its filter a tested one?"),
}


def press(strategy: Strategy, messages: Iterable[Message]) -> str:
    """The page, as Markdown. Nothing of `messages` is left out: what fits no heading stands at the end."""
    left = list(messages)
    parts = [
        f"# {strategy.title or strategy.name}: for a peer review of the search",
        "**This is not a peer review.** A program looked the strategy over; the questions are for a person to answer.",
    ]
    for heading, (codes, question) in ELEMENTS.items():
        mine = [message for message in left if message.code in codes]
        left = [message for message in left if message.code not in codes]
        found = "\n".join(map(_line, mine)) or "- The program found nothing here."
        parts.append(f"## {heading}\n\n{found}\n\n{question}\n\nReviewer: ")
    if left:
        parts.append("## Other findings\n\n" + "\n".join(map(_line, left)))
    parts.append("Reviewer's name and date: \n")
    return "\n\n".join(parts)


def _line(message: Message) -> str:
    place = f"line {message.line}, column {message.column}: " if message.line else ""
    about = f" ({message.dialect})" if message.dialect else ""
    more = f" {message.suggestion}" if message.suggestion else ""
    text = f"{message.message}.{more}".replace("*", "\\*").replace("<", "&lt;")
    return f"- {message.severity}{about}, {place}{text}"
