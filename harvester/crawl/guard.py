"""What keeps a crawl where it belongs: on the site's own host and path, and off private networks.

A page, a redirect or a DNS answer can name any address; none of them may make this machine ask its own network
(https://owasp.org/www-community/attacks/Server_Side_Request_Forgery).
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.is_global and not found.is_multicast


def inside(url: str, start: str) -> bool:
    """Whether `url` lies on the site that begins at `start`: same scheme or better, same host and port, same path."""
    there, here = urlsplit(url), urlsplit(start)
    try:
        ports = there.port, here.port
    except ValueError:
        return False
    if there.username or there.password or there.scheme not in ("http", "https"):
        return False
    if here.scheme == "https" and there.scheme != "https" and ports[0] not in (None, 80):
        return False
    same_host = _bare(there.hostname) == _bare(here.hostname)
    same_port = (ports[0] or 0) == (ports[1] or 0) or (here.port is None and there.port in (80, 443))
    return same_host and same_port and (there.path or "/").startswith(here.path or "/")


def _bare(host: str | None) -> str:
    return (host or "").lower().removeprefix("www.").rstrip(".")


class Guard:
    """A downloader middleware: every request, first ones and redirects alike, has to lie inside the site."""

    def __init__(self, start: str, *, sandbox: bool) -> None:
        self._start = start
        self._sandbox = sandbox
        parts = urlsplit(start)
        self._robots = f"{parts.scheme}://{parts.netloc}/robots.txt"

    @classmethod
    def from_crawler(cls, crawler: Any) -> Guard:
        """Made by Scrapy."""
        return cls(crawler.settings["HARVESTER_START"], sandbox=crawler.settings.getbool("HARVESTER_SANDBOX"))

    def process_request(self, request: Any) -> None:
        """Raises IgnoreRequest for what lies outside."""
        if request.url != self._robots and not inside(request.url, self._start):
            raise IgnoreRequest(f"outside: {request.url}")
        host = urlsplit(request.url).hostname or ""
        if not self._sandbox and (host == "localhost" or (_is_address(host) and not is_public(host))):
            raise IgnoreRequest(f"outside: {request.url} is on a private network")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Resolver(CachingThreadedResolver):
    """Scrapy's resolver, but a name that leads into a private network has no address."""

    _sandbox = False

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Resolver:
        """Made by Scrapy."""
        made: Resolver = super().from_crawler(crawler, reactor)
        made._sandbox = crawler.settings.getbool("HARVESTER_SANDBOX")
        return made

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 - Twisted's name
        """A Deferred of the address; DNSLookupError for a private one."""
        answer = super().getHostByName(name, timeout)
        return answer if self._sandbox else answer.addCallback(self._public_only, name)

    @staticmethod
    def _public_only(address: str, name: str) -> str:
        if not is_public(address):
            raise DNSLookupError(f"{name} leads to {address}, which is on a private network")
        return address
