"""Addresses, sitemaps and the guard: pure functions."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl import addresses, sitemap
from harvester.crawl.guard import inside, is_public


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.org:80/a b?z=1&a=2#x", "http://example.org/a%20b?a=2&z=1"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a;jsessionid=9A?utm_medium=m&q=%C3%BC", "https://example.org/a?q=%C3%BC"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://example.org/n?429f8a3c-48b9-11ef-b362-061ab7f93640", "https://example.org/n"),
        ("https://example.org/caf%C3%A9/é", "https://example.org/caf%C3%A9/%C3%A9"),
    ],
)
def test_one_page_has_one_address(url: str, expected: str) -> None:
    """Host, port, order of parameters, fragments, sessions and tracking make no difference."""
    assert addresses.clean(url) == expected


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("https://e.org/news", "https://e.org/news?page=2", True),
        ("https://e.org/news?page=2&x=1", "https://e.org/news?page=3&x=1", True),
        ("https://e.org/news/", "https://e.org/news/page/2/", True),
        ("https://e.org/news", "https://e.org/news", False),
        ("https://e.org/news", "https://e.org/news/one", False),
        ("https://e.org/news?page=2", "https://e.org/events?page=2", False),
        ("https://x.org/search?q=a", "https://x.org/search?page=2&q=a", True),
        ("https://x.org/search?q=a", "https://x.org/search?page=2&q=b", False),
    ],
)
def test_which_pages_belong_to_one_list(here: str, there: str, same: bool) -> None:
    """Two addresses that differ only by the number of a page."""
    assert addresses.next_of_a_list(here, there) is same


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/publications/*", "/publications/a/b", True),
        ("/publications/*", "/publications/", True),
        ("/publications/*", "/publications", False),
        ("*.pdf", "/a/b.pdf", True),
        ("/a+b", "/aab", False),
        ("/a+b", "/a+b", True),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, fits: bool) -> None:
    """A star stands for any characters, all else for itself."""
    assert bool(addresses.path_pattern(pattern).match(path)) is fits


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(path: str) -> None:
    """A clean address stays as it is."""
    try:
        once = addresses.clean("https://example.org/" + path)
    except ValueError:
        return  # not an address: `[` in the host
    assert addresses.clean(once) == once


@pytest.mark.parametrize(
    ("url", "worth"),
    [
        ("https://example.org/resources/report", True),
        ("https://example.org/news?page=2", True),
        ("https://example.org/a.JPG", False),
        ("https://example.org/calendar/2022-07", False),
        ("https://example.org/events?month=3", False),
        ("https://example.org/research-calendar-review", True),
        ("https://example.org/a/b/a/b/a/b/a/b", False),
        ("https://example.org/events/2022/07/", False),
        ("https://example.org/whats-on/month/2022-07?x=1", False),
        ("https://example.org/events/2022/07/a-talk-on-link-workers", True),
        ("ftp://example.org/x", False),
    ],
)
def test_which_links_are_followed(url: str, worth: bool) -> None:
    """Pictures, calendars, logins and paths that repeat themselves are left."""
    assert addresses.worth_following(url) is worth


@pytest.mark.parametrize(
    ("url", "within"),
    [
        ("https://www.example.org/a", True),
        ("https://example.org/a", True),
        ("http://example.org/a", True),
        ("https://blog.example.org/a", False),
        ("https://example.org.evil.com/a", False),
        ("https://user:secret@example.org/a", False),
        ("https://example.org:8443/a", False),
        ("file:///etc/passwd", False),
        ("https://example.org:x/a", False),
    ],
)
def test_what_lies_on_a_site(url: str, within: bool) -> None:
    """The same host and port, with or without www; nothing beside it."""
    assert inside(url, "https://www.example.org/") is within


def test_a_path_is_a_fence() -> None:
    """A site below a path does not reach above it."""
    assert inside("http://127.0.0.1:80/sites/a/x", "http://127.0.0.1:80/sites/a/")
    assert not inside("http://127.0.0.1:80/sites/b/", "http://127.0.0.1:80/sites/a/")
    assert not inside("http://127.0.0.1:81/sites/a/", "http://127.0.0.1:80/sites/a/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("2606:4700::1111", True),
        ("example.org", False),
    ],
)
def test_private_addresses(address: str, public: bool) -> None:
    """Only addresses of the open internet are public."""
    assert is_public(address) is public


def test_sitemaps_of_all_shapes() -> None:
    """An index, a packed set with a namespace, and a plain list."""
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    assert sitemap.addresses(f"<sitemapindex {space}><sitemap><loc> a </loc></sitemap></sitemapindex>".encode()) == (
        ["a"],
        [],
    )
    packed = gzip.compress(f"<urlset {space}><url><loc>b</loc></url><url><loc>c</loc></url></urlset>".encode())
    assert sitemap.addresses(packed) == ([], ["b", "c"])
    assert sitemap.addresses(b"https://example.org/a\nhttps://example.org/b\n")[1][1] == "https://example.org/b"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>not found</body></html>",
        b"<urlset><url><loc>cut",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        gzip.compress(b"<urlset>" + b"<url></url>" * 10)[:-12],
        gzip.compress(b" " * (60 << 20)),
    ],
    ids=["empty", "html", "cut", "entities", "cut gzip", "bomb"],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    """Pages, cut files and bombs are named as no sitemap."""
    with pytest.raises(sitemap.NotASitemap):
        sitemap.addresses(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sitemap_or_not(body: bytes) -> None:
    """No bytes make the reader of sitemaps fall over."""
    try:
        sitemaps, pages = sitemap.addresses(body)
    except sitemap.NotASitemap:
        return
    assert all(isinstance(url, str) for url in [*sitemaps, *pages])
