"""Ovid's field codes and limits, after the MEDLINE guide: https://ospguides.ovid.com/OSPguides/medline.htm."""

from __future__ import annotations

from harvester.query import DateKind, Field, LimitKind

#: What .mp. searches in MEDLINE, as Ovid prints it behind the line.
MULTI = frozenset(
    {Field.TITLE, Field.ABSTRACT, Field.KEYWORD, Field.HEADING, Field.SUBHEADING, Field.SUBSTANCE, Field.OTHER}
)

#: code -> what it searches, in order of preference for writing
FIELDS: dict[str, frozenset[Field]] = {
    "ti": frozenset({Field.TITLE}),
    "ab": frozenset({Field.ABSTRACT}),
    "kf": frozenset({Field.KEYWORD}),
    "mp": MULTI,
    "af": frozenset({Field.ALL}),
    "hw": frozenset({Field.HEADING}),
    "nm": frozenset({Field.SUBSTANCE}),
    "fs": frozenset({Field.SUBHEADING}),
    "au": frozenset({Field.AUTHOR}),
    "in": frozenset({Field.AFFILIATION}),
    "jn": frozenset({Field.JOURNAL}),
    "ui": frozenset({Field.IDENTIFIER}),
    "rn": frozenset({Field.REGISTRY}),
    "gr": frozenset({Field.GRANT}),
    "cp": frozenset({Field.PLACE}),
    "ca": frozenset({Field.NAME}),
    "ot": frozenset({Field.OTHER}),
}
_RARE = ("po", "cm", "xs", "vo", "ip", "pg", "pb", "ib", "cn", "pn", "oa", "de", "sy", "mo")
#: other codes that mean the same or contain them
ALSO: dict[str, frozenset[Field]] = {
    "tw": frozenset({Field.TITLE, Field.ABSTRACT}),
    "kw": frozenset({Field.KEYWORD}),
    "id": frozenset({Field.KEYWORD}),  # key concepts of PsycInfo
    "ck": frozenset({Field.KEYWORD}),
    "tn": frozenset({Field.SUBSTANCE}),
    "tx": frozenset({Field.FULL_TEXT}),
    "jx": frozenset({Field.JOURNAL}),
    "jw": frozenset({Field.JOURNAL}),
    "nj": frozenset({Field.JOURNAL}),
    "bt": frozenset({Field.OTHER}),
    "rs": frozenset({Field.REGISTRY}),
    "rw": frozenset({Field.REGISTRY}),
    "ps": frozenset({Field.NAME}),
    "pm": frozenset({Field.IDENTIFIER}),
    "an": frozenset({Field.IDENTIFIER}),
    "is": frozenset({Field.JOURNAL}),
    "so": frozenset({Field.JOURNAL}),
    "ox": frozenset({Field.SUBSTANCE}),
    "dv": frozenset({Field.OTHER}),
    "dm": frozenset({Field.OTHER}),
    "dq": frozenset({Field.KEYWORD}),
    "tc": frozenset({Field.OTHER}),
    "ct": frozenset({Field.OTHER}),
    "go": frozenset({Field.OTHER}),
    "sb": frozenset({Field.OTHER}),
    "st": frozenset({Field.OTHER}),
    "md": frozenset({Field.OTHER}),
    **dict.fromkeys(_RARE, frozenset({Field.OTHER})),
}  # fmt: skip

DATES: dict[str, DateKind] = {
    "dt": DateKind.ENTERED,
    "dc": DateKind.ENTERED,
    "da": DateKind.ENTERED,
    "ez": DateKind.ENTRY,
    "ed": DateKind.INDEXED,
    "em": DateKind.INDEXED,
    "up": DateKind.MODIFIED,
    "rd": DateKind.MODIFIED,
    "yr": DateKind.PUBLISHED,
    "dp": DateKind.PUBLISHED,
    "ep": DateKind.ELECTRONIC,
}

LANGUAGES = ("la", "lg")
TYPES = ("pt",)

#: values of `limit n to` that are not dates: how they begin -> what they are about
LIMITS: tuple[tuple[str, LimitKind], ...] = (
    ("humans", LimitKind.SPECIES),
    ("human", LimitKind.SPECIES),
    ("animals", LimitKind.SPECIES),
    ("male", LimitKind.SEX),
    ("female", LimitKind.SEX),
    ("all adult", LimitKind.AGE),
    ("all aged", LimitKind.AGE),
    ("all child", LimitKind.AGE),
    ("all infant", LimitKind.AGE),
    ("adult", LimitKind.AGE),
    ("adolescen", LimitKind.AGE),
    ("child", LimitKind.AGE),
    ("infant", LimitKind.AGE),
    ("newborn", LimitKind.AGE),
    ("middle age", LimitKind.AGE),
    ("young adult", LimitKind.AGE),
    ("aged", LimitKind.AGE),
)
LANGUAGES_BY_NAME = frozenset(
    {
        "afrikaans",
        "arabic",
        "bulgarian",
        "catalan",
        "chinese",
        "croatian",
        "czech",
        "danish",
        "dutch",
        "english",
        "estonian",
        "finnish",
        "french",
        "german",
        "greek",
        "hebrew",
        "hungarian",
        "icelandic",
        "italian",
        "japanese",
        "korean",
        "latvian",
        "lithuanian",
        "norwegian",
        "persian",
        "polish",
        "portuguese",
        "romanian",
        "russian",
        "serbian",
        "slovak",
        "slovenian",
        "spanish",
        "swedish",
        "thai",
        "turkish",
        "ukrainian",
        "vietnamese",
    }
)
PUBLICATION_TYPES = (
    "randomized controlled trial", "controlled clinical trial", "clinical trial", "meta analysis", "review",
    "systematic review", "systematic reviews", "case reports", "letter", "editorial", "comment", "guideline",
    "practice guideline", "comparative study", "journal article", "news", "observational study",
)  # fmt: skip
