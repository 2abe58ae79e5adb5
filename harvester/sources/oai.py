"""Any repository that speaks OAI-PMH: GreyNet's GreyGuide, the DANS archives (where OpenGrey lies), and others.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html
There is no search: all records whose datestamp lies in the days are fetched (Dublin Core) and the strategy is matched
here. A datestamp is the day of the last change, so a window by entry asks for all that changed since its first day.
Deleted records have no metadata and are left out of the count. ListIdentifiers counts, ListRecords gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.errors import Incomplete, Refused, UsageError
from harvester.http import Answer, Http, TryAgain
from harvester.record import Record
from harvester.search import Search, SearchLine
from harvester.sources import fields, xml
from harvester.sources.api import END, Api, Listing, Request, digest, number
from harvester.sources.base import Count, Credential, Page, SourceInfo
from harvester.window import DateField

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_ROUNDS = 100_000


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository. `url` is its base address ("": `env` has to hold it), `set` narrows it to one of its sets."""

    label: str
    url: str
    docs: str
    terms: str
    set: str = ""
    env: str = ""


REPOSITORIES = {
    "greyguide": Repository(
        "GreyGuide (GreyNet)",
        "",  # its base address is published nowhere that could be checked: GreyNet tells it on request
        "https://greyguide.isti.cnr.it/",
        "https://greyguide.isti.cnr.it/",
        env="GREYGUIDE_OAI_URL",
    ),
    # DSpace 7 answers there; from its documentation and from programs that use it, not asked itself.
    "who-iris": Repository(
        "WHO IRIS (World Health Organization)",
        "https://iris.who.int/server/oai/request",
        "https://iris.who.int/",
        "https://www.who.int/about/policies/terms-of-use",
    ),
    "dans": Repository(
        "DANS Social Sciences and Humanities",
        "https://ssh.datastations.nl/oai",
        "https://dans.knaw.nl/en/data-services/",
        "https://dans.knaw.nl/en/about/organisation-and-policy/legal-information/",
    ),
}


class Oai(Api):
    """One repository: a name of REPOSITORIES, or any `url`. `format` is the metadata format asked for."""

    batch = 0  # the repository decides

    def __init__(self, name: str = "oai-pmh", *, url: str = "", set: str = "", batch: int | None = None) -> None:  # noqa: A002
        super().__init__(batch=batch or 100)
        if name not in REPOSITORIES and name != "oai-pmh":
            raise UsageError(f"there is no repository {name!r}", hint=f"Known: {', '.join(REPOSITORIES)}.")
        known = REPOSITORIES.get(name)
        self._url = url or (known.url if known else "")
        self._set = set or (known.set if known else "")
        self._env = "" if known and known.url else (known.env if known else "OAI_PMH_URL")
        self.info = SourceInfo(
            name=name,
            label=known.label if known else "A repository by its OAI-PMH address",
            kind="api",
            docs=known.docs if known else "https://www.openarchives.org/OAI/openarchivesprotocol.html",
            terms=known.terms if known else "https://www.openarchives.org/",
            dialect="generic",
            windows=(DateField.ENTERED, DateField.MODIFIED),
            per_second=1,
            per_second_with_key=1,
            credentials=(Credential(self._env, required=True, purpose="the repository's base address"),)
            if self._env
            else (),
            matched_here=True,
            route="OAI-PMH: all records, matched here",
        )

    # -- asking -------------------------------------------------------------------------------------------------

    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """The first listing of the days, or the one that a resumption token leads to; size 0: only headers."""
        url = self._url or (http.config.get(self._env) if self._env else "")
        url = url or ("https://oai.example.org/oai" if http.sandboxed else "")
        if not url.startswith(("https://", "http://")):
            raise Refused(
                "needs the address of a repository",
                source=self.info.name,
                hint=f"Set {self._env} to its OAI-PMH base address (https://...).",
            )
        params = {"verb": "ListRecords" if size else "ListIdentifiers"}
        if at:
            return Request(url, params | {"resumptionToken": at})
        params["metadataPrefix"] = "oai_dc"
        if self._set:
            params["set"] = self._set
        window = search.window
        if window and window.since:
            params["from"] = window.since.isoformat()
        if window and window.until and window.by is DateField.MODIFIED:
            params["until"] = window.until.isoformat()
        return Request(url, params)

    def count(self, search: Search, http: Http) -> Count:
        """How many records that are not deleted the headers list. Raises Refused, Unavailable or Changed."""
        at, live, seen = "", set[str](), {""}
        for _ in range(_ROUNDS):
            answer, listing = self.ask(search, http, at, 0)
            live |= {_identifier(node) for node in _listed(answer.body) if not _deleted(node)}
            at = listing.next
            if not at or at in seen:
                return Count(len(live))
            seen.add(at)
        raise Incomplete(f"{self.info.label} lists without an end", hint="Report it.")

    def count_lines(self, search: Search, http: Http) -> Iterator[tuple[SearchLine, Count | None]]:
        """None for every line: the protocol knows days, no words."""
        for line in search.lines:
            yield line, None

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every listing. A token that the repository no longer knows begins the search anew, once."""
        at = _place(cursor, search)
        if at == END:
            return
        seen = {at}
        first = True
        for _ in range(_ROUNDS):
            try:
                answer, listing = self.ask(search, http, at, 1)
            except _TokenLostError as lost:
                if not at or not first:
                    raise Refused(str(lost), source=self.info.name, hint="Try `harvester resume` later.") from None
                at, first, seen = "", False, {""}
                continue
            after = listing.next or END
            if after in seen:
                raise Incomplete(f"{self.info.label}'s resumption token leads in a circle", hint="Try again later.")
            seen.add(after)
            mark = json.dumps({"search": digest(search), "at": after}, separators=(",", ":"))
            yield self.page(answer, mark, {"total": listing.total})
            at = after
            if at == END:
                return
        raise Incomplete(f"{self.info.label} lists without an end", hint="Report it.")

    def listing(self, answer: Answer) -> Listing:
        """A list and its token. noRecordsMatch is an empty one."""
        root = xml.of(answer)
        if root.tag != f"{OAI}OAI-PMH":
            raise TryAgain(f"<{root.tag}> came where OAI-PMH was due")
        error = root.find(f"{OAI}error")
        if error is not None:
            return self._error(error)
        part = root.find(f"{OAI}ListRecords")
        if part is None:
            part = root.find(f"{OAI}ListIdentifiers")
        if part is None:
            raise TryAgain("an OAI-PMH answer without a list came")
        token = part.find(f"{OAI}resumptionToken")
        size = "" if token is None else token.get("completeListSize", "")
        nodes = _listed(answer.body)
        total = number(size, self.info.name) if size else len(nodes)
        return Listing(total, nodes, "" if token is None else (token.text or "").strip())

    def _error(self, error: Any) -> Listing:
        code, words = error.get("code", ""), xml.words(error)
        if code == "noRecordsMatch":
            return Listing(0, [])
        if code == "badResumptionToken":
            raise _TokenLostError(f"{code}: {words}")
        raise Refused(f"{code or 'an error'}: {words}", source=self.info.name, hint="Check the address and the set.")

    # -- telling ------------------------------------------------------------------------------------------------

    def nodes(self, body: bytes) -> Sequence[Any]:
        """The records that are not deleted."""
        return [node for node in _listed(body) if not _deleted(node)]

    def identify(self, node: Any) -> str:
        """The OAI identifier."""
        return _identifier(node)

    def read(self, node: Any) -> Record:
        """One record's Dublin Core."""
        held = node.find(f"{OAI}metadata")
        if held is None:
            raise KeyError("no metadata")
        said: dict[str, list[str]] = {}
        for each in held.iter():
            if isinstance(each.tag, str) and each.tag.startswith(DC) and xml.words(each):
                said.setdefault(each.tag.removeprefix(DC), []).append(xml.words(each))
        types = said.get("type", [])
        kind = next((found for each in types if (found := fields.genre(_bare(each))) != "other"), "other")
        ids = said.get("identifier", []) + said.get("relation", [])
        dois = [each for each in said.get("identifier", []) if "10." in each]
        links = [each for each in ids if each.startswith(("http://", "https://"))]
        titles = said.get("title", [])
        return Record(
            self.info.name,
            _identifier(node),
            fields.title(titles),
            kind=kind,
            vernacular_title=fields.plain(titles[1:]),
            authors=tuple(fields.author(each) for each in said.get("creator", [])),
            journal=fields.plain(said.get("source")) if kind == "article" else "",
            publisher=fields.plain(said.get("publisher")),
            published=fields.day(_first_date(said.get("date", []))),
            modified=fields.day(xml.words(node.find(f"{OAI}header/{OAI}datestamp"))),
            abstract=fields.sections(max(said.get("description", []), key=len, default="")),
            languages=fields.texts(said.get("language")),
            publication_types=fields.texts([_bare(each) for each in types]),
            keywords=fields.texts(said.get("subject")),
            identifiers=fields.known(doi=dois, oai=_identifier(node)),
            url=links[0] if links else "",
            extra=fields.kept([("rights", fields.texts(said.get("rights"))), ("set", _sets(node))]),
        )


class _TokenLostError(Exception):
    """The repository no longer knows the resumption token."""


def _place(cursor: str, search: Search) -> str:
    if not cursor:
        return ""
    try:
        held = json.loads(cursor)
        return str(held["at"]) if held["search"] == digest(search) else ""
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"a cursor that cannot be read: {error}", hint="Run the search anew.") from error


def _listed(body: bytes) -> list[Any]:
    """Records, or bare headers where only these were asked for."""
    root = xml.parse(body)
    records = root.findall(f"{OAI}ListRecords/{OAI}record")
    return list(records or root.findall(f"{OAI}ListIdentifiers/{OAI}header"))


def _header(node: Any) -> Any:
    return node if node.tag == f"{OAI}header" else node.find(f"{OAI}header")


def _deleted(node: Any) -> bool:
    header = _header(node)
    return header is not None and header.get("status") == "deleted"


def _identifier(node: Any) -> str:
    header = _header(node)
    return "" if header is None else xml.words(header.find(f"{OAI}identifier"))


def _sets(node: Any) -> tuple[str, ...]:
    return tuple(xml.words(each) for each in node.findall(f"{OAI}header/{OAI}setSpec"))


def _bare(kind: str) -> str:
    """`info:eu-repo/semantics/article` and `doc-type:article` as `article`."""
    return kind.rpartition("/")[2].rpartition(":")[2]


def _first_date(dates: Sequence[str]) -> str:
    """The earliest: repositories also give the days of deposit and embargo."""
    good = sorted(each for each in dates if fields.day(each).year)
    return good[0] if good else ""
