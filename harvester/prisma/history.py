"""The search history as data: one JSON object a search, as the structure suggested by Haddaway et al. 2022 has it
(https://doi.org/10.1002/cl2.1288), which searchRxiv's records follow.

Keys and forms are those of the authors' published example, days as YYYY.MM.DD. What the program does not know is
null or an empty list, never made up; what the structure has no key for stands under `harvester`.
"""

from __future__ import annotations

from typing import Any

from harvester import __version__
from harvester.prisma.searches import SearchFacts, searches, strategy_of
from harvester.store import Store
from harvester.strategy import Strategy


def histories(store: Store, run: int | None = None) -> dict[str, dict[str, Any]]:
    """One object for each search that was sent up to `run`, by a file name for it."""
    strategy = strategy_of(store, run)
    found = [search for search in searches(store, run) if search.was_searched and search.text]
    named = {f"{each.source}_run{each.run}{'_late' if each.is_late else ''}": each for each in found}
    if len(named) < len(found):  # never two under one name
        named = {f"{each.source}_run{each.run}_search{each.id}": each for each in found}
    return {f"{name}.json": history(search, strategy, found) for name, search in named.items()}


def history(search: SearchFacts, strategy: Strategy | None, found: list[SearchFacts]) -> dict[str, Any]:
    """One search. `found` are all searches of the review, for the days on which the source was searched again."""
    same = sorted({each.day for each in found if each.source == search.source and each.day > search.day})
    blocks = {block.title or block.name: block.name for block in strategy.blocks} if strategy else {}
    parts = {line.label: line.text for line in search.lines if line.label in blocks and line.text}
    published = strategy.limits.published if strategy else None
    languages = list(strategy.limits.languages) if strategy else []
    terms = [term.text for block in strategy.blocks for term in block.terms] if strategy else []
    reviewed = strategy.prisma_s.get("peer_review", "").strip() if strategy else ""
    return {
        "record_info": {"id_1": None, "repository": None, "internal_id": f"run {search.run}, search {search.id}"},
        "authors": [],
        "date": {
            "data_entry": _day(search.day),
            "strategy_exported": _day(search.day),
            "search_conducted": _day(search.day),
            **{f"search_updated_{place}": _day(day) for place, day in enumerate(same, 1)},
        },
        "string_name": f"{strategy.name if strategy else search.source}, {search.kind} {search.run}",
        "keywords": terms,
        "related_records": None,
        "parent_record": None,
        "platform": search.label,
        "database": [search.label],
        "search_string": {"full_string": None if search.is_import else search.text, **parts},
        "search_field": None,
        "database_time_coverage": {"database_time_from": None, "database_time_to": _day(search.as_of) or None},
        "search_time_span": f"{published.since or '...'} to {published.until or '...'}" if published else None,
        "search_language": languages,
        "settings": {},
        "quality_assurance": [],
        "validation_report": [],
        "peer_review": [reviewed] if reviewed else [],
        "description": strategy.title if strategy else "",
        "review_question": strategy.question if strategy else "",
        "review_type": None,
        "linked_protocol": [],
        "linked_report": [],
        "harvester": {
            "version": __version__,
            "syntax": search.dialect,
            "state": search.state,
            "files_taken_in": search.text if search.is_import else None,
            "window": search.window or None,
            "records_found": search.reported,
            "records_kept": search.retrieved,
            "as_understood_by_the_server": search.translation or None,
            "warnings": list(search.warnings),
            "changed_in_translation": [dict(loss) for loss in search.losses],
            "lines": [
                {"number": line.number, "block": line.block, "text": line.text, "hits": line.hits}
                for line in search.lines
            ],
        },
    }


def _day(iso: str) -> str:
    return iso.replace("-", ".")
