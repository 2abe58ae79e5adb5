"""MeSH subheadings by their two letters, as Ovid and Cochrane write them (https://www.nlm.nih.gov/mesh/qualifiers.html)."""

from __future__ import annotations

CODES: dict[str, str] = {
    "ab": "abnormalities", "ad": "administration & dosage", "ae": "adverse effects", "ag": "agonists",
    "aa": "analogs & derivatives", "an": "analysis", "ah": "anatomy & histology", "ai": "antagonists & inhibitors",
    "bi": "biosynthesis", "bl": "blood", "bs": "blood supply", "cf": "cerebrospinal fluid",
    "cs": "chemical synthesis", "ci": "chemically induced", "ch": "chemistry", "cl": "classification",
    "co": "complications", "cn": "congenital", "ct": "contraindications", "cy": "cytology", "df": "deficiency",
    "di": "diagnosis", "dg": "diagnostic imaging", "dh": "diet therapy", "de": "drug effects", "dt": "drug therapy",
    "ec": "economics", "ed": "education", "em": "embryology", "en": "enzymology", "ep": "epidemiology",
    "es": "ethics", "eh": "ethnology", "et": "etiology", "ge": "genetics", "gd": "growth & development",
    "hi": "history", "im": "immunology", "in": "injuries", "ir": "innervation", "is": "instrumentation",
    "ip": "isolation & purification", "lj": "legislation & jurisprudence", "ma": "manpower", "me": "metabolism",
    "mt": "methods", "mi": "microbiology", "mo": "mortality", "nu": "nursing",
    "og": "organization & administration", "ps": "parasitology", "py": "pathogenicity", "pa": "pathology",
    "pk": "pharmacokinetics", "pd": "pharmacology", "ph": "physiology", "pp": "physiopathology", "po": "poisoning",
    "pc": "prevention & control", "px": "psychology", "re": "radiation effects", "ra": "radiography",
    "ri": "radionuclide imaging", "rt": "radiotherapy", "rh": "rehabilitation", "sc": "secondary",
    "se": "secretion", "st": "standards", "sn": "statistics & numerical data", "sd": "supply & distribution",
    "su": "surgery", "tu": "therapeutic use", "th": "therapy", "to": "toxicity", "tm": "transmission",
    "tr": "transplantation", "td": "trends", "ul": "ultrastructure", "us": "ultrasonography", "ur": "urine",
    "ut": "utilization", "ve": "veterinary", "vi": "virology",
}  # fmt: skip
NAMES: dict[str, str] = {name: code for code, name in CODES.items()}


def name(code: str) -> str:
    """The subheading of a code; the code itself when it is none."""
    return CODES.get(code.lower(), code)


def code(subheading: str) -> str:
    """The code of a subheading, however its `and` is written; "" when it has none."""
    return NAMES.get(subheading.lower().replace(" and ", " & "), "")
