"""Oxford Social Prescribing Research Network, https://socialprescribing.phc.ox.ac.uk/: pages of a university's system.

Seen in 2026 through stored copies of its pages, not asked live: a cookie notice stands before the text of every page,
pages lie under `/research`, `/publications` and `/news-views`, and some addresses carry a visitor's number as a bare
UUID (`?429f8a3c-...`), which `harvester.crawl.addresses` takes off.
"""

from __future__ import annotations

import re

from harvester.crawl.spider import SiteSpider


class OxfordSprn(SiteSpider):
    """The network's public pages and the PDFs that they link to."""

    name = "oxford-sprn"
    starts = ("research", "publications", "news-views")
    traps = (re.compile(r"[?&](?:view|b_start:int|sort_on)=", re.IGNORECASE), re.compile(r"/@@|/sendto_form"))
