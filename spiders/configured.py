"""A site that a strategy describes in a few lines of TOML, `[site.NAME]`: where it begins, which paths are followed.

What a publication page looks like and where its date stands is no matter of the spider: harvester.sources.site_rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harvester.crawl.spider import SiteSpider


class Configured(SiteSpider):
    """Any organisation's site, bounded by `begin`, `sitemaps`, `allow` and `deny` of its job."""

    name = "configured"

    def __init__(self, job: dict[str, Any], **more: Any) -> None:
        super().__init__(job=job, **more)
        rules = job["rules"]
        self.starts = self.relative(rules["begin"])
        self.sitemaps = self.relative(rules["sitemaps"]) or self.sitemaps
        self.allow = self.patterns(rules["allow"])
        self.deny = self.patterns(rules["deny"])

    def relative(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Paths below the start, without its own."""
        return tuple(path.removeprefix(self.home).lstrip("/") for path in paths)
