"""Which records hold a value in one field: numpy masks over the whole corpus on the day of the clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

import numpy as np

from harvester.sandbox import headings, people, prose
from harvester.sandbox.article import articles
from harvester.sandbox.chance import Bools, Ints, draws
from harvester.sandbox.corpus import Corpus
from harvester.sandbox.relations import Relation
from harvester.sandbox.units import plain
from harvester.sandbox.words import Index, in_columns, matches, words

_KEPT = 96
_EVER = date.max.toordinal()


class Lookup:
    """Masks by field. Thread-safe; the latest masks are kept, for lines of a strategy come again and again."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.index = Index(corpus.stock)
        self._masks: OrderedDict[tuple[object, ...], Bools] = OrderedDict()
        self._lock = Lock()
        self._label_units = [[corpus.stock.labels.get(label, 0) for label in layout] for layout in prose.LAYOUTS]

    def none(self) -> Bools:
        """A mask of nothing."""
        return np.zeros(self.corpus.size, dtype=np.bool_)

    def known_phrase(self, pattern: Sequence[str]) -> bool:
        """Is the phrase in the phrase index: in a unit of the stock, or over the joint of two in some record?

        The clock plays no part: a phrase does not become known by a record that comes later.
        """
        phrase = self.index.phrase(pattern)
        if phrase.inside.any():
            return True
        return phrase.crosses and bool(self.text("tiab", tuple(pattern), _EVER).any())

    def text(self, field: str, pattern: tuple[str, ...], clock: int) -> Bools:
        """Records whose `field` (ti, ab, ot, tiab, tw, ad, all) holds the words of `pattern` in a row."""
        key = (field, pattern, clock)
        with self._lock:
            kept = self._masks.get(key)
            if kept is not None:
                self._masks.move_to_end(key)
                return kept
        mask = self._text(field, pattern, clock)
        with self._lock:
            self._masks[key] = mask
            while len(self._masks) > _KEPT:
                self._masks.popitem(last=False)
        return mask

    def _text(self, field: str, pattern: tuple[str, ...], clock: int) -> Bools:
        if field == "tiab":
            return self.text("ti", pattern, clock) | self.text("ab", pattern, clock) | self.text("ot", pattern, clock)
        if field == "tw":
            joined = " ".join(pattern)
            return self.text("tiab", pattern, clock) | self.heading_words(pattern, clock) | self.type_words(joined)
        if field == "all":
            found = self.text("tw", pattern, clock) | self.text("ad", pattern, clock) | self.journal(" ".join(pattern))
            return found | self.author(" ".join(pattern), "au")
        if field == "ad":
            return self._affiliation(pattern)
        return self._units(field, pattern, clock)

    def _affiliation(self, pattern: tuple[str, ...]) -> Bools:
        hits = np.array([_in_row(words(plain(place)), pattern) for place in people.AFFILIATIONS])
        chance = draws(self.corpus.seed, self.corpus.base, 200)
        found: Bools = hits[chance // 11 % len(hits)] & (chance % 4 != 0) & (self._author_count() > 0)
        return found

    def _units(self, field: str, pattern: tuple[str, ...], clock: int) -> Bools:
        """Title, keywords or abstract, from the stock."""
        corpus = self.corpus
        phrase = self.index.phrase(pattern)
        if field == "ti":
            columns = list(corpus.title)
            return in_columns(phrase, columns, [None] * len(columns))
        if field == "ot":
            found = self.none()
            for column in corpus.keywords:
                found |= phrase.inside[column]
            return found
        starts = np.array([[bool(unit) for unit in row] for row in self._label_units])
        columns = list(corpus.abstract)
        breaks: list[Bools | None] = [starts[corpus.layout, place] for place in range(len(columns))]
        found = in_columns(phrase, columns, breaks)
        labelled = np.array([any(bool(phrase.inside[unit]) for unit in row) for row in self._label_units])
        out: Bools = (found | labelled[corpus.layout]) & corpus.has_abstract(clock)
        return out

    def near(self, field: str, pattern: Sequence[str], gap: int, clock: int) -> Bools:
        """Records with all words of `pattern` in one text of `field`, in any order, at most `gap` words between."""
        found = self.corpus.visible(clock)
        for word in pattern:
            found = found & self.text(field, (word,), clock)
        indices = np.flatnonzero(found)
        out = self.none()
        for start in range(0, len(indices), 1000):
            for article in articles(self.corpus, indices[start : start + 1000].tolist(), clock):
                texts = {"ti": [article.title], "ad": [article.affiliation]}.get(
                    field, [article.title, *(text for _, text in article.sections), *article.keywords]
                )
                out[article.index] = any(_close(words(plain(text)), pattern, gap) for text in texts)
        return out

    def heading_words(self, pattern: Sequence[str], clock: int) -> Bools:
        """Records with the words in the name of one of their headings."""
        return self._headings(lambda name: _in_row(words(name), pattern), clock)

    def heading(self, name: str, clock: int, *, explode: bool = True, major: bool = False) -> Bools:
        """Records indexed with a heading (`Heading` or `Heading/qualifier`) or, exploded, with one below it."""
        name, _, qualifier = name.partition("/")
        wanted = headings.below(name.strip()) if explode else headings.below(name.strip())[:1]
        return self._headings(lambda heading: heading in wanted, clock, major=major, qualifier=qualifier.strip())

    def _headings(self, test: object, clock: int, *, major: bool = False, qualifier: str = "") -> Bools:
        assert callable(test)
        corpus = self.corpus
        topics = np.array(
            [
                any(test(n) and (m or not major) and (not qualifier or q == qualifier.casefold()) for n, m, q in topic)
                for topic in headings.TOPICS
            ]
        )
        found: Bools = topics[corpus.topic]
        if not major and not qualifier:
            ages = np.array([any(test(name) for name in group) for group in headings.AGES])
            found = found | ages[corpus.age]
            if test("Humans"):
                human = np.array([all(name != "Mice" for name, _, _ in topic) for topic in headings.TOPICS])
                found = found | human[corpus.topic]
        return found & corpus.has_headings(clock) & ~corpus.book

    def qualifier(self, name: str, clock: int) -> Bools:
        """Records with a heading that carries this subheading."""
        return self._headings(lambda _heading: True, clock, qualifier=name)

    def type_words(self, text: str) -> Bools:
        """Records one of whose publication types is `text`; those retracted by a notice are left to `type_of`."""
        hits = np.array([any(_same(name, text) for name in group) for group in headings.TYPE_SETS])
        found: Bools = hits[self.corpus.type_set]
        if _same("English Abstract", text):
            found = found | (self.corpus.language != 0)
        return found

    def type_of(self, text: str, clock: int) -> Bools:
        """Records of a publication type on the day of the clock."""
        found = self.type_words(text)
        if _same("Retracted Publication", text):
            other = np.where(self.corpus.companion >= 0, self.corpus.companion, 0)
            retracted = (self.corpus.companion >= 0) & (self.corpus.relation[other] == Relation.RETRACTION)
            found = found | (retracted & (self.corpus.created[other] <= clock))
        return found

    def language(self, text: str) -> Bools:
        """Records in a language, by its name or MARC code."""
        numbers = [n for n, (code, name, _) in enumerate(prose.LANGUAGES) if text.casefold() in (code, name)]
        found: Bools = np.isin(self.corpus.language, numbers) | np.isin(self.corpus.second_language, numbers)
        return found

    def journal(self, text: str) -> Bools:
        """Records of a journal, by title, abbreviation or ISSN."""
        wanted = words(text)
        hits = [
            any(_in_row(words(plain(name)), wanted) for name in (title, short)) or people.issn(100 + number) == text
            for number, (title, short, _) in enumerate(people.JOURNALS)
        ]
        found: Bools = np.array(hits)[self.corpus.journal] & ~self.corpus.book
        return found

    def _author_count(self) -> Ints:
        chance = draws(self.corpus.seed, self._author_base(), 210)
        count = 1 + chance // 64 % 7
        count[chance % 64 == 0] = 0
        count[chance % 64 == 1] = 0
        return count

    def _author_base(self) -> Ints:
        own = self.corpus.relation == Relation.COMMENT
        base: Ints = np.where(own, np.arange(self.corpus.size), self.corpus.base)
        return base

    def author(self, text: str, place: str) -> Bools:
        """Records by an author (`Family`, `Family AB`, `Family A*`); `place` is au, 1au, lastau or cn."""
        chance = draws(self.corpus.seed, self._author_base(), 210)
        wanted = [part for part in words_or_stars(text) if part]
        if place == "cn":
            groups = np.array([_in_row(words(name), wanted) for name in people.GROUPS])
            theirs: Bools = groups[chance // 1024 % len(groups)] & ((chance % 64 == 1) | (chance % 64 == 2))
            return theirs
        families = len(people.FAMILIES)
        combinations = families * len(people.GIVENS)
        hits = np.zeros(combinations, dtype=np.bool_)
        for family in [place for place, name in enumerate(people.FAMILIES) if _begins(words(name), wanted)]:
            for number in range(family, combinations, families):
                hits[number] = _named(people.author(number), wanted)
        if not hits.any():
            return self.none()
        count = self._author_count()
        found = self.none()
        base = self._author_base()
        for number in range(7):
            here = count > number
            if place == "1au":
                here = here & (number == 0)
            elif place == "lastau":
                here = here & (count == number + 1)
            found |= here & hits[draws(self.corpus.seed, base, 211 + number) % combinations]
        return found


def words_or_stars(text: str) -> list[str]:
    """The words of a name, a star kept at the end of the last."""
    return [found + ("*" if text.rstrip().endswith("*") and place == 0 else "")
            for place, found in enumerate(reversed(words(text)))][::-1]  # fmt: skip


def _begins(own: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(wanted) >= len(own) and all(matches(w, o) for w, o in zip(wanted, own, strict=False))


def _named(name: tuple[str, str, str], wanted: Sequence[str]) -> bool:
    """Do initials or given names fit, the family name having fitted already?"""
    family, given, initials = name
    own = words(family)
    rest = list(wanted[len(own) :])
    if not rest:
        return True
    if len(rest) == 1 and matches(rest[0].rstrip("*") + "*", initials.casefold()):
        return True
    return rest == words(given)


def _same(name: str, text: str) -> bool:
    pattern, own = text.casefold(), name.casefold()
    return matches(pattern, own) if "*" in pattern else pattern == own


def _in_row(text: Sequence[str], pattern: Sequence[str]) -> bool:
    count = len(pattern)
    return count > 0 and any(
        all(matches(want, have) for want, have in zip(pattern, text[start : start + count], strict=True))
        for start in range(len(text) - count + 1)
    )


def _close(text: Sequence[str], pattern: Sequence[str], gap: int) -> bool:
    """Do all words stand in some stretch with at most `gap` other words between them?"""
    size = len(pattern) + gap
    for start in range(len(text)):
        if text[start] not in pattern:
            continue
        stretch = list(text[start : start + size])
        if all(stretch.count(word) >= pattern.count(word) for word in pattern):
            return True
    return False
