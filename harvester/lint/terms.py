"""Rules about the words of a strategy: doubles, swallowed terms, missing variants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.dialects.base import Note
from harvester.dialects.compose import Composed
from harvester.lint.rules import RULES
from harvester.query import ANY, Query, Term, Wild, Word

#: Words written closed, with a hyphen or apart. Some databases read a hyphen as a blank; none joins two words.
_HYPHENS = (
    ("wellbeing", "well-being"), ("well-being", "wellbeing"), ("healthcare", "health care"),
    ("health care", "healthcare"), ("multimorbid", "multi-morbid"), ("multi-morbid", "multimorbid"),
    ("comorbid", "co-morbid"), ("co-morbid", "comorbid"), ("long term", "long-term"), ("follow up", "follow-up"),
    ("nonpharm", "non-pharm"), ("non-pharm", "nonpharm"), ("lifestyle", "life style"), ("selfmanage", "self-manage"),
    ("telehealth", "tele-health"), ("ehealth", "e-health"), ("e-health", "ehealth"), ("coordinat", "co-ordinat"),
    ("cooperat", "co-operat"), ("website", "web site"),
)  # fmt: skip
#: British and American spellings, as endings or pieces of a word.
_SPELLINGS = (
    ("behaviour", "behavior"), ("colour", "color"), ("tumour", "tumor"), ("labour", "labor"), ("favour", "favor"),
    ("centre", "center"), ("fibre", "fiber"), ("paediatric", "pediatric"), ("anaem", "anem"), ("oedema", "edema"),
    ("oesoph", "esoph"), ("foetal", "fetal"), ("foetus", "fetus"), ("haem", "hem"), ("orthopaed", "orthoped"),
    ("gynaec", "gynec"), ("diarrhoea", "diarrhea"), ("leukaem", "leukem"), ("ageing", "aging"),
    ("counsell", "counsel"), ("programme", "program"), ("randomis", "randomiz"), ("organis", "organiz"),
    ("hospitalis", "hospitaliz"), ("utilis", "utiliz"), ("characteris", "characteriz"), ("immunis", "immuniz"),
)  # fmt: skip


def term_notes(composed: Composed) -> Iterator[Note]:
    """What is doubtful about the terms of each block."""
    blocks: dict[str, list[Term]] = {}
    for line in composed.lines:
        if line.kind == "term" and isinstance(line.query, Term):
            blocks.setdefault(line.block, []).append(line.query)
    for terms in blocks.values():
        yield from _doubles(terms)
        yield from _swallowed(terms)
        yield from _variants(terms)


def _key(term: Term) -> tuple[str, frozenset[str]]:
    return term.text.casefold(), frozenset(term.fields)


def _doubles(terms: list[Term]) -> Iterator[Note]:
    first: dict[tuple[str, frozenset[str]], Term] = {}
    for term in terms:
        before = first.setdefault(_key(term), term)
        if before is not term:
            yield _note(
                "duplicate-term", f"{term.text!r} stands already in line {before.span.line}", term, "Remove one."
            )


def _swallowed(terms: list[Term]) -> Iterator[Note]:
    """A term is swallowed by one of as many words, each of which covers the other's. Grouped by the first stem."""
    wide = [term for term in terms if any(_tail(word) for word in term.words)]
    by_size: dict[tuple[int, str], list[Term]] = {}
    for term in wide:
        by_size.setdefault((len(term.words), str(term.words[0])[:1].casefold()), []).append(term)
    for term in terms:
        for other in by_size.get((len(term.words), str(term.words[0])[:1].casefold()), ()):
            if other is not term and _key(other) != _key(term) and term.fields <= other.fields and _covers(other, term):
                yield _note(
                    "swallowed-term",
                    f"{term.text!r} is found by {other.text!r} already",
                    term,
                    "One of them is enough.",
                )
                break


def _tail(word: Word) -> bool:
    return len(word.parts) == 2 and isinstance(word.parts[0], str) and word.parts[1] == ANY


def _covers(wide: Term, narrow: Term) -> bool:
    return all(_word_covers(left, right) for left, right in zip(wide.words, narrow.words, strict=True))


def _word_covers(wide: Word, narrow: Word) -> bool:
    if str(wide).casefold() == str(narrow).casefold():
        return True
    if not _tail(wide) or isinstance(narrow.parts[0], Wild):
        return False
    return narrow.parts[0].casefold().startswith(str(wide.parts[0]).casefold())


def _variants(terms: list[Term]) -> Iterator[Note]:
    texts = {re.sub(r"[\s-]+", " ", term.text.casefold()) for term in terms}
    exact = {term.text.casefold() for term in terms}
    together = "\n".join(exact)
    mostly_truncated = sum(not term.words[-1].literal for term in terms) * 2 >= len(terms)
    for term in terms:
        text = term.text.casefold()
        yield from _hyphens(term, text, together)
        yield from _spellings(term, text, texts)
        if mostly_truncated:
            yield from _plural(term, texts)


def _hyphens(term: Term, text: str, together: str) -> Iterator[Note]:
    for one, other in _HYPHENS:
        if one in text and other not in together:
            twin = text.replace(one, other)
            yield _note("hyphen-variant", f"{term.text!r} has no form with {other!r} beside it", term, f"Add {twin!r}.")


def _spellings(term: Term, text: str, texts: set[str]) -> Iterator[Note]:
    for pair in _SPELLINGS:
        for one, other in (pair, pair[::-1]):
            # `program` stands in `programme`, `counsel` in `counsell`: the shorter one finds nothing there to add.
            if one not in text or (one in other and other in text):
                continue
            twin = text.replace(one, other)
            if twin not in texts:
                yield _note("spelling-variant", f"{term.text!r} has no {twin!r} beside it", term, f"Add {twin!r}.")


def _plural(term: Term, texts: set[str]) -> Iterator[Note]:
    """A phrase left singular where most of its neighbours are truncated: `social coach` beside `navigator*`."""
    last = term.words[-1]
    if not last.literal or len(term.words) < 2:
        return
    text = term.text.casefold()
    countless = ("s", "health", "care", "ing", "liaison")
    if text.endswith(countless) or f"{text}s" in texts or f"{text}es" in texts:
        return
    yield _note("plural-variant", f"{term.text!r} finds no plural", term, f"Write {term.text + '*'!r}.")


def _note(code: str, message: str, node: Query, suggestion: str) -> Note:
    return Note(code, message, node.span, RULES[code].severity, suggestion)
