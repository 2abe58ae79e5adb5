"""What comes along when a strategy is pasted out of a database or a paper, and is no part of the search.

Everything here keeps the length of the text, so that places stay true: what means nothing becomes blanks. What does
mean something and cannot be read here is refused by name: as mere words it would find nothing, in silence.
"""

from __future__ import annotations

import re

from harvester.dialects.base import Note
from harvester.dialects.parse import Places

#: Heads of tables and remarks of databases' own about a line: no part of the search.
_NOTHING = re.compile(
    r"""^[ \t]*(?:\#|ID|Set|No\.?|Line|Search(?:[ ]number)?)[ \t]+
        (?:Search(?:es|[ ]terms)?|Query|Queries)[^\n"()]{0,80}$
    |^[ \t]*(?:Database|Interface|Search[ ](?:name|strategy)|Date[ ]Run|Comment|Last[ ]Saved)[ \t]*:[^\n]*$
    |\(Word[ ]variations[ ]have[ ]been[ ]searched\)
    |^[ \t]*(?:Indexes|Editions)[ \t]*=[^\n]*?(?=\s*\bTimespan|$)
    |\bTimespan[ \t]*[=:][ \t]*All[ ]years\b[^\n]*$
    |\b(?:Expanders|Search[ ]modes)[ ]-[ ][^\n;]*?(?=[ \t]{2,}|\t|;|\b(?:Limiters|Expanders|Search[ ]modes)[ ]-|$)
    |(?<=\t)Search:(?=[ ])|^[ \t]*Search:(?=[ ])|(?<=\d[ ])Search:(?=[ ])""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)

#: What means something, in a form that is not read: whose ("" anybody's), pattern, what it is, what to write instead.
_REFUSED = (
    (
        "",
        re.compile(r"'[^'\n]+'\s*/(?:exp|de|mj)\b|'[^'\n]+':(?:ti|ab|kw|tt)\b|\w/(?:exp|mj)\b"),
        "this is Embase.com's own language, which is not read here",
        "Export the strategy from Ovid Embase, or write 'heart attack'/exp as exp heart attack/ and use --from ovid.",
    ),
    (
        "ebsco",
        re.compile(r"\bLimiters - ", re.IGNORECASE),
        "EBSCOhost's list of limiters is no search",
        "Write them as fields: AND DT 20170101-20221231 AND LA English.",
    ),
    (
        "cochrane",
        re.compile(r"\bwith (?:Cochrane Library )?publication date|\bin (?:Trials|Cochrane Reviews)\b", re.IGNORECASE),
        "the Cochrane Library's own filter is no search",
        "Remove it here and set it in the Cochrane Library; dates belong under [limits] of a strategy file.",
    ),
    (
        "wos",
        re.compile(r"\bTimespan\s*[=:]\s*\S"),
        "Web of Science's time span is no search",
        "Write it as a field: AND PY=(2017-2022).",
    ),
)
#: Single quotes around a phrase: an apostrophe stands beside a letter, these stand outside.
_SINGLE = re.compile(r"(?<![\w'])'([^\s'\"\n](?:[^'\"\n]{0,78}[^\s'\"\n])?)'(?![\w'])")


def clean(source: str, places: Places, dialect: str) -> tuple[str, list[Note]]:
    """`source` (see `words.plain`) of a query in `dialect`, without what came along, and what was doubtful.

    Raises StrategyError.
    """
    notes: list[Note] = []
    source = _NOTHING.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)
    for name, pattern, what, hint in _REFUSED:
        found = pattern.search(source) if name in ("", dialect) else None
        if found and source.count('"', 0, found.start()) % 2 == 0:
            raise places.error(found.start(), what, hint)

    def double(found: re.Match[str]) -> str:
        if source.count('"', source.rfind("\n", 0, found.start()) + 1, found.start()) % 2:
            return found.group()  # inside double quotes
        span = places.span(*found.span())
        notes.append(Note("single-quotes", f"{found.group()} is read as a phrase in quotes", span, "warning",
                          f'"{found[1]}"'))  # fmt: skip
        return f'"{found[1]}"'

    return (_SINGLE.sub(double, source) if "'" in source else source), notes
