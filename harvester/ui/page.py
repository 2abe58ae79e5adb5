"""The added pages. What a record says reaches the browser as JSON and is shown as text, never as HTML."""

from __future__ import annotations

from importlib.resources import files

from harvester.prisma.text import esc
from harvester.report.html import table
from harvester.report.style import STYLE
from harvester.store import Store, summary

_HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'


def duplicates_page(secret: str, nonce: str) -> str:
    """The page for uncertain pairs. `secret` lets it write, `nonce` lets its own script and style run."""
    kept = files("harvester.ui")
    style = kept.joinpath("duplicates.css").read_text(encoding="utf-8")
    script = kept.joinpath("duplicates.js").read_text(encoding="utf-8")
    body = kept.joinpath("duplicates.html").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="en"><head>{_HEAD}<title>Uncertain duplicates</title>'
        f'<meta name="harvester" content="{esc(secret)}"><style nonce="{esc(nonce)}">{style}</style></head>'
        f'<body>{body}<script nonce="{esc(nonce)}">{script}</script></body></html>'
    )


def refused_page() -> str:
    """What who comes without the token is told."""
    return (
        f'<!doctype html><html lang="en"><head>{_HEAD}<title>Not opened</title></head><body><main>'
        "<h1>This page is not open to you yet</h1><p>Open the address that <code>harvester serve</code> printed: it "
        'holds the token without which nothing can be decided.</p><p><a href="/">Look at the store</a></p>'
        "</main></body></html>"
    )


def runs_page(store: Store) -> str:
    """All runs with their sources, newest first."""
    said = [summary.report(store, row["id"]) for row in store.rows("select id from runs order by id desc")]
    rows = [
        (
            run["run"],
            run["kind"],
            run["started_at"][:16].replace("T", " "),
            run["until"] or "",
            run["state"],
            source["label"],
            source["state"],
            source["reported"],
            source["retrieved"],
            source["new"],
        )
        for run in said
        for source in run["sources"]
    ]
    headers = (
        "Run", "Kind", "Started (UTC)", "Until", "State", "Source", "Its state", "Found", "Kept", "New records",
    )  # fmt: skip
    shown = table(headers, rows, caption="Every run and source", right=("Run", "Found", "Kept", "New records"))
    return (
        f'<!doctype html><html lang="en"><head>{_HEAD}<title>Runs</title><style>{STYLE}</style></head><body><header>'
        f'<h1>Runs</h1><nav aria-label="Pages"><ul><li><a href="/">The store</a></li><li>'
        f'<a href="/-/harvester/duplicates">Uncertain duplicates</a></li></ul></nav></header><main>{shown}</main>'
        "</body></html>"
    )
