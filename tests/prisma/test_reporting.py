"""PRISMA-S and the search history: filled from the store, NOT STATED where nobody has said, text as text."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from small_review import STRATEGY, add_run, paper, small_review

from harvester.prisma import flow_from_store
from harvester.prisma.document import Code, Heading, Para, Table, to_docx, to_html, to_markdown
from harvester.prisma.history import histories
from harvester.prisma.prisma_s import document, items
from harvester.store import Store, open_store

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def said(store: Store, run: int | None = None) -> dict[int, str]:
    """What each item says, in one text; "" is not stated."""
    return {item.number: " ".join(item.said) for item in items(store, run)}


def test_the_sixteen_items_are_filled_from_the_store(tmp_path: Path) -> None:
    """The program says what it did; what only people know comes from the strategy file or is not stated."""
    with small_review(tmp_path / "review.db") as store:
        told = said(store)
    assert sorted(told) == list(range(1, 17))
    assert "PubMed, searched through its programming interface" in told[1]
    assert "CINAHL" in told[1]
    assert told[3] == "PROSPERO."
    assert told[4].startswith("NASP: its site was browsed by the program on ")
    assert " through the links on its pages (its robots.txt was obeyed and is kept); 1 page and 0 PDFs came" in told[4]
    assert told[6] == "Five authors were written to."
    assert {number for number, text in told.items() if not text} == {7, 10, 11, 14}
    assert told[9] == "Language: english. Published: 2017 to 2022."
    assert told[12] == "The searches have not been updated."
    assert "In all 18 different records, each counted once for its source." in told[15]
    assert "2 duplicate records were removed among databases and registers." in told[16]


def test_an_update_is_told(tmp_path: Path) -> None:
    """An update is named with its day, and an earlier run's report does not know of it."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"pubmed": [paper(77)]}, kind="update")
        assert "what was found before was subtracted" in said(store)[12]
        assert said(store, 1)[12] == "The searches have not been updated."


def test_a_store_without_a_strategy_says_less(tmp_path: Path) -> None:
    """Imports alone have no strategy: its items are not stated, nothing fails."""
    with open_store(tmp_path / "review.db") as store:
        add_run(store, {"cinahl": [paper(1, source="cinahl")]}, kind="import", strategy=STRATEGY)
        with store.transaction():
            store.execute("update runs set strategy_text = '', strategy = ''")
        told = said(store)
    assert told[1] == "CINAHL, searched by hand; the exported records were taken in. Its platform is NOT STATED."
    assert told[8] == "CINAHL: the text that was searched by hand is NOT STATED."
    assert "NOT STATED" in told[2]
    assert told[6] == told[14] == ""


def test_what_was_imported_is_never_said_to_have_been_sent(tmp_path: Path) -> None:
    """An import's files are named as files, its day is that of the search by hand, its query is not known."""
    with open_store(tmp_path / "review.db") as store:
        run = add_run(store, {"cinahl": [paper(1, source="cinahl")]}, kind="import")
        with store.transaction():
            store.execute("update searches set text = 'cinahl.ris, more.ris' where run_id = ?", (run,))
            store.execute("update runs set as_of = '2022-07-20', strategy_text = '', strategy = ''")
        told = said(store)
        text = to_markdown(document(store))
        (history,) = histories(store).values()
    assert told[13] == "CINAHL: last searched by hand 2022-07-20."
    assert "Searched by hand; files taken in: cinahl.ris, more.ris. What was searched is NOT STATED." in text
    assert "```" not in text
    assert history["search_string"]["full_string"] is None
    assert history["harvester"]["files_taken_in"] == "cinahl.ris, more.ris"
    assert history["date"]["search_conducted"] == "2022.07.20"


def test_citation_searching_is_told_apart(tmp_path: Path) -> None:
    """What snowballing found is citation searching, also of a source that was searched too; its own name stays."""
    with small_review(tmp_path / "review.db") as store:
        run = add_run(
            store, {"pubmed": [paper(5), paper(81)], "crossref": [paper(82, source="crossref")]}, kind="snowball"
        )
        with store.transaction():
            store.execute("update searches set label = label || ' (citations)' where run_id = ?", (run,))
        flow = flow_from_store(store)
        told = said(store)
    assert (flow.databases, flow.citations) == (14, 2)
    assert flow.databases_by_name == (("PubMed", 10), ("CINAHL", 4))
    assert "PubMed (citations)" in told[5]
    assert "PubMed, searched through its programming interface" in told[1]
    assert "Crossref" not in told[1]


def test_an_updates_second_search_is_told_apart(tmp_path: Path) -> None:
    """What was revised since is a search of its own: its own file and heading, and the source keeps its name."""
    with small_review(tmp_path / "review.db") as store:
        run = add_run(store, {"pubmed": [paper(71)], "cinahl": []}, kind="update")
        with store.transaction():
            store.execute(
                "update searches set source = 'pubmed', kind = 'late' where run_id = ? and source = 'cinahl'", (run,)
            )
        names = sorted(name for name in histories(store) if "run2" in name)
        text = to_markdown(document(store))
        told = said(store)
    assert names == ["pubmed_run2.json", "pubmed_run2_late.json"]
    assert "(revised since), run 2" in text
    assert "revised since" not in told[1] + told[13]


def test_every_search_is_in_the_appendix_exactly_as_run(tmp_path: Path) -> None:
    """The appendix holds the text of each search, in a fence that no backtick in it can close."""
    with small_review(tmp_path / "review.db") as store:
        with store.transaction():
            store.execute("update searches set text = 'a ``` b\nc' where source = 'cinahl'")
        text = to_markdown(document(store))
    assert '("link worker*"[tiab] OR "health coach"[tiab])' in text
    assert "````text\na ``` b\nc\n````" in text
    assert text.count("**NOT STATED**") == 4


def test_a_search_that_failed_is_said_to_have_failed(tmp_path: Path) -> None:
    """The appendix names the state of a search that is not whole."""
    with small_review(tmp_path / "review.db") as store:
        add_run(store, {"cinahl": [paper(61, source="cinahl")]}, state="failed")
        assert "This search is failed: it did not answer." in to_markdown(document(store))


@given(st.text(max_size=80))
def test_any_text_is_text_in_every_form(text: str) -> None:
    """A heading, paragraph, code and cell of any text make well-formed HTML and DOCX that hold the text."""
    blocks = [Heading(1, text), Para(text), Code(text), Table(("a",), ((text,),))]
    ET.fromstring(f"<x>{to_html(blocks)}</x>")
    with zipfile.ZipFile(io.BytesIO(to_docx(blocks))) as archive:
        assert archive.testzip() is None
        root = ET.fromstring(archive.read("word/document.xml"))
        ET.fromstring(archive.read("word/styles.xml"))
    shown = "".join(run.text or "" for run in root.iter(f"{WORD}t"))
    kept = [char for char in text if char.isalnum() and not "\ud800" <= char <= "\udfff"]
    assert [char for char in shown if char.isalnum()].count("a") >= 1 + 4 * kept.count("a")
    assert "<script" not in to_html([Para("<script>" + text)])
    to_markdown(blocks).encode("utf-8")


def test_docx_is_the_same_bytes_each_time() -> None:
    """The same document gives the same file, so that files can be compared."""
    assert to_docx([Para("x")]) == to_docx([Para("x")])


def test_the_search_history_has_the_structures_keys(tmp_path: Path) -> None:
    """One object a search, with the keys of the published structure; what is unknown is null or empty."""
    with small_review(tmp_path / "review.db") as store:
        found = histories(store)
    assert sorted(found) == ["cinahl_run1.json", "nasp_run1.json", "prospero_run1.json", "pubmed_run1.json"]
    one = found["pubmed_run1.json"]
    assert list(one) == [
        "record_info", "authors", "date", "string_name", "keywords", "related_records", "parent_record", "platform",
        "database", "search_string", "search_field", "database_time_coverage", "search_time_span", "search_language",
        "settings", "quality_assurance", "validation_report", "peer_review", "description", "review_question",
        "review_type", "linked_protocol", "linked_report", "harvester",
    ]  # fmt: skip
    assert one["search_string"]["full_string"].startswith('("link worker*"[tiab] OR')
    assert one["keywords"] == ["link worker*", "health coach", "chronic illness*", "mental health"]
    assert one["database"] == ["PubMed"]
    assert one["peer_review"] == []
    assert one["harvester"]["records_found"] == 10
    assert len(one["date"]["search_conducted"].split(".")) == 3
    json.dumps(one)
