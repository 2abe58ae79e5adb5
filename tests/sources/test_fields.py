"""Small readings that many sources need. Expected values are written down; hypothesis looks for what breaks them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.record import Section
from harvester.sources import fields, xml
from harvester.sources.openalex import abstract


@pytest.mark.parametrize(
    ("said", "family", "given_names"),
    [
        ("Muster, Anna B.", "Muster", "Anna B."),
        ("Anna B. Muster", "Muster", "Anna B."),
        ("Muster", "Muster", ""),
        ("van der Berg, Jan", "van der Berg", "Jan"),
        ("O&#39;Neil, T", "O'Neil", "T"),
        ("  Anna\n Muster ", "Muster", "Anna"),
    ],
)
def test_a_printed_name(said: str, family: str, given_names: str) -> None:
    """Names with a comma are taken apart there, others before the last word."""
    found = fields.author(said)
    assert (found.family, found.given) == (family, given_names)


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2021-04-01", "2021-04-01"),
        ("2021-04-01T10:00:00Z", "2021-04-01"),
        ("2021-04-01 10:00:00", "2021-04-01"),
        ("2021-4", "2021-04"),
        (2021, "2021"),
        ("2021-13-01", "2021"),
        ("2021-02", "2021-02"),
        ("Spring 2021", "2021"),
        ("", ""),
        (None, ""),
        ("0000", ""),
    ],
)
def test_a_date_as_sources_write_it(said: object, iso: str) -> None:
    """As precisely as it is said; what is out of range is left out with all that is finer."""
    assert fields.day(said).iso == iso


@given(st.dates(min_value=date(1600, 1, 1)))
def test_every_day_comes_back(day: date) -> None:
    """Any day written by the standard is that day."""
    assert fields.day(day.isoformat()).iso == day.isoformat()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("H<sub>2</sub>O &amp; <i>more</i>", "H2O & more"),
        ("&lt;p&gt;Twice&lt;/p&gt;", "Twice"),
        ("a < b and c > d", "a < b and c > d"),
        ("p <0.05, x <y and z> w", "p <0.05, x <y and z> w"),
        ('<a href="https://x.org?a=1">Link</a> <br/>two', "Link two"),
        (["First", "Second"], "First"),
        (None, ""),
    ],
)
def test_markup_is_taken_off(said: object, expected: str) -> None:
    """Tags and entities go, also when escaped twice; a sign of comparison stays."""
    assert fields.plain(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", ()),
        ("Plain text.", (Section("Plain text."),)),
        ("<h4>Aim</h4>To see.<h4>Results:</h4>Seen.", (Section("To see.", "Aim"), Section("Seen.", "Results"))),
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p>", (Section("One."),)),
        ("Before.<h4>After</h4>Text", (Section("Before."), Section("Text", "After"))),
        ("<jats:p>A</jats:p><jats:p>B</jats:p>", (Section("A B"),)),
    ],
)
def test_an_abstract_in_parts(said: str, expected: tuple[Section, ...]) -> None:
    """Headings in the markup become labels; "Abstract" is none."""
    assert fields.sections(said) == expected


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6), min_size=1, max_size=40))
def test_an_inverted_index_is_turned_back(words: list[str]) -> None:
    """OpenAlex' words and places are the text that they were made of."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract(index)[0].text == " ".join(words)


@given(st.text())
def test_no_text_breaks_the_readings(text: str) -> None:
    """Whatever a source writes, the small readings give a value."""
    assert isinstance(fields.plain(text), str)
    assert isinstance(fields.author(text).name, str)
    assert isinstance(fields.day(text).iso, str)
    assert all(part.text for part in fields.sections(text))


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    ],
)
def test_xml_with_entities_of_its_own_is_refused(bomb: bytes) -> None:
    """Entities, and files behind them, are never opened."""
    with pytest.raises(ValueError, match="DTD of its own"):
        xml.parse(bomb)


def test_a_page_without_its_list_is_an_error() -> None:
    """What should be a list and is none is told by its name, not read as an empty page."""
    assert fields.listed([1], "results") == [1]
    for wrong in ({}, None, "a", ()):
        with pytest.raises(TypeError, match="results is no list"):
            fields.listed(wrong, "results")
