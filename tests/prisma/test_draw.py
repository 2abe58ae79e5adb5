"""The flow's picture: well-formed, nothing overlapping, nothing outside its box, everything escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.prisma.draw import draw, in_words
from harvester.prisma.flow import Flow
from harvester.prisma.measure import width, wrap

NEW = Flow(databases=2483, duplicates=136, assessed=41, reports_excluded=28, new_studies=18)
OTHER = replace(NEW, organisations=186, other_assessed=12, other_reports_excluded=7)
UPDATE = replace(NEW, previous_studies=18, previous_reports=20, total_studies=31, total_reports=34)
FULL = replace(
    UPDATE,
    websites=10,
    organisations=186,
    citations=4,
    reasons=(("Wrong population", 10), ("Not about link workers but other professionals in primary care", 18)),
    registers=12,
    registers_by_name=(("PROSPERO", 12),),
    databases_by_name=(("PubMed", 1200), ("Cumulative Index to Nursing and Allied Health Literature", 1283)),
)
SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> list[tuple[float, float, float, float, list[str]]]:
    """(x, y, width, height, lines) of every box with text."""
    root = ET.fromstring(svg)
    found = []
    children = list(root)
    for rect, text in pairwise(children):
        if rect.tag == f"{SVG}rect" and text.tag == f"{SVG}text" and list(text):
            place = [float(rect.get(name, "")) for name in ("x", "y", "width", "height")]
            spans = [span.text or "" for span in text]
            ys = [float(span.get("y", "")) for span in text]
            assert min(ys) - 11 >= place[1], "a line stands above its box"
            assert max(ys) + 3 <= place[1] + place[3], "a line stands below its box"
            for span in text:
                size = width(span.text or "", 13, bold=text.get("font-weight") == "bold")
                x = float(span.get("x", ""))
                end = x + size / 2 if text.get("text-anchor") == "middle" else x + size
                assert end <= place[0] + place[2], f"{span.text} is wider than its box"
            found.append((*place, spans))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("flow", "titles", "count"),
    [
        (NEW, ["Identification of studies via databases and registers"], 10),
        (
            OTHER,
            ["Identification of studies via databases and registers", "Identification of studies via other methods"],
            16,
        ),
        (UPDATE, ["Identification of new studies via databases and registers", "Previous studies"], 13),
        (
            FULL,
            [
                "Identification of new studies via databases and registers",
                "Previous studies",
                "Identification of new studies via other methods",
            ],
            19,
        ),
    ],
)
def test_each_template_has_its_boxes(flow: Flow, titles: list[str], count: int) -> None:
    """The four templates of the statement come with their titles and boxes, none overlapping another."""
    found = boxes(draw(flow))
    assert [" ".join(lines) for *_, lines in found if " ".join(lines) in titles] == titles
    assert len(found) == count
    for (ax, ay, aw, ah, a), (bx, by, bw, bh, b) in combinations(found, 2):
        apart = ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay
        assert apart, f"{a} overlaps {b}"


def test_the_reference_reviews_numbers_stand_in_its_boxes() -> None:
    """Its Figure 1 is drawn with its numbers; what it does not state is said to be not stated."""
    texts = [" ".join(lines).replace("\u00a0", " ") for *_, lines in boxes(draw(OTHER))]
    assert "Records identified from: Databases (n = 2,483) Registers (n = not stated)" in texts
    assert "Records removed before screening: Duplicate records removed (n = 136)" in texts
    assert "Records screened (n = not stated)" in texts
    assert "Reports assessed for eligibility (n = 41)" in texts
    assert "Reports assessed for eligibility (n = 12)" in texts
    assert "Records identified from: Organisations (n = 186)" in texts
    assert "Studies included in review (n = 18) Reports of included studies (n = not stated)" in texts


def test_the_picture_is_told_in_words() -> None:
    """Who cannot see the picture hears every number of it."""
    said = in_words(FULL)
    for number in ("2,483", "1,283", "136", "41", "186", "31", "34"):
        assert f"(n = {number})" in said
    assert said in re.sub(r"&#x27;|&quot;", "'", draw(FULL))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=300), st.integers(0, 10**7)), max_size=6))
def test_any_reason_is_drawn_as_text(reasons: list[tuple[str, int]]) -> None:
    """Whatever a reason holds, the SVG is well-formed, nothing of it is markup and nothing leaves its box."""
    svg = draw(replace(OTHER, reasons=tuple(reasons)))
    plain = draw(replace(OTHER, reasons=tuple(("x", 1) for _ in reasons)))
    boxes(svg)
    tags = {element.tag for element in ET.fromstring(svg).iter()}
    assert tags == {element.tag for element in ET.fromstring(plain).iter()}


def test_a_script_in_a_reason_stays_text() -> None:
    """Markup in a name from outside is shown, not run."""
    svg = draw(replace(NEW, reasons=(("<script>alert(1)</script>", 1),)))
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(40, 400))
def test_wrapping_loses_nothing(text: str, limit: int) -> None:
    """Wrapped lines hold every character but the spaces between words, and fit unless they are one character."""
    lines = wrap(text, 13, limit)
    words = re.split("[ \t\r\n]+", text)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(width(line, 13) <= limit or len(line) <= 2 for line in lines)
