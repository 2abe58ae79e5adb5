"""Names of journals, and volumes that hold something else. All examples but names of real journals are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe.fields import numbers
from harvester.dedupe.journals import compare_journals, journal_words
from harvester.dedupe.prepare import prepare
from harvester.dedupe.row import Row

ONE = "abbreviated"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Lancet", "The Lancet", "equal"),
        ("Journal of Pharmacy and Pharmacology", "J. Pharm. Pharmacol.", ONE),
        ("Proceedings of the Academy of Gardens of the United States of America", "Proc Acad Gard U S A", ONE),
        ("JAMA", "Journal of the American Medical Association", ONE),
        ("JAMA-JOURNAL OF THE AMERICAN MEDICAL ASSOCIATION", "Journal of the American Medical Association", ONE),
        ("International Conference on Information Systems", "ICIS Transforming Society", ONE),
        ("Angewandte Chemie", "Angew Chem Int Ed Engl", ONE),
        ("Journal of Hand Surgery", "J Hand Surg Am", ONE),
        ("Acta psychiatrica Scandinavica", "Acta Psychiatr. Scand. Suppl", ONE),
        ("Journal of Otolaryngology", "Journal of Otolaringology", ONE),
        ("Neuro-Oncology Practice", "Neurooncol Pract", ONE),
        ("Jpn J Radiol", "Japanese Journal of Radiology", ONE),
        ("J Natl Inst Gard", "Journal of the National Institute of Gardens", ONE),
        ("Gardens Dev Ctries", "Gardens in Developing Countries", ONE),
        ("Auton. Neurosci.", "Autonomic neuroscience: basic and clinical", ONE),
        ("Diabetes Metab Res Rev", "Diabetes/Metabolism Research and Reviews", ONE),
        ("Molecular Brain Research", "Brain research. Molecular brain research", ONE),
        ("Trials", "Trials [electronic resource]", "equal"),
        ("American Journal of Psychiatry", "American Journal of Geriatric Psychiatry", "different"),
        ("American Journal of Pathology", "American Journal of Hematology", "different"),
        ("Journal of Clinical Oncology", "Journal of Thoracic Oncology", "different"),
        ("European Conference on Information Systems", "Americas Conference on Information Systems", "different"),
        ("Journal of Neurology", "J Neurol Sci", ""),
        ("Brain", "Brain Research", ""),
        ("Circulation", "Circulation: Heart Failure", ""),
        ("Virology", "Virology Journal", ""),
        ("European Heart Journal", "European Heart Journal Case Reports", ""),
        ("Psychiatry Res", "Psychiatry Research - Neuroimaging", ""),
        ("Breast Cancer", "Breast Cancer Research", ""),
    ],
)
def test_journals(a: str, b: str, expected: str) -> None:
    """A name and its abbreviation are one journal; one that has a word more may be another, so nothing is said."""
    one, other = journal_words(a), journal_words(b)
    assert compare_journals(one, other) == expected
    assert compare_journals(other, one) == expected


@given(st.text("abcdn ./:-[]()Y", max_size=30), st.text("abcdn ./:-[]()Y", max_size=30))
def test_journals_are_compared_both_ways(a: str, b: str) -> None:
    """Whatever two names are made of, the answer does not depend on their order, and a name equals itself."""
    one, other = journal_words(a), journal_words(b)
    assert compare_journals(one, other) == compare_journals(other, one)
    assert compare_journals(one, one) == "equal"


def test_a_number_of_another_journal_says_nothing() -> None:
    """One ISSN under two names of journals is neither the same journal nor another; under one name it is the same."""
    base = Row("a", "T", journal="Neurology of Gardens", isbn="0172-780X")
    other = Row("b", "T", journal="Activities of Rest", isbn="0172-780X (Print)")
    assert numbers(prepare(base), prepare(other)).journal == ""
    assert numbers(prepare(base), prepare(replace(other, journal=""))).journal == "equal"
    assert numbers(prepare(base), prepare(replace(other, journal="Neurol Gard"))).journal == "equal"


def test_a_supplements_number_for_the_volume_says_nothing() -> None:
    """Where one source writes the issue into the volume, the volumes do not differ."""
    one = prepare(Row("a", "T", volume="62", issue="Suppl. 1"))
    assert numbers(one, prepare(Row("b", "T", volume="1"))).volume == ""
    assert numbers(one, prepare(Row("b", "T", volume="2"))).volume == "different"
    assert numbers(one, prepare(Row("b", "T", volume="1", issue="3"))).volume == "different"
