"""The PRISMA 2020 flow diagram as SVG, laid out by a fixed template.

Boxes, their order, their words and their arrows are those of the statement's four templates (new or updated review,
with or without other methods: https://www.prisma-statement.org/prisma-2020-flow-diagram). Boxes grow with their
text, rows with their boxes; nothing overlaps and nothing is cut. docs/prisma.md compares the two point by point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harvester.prisma.flow import Flow, Parts
from harvester.prisma.measure import wrap
from harvester.prisma.text import clean, esc, number

SIZE = 13.0
LEADING = 17.0
PAD = 9.0
GAP_X = 34.0
GAP_Y = 30.0
BAR = 30.0
INDENT = 12.0
_STYLE = 'font-family="Arial, Helvetica, Liberation Sans, sans-serif" font-size="13"'
_BLUE, _YELLOW, _GREY, _LINE = "#9dc3e6", "#ffc000", "#d9d9d9", "#333333"
_MARKER = (
    '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    f'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>'
)
LONGEST = 200  # characters of one name or reason that are drawn; the CSV and the page hold the whole

Line = tuple[str, int]  # text, steps of indent


@dataclass(slots=True)
class _Box:
    """One box: its text, where it stands (column, row), its fill. Its size is found by `place`."""

    column: str
    row: int
    lines: Sequence[Line]
    fill: str = "#ffffff"
    title: bool = False
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    wrapped: list[Line] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.h / 2

    @property
    def centre(self) -> float:
        """The place of its middle from the left."""
        return self.x + self.w / 2


_WIDTHS = {"previous": 190.0, "main": 250.0, "side": 220.0, "other": 220.0, "other_side": 200.0}


def draw(flow: Flow, *, title: str = "") -> str:
    """The SVG of `flow`, a document of its own without anything from outside. All text in it is escaped.

    Numbers that are not known are said in the flow's own words for that.
    """
    columns = ["main", "side"]
    if flow.is_update:
        columns.insert(0, "previous")
    if flow.has_other_methods:
        columns += ["other", "other_side"]
    boxes = _boxes(flow)
    width, height, rows = _place(boxes, columns)
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    named = title or "PRISMA 2020 flow diagram"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="flow-title flow-desc" {_STYLE}>',
        f'<title id="flow-title">{esc(named)}</title>',
        f'<desc id="flow-desc">{esc(in_words(flow))}</desc>',
        _MARKER,
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        *_bars(rows),
        *_arrows({name: box for name, box in boxes.items() if box.column in columns}),
        *(_box(box) for box in boxes.values() if box.column in columns),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def in_words(flow: Flow) -> str:
    """The whole diagram as text, for those who cannot see it."""
    said = []
    for box in _boxes(flow).values():
        if not box.title:
            said.append(" ".join(text.replace("\u00a0", " ") for text, _ in box.lines) + ".")
    return " ".join(said)


def _boxes(flow: Flow) -> dict[str, _Box]:
    new = "new " if flow.is_update else ""

    def count(label: str, value: int | None, deep: int = 0) -> Line:
        # No-break spaces: a number stays beside its "n =".
        counted = f"(n = {number(value, flow.unknown)})".replace(" ", "\u00a0")
        return (f"{label} {counted}", deep)

    def parts(found: Parts, deep: int) -> list[Line]:
        return [count(_short(label), value, deep) for label, value in found]

    def excluded(total: int | None, reasons: Parts) -> list[Line]:
        return [("Reports excluded:", 0), *parts(reasons, 1)] if reasons else [count("Reports excluded", total)]

    identified = [
        ("Records identified from:", 0),
        count("Databases", flow.databases, 1),
        *parts(flow.databases_by_name, 2),
        *([count("Registers", flow.registers, 1)] if flow.registers is not None or not flow.databases_by_name else []),
        *parts(flow.registers_by_name, 2),
    ]
    removed = [
        ("Records removed before screening:", 0),
        count("Duplicate records removed", flow.duplicates, 1),
        *(
            [count("Records marked as ineligible by automation tools", flow.automatic, 1)]
            if flow.automatic is not None
            else []
        ),
        *(
            [count("Records removed for other reasons", flow.removed_otherwise, 1)]
            if flow.removed_otherwise is not None
            else []
        ),
    ]
    others = [
        count(name, value, 1)
        for name, value in (
            ("Websites", flow.websites),
            ("Organisations", flow.organisations),
            ("Citation searching", flow.citations),
        )
        if value is not None
    ]
    boxes = {
        "main_title": _Box(
            "main", 0, [(f"Identification of {new}studies via databases and registers", 0)], _YELLOW, title=True
        ),
        "identified": _Box("main", 1, identified),
        "removed": _Box("side", 1, removed),
        "screened": _Box("main", 2, [count("Records screened", flow.screened)]),
        "excluded": _Box("side", 2, [count("Records excluded", flow.excluded)]),
        "sought": _Box("main", 3, [count("Reports sought for retrieval", flow.sought)]),
        "not_retrieved": _Box("side", 3, [count("Reports not retrieved", flow.not_retrieved)]),
        "assessed": _Box("main", 4, [count("Reports assessed for eligibility", flow.assessed)]),
        "reports_excluded": _Box("side", 4, excluded(flow.reports_excluded, flow.reasons)),
        "included": _Box(
            "main",
            5,
            [
                count(f"{new.capitalize()}{'studies' if new else 'Studies'} included in review", flow.new_studies),
                count(f"Reports of {new}included studies", flow.new_reports),
            ],
        ),
    }
    if flow.is_update:
        boxes["previous_title"] = _Box("previous", 0, [("Previous studies", 0)], _GREY, title=True)
        boxes["previous"] = _Box(
            "previous",
            1,
            [
                count("Studies included in previous version of review", flow.previous_studies),
                count("Reports of studies included in previous version of review", flow.previous_reports),
            ],
            _GREY,
        )
        boxes["total"] = _Box(
            "main",
            6,
            [
                count("Total studies included in review", flow.total_studies),
                count("Reports of total included studies", flow.total_reports),
            ],
        )
    if flow.has_other_methods:
        boxes["other_title"] = _Box(
            "other", 0, [(f"Identification of {new}studies via other methods", 0)], _GREY, title=True
        )
        boxes["other"] = _Box("other", 1, [("Records identified from:", 0), *others], _GREY)
        boxes["other_sought"] = _Box("other", 3, [count("Reports sought for retrieval", flow.other_sought)], _GREY)
        boxes["other_not_retrieved"] = _Box(
            "other_side", 3, [count("Reports not retrieved", flow.other_not_retrieved)], _GREY
        )
        boxes["other_assessed"] = _Box(
            "other", 4, [count("Reports assessed for eligibility", flow.other_assessed)], _GREY
        )
        boxes["other_excluded"] = _Box(
            "other_side", 4, excluded(flow.other_reports_excluded, flow.other_reasons), _GREY
        )
    return boxes


def _short(label: str) -> str:
    plain = " ".join(clean(label).split()) or "unnamed"
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _place(boxes: dict[str, _Box], columns: list[str]) -> tuple[float, float, dict[int, tuple[float, float]]]:
    """Give every box its place and size; returns the drawing's width and height, and each row's top and height."""
    left: dict[str, float] = {}
    x = BAR + 20
    for column in columns:
        left[column] = x
        x += _WIDTHS[column] + GAP_X
    rows: dict[int, tuple[float, float]] = {}
    y = 12.0
    for row in sorted({box.row for box in boxes.values()}):
        here = [box for box in boxes.values() if box.row == row]
        for box in here:
            box.x, box.w = left[box.column], _WIDTHS[box.column]
            if box.title:  # it stands over its side column too
                side = {"main": "side", "other": "other_side"}.get(box.column)
                box.w = box.w if side is None else left[side] + _WIDTHS[side] - box.x
            box.wrapped = [
                (piece, deep)
                for text, deep in box.lines
                for piece in wrap(text, SIZE, box.w - 2 * PAD - deep * INDENT, bold=box.title)
            ]
            box.h = len(box.wrapped) * LEADING + 2 * PAD
        tallest = max(box.h for box in here)
        for box in here:
            box.y = y if row <= 1 else y + (tallest - box.h) / 2
        if row <= 1:
            for box in here:
                box.h = max(box.h, tallest) if row == 0 else box.h
        rows[row] = (y, tallest)
        y += tallest + (18.0 if row == 0 else GAP_Y)
    return x - GAP_X + 12, y - GAP_Y + 12, rows


def _box(box: _Box) -> str:
    radius = ' rx="8"' if box.title else ""
    weight = ' font-weight="bold" text-anchor="middle"' if box.title else ""
    top = box.y + (box.h - len(box.wrapped) * LEADING) / 2
    lines = []
    for place, (text, deep) in enumerate(box.wrapped):
        x = box.centre if box.title else box.x + PAD + deep * INDENT
        lines.append(f'<tspan x="{x:.1f}" y="{top + place * LEADING + 13:.1f}">{esc(text)}</tspan>')
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}"{radius} fill="{box.fill}" '
        f'stroke="{_LINE}"/><text fill="#000000"{weight}>{"".join(lines)}</text>'
    )


def _bars(rows: dict[int, tuple[float, float]]) -> list[str]:
    """The blue bars at the left that name the three stages."""
    drawn = []
    for name, first, last in (("Identification", 1, 1), ("Screening", 2, 4), ("Included", 5, max(rows))):
        top = rows[first][0]
        height = rows[last][0] + rows[last][1] - top
        need = 104.0 if name == "Identification" else 74.0
        if height < need:
            top, height = top - (need - height) / 2, need
        middle = top + height / 2
        drawn.append(
            f'<rect x="10" y="{top:.1f}" width="{BAR:.1f}" height="{height:.1f}" rx="8" fill="{_BLUE}" '
            f'stroke="{_LINE}"/><text transform="translate({10 + BAR / 2 + 4.5:.1f} {middle:.1f}) rotate(-90)" '
            f'text-anchor="middle" font-weight="bold" fill="#000000">{name}</text>'
        )
    return drawn


def _arrows(boxes: dict[str, _Box]) -> list[str]:
    drawn = []
    down = (
        ("identified", "screened"),
        ("screened", "sought"),
        ("sought", "assessed"),
        ("assessed", "included"),
        ("included", "total"),
        ("other", "other_sought"),
        ("other_sought", "other_assessed"),
    )
    for above, below in down:
        if above in boxes and below in boxes:
            a, b = boxes[above], boxes[below]
            drawn.append(_path(f"M{a.centre:.1f} {a.y + a.h:.1f}V{b.y:.1f}"))
    across = (
        ("identified", "removed"),
        ("screened", "excluded"),
        ("sought", "not_retrieved"),
        ("assessed", "reports_excluded"),
        ("other_sought", "other_not_retrieved"),
        ("other_assessed", "other_excluded"),
    )
    for start, end in across:
        if start in boxes and end in boxes:
            a, b = boxes[start], boxes[end]
            # Boxes of one row share their middle, but in the first, where both hang from its top.
            y = a.middle if start != "identified" else a.y + min(a.h, b.h) / 2
            drawn.append(_path(f"M{a.x + a.w:.1f} {y:.1f}H{b.x:.1f}"))
    if "other_assessed" in boxes:
        a, b = boxes["other_assessed"], boxes["included"]
        drawn.append(_path(f"M{a.centre:.1f} {a.y + a.h:.1f}V{b.middle:.1f}H{b.x + b.w:.1f}"))
    if "previous" in boxes:
        a, b = boxes["previous"], boxes["total"]
        drawn.append(_path(f"M{a.centre:.1f} {a.y + a.h:.1f}V{b.middle:.1f}H{b.x:.1f}"))
    return drawn


def _path(way: str) -> str:
    return f'<path d="{way}" fill="none" stroke="{_LINE}" stroke-width="1.3" marker-end="url(#flow-arrow)"/>'
