"""The flow: its numbers from the store and by hand, their contradictions, the R package's table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_review import add_run, paper, small_review

from harvester.errors import FormatError, UsageError
from harvester.prisma import Flow, flow_from_store, read_flow, write_table
from harvester.prisma.table import COLUMNS, ROWS
from harvester.screening import take
from harvester.works import judge

# Figure 1 of the reference review (10.1155/2023/7191247), as far as it states numbers.
FIGURE_1 = """
databases = 2483
duplicates = 136
assessed = 41
reports_excluded = 28
organisations = 186
other_assessed = 12
other_reports_excluded = 7
new_studies = 18
"""
# (data, node, box) of every row of the R package's template, in its order.
TEMPLATE = [
    ("NA", "node4", "prevstud"), ("previous_studies", "node5", "box1"), ("previous_reports", "NA", "box1"),
    ("NA", "node6", "newstud"), ("database_results", "node7", "box2"), ("database_specific_results", "NA", "box2"),
    ("register_results", "NA", "box2"), ("register_specific_results", "NA", "box2"), ("NA", "node16", "othstud"),
    ("website_results", "node17", "box11"), ("organisation_results", "", "box11"),
    ("citations_results", "NA", "box11"), ("duplicates", "node8", "box3"), ("excluded_automatic", "NA", "box3"),
    ("excluded_other", "NA", "box3"), ("records_screened", "node9", "box4"), ("records_excluded", "node10", "box5"),
    ("dbr_sought_reports", "node11", "box6"), ("dbr_notretrieved_reports", "node12", "box7"),
    ("other_sought_reports", "node18", "box12"), ("other_notretrieved_reports", "node19", "box13"),
    ("dbr_assessed", "node13", "box8"), ("dbr_excluded", "node14", "box9"), ("other_assessed", "node20", "box14"),
    ("other_excluded", "node21", "box15"), ("new_studies", "node15", "box10"), ("new_reports", "NA", "box10"),
    ("total_studies", "node22", "box16"), ("total_reports", "NA", "box16"),
    ("identification", "node1", "identification"), ("screening", "node2", "screening"),
    ("included", "node3", "included"), ("total_studies_ma", "node23", "box17"), ("total_reports_ma", "NA", "box17"),
]  # fmt: skip


def table(flow: Flow) -> dict[str, str]:
    """The numbers of PRISMA.csv by the name of their row."""
    return {row["data"]: row["n"] for row in csv.DictReader(io.StringIO(write_table(flow)))}


def test_the_table_has_the_rows_of_the_r_package() -> None:
    """Columns, data names, node names and boxes are those of the R package's template, in its order."""
    rows = list(csv.reader(io.StringIO(write_table(Flow()))))
    assert rows[0] == ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"]
    assert [tuple(row[:3]) for row in rows[1:]] == TEMPLATE
    assert tuple(rows[0]) == COLUMNS
    assert len(ROWS) == 34


def test_the_reference_reviews_figure_can_be_entered(tmp_path: Path) -> None:
    """Its Figure 1, entered by hand, gives its numbers and contradicts itself nowhere; the rest is unknown."""
    file = tmp_path / "figure1.toml"
    file.write_text(FIGURE_1, encoding="utf-8")
    flow = read_flow(file)
    assert (flow.databases, flow.duplicates, flow.assessed, flow.new_studies) == (2483, 136, 41, 18)
    assert (flow.organisations, flow.other_assessed) == (186, 12)
    assert flow.faults() == []
    assert table(flow)["database_results"] == "2483"
    assert table(flow)["records_screened"] == "NA"


def test_a_store_that_is_not_screened_says_so(tmp_path: Path) -> None:
    """Records are counted once for their source; what needs screening is unknown, not zero."""
    with small_review(tmp_path / "review.db") as store:
        flow = flow_from_store(store)
    assert (flow.databases, flow.registers, flow.organisations) == (14, 1, 3)
    assert flow.databases_by_name == (("PubMed", 10), ("CINAHL", 4))
    assert flow.duplicates == 2
    assert (flow.screened, flow.excluded, flow.assessed, flow.new_studies) == (None, None, None, None)
    assert flow.unknown == "not screened yet"
    (note,) = flow.notes
    assert note.startswith("Of the 3 records from other methods, 1 are duplicates of one another or of records from")
    assert not flow.is_update
    assert flow.faults() == []


def decide(tmp_path: Path, rows: str) -> Path:
    """A table of decisions by DOI."""
    path = tmp_path / "decisions.csv"
    path.write_text("doi,decision,reason\n" + rows, encoding="utf-8")
    return path


def test_screening_fills_the_lower_boxes(tmp_path: Path) -> None:
    """Screened, excluded, sought, assessed and the reasons come from what was decided, column by column."""
    first = "".join(f"10.1000/{number},exclude,\n" for number in (4, 5, 6, 7, 8, 9, 10, 21, 22, 41))
    first += "10.1000/1,include,\n10.1000/2,include,\n10.1000/3,include,\n10.1000/31,include,\n10.1000/32,exclude,\n"
    second = "10.1000/1,include,\n10.1000/2,exclude,Wrong population\n10.1000/3,not retrieved,\n10.1000/31,include,\n"
    with small_review(tmp_path / "review.db") as store:
        taken = take(store, decide(tmp_path, first))
        assert taken.unmatched == ()
        take(store, decide(tmp_path, second), stage="full-text")
        flow = flow_from_store(store)
    assert (flow.screened, flow.excluded, flow.sought) == (13, 10, 3)
    assert (flow.not_retrieved, flow.assessed, flow.reports_excluded) == (1, 2, 1)
    assert flow.reasons == (("Wrong population", 1),)
    assert (flow.other_sought, flow.other_not_retrieved, flow.other_assessed) == (1, 0, 1)
    assert (flow.new_studies, flow.new_reports) == (2, 2)
    assert flow.faults() == []
    assert table(flow)["dbr_excluded"] == "Wrong population, 1"


def test_an_updated_review_has_its_previous_studies(tmp_path: Path) -> None:
    """With `previous`, what earlier runs found is left out and their included works are the previous studies."""
    with small_review(tmp_path / "review.db") as store:
        new = [paper(number) for number in (51, 52, 53)]
        add_run(store, {"pubmed": [paper(1, year=2016), *new]}, kind="update", until="2023-05-31")
        rows = "10.1000/1,include,\n10.1000/2,include,\n10.1000/51,include,\n10.1000/52,exclude,Wrong design\n"
        take(store, decide(tmp_path, rows), stage="full-text")
        flow = flow_from_store(store, previous=1)
        whole = flow_from_store(store)
    assert flow.is_update
    assert (flow.databases, flow.duplicates, flow.screened) == (3, 0, 2)
    assert (flow.previous_studies, flow.new_studies, flow.total_studies) == (2, 1, 3)
    assert "1 of 3 works from databases and registers are not screened yet." in flow.notes
    assert (whole.databases, whole.new_studies, whole.previous_studies) == (17, 3, None)


def test_an_updated_review_is_one_before_it_is_screened(tmp_path: Path) -> None:
    """With `previous` the flow has the template of an updated review though no previous study is known yet."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(51)]}, kind="update")
        flow = flow_from_store(store, previous=1)
    assert flow.is_update
    assert (flow.previous_studies, flow.databases) == (None, 1)
    file = tmp_path / "flow.toml"
    file.write_text("updated = true\n", encoding="utf-8")
    assert read_flow(file).is_update


def test_a_search_that_failed_is_in_the_notes(tmp_path: Path) -> None:
    """A source that did not answer in full is named, with what is known of its numbers."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"cinahl": [paper(61, source="cinahl")]}, state="failed")
        flow = flow_from_store(store)
    assert "CINAHL, run 2: failed; 1 records were found, 1 are kept." in flow.notes


def test_records_that_are_not_judged_leave_duplicates_unknown(tmp_path: Path) -> None:
    """As long as records are not judged, the number of duplicates is not said."""
    with small_review(tmp_path / "review.db") as store:
        with store.transaction():
            store.execute("delete from work_records where record_id = 18")
        assert flow_from_store(store).duplicates is None
        judge(store, anew=True)
        assert flow_from_store(store).duplicates == 2


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (Flow(databases=10, databases_by_name=(("A", 4), ("B", 5))), ["databases: 10, but its parts add up to 9"]),
        (
            Flow(databases=100, duplicates=10, screened=95),
            ["records screened: 95, but 100 less 10 is 90"],
        ),
        (Flow(screened=5, excluded=9), ["records excluded: 9, more than records screened: 5"]),
        (
            Flow(previous_studies=4, new_studies=3, total_studies=8),
            ["total studies: 8, but previous and new ones are 7"],
        ),
        (Flow(databases=100, duplicates=10, screened=90), []),
        (Flow(), []),
    ],
)
def test_contradictions_are_named(flow: Flow, expected: list[str]) -> None:
    """Numbers that cannot all be right are said in words; unknown ones contradict nothing."""
    assert flow.faults() == expected


def test_a_table_of_the_r_package_is_read(tmp_path: Path) -> None:
    """Numbers with commas, reasons with their counts, and the template's own xxx are read for what they are."""
    values = {
        "database_results": "2,483",
        "database_specific_results": "PubMed, 1,200; CINAHL, 1283",
        "register_specific_results": "Register 1, xxx; Register 2, xxx",
        "dbr_excluded": "Wrong population, 10; Wrong design, 18",
        "duplicates": "NA",
    }
    rows = [[*row[:7], values.get(row[0], "0")] for row in ROWS]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *rows])
    file = tmp_path / "PRISMA.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    flow = read_flow(file)
    assert flow.databases == 2483
    assert flow.databases_by_name == (("PubMed", 1200), ("CINAHL", 1283))
    assert flow.registers_by_name == ()
    assert flow.reasons == (("Wrong population", 10), ("Wrong design", 18))
    assert flow.reports_excluded == 28
    assert flow.duplicates is None
    assert not flow.is_update


@pytest.mark.parametrize(
    ("name", "text", "error", "said"),
    [
        ("a.toml", "databses = 4", UsageError, "unknown key 'databses'"),
        ("a.toml", "databases = -4", UsageError, "has to be a number from 0 up"),
        ("a.toml", 'databases = "many"', UsageError, "has to be a number from 0 up"),
        ("a.toml", "updated = 4", UsageError, "updated has to be true or false"),
        ("a.toml", "duplicates = {a = 4}", UsageError, "is not written like this"),
        ("a.toml", "databases = ", FormatError, "is not TOML"),
        ("a.csv", "x,y\n1,2\n", FormatError, "has no columns"),
        ("a.csv", "data,n\nduplicates,many\n", FormatError, "'many' is not a number"),
    ],
)
def test_a_flow_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, text: str, error: type[Exception], said: str
) -> None:
    """What is wrong in a flow entered by hand is named, never taken for a zero."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=said):
        read_flow(file)


def test_a_breakdown_in_toml_gives_its_total(tmp_path: Path) -> None:
    """A table of databases or reasons is a breakdown; its total is its sum."""
    file = tmp_path / "flow.toml"
    file.write_text('databases = {PubMed = 3, "Web of Science" = 4}\nreasons = {"Wrong age" = 2}\n', encoding="utf-8")
    flow = read_flow(file)
    assert (flow.databases, flow.databases_by_name) == (7, (("PubMed", 3), ("Web of Science", 4)))
    assert (flow.reports_excluded, flow.reasons) == (2, (("Wrong age", 2),))


@given(
    st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**6)), max_size=4),
    st.integers(0, 10**6) | st.none(),
    st.integers(0, 10**6) | st.none(),
)
def test_what_is_written_is_read_again(reasons: list[tuple[str, int]], databases: int | None, new: int | None) -> None:
    """The numbers of a table that was written are read back, whatever the reasons say; none starts a formula."""
    flow = Flow(
        databases=databases, new_studies=new, reasons=tuple(reasons), reports_excluded=sum(n for _, n in reasons)
    )
    rows = {row["data"]: row["n"] for row in csv.DictReader(io.StringIO(write_table(flow), newline=""))}
    assert rows["database_results"] == ("NA" if databases is None else str(databases))
    assert rows["new_studies"] == ("NA" if new is None else str(new))
    parts = rows["dbr_excluded"].split("; ")
    if reasons:
        assert [int(part.rsplit(", ", 1)[1]) for part in parts] == [count for _, count in reasons]
        assert not rows["dbr_excluded"].startswith(("=", "+", "-", "@"))
