"""Every contradiction, each by the record that it is about. All records are made up."""

from __future__ import annotations

import ast
import inspect

import pytest
from every_veto import BASE, VARIANTS, library

from harvester.dedupe import contradict, dedupe
from harvester.dedupe.compare import Verdict, judge
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import from_mapping


@pytest.mark.parametrize("name", VARIANTS)
def test_a_contradiction_keeps_two_apart(name: str) -> None:
    """Each contradiction is found and said first, whichever of the two comes first."""
    base, changes, reason = VARIANTS[name]
    a, b = (prepare(from_mapping({**BASE, **each}, key)) for key, each in (("a", base), ("b", changes)))
    for found in (judge(a, b), judge(b, a)):
        assert found.verdict is Verdict.DIFFERENT
        assert found.vetoed
        assert found.reasons[0].startswith(reason)


def test_every_reason_has_its_records() -> None:
    """No contradiction of contradict.py is without a variant."""
    tree = ast.parse(inspect.getsource(contradict))
    written = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and (node.value.startswith(("only one is a", "only one is of", "titles ", "different ", "published in ",
                                    "another version", "two notices", "a usual title")))
    }  # fmt: skip
    said = {reason for _, _, reason in VARIANTS.values()}
    assert {text.removesuffix(" (") for text in written} - {"different"} == said


def test_the_library_holds_them() -> None:
    """In the library, too, each variant's records stay apart, and their copies join them."""
    result = dedupe(library())
    cluster_of = {key: number for number, keys in enumerate(result.clusters) for key in keys}
    for name in VARIANTS:
        assert cluster_of[f"{name} a"] != cluster_of[f"{name} b"]
        if name != "other title":
            assert cluster_of[f"{name} a"] == cluster_of[f"{name} a copied"]
