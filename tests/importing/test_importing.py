"""Taking in exported files. The files are synthetic."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from harvester import importing
from harvester.cli import invoke
from harvester.errors import FormatError, UsageError
from harvester.store import Store, open_store, works

TWO = (
    "TY  - JOUR\nAN  - 1\nTI  - Link workers in primary care\nPY  - 2020\nER  - \n"
    "TY  - JOUR\nAN  - 2\nTI  - Health coaches\nER  - \n"
)
BAD = "TY  - JOUR\nAN  - 3\nTI  - Three\nER  - \nRecord #2 of 2\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return open_store(tmp_path / "r.db")


def file(tmp_path: Path, name: str, text: str) -> Path:
    """A file with this text."""
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_file_is_kept_with_its_records(store: Store, tmp_path: Path) -> None:
    """Records, the file's own bytes, a run with one complete search, and works."""
    done = importing.take_in(store, [file(tmp_path, "a.ris", TWO)], "cinahl", searched_on=date(2022, 7, 20))
    (one,) = done.files
    assert (one.stated, one.parsed, one.new, one.format) == (2, 2, 2, "ris")
    row = store.one("select * from searches")
    assert row is not None
    assert (row["source"], row["label"], row["state"], row["reported"], row["retrieved"]) == (
        "cinahl",
        "CINAHL",
        "complete",
        2,
        2,
    )
    assert store.value("select as_of from runs") == "2022-07-20"
    assert [work.merged.title for work in works(store, run=done.run, only="new")] == [
        "Link workers in primary care",
        "Health coaches",
    ]
    from harvester.store import pages

    assert pages.body(store, store.value("select sha256 from pages")) == TWO.encode()


def test_the_same_file_again_brings_nothing_new(store: Store, tmp_path: Path) -> None:
    """A second import of the same file knows every record."""
    path = file(tmp_path, "a.ris", TWO)
    importing.take_in(store, [path], "cinahl")
    (again,) = importing.take_in(store, [path], "cinahl").files
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert store.value("select count(*) from records") == 2


def test_a_file_that_cannot_be_read_whole_keeps_nothing(store: Store, tmp_path: Path) -> None:
    """The good file before it is not kept either; with keep_readable what was wrong is kept beside the records."""
    files = [file(tmp_path, "a.ris", TWO), file(tmp_path, "b.ris", BAD)]
    with pytest.raises(FormatError, match="line 5: announces a record"):
        importing.take_in(store, files, "cochrane")
    assert store.value("select count(*) from runs") == 0
    importing.take_in(store, files, "cochrane", keep_readable=True)
    assert store.value("select count(*) from records") == 3
    assert store.value("select error from items where record_id is null") == (
        "line 5: announces a record that does not come"
    )


@pytest.mark.parametrize("name", ["CINAHL", "a b", "", "-x", "a--b"])
def test_names_of_sources(store: Store, tmp_path: Path, name: str) -> None:
    """A source's name is lower-case words joined by hyphens."""
    with pytest.raises(UsageError, match="is no name of a source"):
        importing.take_in(store, [file(tmp_path, "a.ris", TWO)], name)


def test_a_dry_run_keeps_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`import --dry-run --json` counts and makes no store."""
    path = file(tmp_path, "a.ris", TWO)
    code = invoke(["import", str(path), "--source", "cinahl", "--dry-run", "--json", "--db", str(tmp_path / "x.db")])
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [(one["file"], one["stated"], one["parsed"], one["rejected"]) for one in said["files"]] == [
        (str(path), 2, 2, [])
    ]
    assert not (tmp_path / "x.db").exists()


def test_a_number_that_two_files_use_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    """Two tables that both number their rows 1 and 2: four records, it is said, and importing both again adds none."""
    one = file(tmp_path, "a.csv", "ID,title,year\n1,Link workers in primary care,2020\n2,Health coaches,2021\n")
    two = file(tmp_path, "b.csv", "ID,title,year\n1,Community connectors,2019\n2,Social brokers at work,2018\n")
    importing.take_in(store, [one], "cinahl")
    (told,) = importing.take_in(store, [two], "cinahl").files
    assert (told.new, told.changed) == (2, 0)
    assert "2 with the number of another record of cinahl, kept before: kept beside it" in told.warnings
    again = importing.take_in(store, [one, two], "cinahl").files
    assert [(each.new, each.changed, each.same) for each in again] == [(0, 0, 2), (0, 0, 2)]
    assert [row["title"] for row in store.rows("select title from records order by id")] == [
        "Link workers in primary care",
        "Health coaches",
        "Community connectors",
        "Social brokers at work",
    ]


def test_a_corrected_title_is_the_same_record(store: Store, tmp_path: Path) -> None:
    """A record whose title changed by a word is changed, not doubled; a PMID is the same record whatever its title."""
    importing.take_in(store, [file(tmp_path, "a.ris", TWO)], "cinahl")
    changed = TWO.replace("Link workers in", "Link-workers for")
    (told,) = importing.take_in(store, [file(tmp_path, "b.ris", changed)], "cinahl").files
    assert (told.new, told.changed, told.same) == (0, 1, 1)
    medline = "PMID- 7\nOWN - NLM\nTI  - {}\n"
    importing.take_in(store, [file(tmp_path, "a.nbib", medline.format("Agents de liaison"))], "medline")
    (told,) = importing.take_in(store, [file(tmp_path, "b.nbib", medline.format("Link workers"))], "medline").files
    assert (told.new, told.changed) == (0, 1)
