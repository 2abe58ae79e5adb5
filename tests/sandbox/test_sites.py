"""The small sites."""

from __future__ import annotations

import io
import re
import urllib.request
from datetime import date
from typing import Any
from urllib.error import HTTPError
from urllib.robotparser import RobotFileParser

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from harvester.sandbox import Sandbox, pdf
from harvester.sandbox.phrases import TERMS
from tests.sandbox.brute import pattern, row

NAME = "social-prescribing-network"


def get(address: str) -> bytes:
    """The body of a page."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        body: bytes = answer.read()
        return body


def site(server: Sandbox) -> str:
    """Where the site begins."""
    return f"{server.address}/sites/{NAME}/"


def documents(server: Sandbox) -> list[dict[str, Any]]:
    """The truth about the site."""
    told: list[dict[str, Any]] = server.truth()["sites"][NAME]
    return told


def test_robots_forbids_a_part_at_the_root_of_the_host(shared_server: Sandbox) -> None:
    """A crawler that asks for /robots.txt learns what is closed; the same stands in the site's own folder."""
    rules = RobotFileParser(f"{shared_server.address}/robots.txt")
    rules.read()
    base = site(shared_server)
    assert rules.can_fetch("harvester", f"{base}resources/")
    assert not rules.can_fetch("harvester", f"{base}members/minutes")
    assert f"{base}sitemap.xml" in (rules.site_maps() or [])
    assert get(f"{base}robots.txt") == get(f"{shared_server.address}/robots.txt")


def test_documents_are_reached_by_sitemap_lists_and_feed(shared_server: Sandbox) -> None:
    """Nothing of the truth is out of reach: pages by the sitemap or a list, PDFs by a list."""
    base = site(shared_server)
    tree = etree.fromstring(get(f"{base}sitemap.xml"))
    known = {node.text for node in tree.iter("{*}loc")}
    for part in ("resources/", "news/", "newsletters/"):
        address = f"{base}{part}"
        while address:
            page = html.fromstring(get(address))
            known |= set(page.xpath('//ul[@class="listing"]//a/@href'))
            address = next(iter(page.xpath('//a[@rel="next"]/@href')), "")
    wanted = {base + document["path"] for document in documents(shared_server)}
    assert len(wanted) >= 25
    assert wanted <= known
    news = [document["path"] for document in documents(shared_server) if document["kind"] == "news"]
    assert any(base + path not in {node.text for node in tree.iter("{*}loc")} for path in news)  # sitemaps lag behind


def test_new_pages_come_with_the_clock() -> None:
    """What appears later is a 404 before its day and on no list."""
    with Sandbox(1000, date(2022, 7, 31), rate_limit=False) as server:
        before = {document["path"] for document in documents(server)}
        listed = get(f"{site(server)}news/")
        server.clock = date(2023, 5, 31)
        new = {document["path"] for document in documents(server)} - before
        assert len(new) >= 5
        assert get(f"{site(server)}news/") != listed
        for path in new:
            get(site(server) + path)
        server.clock = date(2022, 7, 31)
        for path in new:
            with pytest.raises(HTTPError):
                get(site(server) + path)


def test_the_terms_of_a_document_are_those_in_its_own_text() -> None:
    """Truth and brute force agree on what stands in <article> or in the PDF; menu and footer do not count."""
    with Sandbox(3000, rate_limit=False) as server:
        told = documents(server)
        assert sum(document["matches"] for document in told) >= 10
        assert sum(document["path"].endswith(".pdf") for document in told) >= 3
        for document in told:
            body = get(site(server) + document["path"])
            if document["path"].endswith(".pdf"):
                reader = pypdf.PdfReader(io.BytesIO(body), strict=True)
                texts = [" ".join(page.extract_text() for page in reader.pages)]
                assert reader.metadata is not None
                assert reader.metadata.title == document["title"].replace("\u2011", "-")
            else:
                page = html.fromstring(body)
                main = page.xpath("//main/article")[0]
                assert b"social prescribing link worker" in body  # in the footer of every page
                texts = [node.text_content() for node in main]
            found = [n for n, term in enumerate(TERMS) if any(pattern(term).search(row(text)) for text in texts)]
            assert found == document["terms"], document["path"]


def test_some_documents_repeat_pubmed_records(shared_server: Sandbox) -> None:
    """The truth names the record, the page its title; the update brings one more."""
    told = [document for document in documents(shared_server) if document["same_as"]]
    assert len(told) >= 5
    assert len({document["same_as"] for document in told}) == len(told)
    later = [d for d in shared_server.truth(date(2023, 5, 31))["sites"][NAME] if d["same_as"]]
    assert len(later) > len(told)
    for document in told:
        pmid = document["same_as"].removeprefix("pubmed:")
        xml = get(f"{shared_server.address}/entrez/eutils/efetch.fcgi?db=pubmed&id={pmid}")
        title = etree.fromstring(xml).findtext(".//ArticleTitle") or ""
        first = re.findall(r"\w+", document["title"].casefold())[:3]
        assert first == re.findall(r"\w+", title.casefold())[:3]


@given(
    title=st.text(max_size=80),
    author=st.text(st.characters(codec="cp1252"), max_size=40),
    paragraphs=st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=300), max_size=60),
)
def test_any_text_makes_a_valid_pdf(title: str, author: str, paragraphs: list[str]) -> None:
    """pypdf reads whatever is written, in strict mode, with all words of its pages."""
    made = pdf.write(title, author, "subject", date(2020, 1, 2), paragraphs)
    reader = pypdf.PdfReader(io.BytesIO(made), strict=True)
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "".join("".join(paragraphs).split()) in text
    assert reader.metadata is not None
    assert reader.metadata.creation_date_raw == "D:20200102000000Z"
