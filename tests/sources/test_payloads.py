"""Real recordings beside the checkout, read: the fields of chosen records, compared with the recording by hand once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvester import sources
from harvester.http import Answer
from harvester.record import Record
from harvester.sources.api import Api
from harvester.sources.base import Page

INTENTION = (
    "Investigating Patients\u2019 Intention to Continue Using Teleconsultation to Anticipate Postcrisis Momentum: "
    "Survey Study"
)
WHEN = datetime(2026, 11, 22, tzinfo=UTC)


def read(shared: Path, name: str, file: str) -> dict[str, Record]:
    """The records of a recorded answer by their ids; every item has to be one."""
    source = sources.get(name)
    page = Page("records", "GET", 200, (shared / "payloads" / file).read_bytes(), WHEN, "")
    items = list(source.items(page))
    assert [item.error for item in items if item.error] == []
    records = [source.record(item) for item in items]
    assert len({record.source_id for record in records}) == len(records)
    return {record.source_id: record for record in records}


def told(record: Record) -> dict[str, Any]:
    """A record's fields as they are compared here: the abstract by its length in characters only."""
    first = record.authors[0] if record.authors else None
    return {
        "title": record.title,
        "first": (first.family, first.given) if first else None,
        "authors": len(record.authors),
        "where": record.journal or record.book_title,
        "place": (record.volume, record.issue, record.pages),
        "published": record.published.iso,
        "abstract": sum(len(part.text) for part in record.abstract),
        "doi": record.doi,
        "pmid": record.pmid,
    }


def row(*values: Any) -> dict[str, Any]:
    """The expected fields, in the order of `told`."""
    names = ("title", "first", "authors", "where", "place", "published", "abstract", "doi", "pmid")
    return dict(zip(names, values, strict=True))


# source, recording, how many records, id, its fields
CASES: list[tuple[str, str, int, str, dict[str, Any]]] = [
    ("europe-pmc", "europepmc/fastpaper_europepmc_search.json", 3, "MED:41744547", row(
        "Space Human-Robot Interaction with Gaze Tracking Based on Attention Mechanism.", ("Dai", "Lihong"), 3,
        "Biomimetics (Basel, Switzerland)", ("11", "2", "103"), "2026-02", 1204, "10.3390/biomimetics11020103",
        "41744547")),
    ("europe-pmc", "europepmc/fastpaper_europepmc_search.json", 3, "PMC:PMC13013079", row(
        "Interactive behavior recognition and feedback optimization strategy for medical teaching based on attention "
        "mechanism", ("Li", "Hongwei"), 3, "Frontiers in medicine", ("13", "", ""), "2026-03-26", 0, "", "")),
    ("openalex", "openalex/fastpaper_openalex_search.json", 3, "W3146366485", row(
        "A review on the attention mechanism of deep learning", ("Niu", "Zhaoyang"), 3, "Neurocomputing",
        ("452", "", "48-62"), "2021-04-01", 0, "10.1016/j.neucom.2021.03.091", "")),
    ("openalex", "openalex/fastpaper_openalex_search.json", 3, "W2023053047", row(
        "Saccade target selection and object recognition: Evidence for a common attentional mechanism",
        ("Deubel", "Heiner"), 2, "Vision Research", ("36", "12", "1827-1837"), "1996-06-01", 0,
        "10.1016/0042-6989(95)00294-4", "8759451")),
    ("crossref", "crossref/fastpaper_crossref_search.json", 3, "10.3390/s24248187", row(
        "Probabilistic Attention Map: A Probabilistic Attention Mechanism for Convolutional Neural Networks",
        ("Liu", "Yifeng"), 2, "Sensors", ("24", "24", "8187"), "2024-12-22", 1379, "10.3390/s24248187", "")),
    ("semantic-scholar", "semanticscholar/fastpaper_semantic_search.json", 3,
     "0e17997cdc00e7011743c8e376f06701a9d91755", row(
        "CrossFuse: A novel cross attention mechanism based infrared and visible image fusion approach",
        ("Li", "Hui"), 2, "Information Fusion", ("", "", ""), "2024", 171, "10.1016/j.inffus.2023.102147", "")),
    ("semantic-scholar", "semanticscholar/vcr/test_search_paper_bulk_retrieval/00.json", 1000,
     "0018ce3db8f9957b520d6b7e0cec84abfa230e1c", row(
        "Kubernetes Cluster for Automating Software Production Environment", None, 0, "", ("", "", ""), "", 0, "",
        "")),
    ("doaj", "doaj/fastpaper_doaj_search.json", 3, "000467184ca2468f921d08c2074a7fab", row(
        "Small Object Detection Algorithm Based on Improved YOLOv8 for Remote Sensing", ("Yi", "Hao"), 4,
        "IEEE Journal of Selected Topics in Applied Earth Observations and Remote Sensing", ("17", "", "1734-1747"),
        "2024", 1291, "10.1109/jstars.2023.3339235", "")),
    ("core", "core/fastpaper_core_search.json", 1, "58971691", row(
        "Speech Emotion Recognition Using Multi-hop Attention Mechanism", ("Byun", "Seokhyun"), 4, "", ("", "", ""),
        "2019-05-09", 1291, "10.1109/icassp.2019.8683483", "")),
    ("openaire", "openaire/fastpaper_openaire_graph_v3.json", 5, "doi_dedup___::e1bdaa7c0656745b7f6c18ae4c0eea19", row(
        "Open Sharing During COVID-19: CRISPR-Based Detection Tools", ("Tsang", "Jennifer"), 2, "The CRISPR Journal",
        ("3", "", "142-145"), "2020-06-01", 0, "10.1089/crispr.2020.0030", "33560914")),
    ("openaire", "openaire/fastpaper_openaire_graph_v3.json", 5, "r3c4b2081b22::2f722a6f651d1ef37b49d3e78571648e", row(
        "Design and validate probes for CRISPR ON, CRISPR/CAS9, CRISPR/CAS13", None, 0, "", ("", "", ""), "", 67, "",
        "")),
    ("zenodo", "zenodo/fastpaper_zenodo_search.json", 3, "10635481", row(
        "News Recommendation with Attention Mechanism", ("Liu", "Tianrui"), 5,
        "Journal of Industrial Engineering and Applied Science", ("2", "1", "21-26"), "2024-02-12", 580,
        "10.5281/zenodo.10635481", "")),
    ("hal", "hal/fastpaper_hal_search.json", 3, "hal-04637647", row(
        "Attention Mechanism, Transformers, BERT, and GPT: Tutorial and Survey", ("Ghojogh", "Benyamin"), 2, "",
        ("", "", ""), "2020", 789, "", "")),
    ("medrxiv", "preprints/fastpaper_medrxiv_search.json", 100, "10.1101/2023.10.20.23297293v2", row(
        "Understanding the variant landscape, and genetic epidemiology of Multiple Endocrine Neoplasia in India",
        ("Vatsyayan", "A."), 15, "medRxiv", ("", "", ""), "2024-01-01", 2492, "10.1101/2023.10.20.23297293", "")),
    ("biorxiv", "preprints/fastpaper_biorxiv_search.json", 100, "10.1101/029900v3", row(
        "Adaptation to heavy-metal contaminated environments proceeds via selection on pre-existing genetic variation",
        ("Wright", "K. M."), 21, "bioRxiv", ("", "", ""), "2024-12-16", 1788, "10.1101/029900", "")),
    ("greyguide", "oai_pmh/sickle/ListRecords.xml", 1, "oai:test.example.com:1585322", row(
        "Sample Title", ("Doe", "John"), 4, "Sample Source", ("", "", ""), "2010", 446, "", "")),
    ("web-of-science-expanded", "wos/sul_pub_vcr/UserQuery_loadTimeSpan_paged/00.xml", 36, "WOS:001528787300001", row(
        "Semi-supervised data-integrated feature importance enhances performance and interpretability of biological "
        "classification tasks", ("Kim", "Jun W."), 2, "BIOINFORMATICS", ("41", "", "i373-i381"), "2025-07", 1254,
        "10.1093/bioinformatics/btaf190", "40662781")),
    ("web-of-science-expanded", "wos/sul_pub_vcr/DoiSearch_hit/02.xml", 1, "WOS:000305547700005", row(
        "The T3-induced gene KLF9 regulates oligodendrocyte differentiation and myelin regeneration",
        ("Dugas", "Jason C."), 3, "MOLECULAR AND CELLULAR NEUROSCIENCE", ("50", "1", "45-57"), "2012-05", 1615,
        "10.1016/j.mcn.2012.03.007", "22472204")),
    ("ebsco-eds", "eds_api/ebsco_vcr/test_results_list/03.json", 1, "cat02060a:d.uga.4083378", row(
        "Volcano. [electronic resource] : [nature and culture].", ("Hamilton", "James"), 1,
        "Volcano [electronic resource] : [nature and culture].", ("", "", ""), "2012", 0, "", "")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "number", "identifier", "expected"), CASES)
def test_a_recording_is_read(
    shared_data: Path, name: str, file: str, number: int, identifier: str, expected: dict[str, Any]
) -> None:
    """Every item of a real answer is a record, and the chosen one says what the answer says."""
    records = read(shared_data, name, file)
    assert len(records) == number
    assert told(records[identifier]) == expected


def answer(body: bytes, media_type: str = "application/json") -> Answer:
    """An answer as the client gives it."""
    return Answer(200, body, media_type, "https://example.org", "GET https://example.org", WHEN)


@pytest.mark.parametrize(
    ("name", "file", "total", "following"),
    [
        ("europe-pmc", "europepmc/fastpaper_europepmc_search.json", 993768, "AoIIQYg13Sg1NTE5MTg0MQ=="),
        ("openalex", "openalex/fastpaper_openalex_search.json", 4013744, ""),
        ("crossref", "crossref/fastpaper_crossref_search.json", 668843, "3"),
        ("core", "core/fastpaper_core_search.json", 2129241, ""),
        ("doaj", "doaj/fastpaper_doaj_search.json", 33928, "2"),
        ("openaire", "openaire/fastpaper_openaire_graph_v3.json", 108712, ""),
        ("zenodo", "zenodo/fastpaper_zenodo_search.json", 105301, "2"),
        ("hal", "hal/fastpaper_hal_search.json", 2782, ""),
        ("medrxiv", "preprints/fastpaper_medrxiv_search.json", 15523, "100"),
        ("greyguide", "oai_pmh/sickle/ListRecords.xml", 8, "ListRecords2.xml"),
        ("greyguide", "oai_pmh/sickle/noRecordsMatch.xml", 0, ""),
        ("web-of-science-expanded", "wos/sul_pub_vcr/RestLinks_error/00.json", 0, ""),
        ("semantic-scholar", "semanticscholar/vcr/test_empty_paginated_results/00.json", 0, ""),
        ("ebsco-eds", "eds_api/ebsco_vcr/test_results_list/03.json", 119659, "2"),
    ],
)
def test_a_recording_says_how_many_there_are(
    shared_data: Path, name: str, file: str, total: int, following: str
) -> None:
    """The whole count of a real answer, and where its next listing begins."""
    source = sources.get(name)
    assert isinstance(source, Api)
    listing = source.listing(answer((shared_data / "payloads" / file).read_bytes()))
    assert (listing.total, listing.next) == (total, following)


@pytest.mark.parametrize(
    ("file", "identifier", "expected"),
    [
        (
            "crossref/colrev/10.1177_02683962211048201.json",
            "10.1177/02683962211048201",
            ("Artificial intelligence and the conduct of literature reviews", "2022-06", "2021-10-08", "37", "209-226"),
        ),
        (
            "crossref/colrev/10.2196_22081.json",
            "10.2196/22081",
            (
                INTENTION,
                "2020-11-26",
                "2020-11-26",
                "22",
                "e22081",
            ),
        ),
    ],
)
def test_a_single_work_of_crossref_is_read(
    shared_data: Path, file: str, identifier: str, expected: tuple[str, ...]
) -> None:
    """A work as `/works/DOI` gives it: printed and online dates apart, the preprint as a tie."""
    import json

    from harvester.sources.crossref import work

    held = json.loads((shared_data / "payloads" / file).read_bytes())
    record = work(held.get("message", held), "crossref")
    assert record.source_id == identifier
    said = (record.title, record.published.iso, record.published_online.iso, record.volume, record.pages)
    assert said == expected
    ties = [(tie.kind, tie.doi) for tie in record.relations]
    assert ties == ([("UpdateOf", "10.2196/preprints.22081")] if "22081" in identifier else [])
