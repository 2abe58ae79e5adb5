"""A record's JSON: written fast, and the very text that the plain way gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.record import Author, Heading, PartialDate, Record, Relation, Section

words = st.text(max_size=8)
texts = st.lists(words, max_size=3).map(tuple)
number = st.none() | st.integers(0, 9999)
dates = st.builds(PartialDate, number, number, number, words)
authors = st.lists(st.builds(Author, words, words, words, words, words, words, words), max_size=3).map(tuple)
plain = st.recursive(st.none() | st.booleans() | st.integers() | words, lambda inner: st.dictionaries(words, inner))
records = st.builds(
    Record,
    words,
    words,
    words,
    version=words,
    authors=authors,
    editors=authors,
    journal=words,
    published=dates,
    entered=dates,
    abstract=st.lists(st.builds(Section, words, words), max_size=3).map(tuple),
    languages=texts,
    headings=st.lists(st.builds(Heading, words, words, st.booleans(), texts), max_size=3).map(tuple),
    relations=st.lists(st.builds(Relation, words, words, words, words), max_size=2).map(tuple),
    identifiers=st.dictionaries(words, texts, max_size=3),
    extra=st.dictionaries(words, plain, max_size=3),
)


@given(records)
def test_the_fast_way_writes_what_the_plain_way_writes(record: Record) -> None:
    """to_json is json.dumps of to_dict with sorted keys, byte for byte."""
    expected = json.dumps(record.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert record.to_json() == expected


@given(records)
def test_what_is_written_is_read_back(record: Record) -> None:
    """A record comes back whole from its JSON."""
    assert Record.from_dict(json.loads(record.to_json())) == record


def test_a_number_where_a_text_is_due_is_written() -> None:
    """A source that gives a volume as a number does not break the writing."""
    record = Record("s", "1", "T", volume=7)  # type: ignore[arg-type]
    assert record.to_json() == '{"source":"s","source_id":"1","title":"T","volume":7}'


@pytest.mark.slow
def test_real_records_are_written_the_same_both_ways(shared_data: Path) -> None:
    """The first 2,000 real PubMed records give the same text both ways."""
    import gzip
    import itertools

    from harvester.sources import pubmed_xml

    with gzip.open(shared_data / "pubmed" / "pubmed21n1298.xml.gz") as file:
        for record in itertools.islice(pubmed_xml.read(file), 2000):
            expected = json.dumps(record.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            assert record.to_json() == expected
