"""What sites answered, as a WARC file for archiving (ISO 28500; https://iipc.github.io/warc-specifications/).

Bodies are written as they are kept, that is unpacked; of the headers, those that are kept. The same body of the same
address is written once: a later crawl that met it again has a `revisit` record.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvester import __version__
from harvester.errors import UsageError
from harvester.store import Store, pages

_HEADERS = {"etag": "ETag", "last-modified": "Last-Modified", "content-language": "Content-Language"}
_SITES = (
    "select p.request, p.status, p.media_type, p.sha256, p.detail, p.fetched_at from pages p "
    "join searches s on s.id = p.search_id where s.dialect = 'generic' and json_extract(p.detail, '$.url') is not null "
    "and (:run is null or s.run_id = :run) and (:source = '' or s.source = :source) order by p.id"
)


@dataclass(frozen=True, slots=True)
class Archived:
    """A WARC file that was written: how many answers it holds with their body, and how many that refer to one."""

    file: Path
    responses: int
    revisits: int
    sha256: str


def archive(store: Store, out: Path, *, run: int | None = None, source: str = "") -> Archived:
    """Write the answers of sites, of one run or all, of one source or all, to `out` (packed when it ends in .gz).

    Raises UsageError when `out` exists or there is nothing to write, StoreError for a damaged answer.
    """
    from warcio.warcwriter import WARCWriter

    if out.exists():
        raise UsageError(f"{out} is there already", hint="Choose another name.")
    rows = store.rows(_SITES, {"run": run, "source": source})
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    revisits = 0
    try:
        with part.open("wb") as stream:
            writer = WARCWriter(stream, gzip=out.suffix == ".gz", warc_version="1.1")
            writer.write_record(writer.create_warcinfo_record(out.name, _about()))
            for row in rows:
                url = json.loads(row["detail"])["url"]
                key = (url, row["sha256"])
                if key in seen:
                    revisits += 1
                else:
                    seen[key] = (_moment(row["fetched_at"]), "")
                writer.write_record(_record(writer, store, row, url, seen))
        if not seen:
            raise UsageError(
                "there are no answers of sites to write" + (f" in run {run}" if run is not None else ""),
                hint="Only what was crawled can be archived: `harvester history` lists the runs.",
            )
        digest = _sha256(part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return Archived(out, len(seen), revisits, digest)


def _record(writer: Any, store: Store, row: Any, url: str, seen: dict[tuple[str, str], tuple[str, str]]) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    detail = json.loads(row["detail"])
    said = detail.get("headers", {})
    headers = [("Content-Type", row["media_type"] or "application/octet-stream")]
    headers += [(name, said[key]) for key, name in _HEADERS.items() if said.get(key)]
    http = StatusAndHeaders(f"{row['status']} OK" if row["status"] == 200 else str(row["status"]), headers, "HTTP/1.1")
    date, digest = seen[url, row["sha256"]]
    moment = {"WARC-Date": _moment(row["fetched_at"])}
    if digest:
        return writer.create_revisit_record(url, digest, url, date, http_headers=http, warc_headers_dict=moment)
    body = pages.body(store, row["sha256"])
    http.headers.append(("Content-Length", str(len(body))))
    record = writer.create_warc_record(
        url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=moment
    )
    writer.ensure_digest(record, block=True, payload=True)
    seen[url, row["sha256"]] = (date, record.rec_headers.get_header("WARC-Payload-Digest"))
    return record


def _about() -> dict[str, str]:
    return {
        "software": f"harvester/{__version__}",
        "format": "WARC File Format 1.1",
        "robots": "obey",
        "description": "Answers of sites as a literature search kept them; bodies unpacked, addresses the owners'",
    }


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
