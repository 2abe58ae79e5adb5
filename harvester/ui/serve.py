"""Starting Datasette on the store, on the loopback address only."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester.errors import UsageError
from harvester.store import open_store
from harvester.ui.index import TABLE, refresh
from harvester.ui.writer import Writer

if TYPE_CHECKING:
    from harvester.ui.plugin import Plugin

HOST = "127.0.0.1"
_START_SECONDS = 30.0


class Server:
    """A running server. `address` is its home page, `entrance` the address with the token that lets one decide."""

    def __init__(self, path: Path, port: int, *, quiet: float | None = None) -> None:
        self._socket = _listen(port)
        self.port = self._socket.getsockname()[1]
        self.address = f"http://{HOST}:{self.port}"
        self._writer = Writer(path) if quiet is None else Writer(path, quiet=quiet)
        try:
            self.searchable = _prepare(path, self._writer)
            self._plugin, self._datasette = _datasette(path, self._writer, self.port, searchable=self.searchable)
        except BaseException:
            self._socket.close()
            raise
        self._uvicorn: Any = None
        self._thread: threading.Thread | None = None

    @property
    def entrance(self) -> str:
        """The address that opens the page for uncertain duplicates."""
        return f"{self.address}/-/harvester/open?token={self._plugin.token}"

    def run(self) -> None:
        """Serve until interrupted."""
        try:
            self._server().run(sockets=[self._socket])
        finally:
            self._end()

    def __enter__(self) -> Server:
        server = self._server()
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        end = time.monotonic() + _START_SECONDS
        while not server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                self._end()
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        assert self._thread is not None
        self._thread.join()
        self._end()

    def _server(self) -> Any:
        import uvicorn

        config = uvicorn.Config(self._datasette.app(), log_level="warning", lifespan="on", timeout_graceful_shutdown=3)
        self._uvicorn = uvicorn.Server(config)
        return self._uvicorn

    def _end(self) -> None:
        from datasette.plugins import pm

        pm.unregister(self._plugin)
        self._writer.close()
        self._socket.close()


def serve(path: Path, *, port: int = 8001) -> Server:
    """A server for the store at `path`; call `run`, or use it as a context manager.

    `port` 0 takes any free one. Raises UsageError when Datasette is not installed or the port is taken, StoreError
    when the store cannot be opened.
    """
    try:
        import datasette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UsageError("showing the store needs Datasette", hint="Install it: pip install 'harvester[ui]'") from error
    return Server(path, port)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise UsageError(
            f"port {port} cannot be had: {error.strerror}", hint="Name another: --port 0 takes any."
        ) from error
    return listening


def _prepare(path: Path, writer: Writer) -> bool:
    """Bring the store up to date: its schema, decisions that were kept but not applied, the search index."""
    with open_store(path, create=False) as store:
        decided = store.value("select exists (select 1 from decisions)")
        searchable = refresh(store)
    if decided:
        writer.judge()
    return searchable


def _datasette(path: Path, writer: Writer, port: int, *, searchable: bool) -> tuple[Plugin, Any]:
    from datasette.app import Datasette
    from datasette.plugins import pm

    from harvester.ui.plugin import Plugin

    hosts = frozenset(f"{name}:{port}" for name in (HOST, "localhost"))
    plugin = Plugin(writer, hosts | ({HOST, "localhost"} if port == 80 else set()))
    pm.register(plugin, name=f"harvester-{port}")
    records: dict[str, Any] = {
        "facets": ["source", "year", "kind", "language"],
        "sort_desc": "id",
        "label_column": "title",
        "description": "What each source says, one line a record. Any filtered view can be had as .ris.",
    }
    if searchable:
        records |= {"fts_table": TABLE, "fts_pk": "id"}
    shadows = [f"{TABLE}{end}" for end in ("", "_config", "_data", "_docsize", "_idx", "_made")]
    hidden = ("payloads", "items", "expected", "found_lines", "migrations", *shadows)
    metadata = {
        "title": path.stem,
        "description_html": '<p><a href="/-/harvester/duplicates">Uncertain duplicates</a> · '
        '<a href="/-/harvester/runs">Runs</a></p>',
        "databases": {path.stem: {"tables": {"records": records, **{name: {"hidden": True} for name in hidden}}}},
    }
    # A name with a dot or a slash in it must not lead Datasette elsewhere: it takes its database's name from the file.
    return plugin, Datasette(
        [str(path)],
        metadata=json.loads(json.dumps(metadata)),
        settings={"num_sql_threads": 3, "max_returned_rows": 2000, "allow_download": False, "default_page_size": 50},
    )
