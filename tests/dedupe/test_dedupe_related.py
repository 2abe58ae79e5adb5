"""Companions of a work: which are linked, which links are sure, and what folding makes of them. All is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe import Result, dedupe
from harvester.dedupe.related import COMPANIONS, fold
from harvester.errors import UsageError

TITLE = "Link workers for people with long-term conditions in general practice"
PAPER = {
    "ID": "paper", "title": TITLE, "author": "Made, Up and Other, One", "year": "2021", "journal": "BMJ Open",
    "volume": "11", "number": "4", "pages": "100-112", "doi": "10.1136/made.1",
}  # fmt: skip
OTHERS: dict[str, dict[str, str]] = {
    "preprints": {"journal": "medRxiv", "doi": "10.1101/2020.09.01.20180001", "volume": "", "number": "", "pages": ""},
    "protocols": {"title": f"{TITLE}: study protocol", "year": "2019", "volume": "9", "pages": "7-9", "doi": ""},
    "abstracts": {"journal": "European Congress of Practice", "volume": "2", "number": "", "pages": "S12", "doi": ""},
    "corrections": {"title": f"Erratum: {TITLE}", "pages": "900", "doi": ""},
    "comments": {"title": f"Comment on: {TITLE}", "author": "Else, Some", "pages": "300-301", "doi": ""},
}
CHANGED = {"title": f"{TITLE} of two counties, where much else was studied for many more years than one: protocol"}


def cochrane(key: str, year: str, review: str, version: str) -> dict[str, str]:
    """A version of a made-up Cochrane review."""
    return {
        "ID": key, "title": "Link workers for long-term conditions", "author": "Made, Up", "year": year,
        "journal": "Cochrane Database of Systematic Reviews", "doi": f"10.1002/14651858.{review}{version}",
    }  # fmt: skip


def together(result: Result, *names: str) -> dict[str, str]:
    """The first record of each folded cluster with that of the one that it is shown with."""
    clusters = result.clusters
    return {str(clusters[one][0]): str(clusters[other][0]) for one, other in result.folded(names).items()}


@pytest.mark.parametrize("name", OTHERS)
def test_a_companion_is_folded_into_its_paper_by_its_own_name_only(name: str) -> None:
    """Each companion is linked to the paper, a work of its own, and folded when its name is given and no other."""
    result = dedupe([PAPER, {**PAPER, "ID": "other", **OTHERS[name]}])
    assert result.works == 2
    (link,) = result.links
    assert (link.companion, link.main, link.relation, link.sure) == ("other", "paper", COMPANIONS[name], True)
    assert together(result, name) == {"other": "paper"}
    assert together(result, *(set(COMPANIONS) - {name})) == {}


def test_versions_of_a_review_fold_into_the_newest() -> None:
    """A review's versions are folded into its newest, by the number in the DOI."""
    rows = [
        cochrane("second", "2015", "CD000001", ".pub2"),
        cochrane("first", "2010", "CD000001", ""),
        cochrane("third", "2020", "CD000001", ".pub3"),
    ]
    assert together(dedupe(rows), "updates") == {"first": "third", "second": "third"}


def test_two_reviews_of_one_title_are_not_versions() -> None:
    """Two reviews with numbers of their own are never linked, though titles and authors agree."""
    rows = [cochrane("one", "2010", "CD000001", ""), cochrane("other", "2020", "CD000002", "")]
    assert dedupe(rows).links == ()


def test_what_is_only_like_it_is_not_folded() -> None:
    """A protocol whose title says much more, and one of other people, are not folded."""
    for changes in (CHANGED, {"title": f"{TITLE}: study protocol", "author": "Quite, Different and People, Else"}):
        rows = [PAPER, {**PAPER, "ID": "other", **OTHERS["protocols"], **changes}]
        assert together(dedupe(rows), *COMPANIONS) == {}


def test_a_protocol_of_adults_is_not_that_of_children() -> None:
    """Where titles contradict in more than their sort, nothing is folded."""
    adults, children = (TITLE.replace("people", who) for who in ("adults", "children"))
    protocol = {**PAPER, "ID": "p", **OTHERS["protocols"], "title": f"{adults}: study protocol"}
    assert together(dedupe([{**PAPER, "title": children}, protocol]), *COMPANIONS) == {}


def test_a_companion_of_two_works_stays() -> None:
    """A protocol of two papers is linked to both and folded into neither; where they are one, into that."""
    assert fold([("protocol", "one"), ("protocol", "two")]) == {}
    chain = [("protocol", "preprint"), ("protocol", "paper"), ("preprint", "paper")]
    assert fold(chain) == {"protocol": "paper", "preprint": "paper"}


def test_a_circle_stays() -> None:
    """Works that are each other's companion are not folded, nor is a work into itself."""
    assert fold([("a", "b"), ("b", "a")]) == {}
    assert fold([("a", "a")]) == {}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_folding_hides_nothing(pairs: list[tuple[int, int]]) -> None:
    """Nothing is folded into what is folded itself, nor where two works could be meant."""
    found = fold(pairs)
    assert set(found).isdisjoint(found.values())
    mains: dict[int, set[int]] = {}
    for companion, main in pairs:
        if companion != main:
            mains.setdefault(companion, set()).add(main)
    for companion, end in found.items():
        assert {found.get(main, main) for main in mains[companion]} == {end}


@given(st.permutations([(1, 2), (2, 3), (1, 3), (4, 2), (5, 1), (5, 6)]))
def test_the_order_of_links_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    """The same links in any order fold the same."""
    assert fold(pairs) == {1: 3, 2: 3, 4: 3}


def test_an_unknown_name() -> None:
    """A name that cannot be folded is refused."""
    with pytest.raises(UsageError, match="papers"):
        dedupe([PAPER]).folded(["papers"])
