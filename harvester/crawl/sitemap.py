"""Sitemaps: addresses out of XML, a plain list or a packed one, bounded (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import gzip
import io

MOST_BYTES = 50 << 20  # the protocol's own limit, unpacked
MOST_ADDRESSES = 50_000


class NotASitemap(ValueError):
    """The bytes are no sitemap, or one beyond the protocol's limits."""


def addresses(body: bytes) -> tuple[list[str], list[str]]:
    """(sitemaps, pages) that a sitemap names. Raises NotASitemap."""
    if body.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
                body = stream.read(MOST_BYTES + 1)
        except (OSError, EOFError) as error:
            raise NotASitemap(f"cannot be unpacked: {error}") from error
    if len(body) > MOST_BYTES:
        raise NotASitemap("unpacks to more than 50 MB")
    if b"<" not in body[:1000]:
        listed = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
        pages = [line for line in listed if line.startswith(("http://", "https://"))]
        if not pages:
            raise NotASitemap("holds no addresses")
        return [], pages[:MOST_ADDRESSES]
    return _from_xml(body)


def feed_addresses(body: bytes) -> list[str]:
    """The pages that a feed lists (RSS 2.0, RSS 1.0, Atom). Raises NotASitemap."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotASitemap(f"is no XML: {error}") from error
    if etree.QName(root).localname.lower() not in ("rss", "rdf", "feed"):
        raise NotASitemap(f"its root is <{etree.QName(root).localname}>")
    found = [link.text.strip() for link in root.iterfind(".//{*}item/{*}link") if link.text]
    for link in root.iterfind(".//{*}entry/{*}link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            found.append(link.get("href"))
    return found[:MOST_ADDRESSES]


def _from_xml(body: bytes) -> tuple[list[str], list[str]]:
    from lxml import etree

    sitemaps: list[str] = []
    pages: list[str] = []
    root = ""
    try:
        for event, element in etree.iterparse(
            io.BytesIO(body), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True
        ):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if event == "start":
                root = root or name
                continue
            if name == "loc" and element.text:
                parent = element.getparent()
                where = etree.QName(parent).localname if parent is not None else ""
                if where in ("url", "sitemap"):
                    (sitemaps if where == "sitemap" else pages).append(element.text.strip())
            elif name in ("url", "sitemap"):
                element.clear()
            if len(sitemaps) + len(pages) >= MOST_ADDRESSES:
                break
    except etree.XMLSyntaxError as error:
        raise NotASitemap(f"is no XML: {error.msg}") from error
    if root not in ("urlset", "sitemapindex"):
        raise NotASitemap(f"its root is <{root}>")
    return sitemaps, pages
