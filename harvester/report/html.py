"""Pieces of the page: tables, notes, figures. Everything that comes from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvester.prisma.text import esc, number

Cell = object


@dataclass(frozen=True, slots=True)
class Raw:
    """HTML that this program wrote itself; everything else that goes into a cell is escaped."""

    html: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """Text of any language, direction and length from a record."""

    text: str


def cell(value: Cell) -> tuple[str, str]:
    """(HTML, class) of a cell. None is unknown and shown as a dash that says so, never as zero."""
    if value is None:
        return '<span title="not known">–</span>', "n"
    if isinstance(value, Raw):
        return value.html, value.kind
    if isinstance(value, Title):
        # A title of 2,000 characters scrolls in its own cell; the direction is that of its own letters.
        if len(value.text) > 600:
            return f'<span class="clamp" dir="auto" tabindex="0">{esc(value.text)}</span>', "title"
        return f'<bdi dir="auto">{esc(value.text)}</bdi>', "title"
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value), "n"
    text = str(value)
    return esc(text), "d" if len(text) <= 12 and " " not in text else ""


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    caption: str,
    right: Sequence[str] = (),
    total: bool = False,
) -> str:
    """A table that scrolls by itself where it is too wide. `total` sets the last row apart."""
    head = "".join(f'<th scope="col"{_class("n") if name in right else ""}>{esc(name)}</th>' for name in headers)
    listed = [list(row) for row in rows]
    body = []
    for place, row in enumerate(listed):
        kind = ' class="total"' if total and place == len(listed) - 1 else ""
        cells = "".join(f"<td{_class(name)}>{text}</td>" for text, name in map(cell, row))
        body.append(f"<tr{kind}>{cells}</tr>")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(caption)}"><table>'
        f"<caption>{esc(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def note(lines: Sequence[str], *, bad: bool = False) -> str:
    """A box of things to heed. `lines` are plain text."""
    if not lines:
        return ""
    inside = (
        f"<p>{esc(lines[0])}</p>" if len(lines) == 1 else f"<ul>{''.join(f'<li>{esc(x)}</li>' for x in lines)}</ul>"
    )
    return f'<div class="note{" bad" if bad else ""}">{inside}</div>'


def para(text: str, *, quiet: bool = False) -> str:
    """A paragraph of plain text."""
    return f'<p class="quiet">{esc(text)}</p>' if quiet else f"<p>{esc(text)}</p>"


def code(text: str, label: str) -> str:
    """Text exactly as it was sent."""
    return f'<pre tabindex="0" role="region" aria-label="{esc(label)}">{esc(text)}</pre>'


def figure(svg: str, numbers: str) -> str:
    """A chart with its numbers behind it."""
    if not svg:
        return numbers
    return f'<div class="figure" tabindex="0">{svg}</div><details><summary>The numbers</summary>{numbers}</details>'


def tiles(pairs: Iterable[tuple[int | None, str]]) -> str:
    """Large numbers with what they are."""
    inside = "".join(
        f'<div class="tile"><strong>{number(value, "–")}</strong><span>{esc(_told(value, label))}</span></div>'
        for value, label in pairs
    )
    return f'<div class="tiles">{inside}</div>'


def _told(value: int | None, label: str) -> str:
    return label if value is not None else f"{label} (not known)"
