"""Answers of earlier crawls: asked for again with conditions (RFC 9110, 13.1), so that an update costs little.

A page that the site says has not changed (304) is taken from here. A crawl that was cut off less than `RESUMED` hours
ago goes on: what it had fetched is not asked for again. Nothing else is ever taken from here: a site that does not
answer is not answered for. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from harvester.crawl.seen import Seen

RESUMED = timedelta(hours=6)
_KEPT = ("Content-Type", "Content-Language", "ETag", "Last-Modified")
_log = logging.getLogger(__name__)


class Cache:
    """A downloader middleware, between the one that unpacks and the one that tries again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = folder / "unfinished"
        self._seen = Seen()  # names of the files that this crawl has met
        self._since: datetime | None = None  # what was fetched from then on belongs to this crawl

    @classmethod
    def from_crawler(cls, crawler: Any) -> Cache:
        """Made by Scrapy."""
        folder = crawler.settings["HARVESTER_CACHE"]
        if not folder:
            raise NotConfigured("no folder for answers")
        made = cls(Path(folder))
        crawler.signals.connect(made.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(made.spider_closed, signal=signals.spider_closed)
        return made

    def spider_opened(self) -> None:
        """Go on with a crawl that was cut off, or begin one."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = datetime.now(UTC)
        try:
            begun = datetime.fromisoformat(self._mark.read_text(encoding="ascii"))
        except (OSError, ValueError):
            begun = None
        if begun is not None and now - RESUMED < begun <= now:
            self._since = begun
        else:
            self._mark.write_text(now.isoformat(), encoding="ascii")

    def spider_closed(self, spider: Any, reason: str) -> None:
        """A crawl that lacks nothing is over, and what it did not meet any more is forgotten."""
        if reason != "finished" or not spider.whole:
            return
        self._mark.unlink(missing_ok=True)
        for file in self._folder.glob("??/*"):
            if file.name not in self._seen:
                file.unlink(missing_ok=True)

    def process_request(self, request: Any) -> Any:
        """The answer itself where this crawl has it already; else conditions where an earlier one has it."""
        if not _is_page(request):
            return None
        kept = self._read(request.url)
        if kept is None:
            return None
        response, fetched_at = kept
        if self._since is not None and fetched_at >= self._since:
            request.meta["fetched_at"] = fetched_at.isoformat(timespec="seconds")
            return response.replace(flags=["kept"])
        for asked, said in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            if value := response.headers.get(said):
                request.headers[asked] = value
                request.meta["kept"] = response
        return None

    def process_response(self, request: Any, response: Any) -> Any:
        """Keep a good answer; take the kept one where the site says that it still holds."""
        kept = request.meta.pop("kept", None)
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        if "kept" in response.flags or not _is_page(request):
            return response
        if response.status == 304 and kept is not None:
            self._write(request.url, kept)
            return kept.replace(flags=["unchanged"])
        if response.status == 200:
            self._write(request.url, response)
        return response

    def _file(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self._folder / name[:2] / name

    def _read(self, url: str) -> tuple[Any, datetime] | None:
        file = self._file(url)
        try:
            head, _, packed = file.read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["url"] != url:
                return None
            headers, body = Headers(said["headers"]), zlib.decompress(packed)
            fetched_at = datetime.fromisoformat(said["fetched_at"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, zlib.error) as error:
            _log.warning("a kept answer of %s cannot be read and is asked for anew: %s", url, error)
            return None
        self._seen.add(file.name)
        kind = responsetypes.from_args(headers=headers, url=url, body=body)
        return kind(url=url, status=200, headers=headers, body=body), fetched_at

    def _write(self, url: str, response: Any) -> None:
        file = self._file(url)
        headers = {name: value.decode("latin-1") for name in _KEPT if (value := response.headers.get(name))}
        head = {"url": url, "fetched_at": datetime.now(UTC).isoformat(), "headers": headers}
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_suffix(".part")
        part.write_bytes(json.dumps(head).encode() + b"\n" + zlib.compress(response.body, 1))
        part.replace(file)
        self._seen.add(file.name)


def _is_page(request: Any) -> bool:
    return bool(request.method == "GET") and urlsplit(request.url).path != "/robots.txt"
