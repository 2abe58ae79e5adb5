"""The requests to E-utilities: esearch, efetch, einfo, each as a POST so that no address holds a key.

https://www.ncbi.nlm.nih.gov/books/NBK25497/ asks for `tool` and `email`, and for POST where a request is long.
"""

from __future__ import annotations

from collections.abc import Sequence

from harvester.errors import Refused
from harvester.http import Answer, Http
from harvester.sources.pubmed_answers import (
    NAME,
    Found,
    HistoryLostError,
    judge_info,
    judge_records,
    judge_search,
    read_search,
    refusal,
)

BASE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
PER_SECOND = 3.0
PER_SECOND_WITH_KEY = 10.0
# PubMed lists no more than this of one search, whatever retmax, retstart or the history server are told.
REACH = 9999
KEY = "NCBI_API_KEY"
EMAIL = "NCBI_EMAIL"


class Eutils:
    """E-utilities for PubMed over one Http."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._key = http.credential(KEY, BASE)
        self._email = http.credential(EMAIL, BASE)

    def search(self, text: str, *, limit: int = 0, sort: str = "") -> tuple[Found, Answer]:
        """The count of `text` and its first `limit` ids, kept on the history server. Raises as Http.ask."""
        params = {"term": text, "retmode": "xml", "retmax": str(limit)}
        if limit:
            params["usehistory"] = "y"
        if sort:
            params["sort"] = sort
        answer = self._ask("esearch", params)
        return read_search(answer), answer

    def stored_records(self, web_env: str, query_key: str, start: int, size: int) -> Answer:
        """`size` records from place `start` of a stored result. Raises as Http.ask, and HistoryLostError."""
        place = {"WebEnv": web_env, "query_key": query_key, "retstart": str(start), "retmax": str(size)}
        return self._ask("efetch", {**place, "retmode": "xml"})

    def records(self, ids: Sequence[str]) -> Answer:
        """The records with these PMIDs. Raises as Http.ask."""
        return self._ask("efetch", {"id": ",".join(ids), "retmode": "xml"})

    def info(self) -> Answer:
        """What PubMed says of itself. Raises as Http.ask."""
        return self._ask("einfo", {"retmode": "xml"})

    def _ask(self, tool: str, params: dict[str, str]) -> Answer:
        judge = {"esearch": judge_search, "efetch": judge_records, "einfo": judge_info}[tool]
        who = {"db": "pubmed", "tool": "harvester", "email": self._email, "api_key": self._key}
        try:
            return self._http.ask(
                f"{BASE}{tool}.fcgi",
                params={**{name: value for name, value in who.items() if value}, **params},
                source=NAME,
                per_second=PER_SECOND_WITH_KEY if self._key else PER_SECOND,
                keyed=bool(self._key),
                judge=judge,
                refusal=refusal,
            )
        except HistoryLostError as lost:
            if "WebEnv" in params:
                raise
            raise Refused(str(lost), source=NAME, hint="Check the query on pubmed.ncbi.nlm.nih.gov.") from None
