"""Small charts as inline SVG, each with its numbers as a table behind it. Colours come from the page's style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from harvester.prisma.measure import width
from harvester.prisma.text import esc

WIDTH = 720.0
UPSET_COLUMNS = 20  # sets of sources that are drawn; the table has all
UPSET_ROWS = 12
_NAME = 44  # characters of a name that are drawn; the table has the whole


def years(counts: Mapping[int | None, int]) -> str:
    """Works by year of publication: bars, a gap where a year has none."""
    known = sorted(year for year in counts if year is not None)
    if not known:
        return ""
    # One outlier of 1890 must not press the rest together: years far below the bulk share one bar.
    first = max(known[0], known[-1] - 39)
    older = sum(count for year, count in counts.items() if year is not None and year < first)
    bars = [(str(year), counts.get(year, 0)) for year in range(first, known[-1] + 1)]
    if older:
        bars.insert(0, (f"before {first}", older))
    if counts.get(None):
        bars.append(("unknown", counts[None]))
    tall, base = 150.0, 178.0
    step = (WIDTH - 30) / len(bars)
    most = max(count for _, count in bars)
    every = max(1, -(-len(bars) * 44 // int(WIDTH)))  # a label needs some 44 pixels
    drawn = []
    for place, (label, count) in enumerate(bars):
        x, h = 15 + place * step, tall * count / most
        drawn.append(
            f'<rect class="bar" x="{x + step * 0.1:.1f}" y="{base - h:.1f}" width="{step * 0.8:.1f}" '
            f'height="{h:.1f}"><title>{esc(label)}: {count:,}</title></rect>'
        )
        if count and step > 24:
            drawn.append(_text(x + step / 2, base - h - 5, f"{count:,}", anchor="middle", small=True))
        if place % every == 0 or not label.isdigit():
            drawn.append(_turned(x + step / 2, base + 10, label))
    drawn.append(f'<path class="axis" d="M15 {base}H{WIDTH - 15}"/>')
    return _svg("Works by year of publication", WIDTH, 226, drawn)


def bars(title: str, rows: Sequence[tuple[str, int, int]], first: str, second: str) -> str:
    """Two bars for each name, one within the other: all, and of them a part."""
    if not rows:
        return ""
    left = 15 + max(width(_cut(name), 13) for name, _, _ in rows)
    most = max(1, *(count for _, count, _ in rows))
    room = WIDTH - left - 130
    drawn, y = [], 34.0
    for place, (kind, label) in enumerate((("bar", first), ("part", second))):
        x = left + place * 190
        drawn.append(f'<rect class="{kind}" x="{x:.1f}" y="6" width="14" height="14"/>')
        drawn.append(_text(x + 20, 18, label))
    for name, count, part in rows:
        drawn.append(_text(left - 8, y + 15, _cut(name), anchor="end"))
        drawn.append(
            f'<rect class="bar" x="{left:.1f}" y="{y:.1f}" width="{room * count / most:.1f}" height="20">'
            f"<title>{esc(name)}: {count:,}</title></rect>"
            f'<rect class="part" x="{left:.1f}" y="{y + 5:.1f}" width="{room * part / most:.1f}" height="10">'
            f"<title>{esc(name)}: {part:,} {esc(second)}</title></rect>"
        )
        drawn.append(_text(left + room * count / most + 6, y + 15, f"{count:,} ({part:,})"))
        y += 30
    return _svg(title, WIDTH, y + 4, drawn)


def upset(sets: Sequence[tuple[tuple[str, ...], int]], labels: Mapping[str, str]) -> str:
    """Which sources share which works, as an UpSet plot (https://doi.org/10.1109/TVCG.2014.2346248)."""
    totals: Counter[str] = Counter()
    for sources, count in sets:
        for source in sources:
            totals[source] += count
    names = [source for source, _ in totals.most_common(UPSET_ROWS)]
    shown = [each for each in sets if set(each[0]) <= set(names)][:UPSET_COLUMNS]
    if len(names) < 2 or not shown:
        return ""
    left = 80 + max(width(_cut(labels.get(name, name)), 13) for name in names)
    step = min(44.0, (WIDTH - left - 10) / len(shown))
    tall, top = 120.0, 24.0
    most = max(count for _, count in shown)
    drawn = []
    for row, name in enumerate(names):
        y = top + tall + 24 + row * 26
        if row % 2 == 0:
            drawn.append(
                f'<rect class="band" x="0" y="{y - 13:.1f}" width="{left + step * len(shown):.1f}" height="26"/>'
            )
        drawn.append(_text(left - 66, y + 5, _cut(labels.get(name, name)), anchor="end"))
        drawn.append(_text(left - 12, y + 5, f"{totals[name]:,}", anchor="end"))
    for place, (sources, count) in enumerate(shown):
        x, h = left + (place + 0.5) * step, tall * count / most
        said = " and ".join(labels.get(source, source) for source in sources)
        drawn.append(
            f'<rect class="bar" x="{x - step * 0.3:.1f}" y="{top + tall - h:.1f}" width="{step * 0.6:.1f}" '
            f'height="{h:.1f}"><title>{esc(said)}: {count:,}</title></rect>'
        )
        drawn.append(_text(x, top + tall - h - 5, f"{count:,}", anchor="middle", small=True))
        inside = [row for row, name in enumerate(names) if name in sources]
        ys = [top + tall + 24 + row * 26 for row in range(len(names))]
        drawn.append(f'<path class="link" d="M{x:.1f} {ys[inside[0]]:.1f}V{ys[inside[-1]]:.1f}"/>')
        for row, y in enumerate(ys):
            kind = "dot" if row in inside else "hole"
            drawn.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{min(7.0, step * 0.3):.1f}"/>')
    height = top + tall + 24 + len(names) * 26
    return _svg("Works by the sources that found them", max(left + step * len(shown) + 10, 360), height, drawn)


def _svg(title: str, wide: float, high: float, drawn: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}" role="img" '
        f'aria-label="{esc(title)}">{"".join(drawn)}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", small: bool = False) -> str:
    kind = ' class="small"' if small else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{esc(text)}</text>'


def _turned(x: float, y: float, text: str) -> str:
    return (
        f'<text class="small" transform="translate({x + 4:.1f} {y:.1f}) rotate(-60)" text-anchor="end">'
        f"{esc(text)}</text>"
    )


def _cut(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= _NAME else plain[: _NAME - 1] + "…"
