"""Whole words for truncated ones, from a list or from records; the one function behind `translate`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import cli
from harvester.dialects import get
from harvester.dialects.translate import translate, translate_all
from harvester.dialects.vocabulary import MOST_WORDS, expand, read_list, words_of
from harvester.errors import StrategyError
from harvester.strategy import read

QUERY = get("generic").read("social refer* link")
BEFORE = date(2022, 7, 1)


def test_a_list_holds_a_word_a_line_with_or_without_a_number() -> None:
    """Tabs, commas and blanks part the number; comments and blank lines are passed over; a phrase is refused."""
    assert read_list("\ufeffReferral\t20\nreferred,5\n\n# no\nrefers 2 # yes\n") == {
        "referral": 20,
        "referred": 5,
        "refers": 2,
    }
    with pytest.raises(ValueError, match="line 2"):
        read_list("a\nlink worker\n")


def test_words_are_counted_in_small_letters_and_by_their_parts() -> None:
    """A hyphenated word counts as a whole and for each part; numbers are no words."""
    assert words_of(["Well-being 2022, the patient’s"]) == {
        "well-being": 1,
        "well": 1,
        "being": 1,
        "the": 1,
        "patient’s": 1,
    }


def test_the_strategys_own_expansions_come_first() -> None:
    """What [expand] says is left alone; other stems are written out from the vocabulary."""
    words = {"referral": 3, "refers": 1, "prefer": 9, "linked": 1}
    assert expand(QUERY, words) == ({"refer*": ("referral", "refers")}, [])
    assert expand(QUERY, words, {"refer*": ("x",)}) == ({"refer*": ("x",)}, [])
    assert expand(QUERY, {"prefer": 9}) == ({}, [])


def test_a_stem_of_very_many_words_keeps_the_commonest_and_says_so() -> None:
    """What the limit leaves out is named among the losses."""
    words = {f"refer{chr(97 + number // 26)}{chr(97 + number % 26)}": number for number in range(MOST_WORDS + 2)}
    made, losses = expand(QUERY, words)
    assert len(made["refer*"]) == MOST_WORDS
    assert [(loss.kind.value, loss.what) for loss in losses] == [("narrowed", "refer*")]
    assert "referab, referaa" in losses[0].why
    assert translate(QUERY, "pubmed", on=BEFORE, vocabulary=words).losses[-1] == losses[0]
    assert losses[0] not in translate(QUERY, "pubmed", on=date(2026, 1, 1), vocabulary=words).losses


def test_a_vocabulary_saves_what_a_database_cannot_truncate() -> None:
    """PubMed before June 2024: dropped without a vocabulary, written out and named with one."""
    with pytest.raises(StrategyError):
        translate(QUERY, "pubmed", on=BEFORE)
    made = translate(QUERY, "pubmed", on=BEFORE, vocabulary={"referral": 3, "refers": 1})
    assert made.text.count('"social referral link"') == 1
    assert made.losses[0].kind.value == "narrowed"
    assert "refer* as referral, refers" in made.losses[0].why


def test_several_languages_at_once_keep_their_errors_apart() -> None:
    """A language that cannot say the search is an outcome with an error that names the file."""
    strategy = read('[[block]]\nterms = ["social refer* link"]\n', "s.toml")
    ovid, pubmed = translate_all(strategy, ("ovid", "pubmed"), on=BEFORE)
    assert ovid.translation is not None
    assert ovid.translation.text == "social refer* link.ti,ab,kf."
    assert pubmed.translation is None
    assert pubmed.error is not None
    assert pubmed.error.file == "s.toml"


def test_translate_takes_a_list_of_words(tmp_path: Path) -> None:
    """`--vocabulary FILE` writes its words out; a list that is none is refused with exit code 2."""
    strategy, words = tmp_path / "s.toml", tmp_path / "words.txt"
    strategy.write_text('[[block]]\nterms = ["social refer* link"]\n')
    words.write_text("referral\nrefers\n")
    asked = ["translate", str(strategy), "--to", "pubmed", "--on", "2022-07-01", "--vocabulary", str(words)]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0
    assert '"social refers link"' in done.stdout
    words.write_text("two words\n")
    assert "no single word" in str(CliRunner().invoke(cli, asked).exception)
