"""`harvester history`: the runs kept."""

from __future__ import annotations

import click

from harvester.cli.common import db_option, db_path, emit_json, json_option, say, table
from harvester.errors import UsageError

# Whose number a line's count is: the server's, of all that it has, or ours, of the records that the run found.
COUNTED = {True: "by the source", False: "of those kept"}


@click.command("history")
@click.option("--lines", "by_line", is_flag=True, help="Each line's count over the runs instead.")
@click.option("--record", metavar="ID", default=None, help="What happened to one record (its number, PMID, DOI or id).")
@db_option
@json_option
def command(by_line: bool, record: str | None, db: str | None, as_json: bool) -> None:
    """List the runs kept.

    --lines and --record tell instead how each line's count, or one record, went over the runs.
    """
    from harvester.diff import line_history, record_history
    from harvester.store import open_store
    from harvester.store.summary import report

    if by_line and record:
        raise UsageError("--lines and --record are two questions", hint="Ask one of them.")
    with open_store(db_path(db), write=False) as store:
        if by_line:
            _lines(line_history(store), as_json=as_json)
            return
        if record:
            _records(record_history(store, record), as_json=as_json)
            return
        said = [report(store, row[0]) for row in store.rows("select id from runs order by id")]
    if as_json:
        emit_json({"runs": said})
        return
    if said and said[-1]["state"] == "interrupted":
        say(f"Run {said[-1]['run']} was cut off, and nobody works at it: `harvester resume` goes on with it.")
    rows = [
        (
            run["run"],
            run["kind"],
            run["started_at"][:10],
            run["since"] or "...",
            run["until"] or run["as_of"],  # of an import, the day of the search
            ", ".join(source["name"] for source in run["sources"]),
            run["state"],
            run["records"],
            run["works"],
            run["new"],
        )
        for run in said
    ]
    headers = ("run", "kind", "on", "since", "until", "sources", "state", "records", "works", "new")
    print(table(headers, rows, right=("run", "records", "works", "new")) if rows else "No runs yet.")


def _lines(lines: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        emit_json({"lines": lines})
        return
    numbers = sorted({each["run"] for line in lines for each in line["runs"]})  # type: ignore[attr-defined]
    rows = []
    for line in lines:
        of_runs: list[dict[str, object]] = line["runs"]  # type: ignore[assignment]
        by_server = any(each["hits"] is not None for each in of_runs)
        counts = {each["run"]: each["hits" if by_server else "answered"] for each in of_runs}
        if any(count is not None for count in counts.values()):
            shown = (counts.get(number) for number in numbers)
            rows.append((line["source"], line["block"], line["label"], COUNTED[by_server], *shown))
    names = tuple(f"run {number}" for number in numbers)
    print(table(("source", "block", "line", "counted", *names), rows, right=names) if rows else "No lines yet.")


def _records(records: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        emit_json({"records": records})
        return
    for record in records:
        print(f"record {record['record']}: {record['source']} {record['source_id']}: {record['title']}")
        for event in record["events"]:  # type: ignore[attr-defined]
            run = f"run {event['run']}" if event["run"] else "by hand"
            print(f"  {event['on']}  {run}: {event['what']}")
