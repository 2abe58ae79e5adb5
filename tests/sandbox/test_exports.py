"""Files as closed databases would export them, written by the sandbox."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harvester import strategy as strategies
from harvester.errors import UsageError
from harvester.formats import open_file
from harvester.match import Matcher
from harvester.sandbox import corpus as corpora
from harvester.sandbox.exports import DATABASES, READING, found_in, reading, write_exports

FIRST, UPDATE = date(2022, 7, 31), date(2023, 5, 31)


@pytest.fixture(scope="module")
def corpus() -> corpora.Corpus:
    """Three thousand records."""
    return corpora.make(3000, 1)


def test_the_program_reads_every_file_whole(corpus: corpora.Corpus, tmp_path: Path) -> None:
    """Each file is read without a rejection, holds the records it should, and each of them answers Table 1."""
    matcher = Matcher(strategies.load("link-workers"))
    for path, number in write_exports(corpus, tmp_path, FIRST):
        read = open_file(path, source=path.stem)
        records = list(read)
        assert (read.stated, len(records), list(read.rejected)) == (number, number, [])
        assert number > (0 if path.name == READING else 50)
        assert all(matcher.matches(record) for record in records) == (path.name != READING)


def test_a_record_says_what_pubmed_says_of_it(corpus: corpora.Corpus, tmp_path: Path) -> None:
    """Title, DOI, volume and pages are the article's own, under the database's number."""
    write_exports(corpus, tmp_path, FIRST)
    record = next(iter(open_file(tmp_path / "cinahl.ris", source="cinahl")))
    assert record.source_id == "150000020"
    assert record.title.startswith("Referral to social referrals link working for service users")
    assert record.identifiers["doi"] == ("10.5555/synth.0000020",)
    assert (record.volume, record.issue, record.pages) == ("32", "3", "821-831")
    assert record.authors[1].family == "Lindqvist"


def test_an_update_holds_what_came_since(corpus: corpora.Corpus) -> None:
    """With a first day, only what the database took in from then on, and nothing that the first search had not seen."""
    since = date(2022, 8, 1)
    for database in DATABASES:
        later = found_in(corpus, database, UPDATE, since)
        first = found_in(corpus, database, FIRST)
        assert later.sum() > 5
        assert not (later & first).any()
        assert (corpus.created[later] >= since.toordinal() + database.ahead).all()


def test_what_is_found_by_reading_is_not_found_by_the_strategy(corpus: corpora.Corpus) -> None:
    """One article, there on that day, that names a link worker and that Table 1 does not find."""
    (index,) = reading(corpus, date(2022, 10, 15))
    assert date(2022, 8, 1).toordinal() < corpus.created[index] <= date(2022, 10, 15).toordinal()
    assert reading(corpora.make(1, 1), date(2014, 1, 1)) == []


def test_a_folder_that_is_a_file(corpus: corpora.Corpus, tmp_path: Path) -> None:
    """A folder that cannot be made is said."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_exports(corpus, tmp_path / "taken", FIRST)
