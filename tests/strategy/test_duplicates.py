"""The table [dedupe] of a strategy file."""

from __future__ import annotations

import pytest

from harvester.errors import StrategyError
from harvester.strategy import Duplicates, read

SMALL = '[[block]]\nname = "A"\nterms = ["coach*"]\n'


def test_the_table_is_read() -> None:
    """What is folded and whose record is preferred; without the table nothing is."""
    text = SMALL + '[dedupe]\nfold = ["preprints"]\nprefer = ["cinahl", "pubmed"]\n'
    assert read(text).duplicates == Duplicates(("preprints",), ("cinahl", "pubmed"))
    assert read(SMALL).duplicates == Duplicates()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[dedupe]\nfolds = ["preprints"]\n', (5, 1), "'fold'"),
        ('[dedupe]\nfold = ["papers"]\n', (5, 1), "preprints, updates"),
        ('[dedupe]\nfold = "preprints"\n', (5, 1), "fold = ["),
        ("[dedupe]\nprefer = [3]\n", (5, 1), "prefer = ["),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, place: tuple[int, int], said: str) -> None:
    """A wrong key or value is named with line, column and what to write instead."""
    with pytest.raises(StrategyError) as found:
        read(SMALL + text, "s.toml")
    assert (found.value.line, found.value.column) == place
    assert said in str(found.value.hint)
