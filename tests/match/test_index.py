"""The index over many records: held against the Matcher, one record at a time, and against answers written down."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import formats
from harvester.dialects import get
from harvester.errors import UsageError
from harvester.match import Index, Matcher, Tally
from harvester.query import ANY, TEXT_FIELDS, And, Field, Near, Not, Or, Query, Term, Wild, Word
from harvester.record import Heading, PartialDate, Record, Section
from harvester.strategy import load, read

GENERIC = get("generic")
PUBMED = get("pubmed")

RECORDS = [
    Record(
        "x",
        "1",
        "Social prescribing link workers",
        abstract=(Section("β-blockers in long-term care, Crohn’s disease"),),
        keywords=("mental health", "chronic"),
        languages=("eng",),
        published=PartialDate(2021, 5),
        headings=(Heading("Anxiety", major=True, subheadings=("therapy",)),),
    ),
    Record("x", "2", "Health coaching", abstract=(Section("the women’s link to workers"),), languages=("fre",)),
    Record("x", "3", "Physiotherapy für die Straße", keywords=("health", "coach"), published=PartialDate(2016)),
    Record("x", "4", "Linkage 東京 naïve", publication_types=("Review",), journal="Health Coach"),
    Record("x", "5", ""),
]


@pytest.fixture(scope="module")
def index() -> Index:
    """Five records."""
    return Index(RECORDS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("link worker*", [1]),
        ("link*", [1, 2, 4]),
        ("wom?n", [2]),
        ("*therap*", [3]),
        ("*therapy", [3]),
        ("p*s link work*", []),
        ("pres*g link w?rkers", [1]),
        ("beta blocker*", [1]),
        ("crohn's disease", [1]),
        ("strasse", [3]),
        ("naive", [4]),
        ("東*", [4]),
        ("health coach", []),
        ("health coach*", [2]),
        ("health chronic", []),
        ("health coach[journal]", [4]),
        ("health coach[all]", [4]),
        ("link NEAR/1 worker*", [1, 2]),
        ("link NEAR/0 worker*", [1]),
        ("worker* NEXT/1 link", []),
        ("(link OR nothing*) NEAR/2 (worker* OR coach)", [1, 2]),
        ("health NEAR/5 coach", []),
        ("health NOT coach", [1, 2]),
        ('"english"[language]', [1, 3, 4, 5]),
        ('link* NOT "english"[language]', [2, 4]),
        ("2020..2022[published]", [1, 2, 4, 5]),
        ('"Anxiety"[mesh,focus]', [1]),
        ('"Anxiety"[mesh,/drug therapy]', []),
        ('"Review"[type]', [4]),
        ("nowhere", []),
    ],
)
def test_a_query_finds_these(index: Index, query: str, expected: list[int]) -> None:
    """Words, truncation anywhere, phrases, fields, proximity, limits and headings; what is not stated is kept."""
    assert index.matches(GENERIC.read(query)) == expected
    assert index.count(GENERIC.read(query)) == len(expected)
    matcher = Matcher(GENERIC.read(query))
    assert [number for number, record in enumerate(RECORDS, 1) if matcher.matches(record)] == expected


def test_every_line_is_counted_with_what_it_alone_found() -> None:
    """Hits for terms, blocks and their AND; unique ones for terms."""
    strategy = read('[[block]]\nterms = ["coach*", "coaching", "guide"]\n[[block]]\nterms = ["health"]\n')
    records = [Record("x", "1", "coaching health"), Record("x", "2", "coaches"), Record("x", "3", "a guide to health")]
    found = [(line.number, line.kind, line.hits, line.unique) for line in Index(records).count_lines(strategy)]
    assert found == [
        (1, "term", 2, 1),
        (2, "term", 1, 0),
        (3, "term", 1, 1),
        (4, "term", 2, 2),
        (5, "block", 3, None),
        (6, "block", 2, None),
        (7, "all", 2, None),
    ]


def test_records_keep_numbers_of_their_own() -> None:
    """Pairs of a number and a record, such as a store gives, answer by that number."""
    index = Index([(70, Record("x", "1", "coach")), (7, Record("x", "2", "coaches"))])
    assert index.matches(GENERIC.read("coach*")) == [70, 7]
    assert len(index) == 2


def test_no_records_give_nothing() -> None:
    """An empty index answers every query with none."""
    assert Index([]).matches(GENERIC.read("a OR *b OR c NEAR/1 d")) == []


def test_an_index_in_a_file_replaces_nothing(tmp_path: Path) -> None:
    """A file that is there already is refused."""
    with Index(RECORDS, tmp_path / "index") as index:
        assert index.matches(GENERIC.read("coaching")) == [2]
    with pytest.raises(FileExistsError):
        Index(RECORDS, tmp_path / "index")


def test_a_proximity_of_what_is_no_term_is_refused() -> None:
    """As by the Matcher: an AND cannot stand near something."""
    term = GENERIC.read("coach")
    with pytest.raises(UsageError, match="proximity"):
        Index(RECORDS).matches(Near((And((term, term)), term), 3))


def test_nesting_and_width_have_no_limit() -> None:
    """Three thousand levels, and ten thousand terms in one OR."""
    index = Index(RECORDS)
    deep: Query = GENERIC.read("coach")
    for number in range(3000):
        deep = (And, Or)[number % 2]((deep, GENERIC.read("health")))
    assert index.matches(deep) == Index(RECORDS).matches(GENERIC.read("health"))
    wide = Or(tuple(Term((Word((f"w{number}",)),), TEXT_FIELDS) for number in range(10_000)))
    assert index.matches(wide) == []


_FIELDS = [
    TEXT_FIELDS,
    frozenset({Field.TITLE}),
    frozenset({Field.KEYWORD, Field.JOURNAL}),
    frozenset({Field.ALL}),
    frozenset[Field](),
]
_piece = st.sampled_from(["a", "b", "ab", "c-d", "é", "co-", "-b", "ß"])
_wild = st.sampled_from([ANY, Wild(1, 1), Wild(0, 1), Wild(0, 2)])
_word = st.one_of(
    _piece.map(lambda text: Word((text,))),
    st.tuples(_piece, _wild).map(Word),
    st.tuples(_wild, _piece).map(Word),
    st.tuples(_piece, _wild, _piece).map(Word),
    _wild.map(lambda wild: Word((wild,))),
)
_term = st.builds(
    Term, st.lists(_word, min_size=1, max_size=3).map(tuple), st.sampled_from(_FIELDS), mapped=st.booleans()
)
_side = st.one_of(_term, st.lists(_term, min_size=2, max_size=2).map(lambda terms: Or(tuple(terms))))
_near = st.builds(Near, st.lists(_side, min_size=2, max_size=3).map(tuple), st.integers(0, 3), st.booleans())
_nested = st.builds(lambda near, term, most: Near((near, term), most), _near, _term, st.integers(0, 2))
_query = st.recursive(
    st.one_of(_term, _near, _nested),
    lambda below: st.one_of(
        st.lists(below, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(below, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Not, below, below),
    ),
    max_leaves=5,
)
_text = st.lists(st.sampled_from(["a", "b", "ab", "abc", "c-d", "é", "co", "b-", "ß", "A B"]), max_size=7).map(" ".join)
_record = st.builds(
    lambda title, abstract, keywords, journal: Record(
        "x", "1", title, abstract=(Section(abstract),), keywords=tuple(keywords), journal=journal
    ),
    _text,
    _text,
    st.lists(_text, max_size=3),
    _text,
)


@settings(max_examples=150, deadline=None)
@given(_query, st.lists(_record, max_size=6))
def test_agrees_with_the_matcher(query: Query, records: list[Record]) -> None:
    """On random trees over random records the index and the Matcher say the same of each."""
    matcher = Matcher(query)
    expected = [number for number, record in enumerate(records, 1) if matcher.matches(record)]
    assert Index(records).matches(query) == expected


@pytest.fixture(scope="module")
def real(shared_data: Path) -> tuple[list[Record], Index]:
    """Every third of the first 3,000 real records."""
    path = shared_data / "pubmed" / "pubmed21n1298.xml.gz"
    records = [record for number, record in zip(range(3_000), formats.read(path), strict=False) if number % 3 == 0]
    return records, Index(records)


def _real_term(chance: random.Random, words: list[str]) -> Query:
    at = chance.randrange(len(words) - 3)
    chosen = words[at : at + chance.choice((1, 1, 2, 3))]
    made = []
    for word in chosen:
        cut = chance.randrange(1, len(word) + 1)
        made.append(
            chance.choice(
                (
                    Word((word,)),
                    Word((word[:cut], ANY)),
                    Word((word[: cut // 2 + 1], Wild(0, 3), word[cut // 2 + 1 :]) if len(word) > 2 else (word,)),
                )
            )
        )
    return Term(tuple(made), chance.choice(_FIELDS))


def _real_tree(chance: random.Random, words: list[str], depth: int) -> Query:
    if depth == 0 or chance.random() < 0.2:
        if chance.random() < 0.4:
            sides = tuple(_real_term(chance, words) for _ in range(2))
            return Near(sides, chance.randrange(12), chance.random() < 0.3)
        return _real_term(chance, words)
    below = tuple(_real_tree(chance, words, depth - 1) for _ in range(2))
    return chance.choice((And, Or, Or, lambda parts: Not(*parts)))(below)


def test_agrees_with_the_matcher_on_real_text(real: tuple[list[Record], Index]) -> None:
    """Forty random trees of words from the records themselves, over a thousand of them."""
    records, index = real
    chance = random.Random(5)
    words = re.findall(r"\S+", " ".join(f"{record.title} {record.abstract_text}" for record in records[:200]))
    found = 0
    for _ in range(40):
        query = _real_tree(chance, words, 3)
        matcher = Matcher(query)
        expected = [number for number, record in enumerate(records, 1) if matcher.matches(record)]
        assert index.matches(query) == expected, query
        found += bool(expected)
    assert found > 12


def test_table_1_is_counted_as_one_by_one(real: tuple[list[Record], Index]) -> None:
    """Each line of the reference review has the hits and unique hits that a pass over the records counts."""
    records, index = real
    tally = Tally(Matcher(load("link-workers")))
    for record in records:
        tally.add(record)
    assert index.count_lines(load("link-workers")) == tally.lines()
    assert tally.lines()[0].hits == 0
    assert next(line for line in tally.lines() if line.text == "mental health").hits > 5
