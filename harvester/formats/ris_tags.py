"""RIS as data: types, tags, and the names that databases and platforms go by in DB and DP.

After the specification of 2001 and 2011 (Research Information Systems, archived at
https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp) and what exporters do.
"""

from __future__ import annotations

# TY -> Record.kind
KINDS: dict[str, str] = {
    "JOUR": "article",
    "ABST": "article",
    "EJOUR": "article",
    "JFULL": "article",
    "INPR": "article",
    "MGZN": "article",
    "NEWS": "article",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CLSWK": "book",
    "SER": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "DICT": "chapter",
    "ENCYC": "chapter",
    "THES": "thesis",
    "RPRT": "report",
    "GOVDOC": "report",
    "STAND": "report",
    "PAMP": "report",
    "ELEC": "web",
    "BLOG": "web",
    "WEB": "web",
    "ICOMM": "web",
    "CONF": "conference",
    "CPAPER": "conference",
}
# Other types that exporters write: other in the program, kept and written out again as they came.
OTHER_TYPES = frozenset({
    "ADVS", "AGGR", "ANCIENT", "ART", "BILL", "CASE", "CHART", "COMP", "CTLG", "DATA", "DBASE",
    "EQUA", "FIGURE", "GEN", "GRANT", "GRNT", "HEAR", "LEGAL", "MANSCPT", "MAP", "MPCT", "MULTI",
    "MUSIC", "OTHER", "PAT", "PCOMM", "SLIDE", "SOUND", "STAT", "UNBILL", "UNPB", "UNPD", "VIDEO",
})  # fmt: skip
# Record.kind -> TY
TYPES: dict[str, str] = {
    "article": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "thesis": "THES",
    "report": "RPRT",
    "web": "ELEC",
    "conference": "CONF",
    "other": "GEN",
}
# In these T2 is the book or the proceedings, not a journal.
PARTS = frozenset({"chapter", "conference"})

# Tags whose values are read into fields; every other tag is kept in Record.extra["ris"].
KNOWN = frozenset({
    "TY", "A1", "A2", "A3", "A4", "AB", "AD", "AN", "AU", "BT", "C1", "C2", "C3", "C4", "C5", "C6",
    "C7", "C8", "CA", "CN", "CP", "CT", "CY", "DA", "DB", "DO", "DP", "ED", "EP", "ER", "ET", "ID",
    "IS", "J1", "J2", "JA", "JF", "JO", "KW", "L1", "L2", "L3", "L4", "LA", "LB", "LK", "M1", "M2",
    "M3", "N1", "N2", "NV", "OP", "PB", "PP", "PY", "RI", "RN", "RP", "SE", "SN", "SP", "ST", "SV",
    "T1", "T2", "T3", "TA", "TI", "TT", "U1", "U2", "U3", "U4", "U5", "UR", "VL", "VO", "Y1", "Y2",
    "PMID", "DOI", "PMC", "PMCID",
})  # fmt: skip

# A record of its own holds one of these.
TITLES = frozenset({"TI", "T1", "BT", "CT", "AU", "A1"})

# Source name -> (DB, DP)
DATABASES: dict[str, tuple[str, str]] = {
    "pubmed": ("PubMed", "NCBI"),
    "web-of-science": ("Web of Science", "Clarivate"),
    "cinahl": ("CINAHL", "EBSCOhost"),
    "psycinfo": ("APA PsycInfo", "EBSCOhost"),
    "cochrane": ("Cochrane Library", "Wiley"),
    "prospero": ("PROSPERO", "CRD"),
    "social-care-online": ("Social Care Online", "SCIE"),
    "google-scholar": ("Google Scholar", "Google"),
    "nasp": ("National Academy for Social Prescribing", "Website"),
    "oxford-sprn": ("Oxford Social Prescribing Research Network", "Website"),
    "social-prescribing-network": ("Social Prescribing Network", "Website"),
    "europe-pmc": ("Europe PMC", "EMBL-EBI"),
    "openalex": ("OpenAlex", "OurResearch"),
    "crossref": ("Crossref", "Crossref"),
    "greyguide": ("GreyGuide", "ISTI-CNR"),
    "opengrey": ("OpenGrey", "DANS"),
}
# DB, lower case -> source name. EBSCO writes its short names.
SOURCES: dict[str, str] = {label.lower(): name for name, (label, _) in DATABASES.items()} | {
    "medline": "pubmed",
    "pubmed medline": "pubmed",
    "cin20": "cinahl",
    "ccm": "cinahl",
    "rzh": "cinahl",
    "cinahl complete": "cinahl",
    "cinahl plus": "cinahl",
    "psyh": "psycinfo",
    "psycinfo": "psycinfo",
    "wos": "web-of-science",
}
