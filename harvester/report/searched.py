"""The page's sections about what was searched and what it brought."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.prisma.text import esc, number
from harvester.report import charts
from harvester.report.gather import sources_in_order
from harvester.report.html import Raw, Title, code, figure, note, para, table, tiles
from harvester.report.parts import Parts


def summary_section(parts: Parts) -> Iterator[str]:
    """The numbers first, and what is not whole."""
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
    yield note(run.get("alarms", ()), bad=True)
    yield note([*run.get("notes", ()), *facts.notes])
    if facts.strategy and facts.strategy.question:
        yield para(f"Question: {facts.strategy.question}")


def searches_section(parts: Parts) -> Iterator[str]:
    """Every search with its exact text, what it lost, what it warned of."""
    facts = parts.facts
    sources = {(source["name"], False): source for source in facts.run["sources"]}
    sources |= {(source["name"], True): source for source in facts.run.get("late", ())}
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
                sources.get((search.source, search.is_late), {}).get("new"),
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
        if search.translation and search.translation != search.text and not search.is_site:
            shown = code(search.translation, f"{search.label}, as understood")
            yield f"<details><summary>As the server understood it</summary>{shown}</details>"
        if search.is_site:
            yield para(
                f"{number(search.offered)} documents were read, {search.translation or 'matched on their text'}."
            )
        yield note([f"{loss['kind']}: {loss['what']}: {loss['why']}" for loss in search.losses])
        yield note([f"Warning: {warning}" for warning in search.warnings])
        unread = sources.get((search.source, search.is_late), {}).get("unread", ())
        yield note([f"Not read: {item['id'] or 'an item without an id'}: {item['why']}" for item in unread], bad=True)


def lines_section(parts: Parts) -> Iterator[str]:
    """The numbered line table."""
    facts = parts.facts
    if not facts.lines:
        return
    asked = [search.source for search in facts.this_run if search.lines and not search.is_late]
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


def yields_section(parts: Parts) -> Iterator[str]:
    """What each source brought: alone, together, by year."""
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
