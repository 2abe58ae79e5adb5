"""`harvester dedupe`: the records of the store, or of any files, joined into works."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.cli.common import counted, db_option, db_path, emit_json, json_option, names, say

if TYPE_CHECKING:
    from harvester.dedupe import Key, Result
    from harvester.dedupe.files import Audited
    from harvester.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, and what counts as one work."""

    clusters: Path | None
    pairs: Path | None
    output: Path | None
    profile: str
    fold: tuple[str, ...]

    def files(self) -> list[str]:
        """The files that are written."""
        return [str(path) for path in (self.clusters, self.pairs, self.output) if path]


PATH = click.Path(path_type=Path)


@click.command("dedupe")
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option("--clusters", type=PATH, metavar="OUT.csv", help="Write ID,cluster: every record once.")
@click.option("--pairs", type=PATH, metavar="OUT.csv", help="Write every pair judged, with the reasons in words.")
@click.option("-o", "--output", type=PATH, metavar="UNIQUE.ris", help="Write one merged record a work.")
@click.option(
    "--profile",
    type=click.Choice(("works", "versions")),
    default="works",
    show_default=True,
    help="versions: a preprint and its paper, a Cochrane review and its updates count as one.",
)
@click.option(
    "--fold",
    metavar="LIST",
    default="",
    help="Count as one: preprints, updates; keep together: protocols, abstracts, corrections, comments.",
)
@click.option("--again", is_flag=True, help="Judge the whole store anew, as is done without FILE in any case.")
@click.option(
    "--engine",
    type=click.Choice(("embedded", "spark")),
    default="embedded",
    show_default=True,
    help="spark: Parquet or CSV files too large for one machine (pip install 'harvester[spark]').",
)
@db_option
@json_option
def command(
    *,
    fold: str,
    again: bool,
    engine: str,
    files: tuple[Path, ...],
    clusters: Path | None,
    pairs: Path | None,
    output: Path | None,
    profile: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Join duplicates in the store or in any files.

    Without FILE the store is judged anew. Nothing is ever deleted: works are groups of records, each with the reasons.
    """
    from harvester.errors import UsageError

    began = time.process_time()
    if again and files:
        raise UsageError("--again is about the store", hint="Leave the files out, or --again.")
    wanted = Wanted(clusters, pairs, output, profile, names(fold))
    judged = partial(_files, files) if files else partial(_store, db)
    found = _spark(files, wanted) if engine == "spark" else judged(wanted)
    found["seconds"] = round(time.process_time() - began, 3)
    if as_json:
        emit_json(found)
        return
    told = [counted(found[f"{noun}s"], noun) for noun in ("record", "work", "duplicate")]
    told.append(counted(found["uncertain"], "uncertain pair"))
    if found.get("folded"):
        told.append(
            f"{counted(found['folded'], 'work')} shown with {'its' if found['folded'] == 1 else 'their'} main work"
        )
    click.echo(f"{', '.join(told)} ({found['seconds']:.1f} s)")
    for path in found["files"]:
        say(f"wrote {path}")
    for number in found.get("conflicts", ()):
        say(f"Decision {number} contradicts later ones and was not followed. `harvester duplicates` lists them.")
    for name in found.get("unknown", ()):
        say(f"[dedupe] names {name}, which is no record of this store.")
    if found["uncertain"] and not pairs:
        say("Uncertain pairs were not joined. --pairs OUT.csv lists them with the reasons.")


def _spark(files: tuple[Path, ...], wanted: Wanted) -> dict[str, Any]:
    from harvester.dedupe import FOLDS, relations_of, spark
    from harvester.dedupe.files import write_clusters_of, write_pairs
    from harvester.errors import UsageError

    if not files or wanted.output:
        raise UsageError(
            "the engine spark takes files and gives clusters and pairs",
            hint="Try `harvester dedupe --engine spark records.parquet --clusters clusters.csv`.",
        )
    if not set(FOLDS).issuperset(wanted.fold):
        raise UsageError(
            f"the engine spark counts as one what is of {' and '.join(FOLDS)}, and folds nothing else",
            hint="The column relation of --pairs says which pairs are a protocol and its paper, and so on.",
        )
    frame = spark.read(spark.session(), files)
    found = spark.dedupe_frame(frame, fold=relations_of(wanted.profile, wanted.fold))
    counts = spark.counts(found)
    if wanted.clusters and wanted.clusters.suffix == ".parquet":
        spark.write_parquet(found.clusters, wanted.clusters)
    elif wanted.clusters:
        write_clusters_of(wanted.clusters, spark.each_cluster(found))
    if wanted.pairs and wanted.pairs.suffix == ".parquet":
        spark.write_parquet(spark.audited(frame, found), wanted.pairs)
    elif wanted.pairs:
        write_pairs(wanted.pairs, spark.each_line(spark.audited(frame, found), *_today()))
    return {**counts, "profile": wanted.profile, "files": wanted.files()}


def _files(files: tuple[Path, ...], wanted: Wanted) -> dict[str, Any]:
    from harvester import formats
    from harvester.dedupe import FOLDS, companions_of, dedupe
    from harvester.dedupe.files import rows, unique, write_clusters, write_pairs

    order: list[Any] = []

    def watched() -> Any:
        for row in rows(files):
            order.append(row.key)
            yield row

    companions_of(wanted.fold)  # a wrong name is told before the work is done
    as_one = [name for name in wanted.fold if name in FOLDS]
    result = dedupe(watched() if wanted.output else rows(files), profile=wanted.profile, fold=as_one)
    into = result.folded(name for name in wanted.fold if name not in FOLDS)
    if wanted.clusters:
        write_clusters(wanted.clusters, together(result.clusters, into))
    if wanted.pairs:
        write_pairs(wanted.pairs, _audit_files(files, result, into))
    if wanted.output:
        alone = [keys for place, keys in enumerate(result.clusters) if place not in into]
        hidden = {key for place in into for key in result.clusters[place]}
        formats.write(wanted.output, unique(files, alone, order, hidden, _notes(files, result, into)))
    return {
        "records": result.records,
        "works": result.works,
        "duplicates": result.duplicates,
        "uncertain": len(result.uncertain),
        "folded": len(into),
        "profile": wanted.profile,
        "files": wanted.files(),
    }


def together(clusters: Sequence[list[Key]], into: Mapping[int, int]) -> list[list[Key]]:
    """Clusters with what is folded into each."""
    found = {place: list(keys) for place, keys in enumerate(clusters) if place not in into}
    for place, main in into.items():
        found[main] += clusters[place]
    return list(found.values())


def _today() -> tuple[str, str]:
    """Who judges, and when."""
    from datetime import UTC, datetime

    from harvester import __version__

    return f"harvester {__version__}", datetime.now(UTC).date().isoformat()


def _notes(files: tuple[Path, ...], result: Result, into: Mapping[int, int]) -> dict[Key, list[str]]:
    """What to say of the works that are shown with another one, by the first record of that one."""
    from harvester.dedupe.files import cited

    if not into:
        return {}
    known = cited(files, {result.clusters[place][0] for place in into})
    place_of = {key: place for place, keys in enumerate(result.clusters) for key in keys}
    relation_of = {place_of[link.companion]: link.relation for link in result.links if link.sure}
    found: dict[Key, list[str]] = {}
    for place, main in into.items():
        said = f"{relation_of[place]} (folded into this one): {known[result.clusters[place][0]].citation}"
        found.setdefault(result.clusters[main][0], []).append(said)
    return found


def _audit_files(files: tuple[Path, ...], result: Result, into: Mapping[int, int]) -> Iterator[Audited]:
    from harvester.dedupe.files import Audited, cited

    known = cited(files, {end for each in result.evidence for end in (each.a, each.b)})
    cluster_of = {key: place for place, keys in enumerate(result.clusters) for key in keys if key in known}
    by, today = _today()
    for each in result.evidence:
        one, other = cluster_of[each.a], cluster_of[each.b]
        folded = into.get(one, one) == into.get(other, other)
        joined = "yes" if one == other else "folded" if folded else "no"
        yield Audited(each, joined, known[each.a], known[each.b], by, today)


def _store(db: str | None, wanted: Wanted) -> dict[str, Any]:
    from harvester import formats, works
    from harvester.dedupe.files import write_clusters, write_pairs
    from harvester.errors import UsageError
    from harvester.store import open_store
    from harvester.store import works as works_of

    if wanted.profile != "works" or wanted.fold:
        raise UsageError(
            "a store is judged as its strategy says",
            hint='Write [dedupe] and fold = ["preprints"] in the strategy, or name files to try it on them.',
        )
    with open_store(db_path(db), create=False) as store:
        judged = works.judge(store, anew=True)
        if wanted.clusters:
            grouped: dict[int, list[int]] = {}
            for record_id, work_id in store.rows("select record_id, work_id from work_records order by record_id"):
                grouped.setdefault(work_id, []).append(record_id)
            write_clusters(wanted.clusters, grouped.values())
        if wanted.pairs:
            write_pairs(wanted.pairs, _audit(store))
        if wanted.output:
            formats.write(wanted.output, (work.merged for work in works_of(store)))
    return {
        "records": judged.records,
        "works": judged.works,
        "duplicates": judged.duplicates,
        "uncertain": judged.uncertain,
        "conflicts": list(judged.conflicts),
        "unknown": list(judged.unknown),
        "profile": wanted.profile,
        "files": wanted.files(),
    }


def _audit(store: Store) -> Iterator[Audited]:
    """The evidence of a store as it is kept; decisions by hand in its place where there are any, with who and when."""
    import json
    from functools import cache

    from harvester import __version__
    from harvester.dedupe import Evidence, Verdict, from_record
    from harvester.dedupe.files import Audited, Cited, cite
    from harvester.store import decisions, read

    @cache
    def known(number: int) -> Cited:
        record = read.record(store, number)
        assert record is not None
        return cite(from_record(record, number))

    work_of = {row["record_id"]: row["work_id"] for row in store.rows("select record_id, work_id from work_records")}
    day_of = {row["id"]: row["started_at"][:10] for row in store.rows("select id, started_at from runs")}
    by_hand = {(row["record_a"], row["record_b"]): row for row in decisions.standing(store)}
    judged: dict[tuple[int, int], tuple[str, ...]] = {}
    for row in store.rows("select * from evidence order by record_a, record_b"):
        a, b = row["record_a"], row["record_b"]
        reasons = tuple(json.loads(row["reasons"]))
        if (a, b) in by_hand:
            judged[a, b] = (f"the program said {row['verdict']}", *reasons)
            continue
        each = Evidence(a, b, Verdict(row["verdict"]), row["score"], reasons, row["relation"], bool(row["vetoed"]))
        joined = "yes" if work_of[a] == work_of[b] else "no"
        yield Audited(each, joined, known(a), known(b), f"harvester {__version__}", day_of.get(row["run_id"], ""))
    for (a, b), row in sorted(by_hand.items()):
        reasons = ("decided by hand", *judged.get((a, b), ("the program had not compared them",)))
        each = Evidence(a, b, Verdict(row["verdict"]), float(row["verdict"] == "same"), reasons)
        joined = "yes" if work_of[a] == work_of[b] else "no"
        yield Audited(each, joined, known(a), known(b), row["decided_by"], row["decided_at"][:10], row["id"])
