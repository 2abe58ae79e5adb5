"""Whatever is sent, the services answer: no parameter makes them fail."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from harvester.errors import UsageError
from harvester.sandbox import Sandbox
from harvester.sandbox.answers import World
from harvester.sandbox.faults import KINDS, read_plan
from harvester.sandbox.services import SERVICES, spoil
from harvester.sandbox.sites import Visitor, serve

ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "0", "-1", "1", "9999", "99999999999999999999", "\u00b2", "\u0663", "1.5", "y", "json", "xml", "text",
         "uilist", "medline", "abstract", "pubmed", "2022/13/45", "0000", "last 999999999 years",
         "MCID_000000000000000000000001",
         "last 5 years[dp]", "\"last 99999999 days\"[dp]", "99999999999[uid]", "1:99999999999999[uid]", "\u00b2[uid]",
         "#1", "#99999999999", "community[tiab:~99999999999]", "\"a b\"[tiab:~\u00b2]", "synth.\u00b2[doi]",
         "80000000,x,,;", "\x08", "<&>"]
    ),
)  # fmt: skip
PARAMETERS = st.dictionaries(
    st.sampled_from(
        ["db", "term", "id", "retmax", "retstart", "retmode", "rettype", "usehistory", "WebEnv", "query_key", "sort",
         "field", "datetype", "mindate", "maxdate", "reldate", "version", "cmd", "linkname", "dbfrom"]
    ),
    ODD,
    max_size=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def world(shared_server: Sandbox) -> World:
    """The world behind a server."""
    return shared_server.world


@settings(max_examples=400, deadline=None)
@given(service=st.sampled_from(sorted(SERVICES)), parameters=PARAMETERS)
def test_every_service_answers(service: str, parameters: dict[str, str], world: World) -> None:
    """A result or an error in the service's own form; XML is well formed."""
    answer = spoil(world, service, parameters, {name: [value] for name, value in parameters.items()}, ())
    assert answer.status in (200, 400)
    if answer.media_type.startswith("text/xml"):
        etree.fromstring(answer.body)


@settings(max_examples=200, deadline=None)
@given(path=st.text(max_size=40), page=st.text(max_size=5))
def test_every_path_is_answered(path: str, page: str, shared_server: Sandbox) -> None:
    """Below the site and beside it, a page, a redirect or a 404."""
    for address in (f"/{path}", f"/sites/{path}", f"/sites/social-prescribing-network/{path}"):
        answer = serve(
            shared_server.sites, date(2022, 7, 31), "http://127.0.0.1:1", address, Visitor({"page": page}, {})
        )
        assert answer.status in (200, 301, 302, 404)


@given(st.text(max_size=30))
def test_every_plan_is_read_or_refused(text: str) -> None:
    """No plan ends in anything but faults or a UsageError."""
    try:
        faults = read_plan(text)
    except UsageError:
        return
    assert all(fault.kind in KINDS for fault in faults)
