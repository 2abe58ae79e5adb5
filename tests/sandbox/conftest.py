"""A corpus, a search over it, and a running server, made once for all tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from harvester.sandbox import Sandbox, corpus
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.evaluate import Evaluator
from harvester.sandbox.lookup import Lookup


@pytest.fixture(scope="session")
def library() -> Corpus:
    """The default corpus."""
    return corpus.make(6000, 1)


@pytest.fixture(scope="session")
def evaluator(library: Corpus) -> Evaluator:
    """Its search."""
    return Evaluator(Lookup(library))


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Sandbox]:
    """One server for tests that only read; the clock stands at the first search."""
    with Sandbox(2000, date(2022, 7, 31), rate_limit=False) as server:
        yield server
