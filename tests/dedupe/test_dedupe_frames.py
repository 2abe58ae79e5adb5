"""Deduplication from Python: lists of dicts and data frames in, clusters and evidence out. All records are made up.

Tests of a library that is not installed are skipped; `make test-spark` has them all."""

from __future__ import annotations

from typing import Any

import pytest

import harvester
from harvester import Record, dedupe
from harvester.errors import UsageError

TITLE = "Link workers in general practice: a realist review of what they do for people"
ROWS: list[dict[str, Any]] = [
    {"ID": 7, "title": TITLE, "author": "Made, Up and Other, One", "year": 2021, "journal": "BMJ Open", "volume": 3,
     "pages": "1-9", "doi": "10.1136/made.1"},
    {"ID": 8, "title": TITLE.upper(), "author": "MadeU.OtherO.", "year": 2021, "journal": "BMJ Open", "volume": 3,
     "pages": "1-9", "doi": None},
    {"ID": 9, "title": "Health coaching for people with chronic illness in towns", "author": None, "year": None,
     "journal": "Journal of examples", "volume": None, "pages": None, "doi": None},
]  # fmt: skip


def test_dicts() -> None:
    """Lists of dicts give clusters of their IDs, and evidence with reasons; numbers stay numbers."""
    result = dedupe(ROWS)
    assert result.clusters == [[7, 8], [9]]
    assert result.cluster_of == {7: 1, 8: 1, 9: 2}
    (evidence,) = result.evidence
    assert (evidence.a, evidence.b, str(evidence.verdict)) == (7, 8, "same")
    assert "pages 1-9 = 1-9" in evidence.reasons


def test_without_ids() -> None:
    """Rows without a column ID are known by their number, from 1."""
    bare = [{name: value for name, value in row.items() if name != "ID"} for row in ROWS]
    assert dedupe(bare).clusters == [[1, 2], [3]]


def test_records() -> None:
    """The library's own records are known by their source and its id."""
    found = dedupe([Record("a", "1", TITLE), Record("b", "1", "Health coaching for people in towns")])
    assert found.clusters == [["a:1"], ["b:1"]]


def test_room_and_function_are_one_name() -> None:
    """`from harvester import dedupe` is called, and holds the room's other names."""
    assert harvester.dedupe(ROWS).clusters == dedupe.dedupe(ROWS).clusters
    decision = dedupe.Decision(7, 8, "different")
    assert dedupe(ROWS, decisions=[decision]).clusters == [[7], [8], [9]]


def test_an_id_twice() -> None:
    """Two rows with one ID are refused by name."""
    with pytest.raises(UsageError, match="the key 7"):
        dedupe([ROWS[0], ROWS[0]])


def test_pandas() -> None:
    """A pandas frame, with numbers that became floats and missing values of every kind, gives the same."""
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: make test-spark")
    for frame in (pandas.DataFrame(ROWS), pandas.DataFrame(ROWS).convert_dtypes()):
        result = dedupe(frame)
        assert result.clusters == [[7, 8], [9]]
        assert list(frame["ID"].map(result.cluster_of)) == [1, 1, 2]
        assert list(pandas.DataFrame(result.evidence)["verdict"]) == ["same"]
    assert dedupe(pandas.DataFrame(ROWS).drop(columns="ID")).clusters == [[1, 2], [3]]


def test_polars() -> None:
    """A polars frame gives the same, and its evidence is a frame again."""
    polars = pytest.importorskip("polars", reason="polars is not installed: make test-spark")
    result = dedupe(polars.DataFrame(ROWS))
    assert result.clusters == [[7, 8], [9]]
    assert polars.DataFrame(result.evidence)["a"].to_list() == [7]


def test_arrow() -> None:
    """An Arrow table gives the same."""
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed: make test-spark")
    assert dedupe(pyarrow.Table.from_pylist(ROWS)).clusters == [[7, 8], [9]]
