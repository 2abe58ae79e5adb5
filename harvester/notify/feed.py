"""New works as an Atom feed (RFC 4287): a file that a web server or a feed reader takes as it is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from harvester.errors import UsageError
from harvester.notify.news import link
from harvester.record import Record
from harvester.store import Store, works

ENTRIES = 500  # of the latest works; older ones leave the feed, as feeds do, and stay in the store
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def feed(store: Store, strategy: str, path: Path) -> int:
    """Write the works that the updates of `strategy` found new, the newest first; returns how many.

    A work keeps its id for ever, so that a reader shows it once. Written beside and moved into place. Raises
    UsageError when the file cannot be written, StoreError.
    """
    entries: list[str] = []
    updated = ""
    for run in store.rows(
        "select id, started_at from runs where strategy = ? and kind = 'update' order by id desc", (strategy,)
    ):
        updated = updated or run["started_at"]
        for work in works(store, run=run["id"], only="new"):
            if len(entries) < ENTRIES:
                entries.append(_entry(strategy, work.id, work.merged, run["started_at"]))
        if len(entries) >= ENTRIES:
            break
    name = escape(_clean(strategy))
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{name}: new works</title>\n<id>{_id(strategy)}</id>\n"
        f"<updated>{_time(updated or '1970-01-01T00:00:00+00:00')}</updated>\n"
        "<author><name>harvester</name></author>\n<generator>harvester</generator>\n"
    )
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(head + "".join(entries) + "</feed>\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", hint="Name a file in a folder that exists."
        ) from None
    return len(entries)


def _entry(strategy: str, work: int, record: Record, at: str) -> str:
    address = link(record)
    names = [author.name for author in record.authors if author.name] or ["[No author]"]
    summary = record.abstract_text
    return "".join(
        (
            f"<entry>\n<title>{_text(record.title)}</title>\n<id>{_id(strategy, work)}</id>\n",
            f"<updated>{_time(at)}</updated>\n",
            f"<link href={quoteattr(_clean(address))}/>\n" if address else "",
            *(f"<author><name>{_text(name)}</name></author>\n" for name in names),
            f'<summary type="text">{_text(summary)}</summary>\n' if summary else '<content type="text"/>\n',
            "</entry>\n",
        )
    )


def _id(strategy: str, work: int | None = None) -> str:
    # RFC 4151: a tag that nobody has to look up. The date is that of the scheme, not of the work.
    name = quote(strategy, safe="")
    return f"tag:harvester.invalid,2026:{name}" + ("" if work is None else f":work:{work}")


def _time(text: str) -> str:
    return escape(text.replace("+00:00", "Z"))


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
