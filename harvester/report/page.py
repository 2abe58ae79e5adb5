"""The report as one HTML page: no script, no outside file; it opens from an e-mail and prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harvester import __version__
from harvester.prisma.document import NOT_STATED
from harvester.prisma.flow import Flow
from harvester.prisma.prisma_s import Item
from harvester.prisma.text import esc, number
from harvester.report import charts
from harvester.report.gather import Facts, sources_in_order
from harvester.report.html import Raw, Title, code, figure, note, para, table, tiles
from harvester.report.style import STYLE

MOST_WORKS = 500  # new works listed on the page; it says how many there are and where the rest is
MOST_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page is made of: the facts, the flow with its picture, the 16 items of PRISMA-S."""

    facts: Facts
    flow: Flow
    flow_svg: str
    flow_by_hand: str
    items: list[Item]
    made_at: str


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


def _summary(parts: Parts) -> Iterator[str]:
    facts, run = parts.facts, parts.facts.run
    asked = [source for source in run["sources"] if source["state"] != "not-searched"]
    whole = sum(source["state"] == "complete" for source in asked)
    yield tiles(
        (
            (run["records"], "records in this run"),
            (run["duplicates"], "duplicates in this run"),
            (run["new"], "new works in this run"),
            (facts.records, "records so far"),
            (None if facts.unjudged else len(facts.works), "works so far"),
            (len(facts.undecided), "pairs to decide"),
        )
    )
    if not asked:
        yield note(["No source was asked in this run."])
    elif whole == len(asked):
        yield para(f"{'The source' if whole == 1 else f'All {whole} sources'} answered in full.")
    else:
        yield note([f"Only {whole} of {len(asked)} sources answered in full: these numbers are not whole."], bad=True)
    yield note(
        [f"{each['label']}: {each['state']}: {each['error']}" for each in run["sources"] if each["error"]], bad=True
    )
    yield note([*run.get("notes", ()), *facts.notes])
    if facts.strategy and facts.strategy.question:
        yield para(f"Question: {facts.strategy.question}")


def _searches(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    sources = {source["name"]: source for source in facts.run["sources"]}
    yield table(
        ("Source", "State", "Searched on", "Days", "Found", "Kept", "New records"),
        [
            (
                search.label,
                search.state,
                search.day + (f" (as of {search.as_of})" if search.as_of else ""),
                search.window or "all",
                search.reported,
                search.retrieved,
                sources.get(search.source, {}).get("new"),
            )
            for search in facts.this_run
        ],
        caption="The searches of this run",
        right=("Found", "Kept", "New records"),
    )
    for search in facts.this_run:
        how = (
            "the strategy as it was evaluated on its documents" if search.is_site else "the text exactly as it was sent"
        )
        yield f"<h3>{esc(search.label)}: {how}</h3>"
        if not search.was_searched:
            yield note([search.error or "It cannot be searched by a program."])
            continue
        yield code(search.text or "(nothing was sent)", f"{search.label}, as sent")
        if search.translation and search.translation != search.text:
            shown = code(search.translation, f"{search.label}, as understood")
            yield f"<details><summary>As the server understood it</summary>{shown}</details>"
        if search.is_site:
            yield para(f"{number(search.offered)} documents were read.")
        yield note([f"{loss['kind']}: {loss['what']}: {loss['why']}" for loss in search.losses])
        yield note([f"Warning: {warning}" for warning in search.warnings])
        unread = sources.get(search.source, {}).get("unread", ())
        yield note([f"Not read: {item['id'] or 'an item without an id'}: {item['why']}" for item in unread], bad=True)


def _lines(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    if not facts.lines:
        return
    asked = [search.source for search in facts.this_run if search.lines]
    drifting = {source for source in asked if any(line.drift(source) is not None for line in facts.lines)}
    headers = ["Line", "Block", "As the strategy has it", "Kept", "New", "Unique"]
    for source in asked:
        label = facts.labels[source]
        headers += [f"{label}: hits", *([f"{label}: since last run"] if source in drifting else [])]
    right = ["Line", *headers[3:]]
    rows = []
    for line in facts.lines:
        blank = Raw("")
        row: list[object] = [line.number, line.block, Title(line.label or "(as sent)")]
        row += [line.answered, line.new, line.alone] if line.is_term else [blank, blank, blank]
        for source in asked:
            row.append(line.hits.get(source))
            if source in drifting:
                moved = line.drift(source)
                row.append(None if moved is None else Raw(f"{moved:+,}", "n"))
        rows.append(row)
    yield table(headers, rows, caption="The strategy, line by line", right=right)
    yield para(
        "Hits are the source's own counts; a dash is a line it was not asked for (harvester count asks). Kept, new and "
        "unique count records kept so far that answer the term when it is evaluated here on title, abstract and "
        "keywords; unique are those that no other term of its block finds: what would be lost without it.",
        quiet=True,
    )
    if facts.unlined:
        yield para(f"{facts.unlined:,} records answer no term here: what found them is not evaluated here.", quiet=True)
    idle = [line.label for line in facts.lines if line.is_term and not line.answered]
    if idle:
        yield para(f"Terms that no record kept answers: {'; '.join(idle)}.")


def _yields(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    if facts.unjudged:
        yield note([f"{facts.unjudged:,} records are not judged for duplicates yet: works are not known."], bad=True)
        return
    by_source = {source: sum(source in found for found in facts.works.values()) for source in facts.labels}
    rows = [
        (facts.labels[source], facts.records_by_source[source], by_source[source], facts.only[source])
        for source in sources_in_order(facts)
    ]
    numbers = table(
        ("Source", "Records", "Works", "Works only it found"),
        [*rows, ("All", facts.records, len(facts.works), sum(facts.only.values()))],
        caption="What each source brought so far",
        right=("Records", "Works", "Works only it found"),
        total=True,
    )
    shown = [(name, works, only) for name, _, works, only in rows]
    yield "<h3>By source</h3>"
    yield figure(charts.bars("Works by source", shown, "works", "only here"), numbers)
    sets = facts.overlaps
    plot = charts.upset(sets, facts.labels)
    if plot:
        yield "<h3>Overlap of sources</h3>"
        yield figure(
            plot,
            table(
                ("Found by", "Works"),
                [(" and ".join(facts.labels[source] for source in found), count) for found, count in sets],
                caption="Works by the sources that found them",
                right=("Works",),
            ),
        )
        if len(sets) > charts.UPSET_COLUMNS:
            yield para(
                f"The {charts.UPSET_COLUMNS} largest of {len(sets)} sets are drawn; the table has all.", quiet=True
            )
    yield "<h3>By year of publication</h3>"
    known = sorted((year for year in facts.years if year is not None), reverse=True)
    listed: list[tuple[object, object]] = [(str(year), facts.years[year]) for year in known]
    if facts.years[None]:
        listed.append(("unknown", facts.years[None]))
    yield figure(
        charts.years(facts.years),
        table(("Year", "Works"), listed, caption="Works by year of publication", right=("Works",)),
    )


def _known(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    if facts.known is None:
        return
    found = sum(each.work is not None for each in facts.known)
    yield para(f"{found:,} of {len(facts.known):,} studies known to be relevant were found.")
    yield table(
        ("Study", "Found", "By source", "By line"),
        [
            (
                Title(each.title or "(no title)"),
                f"yes, by {each.by}" if each.work is not None else f"no: {each.why}",
                ", ".join(facts.labels[source] for source in each.sources),
                "; ".join(each.lines),
            )
            for each in facts.known
        ],
        caption="Known-relevant studies",
    )


def _duplicates(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    joined = "not known yet" if facts.duplicates is None else f"{facts.duplicates:,}"
    yield para(
        f"{joined} of {facts.records:,} records so far are another record's duplicate. {len(facts.undecided):,} pairs "
        f"are uncertain and were left apart; {len(facts.decided):,} pairs were decided by hand."
    )
    if facts.undecided:
        shown = facts.undecided[:MOST_PAIRS]
        more = (
            "" if len(shown) == len(facts.undecided) else f" (the likeliest {len(shown)} of {len(facts.undecided):,})"
        )
        yield table(
            ("Records", "One", "Other", "Why"),
            [
                (
                    f"{pair['record_a']}, {pair['record_b']}",
                    Title(f"{pair['title_a']} ({pair['journal_a'] or '-'}, {pair['year_a'] or '-'})"),
                    Title(f"{pair['title_b']} ({pair['journal_b'] or '-'}, {pair['year_b'] or '-'})"),
                    "; ".join(json.loads(pair["reasons"])),
                )
                for pair in shown
            ],
            caption=f"Undecided pairs{more}",
        )
    if facts.decided:
        yield table(
            ("Decision", "One", "Other", "Verdict", "By", "On"),
            [
                (
                    each["id"],
                    Title(each["title_a"]),
                    Title(each["title_b"]),
                    each["verdict"],
                    each["decided_by"],
                    each["decided_at"][:10],
                )
                for each in facts.decided
            ],
            caption="Decided by hand",
            right=("Decision",),
        )


def _changes(parts: Parts) -> Iterator[str]:
    run = parts.facts.run
    if run["kind"] != "update":
        return
    told = False
    for key, head in (
        ("retracted", "Retracted, or doubted by their journal, since they were found"),
        ("changed", "Say something else than when they were found"),
        ("vanished", "No longer found"),
    ):
        listed = run.get(key) or []
        if not listed:
            continue
        told = True
        yield f"<h3>{esc(head)}: {len(listed):,}</h3>"
        numbers = table(
            ("Record", "Source", "Title", *(("Notice",) if key == "retracted" else ())),
            [
                (
                    each["source_id"],
                    parts.facts.labels.get(each["source"], each["source"]),
                    Title(each["title"]),
                    *((", ".join(each.get("why", ())),) if key == "retracted" else ()),
                )
                for each in listed
            ],
            caption=head,
        )
        yield numbers if key == "retracted" else f"<details><summary>The records</summary>{numbers}</details>"
    if not told:
        yield para("Nothing that was found before has changed, been retracted or vanished.")


def _new(parts: Parts) -> Iterator[str]:
    facts = parts.facts
    if not facts.new:
        yield para("0 new works." if not facts.unjudged else "Not known yet: duplicates are not judged.")
        return
    shown = facts.new[:MOST_WORKS]
    if len(shown) < len(facts.new):
        yield para(
            f"The newest {len(shown):,} of {len(facts.new):,} are listed here; all of them: "
            f"harvester export --only new --run {facts.run['run']} FOLDER"
        )
    yield table(
        ("Work", "Title", "Journal", "Year", "Number", "Sources"),
        [
            (
                each.id,
                Title(each.title),
                Title(each.journal),
                Raw(str(each.year) if each.year is not None else "–"),
                f"doi:{each.doi}" if each.doi else f"PMID {each.pmid}" if each.pmid else "",
                ", ".join(facts.labels.get(source, source) for source in each.sources),
            )
            for each in shown
        ],
        caption=f"New works of this run: {len(facts.new):,}",
        right=("Work",),
    )


def _flow(parts: Parts) -> Iterator[str]:
    if parts.flow_by_hand:
        yield para(f"The numbers were entered by hand ({parts.flow_by_hand}).")
    yield f'<div class="figure flow" tabindex="0">{parts.flow_svg}</div>'
    yield note([f"These numbers contradict one another: {fault}" for fault in parts.flow.faults()], bad=True)
    yield note(list(parts.flow.notes))


def _prisma_s(parts: Parts) -> Iterator[str]:
    missing = Raw(f'<span class="missing">{NOT_STATED}</span>')
    yield table(
        ("Item", "Name", "Report"),
        [
            (item.number, item.name, Raw("<br>".join(esc(text) for text in item.said)) if item.said else missing)
            for item in parts.items
        ],
        caption="The 16 items of PRISMA-S",
        right=("Item",),
    )
    yield para("prisma-s.md and prisma-s.docx hold the same with every search in an appendix.", quiet=True)


def _history(parts: Parts) -> Iterator[str]:
    yield table(
        ("Run", "Kind", "Started", "Until", "State", "Records", "Duplicates", "Works", "New works"),
        [
            (
                run["run"],
                run["kind"],
                run["started_at"][:10],
                run["until"] or "",
                run["state"],
                run["records"],
                run["duplicates"],
                run["works"],
                run["new"],
            )
            for run in parts.facts.history
        ],
        caption="All runs up to this one",
        right=("Run", "Records", "Duplicates", "Works", "New works"),
    )


SECTIONS: tuple[tuple[str, str, Callable[[Parts], Iterator[str]]], ...] = (
    ("summary", "In short", _summary),
    ("flow", "PRISMA 2020 flow", _flow),
    ("searches", "What was searched", _searches),
    ("lines", "Line table", _lines),
    ("yield", "What each source brought", _yields),
    ("known", "Known-relevant studies", _known),
    ("new", "New works", _new),
    ("changes", "Changes and retractions", _changes),
    ("duplicates", "Duplicates", _duplicates),
    ("prisma-s", "PRISMA-S", _prisma_s),
    ("history", "Runs", _history),
)
