"""The small part of MeSH that the synthetic corpus is indexed with: names, identifiers, and what lies below what.

Real headings, so that a real strategy's age limits and topic lines can be tried; the tree is cut to what occurs here.
"""

from __future__ import annotations

UI: dict[str, str] = {
    "Adolescent": "D000293", "Adult": "D000328", "Aged": "D000368", "Aged, 80 and over": "D000369",
    "Animals": "D000818", "Child": "D002648", "Child, Preschool": "D002675", "Chronic Disease": "D002908",
    "Community Health Workers": "D003150", "Comorbidity": "D015897", "Depression": "D003863",
    "Diabetes Mellitus, Type 2": "D003924", "Female": "D005260", "Humans": "D006801", "Infant": "D007223",
    "Infant, Newborn": "D007231", "Loneliness": "D008132", "Male": "D008297", "Mental Health": "D008603",
    "Mice": "D051379", "Middle Aged": "D008875", "Multimorbidity": "D000076322",
    "Multiple Chronic Conditions": "D000071059", "Primary Health Care": "D011320",
    "Qualitative Research": "D036301", "Quality of Life": "D011788", "Referral and Consultation": "D012017",
    "Social Support": "D012944", "Young Adult": "D055815", "Gene Expression": "D015870",
    "Sepsis": "D018805",
}  # fmt: skip
BELOW: dict[str, tuple[str, ...]] = {
    "Adult": ("Aged", "Aged, 80 and over", "Middle Aged", "Young Adult"),
    "Aged": ("Aged, 80 and over",),
    "Child": ("Child, Preschool",),
    "Infant": ("Infant, Newborn",),
    "Chronic Disease": ("Multiple Chronic Conditions",),
    "Comorbidity": ("Multimorbidity",),
    "Animals": ("Humans", "Mice"),
}
QUALIFIERS: dict[str, str] = {
    "psychology": "Q000523", "organization & administration": "Q000458", "epidemiology": "Q000453",
    "therapy": "Q000628",
}  # fmt: skip

Topic = tuple[tuple[str, bool, str], ...]  # heading, major topic, qualifier
TOPICS: tuple[Topic, ...] = (
    (("Chronic Disease", False, "therapy"), ("Community Health Workers", True, ""), ("Primary Health Care", True, "")),
    (("Mental Health", True, ""), ("Social Support", True, ""), ("Qualitative Research", False, "")),
    (("Multimorbidity", True, ""), ("Referral and Consultation", False, "organization & administration")),
    (("Multiple Chronic Conditions", False, "psychology"), ("Quality of Life", False, ""), ("Loneliness", True, "")),
    (("Depression", False, "epidemiology"), ("Comorbidity", False, ""), ("Primary Health Care", False, "")),
    (("Diabetes Mellitus, Type 2", True, "therapy"), ("Social Support", False, "")),
    (("Gene Expression", True, ""), ("Mice", False, "")),
    (("Sepsis", True, "epidemiology"), ("Quality of Life", False, "")),
)
FAR_TOPICS = (6, 7)
AGES: tuple[tuple[str, ...], ...] = (
    (),
    ("Adult",),
    ("Adult", "Middle Aged"),
    ("Aged", "Aged, 80 and over"),
    ("Middle Aged", "Aged"),
    ("Young Adult",),
    ("Adult", "Aged", "Female", "Male"),
    ("Child",),
    ("Child, Preschool", "Infant"),
    ("Adolescent",),
    ("Adolescent", "Child"),
    ("Adolescent", "Adult"),
    ("Child", "Young Adult"),
    ("Infant, Newborn",),
)
# The generator's own knowledge, said again in words of its own: which of AGES are children without an adult.
CHILDREN_ONLY: frozenset[int] = frozenset({7, 8, 9, 10, 13})
PUBLICATION_TYPES: dict[str, str] = {
    "Journal Article": "D016428", "Review": "D016454", "Systematic Review": "D000078182", "Letter": "D016422",
    "Randomized Controlled Trial": "D016449", "Editorial": "D016421", "Comment": "D016420", "Preprint": "D000076942",
    "Published Erratum": "D016425", "Retraction of Publication": "D016440", "Retracted Publication": "D016441",
    "Clinical Trial Protocol": "D000078325", "Congress": "D016423", "Practice Guideline": "D017065",
    "English Abstract": "D004740", "Expression of Concern": "D000075742",
}  # fmt: skip
TYPE_SETS: tuple[tuple[str, ...], ...] = (
    ("Journal Article",),
    ("Journal Article", "Review"),
    ("Journal Article", "Randomized Controlled Trial"),
    ("Systematic Review", "Journal Article"),
    ("Letter",),
    ("Editorial",),
    ("Preprint",),
    ("Published Erratum",),
    ("Retraction of Publication",),
    ("Clinical Trial Protocol", "Journal Article"),
    ("Journal Article", "Congress"),
    ("Letter", "Comment"),
    ("Review", "Practice Guideline"),
    ("Expression of Concern",),
)


def below(name: str) -> tuple[str, ...]:
    """A heading and all that explosion adds to it. `name` in any case; () for a heading that is not here."""
    for heading in UI:
        if heading.casefold() == name.casefold():
            found = [heading]
            for child in BELOW.get(heading, ()):
                found.extend(h for h in below(child) if h not in found)
            return tuple(found)
    return ()
