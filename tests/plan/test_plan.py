"""What would be sent: limits, windows, lines and losses of one search."""

from __future__ import annotations

from datetime import date

import pytest

from harvester.errors import StrategyError
from harvester.plan import make
from harvester.search import LossKind
from harvester.sources.base import SourceInfo
from harvester.strategy import load, read
from harvester.window import DateField, Window

ON = date(2026, 11, 22)
PUBMED = SourceInfo("pubmed", "PubMed", "api", "", "", "pubmed", tuple(DateField), 3, 10)
SITE = SourceInfo("nasp", "NASP", "site", "", "", "generic", (), 1, 1)
SMALL = '[[block]]\nname = "A"\nterms = ["coach*", "link worker"]\n[[block]]\nname = "B"\nterms = ["mental health"]\n'
LIMITS = '[limits]\nlanguage = "english"\npublished = "2017-2022"\nage = "adults"\nage_by = "exclude-children"\n'
CORE = '(coach*[tiab] OR "link worker"[tiab]) AND "mental health"[tiab]'
ADULTS = " NOT ((infant[mh] OR child[mh] OR adolescent[mh]) NOT adult[mh])"


def test_a_run_without_a_window_has_the_strategys_limits() -> None:
    """Language, publication years and age as the strategy says, the age as what is taken away."""
    search = make(read(SMALL + LIMITS), PUBMED, on=ON)
    assert search.text == f'({CORE} AND english[la] AND ("2017/01/01"[dp] : "2022/12/31"[dp])){ADULTS}'
    assert search.base == search.text
    assert search.window is None


def test_an_entry_window_takes_the_updates_publication_years() -> None:
    """The window is part of the text and not of the base; the first search's upper year no longer binds."""
    window = Window(DateField.ENTERED, date(2022, 8, 1), date(2023, 5, 31))
    search = make(read(SMALL + LIMITS), PUBMED, window=window, kind="update", on=ON)
    limits = 'english[la] AND ("2017/01/01"[dp] : "3000"[dp])'
    assert search.text == f'({CORE} AND {limits} AND ("2022/08/01"[crdt] : "2023/05/31"[crdt])){ADULTS}'
    assert search.base == f"({CORE} AND {limits}){ADULTS}"
    assert search.window == window


def test_an_updates_own_publication_years_are_used() -> None:
    """`update.published` replaces the limit of the first search."""
    strategy = read(SMALL + '[limits]\npublished = "2017-2022"\n[update]\npublished = "2020-2024"\n')
    window = Window(DateField.ENTERED, date(2022, 8, 1), None)
    search = make(strategy, PUBMED, window=window, kind="update", on=ON)
    assert search.base == f'{CORE} AND ("2020/01/01"[dp] : "2024/12/31"[dp])'
    assert search.text == f'{search.base} AND ("2022/08/01"[crdt] : "3000"[crdt])'


def test_a_publication_window_replaces_the_publication_limit() -> None:
    """Only the window's own dates stand in the text."""
    window = Window(DateField.PUBLISHED, date(2022, 8, 1), date(2023, 5, 31))
    search = make(read(SMALL + '[limits]\npublished = "2017-2022"\n'), PUBMED, window=window, on=ON)
    assert search.text == f'{CORE} AND ("2022/08/01"[dp] : "2023/05/31"[dp])'
    assert search.base == CORE


def test_as_of_a_day_is_part_of_the_base() -> None:
    """A run as of a day keeps to what was created by then, however it is sliced."""
    search = make(read(SMALL), PUBMED, on=ON, as_of=date(2022, 7, 31))
    assert search.base == search.text == f'{CORE} AND ("1800/01/01"[crdt] : "2022/07/31"[crdt])'


def test_the_lines_are_numbered_terms_then_blocks_then_all_then_limits_then_the_total() -> None:
    """The librarian's table, in its order."""
    search = make(read(SMALL + '[limits]\nlanguage = "english"\n'), PUBMED, on=ON)
    assert [(line.number, line.block, line.label, line.text) for line in search.lines] == [
        (1, "A", "coach*", "coach*[tiab]"),
        (2, "A", "link worker", '"link worker"[tiab]'),
        (3, "B", "mental health", '"mental health"[tiab]'),
        (4, "A", "A", 'coach*[tiab] OR "link worker"[tiab]'),
        (5, "B", "B", '"mental health"[tiab]'),
        (6, "", "A AND B", CORE),
        (7, "", "language: english", "english[la]"),
        (8, "", "total", f"{CORE} AND english[la]"),
    ]


def test_table_1_has_its_24_terms_as_the_first_lines() -> None:
    """Lines 1 to 24 are the reference review's terms, 25 and 26 its blocks, 27 both."""
    search = make(load("link-workers"), PUBMED, on=ON)
    assert search.lines[0].text == '"Social prescribing link worker*"[tiab]'
    assert search.lines[23].text == '"mental health"[tiab]'
    assert [line.block for line in search.lines[24:27]] == ["SPLW", "LTC", ""]
    assert search.lines[-1].text == search.text


def test_how_the_age_limit_was_applied_is_said() -> None:
    """Left to screening or taken away by NOT: the losses say which."""
    screening = make(read(SMALL + '[limits]\nage = "adults"\n'), PUBMED, on=ON)
    assert screening.text == CORE
    assert [loss.what for loss in screening.losses] == ["age: adults"]
    excluded = make(read(SMALL + LIMITS), PUBMED, on=ON)
    assert "not indexed yet stays in" in excluded.losses[0].why


def test_a_term_that_cannot_be_said_is_a_loss_and_an_empty_line() -> None:
    """The term is left out of its block, its line holds nothing to send, and the loss names it."""
    search = make(read('[[block]]\nterms = ["coach*", "tb*"]\n'), PUBMED, on=ON)
    assert search.text == "coach*[tiab]"
    assert [line.text for line in search.lines][:2] == ["coach*[tiab]", ""]
    assert [(loss.kind, loss.what) for loss in search.losses] == [(LossKind.DROPPED, "tb*")]


def test_a_site_gets_the_generic_text_and_no_window() -> None:
    """A site is read whole and matched here; the window that it cannot honour is said to be widened."""
    window = Window(DateField.ENTERED, date(2022, 8, 1), None)
    search = make(read(SMALL), SITE, window=window, kind="update", on=ON)
    assert search.text == search.base == '(coach* OR "link worker") AND "mental health"'
    assert search.window is None
    assert search.losses[0].kind is LossKind.WIDENED


def test_a_sources_own_text_is_sent_as_it_stands() -> None:
    """[sources.NAME] query replaces the blocks, and first bounds it; both are said."""
    strategy = read(SMALL + '[sources.google-scholar]\nquery = "social prescribing link worker"\nfirst = 100\n')
    scholar = SourceInfo("google-scholar", "Google Scholar", "import", "", "", "scholar", (), 1, 1)
    search = make(strategy, scholar, on=ON)
    assert (search.text, search.first_n) == ("social prescribing link worker", 100)
    assert search.losses[0].kind is LossKind.DROPPED


def test_a_term_that_cannot_be_read_is_placed_in_the_file() -> None:
    """The place in the message is the file's, not the term's."""
    with pytest.raises(StrategyError) as caught:
        make(read('[[block]]\nterms = ["coach",\n  "link (worker"]\n', "s.toml"), PUBMED, on=ON)
    assert (caught.value.file, caught.value.line, caught.value.column) == ("s.toml", 3, 9)


def test_a_window_by_revision_takes_the_sources_other_dates_of_it_too() -> None:
    """PubMed's [lr] need not move when MeSH headings come, so that [mhda] stands beside it."""
    from harvester.sources.pubmed import PubMed

    window = Window(DateField.MODIFIED, date(2022, 8, 1), date(2023, 5, 31))
    search = make(read(SMALL), PubMed.info, window=window, kind="update", on=ON)
    days = '("2022/08/01"[lr] : "2023/05/31"[lr]) OR ("2022/08/01"[mhda] : "2023/05/31"[mhda])'
    assert search.text == f"{CORE} AND ({days})"
    again = PubMed().revised(search, ["1", "2"])
    assert again is not None
    assert again.text == f"((1[uid] OR 2[uid]) NOT ({CORE})) AND ({days})"
