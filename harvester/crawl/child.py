"""The child process of a crawl: `python -m harvester.crawl.child`, a job on stdin, pages on stdout."""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any

from harvester import __version__

RESOLVER = "harvester.crawl.guard.Resolver"


class Pipe:
    """Sends messages to the parent, one JSON line each. Ends the process when nobody listens any more."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def send(self, message_type: str, /, **message: Any) -> None:
        """Send one message; bytes in `body` go as base64."""
        if "body" in message:
            message["body"] = base64.b64encode(message["body"]).decode("ascii")
        try:
            self._out.write(
                json.dumps({"type": message_type, **message}, ensure_ascii=True, default=str).encode() + b"\n"
            )
            self._out.flush()
        except OSError:
            os._exit(3)


def _known_as(new: str, old: str, value: Any, of_old: Any) -> dict[str, Any]:
    """A setting under the name that the Scrapy at hand gives it."""
    from scrapy.settings import default_settings

    return {new: value} if hasattr(default_settings, new) else {old: of_old}


def settings(job: Mapping[str, Any]) -> dict[str, Any]:
    """Scrapy's settings for a job: polite, bounded, without cookies, caches or a console."""
    limits = job["limits"]
    contact = f"; {job['contact']}" if job["contact"] else ""
    quick = job["sandbox"] and not job.get("polite")
    delay = 0.0 if quick else limits["delay"]
    return {
        "BOT_NAME": "harvester",
        "USER_AGENT": f"harvester/{__version__} (literature search for a systematic review{contact})",
        "SPIDER_MODULES": ["harvester.spiders"],
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "harvester",
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": delay,
        # Scrapy would wait between half and one and a half times the delay; a promise is a promise.
        **_known_as("DOWNLOAD_DELAY_JITTER", "RANDOMIZE_DOWNLOAD_DELAY", 0, False),
        "AUTOTHROTTLE_ENABLED": not quick,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 0.5,  # a slow site rests as long as it worked
        "DOWNLOAD_TIMEOUT": limits["timeout"],
        "DOWNLOAD_MAXSIZE": limits["bytes"],
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_ITEMS": 1,  # the spider yields none, and Scrapy makes a task for each that it might
        "DEPTH_LIMIT": 0,  # the spider counts for itself, so that reaching the limit can be said
        "CLOSESPIDER_TIMEOUT": limits["seconds"],
        "CLOSESPIDER_PAGECOUNT": 0,
        "COOKIES_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [429, 500, 502, 503, 504, 522, 524, 408],
        "HTTPERROR_ALLOW_ALL": True,
        **_known_as("TWISTED_DNS_RESOLVER", "DNS_RESOLVER", RESOLVER, RESOLVER),
        # 585: what is kept is unpacked (590) and counted neither as a retry (550) nor as a redirect (600).
        "DOWNLOADER_MIDDLEWARES": {"harvester.crawl.guard.Guard": 50, "harvester.crawl.cache.Cache": 585},
        "HARVESTER_CACHE": job.get("cache", ""),
        # Breadth first: what is near the start comes before what may be a trap.
        "DEPTH_PRIORITY": 1,
        # What waits to be asked lies on disk: a site of ten thousand pages shall take no more memory than one of ten.
        **({"JOBDIR": job["queue"]} if job.get("queue") else {}),
        "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "LOGSTATS_INTERVAL": 0,
        "HARVESTER_START": job["start"],
        "HARVESTER_SANDBOX": job["sandbox"],
    }


def main() -> None:
    """Take the job from stdin, crawl, end."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints shall not disturb the pipe
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    pipe = Pipe(out)

    from scrapy.crawler import CrawlerProcess
    from scrapy.spiderloader import SpiderLoader

    process = CrawlerProcess(settings(job))
    try:
        spider = SpiderLoader.from_settings(process.settings).load(job["spider"])
    except KeyError:
        pipe.send("error", what="changed", why=f"there is no spider {job['spider']!r}", hint="See `harvester sources`.")
        return
    process.crawl(spider, job=job, pipe=pipe)
    process.start()


def _leave_with_the_parent() -> None:
    # Not through sys.stdin: a thread that holds its lock would keep the interpreter from ending in order.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(3)


if __name__ == "__main__":
    main()
