"""The sandbox's search against brute force, and PubMed's rules one by one."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.sandbox import corpus as corpora
from harvester.sandbox.article import Article, articles
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.evaluate import Evaluator, SearchFailed
from harvester.sandbox.lookup import Lookup
from tests.sandbox.brute import holds, row

CLOCK = date(2022, 7, 31)
TODAY = CLOCK.toordinal()


@pytest.fixture(scope="module")
def small() -> Corpus:
    """A corpus that brute force can walk through for each query."""
    return corpora.make(400, 3)


@pytest.fixture(scope="module")
def told(small: Corpus) -> list[Article]:
    """Its records on the day of the clock."""
    return articles(small, list(range(400)), TODAY)


@pytest.fixture(scope="module")
def search(small: Corpus) -> Evaluator:
    """Its search."""
    return Evaluator(Lookup(small))


def hits(search: Evaluator, query: str) -> set[int]:
    """Indices that a query finds."""
    return set(np.flatnonzero(search.run(query, TODAY).mask).tolist())


WORDS = (
    "community", "link", "workers", "chronic", "health", "mental", "social", "adults", "with", "conditions", "of",
    "primary", "care", "naive", "catenin", "navigators", "brokers", "a", "study", "in",
)  # fmt: skip


@st.composite
def phrases(draw: st.DrawFn, records: list[Article]) -> tuple[str, str]:
    """A field and a phrase: words in a row out of some record, so that it is often found, perhaps cut and starred."""
    field = draw(st.sampled_from(["ti", "ab", "ot", "tiab"]))
    article = records[draw(st.integers(0, len(records) - 1))]
    texts = [article.title, *(text for _, text in article.sections), *article.keywords]
    text = row(texts[draw(st.integers(0, len(texts) - 1))]).split()
    start = draw(st.integers(0, max(0, len(text) - 1)))
    words = text[start : start + draw(st.integers(1, 4))] or ["health"]
    last = words[-1]
    if draw(st.booleans()) and len(" ".join(words)) > 4:
        cut = draw(st.integers(1, len(last)))
        if len(" ".join([*words[:-1], last[:cut]])) >= 4:
            words[-1] = last[:cut] + "*"
    return field, " ".join(words)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_phrases_and_booleans_equal_brute_force(
    data: st.DataObject, small: Corpus, told: list[Article], search: Evaluator
) -> None:
    """Any phrase of the corpus in any text field, joined by any operators with parentheses, finds what words say."""
    there = set(np.flatnonzero(small.visible(TODAY)).tolist())

    def leaf() -> tuple[str, set[int]]:
        field, phrase = data.draw(phrases(told))
        expected = {a.index for a in told if a.index in there and holds(a, field, phrase)}
        known = any(holds(a, "tiab", phrase) for a in told)
        assert known
        return f'"{phrase}"[{field}]', expected

    query, expected = leaf()
    for _ in range(data.draw(st.integers(0, 3))):
        operator = data.draw(st.sampled_from(["AND", "OR", "NOT"]))
        other, found = leaf()
        before = data.draw(st.booleans())
        query = f"({query}) {operator} {other}" if before else f"{query} {operator} ({other})"
        expected = {"AND": expected & found, "OR": expected | found, "NOT": expected - found}[operator]
    assert expected == hits(search, query), query


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), gap=st.integers(0, 6))
def test_proximity_equals_brute_force(
    seed: int, gap: int, small: Corpus, told: list[Article], search: Evaluator
) -> None:
    """`"a b"[tiab:~n]` finds both words in any order with at most n words between, in one text."""
    first, second = random.Random(seed).sample(WORDS, 2)

    def near(text: str) -> bool:
        words = row(text).split()
        ones = [place for place, word in enumerate(words) if word == first]
        others = [place for place, word in enumerate(words) if word == second]
        return any(abs(one - other) - 1 <= gap for one in ones for other in others)

    there = small.visible(TODAY)
    expected = {
        a.index
        for a in told
        if there[a.index] and any(near(t) for t in [a.title, *(text for _, text in a.sections), *a.keywords])
    }
    assert expected == hits(search, f'"{first} {second}"[tiab:~{gap}]')


def test_operators_are_read_from_left_to_right(search: Evaluator) -> None:
    """`a OR b AND c` is `(a OR b) AND c`; two operands side by side are joined by AND."""
    plain = hits(search, "community[tiab] OR chronic[tiab] AND mental[tiab]")
    assert plain == hits(search, "(community[tiab] OR chronic[tiab]) AND mental[tiab]")
    assert plain != hits(search, "community[tiab] OR (chronic[tiab] AND mental[tiab])")
    assert hits(search, "community[tiab] mental[tiab]") == hits(search, "community[tiab] AND mental[tiab]")
    assert hits(search, "community[tiab] (mental[tiab] OR chronic[tiab])") == hits(
        search, "community[tiab] AND (mental[tiab] OR chronic[tiab])"
    )


def test_not_of_a_group_with_not_inside(search: Evaluator) -> None:
    """`A NOT (B NOT C)`, the usual animal filter, keeps A without B and A with C."""
    a, b, c = (hits(search, f"{word}[tiab]") for word in ("adults", "community", "chronic"))
    assert hits(search, "adults[tiab] NOT (community[tiab] NOT chronic[tiab])") == a - (b - c)


def test_case_hyphens_accents_and_blanks_before_a_tag_do_not_matter(search: Evaluator) -> None:
    """One word, one result, however it is typed."""
    assert hits(search, '"LONG-TERM condition*" [TIAB]') == hits(search, '"long term condition*"[Title/Abstract]')
    assert hits(search, "na\u00efve[ab]") == hits(search, "naive[ab]") != set()
    assert hits(search, "\u201cmental health\u201d[tiab]") == hits(search, '"mental health"[tiab]')


def test_a_short_stem_loses_its_star_in_silence(search: Evaluator) -> None:
    """Fewer than four characters before the first star: the star is dropped, the translation shows it."""
    outcome = search.run("com*[tiab]", TODAY)
    assert outcome.translation == '"com"[Title/Abstract]'
    assert not outcome.mask.any()
    assert search.run("comm*[tiab]", TODAY).mask.sum() > 100
    # The four are counted from the start of the phrase.
    assert search.run('"long t*"[tiab]', TODAY).translation == '"long t*"[Title/Abstract]'


def test_too_many_wildcards_fail_the_search(search: Evaluator) -> None:
    """257 stars are refused in words that look like an outage, 256 are not."""
    fine = " OR ".join(f"word{number:03d}*[tiab]" for number in range(256))
    search.run(fine, TODAY)
    with pytest.raises(SearchFailed, match="exceeds 256"):
        search.run(f"{fine} OR more*[tiab]", TODAY)


def test_wildcards_inside_a_phrase_before_june_2024(small: Corpus) -> None:
    """By the old rules only the last word is truncated; the phrase is then unknown, finds nothing, and is reported."""
    today = Evaluator(Lookup(small))
    before = Evaluator(Lookup(small), rules_on=date(2022, 7, 31))
    query = '"social refer* link work*"[tiab]'
    assert today.run(query, TODAY).notes.quoted_not_found == []
    assert today.run(query, TODAY).mask.any()
    old = before.run(query, TODAY)
    assert old.notes.quoted_not_found == ['"social refer link work*"[Title/Abstract]']
    assert not old.mask.any()
    assert before.run('"community navigator*"[tiab]', TODAY).notes.quoted_not_found == []
    assert Evaluator(Lookup(small), rules_on=date(2024, 6, 3)).run(query, TODAY).mask.any()


def test_a_phrase_that_is_not_in_the_index_is_taken_apart(search: Evaluator, small: Corpus) -> None:
    """The quotes are ignored, a warning names the phrase, its words are joined by AND."""
    outcome = search.run('"health community"[tiab]', TODAY)
    assert outcome.notes.quoted_not_found == ['"health community"[Title/Abstract]']
    assert outcome.translation == '"health"[Title/Abstract] AND "community"[Title/Abstract]'
    assert set(np.flatnonzero(outcome.mask).tolist()) == hits(search, "health[tiab] AND community[tiab]")
    lacking = Evaluator(Lookup(small), unindexed=("community liaison",))
    assert lacking.run('"community liaison"[tiab]', TODAY).notes.quoted_not_found != []


def test_a_word_that_nobody_wrote_is_reported(search: Evaluator) -> None:
    """PhraseNotFound names it, also where another word is found."""
    assert search.run("xylophone[tiab] OR community[tiab]", TODAY).notes.phrases_not_found == ["xylophone"]


def test_an_unknown_tag_is_reported(search: Evaluator) -> None:
    """FieldNotFound names the tag; the words are searched everywhere."""
    outcome = search.run("community[xyz]", TODAY)
    assert outcome.notes.fields_not_found == ["xyz"]
    assert outcome.mask.any()


def test_translation_is_written_as_pubmed_writes_it(search: Evaluator) -> None:
    """Full field names, dates with a colon, groups in parentheses where another operator follows."""
    query = (
        '("social coach"[tiab] OR multimorbidit*[ti]) AND english[la] AND ("2017/01/01"[dp] : "2022/12/31"[dp]) '
        "NOT (child[mh] NOT adult[mh])"
    )
    assert search.run(query, TODAY).translation == (
        '(("social coach"[Title/Abstract] OR "multimorbidit*"[Title]) AND "english"[Language] AND '
        '2017/01/01:2022/12/31[Date - Publication]) NOT ("child"[MeSH Terms] NOT "adult"[MeSH Terms])'
    )


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("2020[dp]", "2020-01-01", "2020-12-31"),
        ("2020/02[dp]", "2020-02-01", "2020-02-29"),
        ("2019:2020[dp]", "2019-01-01", "2020-12-31"),
        ('"2019/03/05"[Date - Publication] : "2020"[Date - Publication]', "2019-03-05", "2020-12-31"),
        ('"last 2 years"[dp]', "2020-07-31", "2022-07-31"),
        ('"last 60 days"[dp]', "2022-06-01", "2022-07-31"),
    ],
)
def test_publication_dates(
    query: str, low: str, high: str, small: Corpus, told: list[Article], search: Evaluator
) -> None:
    """[dp] takes the electronic and the printed date; a date without a day is the first of its month or year."""
    first, last = date.fromisoformat(low).toordinal(), date.fromisoformat(high).toordinal()
    there = small.visible(TODAY)
    expected = {a.index for a in told if there[a.index] and any(first <= d <= last for d in (a.printed, a.online) if d)}
    assert expected
    assert expected == hits(search, query)


@pytest.mark.parametrize(("tag", "name"), [("crdt", "created"), ("edat", "entered"), ("lr", "modified")])
def test_other_dates(tag: str, name: str, small: Corpus, told: list[Article], search: Evaluator) -> None:
    """Create, entry and modification dates are those of the records."""
    first, last = date(2021, 1, 1).toordinal(), date(2021, 12, 31).toordinal()
    there = small.visible(TODAY)
    expected = {a.index for a in told if there[a.index] and first <= getattr(a, name) <= last}
    assert expected
    assert expected == hits(search, f"2021/01/01:2021/12/31[{tag}]")


def test_mesh_is_exploded_unless_told_not_to(search: Evaluator, told: list[Article]) -> None:
    """adult[mh] finds the aged; adult[mh:noexp] does not; only indexed records are found."""
    exploded, alone = hits(search, "adult[mh]"), hits(search, "Adult[mh:noexp]")
    assert alone < exploded
    for index in exploded:
        assert told[index].indexed
        assert set(told[index].ages) & {"Adult", "Aged", "Aged, 80 and over", "Middle Aged", "Young Adult"}
    assert hits(search, "mental health[majr]") <= hits(search, "mental health[mh]")
    assert search.run("No Such Heading[mh]", TODAY).notes.phrases_not_found == ["No Such Heading"]


def test_authors_languages_types_journals(search: Evaluator, told: list[Article], small: Corpus) -> None:
    """Fields that are matched whole find the records that say so."""
    there = small.visible(TODAY)
    someone = next(a for a in told if there[a.index] and len(a.authors) > 1 and a.authors[0][0].isascii())
    family, _, initials = someone.authors[0]
    found = hits(search, f"{family} {initials}[au]")
    assert someone.index in found
    assert all(any(f == family and i.startswith(initials) for f, _, i in told[index].authors) for index in found)
    assert hits(search, "spanish[la]") == {a.index for a in told if there[a.index] and "spa" in a.languages}
    assert hits(search, "preprint[pt]") == {a.index for a in told if there[a.index] and "Preprint" in a.types}
    assert hits(search, '"Open Test Med"[ta]') == {
        a.index for a in told if there[a.index] and a.journal == 7 and not a.book
    }
    assert hits(search, f"{someone.pmid}[uid]") == {someone.index}
    assert hits(search, f"{someone.doi}[doi]") >= {someone.index}
    assert hits(search, f"{someone.pmid}:{someone.pmid + 1}[uid]") >= {someone.index}


def test_all_fields_and_automatic_mapping(search: Evaluator) -> None:
    """Words without a tag are joined by AND in all fields; a heading's name brings the heading."""
    outcome = search.run("mental health", TODAY)
    assert outcome.translation == (
        '"mental health"[MeSH Terms] OR ("mental"[All Fields] AND "health"[All Fields]) OR "mental health"[All Fields]'
    )
    assert outcome.notes.translations[0][0] == "mental health"
    assert hits(search, "community brokers") <= hits(search, "community") & hits(search, "brokers")
    assert hits(search, "all[sb]") == set(np.flatnonzero(search.lookup.corpus.visible(TODAY)).tolist())


def test_an_empty_operand_is_forgiven(search: Evaluator) -> None:
    """Empty parentheses, a trailing operator, a stray tag: the rest is searched."""
    community = hits(search, "community[tiab]")
    for query in (
        "community[tiab] AND ()",
        "community[tiab] OR",
        "(community[tiab]",
        "community[tiab])",
        "AND community[tiab]",
    ):
        assert hits(search, query) == community, query


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_search(text: str, search: Evaluator) -> None:
    """Whatever is typed, the answer is a result or a failure that the server can report."""
    try:
        outcome = search.run(text, TODAY)
    except SearchFailed:
        return
    assert len(outcome.mask) == 400


def test_a_long_chain_of_terms_is_no_problem(search: Evaluator) -> None:
    """Two thousand terms in one OR neither overflow the stack nor take long."""
    query = " OR ".join(f"word{number}[tiab]" for number in range(2000)) + " OR community[tiab]"
    assert hits(search, query) == hits(search, "community[tiab]")
