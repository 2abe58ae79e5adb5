"""How the report of a run is said: a table and one closing sentence, or JSON. Warnings and failures on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from harvester.cli.common import emit_json, many, say, table

if TYPE_CHECKING:
    from harvester.conduct import RunReport


def show(report: RunReport, *, as_json: bool) -> int:
    """Print a run's report; returns its exit code."""
    said = report.said
    for line in notices(said):
        say(line)
    if as_json:
        emit_json({"runs": [said]})
    else:
        print(text(said))
    return report.exit_code


def text(said: dict[str, Any]) -> str:
    """The table of sources and the closing sentence."""
    rows = [
        (
            source["label"],
            source["state"],
            source["reported"],
            source["retrieved"],
            source["new"],
        )
        for source in said["sources"]
    ]
    rows += [
        (f"{late['label']} (revised since)", late["state"], late["reported"], late["retrieved"], late["new"])
        for late in said.get("late", ())
        if late["retrieved"] or late["state"] != "complete"
    ]
    headers = ("source", "state", "found", "kept", "new records")
    return table(headers, rows, right=headers[2:]) + "\n\n" + sentence(said)


def sentence(said: dict[str, Any]) -> str:
    """What a run came to, in one sentence or two. An unknown is never said as a zero."""
    sources = [source for source in said["sources"] if source["state"] != "not-searched"]
    whole = sum(source["state"] == "complete" for source in sources)
    if not whole:
        answered = "no source answered in full"
    elif whole < len(sources):
        answered = f"only {whole} of {len(sources)} sources answered in full"
    else:
        answered = "the source answered" if whole == 1 else f"all {whole} sources answered"
    if said["records"] is None:
        return f"Nothing came: {answered}. How many records there are is not known."
    if said["works"] is None:
        return f"{many(said['records'], 'record')} so far, duplicates not judged yet; {answered}."
    came = (
        f"{said['new']:,} new: {many(said['records'], 'record')} found, {said['duplicates']:,} of them duplicates, "
        f"{many(said['works'], 'work')} in all; {answered}."
    )
    if said["kind"] != "update":
        return came
    more = [f"{len(said[name])} {name}" for name in ("changed", "vanished", "retracted", "corrected") if said[name]]
    return came + (f" Of what was kept before: {', '.join(more)}." if more else "")


def notices(said: dict[str, Any]) -> Iterator[str]:
    """What a person has to know beside the numbers: dropped phrases, losses, failures, retractions.

    Each is said once, though a search and its look at what was revised lose the same.
    """
    yield from dict.fromkeys(_notices(said))


def _notices(said: dict[str, Any]) -> Iterator[str]:
    for note in said.get("notes", ()):
        yield f"note: {note}"
    for alarm in said.get("alarms", ()):
        yield f"alarm: {alarm}"
    for source in [*said["sources"], *said.get("late", ()), *said.get("rechecked", ())]:
        yield from _of_source(source)
    for name in ("retracted", "corrected"):
        for record in said.get(name, ()):
            study = "included study, " if record.get("included") else ""
            why = ", ".join(record["why"])
            yield f"{name}: {study}{record['source']} {record['source_id']}: {record['title']} ({why})"


def _of_source(source: dict[str, Any]) -> Iterator[str]:
    label = source["label"]
    if "pages_seen" in source:
        offered, kept = source["offered"], source["retrieved"]
        yield (
            f"note: {label}: {many(source['pages_seen'], 'page')} seen, {many(offered, 'document')} found, "
            f"{kept:,} kept; {source['translation']}"
        )
    for warning in source["warnings"]:
        yield f"warning: {label}: {warning}"
    for loss in source["losses"]:
        yield f"{loss['kind']}: {label}: {loss['what']}: {loss['why']}"
    for line in source.get("lines", ()):
        for warning in line["warnings"]:
            if line["hits"] is None or warning not in source["warnings"]:
                yield f"warning: {label}: line {line['number']} ({line['label']}): {warning}"
    for item in source["unread"]:
        yield f"unread: {label}: {item['id'] or 'an item without an id'}: {item['why']}"
    if source["error"]:
        yield f"{source['state']}: {source['error']}"
        if source["hint"]:
            yield f"hint: {source['hint']}"
