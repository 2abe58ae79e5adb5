"""The synthetic corpus."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import UsageError
from harvester.sandbox import corpus as corpora
from harvester.sandbox.article import articles
from harvester.sandbox.chance import draw, draws
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.people import JOURNALS, issn
from harvester.sandbox.relations import LAG, Relation


@given(st.integers(0, 2**31), st.integers(0, 2**31), st.integers(0, 1000))
def test_one_draw_is_the_same_as_many(seed: int, index: int, salt: int) -> None:
    """The scalar and the array form of chance give the same number."""
    assert draw(seed, index, salt) == int(draws(seed, np.array([index]), salt)[0])


def test_a_record_does_not_depend_on_how_many_there_are(library: Corpus) -> None:
    """The first thousand records of a corpus of 6,000 are those of a corpus of 1,000, word for word."""
    small = corpora.make(1000, 1)
    clock = date(2022, 7, 31).toordinal()
    # A companion that lies beyond the thousand is all that may differ.
    alone = [index for index in range(1000) if library.companion[index] < 1000]
    assert len(alone) > 990
    for mine, theirs in zip(articles(small, alone, clock), articles(library, alone, clock), strict=True):
        assert mine == theirs


def test_another_seed_is_another_corpus(library: Corpus) -> None:
    """Seeds differ in what the same index says."""
    other = corpora.make(6000, 2)
    assert (other.title != library.title).any(axis=0).mean() > 0.9


def test_pmids_are_unique_and_plainly_synthetic(library: Corpus) -> None:
    """No PMID comes twice, none is in the range that PubMed has reached."""
    assert len(set(library.pmid.tolist())) == 6000
    assert library.pmid.min() > 75_000_000
    assert library.pmid.max() < 100_000_000


@pytest.mark.slow
def test_pmids_stay_unique_in_a_large_corpus() -> None:
    """A hundred thousand records have a hundred thousand PMIDs, and one day with more than one search can list."""
    large = corpora.make(120_000, 1)
    assert len(np.unique(large.pmid)) == 120_000
    assert np.bincount(large.created - large.created.min()).max() > 9_999


@pytest.mark.parametrize("seed", [1, 2, 3, 99])
def test_an_article_on_topic_is_retracted_in_the_autumn_of_2022(seed: int) -> None:
    """Whatever the seed: found in July 2022, retracted before May 2023."""
    library = corpora.make(6000, seed)
    notices = np.flatnonzero(library.relation == Relation.RETRACTION)
    autumn = [
        n for n in notices if date(2022, 10, 1).toordinal() <= library.created[n] <= date(2022, 12, 31).toordinal()
    ]
    targets = [int(library.target[n]) for n in autumn]
    july, may = date(2022, 7, 31).toordinal(), date(2023, 5, 31).toordinal()
    shown = [t for t in targets if library.kind[t] == corpora.BOTH and library.language[t] == 0]
    assert shown
    before, after = articles(library, shown[-1:], july)[0], articles(library, shown[-1:], may)[0]
    assert "Retracted Publication" not in before.types
    assert "Retracted Publication" in after.types
    assert [kind for kind, _, _ in after.links] == ["RetractionIn"]


def test_the_entry_date_of_a_late_record_is_its_publication_date(library: Corpus) -> None:
    """[edat] is set back for what was entered more than a year late, and for nothing else."""
    late = library.created - library.printed > 365
    assert 200 < late.sum() < 1500
    assert (library.entered[late] == library.printed[late]).all()
    assert (library.entered[~late] == library.created[~late]).all()


def test_every_relation_occurs_at_its_own_distance(library: Corpus) -> None:
    """Preprints come before, errata and notices after what they belong to."""
    for relation, lag in LAG.items():
        mine = np.flatnonzero((library.relation == relation) & (library.target >= 0))
        assert len(mine) > 5, relation
        assert (library.created[mine] - library.created[library.target[mine]] == lag).all(), relation


def test_all_odd_shapes_occur(library: Corpus) -> None:
    """Books, groups as authors, no authors, no abstract, MedlineDate, other languages, version 2, inline tags."""
    told = articles(library, list(range(6000)), corpora.LAST_DAY)
    assert sum(a.book for a in told) > 10
    assert sum(any(not family for family, _, _ in a.authors) for a in told) > 50
    assert sum(not a.authors for a in told) > 30
    assert sum(not a.sections for a in told) > 300
    assert sum(bool(a.sections) and a.sections[0][0] != "" for a in told) > 1000
    assert sum(a.precision in (corpora.MONTHS, corpora.YEARS) for a in told) > 100
    assert sum(len(a.languages) == 2 for a in told) > 30
    assert sum(a.version == 2 for a in told) > 10
    assert sum("<i>" in text for a in told for _, text in a.sections) > 100
    assert sum(not a.indexed for a in told) > 1000


def test_what_comes_later_is_not_there_before(library: Corpus) -> None:
    """An abstract, a heading and a printed date show from their day on."""
    for name in ("abstract_since", "indexed", "print_known"):
        days = getattr(library, name)
        index = int(np.flatnonzero(days > library.created)[0])
        before = articles(library, [index], int(days[index]) - 1)[0]
        after = articles(library, [index], int(days[index]))[0]
        assert before != after, name
        assert after.modified >= int(days[index])


def test_issns_have_their_check_digit() -> None:
    """The journals' ISSNs are well formed."""
    # 9001-000: the digits weigh 8 to 2: 9 * 8 + 1 * 5 = 77 = 7 * 11, so the check digit is 0.
    assert issn(1000) == "9001-0000"
    # 9000-001: 9 * 8 + 1 * 2 = 74, and 77 - 74 = 3.
    assert issn(1) == "9000-0013"
    assert len({issn(100 + number) for number in range(len(JOURNALS))}) == len(JOURNALS)


@pytest.mark.parametrize("records", [0, -1, 1_000_001])
def test_a_size_out_of_range_is_refused(records: int) -> None:
    """Nothing is made of too few or too many records."""
    with pytest.raises(UsageError):
        corpora.make(records, 1)


def test_one_record_is_enough() -> None:
    """The smallest corpus works."""
    assert corpora.make(1, 1).size == 1
