"""truth (to come)."""

from __future__ import annotations

from datetime import date
from typing import Any

from harvester.sandbox.corpus import Corpus


def truth(corpus: Corpus, as_of: date) -> dict[str, Any]:
    """To come."""
    return {"as_of": as_of.isoformat(), "records": corpus.size}
