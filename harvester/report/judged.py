"""The page's sections about works and what was decided about them; the flow, PRISMA-S, the runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from harvester.prisma.document import NOT_STATED
from harvester.prisma.text import esc
from harvester.report.html import Raw, Title, note, para, table
from harvester.report.parts import Parts

MOST_WORKS = 500  # new works listed on the page; it says how many there are and where the rest is
MOST_PAIRS = 100
NOTICED = ("retracted", "corrected")  # what readers have to see, each with its notice


def known_section(parts: Parts) -> Iterator[str]:
    """Studies known to be relevant: found or missed."""
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


def duplicates_section(parts: Parts) -> Iterator[str]:
    """Pairs that are undecided, and those decided by hand."""
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
    yield from related_works(parts)


def related_works(parts: Parts) -> Iterator[str]:
    """Works that are another one's preprint, protocol, abstract, correction, comment or older version."""
    facts = parts.facts
    if not facts.related:
        return
    kinds = Counter(each["relation"] for each in facts.related)
    counts = ", ".join(f"{kind} {number:,}" for kind, number in sorted(kinds.items()))
    told = f"Related works are counted as works of their own; relations found: {counts}."
    if facts.folded and not facts.unjudged:
        told += f" Shown with the work that they belong to, {len(facts.works) - facts.folded:,} works would be left."
    yield para(told)
    shown = facts.related[:MOST_PAIRS]
    more = "" if len(shown) == len(facts.related) else f" (the first {len(shown)} of {len(facts.related):,})"
    yield table(
        ("Relation", "Work", "Of", "Why"),
        [
            (
                each["relation"] if each["sure"] else f"perhaps {each['relation']}",
                Title(each["companion_title"]),
                Title(each["main_title"]),
                each["why"],
            )
            for each in shown
        ],
        caption=f"Related works{more}",
    )


def _notice(record: dict[str, Any]) -> str:
    said = ", ".join(record.get("why", ()))
    return f"{said} (included in the review)" if record.get("included") else said


def changes_section(parts: Parts) -> Iterator[str]:
    """What changed, was retracted or vanished since it was found."""
    run = parts.facts.run
    if run["kind"] != "update":
        return
    told = False
    for key, head in (
        ("retracted", "Retracted, or doubted by their journal, since they were found"),
        ("corrected", "Corrected by an erratum or a republication since they were found"),
        ("changed", "Say something else than when they were found"),
        ("vanished", "No longer found"),
    ):
        listed = run.get(key) or []
        if not listed:
            continue
        told = True
        yield f"<h3>{esc(head)}: {len(listed):,}</h3>"
        numbers = table(
            ("Record", "Source", "Title", *(("Notice",) if key in NOTICED else ())),
            [
                (
                    each["source_id"],
                    parts.facts.labels.get(each["source"], each["source"]),
                    Title(each["title"]),
                    *((_notice(each),) if key in NOTICED else ()),
                )
                for each in listed
            ],
            caption=head,
        )
        yield numbers if key in NOTICED else f"<details><summary>The records</summary>{numbers}</details>"
    if not told:
        yield para("Nothing that was found before has changed, been retracted or vanished.")


def new_section(parts: Parts) -> Iterator[str]:
    """The new works of the run."""
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


def screening_section(parts: Parts) -> Iterator[str]:
    """Decisions, reasons, agreement, conflicts, what is no work here."""
    told = parts.facts.screening
    if told is None:
        return
    yield table(
        ("Stage", "Decision", "Works"),
        [(stage, verdict, count) for (stage, verdict), count in sorted(told.verdicts.items(), reverse=True)],
        caption="Works by what is decided about them",
        right=("Works",),
    )
    if told.reasons:
        yield table(
            ("Stage", "Reason", "Works"),
            [(stage, Title(reason), count) for (stage, reason), count in told.reasons.items()],
            caption="Reasons for exclusion",
            right=("Works",),
        )
    for stage, pair in told.agreement:
        value = "not defined" if pair.kappa is None else f"{pair.kappa:.2f}"
        yield para(
            f"{stage}: {pair.a} and {pair.b} decided {pair.alike:,} of {pair.both:,} works alike; "
            f"Cohen's kappa {value}."
        )
    if told.conflicts:
        yield table(
            ("Work", "Title", "Stage", "Votes"),
            [
                (
                    work.id,
                    Title(work.title),
                    each.stage,
                    "; ".join(f"{name or 'unnamed'}: {said}" for name, said in each.votes),
                )
                for work, each in told.conflicts
            ],
            caption=f"In conflict: {len(told.conflicts):,}",
            right=("Work",),
        )
    if told.unmatched:
        yield table(
            ("File", "Record", "Title", "Number", "Decision", "Why not"),
            [
                (
                    each["file"],
                    each["position"],
                    Title(each["title"]),
                    each["doi"] or each["pmid"],
                    each["verdict"],
                    each["why"],
                )
                for each in told.unmatched
            ],
            caption=f"Decided records that are no work here: {len(told.unmatched):,}",
            right=("Record",),
        )


def flow_section(parts: Parts) -> Iterator[str]:
    """The flow diagram with its notes and contradictions."""
    if parts.flow_by_hand:
        yield para(f"The numbers were entered by hand ({parts.flow_by_hand}).")
    yield f'<div class="figure flow" tabindex="0">{parts.flow_svg}</div>'
    yield note([f"These numbers contradict one another: {fault}" for fault in parts.flow.faults()], bad=True)
    yield note(list(parts.flow.notes))


def prisma_s_section(parts: Parts) -> Iterator[str]:
    """The 16 items."""
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


def history_section(parts: Parts) -> Iterator[str]:
    """All runs."""
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
