"""Sources that no program may or can search: a person searches them, exports, and `harvester import` takes that in.

Each says where to search (`paste_at`) and in which language; `harvester plan` prints the text to paste there. A kept
page of such a source is the file as it was exported.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harvester.errors import Refused, UsageError
from harvester.http import Http
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Count, Page, RawItem, Source, SourceInfo
from harvester.window import DateField


@dataclass(frozen=True, slots=True)
class Closed:
    """One source that is searched by hand. `route` says how its records are had today; `windows` are the dates that
    its own query language can limit to, so that an update by hand can be pasted.
    """

    label: str
    dialect: str
    docs: str
    terms: str
    paste_at: str
    route: str
    first: int | None = None
    windows: tuple[DateField, ...] = ()


_BOTH = (DateField.ENTERED, DateField.PUBLISHED)
_EBSCO_TERMS = "https://www.ebsco.com/terms-of-use"
CLOSED: dict[str, Closed] = {
    "cinahl": Closed(
        "CINAHL (EBSCOhost)",
        "ebsco",
        "https://connect.ebsco.com/s/article/Searching-with-Boolean-Operators",
        _EBSCO_TERMS,
        "https://search.ebscohost.com/login.aspx?profile=ehost&defaultdb=ccm",
        "licensed: search on EBSCOhost, export all results as RIS, import",
        windows=_BOTH,
    ),
    "psycinfo": Closed(
        "APA PsycInfo (EBSCOhost)",
        "ebsco",
        "https://connect.ebsco.com/s/article/APA-PsycInfo-Quick-Start-Guide",
        _EBSCO_TERMS,
        "https://search.ebscohost.com/login.aspx?profile=ehost&defaultdb=psyh",
        "licensed: search on EBSCOhost (or Ovid, ProQuest: set dialect), export as RIS, import",
        windows=_BOTH,
    ),
    "embase": Closed(
        "Embase (Ovid)",
        "ovid",
        "https://ospguides.ovid.com/OSPguides/embase.htm",
        "https://www.wolterskluwer.com/en/know/terms-of-use",
        "https://ovidsp.ovid.com/",
        "licensed: search on Ovid, export as RIS, import",
        windows=_BOTH,
    ),
    "scopus": Closed(
        "Scopus",
        "scopus",
        "https://schema.elsevier.com/dtds/document/bkapi/search/SCOPUSSearchTips.htm",
        "https://www.elsevier.com/legal/elsevier-website-terms-and-conditions",
        "https://www.scopus.com/search/form.uri?display=advanced",
        "licensed: advanced search, export as RIS or CSV, import",
        windows=_BOTH,
    ),
    "web-of-science": Closed(
        "Web of Science (exports)",
        "wos",
        "https://webofscience.help.clarivate.com/en-us/Content/search-operators.html",
        "https://clarivate.com/legal/terms-of-business/",
        "https://www.webofscience.com/wos/woscc/advanced-search",
        "licensed: advanced search, export (.ciw, RIS, tab-delimited; 500 or 1,000 a file), import; with a key see "
        "web-of-science-expanded and web-of-science-starter",
        windows=_BOTH,
    ),
    "cochrane": Closed(
        "Cochrane Library",
        "cochrane",
        "https://www.cochranelibrary.com/help/advanced-search",
        "https://www.cochranelibrary.com/help/access",
        "https://www.cochranelibrary.com/advanced-search/search-manager",
        "search manager, export as RIS, import; open substitute: Cochrane Database Syst Rev in PubMed",
    ),
    "prospero": Closed(
        "PROSPERO",
        "prospero",
        "https://www.crd.york.ac.uk/prospero/#searchadvanced",
        "https://www.crd.york.ac.uk/prospero/#aboutpage",
        "https://www.crd.york.ac.uk/prospero/",
        "no API: search by hand, export, import",
    ),
    "social-care-online": Closed(
        "Social Care Online (SCIE)",
        "scie",
        "https://www.scie.org.uk/social-care-online",
        "https://www.scie.org.uk/about/terms",
        "https://www.scie.org.uk/social-care-online",
        "closed: only exports that a team still holds can be imported",
    ),
    "google-scholar": Closed(
        "Google Scholar (saved results)",
        "scholar",
        "https://scholar.google.com/intl/en/scholar/help.html",
        "https://policies.google.com/terms",
        "https://scholar.google.com/",
        "no API, scraping forbidden: a Publish or Perish file or saved result pages, import; or google-scholar-serpapi",
        first=100,
    ),
    "opengrey": Closed(
        "OpenGrey (archived)",
        "generic",
        "https://doi.org/10.17026/dans-xtf-47w5",
        "https://dans.knaw.nl/en/about/organisation-and-policy/legal-information/",
        "https://doi.org/10.17026/dans-xtf-47w5",
        "closed in 2020: a data set at DANS, to be searched by hand and imported",
    ),
    "other": Closed(
        "Another source",
        "generic",
        "https://www.prisma-statement.org/prisma-search",
        "https://www.prisma-statement.org/prisma-search",
        "",
        "whatever was searched by hand: import its export",
    ),
}


class ByHand(Source):
    """One source that is searched by hand: a name of CLOSED, or any other source's whose export is taken in."""

    def __init__(self, name: str = "other", info: SourceInfo | None = None) -> None:
        if info is None and name not in CLOSED:
            raise UsageError(f"there is no source {name!r} to import for", hint=f"Known: {', '.join(CLOSED)}.")
        self.info = info or _info(name)

    def count(self, search: Search, http: Http) -> Count:
        """Nobody can be asked. Raises Refused."""
        raise self._refused()

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Nobody can be asked. Raises Refused."""
        raise self._refused()

    def _refused(self) -> Refused:
        return Refused(
            "cannot be searched by a program",
            source=self.info.name,
            hint=f"Search it by hand (`harvester plan`), then `harvester import FILE --source {self.info.name}`.",
        )

    def items(self, page: Page) -> Iterator[RawItem]:
        """The records of an imported file, and what in it could not be read. Raises FormatError."""
        from harvester import formats

        with tempfile.TemporaryDirectory() as folder:
            # Only the ending of the name counts, and only for formats that have no sign of their own.
            path = Path(folder) / f"import{Path(str(page.detail.get('file', ''))).suffix[:12]}"
            path.write_bytes(page.body)
            reading = formats.open_file(
                path, format=str(page.detail.get("format", "")), source=self.info.name, keep_readable=True
            )
            position = -1
            for position, record in enumerate(reading):
                yield RawItem(record.source_id, position, record)
            for more, piece in enumerate(reading.rejected, position + 1):
                yield RawItem("", more, None, f"{piece.where}: {piece.why}")

    def record(self, item: RawItem) -> Record:
        """The record, read already."""
        if not isinstance(item.node, Record):
            raise ValueError(item.error or "not a record")  # noqa: TRY004 - the contract of `record`
        return item.node


def _info(name: str) -> SourceInfo:
    closed = CLOSED[name]
    return SourceInfo(
        name=name,
        label=closed.label,
        kind="import",
        docs=closed.docs,
        terms=closed.terms,
        dialect=closed.dialect,
        windows=closed.windows,
        per_second=1,
        per_second_with_key=1,
        tried="exports of the source, read",
        first=closed.first,
        paste_at=closed.paste_at,
        route=closed.route,
    )
