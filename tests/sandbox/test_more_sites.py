"""The sandbox's other sites: an academy with PDFs, a university's content system. Truth against brute force."""

from __future__ import annotations

import gzip
import io
import re
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin

import pypdf
import pytest
from lxml import etree, html

from harvester.sandbox import Sandbox
from harvester.sandbox.phrases import TERMS
from harvester.sandbox.site_traps import BLOATED
from tests.sandbox.brute import pattern, row

OTHERS = ("nasp", "oxford-sprn")
LISTS = {"nasp": ("evidence/", "news/"), "oxford-sprn": ("publications/", "news/")}


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """A sandbox on the corpus' last day."""
    with Sandbox(3000, rate_limit=False) as running:
        yield running


def get(address: str, **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and body."""
    asked = urllib.request.Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


def truth(server: Sandbox, name: str) -> list[dict[str, Any]]:
    """The documents of a site."""
    told: list[dict[str, Any]] = server.truth()["sites"][name]
    return told


def decoded(body: bytes) -> str:
    """The text of a page whatever was said of its encoding."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252")


@pytest.mark.parametrize("name", OTHERS)
def test_the_terms_of_a_document_are_those_in_its_own_text(server: Sandbox, name: str) -> None:
    """Truth and brute force agree on every document; what is around it does not count."""
    told = truth(server, name)
    assert sum(document["matches"] for document in told) >= 6
    for document in told:
        _, _, body = get(f"{server.address}/sites/{name}/{document['path']}")
        if body.startswith(b"%PDF-"):
            reader = pypdf.PdfReader(io.BytesIO(body), strict=True)
            texts = [" ".join(page.extract_text() for page in reader.pages)]
            assert reader.metadata is not None
            assert reader.metadata.title == document["title"].replace("\u2011", "-")
        else:
            page = html.fromstring(decoded(body))
            (own,) = page.xpath("//article|//div[@class='article-body']")
            texts = [node.text_content() for node in own]
            assert "health coach" in page.text_content()  # in the footer
        found = [n for n, term in enumerate(TERMS) if any(pattern(term).search(row(text)) for text in texts)]
        assert found == document["terms"], document["path"]


@pytest.mark.parametrize("name", OTHERS)
def test_every_document_is_on_a_list(server: Sandbox, name: str) -> None:
    """The lists reach all of the truth; the links of the academy and the university carry a visitor's number."""
    base = f"{server.address}/sites/{name}/"
    linked: set[str] = set()
    for part in LISTS[name]:
        address = base + part
        while address:
            page = html.fromstring(get(address)[2])
            linked |= set(page.xpath('//ul[@class="listing"]//a/@href'))
            address = next(iter(page.xpath('//a[@rel="next"]/@href')), "")
    wanted = {base + document["path"] for document in truth(server, name)}
    assert {re.split(r"[;?]", link)[0] for link in linked} == wanted
    assert not linked & wanted


def test_no_two_sites_repeat_the_same_article(server: Sandbox) -> None:
    """What repeats a PubMed record does so once over all sites."""
    repeated = [d["same_as"] for name in server.sites for d in truth(server, name) if d["same_as"]]
    assert len(repeated) == len(set(repeated)) >= 10


@pytest.mark.parametrize("name", ["social-prescribing-network", *OTHERS])
def test_who_has_a_page_is_told_that_it_has_not_changed(server: Sandbox, name: str) -> None:
    """An answer's validator, sent back, is answered with 304 and no body; another one with the page."""
    address = f"{server.address}/sites/{name}/{truth(server, name)[0]['path']}"
    _, headers, body = get(address)
    if headers["ETag"]:
        again, other = {"If_None_Match": headers["ETag"]}, {"If_None_Match": '"other"'}
    else:
        again, other = {"If_Modified_Since": headers["Last-Modified"]}, {"If_Modified_Since": "never"}
    status, _, nothing = get(address, **again)
    assert (status, nothing) == (304, b"")
    assert get(address, **other)[2] == body


def test_the_traps_are_there_when_wanted() -> None:
    """A bomb, pages of 5 MB, a list without end: with `traps` only."""
    with Sandbox(1000, date(2022, 7, 31), rate_limit=False, traps=True) as hard:
        base = f"{hard.address}/sites/nasp/"
        bomb = get(f"{base}sitemap-bomb.xml.gz")[2]
        assert len(bomb) < 200_000
        assert len(gzip.decompress(bomb)) > 50 << 20
        index = etree.fromstring(get(f"{base}sitemap.xml")[2])
        assert f"{base}sitemap-bomb.xml.gz" in [node.text for node in index.iter("{*}loc")]
        paths = [f"{name}/{d['path']}" for name in hard.sites for d in truth(hard, name)]
        sizes = [len(get(f"{hard.address}/sites/{path}")[2]) for path in paths]
        assert 1 <= sum(size > BLOATED for size in sizes) < len(sizes) / 4
        page = html.fromstring(get(f"{hard.address}/sites/oxford-sprn/archive/7")[2])
        assert [link for link in page.xpath("//a/@href") if "archive" in link] == [
            f"{hard.address}/sites/oxford-sprn/archive/8"
        ]
    with Sandbox(1000, date(2022, 7, 31), rate_limit=False) as easy:
        assert get(f"{easy.address}/sites/nasp/sitemap-bomb.xml.gz")[0] == 404
        assert get(f"{easy.address}/sites/oxford-sprn/archive/7")[0] == 404


@pytest.mark.parametrize("start", ["nasp/events/2022/07/", "nasp/events/0000/12/", "oxford-sprn/events?date=2022-12"])
def test_calendars_have_no_end(server: Sandbox, start: str) -> None:
    """Every month leads to another one."""
    address = f"{server.address}/sites/{start}"
    seen = set()
    for _ in range(4):
        page = html.fromstring(get(address)[2])
        seen.add(address)
        address = urljoin(
            address,
            next(
                link
                for link in page.xpath("//main//a/@href|//div[@class='col-md-9']//a/@href")
                if "events" in link and link not in seen
            ),
        )
    assert len(seen) == 4
