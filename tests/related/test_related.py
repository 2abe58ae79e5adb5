"""Relations between the works of a store: by evidence and by what sources state; shown and folded by export."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from harvester import formats
from harvester.cli import invoke
from harvester.errors import UsageError
from harvester.export import export
from harvester.record import Author, PartialDate, Record
from harvester.record import Relation as Tie
from harvester.related import folded, related
from harvester.report.judged import related_works
from harvester.search import Search
from harvester.store import Store, open_store, runs
from harvester.store.records import RecordKeeper
from harvester.works import judge

TITLE = "Link workers for people with long-term conditions in general practice"


def paper(number: str, title: str = TITLE, **more: object) -> Record:
    """A synthetic paper."""
    said: dict[str, object] = {
        "authors": (Author("Made", "Up"), Author("Other", "One")), "journal": "BMJ Open", "volume": "11", "issue": "4",
        "pages": f"{number}00-{number}12", "published": PartialDate(2021),
        "identifiers": {"pmid": (f"3000000{number}",)},
    }  # fmt: skip
    return Record("pubmed", number, title, **{**said, **more})  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A paper (1), its protocol (2), an erratum with a title of its own that names it (3), and another paper (4)."""
    with open_store(tmp_path / "lw.db") as opened:
        with opened.transaction():
            run_id = runs.start_run(opened, runs.NewRun("run", "lw", "", "", "", {}, None))
            keeper = RecordKeeper(opened, run_id)
            keeper.keep([paper("1")])
            protocol = paper("2", f"{TITLE}: study protocol", volume="9", published=PartialDate(2019))
            keeper.keep([protocol])
            keeper.keep([paper("3", "Erratum.", relations=(Tie("ErratumFor", pmid="30000001"),), authors=())])
            keeper.keep([paper("4", "Health coaching in towns for people who live alone", authors=(Author("Else"),))])
        judge(opened, run_id)
        yield opened


def test_relations_of_works(store: Store) -> None:
    """The protocol is found by the evidence, the erratum by what its source states; neither is merged."""
    said = [(each.companion, each.main, each.relation, each.sure) for each in related(store)]
    assert said == [(2, 1, "protocol", True), (3, 1, "correction", True)]
    assert store.value("select count(*) from works") == 4
    assert folded(related(store), ["corrections"]) == {3: 1}
    with pytest.raises(UsageError):
        folded(related(store), ["papers"])


def test_export_shows_relations(store: Store, tmp_path: Path) -> None:
    """Without --fold every work is written, and says what it is related to; reading it back adds no foreign number."""
    done = export(store, tmp_path / "all.ris")
    assert (done.records, done.folded) == (4, 0)
    text = (tmp_path / "all.ris").read_text(encoding="utf-8")
    assert f"N1  - Related work, protocol: {TITLE}: study protocol (BMJ Open, 2019; PMID 30000002; work 2)" in text
    assert f"N1  - Related work, protocol of: {TITLE} (BMJ Open, 2021; PMID 30000001; work 1)" in text
    back = {record.title: record.identifiers for record in formats.read(tmp_path / "all.ris")}
    assert back[TITLE] == {"pmid": ("30000001",)}


def test_notes_about_others_give_no_numbers(tmp_path: Path) -> None:
    """A record without numbers does not take those of its erratum or of a related work when its file is read again."""
    record = paper("1", identifiers={}, relations=(Tie("ErratumIn", "BMJ Open", pmid="1", doi="10.1136/made.9"),))
    record.source, record.source_id = "cinahl", "sha:1"
    record.extra["related"] = ["protocol: Made (BMJ Open, 2019; doi 10.1136/made.2; PMID 2; work 2)"]
    formats.write(tmp_path / "one.ris", [record])
    (back,) = formats.read(tmp_path / "one.ris")
    assert back.identifiers == {}


def test_export_folds_what_is_asked(store: Store, tmp_path: Path) -> None:
    """A folded work is a note of its main work, counted and named in the manifest; the others are as before."""
    done = export(store, tmp_path / "some.csv", fold=["protocols"])
    assert (done.records, done.folded) == (3, 1)
    assert json.loads(done.manifest.read_text(encoding="utf-8"))["folded"] == [{"work": 2, "into": 1}]
    with (tmp_path / "some.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = {row["title"]: row["related"] for row in csv.DictReader(text)}
    assert list(rows) == [TITLE, "Erratum.", "Health coaching in towns for people who live alone"]
    assert rows[TITLE].startswith(f"protocol (folded into this one): {TITLE}: study protocol (")


def test_a_main_work_that_is_not_written_hides_nothing(store: Store, tmp_path: Path) -> None:
    """A companion whose main work is not in the export is written by itself."""
    with store.transaction():
        run_id = runs.start_run(store, runs.NewRun("update", "lw", "", "", "", {}, None))
        search = runs.add_search(store, run_id, Search("pubmed", "generic", "q", "q"), kind="update", label="PubMed")
        store.execute("insert or ignore into payloads (sha256, encoding, size, body) values ('x', 'none', 0, x'')")
        page = store.execute(
            "insert into pages (search_id, seq, kind, request, status, media_type, sha256, detail, cursor, fetched_at)"
            " values (?, 1, 'records', 'GET x', 200, '', 'x', '{}', '', '2022-07-31')",
            (search,),
        ).lastrowid
        store.execute("insert into found (search_id, record_id, page_id) values (?, 2, ?)", (search, page))
    done = export(store, tmp_path / "new.ris", only="new", run=run_id, fold=["protocols"])
    assert (done.records, done.folded) == (1, 0)
    assert "protocol of: " in (tmp_path / "new.ris").read_text(encoding="utf-8")


def test_duplicates_lists_them(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """`duplicates` counts the relations, `--related` lists them in words, and --json has them."""
    db = str(store.path)
    store.close()
    assert invoke(["--db", db, "duplicates"]) == 0
    said = capsys.readouterr()
    assert said.out == "0 uncertain pairs, 0 decisions by hand.\n"
    assert said.err == "2 relations between works: --related lists them.\n"
    assert invoke(["--db", db, "duplicates", "--related"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"protocol: {TITLE}: study protocol (BMJ Open, 2019; PMID 30000002; work 2)",
        f"    of {TITLE} (BMJ Open, 2021; PMID 30000001; work 1); only one is a protocol",
        "correction: Erratum. (BMJ Open, 2021; PMID 30000003; work 3)",
        f"    of {TITLE} (BMJ Open, 2021; PMID 30000001; work 1); stated by its source (ErratumFor)",
        "2 relations between works; `harvester export --fold` shows sure ones as one.",
    ]
    assert invoke(["--db", db, "duplicates", "--json"]) == 0
    assert [each["relation"] for each in json.loads(capsys.readouterr().out)["related"]] == ["protocol", "correction"]


def test_the_report_shows_them() -> None:
    """The report counts relations, says how many works would be left, and lists them; without any it is silent."""
    row = {"companion": 2, "main": 1, "relation": "protocol", "sure": True, "why": "only one is a protocol",
           "companion_title": "A protocol (work 2)", "main_title": "A paper (work 1)"}  # fmt: skip
    unsure = {**row, "relation": "conference abstract", "sure": False}
    works = {1: frozenset({"pubmed"}), 2: frozenset({"pubmed"}), 3: frozenset({"pubmed"})}
    facts = SimpleNamespace(related=[row, unsure], folded=1, unjudged=0, works=works)
    text = "".join(related_works(SimpleNamespace(facts=facts)))  # type: ignore[arg-type]
    assert "relations found: conference abstract 1, protocol 1." in text
    assert "Shown with the work that they belong to, 2 works would be left." in text
    assert "perhaps conference abstract" in text
    assert list(related_works(SimpleNamespace(facts=SimpleNamespace(related=[])))) == []  # type: ignore[arg-type]


def test_the_verb(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`export --fold` counts what it folded; a name that cannot be folded is a usage error."""
    db = str(store.path)
    store.close()
    assert invoke(["--db", db, "export", str(tmp_path / "o.ris"), "--fold", "protocols,corrections", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["records"], told["folded"]) == (2, 2)
    assert invoke(["--db", db, "export", str(tmp_path / "o.ris"), "--fold", "papers"]) == 2
