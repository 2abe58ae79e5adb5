"""The ground: dates, windows, identifiers and records."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import identifiers
from harvester.errors import StrategyError, UsageError
from harvester.record import Author, Heading, PartialDate, Record, Relation, Section
from harvester.window import DateField, Window, first_day, last_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022-08", date(2022, 8, 1), date(2022, 8, 31)),
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023/05/07", date(2023, 5, 7), date(2023, 5, 7)),
        ("2023-5-7", date(2023, 5, 7), date(2023, 5, 7)),
    ],
)
def test_a_partial_date_covers_its_days(text: str, first: date, last: date) -> None:
    """A year, a month or a day stands for its first and its last day."""
    assert first_day(text) == first
    assert last_day(text) == last


@pytest.mark.parametrize("text", ["", "May 2023", "2022-13", "2022-02-30", "22-01-01", "2022-08-01x", "2022-0"])
def test_what_is_not_a_date_is_refused(text: str) -> None:
    """A date in another shape is a usage error that says how to write it."""
    with pytest.raises(UsageError) as caught:
        first_day(text)
    assert caught.value.hint == "Write a day, a month or a year: 2022-08-01, 2022-08 or 2022."
    with pytest.raises(UsageError):
        last_day(text)


def test_a_window_may_not_end_before_it_begins() -> None:
    """A window whose days are swapped is refused."""
    with pytest.raises(UsageError, match="ends before it begins"):
        Window(DateField.ENTERED, date(2023, 5, 1), date(2022, 8, 1))


def test_an_overlap_moves_only_the_beginning() -> None:
    """Thirty days of overlap begin a window thirty days earlier."""
    window = Window(DateField.ENTERED, date(2022, 8, 1), date(2023, 5, 31))
    assert window.with_overlap(30) == Window(DateField.ENTERED, date(2022, 7, 2), date(2023, 5, 31))
    assert str(Window(DateField.PUBLISHED)) == "all dates"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1155/2023/7191247", "10.1155/2023/7191247"),
        ("https://doi.org/10.1111/1467-9566.13569.", "10.1111/1467-9566.13569"),
        ("doi: 10.1016/S0140-6736(05)67890-1", "10.1016/s0140-6736(05)67890-1"),
        ("(10.1000/ABC)", "10.1000/abc"),
        ("http://dx.doi.org/10.1000%2Fabc", "10.1000/abc"),
        (
            "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2",
        ),
        ("version 10.2", ""),
        ("", ""),
    ],
)
def test_dois_come_out_bare_and_lower_case(text: str, expected: str) -> None:
    """A DOI is found in addresses, prefixes and brackets, without trailing junk."""
    assert identifiers.doi(text) == expected


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (identifiers.pmid, "PMID: 01234567", "1234567"),
        (identifiers.pmid, "36000001.2", "36000001"),
        (identifiers.pmid, "123456789", ""),
        (identifiers.pmid, "abc", ""),
        (identifiers.pmcid, "PMC10092014", "PMC10092014"),
        (identifiers.pmcid, "PMCID: PMC10092014", "PMC10092014"),
        (identifiers.issn, "14651858", "1465-1858"),
        (identifiers.issn, "0960-9822", "0960-9822"),
        (identifiers.issn, "0000-006x", "0000-006X"),
        (identifiers.issn, "1465-1859", ""),
    ],
)
def test_other_identifiers(function: object, text: str, expected: str) -> None:
    """PMIDs, PMCIDs and ISSNs come out in their one form, or empty when they are none."""
    assert function(text) == expected  # type: ignore[operator]


@given(st.text(max_size=60))
def test_identifiers_are_stable(text: str) -> None:
    """Normalising an identifier twice changes nothing."""
    for function in (identifiers.doi, identifiers.pmid, identifiers.pmcid, identifiers.issn):
        assert function(function(text)) == function(text)


text = st.text(max_size=20)
dates = st.builds(PartialDate, year=st.integers(1500, 2100), month=st.integers(1, 12) | st.none(), text=text)
records = st.builds(
    Record,
    source=text,
    source_id=text,
    title=text,
    authors=st.lists(st.builds(Author, family=text, given=text, collective=text), max_size=3).map(tuple),
    abstract=st.lists(st.builds(Section, text=text, label=text), max_size=2).map(tuple),
    headings=st.lists(
        st.builds(Heading, name=text, major=st.booleans(), subheadings=st.lists(text, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    relations=st.lists(st.builds(Relation, kind=text, pmid=text), max_size=2).map(tuple),
    languages=st.lists(text, max_size=2).map(tuple),
    identifiers=st.dictionaries(text, st.lists(text, min_size=1, max_size=2).map(tuple), max_size=2),
    published=dates,
    extra=st.dictionaries(text, st.lists(text, max_size=2), max_size=2),
)


@given(records)
def test_a_record_survives_json(record: Record) -> None:
    """A record written as JSON and read back is the same record, with the same content hash."""
    again = Record.from_dict(json.loads(json.dumps(record.to_dict())))
    assert again == record
    assert again.content_hash() == record.content_hash()


def test_a_partial_date_says_how_precise_it_is() -> None:
    """A date is as precise as what the source gave."""
    assert [PartialDate().iso, PartialDate(2019).iso, PartialDate(2019, 7).iso, PartialDate(2019, 7, 3).iso] == [
        "", "2019", "2019-07", "2019-07-03",
    ]  # fmt: skip
    assert [PartialDate().precision, PartialDate(2019, 7).precision] == ["", "month"]


def test_a_strategy_error_names_the_place() -> None:
    """A strategy error begins with file, line and column, as compilers and editors do."""
    error = StrategyError("unknown key 'tems'", file="q.toml", line=12, column=1, hint="Write `terms`.")
    assert str(error) == "q.toml:12:1: unknown key 'tems'"
    assert error.exit_code == 3
