"""Social Prescribing Network, https://www.socialprescribingnetwork.com/: pages, resources, a newsletter archive, PDFs.

Seen in 2026: `/about`, and a newsletter archive with lists of research. Whether it has a sitemap is not known, so the
links on its pages are followed too.
"""

from __future__ import annotations

from harvester.crawl.spider import SiteSpider


class SocialPrescribingNetwork(SiteSpider):
    """The network's public pages."""

    name = "social-prescribing-network"
    starts = ("about",)
