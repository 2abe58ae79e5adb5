"""The table of E-utilities, and what a fault does to their answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harvester.sandbox.answers import HTML, JSON, Answer, World, number, of_text
from harvester.sandbox.efetch import efetch, epost
from harvester.sandbox.elink import elink
from harvester.sandbox.esearch import einfo, esearch
from harvester.sandbox.esummary import espell, esummary
from harvester.sandbox.faults import Fault

Fields = dict[str, list[str]]
_Service = Callable[[World, dict[str, str]], Answer]
_PAGE = (
    "<!DOCTYPE html>\n<html><head> <title>NCBI/eutils202 - WWW Error 500 Diagnostic</title> </head>"
    "<body><h1>Server Error</h1><p>Your request could not be processed due to a problem on our Web server.</p>"
    "</body></html>\n"
)
_LIMIT = '{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}\n'
_JSON_ERROR = (
    '{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"ERROR":"Search Backend failed: '
    "Couldn't connect to the search server\"}}"
)
_XML_ERROR = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<eSearchResult>\n\t<ERROR>Search Backend failed: '
    "Couldn't connect to the search server</ERROR>\n</eSearchResult>\n"
)
# Answers that a fault gives in place of the service's own.
_INSTEAD: dict[str, Callable[[], Answer]] = {
    "429": lambda: of_text(_LIMIT, JSON, 429),
    "429-in-200": lambda: of_text(_LIMIT, JSON),
    "html500": lambda: of_text(_PAGE, HTML, 500),
    "html200": lambda: of_text(_PAGE, HTML),
    "502": lambda: Answer(b"", HTML, 502),
    "503": lambda: Answer(b"Service Unavailable\n", HTML, 503, {"Retry-After": "1"}),
    "json-error-in-200": lambda: of_text(_JSON_ERROR, JSON),
    "xml-error-in-200": lambda: of_text(_XML_ERROR),
    "empty": lambda: Answer(b""),
}


def _call(world: World, service: str, parameters: dict[str, str], fields: Fields) -> Answer:
    if service == "elink":
        return elink(world, parameters, fields.get("id", []))
    return SERVICES[service](world, parameters)


def spoil(world: World, service: str, parameters: dict[str, str], fields: Fields, faults: Sequence[Fault]) -> Answer:
    """The answer of a service, with the faults that strike it."""
    kinds = [fault.kind for fault in faults]
    if "webenv-expired" in kinds:
        world.history.forget(parameters.get("WebEnv", ""))
    if "repeat-page" in kinds and service == "efetch":
        size = number(parameters, "retmax", 0)
        parameters = parameters | {"retstart": str(max(0, number(parameters, "retstart", 0) - size))}
    for kind in kinds:
        if kind in _INSTEAD:
            return _INSTEAD[kind]()
    answer = _call(world, service, parameters, fields)
    for kind in kinds:
        answer.body = _spoilt(kind, answer.body)
    return answer


def _spoilt(kind: str, body: bytes) -> bytes:
    if kind == "truncated":
        return body[: len(body) // 2]
    if kind == "count-drift":
        body = re.sub(rb"<Count>(\d+)</Count>", lambda m: b"<Count>%d</Count>" % (int(m[1]) + 3), body, count=1)
        return re.sub(rb'"count":"(\d+)"', lambda m: b'"count":"%d"' % (int(m[1]) + 3), body, count=1)
    if kind == "drop-record":
        start, end = body.rfind(b"<PubmedArticle>"), body.rfind(b"</PubmedArticle>")
        return body if start < 0 else body[:start] + body[end + len(b"</PubmedArticle>\n") :]
    if kind == "drop-page":
        return re.sub(rb"<Pubmed(Book)?Article>.*</Pubmed(Book)?Article>\n?", b"", body, flags=re.DOTALL)
    if kind == "bad-xml":
        return body.replace(b"<ArticleTitle>", b"<ArticleTitle>Fish & chips, ", 1)
    return body


SERVICES: dict[str, _Service] = {
    "esearch": esearch,
    "efetch": efetch,
    "esummary": esummary,
    "epost": epost,
    "einfo": einfo,
    "espell": espell,
    "elink": lambda world, parameters: elink(world, parameters, []),
}
