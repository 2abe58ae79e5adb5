"""Random query trees for the tests of all dialects (hypothesis)."""

from __future__ import annotations

from hypothesis import strategies as st

from harvester.query import (
    ANY,
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
    Wild,
    Word,
)

LITERALS = st.sampled_from(
    ["social", "prescribing", "coach", "health", "long-term", "illness", "and", "or", "not", "near", "next", "to",
     "Covid-19", "naïve", "5", "2017", "Crohn's", "adj", "exp", "limit", "in", "same", "within", "mh"]
)  # fmt: skip


@st.composite
def words(draw: st.DrawFn, wilds: tuple[Wild, ...] = (ANY,)) -> Word:
    """A word, now and then truncated at its end or inside."""
    literal = draw(LITERALS)
    kind = draw(st.sampled_from(["plain", "plain", "plain", "end", "inside"])) if wilds else "plain"
    if kind == "plain" or len(literal) < 4:
        return Word((literal,))
    if kind == "end":
        return Word((literal, draw(st.sampled_from(wilds))))
    return Word((f"{literal}x", draw(st.sampled_from(wilds)), "s"))


@st.composite
def terms(draw: st.DrawFn, fields: list[frozenset[Field]], wilds: tuple[Wild, ...] = (ANY,)) -> Term:
    """A word or phrase of up to four words. Its first word is long enough for every database's shortest stem."""
    found = tuple(draw(st.lists(words(wilds), min_size=1, max_size=4)))
    if not all(part.literal for part in found):
        found = (Word(("community",)), *found)
    return Term(found, draw(st.sampled_from(fields)))


def leaves(
    fields: list[frozenset[Field]], wilds: tuple[Wild, ...] = (ANY,), *, mesh: bool = True
) -> st.SearchStrategy[Query]:
    """Terms, headings, limits and dates."""
    kinds: list[st.SearchStrategy[Query]] = [terms(fields, wilds)]
    if mesh:
        kinds += [
            st.builds(
                Heading,
                st.sampled_from(["Anxiety", "Diabetes Mellitus, Type 2", "Self Care"]),
                st.just("mesh"),
                st.booleans(),
                st.booleans(),
                st.sampled_from([(), ("drug therapy",)]),
            ),
            st.builds(Limit, st.just(LimitKind.LANGUAGE), st.sampled_from(["english", "french"])),
            st.builds(Limit, st.just(LimitKind.PUBLICATION_TYPE), st.just("randomized controlled trial")),
            st.builds(
                DateLimit,
                st.just(DateKind.PUBLISHED),
                st.sampled_from(["2017", ""]),
                st.sampled_from(["2022", "2022-07-31"]),
            ),
        ]
    return st.one_of(kinds)


def queries(leaf: st.SearchStrategy[Query], near: st.SearchStrategy[Query] | None = None) -> st.SearchStrategy[Query]:
    """Trees of AND, OR and NOT over `leaf`, and proximities where a dialect can write them."""
    base = leaf if near is None else st.one_of(leaf, near)
    return st.recursive(
        base,
        lambda below: st.one_of(
            st.builds(And, st.lists(below, min_size=2, max_size=4).map(tuple)),
            st.builds(Or, st.lists(below, min_size=2, max_size=4).map(tuple)),
            st.builds(Not, below, below),
        ),
        max_leaves=12,
    )


def nears(
    fields: list[frozenset[Field]], wilds: tuple[Wild, ...], ordered: tuple[bool, ...]
) -> st.SearchStrategy[Query]:
    """Two words or phrases near each other, in one field."""

    def build(
        field: frozenset[Field], pair: tuple[tuple[Word, ...], tuple[Word, ...]], distance: int, order: bool
    ) -> Near:
        return Near((Term(pair[0], field), Term(pair[1], field)), distance, order)

    some = st.lists(words(wilds), min_size=1, max_size=2).map(tuple)
    return st.builds(build, st.sampled_from(fields), st.tuples(some, some), st.integers(1, 9), st.sampled_from(ordered))


__all__ = ["TEXT_FIELDS", "leaves", "nears", "queries", "terms", "words"]
