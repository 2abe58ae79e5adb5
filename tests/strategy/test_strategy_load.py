"""Reading strategy files: the values, their places, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.errors import StrategyError, UsageError
from harvester.strategy import Years, load, read

SMALL = '[[block]]\nname = "A"\nterms = ["coach*"]\n'


def test_table_1_is_read_exactly() -> None:
    """The packaged strategy holds the reference review's 14 and 10 terms, as printed."""
    strategy = load("link-workers")
    assert [len(block.terms) for block in strategy.blocks] == [14, 10]
    assert strategy.blocks[0].terms[0].text == "Social prescribing link worker*"
    assert strategy.blocks[0].terms[1].text == "social refer* link work*"
    assert strategy.blocks[1].terms[-1].text == "mental health"
    assert strategy.limits.languages == ("english",)
    assert strategy.limits.published == Years("2017", "2022")
    assert (strategy.update.by, strategy.update.overlap_days) == ("entered", 30)
    assert "referral" in strategy.expansions["refer*"]
    assert len(strategy.sha256) == 64


def test_a_term_knows_its_line_and_column() -> None:
    """The place of a term is that of its first character, behind quotes and escapes."""
    strategy = read('[[block]]\nterms = [ # one\n  "ab",\n\t\'cd\', "\\"e f\\" OR g"]\n', "s.toml")
    places = [(term.text, term.line, term.column) for term in strategy.blocks[0].terms]
    assert places == [("ab", 3, 4), ("cd", 4, 3), ('"e f" OR g', 4, 9)]
    assert strategy.blocks[0].terms[2].place(2) == (4, 12)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("[reveiw]\n" + SMALL, (1, 2), "review"),
        (SMALL + '[limits]\nlanguages = "english"\n', (5, 1), "'language'"),
        (SMALL + "[review]\nsearched_on = 2022-07-31\n", (5, 1), "'date'"),
        ('[[block]]\nterm = ["a"]\n', (2, 1), "'terms'"),
        ('[[block]]\nterms = "coach"\n', (2, 1), "terms = ["),
        ('[[block]]\nterms = ["a", 3]\n', (2, 15), "quotes"),
        ('[[block]]\nterms = ["a", ""]\n', (2, 15), "Remove"),
        ('[[block]]\nterms = ["a" "b"]\n', (2, 14), "comma"),
        (SMALL + '[limits]\npublished = "2022-2017"\n', (5, 1), '"2017-2022"'),
        (SMALL + '[limits]\npublished = "soon"\n', (5, 1), "2017-2022"),
        (SMALL + '[limits]\nage_by = "exclude"\n', (5, 1), "exclude-children"),
        (SMALL + '[update]\nby = "entry"\n', (5, 1), "entered"),
        (SMALL + "[update]\noverlap_days = -1\n", (5, 1), "overlap_days = 30"),
        (SMALL + '[expand]\n"refer*" = ["referral", "preferred"]\n', (5, 25), "Remove"),
        (SMALL + '[expand]\nrefer = ["referral"]\n', (5, 1), '"refer*"'),
        (SMALL + '[sources]\nuse = "pubmed"\n', (5, 1), "use = ["),
        (SMALL + "[sources.google-scholar]\nfrist = 100\n", (5, 1), "'first'"),
        (SMALL + '[[block]]\nname = "A"\nterms = ["b"]\n', (5, 1), "its own name"),
        ("", (1, 1), "[[block]]"),
    ],
)
def test_a_wrong_file_says_where_and_what_to_write(text: str, place: tuple[int, int], said: str) -> None:
    """Each mistake is a StrategyError with the file, the line, the column and a hint that names the cure."""
    with pytest.raises(StrategyError) as caught:
        read(text, "s.toml")
    assert (caught.value.line, caught.value.column) == place
    assert said in caught.value.hint
    assert str(caught.value).startswith(f"s.toml:{place[0]}:{place[1]}: ")


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    """A misspelt strategy name is a usage error that names the right one."""
    with pytest.raises(UsageError) as caught:
        load("link-worker")
    assert "link-workers" in caught.value.hint


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    """Latin-1 text is refused with its line instead of being read wrongly."""
    path = tmp_path / "s.toml"
    path.write_bytes(b'[[block]]\nterms = ["sant\xe9"]\n')
    with pytest.raises(StrategyError) as caught:
        load(path)
    assert caught.value.line == 2


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """A file saved by Notepad is read like any other."""
    path = tmp_path / "s.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(path).blocks[0].terms[0].text == "coach*"


def test_a_text_file_is_one_query_in_a_databases_language(tmp_path: Path) -> None:
    """A .txt file has no blocks: its text is kept whole, in PubMed's language unless another is named."""
    path = tmp_path / "old.txt"
    path.write_text("coach*[tiab]")
    strategy = load(path)
    assert (strategy.name, strategy.dialect, strategy.raw, strategy.blocks) == ("old", "pubmed", "coach*[tiab]", ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"2017-2022"', Years("2017", "2022")),
        ('"2017-"', Years("2017", "")),
        ('"-2022"', Years("", "2022")),
        ("2020", Years("2020", "2020")),
        ('"2017-03 to 2022-07-31"', Years("2017-03", "2022-07-31")),
        ('"2017–2022"', Years("2017", "2022")),
    ],
)
def test_ranges_of_years(written: str, expected: Years) -> None:
    """Publication dates are taken as years, months or days, with open ends."""
    assert read(SMALL + f"[limits]\npublished = {written}\n").limits.published == expected
