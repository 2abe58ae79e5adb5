"""PubMed holds some articles twice, under two numbers. The records here are made up."""

from __future__ import annotations

from typing import Any

from harvester.dedupe import dedupe

ONE: dict[str, Any] = {
    "ID": "1",
    "title": "Implementing social prescribing link workers in general practice: a natural experiment",
    "author": "Ashdown, Gail and Moreau, Nadia",
    "year": "2018",
    "journal": "Synthetic Journal of Primary Care",
    "volume": "47",
    "pmid": "85631000",
    "doi": "10.5555/synth.1",
}


def test_one_doi_under_two_pmids_is_one_work() -> None:
    """Two PubMed numbers with one DOI, one title and the same authors are one work, page numbers or not."""
    assert dedupe([ONE, {**ONE, "ID": "2", "pmid": "85767250"}]).clusters == [["1", "2"]]


def test_two_pmids_without_a_doi_stay_apart() -> None:
    """Two PubMed numbers that no DOI and no page joins are two works, however alike they are."""
    one, two = {**ONE, "doi": ""}, {**ONE, "ID": "2", "pmid": "85767250", "doi": ""}
    assert dedupe([one, two]).clusters == [["1"], ["2"]]
