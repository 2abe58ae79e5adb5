"""Documents of which only a part was read are never dropped for what that part lacks. All are synthetic."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from little_pdf import pdf

from harvester.intake import Intake, Job
from harvester.record import Record
from harvester.sources import site_pdf
from harvester.store import runs


class Never:
    """A matcher that nothing matches."""

    def matches(self, _record: Record) -> bool:
        """No."""
        return False

    def lines(self, _record: Record) -> tuple[int, ...]:
        """None."""
        return ()


def wanted(record: Record, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a site's record is kept where the strategy matches nothing."""
    intake = Intake(cast(Any, None), 1, Never())
    monkeypatch.setattr(Intake, "_matcher_of", lambda _self, _job: Never())
    source = SimpleNamespace(in_full=lambda each: each)
    return intake._wanted(cast(Job, SimpleNamespace(kind=runs.RUN, is_site=True, source=source)), record)


def test_a_long_pdf_says_that_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF whose text is longer than what is read says so; one that fits does not."""
    assert not site_pdf.read(pdf(["How link workers help people"])).cut
    monkeypatch.setattr(site_pdf, "MOST_TEXT", 10)
    assert site_pdf.read(pdf(["How link workers help people"])).cut


def test_what_was_read_in_part_is_kept_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that the strategy does not match is left out when it was read whole, and kept when it was not."""
    whole = Record("nasp", "a", "On gardening")
    part = Record("nasp", "b", "On gardening", extra={"read_in_part": True})
    assert not wanted(whole, monkeypatch)
    assert wanted(part, monkeypatch)
