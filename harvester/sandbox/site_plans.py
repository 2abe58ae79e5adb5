"""What each small site holds, planned: section, what it is about, where its metadata are, the day it was published.

About: "both" blocks of Table 1; "worker", "condition": one of them; "decoy": only what looks like them; "none". Written
for July 2022 and May 2023 to differ. `media` are PDFs, `download` PDFs whose address does not say so.
"""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class SitePlan:
    """The documents of a site, the months of its newsletters, and which shapes repeated PubMed records take.

    `early` are shapes (documents._repeat; 5 is a PDF) of records of the first search, taken after `skip` of them;
    `late` says which of those that only the update finds, from and to. `section` is where repeated records lie.
    """

    documents: tuple[Row, ...]
    newsletters: tuple[str, ...] = ()
    early: tuple[int, ...] = ()
    skip: int = 0
    late: tuple[int, int] = (0, 0)
    section: str = "resources"


_NETWORK = SitePlan(
    documents=(
        ("resources", "both", "jsonld", "2018-03-12"),
        ("resources", "both", "citation", "2019-06-01"),
        ("resources", "both", "og", "2020-11-20"),
        ("resources", "both", "bare", "2021-02-14"),
        ("resources", "both", "jsonld", "2015-05-05"),
        ("resources", "worker", "jsonld", "2019-09-09"),
        ("resources", "worker", "citation", "2021-08-30"),
        ("resources", "condition", "og", "2020-01-15"),
        ("resources", "decoy", "jsonld", "2018-10-10"),
        ("resources", "decoy", "bare", "2022-03-03"),
        ("resources", "none", "og", "2017-12-01"),
        ("resources", "none", "jsonld", "2022-05-18"),
        ("resources", "both", "jsonld", "2022-10-11"),
        ("resources", "both", "citation", "2023-02-07"),
        ("resources", "decoy", "og", "2023-01-19"),
        ("resources", "both", "jsonld", "2024-04-02"),
        ("news", "both", "og", "2021-06-22"),
        ("news", "worker", "og", "2021-10-01"),
        ("news", "condition", "jsonld", "2022-01-27"),
        ("news", "none", "bare", "2022-06-30"),
        ("news", "decoy", "og", "2022-07-15"),
        ("news", "both", "jsonld", "2022-12-05"),
        ("news", "none", "og", "2023-03-09"),
        ("news", "both", "og", "2023-04-21"),
        ("media", "both", "pdf", "2019-11-04"),
        ("media", "worker", "pdf", "2021-04-19"),
        ("media", "both", "pdf", "2023-03-28"),
    ),
    newsletters=(
        "2021-12", "2022-02", "2022-04", "2022-06", "2022-07", "2022-09", "2022-11", "2023-01", "2023-03", "2023-05",
    ),
    early=(0, 1, 2, 3, 4, 5),
    late=(0, 1),
)  # fmt: skip

# An academy whose evidence lies in PDFs under /media/, behind a list of several pages.
_ACADEMY = SitePlan(
    documents=(
        ("media", "both", "pdf", "2018-06-11"),
        ("media", "both", "pdf", "2020-02-03"),
        ("media", "both", "pdf", "2021-05-24"),
        ("media", "both", "pdf", "2016-09-30"),
        ("media", "worker", "pdf", "2019-01-18"),
        ("media", "worker", "pdf", "2022-02-08"),
        ("media", "condition", "pdf", "2020-10-07"),
        ("media", "condition", "pdf", "2021-11-15"),
        ("media", "decoy", "pdf", "2019-03-27"),
        ("media", "decoy", "pdf", "2022-06-06"),
        ("media", "none", "pdf", "2018-12-12"),
        ("media", "none", "pdf", "2021-07-01"),
        ("media", "both", "pdf", "2022-09-19"),
        ("media", "both", "pdf", "2023-02-20"),
        ("media", "worker", "pdf", "2022-11-21"),
        ("media", "none", "pdf", "2023-04-03"),
        ("media", "both", "pdf", "2024-01-09"),
        ("download", "both", "pdf", "2022-04-25"),
        ("download", "none", "pdf", "2020-05-05"),
        ("download", "both", "pdf", "2023-03-06"),
        ("news", "both", "og", "2022-03-14"),
        ("news", "worker", "jsonld", "2021-09-02"),
        ("news", "none", "og", "2022-07-04"),
        ("news", "decoy", "og", "2022-10-03"),
        ("news", "both", "jsonld", "2022-11-30"),
    ),
    early=(5,),
    skip=6,
    section="evidence",
)

# A network on a university's content system: cookie banner, sidebars, no <main>, no sitemap, odd encodings.
_UNIVERSITY = SitePlan(
    documents=(
        ("publications", "both", "citation", "2019-04-15"),
        ("publications", "both", "dublin", "2020-08-11"),
        ("publications", "both", "dublin", "2014-02-26"),
        ("publications", "both", "long", "2021-12-13"),
        ("publications", "worker", "citation", "2018-07-19"),
        ("publications", "condition", "dublin", "2021-03-08"),
        ("publications", "decoy", "long", "2020-06-17"),
        ("publications", "none", "citation", "2022-04-21"),
        ("publications", "both", "citation", "2022-08-29"),
        ("publications", "both", "dublin", "2023-01-16"),
        ("publications", "worker", "dublin", "2022-12-20"),
        ("publications", "both", "citation", "2024-03-18"),
        ("news", "both", "og", "2022-06-14"),
        ("news", "worker", "long", "2021-01-25"),
        ("news", "condition", "og", "2020-12-03"),
        ("news", "none", "og", "2019-10-22"),
        ("news", "decoy", "jsonld", "2022-05-12"),
        ("news", "both", "long", "2022-10-27"),
        ("news", "none", "og", "2023-02-14"),
        ("media", "both", "pdf", "2021-10-18"),
        ("media", "none", "pdf", "2022-01-10"),
        ("media", "both", "pdf", "2023-05-02"),
    ),
    early=(0, 1, 4),
    skip=7,
    late=(1, 2),
    section="publications",
)

PLANS: tuple[SitePlan, ...] = (_NETWORK, _ACADEMY, _UNIVERSITY)
