"""The pages that are added to Datasette, and the guard before all of them.

Nothing is written without the token that `serve` prints: opening its address sets a cookie (HttpOnly,
SameSite=Strict), and every write needs that cookie and a second secret that only the page holds, in a header that no
other site's form can send. Requests to any other host name than the loopback's are refused (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

from datasette import Response, hookimpl

from harvester.errors import HarvesterError, StoreInUse, UsageError
from harvester.store import Store
from harvester.ui import pairs
from harvester.ui.export import ris_of
from harvester.ui.page import duplicates_page, refused_page, runs_page
from harvester.ui.writer import Writer

COOKIE = "harvester-token"
HEADER = "x-harvester"
LARGEST_BODY = 65_536
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


class Plugin:
    """Datasette's hooks for one store. `token` is what the address holds, `secret` what the page holds."""

    def __init__(self, writer: Writer, hosts: frozenset[str]) -> None:
        self.__name__ = "harvester"  # Datasette takes plugins for modules
        self.writer = writer
        self.hosts = hosts
        self.token = secrets.token_urlsafe(24)
        self.secret = secrets.token_urlsafe(24)

    @hookimpl
    def register_routes(self) -> list[tuple[str, Any]]:
        """The added pages."""
        pages = (
            (r"^/-/harvester/open$", self._open),
            (r"^/-/harvester/duplicates$", self._duplicates),
            (r"^/-/harvester/runs$", self._runs),
            (r"^/-/harvester/queue$", self._queue),
            (r"^/-/harvester/pair$", self._pair),
            (r"^/-/harvester/agreement$", self._agreement),
            (r"^/-/harvester/decide$", self._decide),
            (r"^/-/harvester/undo$", self._undo),
            (r"^/-/harvester/later$", self._later),
        )
        return [(address, _view(method)) for address, method in pages]

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """The added pages in Datasette's menu."""
        return [
            {"href": "/-/harvester/duplicates", "label": "Uncertain duplicates"},
            {"href": "/-/harvester/runs", "label": "Runs"},
        ]

    @hookimpl
    def register_output_renderer(self) -> dict[str, Any]:
        """`.ris` of any view of the records."""
        return {
            "extension": "ris",
            "render": partial(ris_of, self.writer, {HEADER: self.secret}),
            "can_render": lambda table: table == "records",
        }

    @hookimpl(optionalhook=True)
    def skip_csrf(self, scope: Scope) -> bool:
        """Our own writes are guarded here; Datasette 1.0 has another guard and no such hook."""
        return str(scope.get("path", "")).startswith("/-/harvester/")

    @hookimpl
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Refuse every host name but the loopback's."""

        def wrap(app: App) -> App:
            async def guarded(scope: Scope, receive: Any, send: Any) -> None:
                if scope["type"] == "http":
                    headers = dict(scope["headers"])
                    host = headers.get(b"host", b"").decode("latin-1").lower()
                    # Datasette asks itself by another name; only it and our own page know the secret.
                    from_within = hmac.compare_digest(headers.get(HEADER.encode(), b""), self.secret.encode())
                    if host not in self.hosts and not from_within:
                        await _refuse(send, f"This server does not answer to the name {host!r}.")
                        return
                await app(scope, receive, send)

            return guarded

        return wrap

    def _is_known(self, request: Any) -> bool:
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.token.encode())

    async def _open(self, request: Any) -> Any:
        if not hmac.compare_digest((request.args.get("token") or "").encode(), self.token.encode()):
            return Response.html(refused_page(), status=403)
        answer = Response.redirect("/-/harvester/duplicates")
        answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
        return answer

    async def _duplicates(self, request: Any) -> Any:
        if not self._is_known(request):
            return Response.html(refused_page(), status=403)
        nonce = secrets.token_urlsafe(16)
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        policy += "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        headers = {"content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer"}
        return Response.html(duplicates_page(self.secret, nonce), headers=headers)

    async def _runs(self, _request: Any) -> Any:
        headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return Response.html(await asyncio.to_thread(self.writer.read, runs_page), headers=headers)

    async def _queue(self, request: Any) -> Any:
        def act(store: Store) -> dict[str, Any]:
            name = pairs.reviewer_name(request.args.get("reviewer"))
            return pairs.queue(store, name, second=request.args.get("second") == "1")

        return await self._answer(request, act, write=False)

    async def _pair(self, request: Any) -> Any:
        def act(store: Store) -> dict[str, Any]:
            return pairs.one(store, _number(request.args.get("a")), _number(request.args.get("b")))

        return await self._answer(request, act, write=False)

    async def _agreement(self, request: Any) -> Any:
        return await self._answer(request, pairs.agreed, write=False)

    async def _decide(self, request: Any) -> Any:
        said = await _body(request)

        def act(store: Store) -> dict[str, Any]:
            name = pairs.reviewer_name(said.get("reviewer"))
            number = pairs.decide(store, _number(said.get("a")), _number(said.get("b")), str(said.get("verdict")), name)
            return {"number": number}

        return await self._answer(request, act, write=True)

    async def _undo(self, request: Any) -> Any:
        said = await _body(request)

        def act(store: Store) -> dict[str, Any]:
            pairs.undo(store, _number(said.get("number")), pairs.reviewer_name(said.get("reviewer")))
            return {}

        return await self._answer(request, act, write=True)

    async def _later(self, request: Any) -> Any:
        said = await _body(request)

        def act(store: Store) -> dict[str, Any]:
            name = pairs.reviewer_name(said.get("reviewer"))
            pairs.put_off(store, _number(said.get("a")), _number(said.get("b")), name)
            return {}

        return await self._answer(request, act, write=True)

    async def _answer(self, request: Any, act: Callable[[Store], dict[str, Any]], *, write: bool) -> Any:
        """The outcome of `act` as JSON; what goes wrong as a sentence with its hint."""
        refused = self._refusal(request, write=write)
        if refused is not None:
            return refused
        try:
            told = await asyncio.to_thread(self.writer if write else self.writer.read, act)
        except HarvesterError as error:
            status = 409 if isinstance(error, StoreInUse) else 400 if isinstance(error, UsageError) else 500
            return _failed(status, str(error), error.hint)
        return Response.json({"ok": True, "notice": self.writer.failure, **told})

    def _refusal(self, request: Any, *, write: bool) -> Any:
        """Why the request may not be answered, or None."""
        if not self._is_known(request):
            return _failed(403, "this page was not opened by the address that `harvester serve` printed", "")
        if write and request.method != "POST":
            return _failed(405, "a decision is sent by POST", "")
        if write and not hmac.compare_digest((request.headers.get(HEADER) or "").encode(), self.secret.encode()):
            return _failed(403, "this page is of an earlier server", "Open the address that `harvester serve` printed.")
        return None


def _view(method: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    """`method` as a function: Datasette 1.0 takes no bound methods for pages."""

    async def view(request: Any) -> Any:
        return await method(request)

    return view


def _failed(status: int, message: str, hint: str) -> Any:
    return Response.json({"ok": False, "message": message, "hint": hint}, status=status)


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise UsageError(f"{value!r} is no number", hint="Reload the page.") from None


async def _body(request: Any) -> dict[str, Any]:
    """The JSON object that was sent; {} for anything else, which no act accepts."""
    if request.method != "POST" or int(request.headers.get("content-length") or 0) > LARGEST_BODY:
        return {}
    try:
        said = json.loads(await request.post_body())
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


async def _refuse(send: Any, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
