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


def test_own_rules_are_read() -> None:
    """Pairs decided for good, each in order and once; fields that are not compared; how sure joining has to be."""
    text = (
        SMALL + '[dedupe]\nsame = [["pubmed:2", "cinahl:1"], ["cinahl:1", "pubmed:2"]]\n'
        'different = [["pubmed:3", "pubmed:4"]]\nignore = ["pages", "doi"]\njoined_from = 0.99\n'
    )
    found = read(text).duplicates
    assert found.same == (("cinahl:1", "pubmed:2"),)
    assert found.different == (("pubmed:3", "pubmed:4"),)
    assert (found.ignore, found.joined_from) == (("pages", "doi"), 0.99)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[dedupe]\nfolds = ["preprints"]\n', (5, 1), "'fold'"),
        ('[dedupe]\nfold = ["papers"]\n', (5, 1), "preprints, updates"),
        ('[dedupe]\nfold = "preprints"\n', (5, 1), "fold = ["),
        ("[dedupe]\nprefer = [3]\n", (5, 1), "prefer = ["),
        ('[dedupe]\nfold = ["protocols"]\n', (5, 1), "export --fold"),
        ('[dedupe]\nsame = ["pubmed:1"]\n', (5, 1), "same = [["),
        ('[dedupe]\nsame = [["pubmed:1", "pubmed:1"]]\n', (5, 1), "same = [["),
        ('[dedupe]\nsame = [["pubmed:1", "31452104"]]\n', (5, 1), "same = [["),
        ('[dedupe]\nsame = [["a:1", "b:1"]]\ndifferent = [["b:1", "a:1"]]\n', (6, 1), "one of the two"),
        ('[dedupe]\nignore = ["title"]\n', (5, 1), "authors, year"),
        ("[dedupe]\njoined_from = 0.5\n", (5, 1), "from 0.9 to 1"),
        ("[dedupe]\njoined_from = true\n", (5, 1), "from 0.9 to 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, place: tuple[int, int], said: str) -> None:
    """A wrong key or value is named with line, column and what to write instead."""
    with pytest.raises(StrategyError) as found:
        read(SMALL + text, "s.toml")
    assert (found.value.line, found.value.column) == place
    assert said in str(found.value.hint)
