"""Deduplication tried on the labelled sets with a field missing, or written as another exporter would.

    python -m benchmarks.spoilt_dedupe                  # the seven sets of up to 7,000 records
    python -m benchmarks.spoilt_dedupe stroke depression

What is tuned to the sets as they are shows here: their own records, with less or other in them, and their labels.
A field is taken from all records, or written otherwise in every second one. "wrong" is the number of clusters that
hold two works, "left" of duplicates that are not joined.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable

from benchmarks.bench_dedupe import SETS
from benchmarks.fit_dedupe import read
from harvester.dedupe import dedupe

Record = dict[str, str]
Change = Callable[[Record], Record]


def _without(*fields: str) -> Change:
    return lambda record: {**record, **dict.fromkeys(fields, "")}


def _with(field: str, change: Callable[[str], str]) -> Change:
    return lambda record: {**record, field: change(record.get(field) or "")}


def _authors(separator: str, write: Callable[[str, str], str], most: int = 1000) -> Change:
    """Authors given as `Family, Given and ...` written otherwise; any other shape is left."""

    def change(record: Record) -> Record:
        names = [name.partition(",") for name in (record.get("author") or "").split(" and ")]
        if not all(comma for _, comma, _ in names):
            return record
        written = [write(family.strip(), given.strip()) for family, _, given in names[:most]]
        return {**record, "author": separator.join(written) + (" et al." if len(names) > most else "")}

    return change


def _initials(given: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s.\-]+", given) if word)


def _shortened(journal: str) -> str:
    words = [word for word in journal.split() if word.lower() not in ("of", "the", "and", "for", "in", "&")]
    return " ".join(f"{word[:4]}." if len(word) > 5 else word for word in words)


def _mojibake(text: str) -> str:
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return text


def _bracketed_issue(record: Record) -> Record:
    if not record.get("volume") or not record.get("number"):
        return record
    return {**record, "volume": f"{record['volume']} ({record['number']})", "number": ""}


MISSING: dict[str, Change] = {
    "as they are": lambda record: record,
    "no DOI": _without("doi"),
    "no authors": _without("author"),
    "no year": _without("year"),
    "no journal": _without("journal", "booktitle"),
    "no volume, issue": _without("volume", "number"),
    "no pages": _without("pages"),
    "no abstract": _without("abstract"),
    "no DOI, pages": _without("doi", "pages"),
    "no DOI, abstract": _without("doi", "abstract"),
}
OTHERWISE: dict[str, Change] = {
    "title cut at 100": _with("title", lambda title: title[:100]),
    "title to its colon": _with("title", lambda title: re.split(r"[:.?] ", title)[0]),
    "title in capitals": _with("title", str.upper),
    "title, no hyphens": _with("title", lambda title: title.replace("-", "")),
    "title, mojibake": _with("title", _mojibake),
    "title, ?": _with("title", lambda title: title.encode("ascii", "replace").decode()),
    "initials": _authors(" and ", lambda family, given: f"{family} {_initials(given)}"),
    "authors by commas": _authors(", ", lambda family, given: f"{family} {_initials(given)}"),
    "given names first": _authors("; ", lambda family, given: f"{given} {family}"),
    "three et al.": _authors(" and ", lambda family, given: f"{family}, {given}", most=3),
    "journal shortened": _with("journal", _shortened),
    "first page": _with("pages", lambda pages: re.split(r"\s*-+\s*", pages)[0]),
    "issue in volume": _bracketed_issue,
    "date for year": _with("year", lambda year: f"03/05/{year}" if year else ""),
    "DOI as link": _with("doi", lambda doi: f"https://doi.org/{doi}" if doi else ""),
}


def main(arguments: list[str]) -> None:
    """Print a table of each set: a line a change."""
    for name in arguments or SETS:
        records, truth = read(name)
        print(f"\n{name}, {len(records):,} records\n{'change':24}{'wrong':>7}{'left':>7}")
        for label, change in {**MISSING, **OTHERWISE}.items():
            chance = random.Random(1)
            share = 1.0 if label in MISSING else 0.5
            changed = [change(record) if chance.random() < share else record for record in records]
            clusters = dedupe(changed, profile="versions").clusters
            kept = Counter(truth[str(cluster[0])] for cluster in clusters)
            wrong = sum(len({truth[str(key)] for key in cluster}) > 1 for cluster in clusters)
            print(f"{label:24}{wrong:7}{sum(kept.values()) - len(kept):7}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
