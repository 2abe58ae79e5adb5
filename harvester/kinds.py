"""What kinds of work are called: the names that programs and databases have for the kinds of harvester.record.

Names of EndNote, Reference Manager, RefWorks, Zotero, BibTeX and biblatex, CSL, Scopus and Web of Science.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES: dict[str, str] = {
    "article": """article, journal article, journal, electronic article, journal electronic, magazine article,
        newspaper article, review, periodical, article journal, article magazine, article newspaper, journalarticle,
        magazinearticle, newspaperarticle, preprint""",
    "book": """book, edited book, electronic book, book whole, authored book, booklet, mvbook, collection, proceedings,
        monograph""",
    "chapter": """book section, book chapter, chapter, electronic book section, encyclopedia, inbook, incollection,
        inreference, entry encyclopedia, booksection, encyclopediaarticle, dictionaryentry""",
    "conference": """conference, conference paper, conference proceedings, conference proceeding, proceedings paper,
        inproceedings, paper conference, conferencepaper, article proceedings paper""",
    "report": "report, government document, technical report, techreport, manual",
    "thesis": """thesis, dissertation, dissertation thesis, dissertation abstract, phdthesis, mastersthesis,
        doctoral dissertation""",
    "web": "web page, webpage, web, blog, website, online, electronic, www, post, post weblog, blogpost, forumpost",
    "other": "other, generic, misc, document, patent, manuscript",
}
_KIND_OF = {" ".join(name.split()): kind for kind, names in _NAMES.items() for name in names.split(",")}
_MARKS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1 << 10)
def kind_of(name: str) -> str:
    """The kind that a program's name for one stands for, in any case and with any marks; "" for an unknown name."""
    return _KIND_OF.get(_MARKS.sub(" ", name.lower()).strip(), "")
