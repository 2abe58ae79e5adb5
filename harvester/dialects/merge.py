"""Joining again what a database made people write twice: `TI (a OR b) OR AB (a OR b)` is (a OR b) in two fields."""

from __future__ import annotations

from dataclasses import replace

from harvester.query import Field, Near, Or, Query, Term, fold, rebuild, walk


def merge_fields(node: Query) -> Query:
    """An Or whose parts differ in nothing but their fields, as one part in all of them.

    Only Or, Near and Term are merged: `TI (a AND b) OR AB (a AND b)` is not a search for both anywhere.
    """
    if not isinstance(node, Or):
        return node
    groups: dict[Query, list[Query]] = {}
    for child in node.children:
        groups.setdefault(_shape(child), []).append(child)
    if len(groups) == len(node.children) or len(set(node.children)) < len(node.children):
        return node
    merged = [same[0] if len(same) == 1 else _merged(same) for same in groups.values()]
    return merged[0] if len(merged) == 1 else Or(tuple(merged), node.span)


def _shape(node: Query) -> Query:
    """The node without its fields; itself where its fields cannot be merged."""
    single = _single_field(node)
    if single is None:
        return node
    return fold(
        node, lambda part, below: replace(part, fields=frozenset()) if isinstance(part, Term) else rebuild(part, below)
    )


def _single_field(node: Query) -> frozenset[Field] | None:
    """The fields of a tree of Or, Near and Term when all its terms have the same, else None."""
    fields: set[frozenset[Field]] = set()
    for part in walk(node):
        if isinstance(part, Term):
            fields.add(part.fields)
        elif not isinstance(part, (Or, Near)):
            return None
    return next(iter(fields)) if len(fields) == 1 else None


def _merged(same: list[Query]) -> Query:
    fields = frozenset[Field]().union(*(_single_field(part) or frozenset() for part in same))
    return fold(
        same[0], lambda part, below: replace(part, fields=fields) if isinstance(part, Term) else rebuild(part, below)
    )
