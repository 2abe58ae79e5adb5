"""OpenAlex: https://developers.openalex.org/guides/searching.

A filter of the works endpoint. `title_and_abstract.search.exact` does not stem; OR by pipe, AND by comma; a phrase
in quotes; at most two wildcards a phrase, four characters before each. The whole address may have about 4 KB, so
long searches become several.
"""

from __future__ import annotations

from harvester.dialects.base import Translation
from harvester.dialects.fanout import WriteOnly, blocks, packed
from harvester.dialects.infix import InfixWriter
from harvester.query import ANY, DateKind, DateLimit, Field, Limit, LimitKind, Query, Term, Wild, fold
from harvester.search import Loss, LossKind

LONGEST = 3500  # of the filter, encoded, out of 4,096 for the whole request line
MOST_WILDCARDS = 2
_FIELD = "title_and_abstract.search.exact"
_LANGUAGES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "portuguese": "pt", "italian": "it",
              "dutch": "nl", "chinese": "zh", "japanese": "ja", "russian": "ru", "polish": "pl"}  # fmt: skip
_WILD = {ANY: "*", Wild(1, 1): "?"}


class _Writer(InfixWriter):
    name = "openalex"
    label = "OpenAlex"
    wild = _WILD
    shortest_stem = 4

    def term(self, term: Term) -> Query | str | None:
        """At most two wildcards in a phrase; the rest are written out, or the words joined by AND would be too many."""
        term = self.known_wildcards(term)
        if term.wildcards > MOST_WILDCARDS:
            wild = [place for place, word in enumerate(term.words) if not word.literal]
            why = f"OpenAlex takes {MOST_WILDCARDS} wildcards in a phrase"
            return self.expanded(term, wild[:-MOST_WILDCARDS], why)
        return super().term(term)

    def write(self, query: Query) -> Translation:
        """`filter=...`: blocks by comma, their terms by pipe; dates and languages as filters of their own."""
        found = blocks(query, self)
        self._fields(found.terms)
        sides = [texts for texts in (self._texts(terms) for terms in found.terms) if texts]
        if len(sides) < len(found.terms):
            self.lose(
                LossKind.WIDENED, "a block", "none of its terms can be said in OpenAlex; it is applied to what comes"
            )
        filters = [text for text in map(self._date, found.dates) if text]
        filters += [text for text in map(self._limit, found.limits) if text]
        tail = "".join(f",{text}" for text in filters)
        queries = packed(sides, lambda groups: _filter(groups) + tail, LONGEST)
        return Translation(
            self.name,
            "\n".join(queries),
            tuple(Loss(*loss) for loss in self.losses),
            tuple(queries) if len(queries) > 1 else (),
        )

    def _fields(self, sides: list[list[Term]]) -> None:
        for fields in {term.fields or frozenset({Field.ALL}) for terms in sides for term in terms}:
            kept = fields & {Field.TITLE, Field.ABSTRACT}
            what = ", ".join(sorted(fields))
            if fields - kept:
                self.lose(LossKind.NARROWED, what, "OpenAlex is searched in title and abstract")
            if kept != {Field.TITLE, Field.ABSTRACT} and Field.ALL not in fields:
                self.lose(LossKind.WIDENED, what, "OpenAlex is searched in title and abstract")

    def _texts(self, terms: list[Term]) -> list[str]:
        texts: list[str] = []
        for term in terms:
            made = self.term(term)
            if isinstance(made, str):
                texts.append(made)
            elif made is not None:
                texts += fold(made, lambda node, below: [t for b in below for t in b] or self._texts([node]))  # type: ignore[list-item]
        return list(dict.fromkeys(texts))

    def _date(self, node: DateLimit) -> str:
        since, until = self.days(node)
        names = {
            DateKind.PUBLISHED: "publication_date",
            DateKind.ENTERED: "created_date",
            DateKind.MODIFIED: "updated_date",
        }
        if node.kind not in names:
            self.lose(LossKind.DROPPED, f"{node.kind} date", "OpenAlex has no such date")
            return ""
        name = names[node.kind]
        return ",".join(([f"from_{name}:{since}"] if since else []) + ([f"to_{name}:{until}"] if until else []))

    def _limit(self, node: Limit) -> str:
        if node.kind is LimitKind.LANGUAGE and node.value.lower() in _LANGUAGES:
            return f"language:{_LANGUAGES[node.value.lower()]}"
        self.limit(node)
        return ""


def _filter(groups: list[list[str]]) -> str:
    return "filter=" + ",".join(f"{_FIELD}:{'|'.join(group)}" for group in groups)


class OpenAlex(WriteOnly):
    """OpenAlex's filters."""

    name = "openalex"
    label = "OpenAlex"
    docs = "https://developers.openalex.org/guides/searching"
    writer = _Writer


DIALECT = OpenAlex()
