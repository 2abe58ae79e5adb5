"""What the synthetic records cite beside one another: works that the library does not hold, named by citation alone.

Reference lists are most of what efetch sends (about sixteen references a record in NLM's own files), so without them
a client would look faster here than it is.
"""

from __future__ import annotations

from harvester.sandbox.chance import draw
from harvester.sandbox.people import FAMILIES, JOURNALS

_SALT = 260
_TOPICS = (
    "Community support and the uses of general practice",
    "Measuring wellbeing in an imaginary cohort",
    "Loneliness among people of an invented town",
    "On the cost of services that were never built",
    "Peer support: a made-up overview",
    "Walking groups and what they might do",
    "A scale for things that resist being scaled",
)


def _made(number: int) -> str:
    one, two = (FAMILIES[draw(_SALT, number, salt) % len(FAMILIES)] for salt in (1, 2))
    _, journal, _ = JOURNALS[draw(_SALT, number, 3) % len(JOURNALS)]
    year, volume = 1985 + draw(_SALT, number, 4) % 30, 1 + draw(_SALT, number, 5) % 60
    first = 1 + draw(_SALT, number, 6) % 900
    return (
        f"<Reference><Citation>{one} A, {two} B. {_TOPICS[number % len(_TOPICS)]}. {journal}. {year};{volume}"
        f"({1 + number % 12}):{first}-{first + number % 20}.</Citation><ArticleIdList>"
        f'<ArticleId IdType="doi">10.5555/cited.{number:04d}</ArticleId></ArticleIdList></Reference>'
    )


_POOL: tuple[str, ...] = tuple(_made(number) for number in range(300))


def cited_elsewhere(seed: int, index: int) -> str:
    """The references of a record to works outside the library, as XML: none for a quarter, else ten to forty."""
    chance = draw(seed, index, _SALT)
    if chance % 4 == 0:
        return ""
    start, count = chance // 4 % 260, 10 + chance // 1040 % 31
    return "".join(_POOL[start : start + count])
