"""Write the table of sources into docs/sources.md, from the program's own register. A test holds the page to it."""

from __future__ import annotations

from pathlib import Path

from harvester.sources import SOURCES, get

PAGE = Path(__file__).with_name("sources.md")
BEGIN = "<!-- sources: made by docs/make_sources.py, do not edit by hand -->"
END = "<!-- end of sources -->"


def table() -> str:
    """One line a source: name, kind, route, windows, reach, rate, credentials, terms, how it was tried."""
    rows = [
        "| source | kind | route | windows | reach | a second | credentials | tried |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in SOURCES:
        info = get(name).info
        hand = info.kind == "import"
        reach = f"first {info.first:,}" if info.first else (f"{info.reach:,}" if info.reach else "all")
        rate = f"{info.per_second:.2g}"
        if info.per_second_with_key != info.per_second:
            rate += f", {info.per_second_with_key:.2g} with a key"
        needs = ", ".join(f"`{each.env}`" + ("" if each.required else " (optional)") for each in info.credentials)
        cells = [
            f"`{name}`: [{info.label}]({info.docs}), [terms]({info.terms})",
            info.kind,
            info.route or {"api": "open API", "site": "crawled politely, matched here"}[info.kind],
            ", ".join(info.windows) or "-",
            "-" if hand else reach,
            "-" if hand else rate,
            needs or "-",
            info.tried,
        ]
        rows.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with a fresh table between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
