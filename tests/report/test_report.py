"""The report: its numbers are the store's, its page is one file, everything from outside is text."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_review import add_run, paper, small_review

from harvester.cli import cli
from harvester.errors import FormatError, UsageError
from harvester.record import Relation
from harvester.report import report
from harvester.report.charts import bars, upset, years
from harvester.report.gather import gather
from harvester.report.known import read_known
from harvester.screening import take
from harvester.store import open_store
from harvester.works import decide

NASTY = (
    "<script>alert('x')</script>",
    "=cmd()|' /C calc'!A0",
    "مراجعة منهجية \u202eעברית",
    "Long " * 400,
    '👩‍⚕️ link workers & \x00\x0b "quotes"',
    "</style><img src=x onerror=alert(1)>",
)
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """What a page holds: its tags, its text, and whether they close in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count it."""
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count it; nothing is left open."""
        self.tags[tag] = self.tags.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        """It closes what was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text.append(data)


def test_every_file_is_written(tmp_path: Path) -> None:
    """The page comes first, then the flow, PRISMA.csv, PRISMA-S, the line table and one history a search."""
    with small_review(tmp_path / "review.db") as store:
        files = report(store, tmp_path / "out")
    assert [str(file.relative_to(tmp_path / "out")) for file in files] == [
        "report.html", "prisma-flow.svg", "PRISMA.csv", "prisma-s.md", "prisma-s.docx", "lines.csv",
        "search-history/pubmed_run1.json", "search-history/cinahl_run1.json", "search-history/nasp_run1.json",
        "search-history/prospero_run1.json",
    ]  # fmt: skip
    assert all(file.stat().st_size for file in files)


def test_the_page_is_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    """No script, no outside address, a policy that forbids both; links lead to places within the page."""
    with small_review(tmp_path / "review.db") as store:
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    read = Page(page)
    assert "script" not in read.tags
    assert "link" not in read.tags
    assert "img" not in read.tags
    assert not [value for _, name, value in read.attributes if name in ("src", "srcset", "data", "action")]
    assert not [value for _, name, value in read.attributes if name.startswith("on")]
    ids = {value for _, name, value in read.attributes if name == "id"}
    links = [value for _, name, value in read.attributes if name == "href"]
    assert links
    assert {link.removeprefix("#") for link in links} <= ids
    assert "default-src 'none'" in page
    assert "url(" not in page.replace("url(#flow-arrow)", "")


def test_the_numbers_are_the_stores(tmp_path: Path) -> None:
    """Records, works, what one source alone found, overlaps, years: counted by hand for the small review."""
    with small_review(tmp_path / "review.db") as store:
        facts = gather(store)
    assert (facts.records, len(facts.works), facts.duplicates) == (18, 15, 3)
    assert dict(facts.only) == {"pubmed": 7, "cinahl": 2, "nasp": 2, "prospero": 1}
    assert facts.overlaps == [
        (("pubmed",), 7),
        (("cinahl",), 2),
        (("cinahl", "pubmed"), 2),
        (("nasp",), 2),
        (("nasp", "pubmed"), 1),
        (("prospero",), 1),
    ]
    assert sum(facts.years.values()) == 15
    assert facts.years[2025] == 1
    assert len(facts.new) == 15
    assert facts.unlined == 0


def test_the_line_table_knows_what_each_term_alone_brought(tmp_path: Path) -> None:
    """Every record answers `link worker*`, no other of its block; `chronic illness*` and `mental health` share all."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(5), paper(71)]})
        lines = {line.label: line for line in gather(store).lines}
    workers, coach, illness = lines["link worker*"], lines["health coach"], lines["chronic illness*"]
    assert (workers.answered, workers.new, workers.alone) == (19, 1, 19)
    assert (coach.answered, coach.new, coach.alone) == (0, 0, 0)
    assert (illness.answered, illness.alone) == (19, 0)
    total = lines["total"]
    assert (total.is_term, total.answered) == (False, None)
    assert total.hits == {"pubmed": 2}
    assert total.drift("pubmed") == -8
    assert workers.hits == {"pubmed": None}


def test_an_earlier_run_is_reported_as_it_was(tmp_path: Path) -> None:
    """`run` leaves out what later runs found; a run that is not there is refused."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(71)]}, kind="update")
        assert gather(store, 1).records == 18
        assert gather(store).records == 19
        assert [work.title for work in gather(store).new] == [paper(71).title]
        with pytest.raises(UsageError, match="there is no run 9"):
            report(store, tmp_path / "out", run=9)
    with open_store(tmp_path / "empty.db") as store, pytest.raises(UsageError, match="holds no run yet"):
        report(store, tmp_path / "out")


def test_a_source_that_failed_is_told_at_the_top(tmp_path: Path) -> None:
    """A run that is not whole says so in its summary, and claims no number of what did not come."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(71)], "cinahl": []}, state="failed")
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    summary = page[page.index('id="summary"') : page.index('id="flow"')]
    assert "Only 0 of 2 sources answered in full: these numbers are not whole." in summary
    assert "CINAHL: failed: it did not answer" in summary


def test_whatever_a_title_holds_is_shown_as_text(tmp_path: Path) -> None:
    """Scripts, formulas, right-to-left text, 2,000 characters, emoji and forbidden characters are text everywhere."""
    with small_review(tmp_path / "review.db") as store:
        nasty = [paper(100 + place, title) for place, title in enumerate(NASTY)]
        for place, record in enumerate(nasty):
            record.journal = NASTY[place]
        add_run(store, {"pubmed": nasty})
        plain = Page(report(store, tmp_path / "plain", run=1)[0].read_text(encoding="utf-8"))
        files = report(store, tmp_path / "out")
        read = Page(files[0].read_text(encoding="utf-8"))
    assert "script" not in read.tags
    assert "img" not in read.tags
    assert read.tags["style"] == plain.tags["style"] == 1
    text = "".join(read.text)
    assert "<script>alert('x')</script>" in text
    assert "</style><img src=x onerror=alert(1)>" in text
    assert "مراجعة منهجية" in text
    assert ("Long " * 400).strip() in text
    assert '👩‍⚕️ link workers & �� "quotes"' in text


def test_a_long_list_says_what_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page lists so many new works and says how many there are and where the rest is."""
    monkeypatch.setattr("harvester.report.judged.MOST_WORKS", 4)
    with small_review(tmp_path / "review.db") as store:
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert "The newest 4 of 15 are listed here; all of them: harvester export --only new --run 1 FOLDER" in page


def test_known_studies_are_found_or_missed(tmp_path: Path) -> None:
    """Each known study is said to be found, by what, where and by which line, or missed, and why."""
    known = tmp_path / "known.json"
    listed = {"studies": [{"title": paper(1).title, "doi": "10.1000/1"}, {"title": "Bees and wax", "pmid": "77"}]}
    known.write_text(json.dumps(listed), encoding="utf-8")
    with small_review(tmp_path / "review.db") as store:
        found, missed = gather(store, known=known).known or []
        page = report(store, tmp_path / "out", known=known)[0].read_text(encoding="utf-8")
    assert (found.work, found.by, found.sources) == (1, "doi", ("cinahl", "pubmed"))
    assert found.lines == ("link worker*", "chronic illness*", "mental health")
    assert (missed.work, missed.why) == (None, "no work is like it")
    assert "1 of 2 studies known to be relevant were found." in page


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [("k.json", "{", FormatError), ("k.json", '{"studies": 4}', FormatError), ("k.ris", "nothing", FormatError)],
)
def test_known_studies_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, text: str, error: type[Exception]
) -> None:
    """A file of known studies that is none is an error, not an empty list."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(error):
        read_known(tmp_path / name)


def test_duplicates_decided_and_undecided_are_told(tmp_path: Path) -> None:
    """Decisions by hand are listed with who made them."""
    with small_review(tmp_path / "review.db") as store:
        decide(store, 4, 5, "different", by="Ana & Ben")
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert "3 of 18 records so far are another record&#x27;s duplicate." in page
    assert "1 pairs were decided by hand." in page
    assert "Ana &amp; Ben" in page


def test_retractions_and_corrections_are_told(tmp_path: Path) -> None:
    """What was retracted or corrected since it was found is named with its notice."""
    with small_review(tmp_path / "review.db") as store:
        one, two = paper(1, year=2016), paper(2, year=2017)
        one.relations = (Relation("RetractionIn", pmid="9"),)
        two.relations = (Relation("ErratumIn", pmid="8"),)
        add_run(store, {"pubmed": [one, two]}, kind="update")
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    changes = page[page.index('id="changes"') : page.index('id="duplicates"')]
    assert "Retracted, or doubted by their journal, since they were found: 1" in changes
    assert "RetractionIn" in changes
    assert "ErratumIn" in changes
    assert paper(1).title in changes


def test_screening_is_told(tmp_path: Path) -> None:
    """Decisions, reasons, conflicts, agreement and what is no work here are in the report."""
    rows = "10.1000/1,include,,Ana\n10.1000/1,exclude,Wrong <age>,Ben\n10.1000/2,exclude,Wrong age,Ana\n"
    rows += "10.1000/2,exclude,Wrong age,Ben\n10.9/none,include,,Ana\n"
    decided = tmp_path / "decided.csv"
    decided.write_text("doi,decision,reason,reviewer\n" + rows, encoding="utf-8")
    with small_review(tmp_path / "review.db") as store:
        assert gather(store).screening is None
        take(store, decided)
        told = gather(store).screening
        page = report(store, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert told is not None
    assert told.verdicts == {("title-abstract", "conflict"): 1, ("title-abstract", "exclude"): 1}
    assert told.reasons == {("title-abstract", "Wrong age"): 1}
    assert [(work.title, each.votes) for work, each in told.conflicts] == [
        (paper(1).title, (("Ana", "include"), ("Ben", "exclude")))
    ]
    assert [each["why"] for each in told.unmatched] == ["no work has its numbers"]
    assert "Ana and Ben decided 1 of 2 works alike; Cohen&#x27;s kappa 0.00." in page
    assert "In conflict: 1" in page


def test_lines_csv_starts_no_formula(tmp_path: Path) -> None:
    """A line whose text a spreadsheet would run gets an apostrophe; unknown counts are empty, not zero."""
    with small_review(tmp_path / "review.db") as store:
        with store.transaction():
            store.execute("update lines set text = '=cmd()' where number = 1")
        report(store, tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "lines.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 20
    assert rows[0]["text as sent"] == "'=cmd()"
    assert (rows[0]["hits"], rows[0]["kept"], rows[0]["unique"]) == ("", "18", "18")
    assert rows[4]["hits"] == "10"


def test_the_flow_by_hand_takes_the_stores_place(tmp_path: Path) -> None:
    """Numbers entered by hand are drawn, said to be by hand, and their contradictions named."""
    flow = tmp_path / "flow.toml"
    flow.write_text("databases = 2483\nduplicates = 136\nscreened = 2000\n", encoding="utf-8")
    with small_review(tmp_path / "review.db") as store:
        page = report(store, tmp_path / "out", prisma=flow)[0].read_text(encoding="utf-8")
    assert "The numbers were entered by hand (flow.toml)." in page
    assert "records screened: 2,000, but 2,483 less 136 is 2,347" in page


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The report goes into a folder; a file of that name is left as it is."""
    (tmp_path / "out").write_text("mine")
    with small_review(tmp_path / "review.db") as store, pytest.raises(UsageError, match="is a file"):
        report(store, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_the_verb_lists_its_files(tmp_path: Path) -> None:
    """`report DIR --json` holds the files; the store is only read."""
    small_review(tmp_path / "review.db").close()
    before = (tmp_path / "review.db").read_bytes()
    answer = CliRunner().invoke(cli, ["report", str(tmp_path / "out"), "--db", str(tmp_path / "review.db"), "--json"])
    assert json.loads(answer.stdout)["files"][0] == str(tmp_path / "out" / "report.html")
    assert (tmp_path / "review.db").read_bytes() == before


@pytest.mark.parametrize(
    "svg",
    [
        years({None: 2, 1890: 1, 2020: 5, 2021: 0}),
        bars("By source", [("A <b> & c" * 9, 5, 2), ("B", 0, 0)], "works", "only"),
        upset([(("a",), 5), (("a", "b"), 2), (("c",), 1)], {"a": "Alpha", "b": "B" * 90, "c": "<c>"}),
    ],
)
def test_charts_are_well_formed_and_stay_inside(svg: str) -> None:
    """A chart is one SVG whose bars and text begin inside it, with names cut and escaped."""
    Page(svg)
    wide = float(re.search(r'viewBox="0 0 (\d+)', svg).group(1))  # type: ignore[union-attr]
    high = float(re.search(r'viewBox="0 0 \d+ (\d+)', svg).group(1))  # type: ignore[union-attr]
    for x, y in re.findall(r'<(?:rect|text)[^>]* x="([\d.-]+)" y="([\d.-]+)"', svg):
        assert 0 <= float(x) <= wide
        assert 0 <= float(y) <= high


def test_charts_of_nothing_are_nothing() -> None:
    """No numbers, no picture: the table alone says it."""
    assert years({}) == bars("x", [], "a", "b") == upset([(("a",), 5)], {}) == ""
