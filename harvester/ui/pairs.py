"""Uncertain pairs as reviewers settle them: whose turn, side by side with the differences, decisions, agreement.

Decisions are those of `harvester duplicates --decide`, with the reviewer's name. Where reviewers differ the later
decision stands, and the pair is named as a conflict until they agree or the reviewer `consensus` has decided.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any

from harvester.errors import UsageError
from harvester.record import Record
from harvester.screening.agreement import agreement
from harvester.store import Store, decisions, read
from harvester.store.runs import now

CONSENSUS = "consensus"
LONGEST_NAME = 60
FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "kind", "language", "source",
    "abstract",
)  # fmt: skip
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 3000  # a longer text is compared as a whole: word by word would take seconds

Segments = list[tuple[str, bool]]  # text, whether it differs from the other side


def reviewer_name(text: object) -> str:
    """A reviewer's name as it is kept. Raises UsageError for none, or one too long."""
    name = " ".join(str(text or "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            "a decision needs the name of who decides", hint=f"Write a name of 1 to {LONGEST_NAME} letters."
        )
    return name


def queue(store: Store, reviewer: str, *, second: bool = False, most: int = 50) -> dict[str, Any]:
    """The next pairs for `reviewer`, with how far they are.

    `second` also gives the pairs that others have decided and this reviewer has not, for a second opinion; what the
    others said is not told. Pairs put off come last.
    """
    open_ = _open_pairs(store, reviewer, second=second)
    off = {
        (row["record_a"], row["record_b"])
        for row in store.rows("select record_a, record_b from postponed_pairs where reviewer = ?", (reviewer,))
    }
    open_.sort(key=lambda pair: (pair["record_a"], pair["record_b"]) in off)
    last = store.one(
        "select id, record_a, record_b, verdict from decisions where decided_by = ? and undone_at is null "
        "order by id desc limit 1",
        (reviewer,),
    )
    return {
        "pairs": [
            {**side_by_side(store, pair), "later": (pair["record_a"], pair["record_b"]) in off} for pair in open_[:most]
        ],
        "left": len(open_),
        "put_off": sum((pair["record_a"], pair["record_b"]) in off for pair in open_),
        "decided": len(
            {(row["record_a"], row["record_b"]) for row in _standing(store) if row["decided_by"] == reviewer}
        ),
        "last": dict(last) if last else None,
    }


def one(store: Store, a: int, b: int) -> dict[str, Any]:
    """One pair, decided or not. Raises UsageError when a record is not there."""
    a, b = min(a, b), max(a, b)
    row = store.one("select score, reasons from evidence where record_a = ? and record_b = ?", (a, b))
    pair = {"record_a": a, "record_b": b, "score": row["score"] if row else None}
    return side_by_side(store, {**pair, "reasons": row["reasons"] if row else "[]"})


def _standing(store: Store) -> list[Any]:
    return decisions.standing(store)


def _open_pairs(store: Store, reviewer: str, *, second: bool) -> list[dict[str, Any]]:
    pairs = decisions.uncertain(store)
    if not second:
        return pairs
    seen = {(pair["record_a"], pair["record_b"]) for pair in pairs}
    mine = {(row["record_a"], row["record_b"]) for row in _standing(store) if row["decided_by"] == reviewer}
    for row in _standing(store):
        key = (row["record_a"], row["record_b"])
        if key in mine or key in seen:
            continue
        seen.add(key)
        evidence = store.one("select score, reasons from evidence where record_a = ? and record_b = ?", key)
        said = json.loads(evidence["reasons"]) if evidence else []
        pairs.append({"record_a": key[0], "record_b": key[1], "score": None, "reasons": json.dumps(said)})
    return pairs


def side_by_side(store: Store, pair: dict[str, Any]) -> dict[str, Any]:
    """Both records of a pair, field by field, each field in pieces that say whether they differ."""
    sides = [read.record(store, pair[end]) for end in ("record_a", "record_b")]
    if sides[0] is None or sides[1] is None:
        raise UsageError("a record of that pair is not in the store", hint="Reload the page.")
    shown = [_fields(side) for side in (sides[0], sides[1])]
    rows = []
    for name in FIELDS:
        left, right = shown[0][name], shown[1][name]
        if left or right:
            a, b = differences(left, right)
            rows.append({"field": name, "a": a, "b": b, "same": left == right})
    return {
        "a": pair["record_a"],
        "b": pair["record_b"],
        "score": pair["score"],
        "reasons": json.loads(pair["reasons"]),
        "fields": rows,
    }


def _fields(record: Record) -> dict[str, str]:
    return {
        "title": record.title,
        "authors": "; ".join(author.name for author in record.authors),
        "year": str(record.published.year or record.published_online.year or ""),
        "journal": record.journal or record.book_title,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "doi": " ".join(record.identifiers.get("doi", ())),
        "pmid": record.pmid,
        "kind": "; ".join((record.kind, *record.publication_types)),
        "language": "; ".join(record.languages),
        "source": f"{record.source} {record.source_id}",
        "abstract": record.abstract_text,
    }


def differences(left: str, right: str) -> tuple[Segments, Segments]:
    """Both texts in pieces, those that the other does not have marked. Together the pieces are the whole text."""
    if left == right or not left or not right:
        return [(left, False)] if left else [], [(right, False)] if right else []
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(a), len(b)) > _MOST_WORDS:
        return [(left, True)], [(right, True)]
    matcher = difflib.SequenceMatcher(
        None, [word.casefold() for word in a], [word.casefold() for word in b], autojunk=False
    )
    one_: Segments = []
    other: Segments = []
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        _add(one_, "".join(a[a0:a1]), kind != "equal")
        _add(other, "".join(b[b0:b1]), kind != "equal")
    return one_, other


def _add(segments: Segments, text: str, differs: bool) -> None:
    if text and segments and segments[-1][1] == differs:
        segments[-1] = (segments[-1][0] + text, differs)
    elif text:
        segments.append((text, differs))


def decide(store: Store, a: int, b: int, verdict: str, reviewer: str) -> int:
    """Keep a decision; returns its number. The works follow when they are judged next. Raises UsageError."""
    with store.transaction():
        number = decisions.add(store, a, b, verdict, reviewer)
        store.execute(
            "delete from postponed_pairs where record_a = ? and record_b = ? and reviewer = ?",
            (min(a, b), max(a, b), reviewer),
        )
    return number


def undo(store: Store, number: int, reviewer: str) -> None:
    """Take back a decision of `reviewer`'s own. Raises UsageError for another's, or one that does not stand."""
    by = store.value("select decided_by from decisions where id = ? and undone_at is null", (number,))
    if by != reviewer:
        raise UsageError(f"decision {number} is not one of {reviewer}'s that stands", hint="Reload the page.")
    with store.transaction():
        decisions.undo(store, number)


def put_off(store: Store, a: int, b: int, reviewer: str) -> None:
    """Put a pair last for this reviewer. Raises UsageError when a record is not there."""
    a, b = min(a, b), max(a, b)
    if store.value("select count(*) from records where id in (?, ?)", (a, b)) != 2:
        raise UsageError("a record of that pair is not in the store", hint="Reload the page.")
    with store.transaction():
        store.execute("insert or replace into postponed_pairs values (?, ?, ?, ?)", (a, b, reviewer, now()))


def agreed(store: Store) -> dict[str, Any]:
    """How far every two reviewers agree (Cohen's kappa), and the pairs about which they do not."""
    votes: dict[tuple[int, int], dict[str, str]] = {}
    for row in _standing(store):
        votes.setdefault((row["record_a"], row["record_b"]), {})[row["decided_by"]] = row["verdict"]
    return {
        "agreement": [
            {"a": each.a, "b": each.b, "both": each.both, "alike": each.alike, "kappa": each.kappa}
            for each in agreement(votes.values())
        ],
        "conflicts": [
            {"a": a, "b": b, "votes": said, "title": store.value("select title from records where id = ?", (a,))}
            for (a, b), said in sorted(votes.items())
            if CONSENSUS not in said and len(set(said.values())) > 1
        ],
    }
