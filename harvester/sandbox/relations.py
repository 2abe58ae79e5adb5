"""How one record of the synthetic corpus may hang on another, and what that makes of it."""

from __future__ import annotations

from enum import IntEnum


class Relation(IntEnum):
    """What a companion record is to its target."""

    NONE = 0
    PREPRINT = 1
    ERRATUM = 2
    RETRACTION = 3
    DUPLICATE = 4
    COMMENT = 5
    PROTOCOL = 6
    MEETING = 7
    UPDATE = 8
    MERGED = 9  # a duplicate that PubMed deletes later
    CONCERN = 10  # an expression of concern


# Days between the target's entry and the companion's. Fixed for each relation: PMIDs stay unique (corpus.py).
LAG: dict[Relation, int] = {
    Relation.NONE: 10,
    Relation.PREPRINT: -150,
    Relation.ERRATUM: 120,
    Relation.RETRACTION: 330,
    Relation.DUPLICATE: 45,
    Relation.COMMENT: 90,
    Relation.PROTOCOL: -400,
    Relation.MEETING: -60,
    Relation.UPDATE: 700,
    Relation.MERGED: 20,
    Relation.CONCERN: 200,
}
# Of forty companions so many are of each relation.
SHARE: dict[Relation, int] = {
    Relation.NONE: 9,
    Relation.PREPRINT: 5,
    Relation.ERRATUM: 5,
    Relation.RETRACTION: 2,
    Relation.DUPLICATE: 4,
    Relation.COMMENT: 4,
    Relation.PROTOCOL: 3,
    Relation.MEETING: 3,
    Relation.UPDATE: 2,
    Relation.MERGED: 2,
    Relation.CONCERN: 1,
}
# MEDLINE's RefType, at the companion and at the target; relations that MEDLINE does not record are absent.
REF_TYPES: dict[Relation, tuple[str, str]] = {
    Relation.PREPRINT: ("UpdateIn", "UpdateOf"),
    Relation.ERRATUM: ("ErratumFor", "ErratumIn"),
    Relation.RETRACTION: ("RetractionOf", "RetractionIn"),
    Relation.COMMENT: ("CommentOn", "CommentIn"),
    Relation.UPDATE: ("UpdateOf", "UpdateIn"),
    Relation.CONCERN: ("ExpressionOfConcernFor", "ExpressionOfConcernIn"),
}
SAME_WORK: frozenset[Relation] = frozenset({Relation.DUPLICATE, Relation.MERGED})
NO_ABSTRACT: frozenset[Relation] = frozenset(
    {Relation.ERRATUM, Relation.RETRACTION, Relation.COMMENT, Relation.CONCERN}
)
PREFIX: dict[Relation, str] = {
    Relation.ERRATUM: "Correction to:",
    Relation.RETRACTION: "Retraction notice to:",
    Relation.COMMENT: "Comment on:",
    Relation.CONCERN: "Expression of concern:",
}
# Index into headings.TYPE_SETS.
TYPE_SET: dict[Relation, int] = {
    Relation.PREPRINT: 6,
    Relation.ERRATUM: 7,
    Relation.RETRACTION: 8,
    Relation.COMMENT: 11,
    Relation.PROTOCOL: 9,
    Relation.MEETING: 10,
    Relation.CONCERN: 13,
}
