"""The truth file against brute force over words, and against the sandbox's own search."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from harvester.sandbox import Sandbox, corpus, truth_pubmed
from harvester.sandbox.article import articles
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.evaluate import Evaluator
from harvester.sandbox.phrases import BLOCKS, CONDITION_DECOYS, TERMS, WORKER_DECOYS
from harvester.sandbox.units import plain
from tests.sandbox.brute import pattern, row, rows

JULY, MAY = date(2022, 7, 31), date(2023, 5, 31)


def block(name: str) -> str:
    """A block of Table 1 as a PubMed query."""
    return "(" + " OR ".join(f'"{TERMS[number]}"[tiab]' for number in BLOCKS[name]) + ")"


TABLE_1 = f"{block('SPLW')} AND {block('LTC')}"
LIMITS = (
    'AND english[la] AND ("2017/01/01"[dp] : "{last}"[dp]) '
    'NOT (("infant"[mh] OR "child"[mh] OR "adolescent"[mh]) NOT "adult"[mh])'
)


@pytest.mark.parametrize("seed", [1, 5])
def test_the_terms_a_record_was_made_with_are_the_terms_in_its_words(seed: int) -> None:
    """Generator and brute force agree on every term of every record, before and after late abstracts came."""
    library = corpus.make(1200, seed)
    for clock in (JULY.toordinal(), corpus.LAST_DAY):
        bits = truth_pubmed.term_bits(library, clock)
        for article in articles(library, list(range(1200)), clock):
            expected = [number for number in range(len(TERMS)) if int(bits[article.index]) >> number & 1]
            texts = rows(article, "tiab")
            found = [n for n, term in enumerate(TERMS) if any(pattern(term).search(text) for text in texts)]
            assert expected == found, article.pmid


def test_no_decoy_matches_any_term() -> None:
    """What only looks like a term is not one."""
    for decoy in (*(form[2:] for form in WORKER_DECOYS), *CONDITION_DECOYS):
        assert [term for term in TERMS if pattern(term).search(row(plain(decoy)))] == []


def test_every_term_occurs_on_the_day_of_the_first_search(library: Corpus) -> None:
    """Table 1 has no term that the corpus leaves out."""
    bits = truth_pubmed.term_bits(library, JULY.toordinal())[library.visible(JULY.toordinal())]
    assert min(int((bits >> number & 1).sum()) for number in range(len(TERMS))) >= 50


@pytest.mark.parametrize("day", [JULY, MAY, date(2016, 2, 29), date(2024, 11, 17)])
def test_the_search_finds_what_the_truth_says(library: Corpus, evaluator: Evaluator, day: date) -> None:
    """Table 1, with and without limits, line by line, on several days."""
    clock = day.toordinal()
    bits = truth_pubmed.term_bits(library, clock)
    there = library.visible(clock)
    for number, term in enumerate(TERMS):
        found = evaluator.run(f'"{term}"[tiab]', clock).mask
        assert (found == ((bits >> number & 1 == 1) & there)).all(), term
    assert (evaluator.run(TABLE_1, clock).mask == truth_pubmed.found(library, clock)).all()
    limited = evaluator.run(f"{TABLE_1} {LIMITS.format(last='2022/12/31')}", clock).mask
    assert (limited == truth_pubmed.limited(library, clock, 2017, 2022)).all()


def test_the_update_finds_what_the_truth_says(library: Corpus, evaluator: Evaluator) -> None:
    """The search of May 2023 by day of entry, with its overlap."""
    clock = MAY.toordinal()
    query = f'{TABLE_1} AND ("2022/07/01"[crdt] : "2023/05/31"[crdt]) {LIMITS.format(last="3000")}'
    assert (evaluator.run(query, clock).mask == truth_pubmed.updated(library, clock)).all()


def test_the_sizes_suit_the_story() -> None:
    """A few hundred records in July 2022, several dozen new ones in May 2023, and all that may happen to them."""
    told = Sandbox(rate_limit=False)
    try:
        truth = told.truth(MAY)
    finally:
        told.stop()
    july, update = truth["searches"]["2022-07-31"], truth["update"]
    assert 400 <= len(july["limited"]) <= 1500
    assert 40 <= len(update["new"]) <= 120
    assert update["retracted"]
    assert update["no_longer_found"]
    assert update["changed"]["indexed"]
    assert all(count > 20 for count in july["lost_to"].values())
    assert len(update["found"]) > len(update["new"])  # the overlap brings some again
    assert july["works"] < july["records"]
    assert update["new_on_sites"]["social-prescribing-network"]


def test_an_entry_date_window_would_lose_records_that_a_create_date_window_finds(
    library: Corpus, evaluator: Evaluator
) -> None:
    """The trap that facts.md warns of is in the corpus: [edat] finds fewer than [crdt]."""
    clock = MAY.toordinal()
    window = '("2022/07/01"[{0}] : "2023/05/31"[{0}])'
    created = evaluator.run(f"{TABLE_1} AND {window.format('crdt')}", clock).mask
    entered = evaluator.run(f"{TABLE_1} AND {window.format('edat')}", clock).mask
    assert (created & ~entered).sum() >= 3


def test_an_adult_heading_would_lose_what_is_not_indexed(library: Corpus, evaluator: Evaluator) -> None:
    """AND adult[mh] loses more than NOT (child NOT adult) on the same day."""
    clock = JULY.toordinal()
    kept = evaluator.run(f"{TABLE_1} {LIMITS.format(last='2022')}", clock).mask
    narrow = evaluator.run(f"{TABLE_1} AND adult[mh]", clock).mask
    unindexed = kept & ~library.has_headings(clock)
    assert unindexed.sum() > 100
    assert not (narrow & unindexed).any()


def test_clusters_name_records_that_exist_and_are_told_once(shared_server: Sandbox) -> None:
    """Every id stands in one cluster only; related pairs are in none together."""
    truth = shared_server.truth(date(2024, 11, 17))
    ids = [identifier for cluster in truth["clusters"] for identifier in cluster["ids"]]
    assert len(ids) == len(set(ids)) > 10
    together = {frozenset(cluster["ids"]) for cluster in truth["clusters"]}
    assert not [pair for pair in truth["related"] if any({pair["record"], pair["of"]} <= group for group in together)]
    assert {pair["kind"] for pair in truth["related"]} >= {"preprint", "erratum", "retraction", "protocol", "meeting"}


def test_a_cluster_is_gone_when_pubmed_has_deleted_its_second_pmid(library: Corpus) -> None:
    """A merged duplicate exists for 200 days and is deleted then."""
    merged = np.flatnonzero(library.deleted > 0)
    assert len(merged) > 10
    index = int(merged[0])
    gone = int(library.deleted[index])
    assert gone - int(library.created[index]) == 200
    assert library.visible(gone - 1)[index]
    assert not library.visible(gone)[index]
