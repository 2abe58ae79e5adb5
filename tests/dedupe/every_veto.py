"""Made-up records that hold every contradiction, copies, a chain that contradicts itself and blocks of all sizes.

For both engines: what one finds of them the other has to find.
"""

from __future__ import annotations

BASE = {
    "title": "The role of link workers in supporting adults with long-term conditions",
    "author": "Smith, Jane and Jones, Kim and Okafor, Ada", "year": "2021",
    "journal": "Health and Social Care in the Community", "volume": "29", "number": "4", "pages": "1001-1012",
    "doi": "10.1111/made.13201", "abstract": "", "publication_type": "", "pmid": "",
}  # fmt: skip

# What each record has that the record of BASE has not; its first reason when it is judged beside that record.
VARIANTS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "correction": ({}, {"title": f"Erratum: {BASE['title']}", "pages": "1400", "doi": ""},
                   "only one is a correction or retraction notice"),
    "comment": ({}, {"title": f"Comment on: {BASE['title']}", "pages": "1500-1501", "doi": ""},
                "only one is a comment or reply"),
    "preprint": ({}, {"journal": "medRxiv", "doi": "10.1101/2020.09.01.20180001", "volume": "", "number": "",
                      "pages": "", "year": "2020"}, "only one is a preprint"),
    "protocol": ({}, {"title": f"{BASE['title']}: study protocol", "pages": "77-84", "volume": "27", "year": "2019",
                      "doi": "10.1111/made.9001"}, "only one is a protocol"),
    "conference": ({}, {"publication_type": "Meeting Abstract", "pages": "S12", "volume": "28", "year": "2020",
                        "doi": "", "journal": "European Journal of Public Health"}, "only one is of a conference"),
    "part": ({"title": f"{BASE['title']}. Part I"}, {"title": f"{BASE['title']}. Part II", "doi": "", "pages": ""},
             "titles contradict"),
    "other title": ({}, {"title": "Hernia surgery and what it costs the hospitals of one county", "doi": ""},
                    "titles differ"),
    "cochrane": ({"journal": "Cochrane Database of Systematic Reviews", "doi": "10.1002/14651858.CD000001"},
                 {"journal": "Cochrane Database of Systematic Reviews", "doi": "10.1002/14651858.CD000001.pub2",
                  "year": "2023"}, "another version of a Cochrane review"),
    "cochrane reviews": ({"journal": "Cochrane Database of Systematic Reviews", "doi": "10.1002/14651858.CD000001"},
                         {"journal": "Cochrane Database of Systematic Reviews", "doi": "10.1002/14651858.CD000002.pub2",
                          "year": "2023"}, "different Cochrane reviews"),
    "preprints": ({"journal": "medRxiv", "doi": "10.1101/2020.01.01.20000001", "volume": "", "pages": ""},
                  {"journal": "medRxiv", "doi": "10.1101/2021.07.07.21260000", "volume": "", "pages": ""},
                  "different preprints"),
    "numbers": ({"pmid": "30000001"}, {"pmid": "30000002", "doi": "10.1136/other.1"}, "different PMIDs and DOIs"),
    "pmids": ({"pmid": "30000001", "doi": "", "pages": ""}, {"pmid": "30000002", "doi": "", "pages": ""},
              "different PMIDs"),
    "pmids and issues": ({"pmid": "30000001", "doi": ""}, {"pmid": "30000002", "doi": "", "number": "4 Suppl 1"},
                         "different PMIDs in different issues"),
    "issues and DOIs": ({"pages": ""}, {"number": "5", "doi": "10.1136/other.1", "pages": ""},
                        "different DOIs in different issues"),
    "journals and DOIs": ({}, {"journal": "Primary Care Letters", "volume": "", "number": "", "pages": "",
                               "doi": "10.1136/other.1"}, "different DOIs in different journals"),
    "registrar": ({}, {"doi": "10.1111/made.99999", "pages": "", "number": "", "volume": ""},
                  "different DOIs of one registrar"),
    "usual title": ({"title": "Editorial comment"},
                    {"title": "Editorial comment", "doi": "10.1136/other.1", "author": ""},
                    "different DOIs of a usual title"),
    "usual title in issues": ({"title": "Editor's comments", "pages": "iii-xii", "doi": ""},
                              {"title": "Editor's comments", "pages": "iii-xi", "number": "3", "doi": ""},
                              "a usual title in different issues"),
    "authors and DOIs": ({}, {"author": "Woo, Henry and Murphy, Declan", "doi": "10.1136/other.1"},
                         "different DOIs and authors"),
    "notices": ({"title": f"Erratum: {BASE['title']}", "doi": ""},
                {"title": f"Erratum: {BASE['title']}", "doi": "", "pages": "1400-1401"}, "two notices"),
    "issues": ({"doi": "", "pages": ""}, {"doi": "", "pages": "", "number": "5"}, "published in different issues"),
    "places": ({"doi": ""}, {"doi": "", "journal": "Primary Care Letters", "volume": "3", "pages": "12-19"},
               "published in different places"),
}  # fmt: skip


def library(titles: int = 90) -> list[dict[str, str]]:
    """All of it, each variant about a subject of its own; `titles` records share the title "Editorial"."""
    told: list[dict[str, str]] = []
    for number, (name, (base, other, _)) in enumerate(VARIANTS.items()):
        subject = f" in region {'abcdefghijklmnopqrstuvwxyz'[number] * 4}"
        for end, changes in (("a", base), ("b", other)):
            row = {**BASE, **changes}
            if row["title"].startswith("Hernia"):
                told.append({"ID": f"{name} {end}", **row})
                continue
            row["title"] = row["title"].replace("conditions", "conditions" + subject)
            row["doi"] = row["doi"].replace("made", f"made{number}")
            told.append({"ID": f"{name} {end}", **row})
            told.append({"ID": f"{name} {end} copied", **row})
    told += [
        {**BASE, "ID": f"e{number:04}", "title": "Editorial", "author": f"Name{number % 9}, A.", "year": "2020",
         "journal": "Journal of examples", "volume": str(number // 3), "number": "", "doi": "",
         "pages": f"{number % 40}-{number % 40 + 1}"}
        for number in range(titles)
    ]  # fmt: skip
    for number in range(12):
        told.append(
            {**BASE, "ID": f"t{number:03}", "author": "Made, Up and Other, One", "volume": "3", "number": "",
             "title": ("Link workers in general practice: a realist review", "Link workers in general practice. Part 2")
             [number % 2], "journal": "Journal of examples", "pages": ("1-9", "", "12-19")[number % 3],
             "doi": ("10.1000/a", "", "10.1000/b", "")[number % 4]}
        )  # fmt: skip
    return told
