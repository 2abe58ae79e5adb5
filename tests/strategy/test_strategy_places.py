"""The TOML scanner that finds places, held against tomllib on generated files."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvester.strategy.places import Places

_texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u007f"), max_size=12)
_spaces = st.sampled_from(["", " ", "\t", "  "])
_gaps = st.sampled_from(["", " ", "\n", "  \n", " # a ]\"' comment\n\t", "\r\n"])


def _escaped(text: str, codes: bool) -> str:
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    return "".join(mark if mark.isascii() or not codes else f"\\U{ord(mark):08X}" for mark in plain)


@st.composite
def _string(draw: st.DrawFn) -> str:
    text = draw(_texts)
    kind = draw(st.sampled_from(["basic", "literal", "multi", "multi literal"]))
    if kind == "literal" and "'" not in text:
        return f"'{text}'"
    if kind == "multi":
        lead = draw(st.sampled_from(["", "\n", "\\\n   "]))
        return f'"""{lead}{_escaped(text, draw(st.booleans()))}"""'
    if kind == "multi literal" and "''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return f'"{_escaped(text, draw(st.booleans()))}"'


@st.composite
def _value(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(
        st.sampled_from(["string", "string", "number", "array", "inline"] if depth < 2 else ["string", "number"])
    )
    if kind == "string":
        return draw(_string())
    if kind == "number":
        return draw(st.sampled_from(["1", "-2.5", "true", "2022-07-31", "2022-07-31 10:00:00", "0x1F", "inf"]))
    if kind == "inline":
        keys = draw(st.lists(st.sampled_from(["a", "b", "'q k'", '"e"']), unique=True, max_size=3))
        return "{" + ",".join(f"{draw(_spaces)}{key} = {draw(_value(2))} " for key in keys) + "}"
    items = draw(st.lists(_value(depth + 1), max_size=4))
    comma = draw(st.sampled_from([",", ""])) if items else ""
    return (
        "[" + draw(_gaps) + ",".join(f"{draw(_gaps)}{item}{draw(_gaps)}" for item in items) + comma + draw(_gaps) + "]"
    )


@st.composite
def _document(draw: st.DrawFn) -> str:
    lines = []
    for table in draw(st.lists(st.sampled_from(["[one]", "[two.sub]", "[[many]]", "[ 'three x' ]"]), max_size=4)):
        if table in lines and table != "[[many]]":
            continue
        lines.append(table)
        for key in draw(st.lists(st.sampled_from(["k", '"k.2"', "'k 3'", "d.e"]), unique=True, max_size=3)):
            lines.append(
                f"{draw(_spaces)}{key}{draw(_spaces)}={draw(_spaces)}{draw(_value())}{draw(_gaps)}".rstrip("\t")
            )
    return "\n".join(lines) + "\n"


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, below in value.items() for leaf in _leaves(below, (*path, key))]
    if isinstance(value, list):
        return [leaf for number, below in enumerate(value) for leaf in _leaves(below, (*path, number))]
    return [(path, value)]


@given(_document())
def test_every_value_is_found_where_it_stands(text: str) -> None:
    """Cut out at its place and read alone, every value is the one that tomllib found at that path."""
    places = Places(text)
    for path, value in _leaves(tomllib.loads(text)):
        start, end = places.values[path]
        assert tomllib.loads(f"x = {text[start:end]}")["x"] == value
        if isinstance(value, str):
            assert len(places.characters(path)) == len(value) + 1


@given(_document())
def test_every_character_of_a_plain_string_is_found(text: str) -> None:
    """Where a string has no escapes, each of its characters stands in the file where the scanner says."""
    places = Places(text)
    for path, value in _leaves(tomllib.loads(text)):
        if isinstance(value, str) and "\\" not in text[slice(*places.values[path])]:
            assert [text[at] for at in places.characters(path)[:-1]] == list(value)


def test_lines_and_columns_count_from_one() -> None:
    """The first character of the file is 1:1, the first after a newline begins a line."""
    places = Places('a = "x"\nb = 2\n')
    assert [places.of(("a",)), places.of(("b",)), places.of(("nothing",))] == [(1, 1), (2, 1), (1, 1)]
    assert places.line_column(places.values["b",][0]) == (2, 5)
