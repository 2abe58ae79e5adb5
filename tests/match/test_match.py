"""Evaluating queries here: the rules by example, and held against a slow and obvious evaluator."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dialects import get
from harvester.match import Matcher, normalise
from harvester.query import ANY, TEXT_FIELDS, And, Field, Near, Not, Or, Query, Term, Wild, Word
from harvester.record import Heading, PartialDate, Record, Section
from harvester.strategy import load, read

GENERIC = get("generic")


def record(title: str = "", abstract: str = "", **more: object) -> Record:
    """A record with a title and an abstract."""
    return Record("x", "1", title, abstract=(Section(abstract),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("social prescrib*", "The Social Prescribing scheme", True),
        ("social prescrib*", "social and prescribing", False),
        ("coach", "a coach.", True),
        ("coach", "coaches", False),
        ("long term", "long-term illness", True),
        ("long-term", "long term illness", True),
        ("long-term", "longterm illness", False),
        ("wom?n", "two women", True),
        ("wom?n", "two womn", False),
        ("colo*r", "a colour", True),
        ("naive", "naïve", True),
        ("naïve", "NAIVE", True),
        ("strasse", "Straße", True),
        ("beta blocker*", "β-blockers", True),
        ("Crohn's disease", "Crohn’s disease", True),
        ("office", "ofﬁce", True),
        ("social refer* link work*", "social referral link workers", True),
        ("social refer* link work*", "social referral (link) workers", True),
        ("a NOT b", "a b", False),
        ("coach NEAR/2 carer", "carer of one coach", True),
        ("coach NEAR/1 carer", "carer of one coach", False),
        ("coach NEXT/2 carer", "carer of one coach", False),
        ("(coach OR guide) NEAR/0 health work*", "health workers guide", True),
        ("(a NEAR/1 b) NEAR/1 c", "a x b y c", True),
        ("(a NEAR/1 b) NEAR/1 c", "a x b y y c", False),
        ("*therapy", "physiotherapy", True),
    ],
)
def test_words_in_a_title(query: str, text: str, expected: bool) -> None:
    """Case, accents, hyphens, apostrophes, ligatures, Greek, truncation, phrases and proximity."""
    assert Matcher(GENERIC.read(query)).matches(record(text)) is expected


def test_a_phrase_does_not_run_from_one_field_into_the_next() -> None:
    """The end of the title and the beginning of the abstract are not one phrase."""
    assert not Matcher(GENERIC.read("link worker")).matches(record("the link", "worker of"))
    assert not Matcher(GENERIC.read("link NEAR/3 worker")).matches(record("the link", "worker of"))


def test_fields_are_kept_apart() -> None:
    """A term is looked for in its own fields only; keywords and headings count for theirs."""
    found = record("coach", "carer", keywords=("link worker",), headings=(Heading("Mental Health"),))
    assert Matcher(GENERIC.read("coach[title]")).matches(found)
    assert not Matcher(GENERIC.read("coach[abstract]")).matches(found)
    assert Matcher(GENERIC.read("link worker")).matches(found)
    assert not Matcher(GENERIC.read("mental health")).matches(found)
    assert Matcher(GENERIC.read('"mental health"[heading]')).matches(found)
    assert Matcher(GENERIC.read('"mental health"[mesh]')).matches(found)
    assert Matcher(GENERIC.read("carer[all]")).matches(found)


def test_the_parts_of_an_abstract_are_one_text() -> None:
    """A phrase may run over a line of a structured abstract, as it may in PubMed."""
    parts = (Section("about link", "AIM"), Section("of", "METHODS"))
    assert Matcher(GENERIC.read("link methods of")).matches(Record("x", "1", "t", abstract=parts))


def test_what_a_record_does_not_state_keeps_it() -> None:
    """An unknown language or date never drops a record; a known one does."""
    query = GENERIC.read("coach AND english[language] AND 2017..2022[published]")
    assert Matcher(query).matches(record("coach"))
    assert Matcher(query).matches(record("coach", languages=("eng",), published=PartialDate(2022)))
    assert not Matcher(query).matches(record("coach", languages=("fre",)))
    assert not Matcher(query).matches(record("coach", published=PartialDate(2023, 1)))
    assert Matcher(GENERIC.read("coach NOT english[language]")).matches(record("coach"))


def test_what_cannot_be_known_is_said() -> None:
    """An exploded heading, a mapped term and a foreign limit are named."""
    matcher = Matcher(get("pubmed").read("Anxiety[mh] OR heart attack"))
    assert len(matcher.unknown) == 2
    assert "Anxiety" in matcher.unknown[0]


def test_lines_are_the_numbers_of_the_searchs_lines() -> None:
    """Terms, blocks and their AND, by the numbers that plan gives them."""
    matcher = Matcher(read('[[block]]\nterms = ["coach*", "guide"]\n[[block]]\nterms = ["mental health"]\n'))
    assert matcher.lines(record("coaches in mental health")) == (1, 3, 4, 5, 6)
    assert matcher.lines(record("a guide")) == (2, 4)
    assert matcher.lines(record("nothing")) == ()
    assert not matcher.matches(record("a guide"))


def test_table_1_finds_what_it_means() -> None:
    """One of each block is enough."""
    matcher = Matcher(load("link-workers"))
    assert matcher.matches(record("Social prescribing link workers", "for long-term conditions"))
    assert not matcher.matches(record("Social prescribing link workers", "for children"))


VOCABULARY = ["a", "b", "c", "ab", "abc", "ba"]
_word = st.one_of(
    st.sampled_from(VOCABULARY).map(lambda text: Word((text,))),
    st.sampled_from(["a", "b"]).map(lambda text: Word((text, ANY))),
    st.sampled_from(["a", "b"]).map(lambda text: Word((text, Wild(1, 1)))),
    st.just(Word((ANY, "b"))),
)
_term = st.builds(
    Term,
    st.lists(_word, min_size=1, max_size=3).map(tuple),
    st.sampled_from([TEXT_FIELDS, frozenset({Field.TITLE}), frozenset({Field.ABSTRACT})]),
)
_in_title = st.builds(Term, st.lists(_word, min_size=1, max_size=2).map(tuple), st.just(frozenset({Field.TITLE})))
_side = st.one_of(_in_title, st.builds(Or, st.lists(_in_title, min_size=2, max_size=2).map(tuple)))
_near = st.builds(Near, st.lists(_side, min_size=2, max_size=3).map(tuple), st.integers(0, 2), st.booleans())
_query = st.recursive(
    st.one_of(_term, _near),
    lambda below: st.one_of(
        st.builds(And, st.lists(below, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(below, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, below, below),
    ),
    max_leaves=6,
)
_text = st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)


def _brute(node: Query, fields: dict[Field, list[str]]) -> bool:
    """The slow evaluator: every way of laying the words of a term over the words of a field."""
    if isinstance(node, And):
        return all(_brute(child, fields) for child in node.children)
    if isinstance(node, Or):
        return any(_brute(child, fields) for child in node.children)
    if isinstance(node, Not):
        return _brute(node.keep, fields) and not _brute(node.drop, fields)
    if isinstance(node, Near):
        return bool(_brute_near(node, fields[Field.TITLE]))
    assert isinstance(node, Term)
    return any(_brute_places(node, fields[field]) for field in node.fields if field in fields)


def _brute_places(node: Query, tokens: list[str]) -> list[tuple[int, ...]]:
    if isinstance(node, Or):
        return [place for child in node.children for place in _brute_places(child, tokens)]
    assert isinstance(node, Term)
    size = len(node.words)
    starts = range(len(tokens) - size + 1)
    return [
        tuple(range(at, at + size))
        for at in starts
        if all(_same(word, token) for word, token in zip(node.words, tokens[at : at + size], strict=True))
    ]


def _same(word: Word, token: str) -> bool:
    pattern = "".join(part if isinstance(part, str) else (".*" if part.maximum is None else ".") for part in word.parts)
    return re.fullmatch(pattern, token) is not None


def _brute_near(node: Near, tokens: list[str]) -> bool:
    for places in product(*(_brute_places(operand, tokens) for operand in node.operands)):
        used = [at for place in places for at in place]
        if len(set(used)) != len(used):
            continue
        if node.ordered and any(left[-1] >= right[0] for left, right in pairwise(places)):
            continue
        whole = {*range(min(used), max(used) + 1)}
        blocks = {at for place in places for at in range(place[0], place[-1] + 1)}
        if len(whole - blocks) <= node.distance:
            return True
    return False


@given(_query, _text, _text)
def test_agrees_with_brute_force(query: Query, title: str, abstract: str) -> None:
    """On random trees over random text the compiled matcher and the obvious one say the same."""
    fields = {Field.TITLE: title.split(), Field.ABSTRACT: abstract.split(), Field.KEYWORD: []}
    assert Matcher(query).matches(record(title, abstract)) is _brute(query, fields)


@given(st.text(max_size=30))
def test_normalised_text_holds_only_words_and_blanks(text: str) -> None:
    """No mark, no upper case and no accent is left, and doing it twice changes nothing."""
    once = normalise(text)
    assert re.fullmatch(r"[\w\s]*", once)
    assert normalise(once) == once


def test_ten_thousand_levels_are_evaluated() -> None:
    """Nesting has no limit in reading or compiling."""
    query = GENERIC.read("(" * 3000 + "a" + ")" * 3000)
    assert Matcher(query).matches(record("a"))
