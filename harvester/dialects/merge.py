"""Joining again what a database made people write twice: `TI (a OR b) OR AB (a OR b)` is (a OR b) in two fields."""

from __future__ import annotations

from dataclasses import replace

from harvester.query import Field, Near, Or, Query, Term, fold, rebuild, walk

_LARGEST = 2000  # nodes: what is larger was not written once for each field by hand


def merge_fields(node: Query) -> Query:
    """An Or whose parts differ in nothing but their fields, as one part in all of them.

    Only Or, Near and Term are merged: `TI (a AND b) OR AB (a AND b)` is not a search for both anywhere.
    """
    if not isinstance(node, Or):
        return node
    groups: dict[object, list[Query]] = {}
    for child in node.children:
        groups.setdefault(_shape(child), []).append(child)
    if len(groups) == len(node.children):
        return node
    merged: list[Query] = []
    for shape, same in groups.items():
        if len(same) == 1 or isinstance(shape, int) or len({_fields(part) for part in same}) < len(same):
            merged.extend(same)  # alone, or written twice in one field: left as it was written
        else:
            merged.append(_merged(same))
    return merged[0] if len(merged) == 1 else Or(tuple(merged), node.span)


def _shape(node: Query) -> object:
    """What two nodes share that differ in their fields only; its own identity for what cannot be merged.

    Made without recursion: comparing deep trees would run out of stack.
    """
    signs: list[object] = []
    fields: set[frozenset[Field]] = set()
    for part in walk(node):
        if isinstance(part, Term):
            fields.add(part.fields)
            signs.append((part.words, part.mapped))
        elif isinstance(part, Or):
            signs.append(("or", len(part.children)))
        elif isinstance(part, Near):
            signs.append(("near", len(part.operands), part.distance, part.ordered))
        else:
            return id(node)
        if len(signs) > _LARGEST or len(fields) > 1:
            return id(node)
    return tuple(signs)


def _fields(node: Query) -> frozenset[Field]:
    """The fields of the first term below."""
    return next(part.fields for part in walk(node) if isinstance(part, Term))


def _merged(same: list[Query]) -> Query:
    fields = frozenset[Field]().union(*map(_fields, same))
    return fold(
        same[0], lambda part, below: replace(part, fields=fields) if isinstance(part, Term) else rebuild(part, below)
    )
