"""National Academy for Social Prescribing, https://socialprescribingacademy.org.uk/: evidence reviews, mostly PDFs.

Seen in 2026 through stored copies of its pages, not asked live: evidence lies in PDFs under `/media/` and is reached
from the pages under `/read-the-evidence/` and `/resources/`; addresses end in a slash; not WordPress.
"""

from __future__ import annotations

import re

from harvester.crawl.spider import SiteSpider


class Nasp(SiteSpider):
    """The academy's public pages and the PDFs that they link to."""

    name = "nasp"
    starts = ("read-the-evidence/", "resources/", "news/")
    # Pictures that the content system cuts to size, and its own pages.
    traps = (
        re.compile(r"/media/[^?]*[?&](?:width|height|crop|rmode)=", re.IGNORECASE),
        re.compile(r"/umbraco(?:/|\Z)"),
    )
