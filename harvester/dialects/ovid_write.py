"""Writing for Ovid. Facts are in ovid.py's head."""

from __future__ import annotations

import re

from harvester.dialects.base import Translation
from harvester.dialects.infix import InfixWriter
from harvester.dialects.ovid_fields import FIELDS
from harvester.dialects.subheadings import code
from harvester.query import (
    ANY,
    And,
    DateKind,
    DateLimit,
    Heading,
    Limit,
    LimitKind,
    Not,
    Or,
    Query,
    Term,
    Wild,
    Word,
    fold,
)
from harvester.search import Loss, LossKind

_CODES = {
    DateKind.PUBLISHED: "yr", DateKind.ENTERED: "dt", DateKind.ENTRY: "ez", DateKind.MODIFIED: "rd",
    DateKind.INDEXED: "ed", DateKind.COMPLETED: "ed", DateKind.ELECTRONIC: "ep",
}  # fmt: skip


_WILD = {ANY: "*", Wild(1, 1): "#", Wild(0, 1): "?", Wild(2, 2): "##", Wild(1, None): "#*"}


class OvidWriter(InfixWriter):
    """Writes one query for Ovid MEDLINE."""

    name = "ovid"
    label = "Ovid"
    tags = FIELDS
    many_tags = True
    and_, or_, not_ = " and ", " or ", " not "
    wild = _WILD
    near_sign = " adj{more} "
    reserved = frozenset({"and", "or", "not", "adj", "exp", "limit", "use", "freq"})
    _phrase = re.compile(r"[^\W_][\w*?$#'\- ]*\Z")

    def write(self, query: Query) -> Translation:
        """The query; its dates as lines of their own, since Ovid takes them there."""
        lines: list[str] = []
        self.lines(self._apart(query), lines)
        text = lines[0] if len(lines) == 1 else "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
        return Translation(self.name, text, tuple(Loss(*loss) for loss in self.losses))

    def lines(self, query: Query, lines: list[str]) -> None:
        """Add the lines that `query` needs; the last of them is the query."""
        drops: list[Not] = []
        core, limits = query, []  # type: Query, list[Query]
        while isinstance(core, Not):
            drops.append(core)
            core = core.keep
        if isinstance(core, And):
            limits = [child for child in core.children if _is_limit(child)]
        said = [text for text in map(self.limit_line, limits) if text]
        if not said or not isinstance(core, And) or len(limits) == len(core.children):
            lines.append(super().write(query).text)
            return
        rest = tuple(child for child in core.children if not _is_limit(child))
        self.lines(rest[0] if len(rest) == 1 else And(rest, core.span), lines)
        lines.append(f"limit {len(lines)} to ({' and '.join(said)})")
        for node in reversed(drops):
            drop = fold(node.drop, self._node)
            if drop is None:
                self.lose(LossKind.WIDENED, "a NOT", "what it takes away could not be said, so nothing is taken away")
            else:
                lines.append(f"{len(lines)} not {self.inner(drop)}")

    def limit_line(self, node: Query) -> str:
        """`yr="2017-2022"`, `dt=20220801-20230531`, `humans`: what stands behind `limit 1 to`."""
        if isinstance(node, Or):
            return f"({' or '.join(self.limit_line(child) for child in node.children)})"
        if isinstance(node, Limit):
            return self.own_limit(node)
        assert isinstance(node, DateLimit)
        kind = _CODES.get(node.kind)
        if kind is None:
            self.lose(LossKind.DROPPED, f"{node.kind} date", "Ovid MEDLINE has no such date")
            return ""
        if kind == "yr":
            since, until = self.years(node)
            return f'yr="{since}-{"Current" if until == 3000 else until}"'
        return f"{kind}={self.day_range(node)}"

    def own_limit(self, node: Limit) -> str:
        """A limit that Ovid has under that name, or that was read from Ovid."""
        value = node.value.removeprefix("ovid:")
        if value.startswith(("use=", "freq=")):
            self.lose(LossKind.DROPPED, value, "it belongs to one line of Ovid's own")
            return ""
        return value if re.fullmatch(r"[\w ]+|\w+=.*", value) else f'"{value}"'

    def date(self, node: DateLimit) -> None:
        """A date that is not a limit on the whole cannot be said."""
        self.lose(
            LossKind.DROPPED, "a date inside the query", "Ovid limits whole lines by date: write that part as a line"
        )

    def known_wildcards(self, term: Term) -> Term:
        """`*3` at the end of a word is Ovid's own; others are widened."""
        kept = all(
            not isinstance(part, Wild) or part in self.wild or (place == len(word.parts) - 1 and _limited(part))
            for word in term.words
            for place, part in enumerate(word.parts)
        )
        return term if kept else super().known_wildcards(term)

    def spell(self, word: Word) -> str:
        """A word with Ovid's wildcards."""
        last = word.parts[-1]
        if isinstance(last, Wild) and last not in self.wild:
            return super().spell(Word(word.parts[:-1])) + f"*{last.maximum}"
        return super().spell(word)

    def quote(self, text: str, phrase: bool) -> str:
        """Unquoted words are a phrase already; quotes only where a word would be an operator, a line or a field."""
        words = text.lower().split()
        operator = any(word in self.reserved or re.fullmatch(r"adj\d*|\d+", word) for word in words)
        return text if self._phrase.match(text) and not operator else f'"{text}"'

    def tagged(self, text: str, op: str, tags: tuple[str, ...]) -> str:
        """`.ti,ab,kf.` behind a term or a group."""
        return f"{f'({text})' if op else text}.{','.join(tags)}."

    def heading(self, node: Heading) -> str | Query | None:
        """`exp *Leg Ulcer/su`."""
        if node.vocabulary not in ("mesh", ""):
            return self.heading_as_text(node)
        codes = [code(part) for part in node.subheadings]
        if node.subheadings and not all(codes):
            self.lose(
                LossKind.WIDENED, f"subheadings of {node.name}", "Ovid knows no code for one of them; all are taken"
            )
            codes = []
        plain = re.fullmatch(r"[\w, '-]+", node.name) and not re.search(r"\b(?:and|or|not)\b", node.name, re.IGNORECASE)
        name = node.name if plain else f'"{node.name}"'
        return f"{'exp ' if node.explode else ''}{'*' if node.focus else ''}{name}/{', '.join(codes)}"

    def limit(self, node: Limit) -> str | Query | None:
        """Languages and publication types have fields."""
        if node.kind is LimitKind.LANGUAGE:
            return f"{self.quote(node.value, False)}.lg."
        if node.kind is LimitKind.PUBLICATION_TYPE:
            return f"{self.quote(node.value, False)}.pt."
        return super().limit(node)


def _limited(part: Wild) -> bool:
    return part.minimum == 0 and part.maximum is not None


def _is_limit(node: Query) -> bool:
    if isinstance(node, Or):
        return all(_is_limit(child) and not isinstance(child, DateLimit) for child in node.children)
    if isinstance(node, Limit):
        foreign = node.kind is LimitKind.OTHER and not node.value.startswith("ovid:")
        return node.kind not in (LimitKind.LANGUAGE, LimitKind.PUBLICATION_TYPE, LimitKind.SUBSET) and not foreign
    return isinstance(node, DateLimit)
