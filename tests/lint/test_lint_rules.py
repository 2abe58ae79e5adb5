"""The rules of `check`: what they find, where, and what they leave alone."""

from __future__ import annotations

from datetime import date

import pytest

from harvester.lint import RULES, check, check_query
from harvester.strategy import load, read

NOW = date(2026, 11, 22)


def codes(*terms: str, on: date = NOW, more: str = "") -> list[tuple[str, int, int]]:
    """Codes and places found in a strategy of one block, for PubMed."""
    listed = "".join(f"  {term!r},\n" for term in terms)
    strategy = read(f"[[block]]\nterms = [\n{listed}]\n{more}", "s.toml")
    return [(found.code, found.line, found.column) for found in check(strategy, ["pubmed"], on)]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (("coach*", "tb*"), [("loss-dropped", 4, 4)]),
        (("“link worker”", "guide"), [("smart-quotes", 3, 4)]),
        (("health coach*", "Health coach*"), [("duplicate-term", 4, 4)]),
        (("coach*", "coaches"), [("swallowed-term", 4, 4)]),
        (("health coach*", "health coaching"), [("swallowed-term", 4, 4)]),
        (("comorbidit*",), [("hyphen-variant", 3, 4)]),
        (("comorbidit*", "co-morbidit*"), []),
        (("behaviour*",), [("spelling-variant", 3, 4)]),
        (("behaviour*", "behavior*"), []),
        (("programme*", "program*"), [("swallowed-term", 3, 4)]),
        (("a OR b AND c",), [("mixed-operators", 3, 4)]),
        (("wom?n*",), [("loss-widened", 3, 4), ("loss-dropped", 3, 4), ("cannot-be-written", 0, 0)]),
        (("coach NEAR/3 work*",), [("loss-widened", 3, 4)]),
        (("coach*", "navigator*"), []),
    ],
)
def test_what_is_found_in_terms(terms: tuple[str, ...], expected: list[tuple[str, int, int]]) -> None:
    """Each rule names the term's own place in the file."""
    found = codes(*terms)
    assert set(expected) <= set(found)
    assert {code for code, _, _ in found} <= {code for code, _, _ in expected}


def test_the_strategys_date_decides_about_wildcards() -> None:
    """A stem inside a phrase is an error by the rules before June 2024 and nothing after."""
    assert codes("social refer* link work*", "coach*") == []
    assert ("loss-dropped", 3, 4) in codes("social refer* link work*", "coach*", on=date(2024, 6, 2))


def test_an_update_by_publication_date_is_warned_of() -> None:
    """Publication dates alone miss what enters a database late."""
    assert ("update-by-publication", 0, 0) in codes("coach*", more='[update]\nby = "published"\n')


def test_table_1_has_no_errors_and_its_known_gaps() -> None:
    """The reference review lacks hyphenated variants; nothing in it is an error."""
    found = check(load("link-workers"), ["pubmed"], NOW)
    assert {message.severity for message in found} == {"info"}
    variants = {message.suggestion for message in found if message.code == "hyphen-variant"}
    assert {"Add 'co-morbidit*'.", "Add 'multi-morbidit*'.", "Add 'long-term condition*'."} <= variants


@pytest.mark.parametrize(
    "text",
    [
        "asthma[tiab] NOT (animals[mh] NOT humans[mh])",
        'asthma[tiab] AND ("last 5 years"[dp])',
        "(asthma[tiab] OR copd[tiab]) english[la]",
        "asthma[tiab] AND nature[jour]",
        '"vaccin* schedul*"[tiab]',
        '"scratch cat*"[tiab]',
    ],
)
def test_no_false_alarm(text: str) -> None:
    """What PubMed takes as it is meant is left alone."""
    assert check_query(text, "pubmed", NOW) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("asthma[tiab] AND adult[mh]", "indexed-only-limit"),
        ("2022/08/01:2023/05/31[edat] AND asthma[tiab]", "entry-date"),
        ('"social work*"[tiab:~3]', "wildcard-in-proximity"),
        ("link worker[tiab]", "unquoted-phrase"),
        ("a[ti] OR b[ti] AND c[ti]", "mixed-operators"),
        ("a[ti] and b[ti]", "lower-case-operator"),
        ("*Skin[mh]", "star-before-heading"),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 OR #1", "repeated-line"),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 AND c[ti]", "unused-line"),
    ],
)
def test_what_is_found_in_a_pubmed_query(text: str, code: str) -> None:
    """Each rule finds its example."""
    assert code in {message.code for message in check_query(text, "pubmed", NOW)}


def test_every_code_is_documented() -> None:
    """A rule says what it is for and shows an example."""
    assert all(rule.summary and rule.example for rule in RULES.values())


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("ALL=(" + " OR ".join(f"coach{number}" for number in range(51)) + ")", "wos", True),
        ("ALL=(" + " OR ".join(f"coach{number}" for number in range(50)) + ")", "wos", False),
        ("TS=(" + " OR ".join(f"coach{number}" for number in range(51)) + ")", "wos", False),
    ],
)
def test_web_of_science_takes_49_operators_in_all_fields(text: str, dialect: str, expected: bool) -> None:
    """More are an error there, and only where all fields are asked."""
    codes = {message.code for message in check_query(text, dialect, date(2026, 11, 22))}
    assert ("too-many-operators" in codes) is expected


@pytest.mark.parametrize(
    "text",
    [
        'coach[tiab] NOT ("Animals"[Mesh] NOT ("Animals"[Mesh] AND "Humans"[Mesh]))',
        'coach[tiab] AND "last 5 years"[dp]',
        "coach[tiab] guide[tiab]",
        "coach[tiab] AND bmj[jour]",
    ],
)
def test_no_false_alarm_on_what_is_usual(text: str) -> None:
    """The animal filter, a relative date, implicit AND and a journal raise no warning and no error."""
    found = check_query(text, "pubmed", date(2026, 11, 22))
    assert [message for message in found if message.severity != "info"] == []
