"""A small synthetic site on the loopback address, with traps, that writes down what it is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Answer = tuple[int, dict[str, str], bytes]


def html(body: str, head: str = "", *, status: int = 200) -> Answer:
    """A page."""
    page = f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return status, {"Content-Type": "text/html; charset=utf-8"}, page.encode()


def article(title: str, *links: str, text: str = "Words about link workers.") -> Answer:
    """A page that says it is an article."""
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    return html(
        f"<main><h1>{title}</h1><p>{text}</p></main>{anchors}",
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">',
    )


def plain(text: str, media_type: str = "text/plain", status: int = 200) -> Answer:
    """Any other answer."""
    return status, {"Content-Type": media_type}, text.encode()


class LittleSite:
    """Serves `pages` (path -> Answer or a function that gives one). `asked` are the paths as they came, `at` when."""

    def __init__(self, pages: dict[str, Answer | Callable[[str], Answer]], *, delay: float = 0.0) -> None:
        site = self
        self.pages = pages
        self.asked: list[str] = []
        self.at: list[float] = []
        self.agents: set[str] = set()
        self.cookies: list[str] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with site._lock:
                    site.asked.append(self.path)
                    site.at.append(time.monotonic())
                    site.agents.add(self.headers.get("User-Agent", ""))
                    site.cookies += self.headers.get_all("Cookie") or []
                    site._now += 1
                    site.most_at_once = max(site.most_at_once, site._now)
                try:
                    time.sleep(delay)
                    found = site.pages.get(self.path) or site.pages.get(self.path.partition("?")[0])
                    if callable(found):
                        found = found(self.path)
                    status, headers, body = found or plain("not here", status=404)
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), "Set-Cookie": "sid=1", **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                finally:
                    with site._lock:
                        site._now -= 1

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.root = f"{self.address}/sites/social-prescribing-network/"

    def __enter__(self) -> LittleSite:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
