"""PubMed's search fields: their tags and the names that QueryTranslation gives them.

After https://pubmed.ncbi.nlm.nih.gov/help/#search-tags; only the fields that the corpus has anything for.
"""

from __future__ import annotations

# code: (name in QueryTranslation, einfo's Name, tags in lower case)
FIELDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "all": ("All Fields", "ALL", ("all", "all fields")),
    "uid": ("UID", "UID", ("uid", "pmid")),
    "sb": ("Filter", "FILT", ("sb", "subset", "filter")),
    "ti": ("Title", "TITL", ("ti", "title")),
    "ab": ("Abstract", "ABST", ("ab", "abstract")),
    "tiab": ("Title/Abstract", "TIAB", ("tiab", "title/abstract")),
    "tw": ("Text Word", "WORD", ("tw", "text word", "text words")),
    "ot": ("Other Term", "OTRM", ("ot", "other term")),
    "mh": ("MeSH Terms", "MESH", ("mh", "mesh", "mesh terms", "mesh term")),
    "mh:noexp": ("MeSH Terms:noexp", "", ("mh:noexp", "mesh:noexp", "mesh terms:noexp")),
    "majr": ("MeSH Major Topic", "MAJR", ("majr", "mesh major topic")),
    "majr:noexp": ("MeSH Major Topic:noexp", "", ("majr:noexp", "mesh major topic:noexp")),
    "sh": ("MeSH Subheading", "SUBH", ("sh", "mesh subheading", "subheading")),
    "pt": ("Publication Type", "PTYP", ("pt", "publication type", "ptyp")),
    "la": ("Language", "LANG", ("la", "lang", "language")),
    "ta": ("Journal", "JOUR", ("ta", "jour", "journal")),
    "is": ("ISSN", "", ("is", "issn")),
    "au": ("Author", "AUTH", ("au", "auth", "author")),
    "1au": ("Author - First", "FAUT", ("1au", "author - first", "first author name")),
    "lastau": ("Author - Last", "LAUT", ("lastau", "author - last", "last author name")),
    "cn": ("Author - Corporate", "COLN", ("cn", "author - corporate", "corporate author")),
    "ad": ("Affiliation", "AFFL", ("ad", "affl", "affiliation")),
    "aid": ("Article Identifier", "AID", ("aid", "doi", "article identifier", "lid", "location id")),
    "dp": ("Date - Publication", "PDAT", ("dp", "pdat", "date - publication", "publication date")),
    "epdat": ("Date - Publication : Electronic", "EPDT", ("epdat", "epdt", "electronic publication date")),
    "ppdat": ("Date - Publication : Print", "PPDT", ("ppdat", "ppdt", "print publication date")),
    "edat": ("Date - Entry", "EDAT", ("edat", "date - entry", "date - entrez", "entrez date", "entry date")),
    "crdt": ("Date - Create", "CRDT", ("crdt", "date - create", "create date")),
    "mhda": ("Date - MeSH", "MHDA", ("mhda", "date - mesh", "mesh date")),
    "lr": ("Date - Modification", "MDAT", ("lr", "mdat", "date - modification", "modification date")),
}
DATES: frozenset[str] = frozenset({"dp", "epdat", "ppdat", "edat", "crdt", "mhda", "lr"})
TEXTS: frozenset[str] = frozenset({"all", "ti", "ab", "tiab", "tw", "ot", "ad"})
PROXIMITY: frozenset[str] = frozenset({"ti", "tiab", "ad"})
_BY_TAG = {tag: code for code, (_, _, tags) in FIELDS.items() for tag in tags}


def code_of(tag: str) -> str:
    """The code of a tag as a user writes it (`Title/Abstract`, `tiab`, `MeSH Terms`), "" for an unknown one."""
    return _BY_TAG.get(" ".join(tag.casefold().split()), "")


def name_of(code: str) -> str:
    """The name of a field in QueryTranslation."""
    return FIELDS[code][0]
