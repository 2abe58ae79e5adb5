"""What E-utilities answer: read, and judged. Errors come with HTTP 200 too, in XML, JSON, HTML and plain text.

https://www.ncbi.nlm.nih.gov/books/NBK25499/ describes the answers; the errors are those seen by users of other
clients (biopython #4189, rentrez #178, and logs).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from harvester.errors import Changed, Refused
from harvester.http import Answer, TryAgain

NAME = "pubmed"
MAX_WILDCARDS = 256

_ARTICLE = re.compile(rb"<(?:MedlineCitation|BookDocument)\b[^>]*>\s*<PMID[^>]*>\s*(\d+)")
_PASSING = re.compile(
    r"backend failed|rate limit|temporar|timed? ?out|time-out|unavailable|overload|try again|internal|server error"
    r"|exception|cannot connect|connection|unable to route|failed to",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"unable to obtain query|query_?key|web_?env|history.*(?:expired|not found|empty)|session.*expired", re.IGNORECASE
)
_RANGE = re.compile(r"out of acceptable range|cannot be larger than 999\d|retstart", re.IGNORECASE)


class HistoryLostError(Exception):
    """The server no longer knows the stored result (a WebEnv lives some hours). The search has to be sent again."""


@dataclass(frozen=True, slots=True)
class Found:
    """An esearch answer: the whole count, the ids listed (at most 9,999), and how the server understood the text."""

    count: int
    ids: tuple[str, ...]
    translation: str
    warnings: tuple[str, ...]
    web_env: str
    query_key: str


def judge_search(answer: Answer) -> None:
    """Takes an esearch answer that holds a count. Raises TryAgain, Refused or Changed."""
    read_search(answer)


def judge_info(answer: Answer) -> None:
    """Takes an einfo answer. Raises TryAgain, Refused or Changed."""
    _root(answer, "eInfoResult")


def judge_records(answer: Answer) -> None:
    """Takes a whole PubmedArticleSet. Raises TryAgain, Refused, Changed or HistoryLostError.

    Only the frame is looked at: an article that is broken in itself is kept and quarantined, not asked for again.
    """
    body = answer.body.strip()
    if b"<PubmedArticleSet" in body[:2000]:
        if not (body.endswith((b"</PubmedArticleSet>", b"/>"))):
            raise TryAgain("the records are cut short")
        return
    if body.startswith(b"<") and not answer.is_html:
        _error_element(answer, body)
        raise Changed("efetch gave XML that is not a PubmedArticleSet", source=NAME, hint="Report it.")
    _not_xml(answer)


def refusal(answer: Answer) -> None:
    """Looks at a 4xx: a lost history comes as HTTP 400. Raises HistoryLostError, TryAgain or Refused, or returns."""
    words = answer.text[:2000]
    if _HISTORY.search(words):
        raise HistoryLostError(" ".join(words.split())[:200])
    if "rate limit exceeded" in words:
        raise TryAgain("the rate limit was exceeded", limited=True)
    if "API key invalid" in words:
        raise Refused(
            "NCBI does not know this API key", source=NAME, hint="Correct NCBI_API_KEY, or leave it out (3 requests/s)."
        )


def read_search(answer: Answer) -> Found:
    """The count, ids, translation and warnings of an esearch answer, XML or JSON. Raises as `judge_search`."""
    if answer.body.lstrip().startswith(b"{"):
        return _read_json(answer)
    root = _root(answer, "eSearchResult")
    count = (root.findtext("Count") or "").strip()
    if not count.isdecimal():
        raise Changed("esearch gave no count", source=NAME, hint="Report it.")
    ids = [(node.text or "").strip() for node in root.iterfind("IdList/Id")]
    said: list[tuple[str, str]] = []
    for part in ("ErrorList", "WarningList"):
        said.extend((node.tag, (node.text or "").strip()) for node in root.iterfind(f"{part}/*"))
    return Found(
        int(count),
        tuple(ids),
        (root.findtext("QueryTranslation") or "").strip(),
        tuple(sentence(kind, words) for kind, words in said if words),
        (root.findtext("WebEnv") or "").strip(),
        (root.findtext("QueryKey") or "").strip(),
    )


_JSON_KINDS = {
    "phrasesnotfound": "PhraseNotFound",
    "fieldsnotfound": "FieldNotFound",
    "phrasesignored": "PhraseIgnored",
    "quotedphrasesnotfound": "QuotedPhraseNotFound",
    "outputmessages": "OutputMessage",
}


def _read_json(answer: Answer) -> Found:
    result = _json(answer).get("esearchresult")
    if not isinstance(result, dict):
        raise Changed("esearch gave JSON without a result", source=NAME, hint="Report it.")
    _judge_words(str(result.get("ERROR") or ""), answer)
    count = str(result.get("count", ""))
    if not count.isdecimal():
        raise Changed("esearch gave no count", source=NAME, hint="Report it.")
    said: list[str] = []
    for part in ("errorlist", "warninglist"):
        for kind, phrases in dict(result.get(part) or {}).items():
            said.extend(sentence(_JSON_KINDS.get(str(kind), str(kind)), str(words)) for words in phrases if words)
    return Found(
        int(count),
        tuple(map(str, result.get("idlist") or ())),
        str(result.get("querytranslation") or ""),
        tuple(said),
        str(result.get("webenv") or ""),
        str(result.get("querykey") or ""),
    )


def sentence(kind: str, words: str) -> str:
    """One warning of the server as a sentence that names what it is about."""
    if kind == "PhraseNotFound":
        return f"PubMed did not find {words!r} and left it out of the search."
    if kind == "QuotedPhraseNotFound":
        return f"PubMed does not know the quoted phrase {words} and did not search it as a phrase."
    if kind == "PhraseIgnored":
        return f"PubMed ignored {words!r}."
    if kind == "FieldNotFound":
        return f"PubMed does not know the field {words!r}."
    return f"PubMed says: {words}"


def last_update(answer: Answer) -> date | None:
    """The day of the last update in an einfo answer, or None where it says none that can be read."""
    found = re.match(
        r"(\d{4})/(\d{2})/(\d{2})", (_root(answer, "eInfoResult").findtext("DbInfo/LastUpdate") or "").strip()
    )
    return date(*map(int, found.groups())) if found else None


def pmids(body: bytes) -> list[str]:
    """The PMIDs of the records in an efetch body, in order (not those that they cite)."""
    return [number.decode() for number in _ARTICLE.findall(body)]


def _root(answer: Answer, name: str) -> Any:
    """The root element of a small XML answer. Raises for everything that is not a whole, good one."""
    from lxml import etree

    body = answer.body.strip()
    if not body.startswith(b"<") or answer.is_html:
        _not_xml(answer)
    if not body.endswith(f"</{name}>".encode()):
        _error_element(answer, body)
        if f"<{name}".encode() in body[:2000]:
            raise TryAgain("the answer is cut short")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise TryAgain(f"the answer is not well-formed XML: {error.msg}") from None
    if root.tag != name:
        raise Changed(f"<{root.tag}> came where <{name}> was due", source=NAME, hint="Report it.")
    _judge_words(" ".join((root.findtext("ERROR") or "").split()), answer)
    return root


def _error_element(answer: Answer, body: bytes) -> None:
    found = re.search(rb"<ERROR[^>]*>(.*?)</ERROR>", body, re.DOTALL)
    if found:
        words = " ".join(found.group(1).decode("utf-8", "replace").split())
        if _HISTORY.search(words):
            raise HistoryLostError(words[:200])
        _judge_words(words or "an empty error", answer)


def _judge_words(words: str, answer: Answer) -> None:
    """Raises for an error in words: TryAgain for one that may pass, Refused for the others."""
    if not words:
        return
    if "exceeds 256" in words or (_PASSING.search(words) and answer.request.count("%2A") > MAX_WILDCARDS):
        raise Refused(
            f"PubMed cannot search more than {MAX_WILDCARDS} truncated words: {words}",
            source=NAME,
            hint="Truncate fewer words, or split the strategy.",
        )
    if _RANGE.search(words):
        raise Refused(words, source=NAME, hint="PubMed lists 9,999 records a search: report it, the program slices.")
    if _PASSING.search(words):
        raise TryAgain(words, limited="rate limit" in words.lower())
    raise Refused(words, source=NAME, hint="Check the query on pubmed.ncbi.nlm.nih.gov.")


def _json(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        words = answer.text[:2000]
        if _RANGE.search(words):
            _judge_words(" ".join(words.split())[:300], answer)
        raise TryAgain("the answer is not valid JSON") from None
    if not isinstance(found, dict):
        raise Changed("a JSON answer of an unknown shape", source=NAME, hint="Report it.")
    if "error" in found:
        words = str(found["error"])
        if "api key invalid" in words.lower():
            raise Refused(words, source=NAME, hint="Correct NCBI_API_KEY, or leave it out (3 requests/s).")
        _judge_words(words, answer)
    return found


def _not_xml(answer: Answer) -> None:
    """Raises for a web page, a JSON error, or plain text where XML was due."""
    if answer.is_html:
        title = re.search(r"<title[^>]*>(.*?)</title>", answer.text[:5000], re.IGNORECASE | re.DOTALL)
        raise TryAgain("a web page came instead of data" + (f": {' '.join(title.group(1).split())}" if title else ""))
    if answer.body.lstrip().startswith(b"{"):
        _json(answer)
        raise TryAgain("JSON came where XML was due")  # an error of another service's shape: it passes, or is told
    words = " ".join(answer.text[:300].split())
    if _HISTORY.search(words):
        raise HistoryLostError(words)
    if "too many uids" in words.lower() or "empty id list" in words.lower():
        raise Refused(words, source=NAME, hint="Report it: the program asked for too many or no records.")
    raise TryAgain(f"text came instead of data: {words!r}" if words else "an empty answer")
