"""One record of several: the best field of each, nothing lost, the order of no matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe import merge
from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record, Relation, Section

PUBMED = Record(
    source="pubmed",
    source_id="1",
    title="Link workers in practice",
    authors=(Author(family="Lee", initials="K"),),
    journal="BMJ Open",
    pages="12-19",
    published=PartialDate(2020, 5),
    abstract=(Section("Short."),),
    keywords=("a", "b"),
    identifiers={"pmid": ("1",), "doi": ("10.1/a",)},
    relations=(Relation("ErratumIn", pmid="9"),),
)
CINAHL = Record(
    source="cinahl",
    source_id="77",
    title="LINK WORKERS IN PRACTICE",
    authors=(Author(family="Lee", given="Kim"), Author(family="Okafor", given="Ada")),
    journal="BMJ OPEN",
    volume="10",
    pages="12",
    published=PartialDate(2020),
    abstract=(Section("A much longer abstract."),),
    keywords=("b", "c"),
    identifiers={"doi": ("10.1/a",), "an": ("77",)},
)


def test_the_best_of_each() -> None:
    """The preferred source is the base; the longest author list and abstract and the most precise date are taken."""
    merged = merge([CINAHL, PUBMED])
    assert (merged.source, merged.source_id, merged.title) == ("pubmed", "1", "Link workers in practice")
    assert merged.authors == CINAHL.authors
    assert (merged.journal, merged.volume, merged.pages) == ("BMJ Open", "10", "12-19")
    assert merged.published == PartialDate(2020, 5)
    assert merged.abstract_text == "A much longer abstract."
    assert merged.keywords == ("a", "b", "c")
    assert merged.identifiers == {"pmid": ("1",), "doi": ("10.1/a",), "an": ("77",)}
    assert merged.relations == PUBMED.relations


def test_which_source_is_preferred_is_a_setting() -> None:
    """With another preference another record is the base; its shouting title still gives way to a readable one."""
    merged = merge([PUBMED, CINAHL], prefer=("cinahl",))
    assert (merged.source, merged.title) == ("cinahl", "Link workers in practice")


def test_one_is_itself_and_none_is_an_error() -> None:
    """Merging a single record changes nothing; merging nothing is refused."""
    assert merge([PUBMED]) is PUBMED
    with pytest.raises(UsageError):
        merge([])


texts = st.sampled_from(["", "A", "b", "Title", "A longer value"])
records = st.builds(
    Record,
    source=st.sampled_from(["pubmed", "cinahl", "nasp"]),
    source_id=texts,
    title=texts,
    journal=texts,
    pages=texts,
    abstract=st.lists(st.builds(Section, texts), max_size=2).map(tuple),
    authors=st.lists(st.builds(Author, texts, texts), max_size=2).map(tuple),
    keywords=st.lists(texts, max_size=2).map(tuple),
    identifiers=st.dictionaries(st.sampled_from(["doi", "pmid"]), st.lists(texts, min_size=1, max_size=2).map(tuple)),
    published=st.builds(PartialDate, st.one_of(st.none(), st.integers(2000, 2003))),
)


@given(st.lists(records, min_size=1, max_size=4, unique_by=lambda each: (each.source, each.source_id)), st.randoms())
def test_order_does_not_matter_and_nothing_is_lost(given_records: list[Record], random: object) -> None:
    """The same records in any order give the same; every identifier and keyword is kept."""
    merged = merge(given_records)
    shuffled = list(given_records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled) == merged
    for record in given_records:
        assert set(record.keywords) <= set(merged.keywords)
        for scheme, values in record.identifiers.items():
            assert set(values) <= set(merged.identifiers[scheme])
    assert merge([merged]) == merged
