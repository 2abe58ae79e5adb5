"""A crawl of synthetic pages, beside a bare Scrapy spider that extracts nothing: pages a second, memory.

Both ask one request at a time without a delay (as in the sandbox), obey robots.txt and take their addresses from the
same sitemap. Ours also keeps every page as it came, reads it, follows its links and counts its documents.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = 10_000
NAME = "social-prescribing-network"
ROOT = f"/sites/{NAME}/"
WORDS = ("social", "prescribing", "link", "worker", "health", "people", "community", "support", "evidence", "care")


def page(number: int) -> bytes:
    """A page of some 6 KB: menu, cookie notice, JSON-LD, forty links, 300 words."""
    words = " ".join(WORDS[(number * 7 + place * place) % 10] for place in range(300))
    links = "".join(f'<a href="{ROOT}p/{(number + step) % PAGES}">p</a> ' for step in range(40))
    data = json.dumps({"@type": "Report", "headline": f"Report {number}", "datePublished": "2021-05-04"})
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Report {number}</title>"
        f'<script type="application/ld+json">{data}</script></head><body><div class="cookie-banner">Cookies</div>'
        f"<nav>{links}</nav><main><article><h1>Report {number}</h1><p>{words}</p></article></main></body></html>"
    ).encode()


def serve(pages: int) -> None:
    """Serve the site until ended; the port is printed."""
    listed = "".join(f"<url><loc>{{0}}{ROOT}p/{number}</loc></url>" for number in range(pages))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            address = f"http://{self.headers['Host']}"
            status, kind = 200, "text/html; charset=utf-8"
            if self.path == "/robots.txt":
                body, kind = (
                    f"User-agent: *\nDisallow: /x\nSitemap: {address}{ROOT}sitemap.xml\n".encode(),
                    "text/plain",
                )
            elif self.path == f"{ROOT}sitemap.xml":
                body, kind = f"<urlset>{listed.format(address)}</urlset>".encode(), "application/xml"
            elif self.path.startswith(f"{ROOT}p/"):
                body = page(int(self.path.rpartition("/")[2]))
            elif self.path == ROOT:
                body = b"<html><body><h1>Home</h1></body></html>"
            else:
                status, body = 404, b"<html></html>"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


def bare(address: str) -> None:
    """A Scrapy spider that asks for every page of the sitemap and does nothing with it."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Bare(scrapy.Spider):
        name = "bare"
        start_urls = (f"{address}{ROOT}sitemap.xml",)

        def parse(self, response):  # type: ignore[no-untyped-def]
            response.selector.remove_namespaces()
            for url in response.xpath("//loc/text()").getall():
                yield scrapy.Request(url, callback=self.nothing)

        def nothing(self, response):  # type: ignore[no-untyped-def]
            pass

    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 1,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
        }
    )
    process.crawl(Bare)
    started = time.perf_counter()
    process.start()
    told(time.perf_counter() - started, 0)


def ours(address: str) -> None:
    """The site as a source: counted, kept in the spool, read."""
    from harvester.config import Config
    from harvester.crawl import Limits
    from harvester.http import Http
    from harvester.search import Search
    from harvester.sources.site import Site

    search = Search(NAME, "generic", "x", "x")
    with Http(Config(), sandbox=address) as http:
        source = Site(NAME, Limits(pages=10 * PAGES))
        started = time.perf_counter()
        documents = source.count(search, http).hits
        told(time.perf_counter() - started, documents)


def told(seconds: float, documents: int) -> None:
    """Print what a part has measured; memory of this process and of the largest it started, in MB."""
    mine, child = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"seconds": seconds, "documents": documents, "memory": mine, "child": child}), flush=True)


def main(pages: int = PAGES) -> None:
    """Measure both against one server, print the ratio."""
    this = [sys.executable, "-m", "benchmarks.bench_crawl", "--pages", str(pages)]
    with subprocess.Popen([*this, "--part", "serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        try:
            found = {
                part: json.loads(
                    subprocess.run(
                        [*this, "--part", part, "--address", address], check=True, stdout=subprocess.PIPE, text=True
                    ).stdout
                )
                for part in ("bare", "ours")
            }
        finally:
            server.terminate()
    for part, said in found.items():
        said["rate"] = pages / said["seconds"]
        print(
            f"{part:5} {said['rate']:7.0f} pages/s   {said['seconds']:6.1f} s   "
            f"{said['memory']} MB, its child {said['child']} MB   {said['documents']:,} documents"
        )
    if found["ours"]["documents"] != pages:
        raise SystemExit(f"{found['ours']['documents']:,} documents of {pages:,}")
    print(f"ours / bare Scrapy: {found['ours']['rate'] / found['bare']['rate']:.2f} (at least 0.5)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=("serve", "bare", "ours"))
    parser.add_argument("--address", default="")
    parser.add_argument("--pages", type=int, default=PAGES)
    said = parser.parse_args()
    PAGES = said.pages
    if said.part:
        {"serve": lambda: serve(said.pages), "bare": lambda: bare(said.address), "ours": lambda: ours(said.address)}[
            said.part
        ]()
    else:
        main(said.pages)
