"""What the sources over HTTP share: one listing after another until the end, cut into items, told apart from asking.

A source says how one listing is asked for (`ask`), how an answer is read (`listing`), what an item's id is (`identify`)
and how a record is read (`read`). What a listing promises and does not give is never passed over: an empty listing
before the end, a cursor that leads back, a reach that ends before the hits do, all raise Incomplete after what came.
"""

from __future__ import annotations

import hashlib
import json
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harvester.errors import Changed, Incomplete, Refused, UsageError
from harvester.http import Answer, Http, TryAgain, redact
from harvester.record import Record
from harvester.search import Search
from harvester.sources.base import Count, Page, RawItem, Source

END = "end"
_ROUNDS = 1_000_000  # listings of one search: more is a loop


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer read: the source's whole count, the raw items, and where the next listing begins ("" at the end)."""

    total: int
    items: Sequence[Any]
    next: str = ""
    warnings: tuple[str, ...] = ()
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a source: an address, its parameters, headers. `secrets` are the credentials in it."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "GET"
    data: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    keyed: bool = False


class Api(Source):
    """A source over HTTP. `batch` records are asked for at once."""

    batch = 100
    #: The source's count is an estimate: once all that it lists has come, that is the count.
    estimates = False

    def __init__(self, *, batch: int | None = None) -> None:
        self._batch = batch or self.batch
        self._came: dict[str, int] = {}  # search -> how many came, once its listings have ended

    # -- what a source says -------------------------------------------------------------------------------------

    @abstractmethod
    def request(self, search: Search, http: Http, at: str, size: int) -> Request:
        """How the listing at `at` ("" is the first) with `size` records is asked for; size 0 only counts."""

    @abstractmethod
    def listing(self, answer: Answer) -> Listing:
        """An answer read. Raises TryAgain, Refused or Changed for one that cannot be trusted."""

    @abstractmethod
    def nodes(self, body: bytes) -> Sequence[Any]:
        """The raw items of a kept page, in order."""

    @abstractmethod
    def identify(self, node: Any) -> str:
        """An item's id; "" for what has none. KeyError, TypeError, IndexError and AttributeError count as none."""

    @abstractmethod
    def read(self, node: Any) -> Record:
        """One record. KeyError, TypeError, IndexError and AttributeError mean that it is not one."""

    # -- asking -------------------------------------------------------------------------------------------------

    def count(self, search: Search, http: Http) -> Count:
        """The source's own count; its index covers no day that has not begun there, whatever our clock says.

        Raises Refused, Unavailable or Changed.
        """
        answer, listing = self.ask(search, http, "", 0)
        hits = self._came.get(digest(search), listing.total) if self.estimates else listing.total
        return Count(hits, listing.translation, listing.warnings, answer.server_day)

    def pages(self, search: Search, http: Http, cursor: str = "") -> Iterator[Page]:
        """Every listing, in order. Raises Refused, Unavailable, Changed, or Incomplete at the end of the reach."""
        at, got = _read_cursor(cursor, search)
        wanted = search.first_n
        seen = {at}
        for _ in range(_ROUNDS):
            if at == END or (wanted is not None and got >= wanted):
                return
            size = self._batch if wanted is None else min(self._batch, wanted - got)
            answer, listing = self.ask(search, http, at, size)
            take = len(listing.items) if wanted is None else min(len(listing.items), wanted - got)
            got += take
            after = listing.next or END
            if after != END and (after in seen or not listing.items):
                after = END  # a cursor that leads nowhere new
            seen.add(after)
            detail = {"total": listing.total, "from": got - take}
            if take < len(listing.items):
                detail["take"] = take
            if listing.items or not at:
                yield self.page(answer, _cursor(search, after, got), detail)
            at = after
            due = listing.total if wanted is None else min(listing.total, wanted)
            if self.info.reach is not None and due > got >= self.info.reach:
                raise self.too_many(listing.total)
            if at == END:
                self._came[digest(search)] = got
                if got < due and not self.estimates:
                    raise Incomplete(
                        f"{self.info.label} counts {listing.total} records and lists {got}",
                        hint="Try `harvester resume` later.",
                    )
        raise Changed("its listings have no end", source=self.info.name, hint="Report it.")

    def too_many(self, total: int) -> Incomplete:
        """What is said when the source counts more than it lets anyone have."""
        return Incomplete(
            f"{self.info.label} gives at most {self.info.reach} of its {total} records",
            hint="Narrow the search, or ask year by year with --since, --until and --by published.",
        )

    def ask(self, search: Search, http: Http, at: str, size: int) -> tuple[Answer, Listing]:
        """One listing, asked for and read. Raises as Http.ask."""
        asked = self.request(search, http, at, size)
        return self.send(http, asked)

    def send(self, http: Http, asked: Request) -> tuple[Answer, Listing]:
        """A request sent; its answer is read by `listing`."""
        kept: list[Listing] = []

        def judge(answer: Answer) -> None:
            kept[:] = [self.listing(answer)]

        answer = self.fetch(http, asked, judge)
        return answer, kept[0]

    def fetch(self, http: Http, asked: Request, judge: Any) -> Answer:
        """A request sent; `judge` looks at its answer. No credential is left in what comes back."""
        rate = self.info.per_second_with_key if asked.keyed else self.info.per_second
        answer = http.ask(
            asked.url,
            params=asked.params,
            source=self.info.name,
            per_second=rate,
            keyed=asked.keyed,
            judge=lambda answer: judge(_cleaned(answer, asked.secrets)),
            refusal=lambda refused: self.refusal(refused, asked.secrets),
            method=asked.method,
            headers=asked.headers,
            data=asked.data,
            secrets=asked.secrets,
        )
        return _cleaned(answer, asked.secrets)

    def refusal(self, answer: Answer, secrets: tuple[str, ...]) -> None:
        """Looks at a 4xx: raises Refused in the source's own words, where it gives some."""
        words = said(answer, secrets)
        if answer.status in (401, 403):
            keys = " or ".join(each.env for each in self.info.credentials if each.env.endswith(("KEY", "PASSWORD")))
            hint = f"Check {keys}." if keys else "Check with the source whether this machine may ask."
            raise Refused(f"HTTP {answer.status}: {words}", source=self.info.name, hint=hint)
        if answer.status in (400, 404, 405, 406, 422):
            raise Refused(
                f"HTTP {answer.status}: {words}",
                source=self.info.name,
                hint="Check the query in the source's own search page.",
            )

    def page(self, answer: Answer, cursor: str, detail: dict[str, Any]) -> Page:
        """An answer as it is kept."""
        return Page(
            "records",
            answer.request,
            answer.status,
            answer.body,
            answer.fetched_at,
            cursor,
            answer.media_type,
            detail=detail,
        )

    def key(self, http: Http, name: str, url: str) -> str:
        """A credential that the source needs. Raises Refused where it is not set (a sandbox needs none)."""
        found = http.credential(name, url)
        if not found and not http.sandboxed:
            raise Refused(
                f"needs {name}, which is not set",
                source=self.info.name,
                hint=f"Set {name} (see `harvester sources {self.info.name}`), or import an export of it: "
                f"harvester import FILE --source {self.info.name}",
            )
        return found

    # -- telling ------------------------------------------------------------------------------------------------

    def items(self, page: Page) -> Iterator[RawItem]:
        """The items of a page; one without an id, or that is no record, comes with its `error`. Raises Changed."""
        if page.kind != "records":
            return
        try:
            nodes = self.nodes(page.body)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Changed(f"a kept page cannot be read: {error}", source=self.info.name, hint="Report it.") from error
        for position, node in enumerate(nodes[: page.detail.get("take")]):
            try:
                identifier = self.identify(node)
            except (KeyError, TypeError, IndexError, AttributeError):
                identifier = ""
            flaw = "" if identifier else "an item without an id"
            yield RawItem(identifier, position, node, flaw)

    def record(self, item: RawItem) -> Record:
        """One record read. Raises ValueError for an item that is none."""
        try:
            return self.read(item.node)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"not a record as {self.info.label} gives them: {error!r}") from error


def json_object(answer: Answer, source: str, *due: str) -> dict[str, Any]:
    """The JSON object of an answer; each of `due` is a member that has to be there.

    Raises TryAgain for a web page, a cut or an empty body, Changed for JSON of another shape.
    """
    body = answer.body.strip()
    if not body:
        raise TryAgain("an empty answer came")
    if answer.is_html:
        raise TryAgain("a web page came where data was due")
    try:
        held = json.loads(body)
    except ValueError as error:
        where = " (cut short)" if body[:1] in (b"{", b"[") and body[-1:] not in (b"}", b"]") else ""
        raise TryAgain(f"the answer is not valid JSON{where}: {error}") from None
    if not isinstance(held, dict):
        raise Changed("JSON came that is no object", source=source, hint="Report it.")
    for name in due:
        if name not in held:
            raise Changed(f"the answer has no {name!r}", source=source, hint="Report it.")
    return held


def number(value: Any, source: str) -> int:
    """A count as a source gives it (a number, or a text of digits). Raises Changed."""
    if isinstance(value, bool) or not re.fullmatch(r"\d+", str(value)):
        raise Changed(f"{value!r} came where a count was due", source=source, hint="Report it.")
    return int(value)


def said(answer: Answer, secrets: Sequence[str] = ()) -> str:
    """What an error answer says, in one line, without credentials."""
    words = answer.text[:4000]
    try:
        held = json.loads(answer.body)
    except ValueError:
        held = None
    found = [word for word in _messages(held) if word] if held is not None else []
    if not found and answer.is_html:
        found = re.findall(r"<(?:title|h1|p)[^>]*>([^<]+)", words, re.IGNORECASE)
    return redact(" ".join(" ".join(found or [words]).split())[:300], secrets)


def _messages(held: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, Mapping) and depth < 4:
        for name, value in held.items():
            if depth or re.search(r"err|message|detail|reason|status|title|description", str(name), re.IGNORECASE):
                yield from _messages(value, depth + 1)
    elif isinstance(held, list) and depth < 4:
        for value in held[:5]:
            yield from _messages(value, depth + 1)


def digest(search: Search) -> str:
    """A short mark of a search, so that a cursor of another one is known."""
    return hashlib.sha256(f"{search.text}\0{search.window}\0{search.first_n}".encode()).hexdigest()[:16]


def _cursor(search: Search, at: str, got: int) -> str:
    return json.dumps({"search": digest(search), "at": at, "got": got}, separators=(",", ":"))


def _read_cursor(cursor: str, search: Search) -> tuple[str, int]:
    if not cursor:
        return "", 0
    try:
        held = json.loads(cursor)
        if held["search"] != digest(search):
            return "", 0  # of another search: everything is asked for again
        return str(held["at"]), int(held["got"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"a cursor that cannot be read: {error}", hint="Run the search anew.") from error


def _cleaned(answer: Answer, secrets: Sequence[str]) -> Answer:
    """The answer without credentials: some servers print the key, or the whole request, into their answers."""
    body = answer.body
    for secret in secrets:
        body = body.replace(secret.encode(), b"REDACTED") if secret else body
    return answer if body is answer.body else replace(answer, body=body)
