"""The report as one HTML page: no script, no outside file; it opens from an e-mail and prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harvester import __version__
from harvester.prisma.text import esc
from harvester.report import judged, searched
from harvester.report.gather import Facts
from harvester.report.parts import Parts
from harvester.report.style import STYLE


def page_html(parts: Parts) -> str:
    """The page."""
    facts = parts.facts
    name = facts.run["strategy"] or "Review"
    title = (facts.strategy.title if facts.strategy else "") or name
    sections = [(key, head, body) for key, head, make in SECTIONS if (body := "\n".join(make(parts)))]
    links = "".join(f'<li><a href="#{key}">{esc(head)}</a></li>' for key, head, _ in sections)
    body = "\n".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{esc(head)}</h2>\n{text}</section>'
        for key, head, text in sections
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>{esc(name)}: search report, run {facts.run["run"]}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1><bdi dir="auto">{esc(title)}</bdi></h1>
<p class="quiet">{esc(_about(facts))}</p>
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>
<main>
{body}
</main>
<footer>Made by harvester {esc(__version__)} on {esc(parts.made_at)} from what it kept; the numbers can be checked \
against the store. Counts that are not known are shown as –, never as zero.</footer>
</body>
</html>
"""


def _about(facts: Facts) -> str:
    run = facts.run
    days = f"up to {run['until']}" if run["until"] else "all days"
    if run["since"]:
        days = f"{run['by']} {run['since']} to {run['until'] or '...'}"
    of = f", as of {run['as_of']}" if run["as_of"] else ""
    return f"{run['strategy'] or 'Review'}: {run['kind']} {run['run']}, started {run['started_at'][:10]}, {days}{of}."


SECTIONS: tuple[tuple[str, str, Callable[[Parts], Iterator[str]]], ...] = (
    ("summary", "In short", searched.summary_section),
    ("flow", "PRISMA 2020 flow", judged.flow_section),
    ("searches", "What was searched", searched.searches_section),
    ("lines", "Line table", searched.lines_section),
    ("yield", "What each source brought", searched.yields_section),
    ("known", "Known-relevant studies", judged.known_section),
    ("new", "New works", judged.new_section),
    ("changes", "Changes and retractions", judged.changes_section),
    ("duplicates", "Duplicates", judged.duplicates_section),
    ("screening", "Screening", judged.screening_section),
    ("prisma-s", "PRISMA-S", judged.prisma_s_section),
    ("history", "Runs", judged.history_section),
)
