"""Export: works as files, with a manifest. The store is filled by hand with synthetic records."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import rispy
from click.testing import CliRunner

from harvester import export as exporting
from harvester import formats
from harvester.cli import convert, invoke
from harvester.cli import export as export_verb
from harvester.errors import UsageError
from harvester.record import Author, PartialDate, Record
from harvester.search import Search
from harvester.store import Store, open_store, runs
from harvester.store.records import RecordKeeper


def record(source: str, number: str, title: str) -> Record:
    """A small record."""
    return Record(
        source,
        number,
        title,
        authors=(Author(family="Ab", given="C"), Author(collective="A Group")),
        published=PartialDate(2022, 7),
        identifiers={"pmid": (number,)} if source == "pubmed" else {},
    )


def add_run(store: Store, kind: str, until: str, found: dict[str, list[int]], new: list[Record]) -> int:
    """A complete run of the strategy `lw` that found these record ids and kept these records."""
    with store.transaction():
        run = runs.start_run(store, runs.NewRun(kind, "lw", "s", "text", "t", {}, None))
        store.execute(
            "update runs set until = ?, state = 'complete', finished_at = ? where id = ?", (until, until, run)
        )
        keeper = RecordKeeper(store, run)
        for one in new:
            (kept,) = keeper.keep([one])
            found.setdefault(one.source, []).append(kept.record_id)
        store.execute("insert or ignore into payloads (sha256, encoding, size, body) values ('x', 'none', 0, x'')")
        for source, ids in found.items():
            search = runs.add_search(store, run, Search(source, "generic", "q", "q"), kind=kind, label=source)
            page = store.execute(
                "insert into pages (search_id, seq, kind, request, status, media_type, sha256, detail, cursor,"
                " fetched_at) values (?, 1, 'records', 'GET x', 200, '', 'x', '{}', '', '2022-07-31')",
                (search,),
            ).lastrowid
            store.many(
                "insert into found (search_id, record_id, page_id) values (?, ?, ?)",
                [(search, number, page) for number in ids],
            )
    return run


def add_work(store: Store, *members: int) -> None:
    """A work of these records; its id is the smallest."""
    with store.transaction():
        data = store.value("select data from records where id = ?", (members[0],))
        first = store.value("select first_run from records where id = ?", (members[0],))
        store.execute("insert into works (id, first_run, merged) values (?, ?, ?)", (min(members), first, data))
        store.many(
            "insert into work_records (record_id, work_id, content_hash) values (?, ?, 'x')",
            [(member, min(members)) for member in members],
        )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Run 1 found works 1 and 2 (2 in two sources); run 2 found 2 again and work 4."""
    store = open_store(tmp_path / "lw.db")
    add_run(
        store,
        "run",
        "2022-07-31",
        {},
        [record("pubmed", "11", "One"), record("pubmed", "12", "Two"), record("nasp", "https://x.org/2", "Two")],
    )
    add_run(store, "update", "2023-05-31", {"pubmed": [2]}, [record("pubmed", "14", "Four")])
    add_work(store, 1)
    add_work(store, 2, 3)
    add_work(store, 4)
    return store


def titles(path: Path) -> list[str]:
    """The titles that our reader and rispy both find."""
    ours = [one.title for one in formats.read(path)]
    assert ours == [entry["title"] for entry in rispy.loads(path.read_text(encoding="utf-8"))]
    return ours


def test_a_folder_gets_one_file_a_source_by_the_agreed_name(store: Store, tmp_path: Path) -> None:
    """`<review>_<source>_<date>_n<count>.ris`, each work once, and a manifest that says what lies there."""
    done = exporting.export(store, tmp_path / "out", only="all", run=1)
    (file,) = done.files
    assert file.file == tmp_path / "out" / "lw_pubmed_2022-07-31_n2.ris"
    assert titles(file.file) == ["One", "Two"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["run"] == 1
    assert manifest["records"] == 2
    assert manifest["files"] == [
        {
            "file": "lw_pubmed_2022-07-31_n2.ris",
            "format": "ris",
            "records": 2,
            "sha256": hashlib.sha256(file.file.read_bytes()).hexdigest(),
            "bytes": file.file.stat().st_size,
            "source": "pubmed",
        }
    ]


def test_only_new_is_what_no_earlier_run_found(store: Store, tmp_path: Path) -> None:
    """By default the last run's new works and nothing else; with a run named, that run's."""
    done = exporting.export(store, tmp_path / "new.ris", only="new")
    assert titles(tmp_path / "new.ris") == ["Four"]
    assert (done.run, done.records) == (2, 1)
    exporting.export(store, tmp_path / "first.ris", only="new", run=1)
    assert titles(tmp_path / "first.ris") == ["One", "Two"]


def test_a_file_gets_everything_with_its_manifest_beside_it(store: Store, tmp_path: Path) -> None:
    """OUT as a file holds all works; the members of a merged work travel in C8, the run in LB and KW."""
    exporting.export(store, tmp_path / "all.ris", only="all", run=2)
    text = (tmp_path / "all.ris").read_bytes().decode()
    assert titles(tmp_path / "all.ris") == ["Two", "Four"]
    assert "C8  - pubmed:12; nasp:https://x.org/2\r\n" in text
    assert "LB  - lw run 2\r\n" in text
    assert "KW  - lw run 2\r\n" in text
    assert json.loads((tmp_path / "all.ris.manifest.json").read_text())["files"][0]["records"] == 2


def test_nothing_new_is_an_empty_file_not_a_missing_one(store: Store, tmp_path: Path) -> None:
    """A file that was asked for is there also when there is nothing to put in it; a folder gets the manifest alone."""
    run = add_run(store, "update", "2023-06-30", {"pubmed": [4]}, [])
    done = exporting.export(store, tmp_path / "new.ris", only="new", run=run)
    assert (tmp_path / "new.ris").read_bytes() == b""
    assert [file.records for file in done.files] == [0]
    assert exporting.export(store, tmp_path / "out", only="new", run=run).files == ()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]


def test_files_are_split_where_the_tool_needs_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that takes two records a file gets parts; together they hold every work once."""
    monkeypatch.setitem(exporting.PROFILES, "covidence", exporting.Profile("ris", 2))
    done = exporting.export(store, tmp_path / "all.ris", for_="covidence")
    assert [(file.file.name, file.records) for file in done.files] == [("all_part1.ris", 2), ("all_part2.ris", 1)]
    assert [title for file in done.files for title in titles(file.file)] == ["One", "Two", "Four"]


def test_files_are_split_by_size(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No part is larger than the tool takes, unless one record alone is."""
    monkeypatch.setitem(exporting.PROFILES, "covidence", exporting.Profile("ris", None, 300))
    done = exporting.export(store, tmp_path / "out", for_="covidence")
    assert [file.records for file in done.files] == [1, 1, 1]
    assert all(file.bytes <= 300 for file in done.files)
    assert sorted(title for file in done.files for title in titles(file.file)) == ["Four", "One", "Two"]


def test_endnote_gets_the_comma_after_groups(store: Store, tmp_path: Path) -> None:
    """`--for endnote` marks groups as EndNote wants them."""
    exporting.export(store, tmp_path / "a.ris", for_="endnote")
    assert "AU  - A Group,\r\n" in (tmp_path / "a.ris").read_bytes().decode()


def test_an_export_is_recorded(store: Store, tmp_path: Path) -> None:
    """The store knows what was exported, with the hash."""
    done = exporting.export(store, tmp_path / "a.ris", only="new")
    row = store.one("select e.run_id, f.* from exports e join export_files f on f.export_id = e.id")
    assert row is not None
    assert (row["run_id"], row["records"], row["sha256"]) == (2, 1, done.files[0].sha256)


def test_a_failed_export_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a record cannot be written, no file takes its place and none is left beside it."""

    def fail(work: object, notes: object) -> Record:
        raise RuntimeError("stop")

    monkeypatch.setattr(exporting, "as_record", fail)
    (tmp_path / "out").mkdir()
    with pytest.raises(RuntimeError):
        exporting.export(store, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": "new", "run": 9}, "there is no run 9"),
        ({"only": "included"}, "nothing in this store has been screened"),
        ({"for_": "word"}, "no tool is known by the name 'word'"),
        ({"format": "pdf"}, "'pdf' cannot be written"),
    ],
)
def test_wrong_wishes_are_usage_errors(store: Store, tmp_path: Path, options: dict, message: str) -> None:  # type: ignore[type-arg]
    """What cannot be exported is said before anything is written."""
    with pytest.raises(UsageError, match=message):
        exporting.export(store, tmp_path / "a.ris", **options)
    assert not (tmp_path / "a.ris").exists()


def test_the_verb_prints_json(store: Store, tmp_path: Path) -> None:
    """`export OUT --json` names the files with counts and hashes."""
    store.close()
    out = CliRunner().invoke(
        export_verb.command, [str(tmp_path / "x.ris"), "--only", "new", "--db", str(tmp_path / "lw.db"), "--json"]
    )
    said = json.loads(out.stdout)
    assert [(file["records"], file["source"]) for file in said["files"]] == [(1, "")]
    assert said["files"][0]["sha256"] == hashlib.sha256((tmp_path / "x.ris").read_bytes()).hexdigest()


def test_the_verbs_choices_are_the_programs() -> None:
    """The formats and tools that --help names are those that there are."""
    assert {name for name, form in formats.FORMATS.items() if form.writes} == set(export_verb.FORMATS)
    assert tuple(name for name in exporting.PROFILES if name) == export_verb.TOOLS


def test_convert_counts(tmp_path: Path) -> None:
    """`convert IN OUT --json` says stated, parsed, rejected and written."""
    (tmp_path / "a.txt").write_text("TY  - JOUR\nTI  - One\nER  - \nTY  - BOOK\nTI  - Two\nER  - \n")
    out = CliRunner().invoke(convert.command, [str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl"), "--json"])
    (file,) = json.loads(out.stdout)["files"]
    assert (file["format"], file["stated"], file["parsed"], file["rejected"], file["written"]) == ("ris", 2, 2, [], 2)
    assert [one.title for one in formats.read(tmp_path / "b.jsonl")] == ["One", "Two"]


def test_convert_writes_nothing_of_a_file_it_cannot_read_whole(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    """Exit code 7 and no output file, unless --keep-readable is given."""
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - One\nER  - \nRecord #2 of 2\n")
    arguments = ["convert", str(tmp_path / "a.ris"), str(tmp_path / "b.ris")]
    assert invoke(arguments) == 7
    assert "line 4: announces a record that does not come" in capsys.readouterr().err
    assert not (tmp_path / "b.ris").exists()
    assert invoke([*arguments, "--keep-readable"]) == 0
    assert titles(tmp_path / "b.ris") == ["One"]
