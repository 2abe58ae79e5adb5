"""`.ris` of a view: all records that its filters, facets and search leave, not only those of the page shown."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response

from harvester import formats
from harvester.errors import StoreError
from harvester.store import Store, read
from harvester.ui.writer import Writer

_SKIPPED = {"_next", "_size", "_shape", "_col", "_nocol", "_nofacet", "_nocount"}


async def ris_of(writer: Writer, headers: dict[str, str], datasette: Any, request: Any) -> Any:
    """The records of the view as RIS. `headers` let Datasette's own requests past the guard.

    Raises StoreError when a page of the view cannot be had whole."""
    path = request.path.removesuffix(".ris") + ".json"
    asked = [(name, value) for name, value in parse_qsl(request.query_string) if name not in _SKIPPED]
    ids: list[int] = []
    token: str | None = ""
    while token is not None:
        query = [
            *asked,
            ("_shape", "objects"),
            ("_size", "max"),
            ("_nofacet", "1"),
            *([("_next", token)] if token else []),
        ]
        answer = await datasette.client.get(f"{path}?{urlencode(query)}", headers=headers)
        if answer.status_code != 200 or "rows" not in (said := answer.json()):
            raise StoreError(f"the view could not be read: {answer.text[:200]}", hint="Try a narrower view.")
        ids.extend(row["id"] for row in said["rows"])
        token = said.get("next") or None
    body = await asyncio.to_thread(writer.read, lambda store: _ris(store, ids))
    name = f"records_n{len(ids)}.ris"
    named = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type="application/x-research-info-systems; charset=utf-8", headers=named)


def _ris(store: Store, ids: list[int]) -> str:
    out = io.BytesIO()
    writer = formats.writer("ris", out)
    for record_id in ids:
        record = read.record(store, record_id)
        if record is None:
            raise StoreError(f"record {record_id} is gone", hint="Reload the view.")
        writer.add(record)
    writer.end()
    return out.getvalue().decode("utf-8")
